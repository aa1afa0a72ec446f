/** Removal of a mean or a straight line from each lane: scipy.signal.detrend. */
import type { TypedArray } from '../dtype.js';
import { expectLength, type Lanes, sampleCount } from './lanes.js';
import { asFloat64 } from './to-float64.js';
import { type FloatSamples, toFloating } from './to-floating.js';

/** What is removed: the least-squares line, or the mean. */
export type Trend = 'linear' | 'constant';

/**
 * `x` without the trend of each lane. float32 stays float32 (computed in float64), all others are float64. A NaN or
 * infinity spoils its own lane only, where scipy refuses the whole array (`linear`).
 *
 * The line is fitted in centred form, `slope = sum (t - mean t) x / sum (t - mean t)^2`, which is well conditioned.
 */
export function detrend(x: TypedArray, lanes: Lanes, type: Trend = 'linear'): FloatSamples {
  const { outer, length, inner } = lanes;
  expectLength(x, sampleCount(lanes), 'x', `(${outer}, ${length}, ${inner})`);
  const samples = asFloat64(x);
  const out = new Float64Array(x.length);
  const middle = (length - 1) / 2;
  const spread = (length * (length * length - 1)) / 12;
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) {
      const first = o * length * inner + i;
      let sum = 0;
      for (let t = 0, e = first; t < length; t++, e += inner) sum += samples[e];
      const mean = sum / length;
      let slope = 0;
      if (type === 'linear' && length > 1) {
        for (let t = 0, e = first; t < length; t++, e += inner) slope += (t - middle) * (samples[e] - mean);
        slope /= spread;
      }
      for (let t = 0, e = first; t < length; t++, e += inner) out[e] = samples[e] - mean - slope * (t - middle);
    }
  return toFloating(out, x);
}
