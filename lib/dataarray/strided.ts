/** Views of typed arrays (`ndarray`): contiguous copies, gathering, joining. Element order is C order throughout. */
import ndarray from 'ndarray';
import { allocate, type DType, dtypeOf, type TypedArray } from '../dtype.js';
import { ArgumentError } from '../errors.js';

/** What makes a view: memory, samples and steps per dimension, position of the first element. `ndarray` makes them. */
export interface StridedView {
  readonly data: TypedArray;
  readonly shape: number[];
  readonly stride: number[];
  readonly offset: number;
}

/** A view as `ndarray` makes it: what it is, and its methods (all of which make views, but for `get`). */
export interface NdArray extends StridedView {
  readonly size: number;
  readonly dimension: number;
  readonly dtype: string;
  readonly order: number[];
  get(...indices: number[]): number | bigint;
  index(...indices: number[]): number;
  lo(...indices: number[]): NdArray;
  hi(...indices: number[]): NdArray;
  step(...steps: number[]): NdArray;
  transpose(...axes: number[]): NdArray;
  pick(...indices: (number | null)[]): NdArray;
}

/** A C-ordered view of a whole typed array. Throws `BAD_SHAPE` where the shape does not fit the length. */
export function view(data: TypedArray, shape: readonly number[]): NdArray {
  checkShape(shape);
  const size = sizeOf(shape);
  if (size !== data.length)
    throw new ArgumentError('BAD_SHAPE', `${data.length} values do not fill the shape (${shape.join(', ')})`);
  return ndarray(data as Float64Array, [...shape]) as unknown as NdArray;
}

/** A view with everything said. */
export function stridedView(data: TypedArray, shape: number[], stride: number[], offset: number): NdArray {
  return ndarray(data as Float64Array, shape, stride, offset) as unknown as NdArray;
}

/** Throws `BAD_SHAPE` where a size is no integer of at least 0. */
function checkShape(shape: readonly number[]): void {
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0))
    throw new ArgumentError('BAD_SHAPE', `shape (${shape.join(', ')}) must hold integers of at least 0`);
}

/** Throws `BAD_SHAPE` where a view does not lie within its memory, or its parts do not fit together. */
export function checkView({ data, shape, stride, offset }: StridedView): void {
  checkShape(shape);
  if (stride.length !== shape.length || ![...stride, offset].every(Number.isSafeInteger))
    throw new ArgumentError(
      'BAD_SHAPE',
      `a view of shape (${shape.join(', ')}) needs as many integer strides and an integer offset, not (${stride.join(', ')}) and ${offset}`,
    );
  if (sizeOf(shape) === 0) return;
  let [first, last] = [offset, offset];
  for (const [axis, size] of shape.entries()) {
    const reach = (size - 1) * stride[axis]!;
    if (reach < 0) first += reach;
    else last += reach;
  }
  if (first < 0 || last >= data.length)
    throw new ArgumentError(
      'BAD_SHAPE',
      `a view of shape (${shape.join(', ')}), strides (${stride.join(', ')}) and offset ${offset} reaches from ${first} to ${last}, outside its ${data.length} values`,
    );
}

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** True for views of typed arrays. */
export function isStridedView(value: unknown): value is StridedView {
  if (typeof value !== 'object' || value === null) return false;
  const { data, shape, stride, offset } = value as Record<string, unknown>;
  return ArrayBuffer.isView(data) && Array.isArray(shape) && Array.isArray(stride) && typeof offset === 'number';
}

/** True if the elements lie in C order without holes. */
export function isContiguous(array: StridedView): boolean {
  let expected = 1;
  for (let axis = array.shape.length - 1; axis >= 0; axis--) {
    const size = array.shape[axis]!;
    if (size === 0) return true;
    if (size !== 1 && array.stride[axis] !== expected) return false;
    expected *= size;
  }
  return true;
}

/** All elements in C order: a view of the same memory where they already are, a copy otherwise. */
export function contiguous(array: StridedView): TypedArray {
  const size = sizeOf(array.shape);
  if (isContiguous(array)) {
    if (array.offset === 0 && array.data.length === size) return array.data;
    return (array.data as Float64Array).subarray(array.offset, array.offset + size);
  }
  const out = allocate(dtypeOf(array.data), size);
  copyInto(out, 0, cOrder(array.shape), array);
  return out;
}

