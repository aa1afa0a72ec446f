/** Samples of any dtype as float64, the dtype that recursive filters and detectors compute in. */
import type { TypedArray } from '../dtype.js';

/**
 * A new float64 copy of `values`, which the caller may change in place. 64 bit integers are rounded to the nearest
 * float64, as numpy does.
 */
export function copyToFloat64(values: TypedArray): Float64Array {
  const copy = new Float64Array(values.length);
  if (values instanceof BigInt64Array || values instanceof BigUint64Array)
    for (let i = 0; i < copy.length; i++) copy[i] = Number(values[i]);
  else copy.set(values);
  return copy;
}

/** `values` themselves if they are float64, a float64 copy otherwise. Not to be changed in place. */
export function asFloat64(values: TypedArray): Float64Array {
  return values instanceof Float64Array ? values : copyToFloat64(values);
}
