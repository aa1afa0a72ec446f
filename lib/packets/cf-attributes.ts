/** Attributes of a NetCDF file <-> plain values of JavaScript, and the deltas (intervals, tolerances) that ride in them. */
import type { Attrs, AttrValue } from '../dataarray/attributes.js';
import type { CoordDType, Delta, DType, Scalar, TypedArray } from '../dtype.js';
import { dtypeOf, isBigDType, isTimeDType, typedArrayConstructor } from '../dtype.js';
import { PacketError } from '../errors.js';
import { secondsToNs } from '../time.js';
import { durationUnit } from './cf-time.js';
import { type NetcdfAttribute, reservedAttributes } from './netcdf-content.js';

/** Attributes by name, as they are in a file. */
export type NetcdfAttributes = Record<string, NetcdfAttribute>;

const INT64_MAX = 2n ** 63n - 1n;

/** Attribute names that NetCDF4, CF and xdas keep for themselves on the data variable. */
const reserved = new Set([
  ...reservedAttributes,
  'coordinates',
  'coordinate_interpolation',
  'coordinate_sampling',
  '_FillValue',
]);

/** True for names that never are a user's attribute: reserved ones, and those fenced by double underscores. */
export function isReservedAttribute(name: string): boolean {
  return reserved.has(name) || (name.startsWith('__') && name.endsWith('__'));
}

/** True for text that HDF5 can hold as UTF-8: no NUL, no lone surrogate. */
export function isStorableText(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
}

/** Text from a packet as it is quoted in errors: at most 80 characters of it. */
export function quoted(text: string): string {
  return text.length > 80 ? `${JSON.stringify(text.slice(0, 80))}...` : JSON.stringify(text);
}

/** A scalar text attribute. */
export function textAttribute(text: string): NetcdfAttribute {
  return { dtype: 'string', shape: [], values: [text] };
}

/** A scalar numeric attribute of `dtype`. */
export function scalarAttribute(dtype: DType, value: number | bigint): NetcdfAttribute {
  return { dtype, shape: [], values: typedArrayOf(dtype, [value]) };
}

/** A typed array of `dtype` from plain numbers or bigints, converted as the dtype needs. */
export function typedArrayOf(dtype: DType, values: readonly (number | bigint)[]): TypedArray {
  const convert = isBigDType(dtype) ? BigInt : Number;
  return new (typedArrayConstructor(dtype))(values.map(convert as (value: number | bigint) => number)) as TypedArray;
}

/** The text of a scalar text attribute, or null where there is none of that name. */
export function textOf(attrs: NetcdfAttributes, name: string): string | null {
  const attr = own(attrs, name);
  return attr?.dtype === 'string' && attr.values.length === 1 ? (attr.values[0] as string) : null;
}

/** The one value of an attribute, or null where there is none of that name or it has several. */
export function scalarOf(attrs: NetcdfAttributes, name: string): Scalar | null {
  const attr = own(attrs, name);
  return attr?.values.length === 1 ? attr.values[0]! : null;
}

function own(attrs: NetcdfAttributes, name: string): NetcdfAttribute | undefined {
  return Object.hasOwn(attrs, name) ? attrs[name] : undefined;
}

/**
 * A user's attributes as a file holds them: text, lists of text, numbers (float64), bigint (int64, or uint64 where it
 * needs it) and typed arrays (of their own dtype). Throws `BAD_ENCODING` for names and values that a packet cannot hold.
 */
export function encodeAttributes(attrs: Attrs): NetcdfAttributes {
  const out: NetcdfAttributes = {};
  for (const [name, value] of Object.entries(attrs)) {
    if (isReservedAttribute(name)) throw bad(name, 'this name is reserved (NetCDF4, CF, xdas); rename it');
    if (name === '' || name.includes('/') || !isStorableText(name))
      throw bad(name, 'a name must not be empty nor contain a slash, a NUL or a lone surrogate');
    out[name] = encodeAttribute(name, value);
  }
  return out;
}

