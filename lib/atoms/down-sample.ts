import { z } from 'zod';
import { keptRows } from '../signal/downsample.js';
import { Atom, type CallFlags } from './atom.js';
import type { Chunk } from './chunk.js';
import { dimSchema, optionsSchema, parseOptions } from './options.js';

/** Options of {@link DownSample}. */
export type DownSampleOptions = z.input<typeof DownSample.schema>;

/**
 * Keeps every `factor`-th sample, without a filter; xdas's DownSample.
 *
 * - `factor`: positive integer.
 * - `dim`: default `'last'`.
 *
 * dtype kept; coordinates are those of the kept samples. State: `phase`, the samples since the last one kept, where the
 * stream is chunked along `dim`. A sample is given as soon as it is there (xdas holds it until its stride is complete:
 * the same samples, cut elsewhere), so nothing is held back for the flush. A chunk without a kept sample gives none.
 */
export class DownSample extends Atom<z.output<typeof DownSample.schema>, { phase: number | null }> {
  static readonly schema = optionsSchema({ factor: z.int().positive(), dim: dimSchema.default('last') });
  #factor: number;

  constructor(options: DownSampleOptions) {
    super(parseOptions('DownSample', DownSample.schema, options), ['phase']);
    this.#factor = this.options.factor;
  }

  /** Sets the factor, before the first chunk of a run. */
  design(factor: number): void {
    this.#factor = factor;
  }

  protected override get takesComplex(): boolean {
    return true;
  }

  protected override initialize(chunk: Chunk, { chunkDim }: CallFlags): void {
    this.memory = { phase: this.requireDim(chunk).dim === chunkDim ? 0 : null };
  }

  override get consumesInput(): boolean {
    return this.constructor === DownSample; // a subclass may keep its input
  }

  protected override call(chunk: Chunk): Chunk[] {
    const { array, dim } = this.requireDim(chunk);
    const factor = this.#factor;
    if (factor === 1) return [array];
    const { phase } = this.memory;
    const size = array.sizes[dim];
    const { first, count } = keptRows(factor, phase ?? 0, size);
    if (phase !== null) this.memory = { phase: (phase + size) % factor };
    return count === 0 ? [] : [array.isel({ [dim]: { start: first, step: factor } })];
  }
}
