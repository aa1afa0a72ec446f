/** Even segments that go on where the one before ended, within a tolerance, as one. */
import { type CoordDType, type Delta, isFloatDType, type TypedArray } from '../dtype.js';
import { floorDivide, roundDivide } from '../time.js';
import type { SamplingRatio } from './constant-step.js';
import { integerToScalar, type NumericScalar, toInteger } from './exact.js';

/** Fused segments: first labels and lengths. */
export interface FusedSegments {
  tieValues: NumericScalar[];
  tieLengths: number[];
}

/**
 * One greedy pass from the left. Floats: a segment is fused if it begins within `tolerance` of where the run would have
 * gone on; labels are never moved. Integers and times: a run may spread over twice the tolerance, and is then anchored in
 * the middle of that spread, so that no label moves by more than `tolerance`.
 */
export function fuseSegments(
  tieValues: TypedArray,
  tieLengths: readonly number[],
  ratio: SamplingRatio,
  tolerance: Delta,
  dtype: CoordDType,
): FusedSegments {
  if (isFloatDType(dtype))
    return fuseFloats(tieValues as Float64Array, tieLengths, ratio.numerator as number, tolerance as number);
  return fuseExact(
    Array.from(tieValues as ArrayLike<NumericScalar>, toInteger),
    tieLengths,
    toInteger(ratio.numerator),
    BigInt(ratio.denominator),
    toInteger(tolerance),
    dtype,
  );
}

function fuseFloats(
  values: ArrayLike<number>,
  lengths: readonly number[],
  step: number,
  tolerance: number,
): FusedSegments {
  const out: FusedSegments = { tieValues: [values[0]!], tieLengths: [lengths[0]!] };
  for (let k = 1; k < values.length; k++) {
    const last = out.tieValues.length - 1;
    const next = (out.tieValues[last] as number) + step * out.tieLengths[last]!;
    if (Math.abs(values[k]! - next) <= tolerance) out.tieLengths[last]! += lengths[k]!;
    else {
      out.tieValues.push(values[k]!);
      out.tieLengths.push(lengths[k]!);
    }
  }
  return out;
}

function fuseExact(
  values: readonly bigint[],
  lengths: readonly number[],
  numerator: bigint,
  denominator: bigint,
  tolerance: bigint,
  dtype: CoordDType,
): FusedSegments {
  const out: FusedSegments = { tieValues: [], tieLengths: [] };
  let first = 0;
  while (first < values.length) {
    let length = lengths[first]!;
    let next = first + 1;
    // by how much samples of the run would move, at most, if it went on from its first label
    let [low, high] = [0n, 0n];
    for (; next < values.length; next++) {
      const [least, most] = expectedRange(length, lengths[next]!, numerator, denominator);
      const jump = values[next]! - values[first]!;
      const below = jump - most < low ? jump - most : low;
      const above = jump - least > high ? jump - least : high;
      if (above - below > 2n * tolerance) break;
      [low, high] = [below, above];
      length += lengths[next]!;
    }
    out.tieValues.push(integerToScalar(values[first]! + roundDivide(low + high, 2n), dtype));
    out.tieLengths.push(length);
    first = next;
  }
  return out;
}

/**
 * How far labels are from those `steps` samples before, whatever the phase of the rounding: one number where the distance
 * is whole, its two neighbours where it is not. One sample alone has one phase.
 */
function expectedRange(steps: number, count: number, numerator: bigint, denominator: bigint): [bigint, bigint] {
  const product = BigInt(steps) * numerator;
  if (count === 1) {
    const distance = roundDivide(product, denominator);
    return [distance, distance];
  }
  const below = floorDivide(product, denominator);
  if (below * denominator !== product) return [below, below + 1n];
  // halves go to even: an odd shift moves them to the other side
  return denominator % 2n === 0n && below % 2n !== 0n ? [below - 1n, below + 1n] : [below, below];
}
