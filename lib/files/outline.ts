import { realDType } from '../dataarray/complex-parts.js';
import type { DataArray } from '../dataarray/data-array.js';
import { type NdArray, stridedView } from '../dataarray/strided.js';
import { allocate, type DType } from '../dtype.js';

/** Zeros of any shape in one element: all strides are 0. */
export function zeros(dtype: DType, shape: readonly number[]): NdArray {
  return stridedView(
    allocate(dtype, 1),
    [...shape],
    shape.map(() => 0),
    0,
  );
}

/** An array without its values: the same shape, coordinates, name and attributes over {@link zeros}. */
export function outlineOf(array: DataArray): DataArray {
  return array.with({ data: zeros(realDType(array.dtype, 'a file'), array.shape) });
}
