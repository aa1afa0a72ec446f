/**
 * Index <-> value along tie points joined by straight lines (CF section 8.3). Every result is the exactly rounded one:
 * ties of halves go to the even value or index. Behaviour of `xinterp` 0.2, which xdas uses; tested against it.
 */
import { type CoordDType, isBigDType, isFloatDType, type TypedArray } from '../dtype.js';
import { floorDivide, roundDivide } from '../time.js';
import { exactToScalar, type NumericScalar, toExact, toInteger } from './exact.js';

/** How a value that is no sample's label is looked up: not at all, nearest, last before, or first after. */
export type LookupMethod = null | 'nearest' | 'ffill' | 'bfill';

/** Index of the last element of ascending `sorted` that is `<= value`, or -1. */
export function lastNotAfter(sorted: ArrayLike<NumericScalar>, value: NumericScalar): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Scaling that makes float ties integers where they are short decimals of base two: keeps the common case off bigints. */
const SCALE = 65536;
const EXACT = 2 ** 52;

/** The value `k` steps into a segment of `length` steps from `first` to `last`. */
export function interpolate(
  k: number,
  length: number,
  first: NumericScalar,
  last: NumericScalar,
  dtype: CoordDType,
): NumericScalar {
  if (k === 0) return first;
  if (k === length) return last;
  if (isFloatDType(dtype)) {
    const a = (first as number) * SCALE;
    const b = (last as number) * SCALE;
    if (
      Number.isSafeInteger(a) &&
      Number.isSafeInteger(b) &&
      Math.abs(a) * length < EXACT / 2 &&
      Math.abs(b) * length < EXACT / 2
    ) {
      const value = (a * (length - k) + b * k) / length / SCALE;
      return dtype === 'float32' ? Math.fround(value) : value;
    }
    if (!Number.isFinite(first as number) || !Number.isFinite(last as number)) return Number.NaN;
  }
  const { integers, exponent } = toExact(first, last);
  const n = BigInt(length);
  return exactToScalar(integers[0]! * (n - BigInt(k)) + integers[1]! * BigInt(k), n, exponent, dtype);
}

/** The value at `index`, which must lie on the axis. */
export function valueAt(
  index: number,
  tieIndices: readonly number[],
  tieValues: TypedArray,
  dtype: CoordDType,
): NumericScalar {
  const segment = Math.max(0, Math.min(lastNotAfter(tieIndices, index), tieIndices.length - 2));
  if (tieIndices.length === 1) return tieValues[0]!;
  const start = tieIndices[segment]!;
  return interpolate(
    index - start,
    tieIndices[segment + 1]! - start,
    tieValues[segment]!,
    tieValues[segment + 1]!,
    dtype,
  );
}

/** All values of the axis, written into `out`. */
export function fillValues(
  out: TypedArray,
  tieIndices: readonly number[],
  tieValues: TypedArray,
  dtype: CoordDType,
): void {
  const target = out as unknown as NumericScalar[];
  if (tieIndices.length === 0) return;
  target[0] = tieValues[0]!;
  for (let segment = 0; segment + 1 < tieIndices.length; segment++) {
    const start = tieIndices[segment]!;
    const length = tieIndices[segment + 1]! - start;
    const first = tieValues[segment]!;
    const last = tieValues[segment + 1]!;
    if (isFloatDType(dtype))
      for (let k = 1; k <= length; k++) target[start + k] = interpolate(k, length, first, last, dtype);
    else fillExact(target, start, length, toInteger(first), toInteger(last), dtype);
  }
}

/** The same as {@link interpolate} for all `k`, by carrying quotient and remainder along. */
function fillExact(
  target: NumericScalar[],
  start: number,
  length: number,
  first: bigint,
  last: bigint,
  dtype: CoordDType,
): void {
  const n = BigInt(length);
  const step = floorDivide(last - first, n);
  const rest = last - first - step * n;
  const big = isBigDType(dtype);
  let [value, remainder] = [first, 0n];
  for (let k = 1; k <= length; k++) {
    value += step;
    remainder += rest;
    if (remainder >= n) {
      remainder -= n;
      value += 1n;
    }
    const twice = 2n * remainder;
    const rounded = rest !== 0n && (twice > n || (twice === n && (value & 1n) === 1n)) ? value + 1n : value;
    target[start + k] = big ? rounded : Number(rounded);
  }
}

/**
 * The index whose value is `value`, or -1 where there is none. Tie values must increase strictly.
 * `null`: the nearest index if its value is exactly `value`; `nearest` clamps without limit; `ffill` and `bfill` take the
 * floor and the ceiling of the exact solution.
 */
export function indexOf(
  value: NumericScalar,
  tieIndices: readonly number[],
  tieValues: TypedArray,
  dtype: CoordDType,
  method: LookupMethod,
): number {
  const count = tieIndices.length;
  if (count === 0) return -1;
  const size = tieIndices[count - 1]! + 1;
  if (value < tieValues[0]!) return method === 'nearest' || method === 'bfill' ? 0 : -1;
  if (value >= tieValues[count - 1]!) {
    if (value === tieValues[count - 1]! || method === 'nearest' || method === 'ffill') return size - 1;
    return -1;
  }
  const segment = lastNotAfter(tieValues as ArrayLike<NumericScalar>, value);
  const start = tieIndices[segment]!;
  const length = tieIndices[segment + 1]! - start;
  const first = tieValues[segment]!;
  const last = tieValues[segment + 1]!;
  const { integers } = toExact(value, first, last);
  const [f, f0, f1] = integers as [bigint, bigint, bigint];
  const denominator = f1 - f0;
  // the whole index as a fraction, so that halves go to the even index of the axis
  const numerator = (f - f0) * BigInt(length) + BigInt(start) * denominator;
  if (method === 'ffill') return Number(floorDivide(numerator, denominator));
  if (method === 'bfill') return Number(-floorDivide(-numerator, denominator));
  const index = Number(roundDivide(numerator, denominator));
  if (method === 'nearest') return index;
  return interpolate(index - start, length, first, last, dtype) === value ? index : -1;
}
