/** What is kept of the end of a chunk to judge the next one by, and how coordinates without an interval are read. */
import { AxisCoordinate } from '../coordinates/coordinate.js';
import { defaultTolerance, largerDelta } from '../coordinates/delta.js';
import { DenseCoordinate } from '../coordinates/dense-coordinate.js';
import { InterpCoordinate } from '../coordinates/interp-coordinate.js';
import type { DataArray } from '../dataarray/data-array.js';
import { type CoordDType, type Delta, isFloatDType, type Scalar } from '../dtype.js';
import { CoordinateError } from '../errors.js';
import { addLabel, magnitude, subtractLabels } from './label-arithmetic.js';
import { type LabelsBefore, labelJumps } from './label-jumps.js';

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
  /** Of one sample behind a gap, whose interval is that of the stream: the step to it, which another one like it makes a rate. */
  readonly step?: Delta;
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
    const interval = subtractLabels(coord.end, coord.start);
    return InterpCoordinate.fromBlock(coord.start, 2, interval, { dim, dtype, tolerance: inferredTolerance(interval) });
  }
  // ties one sample apart are no segment to take an interval from
  const labels =
    coord instanceof InterpCoordinate && hasOneTiePerSample(coord)
      ? new DenseCoordinate({ values: coord.tieValues, dim, dtype })
      : coord;
  try {
    return labels.toRegular({
      tolerance: inferredTolerance(typeof coord.start === 'bigint' ? BigInt(Math.round(rate)) : rate),
    });
  } catch (error) {
    if (error instanceof CoordinateError) return null;
    throw error;
  }
}

/** The rate of the longest stretch without a seam, roughly: it is only the scale of the tolerance. */
function nominalRate(coord: AxisCoordinate): number {
  if (!(coord instanceof InterpCoordinate) || hasOneTiePerSample(coord))
    return Number(subtractLabels(coord.end, coord.start)) / (coord.size - 1);
  const { tieIndices, tieValues } = coord;
  let [longest, rate] = [0, Number.NaN];
  for (let i = 1; i < tieIndices.length; i++) {
    const steps = tieIndices[i] - tieIndices[i - 1];
    if (steps <= longest || (steps === 1 && tieIndices.length > 2)) continue;
    longest = steps;
    rate = Number(subtractLabels(tieValues[i], tieValues[i - 1])) / steps;
  }
  return rate;
}

/** Whether a coordinate declares its interval: one sample on a sampled axis does, too (for xdas two are needed). */
export function declaresInterval(coord: AxisCoordinate): boolean {
  return coord.samplingRatio !== null;
}

/** A hundredth of an interval: what an inferred interval is trusted to. */
export function inferredTolerance(interval: Delta): Delta {
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
 * adjacent indices, as a seam has; the step between them tells which it is.) `previous`: the end of the stream before it, whose
 * interval tells what a few labels do not.
 */
export function runStarts(coord: AxisCoordinate, previous: StreamEdge | null = null): number[] {
  const declared = declaresInterval(coord);
  if (!declared && hasOneTiePerSample(coord)) return jumpStarts(coord, previous);
  const regular = declared ? coord : inferRegular(coord);
  if (regular === null) return [];
  const interval = regular.samplingInterval!;
  const tolerance = seamTolerance(regular);
  return regular.getSplitIndices('discontinuities', false).filter((index) => {
    const step = subtractLabels(regular.getValue(index), regular.getValue(index - 1));
    return magnitude(subtractLabels(step, interval)) > tolerance;
  });
}

/** Whether every label is stored: dense ones, and interpolated ones without samples between ties. */
function hasOneTiePerSample(coord: AxisCoordinate): boolean {
  return (
    coord instanceof DenseCoordinate || (coord instanceof InterpCoordinate && coord.tieIndices.length === coord.size)
  );
}

/**
 * As {@link runStarts}, of labels that are all stored: where they jump, if what is left between the jumps is even. Less than half
 * of the steps can be jumps. Step by step, as between chunks: a line over all labels would hide a jump that is not much larger than
 * what is allowed. In a stream, a short chunk can have nothing but gaps: steps that are longer than its interval.
 */
function jumpStarts(coord: AxisCoordinate, previous: StreamEdge | null): number[] {
  const before = knownBefore(coord, previous);
  if (coord.size < (before ? 2 : 3) || typeof coord.start === 'string') return [];
  const starts = labelJumps(coord.values as ArrayLike<Scalar>, inferredTolerance, before);
  const most =
    before !== null && onlyGaps(coord, starts, before) ? Math.max(3, (coord.size - 1) / 2) : (coord.size - 2) / 2;
  if (starts.length > most) return [];
  const bounds = [0, ...starts, coord.size];
  const even =
    starts.length > 0 &&
    bounds.slice(1).every((stop, k) => {
      const stretch = coord.slice(bounds[k], stop);
      return stretch.size < 2 || inferRegular(stretch) !== null;
    });
  return even ? starts : [];
}

interface KnownBefore extends LabelsBefore {
  readonly tolerance: Delta;
}

/** The end of the stream that labels follow, where it is on such an axis and has an interval. */
function knownBefore(coord: AxisCoordinate, previous: StreamEdge | null): KnownBefore | null {
  if (previous === null || previous.chunkDim !== coord.dim || previous.dtype !== coord.dtype) return null;
  const { end, interval, tolerance } = previous;
  if (interval === null || !(interval > 0)) return null;
  return { end, interval, tolerance: largerDelta(tolerance, inferredTolerance(interval)) };
}

/** Whether the steps to all of `starts` are longer than the interval of the stream. */
function onlyGaps(coord: AxisCoordinate, starts: readonly number[], { interval, tolerance }: KnownBefore): boolean {
  return starts.every((k) => {
    const expected = addLabel(coord.getValue(k - 1), interval);
    return subtractLabels(coord.getValue(k), expected) > tolerance;
  });
}

/** What is to be kept of `chunk` for the next seam, or null where it has no axis coordinate along `chunkDim`. */
export function streamEdge(chunk: DataArray, chunkDim: string): StreamEdge | null {
  const coord = chunk.coords.get(chunkDim);
  if (!(coord instanceof AxisCoordinate) || coord.empty || typeof coord.start === 'string') return null;
  const inferred = !declaresInterval(coord);
  const regular = inferred ? inferRegular(coord) : coord;
  const interval = regular?.samplingInterval ?? null;
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
