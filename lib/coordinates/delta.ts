/** Steps and tolerances along an axis: bigint nanoseconds for times, bigint for 64-bit integers, number otherwise. */
import { type CoordDType, type Delta, isBigDType, isFloatDType, isTimeDType } from '../dtype.js';
import { CoordinateError } from '../errors.js';
import { type DurationLike, toDuration } from '../time.js';
import { integerToScalar } from './exact.js';

/** A step or tolerance as users give it: on time axes bigint ns, a number of seconds, or text such as `'20ms'`. */
export type DeltaLike = DurationLike;

/**
 * A step or tolerance in the type that `dtype` needs. On time axes a number is seconds; on integer axes a fraction is
 * cut off, as numpy casts. Throws `BAD_COORDINATE` for text or NaN on axes that are no times.
 */
export function toDelta(value: DeltaLike, dtype: CoordDType): Delta {
  if (isTimeDType(dtype)) return toDuration(value);
  if (typeof value === 'string')
    throw new CoordinateError(
      'BAD_COORDINATE',
      `${JSON.stringify(value)} is not a step of a ${dtype} axis: give a number`,
    );
  if (isFloatDType(dtype)) return dtype === 'float32' ? Math.fround(Number(value)) : Number(value);
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new CoordinateError('BAD_COORDINATE', `${value} is not a step of a ${dtype} axis`);
  return integerToScalar(BigInt(typeof value === 'number' ? Math.trunc(value) : value), dtype);
}

/** What a tolerance means when none is given: exactly zero for times and integers, 1e-8 for float64, 1e-5 for float32. */
export function defaultTolerance(dtype: CoordDType): Delta {
  if (dtype === 'float64') return 1e-8;
  if (dtype === 'float32') return Math.fround(1e-5);
  return isBigDType(dtype) ? 0n : 0;
}

/** A tolerance as users give it, or the default of the dtype. */
export function toTolerance(value: DeltaLike | null | undefined, dtype: CoordDType): Delta {
  return value === null || value === undefined ? defaultTolerance(dtype) : toDelta(value, dtype);
}

/** The larger of two deltas. */
export function largerDelta(a: Delta, b: Delta): Delta {
  return b > a ? b : a;
}

/** Absolute value of a delta. */
export function absoluteDelta(delta: Delta): Delta {
  return delta < 0 ? -delta : delta;
}

/** `a + b` of two deltas of the same dtype. */
export function addDeltas(a: Delta, b: Delta, dtype: CoordDType): Delta {
  if (isBigDType(dtype)) return (a as bigint) + (b as bigint);
  const sum = (a as number) + (b as number);
  return dtype === 'float32' ? Math.fround(sum) : sum;
}

/** Zero in the type of the deltas of `dtype`. */
export function zeroDelta(dtype: CoordDType): Delta {
  return isBigDType(dtype) ? 0n : 0;
}
