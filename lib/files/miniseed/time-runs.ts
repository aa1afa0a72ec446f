import type { AxisCoordinate, Coordinate } from '../../coordinates/coordinate.js';
import { InterpCoordinate } from '../../coordinates/interp-coordinate.js';
import { ArgumentError, CoordinateError } from '../../errors.js';
import { roundDivide } from '../../time.js';

/** Samples at one rate from a start, without a seam. */
export interface TimeRun {
  /** Index of its first sample in the chunk, and how many there are. */
  readonly first: number;
  readonly size: number;
  /** Time of the first sample, in ns. */
  readonly start: bigint;
  /** The interval: `numerator / denominator` ns. */
  readonly numerator: bigint;
  readonly denominator: bigint;
  /** How far labels may be off the rate, in ns: at least a microsecond, the finest that miniSEED has. */
  readonly tolerance: bigint;
}

const FINEST = 1000n;

/** Time of the sample `k` after the first one of a run; `k` may lie outside of it. */
export function timeInRun({ start, numerator, denominator }: TimeRun, k: number): bigint {
  return start + roundDivide(BigInt(k) * numerator, denominator);
}

/**
 * The runs of a time coordinate. A single sample without a rate has that of `previous`. Throws `IRREGULAR` where
 * there is no rate, `BAD_COORDINATE` for times that stand still or go backward.
 */
export function timeRuns(coord: AxisCoordinate, previous: TimeRun | null, who: string): TimeRun[] {
  const { size } = coord;
  const regular = coord.samplingRatio ? coord : inferred(coord);
  const ratio = regular?.samplingRatio ?? (size === 1 ? previous : null);
  if (!ratio)
    throw new CoordinateError(
      'IRREGULAR',
      `${who}: coordinate ${coord.dim} ${size === 1 ? 'has one sample and no samplingInterval' : 'is not evenly spaced'}; ` +
        'records need a rate: make it regular first (coordinate.toRegular({ tolerance }))',
    );
  const numerator = BigInt(ratio.numerator);
  const denominator = BigInt(ratio.denominator);
  if (numerator <= 0n)
    throw new CoordinateError(
      'BAD_COORDINATE',
      `${who}: times of ${coord.dim} do not go forward from sample to sample`,
    );
  const declared = (regular ?? coord).tolerance;
  const tolerance = typeof declared === 'bigint' && declared > FINEST ? declared : FINEST;
  const places = regular ? cuts(regular) : [];
  const starts: { first: number; start: bigint }[] = [];
  for (const first of [0, ...places]) {
    const start = coord.getValue(first) as bigint;
    const open = starts.at(-1);
    if (open) {
      const off = start - open.start - roundDivide(BigInt(first - open.first) * numerator, denominator);
      if (off <= tolerance && off >= -tolerance) continue;
    }
    starts.push({ first, start });
  }
  return starts.map(({ first, start }, k) => ({
    first,
    size: (starts[k + 1]?.first ?? size) - first,
    start,
    numerator,
    denominator,
    tolerance,
  }));
}

/** Where labels may leave the rate: boundaries of segments, and ties. */
function cuts(coord: AxisCoordinate): number[] {
  const places = new Set(coord.getSplitIndices());
  if (coord instanceof InterpCoordinate) for (const index of coord.tieIndices) places.add(index);
  return [...places].filter((index) => index > 0).sort((a, b) => a - b);
}

/** A coordinate that declares no interval, made regular where its steps keep to one within a hundredth. */
function inferred(coord: AxisCoordinate): AxisCoordinate | null {
  if (coord.size < 2) return null;
  const interval = coord instanceof InterpCoordinate ? longestStep(coord) : meanStep(coord);
  if (interval <= 0n) return null;
  try {
    return coord.toRegular({ tolerance: interval / 100n + 1n });
  } catch (error) {
    if (error instanceof CoordinateError) return null;
    throw error;
  }
}

function meanStep(coord: AxisCoordinate): bigint {
  return ((coord.end as bigint) - (coord.start as bigint)) / BigInt(coord.size - 1);
}

/** The step of the longest stretch between ties: a gap has two at adjacent samples. */
function longestStep({ tieIndices, tieValues }: InterpCoordinate): bigint {
  let longest = 0;
  let step = 0n;
  for (let k = 1; k < tieIndices.length; k++) {
    const length = tieIndices[k]! - tieIndices[k - 1]!;
    if (length <= longest) continue;
    longest = length;
    step = ((tieValues[k] as bigint) - (tieValues[k - 1] as bigint)) / BigInt(length);
  }
  return step;
}

/** The dimension of an array along which its times lie: `dim`, or the only one with times. Throws `BAD_DIM`. */
export function timeDimension(
  { dims, coords }: { dims: readonly string[]; coords: { get(name: string): Coordinate | undefined } },
  dim: string | null,
  who: string,
): string {
  const withTimes = dims.filter((name) => coords.get(name)?.dtype === 'datetime64[ns]');
  if (dim !== null && withTimes.includes(dim)) return dim;
  if (dim === null && withTimes.length === 1) return withTimes[0]!;
  const found =
    withTimes.length === 0
      ? 'none has times'
      : `${withTimes.join(', ')} ${withTimes.length === 1 ? 'has' : 'have'} times`;
  throw new ArgumentError(
    'BAD_DIM',
    `${who}: records need ${dim === null ? 'one dimension with times' : `times along ${dim}`} (datetime64[ns]); of the dimensions ` +
      `${dims.join(', ') || '(none)'} ${found}${withTimes.length > 1 ? ', so say dim' : ''}`,
  );
}
