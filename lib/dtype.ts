/**
 * dtype literals are the root of every array type: from a literal follow the typed array, the scalar and the size.
 * Names are numpy's.
 */
import { ArgumentError } from './errors.js';

/** dtypes that array values can have. */
export const dtypes = [
  'float32',
  'float64',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
] as const;

/** A dtype of array values. */
export type DType = (typeof dtypes)[number];

/** dtypes of complex array values: pairs of float32 or of float64, real and imaginary part in turn. */
export const complexDTypes = ['complex64', 'complex128'] as const;

/** A dtype of complex array values. */
export type ComplexDType = (typeof complexDTypes)[number];

/** A dtype of the values of a DataArray, in packets and files too. */
export type ArrayDType = DType | ComplexDType;

/** dtypes of times: int64 counts of nanoseconds, since 1970 (`datetime64[ns]`) or between two times (`timedelta64[ns]`). */
export type TimeDType = 'datetime64[ns]' | 'timedelta64[ns]';

/** dtypes that coordinates can have. Strings are JavaScript strings in a plain array. */
export type CoordDType = DType | TimeDType | 'string';

interface TypedArrays {
  float32: Float32Array;
  float64: Float64Array;
  int8: Int8Array;
  int16: Int16Array;
  int32: Int32Array;
  int64: BigInt64Array;
  uint8: Uint8Array;
  uint16: Uint16Array;
  uint32: Uint32Array;
  uint64: BigUint64Array;
  'datetime64[ns]': BigInt64Array;
  'timedelta64[ns]': BigInt64Array;
}

/** The typed array that holds values of dtype `D`. */
export type TypedArrayOf<D extends DType | TimeDType> = TypedArrays[D];

/** Any typed array that can hold array values (times included: they are `BigInt64Array`). */
export type TypedArray = TypedArrays[DType];

/** The array that holds coordinate values of dtype `D`: a typed array, or plain strings. */
export type CoordArrayOf<D extends CoordDType> = D extends 'string' ? string[] : TypedArrays[Exclude<D, 'string'>];

/** Any array of coordinate values. */
export type CoordArray = TypedArray | string[];

/** One coordinate value: number, bigint (int64, uint64, times in ns), or string. */
export type Scalar = number | bigint | string;

/** A step or tolerance along an axis: bigint nanoseconds on time axes (and integers of 64 bit), number otherwise. */
export type Delta = number | bigint;

const constructors = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  'datetime64[ns]': BigInt64Array,
  'timedelta64[ns]': BigInt64Array,
} as const;

/** True if `text` is a dtype of array values. */
export function isDType(text: unknown): text is DType {
  return (dtypes as readonly unknown[]).includes(text);
}

/** True for `datetime64[ns]` and `timedelta64[ns]`. */
export function isTimeDType(dtype: CoordDType): dtype is TimeDType {
  return dtype === 'datetime64[ns]' || dtype === 'timedelta64[ns]';
}

/** True for dtypes whose scalars are bigint: times, int64, uint64. */
export function isBigDType(dtype: CoordDType): boolean {
  return isTimeDType(dtype) || dtype === 'int64' || dtype === 'uint64';
}

/** True for float32 and float64. */
export function isFloatDType(dtype: CoordDType): dtype is 'float32' | 'float64' {
  return dtype === 'float32' || dtype === 'float64';
}

/** True for complex64 and complex128. */
export function isComplexDType(dtype: unknown): dtype is ComplexDType {
  return (complexDTypes as readonly unknown[]).includes(dtype);
}

/** The dtype of the numbers that values of a dtype are made of: those of complex64 are float32; real ones are their own. */
export function partsDType(dtype: ArrayDType): DType {
  if (dtype === 'complex64') return 'float32';
  return dtype === 'complex128' ? 'float64' : dtype;
}

/** The typed-array constructor of a dtype. */
export function typedArrayConstructor<D extends DType | TimeDType>(
  dtype: D,
): {
  new (length: number): TypedArrayOf<D>;
  new (values: ArrayLike<number> | ArrayLike<bigint>): TypedArrayOf<D>;
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): TypedArrayOf<D>;
  readonly BYTES_PER_ELEMENT: number;
} {
  const found = constructors[dtype];
  if (!found) throw new ArgumentError('BAD_DTYPE', `dtype ${String(dtype)} is not one of ${dtypes.join(', ')}`);
  return found as never;
}

/** A new, zeroed typed array of `length` elements. */
export function allocate<D extends DType | TimeDType>(dtype: D, length: number): TypedArrayOf<D> {
  return new (typedArrayConstructor(dtype))(length);
}

/** Bytes of one element. */
export function itemSize(dtype: ArrayDType | TimeDType): number {
  if (isComplexDType(dtype)) return 2 * itemSize(partsDType(dtype));
  return constructors[dtype].BYTES_PER_ELEMENT;
}

/** The value dtype of a typed array (`BigInt64Array` is `int64`: that it holds times only its owner knows). */
export function dtypeOf(array: ArrayBufferView): DType {
  for (const dtype of dtypes) if (array instanceof constructors[dtype]) return dtype;
  throw new ArgumentError(
    'BAD_DTYPE',
    `no dtype for ${Object.prototype.toString.call(array)}; allowed: ${dtypes.join(', ')}`,
  );
}

/**
 * A typed array over `bytes[byteOffset, byteOffset + length * itemSize)`: a view where alignment allows it, a copy
 * otherwise.
 */
export function typedArrayFromBytes<D extends DType | TimeDType>(
  dtype: D,
  bytes: Uint8Array,
  byteOffset = 0,
  length = Math.floor((bytes.byteLength - byteOffset) / itemSize(dtype)),
): TypedArrayOf<D> {
  const size = itemSize(dtype);
  const start = bytes.byteOffset + byteOffset;
  if (byteOffset + length * size > bytes.byteLength)
    throw new ArgumentError(
      'BAD_SHAPE',
      `${length} ${dtype} from byte ${byteOffset} do not fit in ${bytes.byteLength} bytes`,
    );
  if (start % size === 0) return new (typedArrayConstructor(dtype))(bytes.buffer, start, length);
  // (Of a Buffer, whose own slice is a view, too.)
  const copy = Uint8Array.prototype.slice.call(bytes, byteOffset, byteOffset + length * size);
  return new (typedArrayConstructor(dtype))(copy.buffer, 0, length);
}
