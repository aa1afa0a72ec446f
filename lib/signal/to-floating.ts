/** Results in the floating dtype that numpy gives for a dtype: float32 stays float32, all others are float64. */
import type { TypedArray } from '../dtype.js';

/** Samples in one of numpy's floating dtypes. */
export type FloatSamples = Float32Array | Float64Array;

/** `values`, which were computed in float64, rounded to float32 where the samples `like` are float32. */
export function toFloating(values: Float64Array, like: TypedArray): FloatSamples {
  return like instanceof Float32Array ? Float32Array.from(values) : values;
}
