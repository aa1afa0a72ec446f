import { z } from 'zod';
import { laneCount, lanesOf } from '../signal/lanes.js';
import { runningIntegral } from '../signal/running-integral.js';
import { Atom, type CallFlags } from './atom.js';
import { midpointLabels } from './axis-labels.js';
import { castOption } from './cast-output.js';
import type { Chunk } from './chunk.js';
import { dimSchema, optionsSchema, parseOptions } from './options.js';
import { samplingInterval } from './sampling.js';

/** Options of {@link Integrate}. */
export type IntegrateOptions = z.input<typeof Integrate.schema>;

/**
 * The integral so far, `d * (x[0] + ... + x[k])` with the sampling interval d; xdas's Integrate (numpy.cumsum). The unit
 * is that of the samples times seconds (or the unit of the coordinate). Every run begins at zero.
 *
 * - `midpoints`: default false; true: labels move half an interval forward. - `dim`: default `'time'`.
 *
 * float64 throughout. (xdas sums float32 in float32, so that its error grows; on a time axis its `midpoints` fails.) State: `sum`, of each channel, not yet scaled, where the stream is chunked
 * along `dim`; `step`, the interval.
 */
export class Integrate extends Atom<z.output<typeof Integrate.schema>, { sum: Float64Array | null; step: number }> {
  static readonly schema = optionsSchema({
    midpoints: z.boolean().default(false),
    dim: dimSchema.default('time'),
    ...castOption,
  });

  constructor(options: IntegrateOptions = {}) {
    super(parseOptions('Integrate', Integrate.schema, options), ['sum', 'step']);
  }

  protected override initialize(chunk: Chunk, { chunkDim }: CallFlags): void {
    const { array, dim, axis } = this.requireDim(chunk);
    const sum = dim === chunkDim ? new Float64Array(laneCount(lanesOf(array.shape, axis))) : null;
    this.memory = { sum, step: samplingInterval(array, dim, this.name, this.intervalAlong(dim)) };
  }

  override get consumesInput(): boolean {
    return this.constructor === Integrate; // a subclass may keep its input
  }

  protected override call(chunk: Chunk): Chunk[] {
    const { array, dim, axis } = this.requireDim(chunk);
    const lanes = lanesOf(array.shape, axis);
    const { sum, step } = this.memory;
    const data = runningIntegral(array.values, lanes, step, sum ?? new Float64Array(laneCount(lanes)));
    const out = array.with({ data });
    if (!this.options.midpoints) return [out];
    return [
      out.with({
        coords: out.coords.assign({ [dim]: midpointLabels(array, dim, this.name, this.intervalAlong(dim)) }),
      }),
    ];
  }
}
