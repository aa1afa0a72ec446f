import { z } from 'zod';
import type { Attrs } from '../dataarray/attributes.js';
import { AtomError } from '../errors.js';
import { lanesOf } from '../signal/lanes.js';
import { integralState, leakyIntegral } from '../signal/leaky-integral.js';
import { Atom, type CallFlags } from './atom.js';
import type { Chunk } from './chunk.js';
import { dimSchema, optionsSchema, parseOptions } from './options.js';
import { samplingInterval } from './sampling.js';
import { unitOf, withoutPerSecond, withUnit } from './unit-attributes.js';

/** Options of {@link StrainRateToStrain}. */
export type StrainRateToStrainOptions = z.input<typeof StrainRateToStrain.schema>;

interface IntegralMemory {
  /** The sampling interval in seconds. */
  step: number;
  /** The last strain and the last rate of each channel, and whether there are any; null where not chunked along `dim`. */
  value: Float64Array | null;
  last: Float64Array | null;
  started: boolean | null;
}

/**
 * Strain from strain rate: the integral in time by trapezoids, counted from the first sample of the run,
 *
 *     strain[0] = 0,   strain[k] = strain[k - 1] + d (rate[k - 1] + rate[k]) / 2
 *
 * with the sampling interval d (scipy.integrate.cumulative_trapezoid). Any offset of the rate grows without bounds, so:
 *
 * - `highpass`: a corner in Hz; the integral goes through a Butterworth high-pass of first order (scipy.signal.butter with
 *   lfilter, from rest), that is, it leaks: an offset r of the rate then ends as a strain of r / (2 pi highpass). Integral and filter
 *   are one recursion, so nothing grows in between. Below Nyquist; default null: none.
 * - `units`: the unit of the result. Default null: that of the array (attribute `units` or `unit`) without its "per second":
 *   `nm/m/s` becomes `nm/m`, `strain/s` `strain`, `1/s` `1`, `rad/(s*m)` `rad/m`. An array that states no unit gets none.
 * - `dim`: default `'time'`, in seconds.
 *
 * Labels stay; the trapezoid has no delay (the high-pass advances phases near its corner). float32 stays float32 (carried in
 * float64, each result rounded once), all others are float64. A NaN spoils its channel to the end of the run. State: two
 * numbers for each channel where the stream is chunked along `dim`. Any cutting gives the same bits; a gap starts at zero again.
 *
 * Throws `BAD_ARGUMENT` where the unit is no rate and `units` is not given, or the corner is not below Nyquist; `IRREGULAR` without a sampling interval.
 */
export class StrainRateToStrain extends Atom<z.output<typeof StrainRateToStrain.schema>, IntegralMemory> {
  static readonly schema = optionsSchema({
    highpass: z.number().positive().nullable().default(null),
    units: z.string().min(1).nullable().default(null),
    dim: dimSchema.default('time'),
  });

  constructor(options: StrainRateToStrainOptions = {}) {
    super(parseOptions('StrainRateToStrain', StrainRateToStrain.schema, options), ['step', 'value', 'last', 'started']);
  }

  override get consumesInput(): boolean {
    return true;
  }

  protected override initialize(chunk: Chunk, { chunkDim }: CallFlags): void {
    const { array, dim, axis } = this.requireDim(chunk);
    const step = samplingInterval(array, dim, this.name, this.intervalAlong(dim));
    const { highpass } = this.options;
    if (highpass !== null && highpass * step >= 0.5)
      throw new AtomError(
        'BAD_ARGUMENT',
        `${this.name}: highpass is ${highpass} Hz; allowed: below ${0.5 / step} Hz, the Nyquist frequency`,
      );
    this.memory = { step, value: null, last: null, started: null };
    if (dim === chunkDim) this.memory = { step, ...integralState(lanesOf(array.shape, axis)) };
  }

  protected override call(chunk: Chunk): Chunk[] {
    const { array, axis } = this.requireDim(chunk);
    const { step, value, last, started } = this.memory;
    const lanes = lanesOf(array.shape, axis);
    const carried = value !== null && last !== null && started !== null ? { value, last, started } : null;
    const state = carried ?? integralState(lanes);
    const data = leakyIntegral(array.values, lanes, step, (this.options.highpass ?? 0) * step, state);
    if (carried) this.memory.started = state.started;
    return [array.with({ data, attrs: this.#attrs(array.attrs) })];
  }

  /** The attributes of the result. */
  #attrs(attrs: Attrs): Attrs {
    const given = this.options.units;
    const unit = unitOf(attrs);
    if (given !== null) return unit === null ? { ...attrs, units: given } : withUnit(attrs, given);
    if (unit === null) return attrs;
    const integrated = withoutPerSecond(unit);
    if (integrated === null)
      throw new AtomError(
        'BAD_ARGUMENT',
        `${this.name}: the unit of the samples is ${unit}; allowed: one per second (nm/m/s, strain/s, 1/s, rad/(s*m)), ` +
          'or say the unit of the result with units',
      );
    return withUnit(attrs, integrated);
  }
}
