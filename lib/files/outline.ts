import ndarray from 'ndarray';
import type { DataArray } from '../dataarray/data-array.js';
import { allocate, type DType, type TypedArray } from '../dtype.js';

/** Zeros of any shape in one element: all strides are 0. */
export function zeros(dtype: DType, shape: readonly number[]): ndarray.NdArray<TypedArray> {
  return ndarray(allocate(dtype, 1) as TypedArray, [...shape], shape.map(() => 0), 0) as ndarray.NdArray<TypedArray>;
}

/** An array without its values: the same shape, coordinates, name and attributes over {@link zeros}. */
export function outlineOf(array: DataArray): DataArray {
  return array.with({ data: zeros(array.dtype, array.shape) });
}
