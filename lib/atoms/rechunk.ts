import { z } from 'zod';
import { concat } from '../dataarray/concat.js';
import type { DataArray } from '../dataarray/data-array.js';
import { Atom, type CallFlags } from './atom.js';
import type { Chunk } from './chunk.js';
import { optionsSchema, parseOptions } from './options.js';

/** Options of {@link Rechunk}. */
export type RechunkOptions = z.input<typeof Rechunk.schema>;

/**
 * Joins and cuts chunks to a fixed number of samples; xdas's Rechunk. Never across a discontinuity: what is left is
 * given at the seam and at the end. A whole array passes unchanged.
 *
 * - `chunks`: one dimension and its size in samples, `{ time: 1000 }`.
 *
 * State: `buffer`, fewer samples than one chunk.
 */
export class Rechunk extends Atom<
  z.output<typeof Rechunk.schema>,
  { buffer: DataArray | null; chunked: boolean | null }
> {
  static readonly schema = optionsSchema({
    chunks: z
      .record(z.string(), z.int().positive())
      .refine((chunks) => Object.keys(chunks).length === 1, 'must name one dimension and its size, { time: 1000 }'),
  });
  readonly #size: number;
  readonly #dim: string;

  constructor(options: RechunkOptions) {
    super(parseOptions('Rechunk', Rechunk.schema, options), ['buffer', 'chunked']);
    [[this.#dim, this.#size]] = Object.entries(this.options.chunks) as [[string, number]];
  }

  protected override get dim(): string {
    return this.#dim;
  }

  protected override get takesComplex(): boolean {
    return true;
  }

  protected override initialize(chunk: Chunk, { chunkDim }: CallFlags): void {
    this.memory = { buffer: null, chunked: this.requireDim(chunk).dim === chunkDim ? true : null };
  }

  protected override call(chunk: Chunk): Chunk[] {
    const { array, dim } = this.requireDim(chunk);
    const { buffer, chunked } = this.memory;
    if (!chunked) return [array];
    // no seam is fused: labels that are off by less than the tolerance stay as they are
    const flow = buffer === null ? array : concat([buffer, array], dim, { tolerance: 0 });
    const total = flow.sizes[dim];
    const out: Chunk[] = [];
    let start = 0;
    for (; start + this.#size <= total; start += this.#size)
      out.push(flow.isel({ [dim]: { start, stop: start + this.#size } }));
    // copied: a view would keep the whole joined array alive
    this.memory = { chunked, buffer: start < total ? flow.isel({ [dim]: { start } }).copy() : null };
    return out;
  }

  protected override drain(): Chunk[] {
    const { buffer } = this.memory;
    this.memory = { ...this.memory, buffer: null };
    return buffer === null ? [] : [buffer];
  }
}
