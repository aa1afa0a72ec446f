/** Running sums and differences along lanes: numpy.cumsum and numpy.diff, in a form that can be cut anywhere. */
import type { TypedArray } from '../dtype.js';
import { expectLength, type Lanes, laneCount, sampleCount } from './lanes.js';
import { resultArray } from './result-array.js';
import { asFloat64 } from './to-float64.js';

/**
 * The sums of all samples so far times `step`: `step * numpy.cumsum(x)`. `carry` holds the sum of each lane, not yet
 * scaled, shape (outer, inner), and is **updated in place**; zeros to begin with. Sums are float64 and in order, so any
 * cutting gives the same bits. Returns float64, whatever the dtype of `x`, as xdas does.
 */
export function runningIntegral(x: TypedArray, lanes: Lanes, step: number, carry: Float64Array): Float64Array {
  const { outer, length, inner } = lanes;
  expectLength(x, sampleCount(lanes), 'x', `(${outer}, ${length}, ${inner})`);
  expectLength(carry, laneCount(lanes), 'carry', `(${outer}, ${inner})`);
  const samples = asFloat64(x);
  const out = resultArray(x.length);
  for (let o = 0, e = 0; o < outer; o++)
    for (let t = 0; t < length; t++)
      for (let i = 0, c = o * inner; i < inner; i++, c++, e++) {
        carry[c] += samples[e];
        out[e] = carry[c] * step;
      }
  return out;
}

/**
 * Differences of neighbours over `step`: `numpy.diff(x) / step`, `length - 1` rows (none for an empty lane). Integers do
 * not wrap, as numpy's do; differences of float32 are rounded to float32. Returns float64, as xdas does.
 */
export function differences(x: TypedArray, lanes: Lanes, step: number): Float64Array {
  const { outer, length, inner } = lanes;
  expectLength(x, sampleCount(lanes), 'x', `(${outer}, ${length}, ${inner})`);
  const rows = Math.max(0, length - 1);
  const out = resultArray(outer * rows * inner);
  const round = x instanceof Float32Array ? Math.fround : Number;
  const big = x instanceof BigInt64Array || x instanceof BigUint64Array;
  const samples = big ? null : (x as Float64Array);
  const exact = big ? (x as BigInt64Array) : null;
  for (let o = 0, e = 0; o < outer; o++)
    for (let t = 0; t < rows; t++)
      for (let i = 0; i < inner; i++, e++) {
        const at = (o * length + t) * inner + i;
        out[e] = samples
          ? round(samples[at + inner] - samples[at]) / step
          : Number(exact![at + inner] - exact![at]) / step;
      }
  return out;
}
