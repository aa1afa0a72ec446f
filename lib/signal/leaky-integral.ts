/** The trapezoidal integral along lanes, with or without a leak: resumable, each run from zero. */
import type { TypedArray } from '../dtype.js';
import { expectLength, type Lanes, laneCount, sampleCount } from './lanes.js';
import { resultArray } from './result-array.js';
import { asFloat64 } from './to-float64.js';
import type { FloatSamples } from './to-floating.js';

/** What {@link leakyIntegral} carries from chunk to chunk, each of shape (outer, inner). */
export interface IntegralState {
  /** The last result. */
  readonly value: Float64Array;
  /** The last sample. */
  readonly last: Float64Array;
  /** Whether there was a sample at all. */
  started: boolean;
}

/** A fresh state. */
export function integralState(lanes: Lanes): IntegralState {
  const count = laneCount(lanes);
  return { value: new Float64Array(count), last: new Float64Array(count), started: false };
}

/**
 * The integral by trapezoids, `y[0] = 0`, `y[k] = y[k - 1] + step (x[k - 1] + x[k]) / 2`
 * (scipy.integrate.cumulative_trapezoid with `initial=0`); with `corner` (cycles per sample, below 0.5) followed by a
 * Butterworth high-pass of first order, which takes one multiplication more: `y[k] = a y[k - 1] + h (x[k - 1] + x[k])`
 * with `c = tan(pi corner)`, `a = (1 - c) / (1 + c)`, `h = step / 2 / (1 + c)`. `state` goes on; the carry is float64, and
 * any cutting gives the same bits. float32 stays float32 (each result rounded once), all others are float64.
 */
export function leakyIntegral(
  x: TypedArray,
  lanes: Lanes,
  step: number,
  corner: number,
  state: IntegralState,
): FloatSamples {
  const { outer, length, inner } = lanes;
  expectLength(x, sampleCount(lanes), 'x', `(${outer}, ${length}, ${inner})`);
  expectLength(state.value, laneCount(lanes), 'value', `(${outer}, ${inner})`);
  const samples = asFloat64(x);
  const out = resultArray(x.length, x instanceof Float32Array);
  const { value, last } = state;
  const c = corner > 0 ? Math.tan(Math.PI * corner) : 0;
  const a = (1 - c) / (1 + c);
  const h = step / 2 / (1 + c);
  if (length === 0) return out;
  for (let o = 0, e = 0; o < outer; o++) {
    const lane = o * inner;
    for (let t = 0; t < length; t++)
      for (let i = lane; i < lane + inner; i++, e++) {
        const sample = samples[e];
        // the first sample of a run is its zero: nothing lies between it and itself
        const y = t === 0 && !state.started ? 0 : a * value[i] + h * (last[i] + sample);
        value[i] = y;
        last[i] = sample;
        out[e] = y;
      }
  }
  state.started = true;
  return out;
}
