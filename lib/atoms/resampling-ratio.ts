/** From a wanted rate, interval or factor to the integers `up` and `down`. */
import type { Delta } from '../dtype.js';
import { AtomError } from '../errors.js';
import { nsToSeconds, toDuration } from '../time.js';
import { roundHalfEven } from './sampling.js';

/** The target of a resampling, one of three spellings. */
export interface ResamplingTarget {
  /** Samples per second (or per unit of the coordinate). */
  readonly rate: number | null;
  /** Seconds (or units of the coordinate) as a number; exactly, as bigint nanoseconds or text such as `'20ms'`. */
  readonly interval: number | bigint | string | null;
  readonly up: number | null;
  readonly down: number | null;
}

/** How far the solver looks. */
export interface ResamplingSearch {
  readonly snap: boolean;
  readonly maxup: number;
  readonly maxdown: number | null;
  readonly tolerance: number | null;
}

/** A part of a tick, `[rest, denominator]`, that the interval is longer than `delta`. */
export type IntervalRest = readonly [rest: bigint, denominator: bigint];

/** An exact rational factor. */
export interface ResamplingRatio {
  readonly up: number;
  readonly down: number;
}

/** Throws `BAD_ARGUMENT` unless exactly one of `rate`, `interval` and `up`/`down` is given. */
export function checkTarget({ rate, interval, up, down }: ResamplingTarget): void {
  const named = [
    ...(rate !== null ? ['rate'] : []),
    ...(interval !== null ? ['interval'] : []),
    ...(up !== null || down !== null ? ['up/down'] : []),
  ];
  if (named.length !== 1)
    throw new AtomError(
      'BAD_ARGUMENT',
      `Resample: the target is named by ${named.length ? named.join(' and ') : 'nothing'}; allowed: exactly one of rate, interval, up/down`,
    );
}

/**
 * The factors that take a stream with sampling interval `delta` (bigint ns for times) to the target. A factor is taken
 * as it is, and so is an exact interval on a time axis (`rest`: of a rate that is no whole number of nanoseconds); a rate is approached by the simplest ratio within `tolerance`
 * (relative, default 1e-5), or with `snap` by the nearest whole factor. Throws `BAD_ARGUMENT` where there is none.
 */
export function solveResampling(
  target: ResamplingTarget,
  delta: Delta,
  search: ResamplingSearch,
  rest: IntervalRest = [0n, 1n],
): ResamplingRatio {
  const { ratio, exact } = targetRatio(target, delta, rest);
  const named = target.up !== null || target.down !== null;
  if (exact && (named || !search.snap)) return exact;
  return search.snap ? snapRatio(ratio) : simplestRatio(ratio, search);
}

/**
 * The wanted rate over that of a stream with sampling interval `delta` (bigint ns for times), and as integers where the
 * target is exact: a factor, or an interval in nanoseconds.
 */
export function targetRatio(
  { rate, interval, up, down }: ResamplingTarget,
  delta: Delta,
  [rest, denominator]: IntervalRest = [0n, 1n],
): { ratio: number; exact: ResamplingRatio | null } {
  if (up !== null || down !== null) {
    const exact = { up: up ?? 1, down: down ?? 1 };
    return { ratio: exact.up / exact.down, exact };
  }
  const seconds = typeof delta === 'bigint' ? nsToSeconds(delta) : delta;
  if (rate !== null) return { ratio: seconds * rate, exact: null };
  if (typeof interval === 'number') return { ratio: seconds / interval, exact: null };
  if (typeof delta !== 'bigint')
    throw new AtomError('BAD_ARGUMENT', 'Resample: interval is a duration, which only fits an axis of times');
  const exact = exactRatio(delta * denominator + rest, toDuration(interval as bigint | string), denominator);
  return { ratio: exact.up / exact.down, exact };
}

/** `numerator / denominator` over `duration`. */
function exactRatio(numerator: bigint, duration: bigint, denominator: bigint): ResamplingRatio {
  if (duration <= 0n) throw new AtomError('BAD_ARGUMENT', `Resample: interval is ${duration} ns; allowed: more than 0`);
  const wanted = duration * denominator;
  let [a, b] = [numerator, wanted];
  while (b !== 0n) [a, b] = [b, a % b];
  return { up: Number(numerator / a), down: Number(wanted / a) };
}

const halfUp = (x: number) => Math.floor(x + 0.5);

/** Whole factors only, so that output samples sit on input samples (or the reverse). */
function snapRatio(ratio: number): ResamplingRatio {
  const factor = 1 / ratio;
  return factor >= 1 ? { up: 1, down: Math.max(1, halfUp(factor)) } : { up: Math.max(1, halfUp(1 / factor)), down: 1 };
}

function simplestRatio(ratio: number, { maxup, maxdown, tolerance }: ResamplingSearch): ResamplingRatio {
  const allowed = tolerance ?? 1e-5;
  let closest: (ResamplingRatio & { deviation: number }) | null = null;
  for (let up = 1; up <= maxup; up++) {
    const down = Math.max(1, roundHalfEven(up / ratio));
    if (maxdown !== null && down > maxdown) continue;
    const deviation = Math.abs(up / down - ratio);
    if (deviation <= allowed * ratio) return { up, down };
    if (closest === null || deviation < closest.deviation) closest = { up, down, deviation };
  }
  if (closest === null)
    throw new AtomError(
      'BAD_ARGUMENT',
      `Resample: a ratio of ${ratio} is not reachable with maxdown ${maxdown} and maxup ${maxup}; raise one of them`,
    );
  const snapped = snapRatio(ratio);
  throw new AtomError(
    'BAD_ARGUMENT',
    `Resample: a ratio of ${ratio} is not reachable within tolerance ${allowed}: the closest is ${closest.up}/${closest.down}, ` +
      `off by ${((100 * closest.deviation) / ratio).toPrecision(2)} %; allowed: a tolerance of that size, a maxup above ` +
      `${maxup}, or snap: true (${snapped.up}/${snapped.down})`,
  );
}
