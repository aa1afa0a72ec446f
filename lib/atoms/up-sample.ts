import { z } from 'zod';
import { upsample } from '../signal/downsample.js';
import { lanesOf } from '../signal/lanes.js';
import { Atom } from './atom.js';
import { castOption } from './cast-output.js';
import type { Chunk } from './chunk.js';
import { frameOf, resampledCoords } from './label-frame.js';
import { dimSchema, optionsSchema, parseOptions } from './options.js';

/** Options of {@link UpSample}. */
export type UpSampleOptions = z.input<typeof UpSample.schema>;

/**
 * Puts `factor - 1` zeros after every sample; xdas's UpSample.
 *
 * - `factor`: positive integer.
 * - `scale`: multiply the samples by `factor`, so that a low-pass restores their size. Default true.
 * - `dim`: default `'last'`.
 *
 * dtype kept (integers wrap, as numpy's). No state. Coordinates along `dim` become one ramp per chunk at the exact rate.
 */
export class UpSample extends Atom<z.output<typeof UpSample.schema>> {
  static readonly schema = optionsSchema({
    factor: z.int().positive(),
    scale: z.boolean().default(true),
    dim: dimSchema.default('last'),
    ...castOption,
  });
  #factor: number;

  constructor(options: UpSampleOptions) {
    super(parseOptions('UpSample', UpSample.schema, options));
    this.#factor = this.options.factor;
  }

  /** Sets the factor, before the first chunk of a run. */
  design(factor: number): void {
    this.#factor = factor;
  }

  override get consumesInput(): boolean {
    return this.constructor === UpSample; // a subclass may keep its input
  }

  protected override call(chunk: Chunk): Chunk[] {
    const { array, dim, axis } = this.requireDim(chunk);
    const up = this.#factor;
    if (up === 1) return [array];
    const lanes = lanesOf(array.shape, axis);
    const data = upsample(array.values, lanes, up, this.options.scale);
    const hi = lanes.length * up;
    const coords = resampledCoords(frameOf(array), dim, { up, down: 1, lo: 0, hi, lag: 0, frameStart: 0 });
    const shape = array.shape.map((size, i) => (i === axis ? hi : size));
    return [array.with({ data, shape, coords })];
  }
}
