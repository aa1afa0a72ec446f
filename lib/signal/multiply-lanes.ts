/** Each lane times the same factors: a taper. */
import type { TypedArray } from '../dtype.js';
import { expectLength, type Lanes, sampleCount } from './lanes.js';
import { copyToFloat64 } from './to-float64.js';

/** `x[o, t, i] * factors[t]` as float64, whatever the dtype of `x` (numpy: float32 times float64 is float64). */
export function multiplyLanes(x: TypedArray, lanes: Lanes, factors: Float64Array): Float64Array {
  const { outer, length, inner } = lanes;
  expectLength(x, sampleCount(lanes), 'x', `(${outer}, ${length}, ${inner})`);
  expectLength(factors, length, 'factors', `(${length})`);
  const out = copyToFloat64(x);
  for (let o = 0, e = 0; o < outer; o++)
    for (let t = 0; t < length; t++) for (let i = 0; i < inner; i++, e++) out[e] *= factors[t];
  return out;
}
