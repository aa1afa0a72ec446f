/** What is done at a seam: decided here, carried out by the atom. */
import type { AxisCoordinate } from '../coordinates/coordinate.js';
import type { DataArray } from '../dataarray/data-array.js';
import type { Delta } from '../dtype.js';
import { roundDivide } from '../time.js';
import { fillerBlocks, fillerLabels } from './filler.js';
import { addLabel, magnitude, subtractLabels } from './label-arithmetic.js';
import { layoutOf, sameLayout } from './run-layout.js';
import { deltaText, type JudgedSeam, judgeSeam, type Seam } from './seam.js';
import { type FillSettings, longestFill, type SeamPolicy } from './seam-policy.js';
import type { StreamEdge } from './stream-edge.js';

/** A seam between two runs of a stream. */
export interface SeamPlace {
  readonly seam: JudgedSeam;
  /** The end of what was before, and the beginning of what follows. */
  readonly previous: StreamEdge;
  readonly edge: StreamEdge;
  /** The last sample before the seam, or null where it was not kept. */
  readonly last: DataArray | null;
  /** What follows. */
  readonly run: DataArray;
}

/** What is to be done at a seam: the event, and what goes on: `blocks` before the run that follows, or what is left of it. */
export interface Crossing {
  readonly seam: Seam;
  /** Samples for the gap, made when they are asked for; none where nothing is filled. */
  readonly blocks: Iterable<DataArray>;
  /** The run that follows, or what is left of it; null where nothing is. */
  readonly rest: DataArray | null;
}

/** Decides what is done at a seam. Throws nothing: `raised` is for the caller to throw. */
export function crossSeam(place: SeamPlace, policy: SeamPolicy): Crossing {
  const { seam, run } = place;
  const told = (action: Seam['action'], samples: number, reason: string | null): Seam => ({
    ...seam,
    action,
    samples,
    reason,
  });
  if (seam.kind === 'overlap') {
    if (!policy.trims) return { seam: told('raised', 0, null), blocks: [], rest: null };
    if (seam.interval < 0) return { seam: told('raised', 0, 'labels fall along this axis'), blocks: [], rest: null };
    const seen = countSeen(run.coords.axis(seam.dim), seam);
    const size = run.sizes[seam.dim]!;
    const rest = seen < size ? run.isel({ [seam.dim]: { start: seen } }) : null;
    return { seam: told('trimmed', seen, null), blocks: [], rest };
  }
  const otherwise = policy.raises ? 'raised' : 'reset';
  if (policy.fill === null) return { seam: told(otherwise, 0, null), blocks: [], rest: run };
  const missing = missingSamples(place, policy.fill);
  if (typeof missing === 'string') return { seam: told(otherwise, 0, missing), blocks: [], rest: run };
  const gap = { dim: seam.dim, last: place.last!, next: run, missing };
  return { seam: told('filled', missing, null), blocks: fillerBlocks(gap, policy.fill.fill), rest: run };
}

/** How many samples of a coordinate come sooner than one interval after the end of the stream, less the tolerance. */
function countSeen(coord: AxisCoordinate, { expected, tolerance }: JudgedSeam): number {
  const least = addLabel(expected, tolerance, -1);
  let [low, high] = [0, coord.size];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (subtractLabels(coord.getValue(middle), least) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many samples a gap lacks, or why it cannot be filled. */
function missingSamples(place: SeamPlace, { maxFill }: FillSettings): number | string {
  const { seam, run, last } = place;
  if (seam.kind === 'rate') return 'another rate begins';
  if (last === null) return 'the last sample before it was not kept';
  if (!sameLayout(layoutOf(last, seam.dim), layoutOf(run, seam.dim))) return 'what follows has another shape or dtype';
  if (!(seam.interval > 0)) return 'labels fall along this axis';
  const longest = longestFill(maxFill, seam.dtype);
  if (longest === null) return `maxFill ${maxFill} is a time, and ${seam.dim} is none`;
  const coord = run.coords.axis(seam.dim);
  const { steps, whole, length } = stepsAcross(coord, seam);
  if (!whole) return `it is no whole number of samples (of ${deltaText(seam.interval, seam.dtype)})`;
  if (length > longest)
    return `${steps - 1} samples are missing, more than maxFill (${deltaText(longest, seam.dtype)})`;
  const { last: label } = fillerLabels(coord, seam.end, steps - 1);
  const meets = judgeSeam({ ...place.previous, end: label }, place.edge, seam.atom);
  return meets?.verdict === 'continuous' ? steps - 1 : 'its labels do not meet those that follow';
}

/** Steps of one interval from the end to the start, whether they fit within the tolerance, and how long the missing samples are. */
function stepsAcross(
  { samplingRatio: ratio }: AxisCoordinate,
  { end, start, interval, tolerance }: JudgedSeam,
): { steps: number; whole: boolean; length: Delta } {
  const span = subtractLabels(start, end);
  if (typeof span === 'bigint') {
    const [above, below] = ratio ? [BigInt(ratio.numerator), BigInt(ratio.denominator)] : [BigInt(interval), 1n];
    const steps = roundDivide(span * below, above);
    const off = magnitude(span * below - steps * above) as bigint;
    return {
      steps: Number(steps),
      whole: steps > 1n && off <= BigInt(tolerance) * below,
      length: ((steps - 1n) * above) / below,
    };
  }
  const step = Number(ratio?.numerator ?? interval) / Number(ratio?.denominator ?? 1);
  const steps = Math.round(span / step);
  const whole = steps > 1 && Math.abs(span - steps * step) <= Number(tolerance);
  return { steps, whole, length: (steps - 1) * step };
}