/** Strides of C order. */
export function cOrder(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis]!;
  }
  return strides;
}

/** Writes a view into `target` from `offset` with the given strides. */
export function copyInto(target: TypedArray, offset: number, strides: readonly number[], source: StridedView): void {
  const out = target as Float64Array;
  const data = source.data as Float64Array;
  const { shape, stride } = source;
  const last = shape.length - 1;
  if (sizeOf(shape) === 0) return;
  if (last < 0) {
    out[offset] = data[source.offset]!;
    return;
  }
  const count = shape[last]!;
  const [from, to] = [stride[last]!, strides[last]!];
  const visit = (axis: number, read: number, write: number): void => {
    if (axis < last) {
      for (let k = 0; k < shape[axis]!; k++) visit(axis + 1, read + k * stride[axis]!, write + k * strides[axis]!);
    } else if (from === 1 && to === 1) out.set(data.subarray(read, read + count), write);
    else for (let k = 0; k < count; k++) out[write + k * to] = data[read + k * from]!;
  };
  visit(0, source.offset, offset);
}

/** The samples `indices` along `axis`, in that order, as a new contiguous array. Indices are not checked. */
export function gather(array: StridedView, axis: number, indices: readonly number[]): NdArray {
  const shape = array.shape.map((size, k) => (k === axis ? indices.length : size));
  const out = allocate(dtypeOf(array.data), sizeOf(shape));
  const strides = cOrder(shape);
  const rest = array.shape.map((size, k) => (k === axis ? 1 : size));
  for (const [k, index] of indices.entries())
    copyInto(
      out,
      k * strides[axis]!,
      strides,
      stridedView(array.data, rest, array.stride, array.offset + index * array.stride[axis]!),
    );
  return view(out, shape);
}

/** Arrays end to end along `axis`, as a new contiguous array of `dtype`. Throws `BAD_SHAPE` where the rest differs. */
export function joinArrays(arrays: readonly StridedView[], axis: number, dtype: DType): NdArray {
  const first = arrays[0]!;
  for (const array of arrays)
    if (
      array.shape.length !== first.shape.length ||
      array.shape.some((size, k) => k !== axis && size !== first.shape[k])
    )
      throw new ArgumentError(
        'BAD_SHAPE',
        `shapes (${first.shape.join(', ')}) and (${array.shape.join(', ')}) differ elsewhere than along axis ${axis}`,
      );
  const shape = first.shape.map((size, k) =>
    k === axis ? arrays.reduce((sum, array) => sum + array.shape[k]!, 0) : size,
  );
  const out = allocate(dtype, sizeOf(shape));
  const strides = cOrder(shape);
  let offset = 0;
  for (const array of arrays) {
    copyInto(out, offset, strides, array);
    offset += array.shape[axis]! * strides[axis]!;
  }
  return view(out, shape);
}

/** Numbers or bigints in nested lists, as a C-ordered array: bigints int64, numbers float64 unless `dtype` says more. */
export function fromNested(nested: NestedArray, dtype?: DType): NdArray {
  const shape: number[] = [];
  let level: unknown = nested;
  while (Array.isArray(level)) {
    shape.push(level.length);
    level = level[0];
  }
  const flat: (number | bigint)[] = [];
  const visit = (item: unknown, axis: number): void => {
    if (axis === shape.length) {
      if (typeof item !== 'number' && typeof item !== 'bigint')
        throw new ArgumentError('BAD_ARGUMENT', `array values must be numbers or bigints, not ${typeof item}`);
      flat.push(item);
      return;
    }
    if (!Array.isArray(item) || item.length !== shape[axis])
      throw new ArgumentError('BAD_SHAPE', `nested lists must all have ${shape[axis]} items at depth ${axis}`);
    for (const inner of item) visit(inner, axis + 1);
  };
  visit(nested, 0);
  const found = dtype ?? (typeof flat[0] === 'bigint' ? 'int64' : 'float64');
  const data = allocate(found, flat.length);
  const big = found === 'int64' || found === 'uint64';
  for (const [k, value] of flat.entries())
    (data as unknown as (number | bigint)[])[k] = big ? BigInt(value) : Number(value);
  return view(data, shape);
}

/** Values in nested lists, one level per dimension. */
export type NestedArray = number | bigint | readonly NestedArray[];
