import { AxisCoordinate } from '../coordinates/coordinate.js';
import { InterpCoordinate } from '../coordinates/interpolated.js';
import type { DataArray } from '../dataarray/data-array.js';
import type { Delta, Scalar } from '../dtype.js';
import { AtomError } from '../errors.js';

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

/** The tolerance that xdas takes where a coordinate declares none: nothing for ticks, an epsilon for floats. */
function zeroTolerance(coord: AxisCoordinate): Delta {
  if (typeof coord.start === 'bigint') return 0n;
  if (coord.dtype === 'float32') return 1e-5;
  return coord.dtype === 'float64' ? 1e-8 : 0;
}

/**
 * The interval of a coordinate that declares none but is evenly spaced: interpolated tie points (streams of xdas 0.2.7
 * have no interval), or dense values within 1 % of it. Null where the labels are not evenly spaced, or are fewer than two.
 */
export function inferInterval(coord: AxisCoordinate): Delta | null {
  if (coord.size < 2) return null;
  const ramp = coord instanceof InterpCoordinate ? rampOfTies(coord) : rampOfValues(coord);
  if (ramp === null) return null;
  const [span, steps] = ramp;
  if (span <= 0) return null;
  return typeof span === 'bigint' ? (2n * span + BigInt(steps)) / (2n * BigInt(steps)) : span / steps;
}

/** The longest continuous stretch between tie points, if all of them tell the same rate within 1 % of an interval. */
function rampOfTies(coord: InterpCoordinate): [Delta, number] | null {
  const { tieIndices, tieValues } = coord;
  let best: [Delta, number] | null = null;
  const stretches: [Delta, number][] = [];
  for (let i = 1; i < tieIndices.length; i++) {
    const steps = tieIndices[i]! - tieIndices[i - 1]!;
    if (steps === 1 && tieIndices.length > 2) continue; // a step of one sample between tie points marks a discontinuity
    const stretch: [Delta, number] = [subtract(tieValues[i]!, tieValues[i - 1]!), steps];
    stretches.push(stretch);
    if (best === null || steps > best[1]) best = stretch;
  }
  if (best === null) return null;
  const rate = Number(best[0]) / best[1];
  for (const [span, steps] of stretches) if (Math.abs(Number(span) - rate * steps) > 0.02 * Math.abs(rate)) return null;
  return best;
}

function rampOfValues(coord: AxisCoordinate): [Delta, number] | null {
  const { values, size } = coord;
  const first = values[0]!;
  if (typeof first === 'string') return null;
  const span = subtract(values[size - 1]!, first);
  const rate = Number(span) / (size - 1);
  for (let i = 1; i < size; i++)
    if (Math.abs(Number(subtract(values[i]!, first)) - rate * i) > 0.01 * Math.abs(rate)) return null;
  return [span, size - 1];
}

/** A hundredth of an interval: what an inferred interval is trusted to. */
function inferredTolerance(interval: Delta): Delta {
  return typeof interval === 'bigint' ? interval / 100n + 1n : interval / 100;
}

/** What is to be kept of `chunk` for the next seam, or null where it has no axis coordinate along `chunkDim`. */
export function streamEdge(chunk: DataArray, chunkDim: string): StreamEdge | null {
  const coord = chunk.coords.get(chunkDim);
  if (!(coord instanceof AxisCoordinate) || coord.empty || typeof coord.start === 'string') return null;
  const declared = coord.getSamplingInterval({ cast: false });
  const interval = declared ?? inferInterval(coord);
  const inferred = declared === null && interval !== null;
  return {
    chunkDim,
    start: coord.start,
    end: coord.end,
    interval,
    tolerance: inferred ? inferredTolerance(interval) : (coord.tolerance ?? zeroTolerance(coord)),
    size: coord.size,
    inferred,
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
  const tolerance = previous.tolerance > next.tolerance ? previous.tolerance : next.tolerance;
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
