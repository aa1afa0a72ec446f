/** Removal of a weighted sliding mean: xdas.signal.sliding_mean_removal. */
import type { TypedArray } from '../dtype.js';
import { type Extension, extendLanes } from './extend-lanes.js';
import { convolveLanes } from './fft/convolve-lanes.js';
import type { Lanes } from './lanes.js';
import { asFloat64 } from './to-float64.js';

/**
 * `x` minus its mean over a window centred on each sample, float64. `weights` has an odd length and need not sum to 1.
 * Lanes are extended at both ends by half the window. A NaN spreads over its lane.
 */
export function removeSlidingMean(
  x: TypedArray,
  lanes: Lanes,
  weights: Float64Array,
  extension: Extension = 'reflect',
): Float64Array {
  const samples = asFloat64(x);
  const half = weights.length >> 1;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const extended = extendLanes(samples, lanes, [half, half], extension);
  const means = convolveLanes(
    extended,
    { ...lanes, length: lanes.length + 2 * half },
    weights.map((weight) => weight / total),
  );
  for (let e = 0; e < means.length; e++) means[e] = samples[e] - means[e];
  return means;
}

/** Minus the weighted mean of each lane over all of `weights`, float64: one segment of xdas's segment_mean_removal. */
export function removeWeightedMean(
  x: TypedArray,
  { outer, length, inner }: Lanes,
  weights: Float64Array,
): Float64Array {
  const out = asFloat64(x).slice();
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) {
      const first = o * length * inner + i;
      let sum = 0;
      for (let t = 0, e = first; t < length; t++, e += inner) sum += out[e] * weights[t];
      for (let t = 0, e = first; t < length; t++, e += inner) out[e] -= sum / total;
    }
  return out;
}
