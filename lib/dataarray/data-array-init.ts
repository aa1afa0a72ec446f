/** What arrays are made of, and how it becomes a view. */
import type { Coordinates, CoordsInput } from '../coordinates/coordinates.js';
import { type ArrayDType, dtypeOf, isComplexDType, partsDType, type TypedArray } from '../dtype.js';
import { ArgumentError } from '../errors.js';
import type { Attrs } from './attributes.js';
import {
  checkView,
  fromNested,
  isStridedView,
  type NdArray,
  type NestedArray,
  type StridedView,
  stridedView,
  view,
} from './strided.js';

/** What a DataArray is made of. */
export interface DataArrayInit {
  /** Values: an `ndarray` view, a typed array in C order (with `shape`, or coordinates that fix it), or nested lists. */
  data: StridedView | TypedArray | NestedArray;
  /** Shape of a typed array; default: sizes of the coordinates, or one dimension. */
  shape?: readonly number[];
  /**
   * dtype of nested lists; default float64, or int64 for bigints. `'complex64'` or `'complex128'`: `data` is a Float32Array
   * or Float64Array with real and imaginary parts in turn, or a view of one with a last axis of 2 beyond the dimensions.
   */
  dtype?: ArrayDType;
  coords?: CoordsInput | null;
  /** Names of the dimensions; default: those of the coordinates, or `dim_0`, `dim_1` ... */
  dims?: readonly string[] | null;
  name?: string | null;
  attrs?: Attrs | null;
}

/** The values of `init` as a view; `coords` fix the shape of a typed array that comes without one. */
export function toView(init: DataArrayInit, coords: Coordinates): NdArray {
  const { data } = init;
  if (isComplexDType(init.dtype)) return toComplexView(init, coords);
  if (isStridedView(data)) {
    if (init.shape && init.shape.join() !== data.shape.join())
      throw new ArgumentError(
        'BAD_SHAPE',
        `shape (${init.shape.join(', ')}) is not the view's (${data.shape.join(', ')})`,
      );
    checkView(data);
    return stridedView(data.data, [...data.shape], [...data.stride], data.offset);
  }
  if (ArrayBuffer.isView(data)) {
    const typed = data as TypedArray;
    dtypeOf(typed);
    if (init.shape) return view(typed, init.shape);
    const sizes = coords.dims.map((dim) => coords.get(dim)?.shape[0]);
    if (coords.dims.length > 1 && sizes.every((size) => size !== undefined)) return view(typed, sizes as number[]);
    return view(typed, [typed.length]);
  }
  return fromNested(data as NestedArray, init.dtype);
}

/** As {@link toView}: pairs of numbers, in a last axis of 2. */
function toComplexView(init: DataArrayInit, coords: Coordinates): NdArray {
  const { data } = init;
  const dtype = init.dtype!;
  const typed = isStridedView(data) ? data.data : data;
  if (!ArrayBuffer.isView(typed) || dtypeOf(typed) !== partsDType(dtype))
    throw new ArgumentError(
      'BAD_DTYPE',
      `values of ${dtype} are given as ${partsDType(dtype)}, real and imaginary parts in turn`,
    );
  if (!isStridedView(data)) {
    const parts = data as TypedArray;
    return toView({ data: parts, shape: [...(init.shape ?? complexShape(parts, coords)), 2] }, coords);
  }
  if (data.shape.at(-1) !== 2 || (init.shape && [...init.shape, 2].join() !== data.shape.join()))
    throw new ArgumentError(
      'BAD_SHAPE',
      `a view of ${dtype} has a last axis of 2 beyond its dimensions (${(init.shape ?? coords.dims).join(', ')}); this has the shape (${data.shape.join(', ')})`,
    );
  return stridedView(data.data, data.shape, data.stride, data.offset);
}

function complexShape(parts: TypedArray, coords: Coordinates): number[] {
  const sizes = coords.dims.map((dim) => coords.get(dim)?.shape[0]);
  if (coords.dims.length > 1 && sizes.every((size) => size !== undefined)) return sizes as number[];
  if (parts.length % 2)
    throw new ArgumentError('BAD_SHAPE', `${parts.length} numbers are no pairs of real and imaginary parts`);
  return [parts.length / 2];
}
