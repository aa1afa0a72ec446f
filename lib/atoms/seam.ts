import { largerDelta } from '../coordinates/delta.js';
import { type CoordDType, type Delta, isTimeDType, type Scalar } from '../dtype.js';
import { AtomError } from '../errors.js';
import { formatDuration, formatTime } from '../time.js';
import { addLabel, magnitude, subtractLabels } from './label-arithmetic.js';
import { inferredTolerance, type StreamEdge } from './stream-edge.js';

export { inferRegular, runStarts, type StreamEdge, streamEdge } from './stream-edge.js';

/** How an incoming chunk follows the stream so far. */
export type SeamVerdict = 'continuous' | 'gap' | 'rate' | 'overlap';

/**
 * A place where a stream does not simply go on. Times are exact bigint nanoseconds; on other axes the values are those
 * of the coordinate.
 */
export interface JudgedSeam {
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

/** A seam, and what was done there. */
export interface Seam extends JudgedSeam {
  /**
   * `reset`: the run was flushed and a new one begins; `raised`: it is refused with an error; `filled`: samples were put into
   * the gap; `trimmed`: samples of the later side were dropped.
   */
  readonly action: 'reset' | 'raised' | 'filled' | 'trimmed';
  /** How many samples along `dim` were put in or dropped; 0 for the other actions. */
  readonly samples: number;
  /** Why a gap was not filled, or an overlap not trimmed, although that was asked for; else null. */
  readonly reason: string | null;
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
): { verdict: SeamVerdict; seam: JudgedSeam | null } | null {
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
  const expected = addLabel(previous.end, interval);
  const jump = subtractLabels(next.start, expected);
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
 * As {@link judgeSeam}, for the next run of a stream: the seam, if there is one, and the edge to go on from. A single sample
 * that tells no interval takes that of the stream, with the tolerance that it was judged by, also behind a gap; where one
 * sample after the other comes the same step later, that is another rate.
 */
export function meetEdge(
  previous: StreamEdge | null,
  edge: StreamEdge | null,
  atom: string,
): { seam: JudgedSeam | null; edge: StreamEdge | null; judged: boolean } {
  const judged = judgeSeam(previous, edge, atom);
  if (judged && edge?.interval === null && judged.verdict !== 'overlap') {
    const { interval, inferred } = previous!;
    const tolerance = largerDelta(previous!.tolerance, edge.tolerance);
    const known = { ...edge, interval, inferred, tolerance };
    if (judged.seam === null) return { seam: null, edge: known, judged: true };
    const step = subtractLabels(edge.start, previous!.end);
    const allowed = inferredTolerance(step);
    if (previous!.step === undefined || magnitude(subtractLabels(step, previous!.step)) > allowed)
      return { seam: judged.seam, edge: { ...known, step }, judged: true };
    return {
      seam: { ...judged.seam, kind: 'rate', nextInterval: step },
      edge: { ...edge, interval: step, inferred: true, tolerance: allowed },
      judged: true,
    };
  }
  return { seam: judged?.seam ?? null, edge, judged: judged !== null };
}

/**
 * Declared intervals are compared within the tolerance, as in xdas. An inferred one is trusted to a hundredth of a
 * sample over the whole chunk, so that its drift over the chunk is compared: a rate that is off by 0.1 % is seen.
 */
function rateDiffers(previous: StreamEdge, next: StreamEdge, interval: Delta, tolerance: Delta): boolean {
  const difference = magnitude(subtractLabels(next.interval!, interval));
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
export function seamError(seam: JudgedSeam, stage: string = seam.atom): AtomError {
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
