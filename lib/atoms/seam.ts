import { AxisCoordinate } from '../coordinates/coordinate.js';
import { defaultTolerance, largerDelta } from '../coordinates/delta.js';
import { InterpCoordinate } from '../coordinates/interp-coordinate.js';
import type { DataArray } from '../dataarray/data-array.js';
import { type CoordDType, type Delta, isFloatDType, isTimeDType, type Scalar } from '../dtype.js';
import { AtomError, CoordinateError } from '../errors.js';
import { formatDuration, formatTime } from '../time.js';

/** How an incoming chunk follows the stream so far. */
export type SeamVerdict = 'continuous' | 'gap' | 'rate' | 'overlap';

/**
 * A place where a stream does not simply go on. Times are exact bigint nanoseconds; on other axes the values are those
 * of the coordinate.
 */
export interface Seam {
  /** `gap`: samples are missing; `rate`: the sampling interval changed; `overlap`: the coordinate goes backward. */
  readonly kind: 'gap' | 'rate' | 'overlap';
  /** The dimension along which the stream is chunked. */
  readonly dim: string;
  /** The dtype of the labels along it. */
  readonly dtype: CoordDType;
  /** The atom that judged, by its name. */
  readonly atom: string;
  /** The label of the last sample before the seam. */
  readonly end: Scalar;
  /** The label that the next sample was expected to have: `end` plus one interval. */
  readonly expected: Scalar;
  /** The label that it has. */
  readonly start: Scalar;
  /** `start - expected`: positive for a gap, negative for an overlap. */
  readonly jump: Delta;
  /** The sampling interval before the seam. */
  readonly interval: Delta;
  /** The sampling interval after it, or null where a chunk of one sample does not tell. */
  readonly nextInterval: Delta | null;
  /** What was allowed: the larger tolerance of both sides. */
  readonly tolerance: Delta;
}

/** What an atom keeps of the last chunk to judge the next one: labels only, no samples. */
export interface StreamEdge {
  readonly chunkDim: string;
  readonly dtype: CoordDType;
  readonly start: Scalar;
  readonly end: Scalar;
  readonly interval: Delta | null;
  readonly tolerance: Delta;
  readonly size: number;
  /** The interval was inferred from the labels: the coordinate declares none. */
  readonly inferred: boolean;
}

const asBig = (value: Scalar | Delta): bigint => BigInt(value);

/** `a + b` in the arithmetic of the axis: bigint where the labels are, float64 otherwise. */
function add(a: Scalar, b: Delta, sign: 1 | -1 = 1): Delta {
  if (typeof a === 'bigint') return a + BigInt(sign) * asBig(b);
  return Number(a) + sign * Number(b);
}

function subtract(a: Scalar, b: Scalar): Delta {
  return add(a, b as Delta, -1);
}

function magnitude(a: Delta): Delta {
  return a < 0 ? -a : a;
}

/**
 * A regular copy of a coordinate that declares no interval but is evenly spaced within 1 % of one: interpolated tie
 * points (streams of xdas 0.2.7 declare none), or dense values. Null where it is not, or has fewer than two labels.
 */
export function inferRegular(coord: AxisCoordinate): AxisCoordinate | null {
  if (coord.size < 2 || typeof coord.start === 'string') return null;
  const rate = nominalRate(coord);
  if (!(rate > 0)) return null;
  const { dim, dtype } = coord;
  if (coord.size === 2) {
    const interval = subtract(coord.end, coord.start);
    return InterpCoordinate.fromBlock(coord.start, 2, interval, { dim, dtype, tolerance: inferredTolerance(interval) });
  }
  try {
    return coord.toRegular({
      tolerance: inferredTolerance(typeof coord.start === 'bigint' ? BigInt(Math.round(rate)) : rate),
    });
  } catch (error) {
    if (error instanceof CoordinateError) return null;
    throw error;
  }
}

