/** A rational transfer function applied forwards and backwards: scipy.signal.filtfilt. */
import type { TypedArray } from '../dtype.js';
import { lfilterZi } from './design/steady-state.js';
import type { Lanes } from './lanes.js';
import { type Ba, lfilter } from './lfilter.js';
import { type EndPadding, forwardsAndBackwards } from './sosfiltfilt.js';

/**
 * Filters whole lanes of `x` without phase shift; the amplitude response is squared. As {@link sosfiltfilt}, for
 * coefficients `b` and `a` (second-order sections are better conditioned). float64, same layout.
 *
 * Throws `BAD_SHAPE` where the lanes are not longer than the extension, by default `3 max(len(a), len(b))` samples.
 */
export function filtfilt(coefficients: Ba, x: TypedArray, lanes: Lanes, padding: EndPadding = {}): Float64Array {
  const rest = lfilterZi(coefficients);
  const usual = 3 * Math.max(coefficients.a.length, coefficients.b.length);
  return forwardsAndBackwards(x, lanes, usual, padding, (y, extended) =>
    lfilter(coefficients, y, extended, stateAtRest(rest, y, extended)),
  );
}

/** The state of every lane as if its first sample had been there for ever. */
function stateAtRest(rest: Float64Array, y: Float64Array, { outer, length, inner }: Lanes): Float64Array {
  const zi = new Float64Array(outer * rest.length * inner);
  for (let o = 0, at = 0; o < outer; o++)
    for (let k = 0; k < rest.length; k++)
      for (let i = 0; i < inner; i++, at++) zi[at] = rest[k] * y[o * length * inner + i];
  return zi;
}
