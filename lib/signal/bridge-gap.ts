/** Samples for a gap: on the straight line between the sample before it and the one after it, lane by lane. */
import { dtypeOf, isFloatDType, type TypedArray, typedArrayConstructor } from '../dtype.js';
import { roundDivide } from '../time.js';

/** Which samples of a gap are wanted, and how their lanes lie. */
export interface BridgeSpan {
  /** Lanes before the axis of the gap, and behind it: one sample has `outer * inner` values. */
  readonly outer: number;
  readonly inner: number;
  /** How many samples are missing in all. */
  readonly missing: number;
  /** The first wanted, from 0, and how many. */
  readonly from: number;
  readonly count: number;
}

/**
 * `count` samples of a gap of `missing`, in C order `(outer, count, inner)`, of the dtype of `before`. Floats are computed
 * as `numpy.interp` computes them, in float64 (so NaN on one side gives NaN); integers are exact, then rounded to the
 * nearest, halves to even, as `numpy.rint` does.
 */
export function bridgeGap(before: TypedArray, after: TypedArray, span: BridgeSpan): TypedArray {
  const { outer, inner, missing, from, count } = span;
  const dtype = dtypeOf(before);
  const out = new (typedArrayConstructor(dtype))(outer * count * inner);
  const between = isFloatDType(dtype) ? betweenFloats : betweenIntegers;
  const [a, b] = [before, after] as unknown as (number | bigint)[][];
  const target = out as unknown as (number | bigint)[];
  for (let o = 0; o < outer; o++)
    for (let k = 0; k < count; k++)
      for (let i = 0; i < inner; i++) {
        const lane = o * inner + i;
        target[(o * count + k) * inner + i] = between(a[lane]! as never, b[lane]! as never, from + k + 1, missing + 1);
      }
  return out;
}

/** `a` at 0 and `b` at `steps`: the value at `k`, as `numpy.interp`. */
function betweenFloats(a: number, b: number, k: number, steps: number): number {
  const slope = (b - a) / steps;
  let value = slope * k + a;
  // numpy's way out of inf - inf: from the other side, then the value that both have
  if (Number.isNaN(value)) {
    value = slope * (k - steps) + b;
    if (Number.isNaN(value) && a === b) value = a;
  }
  return value;
}

/** As {@link betweenFloats} for integers, exactly, halves to even. */
function betweenIntegers(a: number | bigint, b: number | bigint, k: number, steps: number): number | bigint {
  if (typeof a === 'number' && typeof b === 'number') {
    const weighted = a * (steps - k) + b * k;
    if (Math.abs(weighted) < 2 ** 52) return roundToEven(weighted, steps);
  }
  const [left, right, all] = [BigInt(steps - k), BigInt(k), BigInt(steps)];
  const value = roundDivide(BigInt(a) * left + BigInt(b) * right, all);
  return typeof a === 'bigint' ? value : Number(value);
}

/** `numerator / denominator` of safe integers, rounded to the nearest, halves to even. */
function roundToEven(numerator: number, denominator: number): number {
  const floor = Math.floor(numerator / denominator);
  const twice = 2 * (numerator - floor * denominator);
  return twice > denominator || (twice === denominator && floor % 2 !== 0) ? floor + 1 : floor;
}

/** One number as `numpy.rint` rounds it: to the nearest integer, halves to even. */
export function rint(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
}
