/**
 * The nominal rate of a regular coordinate, kept as an exact, reduced ratio `numerator / denominator`, so that 1/3 of a
 * microsecond stays 1/3. Behaviour of xdas 0.2.10.
 */
import { type CoordDType, type Delta, isBigDType, isFloatDType, isTimeDType, type TypedArray } from '../dtype.js';
import { CoordinateError } from '../errors.js';
import { nsToSeconds } from '../time.js';
import type { SamplingRatio } from './constant-step.js';
import { type DeltaLike, defaultTolerance, toDelta } from './delta.js';
import { absolute, greatestCommonDivisor, integerToScalar, type NumericScalar, toInteger } from './exact.js';

/** How a constructor is told the rate: the interval itself, or numerator and denominator together. */
export interface SamplingInit {
  /** Nominal sample spacing; on time axes bigint ns, a number of seconds, or text such as `'20ms'`. */
  samplingInterval?: DeltaLike | null;
  /** Value step of `samplingDenominator` samples. */
  samplingNumerator?: DeltaLike | null;
  /** Positive integer. */
  samplingDenominator?: number | bigint | null;
}

/**
 * The reduced ratio of `init`, or `null` where it names no rate. Throws `BAD_COORDINATE` where it names both spellings,
 * half of one, or a denominator that is not a positive integer.
 */
export function parseSamplingRatio(init: SamplingInit, dtype: CoordDType): SamplingRatio | null {
  const { samplingInterval = null, samplingNumerator = null, samplingDenominator = null } = init;
  if (samplingNumerator === null && samplingDenominator === null)
    return samplingInterval === null ? null : { numerator: toDelta(samplingInterval, dtype), denominator: 1 };
  if (samplingInterval !== null)
    throw new CoordinateError(
      'BAD_COORDINATE',
      'samplingInterval and samplingNumerator/samplingDenominator say the same thing: give one of them',
    );
  if (samplingNumerator === null || samplingDenominator === null)
    throw new CoordinateError('BAD_COORDINATE', 'samplingNumerator and samplingDenominator are given together');
  if (typeof samplingDenominator === 'number' ? !Number.isInteger(samplingDenominator) : false)
    throw new CoordinateError('BAD_COORDINATE', `samplingDenominator must be an integer, not ${samplingDenominator}`);
  if (samplingDenominator <= 0)
    throw new CoordinateError('BAD_COORDINATE', `samplingDenominator must be positive, not ${samplingDenominator}`);
  return reduceRatio(toDelta(samplingNumerator, dtype), samplingDenominator, dtype);
}

/** `numerator / denominator` in lowest terms; floats have no tick, so there the division is done at once. */
export function reduceRatio(numerator: Delta, denominator: number | bigint, dtype: CoordDType): SamplingRatio {
  if (isFloatDType(dtype)) {
    const rate = denominator === 1 || denominator === 1n ? Number(numerator) : Number(numerator) / Number(denominator);
    return { numerator: dtype === 'float32' ? Math.fround(rate) : rate, denominator: 1 };
  }
  const ticks = toInteger(numerator);
  const below = BigInt(denominator);
  const divisor = greatestCommonDivisor(absolute(ticks), below) || 1n;
  return { numerator: integerToScalar(ticks / divisor, dtype), denominator: smallest(below / divisor) };
}

