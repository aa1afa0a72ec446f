import { z } from 'zod';
import { upsample } from '../signal/downsample.js';
import { lanesOf } from '../signal/lanes.js';
import { Atom, type CallFlags } from './atom.js';
import { castOption } from './cast-output.js';
import type { Chunk } from './chunk.js';
import { followAnchor, frameOf, type GridAnchor, resampledCoords } from './label-frame.js';
import { dimSchema, optionsSchema, parseOptions } from './options.js';

/** Options of {@link UpSample}. */
export type UpSampleOptions = z.input<typeof UpSample.schema>;

interface UpSampleMemory {
  /** Input samples so far; null, as what follows, where the stream is not chunked along `dim`. */
  consumed: number | null;
  anchor: GridAnchor | null;
}

/**
 * Puts `factor - 1` zeros after every sample; xdas's UpSample.
 *
 * - `factor`: positive integer.
 * - `scale`: multiply the samples by `factor`, so that a low-pass restores their size. Default true.
 * - `dim`: default `'last'`.
 *
 * dtype kept (integers wrap, as numpy's). Coordinates along `dim` become one ramp per chunk at the exact rate. State:
 * `consumed`, the samples so far, and `anchor`, the label that the ramps hang on, so that labels which are off within their
 * tolerance, now by this and now by that, do not add up to a seam for the stage behind.
 */
export class UpSample extends Atom<z.output<typeof UpSample.schema>, UpSampleMemory> {
  static readonly schema = optionsSchema({
    factor: z.int().positive(),
    scale: z.boolean().default(true),
    dim: dimSchema.default('last'),
    ...castOption,
  });
  #factor: number;

  constructor(options: UpSampleOptions) {
    super(parseOptions('UpSample', UpSample.schema, options), ['consumed', 'anchor']);
    this.#factor = this.options.factor;
  }

  /** Sets the factor, before the first chunk of a run. */
  design(factor: number): void {
    this.#factor = factor;
  }

  override get consumesInput(): boolean {
    return this.constructor === UpSample; // a subclass may keep its input
  }

  protected override initialize(chunk: Chunk, { chunkDim }: CallFlags): void {
    this.memory = { consumed: this.requireDim(chunk).dim === chunkDim ? 0 : null, anchor: null };
  }

  protected override call(chunk: Chunk): Chunk[] {
    const { array, dim, axis } = this.requireDim(chunk);
    const up = this.#factor;
    if (up === 1) return [array];
    const lanes = lanesOf(array.shape, axis);
    const data = upsample(array.values, lanes, up, this.options.scale);
    const size = lanes.length * up;
    const { consumed } = this.memory;
    const anchor =
      consumed === null ? null : followAnchor(this.memory.anchor, array, dim, consumed, this.intervalAlong(dim));
    const first = consumed ?? 0;
    const lo = first * up;
    const grid = { up, down: 1, lo, hi: lo + size, lag: 0, frameStart: first, anchor };
    const coords = resampledCoords(frameOf(array), dim, grid);
    if (consumed !== null) this.memory = { consumed: consumed + lanes.length, anchor };
    const shape = array.shape.map((length, i) => (i === axis ? size : length));
    return [array.with({ data, shape, coords })];
  }
}
