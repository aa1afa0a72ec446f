import type { DataArray } from '../dataarray/data-array.js';
import { type NdArray, stridedView } from '../dataarray/strided.js';
import { type ArrayDType, allocate, isComplexDType, partsDType } from '../dtype.js';

/** Zeros of any shape in one element: all strides are 0. Complex ones have a last axis of 2, as in a DataArray. */
export function zeros(dtype: ArrayDType, shape: readonly number[]): NdArray {
  const axes = isComplexDType(dtype) ? [...shape, 2] : [...shape];
  return stridedView(
    allocate(partsDType(dtype), 1),
    axes,
    axes.map(() => 0),
    0,
  );
}

/** An array without its values: the same shape, coordinates, name and attributes over {@link zeros}. */
export function outlineOf(array: DataArray): DataArray {
  return array.with({ data: zeros(array.dtype, array.shape), dtype: array.dtype });
}
