/** Coordinate values as users give them, brought to one array of one dtype; comparison of such arrays. */
import {
  allocate,
  type CoordArray,
  type CoordDType,
  dtypeOf,
  isBigDType,
  isFloatDType,
  isTimeDType,
  type Scalar,
  type TypedArray,
} from '../dtype.js';
import { CoordinateError } from '../errors.js';
import { type TimeLike, toDuration, toTime } from '../time.js';
import { integerToScalar } from './exact.js';

/** One coordinate value as users give it. */
export type ScalarLike = Scalar | Date;

/** Coordinate values as users give them: a typed array is taken as it is, not copied. */
export type CoordValues = CoordArray | readonly ScalarLike[];

/** The dtype that one value has on its own: Date is a time, text is text, bigint int64, number float64. */
function dtypeOfScalar(value: unknown): CoordDType {
  if (value instanceof Date) return 'datetime64[ns]';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'bigint') return 'int64';
  if (typeof value === 'number') return 'float64';
  throw new CoordinateError(
    'BAD_COORDINATE',
    `${Object.prototype.toString.call(value)} is not a coordinate value; allowed: number, bigint, text, Date`,
  );
}

/** One value as a scalar of `dtype`: text and Date become times where `dtype` is one. Throws `BAD_COORDINATE`, `BAD_TIME`. */
export function toScalar(value: ScalarLike, dtype: CoordDType): Scalar {
  if (dtype === 'datetime64[ns]') {
    if (typeof value === 'number')
      throw new CoordinateError('BAD_TIME', `${value} is not a time; allowed: bigint nanoseconds, a Date, or ISO text`);
    return toTime(value as TimeLike);
  }
  if (value instanceof Date) throw new CoordinateError('BAD_COORDINATE', `a Date is not a value of dtype ${dtype}`);
  if (dtype === 'timedelta64[ns]') return toDuration(value);
  if (dtype === 'string') {
    if (typeof value !== 'string')
      throw new CoordinateError('BAD_COORDINATE', `${String(value)} is not text: all labels of a text coordinate are`);
    return value;
  }
  if (typeof value === 'string')
    throw new CoordinateError('BAD_COORDINATE', `${JSON.stringify(value)} is not a value of dtype ${dtype}`);
  if (isFloatDType(dtype)) return dtype === 'float32' ? Math.fround(Number(value)) : Number(value);
  if (typeof value === 'number' && !Number.isInteger(value))
    throw new CoordinateError('BAD_COORDINATE', `${value} is not a value of dtype ${dtype}`);
  const integer = BigInt(value);
  const scalar = integerToScalar(integer, dtype);
  if (BigInt(scalar) !== integer) throw new CoordinateError('BAD_COORDINATE', `${value} does not fit in ${dtype}`);
  return scalar;
}

/** A scalar with its dtype: `dtype` if given, otherwise what the value is on its own. */
export function inferScalar(value: ScalarLike, dtype?: CoordDType): { value: Scalar; dtype: CoordDType } {
  const found = dtype ?? dtypeOfScalar(value);
  return { value: toScalar(value, found), dtype: found };
}

/**
 * Values as one array of one dtype. Without `dtype`: typed arrays keep theirs, numbers are float64, bigints int64, Dates
 * times, text is text or, with `textIsTime`, ISO times. An empty plain array is float64.
 */
export function toCoordArray(
  values: CoordValues,
  dtype?: CoordDType,
  textIsTime = false,
): { values: CoordArray; dtype: CoordDType } {
  if (ArrayBuffer.isView(values)) {
    const own = dtypeOf(values as TypedArray);
    if (dtype === undefined || dtype === own || (isTimeDType(dtype) && own === 'int64'))
      return { values: values as TypedArray, dtype: dtype ?? own };
    return { values: convert(values as ArrayLike<ScalarLike>, dtype), dtype };
  }
  if (!Array.isArray(values))
    throw new CoordinateError('BAD_COORDINATE', 'coordinate values must be an array or a typed array');
  let found = dtype ?? (values.length === 0 ? 'float64' : dtypeOfScalar(values[0]));
  if (dtype === undefined && textIsTime && found === 'string') found = 'datetime64[ns]';
  return { values: convert(values as readonly ScalarLike[], found), dtype: found };
}

function convert(values: ArrayLike<ScalarLike>, dtype: CoordDType): CoordArray {
  if (dtype === 'string') return Array.from(values, (value) => toScalar(value, dtype) as string);
  const out = allocate(dtype, values.length);
  for (let k = 0; k < values.length; k++) (out as unknown as Scalar[])[k] = toScalar(values[k]!, dtype);
  return out;
}

/** A new array of `length` values of `dtype`. */
export function allocateCoordArray(dtype: CoordDType, length: number): CoordArray {
  return dtype === 'string' ? new Array<string>(length).fill('') : allocate(dtype, length);
}

/** Several arrays of one dtype end to end. */
export function joinCoordArrays(arrays: readonly CoordArray[], dtype: CoordDType): CoordArray {
  if (dtype === 'string') return (arrays as string[][]).flat();
  const out = allocate(
    dtype,
    arrays.reduce((sum, array) => sum + array.length, 0),
  );
  let offset = 0;
  for (const array of arrays) {
    (out as Float64Array).set(array as Float64Array, offset);
    offset += array.length;
  }
  return out;
}

/** True if both arrays hold the same values; NaN equals NaN. */
export function sameValues(a: ArrayLike<Scalar>, b: ArrayLike<Scalar>): boolean {
  if (a.length !== b.length) return false;
  for (let k = 0; k < a.length; k++) {
    const [x, y] = [a[k]!, b[k]!];
    if (x !== y && !(Number.isNaN(x) && Number.isNaN(y))) return false;
  }
  return true;
}

/** True if every value is greater than the one before. */
export function strictlyIncreases(values: ArrayLike<Scalar>): boolean {
  for (let k = 1; k < values.length; k++) if (!(values[k]! > values[k - 1]!)) return false;
  return true;
}

/** True where scalars of `dtype` are exact integers: all but floats and text. */
export function isExactDType(dtype: CoordDType): boolean {
  return dtype !== 'string' && (isBigDType(dtype) || !isFloatDType(dtype));
}
