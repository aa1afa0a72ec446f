/**
 * Fewer ties for the same curve: the greedy sleeve that drops ties of a piecewise-linear axis, and the rate that fits
 * all its segments best. Behaviour of `xinterp` 0.2; tested against it.
 */
import { type CoordDType, type Delta, isFloatDType, type TypedArray } from '../dtype.js';
import type { SamplingRatio } from './constant-step.js';
import { absoluteDelta } from './delta.js';
import { absolute, type NumericScalar, subtract, toInteger } from './exact.js';
import { interpolate } from './piecewise-linear.js';
import { continuousSegments, reduceRatio } from './sampling-ratio.js';

/** Which ties survive: positions in `tieIndices`, ascending. Surviving values are never moved. */
export function survivingTies(
  tieIndices: readonly number[],
  tieValues: TypedArray,
  tolerance: Delta,
  ratio: SamplingRatio | null,
  dtype: CoordDType,
): number[] {
  const count = tieIndices.length;
  const all = Array.from(tieIndices.keys());
  if (count < 3) return all;
  const rule = isFloatDType(dtype)
    ? floatRule(tieIndices, tieValues as never, tolerance as number, ratio)
    : exactRule(tieIndices, Array.from(tieValues as ArrayLike<NumericScalar>, toInteger), toInteger(tolerance), ratio);
  // one line over everything: a global test, where the walk below is more careful than it need be
  const span = tieIndices[count - 1]!;
  const straight = all.every((k) => {
    const line = interpolate(tieIndices[k]!, span, tieValues[0]!, tieValues[count - 1]!, dtype);
    return absoluteDelta(subtract(tieValues[k]!, line, dtype)) <= tolerance;
  });
  if (straight && rule.keepsRate(0, count - 1)) return [0, count - 1];
  return walk(count, rule);
}

/** As {@link survivingTies} of floats without a rate, but without its global test: xinterp's `simplify_points`. */
export function sleeveTies(tieIndices: readonly number[], tieValues: Float64Array, tolerance: number): number[] {
  if (tieIndices.length < 3) return Array.from(tieIndices.keys());
  return walk(tieIndices.length, floatRule(tieIndices, tieValues, tolerance, null));
}

function walk(count: number, rule: SleeveRule): number[] {
  const kept = [0];
  let anchor = 0;
  rule.restart(0);
  for (let k = 1; k < count; k++) {
    if (k > anchor + 1 && !(rule.inCone(k) && rule.keepsRate(anchor, k))) {
      anchor = k - 1;
      kept.push(anchor);
      rule.restart(anchor);
    }
    rule.narrow(k);
  }
  kept.push(count - 1);
  return kept;
}

/** The cone of slopes from an anchor that pass all dropped ties within the tolerance. */
interface SleeveRule {
  restart(anchor: number): void;
  inCone(k: number): boolean;
  narrow(k: number): void;
  keepsRate(from: number, to: number): boolean;
}

