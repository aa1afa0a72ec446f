/** Samples of any dtype as float64, the dtype that recursive filters and detectors compute in. */
import type { TypedArray } from '../dtype.js';
import { resultArray } from './result-array.js';

/**
 * A float64 copy of `values` in `copy` (new by default), which the caller may change in place. 64 bit integers are rounded to the nearest
 * float64, as numpy does.
 */
export function copyToFloat64(values: TypedArray, copy = resultArray(values.length)): Float64Array {
  if (copy === values) return copy;
  if (values instanceof BigInt64Array || values instanceof BigUint64Array)
    for (let i = 0; i < copy.length; i++) copy[i] = Number(values[i]);
  else copy.set(values);
  return copy;
}

/** `values` themselves if they are float64, a float64 copy otherwise. Not to be changed in place. */
export function asFloat64(values: TypedArray): Float64Array {
  return values instanceof Float64Array ? values : copyToFloat64(values);
}

/** `values` themselves unless they are 64 bit integers, which become float64. Not to be changed in place. */
export function asNumbers(values: TypedArray): Exclude<TypedArray, BigInt64Array | BigUint64Array> {
  return values instanceof BigInt64Array || values instanceof BigUint64Array ? copyToFloat64(values) : values;
}
