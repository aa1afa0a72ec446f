/** What arrays are made of, and how it becomes a view. */
import type { Coordinates, CoordsInput } from '../coordinates/coordinates.js';
import { type DType, dtypeOf, type TypedArray } from '../dtype.js';
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
  /** dtype of nested lists; default float64, or int64 for bigints. */
  dtype?: DType;
  coords?: CoordsInput | null;
  /** Names of the dimensions; default: those of the coordinates, or `dim_0`, `dim_1` ... */
  dims?: readonly string[] | null;
  name?: string | null;
  attrs?: Attrs | null;
}

/** The values of `init` as a view; `coords` fix the shape of a typed array that comes without one. */
export function toView(init: DataArrayInit, coords: Coordinates): NdArray {
  const { data } = init;
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