function floatRule(
  x: readonly number[],
  y: ArrayLike<number>,
  tolerance: number,
  ratio: SamplingRatio | null,
): SleeveRule {
  let [anchor, low, high] = [0, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  return {
    restart(k) {
      anchor = k;
      low = Number.NEGATIVE_INFINITY;
      high = Number.POSITIVE_INFINITY;
    },
    inCone(k) {
      const slope = (y[k]! - y[anchor]!) / (x[k]! - x[anchor]!);
      return low < slope && slope < high;
    },
    narrow(k) {
      const dx = x[k]! - x[anchor]!;
      const dy = y[k]! - y[anchor]!;
      low = Math.max(low, (dy - tolerance) / dx);
      high = Math.min(high, (dy + tolerance) / dx);
    },
    keepsRate(from, to) {
      if (ratio === null) return true;
      // the width that validity checks with, a drift of exactly twice the tolerance included
      const drift = Math.abs(y[to]! - y[from]! - (ratio.numerator as number) * (x[to]! - x[from]!));
      return drift < 2 * tolerance;
    },
  };
}

function exactRule(
  x: readonly number[],
  y: readonly bigint[],
  tolerance: bigint,
  ratio: SamplingRatio | null,
): SleeveRule {
  // tolerance + 1/2: a tie within half a tick of the line is the only value that the line can have there
  let above = 2n * tolerance + 1n;
  let below = 2n;
  const rate = ratio && { numerator: toInteger(ratio.numerator), denominator: BigInt(ratio.denominator) };
  if (rate) {
    // the widest band whose rate test is exactly "drift at most twice the tolerance"
    above = (2n * rate.denominator * above - rate.denominator * below) / below + 1n;
    below = 2n * rate.denominator;
  }
  let anchor = 0;
  // slopes as fractions over `below * dx`
  let low: [bigint, bigint] | null = null;
  let high: [bigint, bigint] | null = null;
  return {
    restart(k) {
      anchor = k;
      low = null;
      high = null;
    },
    inCone(k) {
      const [dy, dx] = [below * (y[k]! - y[anchor]!), BigInt(x[k]! - x[anchor]!)];
      return low![0] * dx < dy * low![1] && dy * high![1] < high![0] * dx;
    },
    narrow(k) {
      const [dy, dx] = [below * (y[k]! - y[anchor]!), BigInt(x[k]! - x[anchor]!)];
      if (low === null || (dy - above) * low[1] > low[0] * dx) low = [dy - above, dx];
      if (high === null || (dy + above) * high[1] < high[0] * dx) high = [dy + above, dx];
    },
    keepsRate(from, to) {
      if (!rate) return true;
      const drift = absolute(
        rate.denominator * below * (y[to]! - y[from]!) - rate.numerator * below * BigInt(x[to]! - x[from]!),
      );
      return drift < 2n * above * rate.denominator;
    },
  };
}

/**
 * The rate with the smallest worst drift over all continuous areas (their weighted Chebyshev centre), exact for integers
 * and times; `null` where there is no continuous area.
 */
export function inferRatio(
  tieIndices: readonly number[],
  tieValues: TypedArray,
  dtype: CoordDType,
): SamplingRatio | null {
  const { spans, lengths } = continuousSegments(tieIndices, tieValues);
  if (spans.length === 0) return null;
  const [i, j] = isFloatDType(dtype)
    ? bindingPair(spans as number[], lengths, (a, b, c, d) => a / b <= c / d)
    : bindingPair(
        spans.map(toInteger),
        lengths.map((length) => BigInt(length)),
        (a, b, c, d) => a * d <= c * b,
      );
  const [a, b] = [spans[i]!, spans[j]!];
  const total = lengths[i]! + lengths[j]!;
  if (isFloatDType(dtype)) return { numerator: ((a as number) + (b as number)) / total, denominator: 1 };
  return reduceRatio(toInteger(a) + toInteger(b), total, dtype);
}

/**
 * The two segments that disagree most: where the upper envelope of the lines `+-(length * rate - span)` is lowest.
 * `atMost(a, b, c, d)` is `a / b <= c / d` for positive `b` and `d`.
 */
function bindingPair<T extends number | bigint>(
  spans: readonly T[],
  lengths: readonly T[],
  atMost: (a: T, b: T, c: T, d: T) => boolean,
): [number, number] {
  const minus = (a: T, b: T) => (typeof a === 'bigint' ? a - (b as bigint) : a - (b as number)) as T;
  const lines = [
    ...spans.map((span, k) => ({ slope: lengths[k]!, height: -span as T, segment: k })),
    ...spans.map((span, k) => ({ slope: -lengths[k]! as T, height: span, segment: k })),
  ].sort((p, q) => compare(p.slope, q.slope) || compare(q.height, p.height));
  const hull: typeof lines = [];
  for (const line of lines) {
    if (hull.length > 0 && hull.at(-1)!.slope === line.slope) continue;
    while (hull.length >= 2) {
      const [under, last] = hull.slice(-2) as [(typeof lines)[0], (typeof lines)[0]];
      // where `line` and `last` meet `under`: if `line` is there first, `last` is never the highest
      const meets = atMost(
        minus(under.height, line.height),
        minus(line.slope, under.slope),
        minus(under.height, last.height),
        minus(last.slope, under.slope),
      );
      if (!meets) break;
      hull.pop();
    }
    hull.push(line);
  }
  const rising = hull.findIndex((line) => line.slope >= 0);
  return [hull[rising]!.segment, hull[rising - 1]!.segment];
}

function compare<T extends number | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