/** The rate of the longest stretch without a seam, roughly: it is only the scale of the tolerance. */
function nominalRate(coord: AxisCoordinate): number {
  if (!(coord instanceof InterpCoordinate)) return Number(subtract(coord.end, coord.start)) / (coord.size - 1);
  const { tieIndices, tieValues } = coord;
  let [longest, rate] = [0, Number.NaN];
  for (let i = 1; i < tieIndices.length; i++) {
    const steps = tieIndices[i] - tieIndices[i - 1];
    if (steps <= longest || (steps === 1 && tieIndices.length > 2)) continue;
    longest = steps;
    rate = Number(subtract(tieValues[i], tieValues[i - 1])) / steps;
  }
  return rate;
}

/** A hundredth of an interval: what an inferred interval is trusted to. */
function inferredTolerance(interval: Delta): Delta {
  return typeof interval === 'bigint' ? interval / 100n + 1n : interval / 100;
}

/**
 * What a coordinate allows at a seam: its tolerance, and at least two ticks where the interval is no whole number of
 * ticks: the label before and the one after are each rounded to a tick, once by whoever made the axis and once by a
 * resampler.
 */
function seamTolerance(coord: AxisCoordinate): Delta {
  const tolerance = coord.tolerance ?? defaultTolerance(coord.dtype);
  const ratio = coord.samplingRatio;
  if (ratio === null || isFloatDType(coord.dtype) || BigInt(ratio.denominator) === 1n) return tolerance;
  return largerDelta(tolerance, typeof tolerance === 'bigint' ? 2n : 2);
}

/**
 * Where a coordinate is to be cut into runs: the samples that are not one interval after the one before, within the
 * tolerance. None for a coordinate that is neither regular nor evenly spaced. (A stretch of two samples has ties at
 * adjacent indices, as a seam has; the step between them tells which it is.)
 */
export function runStarts(coord: AxisCoordinate): number[] {
  const regular = coord.isRegular() ? coord : inferRegular(coord);
  if (regular === null) return [];
  const interval = regular.getSamplingInterval({ cast: false })!;
  const tolerance = seamTolerance(regular);
  return regular.getSplitIndices('discontinuities', false).filter((index) => {
    const step = subtract(regular.getValue(index), regular.getValue(index - 1));
    return magnitude(subtract(step, interval)) > tolerance;
  });
}

/** What is to be kept of `chunk` for the next seam, or null where it has no axis coordinate along `chunkDim`. */
export function streamEdge(chunk: DataArray, chunkDim: string): StreamEdge | null {
  const coord = chunk.coords.get(chunkDim);
  if (!(coord instanceof AxisCoordinate) || coord.empty || typeof coord.start === 'string') return null;
  const inferred = !coord.isRegular();
  const regular = inferred ? inferRegular(coord) : coord;
  const interval = regular?.getSamplingInterval({ cast: false }) ?? null;
  return {
    chunkDim,
    dtype: coord.dtype,
    start: coord.start,
    end: coord.end,
    interval,
    tolerance: regular === null ? defaultTolerance(coord.dtype) : seamTolerance(regular),
    size: coord.size,
    inferred: inferred && interval !== null,
  };
}

/**
 * Judges how `next` follows `previous`, as xdas does: the interval must be the same within the tolerance, and the chunk
 * must start one interval after the end of the stream so far, within the tolerance. Null where there is nothing to
 * judge: a first chunk, another dimension, or two chunks of one sample that tell no interval.
 *
 * Throws `IRREGULAR` where a side has more than one sample, declares no interval and none can be inferred.
 */