/** number where it is exact, bigint beyond. */
function smallest(value: bigint): number | bigint {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** The interval that a ratio stands for: exact for floats and whole ticks, rounded down to the tick otherwise. */
export function intervalOf(ratio: SamplingRatio | null, dtype: CoordDType): Delta | null {
  if (ratio === null) return null;
  if (ratio.denominator === 1 || isFloatDType(dtype)) return ratio.numerator;
  const ticks = toInteger(ratio.numerator);
  const below = BigInt(ratio.denominator);
  const quotient = ticks / below - (ticks % below !== 0n && ticks < 0n ? 1n : 0n);
  return integerToScalar(quotient, dtype);
}

/** The interval as a number: seconds for times (divided last, so that no tick is lost), the value itself otherwise. */
export function intervalInSeconds(ratio: SamplingRatio | null, dtype: CoordDType): Delta | null {
  if (ratio === null) return null;
  if (!isTimeDType(dtype)) return intervalOf(ratio, dtype);
  return nsToSeconds(ratio.numerator as bigint) / Number(ratio.denominator);
}

/** True if two ratios are exactly the same rate; false if one is missing. */
export function sameRatio(a: SamplingRatio | null, b: SamplingRatio | null): boolean {
  if (a === null || b === null) return false;
  if (typeof a.numerator === 'number' && !Number.isInteger(a.numerator))
    return a.numerator * Number(b.denominator) === Number(b.numerator) * Number(a.denominator);
  if (typeof b.numerator === 'number' && !Number.isInteger(b.numerator)) return false;
  return BigInt(a.numerator) * BigInt(b.denominator) === BigInt(b.numerator) * BigInt(a.denominator);
}

/** True if both ratios are written the same, or both are missing. */
export function ratioEquals(a: SamplingRatio | null, b: SamplingRatio | null): boolean {
  if (a === null || b === null) return a === b;
  return a.numerator === b.numerator && BigInt(a.denominator) === BigInt(b.denominator);
}

/** Value and index spans of the continuous areas: two ties at adjacent indices are a seam, not a segment. */
export function continuousSegments(
  tieIndices: readonly number[],
  tieValues: TypedArray,
): { spans: NumericScalar[]; lengths: number[] } {
  const spans: NumericScalar[] = [];
  const lengths: number[] = [];
  for (let k = 0; k + 1 < tieIndices.length; k++) {
    const length = tieIndices[k + 1]! - tieIndices[k]!;
    if (length === 1) continue;
    const [a, b] = [tieValues[k]!, tieValues[k + 1]!];
    spans.push(typeof a === 'bigint' ? (b as bigint) - a : (b as number) - a);
    lengths.push(length);
  }
  return { spans, lengths };
}

/** The worst `|denominator * span - numerator * length|` over the continuous areas; `null` where there are none. */
function worstDrift(
  tieIndices: readonly number[],
  tieValues: TypedArray,
  ratio: SamplingRatio,
  dtype: CoordDType,
): NumericScalar | null {
  const { spans, lengths } = continuousSegments(tieIndices, tieValues);
  if (spans.length === 0) return null;
  if (isFloatDType(dtype)) {
    // Math.max lets NaN through, so a span that is no number is never valid
    return spans.reduce<number>(
      (most, span, k) => Math.max(most, Math.abs((span as number) - (ratio.numerator as number) * lengths[k]!)),
      0,
    );
  }
  const [above, below] = [toInteger(ratio.numerator), BigInt(ratio.denominator)];
  let worst = 0n;
  for (const [k, span] of spans.entries()) {
    const drift = absolute(below * toInteger(span) - above * BigInt(lengths[k]!));
    if (drift > worst) worst = drift;
  }
  return worst;
}

/** True if every continuous area keeps to the rate, each of its ends moved by `tolerance` at most. */
export function ratioFits(
  tieIndices: readonly number[],
  tieValues: TypedArray,
  ratio: SamplingRatio,
  tolerance: Delta,
  dtype: CoordDType,
): boolean {
  const drift = worstDrift(tieIndices, tieValues, ratio, dtype);
  if (drift === null) return true;
  if (isFloatDType(dtype)) return (drift as number) <= 2 * (tolerance as number);
  return (drift as bigint) <= 2n * toInteger(tolerance) * BigInt(ratio.denominator);
}

/** The smallest tolerance with which {@link ratioFits}; the default tolerance where there is no continuous area. */
export function smallestTolerance(
  tieIndices: readonly number[],
  tieValues: TypedArray,
  ratio: SamplingRatio,
  dtype: CoordDType,
): Delta {
  const drift = worstDrift(tieIndices, tieValues, ratio, dtype);
  if (drift === null) return defaultTolerance(dtype);
  if (isFloatDType(dtype)) return (drift as number) / 2;
  const twice = 2n * BigInt(ratio.denominator);
  const ticks = ((drift as bigint) + twice - 1n) / twice;
  return isBigDType(dtype) ? ticks : Number(ticks);
}
