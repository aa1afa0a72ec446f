import { z } from 'zod';
import { gainControl } from '../signal/gain-control.js';
import { laneCount, lanesOf } from '../signal/lanes.js';
import { Atom, type CallFlags } from './atom.js';
import type { Chunk } from './chunk.js';
import { dimSchema, optionsSchema, parseOptions } from './options.js';
import { samplingInterval } from './sampling.js';
import { withUnit } from './unit-attributes.js';

/** Options of {@link GainControl}. */
export type GainControlOptions = z.input<typeof GainControl.schema>;

/**
 * Automatic gain control: each sample over the root mean square of its channel so far, which forgets with a time constant
 * (an exponential mean, as in the recursive STA/LTA). It brings near and far, loud and quiet channels, to one level for a
 * display, or before noise is correlated (Bensen et al., 2007, Geophys. J. Int. 169, 1239-1260, section 2.1: running
 * normalization; Yilmaz, 2001, Seismic Data Analysis, chapter 1: gain). Amplitudes are lost: pick before it.
 *
 * - `tau`: the time constant, seconds (or units of `dim`). Several of the longest periods: a shorter one distorts waves. - `floor`: the least
 *   level that samples are divided by, in their unit; default 0. Above the noise it leaves quiet channels quiet.
 * - `dim`: default `'time'`.
 *
 * With `a = 1 - exp(-d / tau)`: `S[n] = (1 - a) S[n-1] + a x[n]^2`, `W[n] = (1 - a) W[n-1] + a`, `y = x / max(sqrt(S / W), floor)`;
 * W makes the level a mean from the first sample on. The sample itself counts, so that no result is larger than `1 / sqrt(a)`. A
 * channel of zeros stays zero; NaN samples stay NaN and are left out of the level.
 *
 * The result has no unit: an attribute `units` or `unit` becomes `1`. Labels stay, no delay (the gain follows a loud wave at once, and
 * recovers within some `tau`). float32 stays float32 (computed in float64, rounded once), all others are float64. State: `sums`,
 * two numbers for each channel, where chunked along `dim`; `share`. Any cutting gives the same bits. Throws `IRREGULAR` without a
 * sampling interval.
 */
export class GainControl extends Atom<
  z.output<typeof GainControl.schema>,
  { sums: Float64Array | null; share: number }
> {
  static readonly schema = optionsSchema({
    tau: z.number().positive(),
    floor: z.number().nonnegative().default(0),
    dim: dimSchema.default('time'),
  });

  constructor(options: GainControlOptions) {
    super(parseOptions('GainControl', GainControl.schema, options), ['sums', 'share']);
  }

  protected override initialize(chunk: Chunk, { chunkDim }: CallFlags): void {
    const { array, dim, axis } = this.requireDim(chunk);
    const share = -Math.expm1(-samplingInterval(array, dim, this.name, this.intervalAlong(dim)) / this.options.tau);
    const sums = dim === chunkDim ? new Float64Array(2 * laneCount(lanesOf(array.shape, axis))) : null;
    this.memory = { sums, share };
  }

  protected override call(chunk: Chunk): Chunk[] {
    const { array, axis } = this.requireDim(chunk);
    const lanes = lanesOf(array.shape, axis);
    const { sums, share } = this.memory;
    const { floor } = this.options;
    const data = gainControl(array.values, lanes, { share, floor }, sums ?? new Float64Array(2 * laneCount(lanes)));
    return [array.with({ data, attrs: withUnit(array.attrs, '1') })];
  }
}
