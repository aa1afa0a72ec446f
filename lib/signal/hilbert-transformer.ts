/** The Hilbert transform as a FIR filter, and what becomes of it and the samples. */
import type { TypedArray } from '../dtype.js';
import { getWindow, type WindowLike } from './design/windows.js';
import { expectLength, type Lanes, sampleCount } from './lanes.js';
import { resultArray } from './result-array.js';
import { asNumbers } from './to-float64.js';
import type { FloatSamples } from './to-floating.js';

/** `2 half + 1` taps, odd about the middle one: `2 / (pi n)` for odd n, times a symmetric window. The delay is `half` samples. */
export function hilbertTaps(half: number, window: WindowLike): Float64Array {
  const taps = getWindow(window, 2 * half + 1, false);
  for (let n = -half; n <= half; n++) taps[half + n] *= n % 2 === 0 ? 0 : 2 / (Math.PI * n);
  return taps;
}

/**
 * `sqrt(x^2 + q^2)` for the rows of `quadrature` (laid out as `lanes`) and as many rows of `x` from `start` on, of which
 * every block has `rows`. In the dtype of `quadrature`.
 */
export function magnitudes(
  quadrature: FloatSamples,
  lanes: Lanes,
  x: TypedArray,
  rows: number,
  start: number,
): FloatSamples {
  const { outer, length, inner } = lanes;
  expectLength(quadrature, sampleCount(lanes), 'quadrature', `(${outer}, ${length}, ${inner})`);
  expectLength(x, outer * rows * inner, 'x', `(${outer}, ${rows}, ${inner})`);
  const samples = asNumbers(x);
  const out = resultArray(quadrature.length, quadrature instanceof Float32Array);
  const block = length * inner;
  for (let o = 0, e = 0; o < outer; o++)
    for (let k = 0, at = (o * rows + start) * inner; k < block; k++, e++, at++) {
      const q = quadrature[e];
      const p = samples[at];
      out[e] = Math.sqrt(p * p + q * q);
    }
  return out;
}