export function judgeSeam(
  previous: StreamEdge | null,
  next: StreamEdge | null,
  atom: string,
): { verdict: SeamVerdict; seam: Seam | null } | null {
  if (previous === null || next === null || previous.chunkDim !== next.chunkDim) return null;
  for (const side of [previous, next])
    if (side.interval === null && side.size > 1)
      throw new AtomError(
        'IRREGULAR',
        `${atom}: processing in chunks along ${side.chunkDim} needs a regular coordinate: one that declares its ` +
          `samplingInterval or is evenly spaced (make it regular with coordinate.toRegular({ tolerance }))`,
      );
  const interval = previous.interval ?? next.interval;
  if (interval === null) return null;
  const tolerance = largerDelta(previous.tolerance, next.tolerance);
  const expected = add(previous.end, interval);
  const jump = subtract(next.start, expected);
  let verdict: SeamVerdict;
  if (next.interval !== null && rateDiffers(previous, next, interval, tolerance)) verdict = 'rate';
  else if (magnitude(jump) <= tolerance) verdict = 'continuous';
  else verdict = jump > 0 ? 'gap' : 'overlap';
  if (verdict === 'continuous') return { verdict, seam: null };
  const { start, interval: nextInterval } = next;
  return {
    verdict,
    seam: {
      kind: verdict,
      dim: next.chunkDim,
      dtype: next.dtype,
      atom,
      end: previous.end,
      expected,
      start,
      jump,
      interval,
      nextInterval,
      tolerance,
    },
  };
}

/**
 * Declared intervals are compared within the tolerance, as in xdas. An inferred one is trusted to a hundredth of a
 * sample over the whole chunk, so that its drift over the chunk is compared: a rate that is off by 0.1 % is seen.
 */
function rateDiffers(previous: StreamEdge, next: StreamEdge, interval: Delta, tolerance: Delta): boolean {
  const difference = magnitude(subtract(next.interval!, interval));
  if (!previous.inferred && !next.inferred) return difference > tolerance;
  const steps = Math.max(1, Math.min(previous.interval === null ? next.size : previous.size, next.size) - 1);
  return Number(difference) * steps > 2 * Number(tolerance) + (typeof interval === 'bigint' ? steps : 0);
}

/** A label for people: ISO text for times. */
function labelText(value: Scalar, dtype: CoordDType): string {
  if (typeof value !== 'bigint') return String(value);
  if (dtype === 'datetime64[ns]') return formatTime(value);
  return dtype === 'timedelta64[ns]' ? formatDuration(value) : String(value);
}

/** A step along an axis for people: with its unit for times. */
export function deltaText(delta: Delta, dtype: CoordDType): string {
  return typeof delta === 'bigint' && isTimeDType(dtype) ? formatDuration(delta) : String(delta);
}

/** A sampling interval for people: `10 ms (100 Hz)`; without a rate on axes that are no times. */
export function intervalText(interval: Delta, dtype: CoordDType): string {
  const text = deltaText(interval, dtype);
  if (!isTimeDType(dtype) || interval <= 0) return text;
  return `${text} (${Number((1e9 / Number(interval)).toPrecision(6))} Hz)`;
}

/**
 * The error of a seam that is not crossed: `OVERLAP`, or `DISCONTINUITY` for a gap or rate change. `stage` is what the message
 * names; default the atom.
 */
export function seamError(seam: Seam, stage: string = seam.atom): AtomError {
  const { kind, dim, dtype, end, expected, start, jump, tolerance, interval, nextInterval } = seam;
  const [endText, startText, expectedText] = [end, start, expected].map((value) => labelText(value, dtype));
  const where =
    `the stream ended at ${endText} and goes on at ${startText} ` +
    `(expected ${expectedText}, off by ${deltaText(jump, dtype)}, tolerance ${deltaText(tolerance, dtype)})`;
  if (kind === 'overlap')
    return new AtomError(
      'OVERLAP',
      `${stage}: ${dim} goes backward: ${where}; sort the chunks or remove what is double; ` +
        'if the source began afresh, start a new run (in code: reset() the atom)',
    );
  const what =
    kind === 'gap'
      ? `a gap in ${dim}`
      : `the interval of ${dim} changed from ${intervalText(interval, dtype)} to ${intervalText(nextInterval!, dtype)}`;
  return new AtomError(
    'DISCONTINUITY',
    `${stage}: ${what}: ${where}; onDiscontinuity is 'raise', without it a new run would begin here`,
  );
}