function encodeAttribute(name: string, value: AttrValue): NetcdfAttribute {
  if (typeof value === 'number') return scalarAttribute('float64', value);
  if (typeof value === 'bigint') {
    if (value === BigInt.asIntN(64, value)) return scalarAttribute('int64', value);
    if (value === BigInt.asUintN(64, value)) return scalarAttribute('uint64', value);
    throw bad(name, `${value} does not fit in 64 bits`);
  }
  if (typeof value === 'string' || (Array.isArray(value) && value.every((item) => typeof item === 'string'))) {
    const texts = typeof value === 'string' ? [value] : value;
    if (!texts.every(isStorableText)) throw bad(name, 'text with a NUL or a lone surrogate cannot be stored');
    return { dtype: 'string', shape: typeof value === 'string' ? [] : [texts.length], values: [...texts] };
  }
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return { dtype: dtypeOf(value), shape: [(value as TypedArray).length], values: (value as TypedArray).slice() };
  throw bad(name, 'allowed: text, list of text, number, bigint, typed array');
}

function bad(name: string, why: string): PacketError {
  return new PacketError('BAD_ENCODING', 'encode', `attribute ${JSON.stringify(name)}: ${why}`);
}

/**
 * An attribute of a file as a plain value. NetCDF does not tell one value from an array of one: both are a scalar
 * (bigint for 64-bit integers), as in Python. Arrays are flat typed arrays.
 */
export function decodeAttribute(attr: NetcdfAttribute): AttrValue {
  if (attr.values.length === 1 && attr.shape.length <= 1) return attr.values[0]!;
  return attr.values.slice() as string[] | TypedArray;
}

/**
 * An interval or tolerance as attributes `key` (and, for `datetime64[ns]` axes, `key_dtype` and `key_units`): xdas 0.2.9
 * and later read these.
 */
export function encodeDelta(key: string, value: Delta, dtype: CoordDType): NetcdfAttributes {
  if (dtype !== 'datetime64[ns]')
    return { [key]: scalarAttribute(dtype === 'timedelta64[ns]' ? 'int64' : (dtype as DType), value) };
  return {
    [key]: scalarAttribute('int64', value),
    [`${key}_dtype`]: textAttribute('timedelta64[ns]'),
    [`${key}_units`]: textAttribute('nanoseconds'),
  };
}

/**
 * Reads what {@link encodeDelta} writes, for an axis of `dtype`; null where `key` is absent. A bare number on a time axis
 * counts seconds, as in xdas. Throws `MALFORMED_PACKET`.
 */
export function decodeDelta(attrs: NetcdfAttributes, key: string, dtype: CoordDType, where: string): Delta | null {
  if (!Object.hasOwn(attrs, key)) return null;
  const units = textOf(attrs, `${key}_units`);
  return toDelta(scalarOf(attrs, key), units, dtype, `${where}: ${key}`);
}

/** A number with optional `units` (of time) as a delta of an axis of `dtype`. Throws `MALFORMED_PACKET`. */
export function toDelta(value: Scalar | null, units: string | null, dtype: CoordDType, where: string): Delta {
  const malformed = (why: string) => new PacketError('MALFORMED_PACKET', 'decode', `${where} ${why}`);
  if (value === null || typeof value === 'string') throw malformed('is not one number');
  if (units !== null) {
    const unit = durationUnit(units);
    if (unit === null) throw malformed(`has units ${quoted(units)}, which are no unit of time`);
    if (!isTimeDType(dtype) && !isBigDType(dtype)) throw malformed(`is a duration on an axis of ${dtype}`);
    if (typeof value === 'number' && !Number.isSafeInteger(value)) throw malformed(`is ${value}, not a whole number`);
    const ns = BigInt(value) * unit;
    if (ns > INT64_MAX || ns < -INT64_MAX) throw malformed(`is ${value} ${units}, which does not fit in 64 bits`);
    return ns;
  }
  if (dtype === 'datetime64[ns]') {
    if (typeof value === 'number' && !Number.isFinite(value)) throw malformed(`is ${value}`);
    return typeof value === 'bigint' ? value * 1_000_000_000n : secondsToNs(value);
  }
  if (!isBigDType(dtype)) return Number(value);
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw malformed(`is ${value}, not a whole number`);
  return BigInt(value);
}
