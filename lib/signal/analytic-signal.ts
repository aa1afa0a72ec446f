/** The analytic signal: scipy.signal.hilbert. */
import type { TypedArray } from '../dtype.js';
import { ifft, rfft } from './fft/fft.js';
import type { Lanes } from './lanes.js';

/**
 * `x + i H(x)` of each lane with H the Hilbert transform: its spectrum without the negative frequencies. Complex float64,
 * shape (outer, length, inner, 2); the magnitude is the envelope. The record is taken for one period of a periodic signal.
 */
export function analyticSignal(x: TypedArray, lanes: Lanes): Float64Array {
  const { outer, length, inner } = lanes;
  const half = rfft(x, lanes);
  const bins = Math.floor(length / 2) + 1;
  const whole = new Float64Array(2 * outer * length * inner);
  for (let o = 0; o < outer; o++)
    for (let k = 0; k < bins; k++) {
      const factor = k === 0 || 2 * k === length ? 1 : 2;
      const from = 2 * (o * bins + k) * inner;
      const to = 2 * (o * length + k) * inner;
      for (let e = 0; e < 2 * inner; e++) whole[to + e] = factor * half[from + e];
    }
  return ifft(whole, lanes);
}
