/**
 * Index <-> value along one segment that steps at an exact rate `numerator / denominator` from its anchor. Results are
 * exactly rounded, halves to even counted from the anchor. Behaviour of `xinterp` 0.2; tested against it.
 */
import { type CoordDType, isFloatDType } from '../dtype.js';
import { floorDivide, roundDivide } from '../time.js';
import { exactToScalar, integerToScalar, type NumericScalar, toExact, toInteger } from './exact.js';
import type { LookupMethod } from './piecewise-linear.js';

/** An exact rate: value steps of `numerator` every `denominator` samples. Floats have the denominator 1. */
export interface SamplingRatio {
  readonly numerator: NumericScalar;
  readonly denominator: number | bigint;
}

/** The value `k` samples after `anchor`; `k` may be negative. */
export function stepValue(anchor: NumericScalar, k: number, ratio: SamplingRatio, dtype: CoordDType): NumericScalar {
  if (k === 0) return anchor;
  if (isFloatDType(dtype)) {
    const product = (ratio.numerator as number) * k;
    const sum = (anchor as number) + product;
    if (Number.isSafeInteger(ratio.numerator) && Number.isSafeInteger(anchor) && Number.isSafeInteger(sum))
      return dtype === 'float32' ? Math.fround(sum) : sum;
    if (!Number.isFinite(sum)) return sum;
    const { integers, exponent } = toExact(anchor, ratio.numerator);
    return exactToScalar(integers[0]! + integers[1]! * BigInt(k), 1n, exponent, dtype);
  }
  if (ratio.denominator === 1)
    return integerToScalar(toInteger(anchor) + BigInt(k) * toInteger(ratio.numerator), dtype);
  const offset = roundDivide(BigInt(k) * toInteger(ratio.numerator), BigInt(ratio.denominator));
  return integerToScalar(toInteger(anchor) + offset, dtype);
}

/**
 * Samples from `anchor` to `value` in a segment of `length` samples that ends at `end`, or -1 where there is none. The
 * step may be negative.
 */
export function stepIndexOf(
  value: NumericScalar,
  anchor: NumericScalar,
  end: NumericScalar,
  length: number,
  ratio: SamplingRatio,
  dtype: CoordDType,
  method: LookupMethod,
): number {
  const down = end < anchor;
  const before = down ? value > anchor : value < anchor;
  const atOrAfter = down ? value <= end : value >= end;
  if (before) return method === 'nearest' || method === 'bfill' ? 0 : -1;
  if (atOrAfter) return value === end || method === 'nearest' || method === 'ffill' ? length - 1 : -1;
  const { integers } = toExact(value, anchor, ratio.numerator);
  let numerator = (integers[0]! - integers[1]!) * BigInt(ratio.denominator);
  let denominator = integers[2]!;
  if (denominator < 0n) {
    numerator = -numerator;
    denominator = -denominator;
  }
  if (method === 'ffill') return Math.min(Number(floorDivide(numerator, denominator)), length - 1);
  if (method === 'bfill') return Math.min(Number(-floorDivide(-numerator, denominator)), length - 1);
  const index = Math.min(Number(roundDivide(numerator, denominator)), length - 1);
  if (method === 'nearest') return index;
  return stepValue(anchor, index, ratio, dtype) === value ? index : -1;
}
