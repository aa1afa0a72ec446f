/**
 * What time axes are made of: declared intervals or none, labels as times or as float seconds. Streams are computed in whole
 * nanoseconds, whatever the axis; what a label, a step or a jump then is on it is said here.
 */
import type { Coordinate } from '../../../lib/coordinates/coordinate.js';
import { DenseCoordinate } from '../../../lib/coordinates/dense-coordinate.js';
import { InterpCoordinate } from '../../../lib/coordinates/interp-coordinate.js';
import { SampledCoordinate } from '../../../lib/coordinates/sampled-coordinate.js';

/** `undeclared`: interpolated without an interval, as xdas 0.2.7 sends them; `dense`: every label. Those in seconds are float64. */
export const axes = [
  'interpolated',
  'sampled',
  'undeclared',
  'dense',
  'interpolated seconds',
  'sampled seconds',
  'undeclared seconds',
  'dense seconds',
] as const;

/** One of {@link axes}. */
export type Axis = (typeof axes)[number];

/** The first label of every stream. */
export const origin = 1716249600_123456789n;
/** Nanoseconds that labels may be off where the axis can say so. */
export const tolerance = 1000n;

/** The part of a second that steps and jumps are multiples of where an interval of floats has to be inferred: 2^-9 s. */
export const dyadic = 1_953_125n;

/** Whether an axis declares its interval. */
export function declares(axis: Axis): boolean {
  return !axis.startsWith('undeclared') && !axis.startsWith('dense');
}

/** Whether labels are float64 seconds. */
export function inSeconds(axis: Axis): boolean {
  return axis.endsWith('seconds');
}

/**
 * Whether all labels and differences of labels are exact float64 numbers, so that an interval that is inferred of any two of
 * them is the same. Else an inferred interval would be off by the last bits, and all that is designed from it.
 */
export function isDyadic(axis: Axis): boolean {
  return inSeconds(axis) && !declares(axis);
}

/** Intervals that a stream with such an axis can have; the second is the usual one. */
export function stepsOf(axis: Axis): readonly bigint[] {
  return isDyadic(axis) ? [2n * dyadic, 4n * dyadic, 8n * dyadic] : [5_000_000n, 10_000_000n, 20_000_000n];
}

/** A number of nanoseconds in the unit of the axis. */
export function deltaOf(ns: bigint, axis: Axis): bigint | number {
  return inSeconds(axis) ? Number(ns) / 1e9 : ns;
}

/** A label: no float holds an epoch, so that seconds are counted from 100 s before the first one. */
export function labelOf(ns: bigint, axis: Axis): bigint | number {
  return inSeconds(axis) ? 100 + Number(ns - origin) / 1e9 : ns;
}

/** What an atom allows at a seam between stretches of such an axis with these intervals, in its unit. */
export function allowedAt(axis: Axis, ...intervals: bigint[]): bigint | number {
  const longest = intervals.reduce((most, step) => (step > most ? step : most));
  if (axis === 'sampled') return 0n;
  if (axis === 'sampled seconds') return 1e-8;
  if (declares(axis)) return deltaOf(tolerance, axis);
  return inSeconds(axis) ? Number(longest) / 1e9 / 100 : longest / 100n + 1n;
}

/** The fewest nanoseconds that are a gap on such an axis, whatever its interval. */
export function leastGap(axis: Axis): bigint {
  if (isDyadic(axis)) return dyadic;
  return declares(axis) ? tolerance + 1n : stepsOf(axis)[2] / 100n + 2n;
}

/** A coordinate of `dim` with stretches of `lengths` samples every `step` ns, the first labels of which are `starts`. */
export function timeAxis(axis: Axis, starts: readonly bigint[], lengths: readonly number[], step: bigint): Coordinate {
  const dtype = inSeconds(axis) ? ('float64' as const) : ('datetime64[ns]' as const);
  const label = (ns: bigint) => labelOf(ns, axis);
  const common = { dim: 'time', dtype };
  const interval = { samplingInterval: deltaOf(step, axis) };
  if (axis.startsWith('sampled'))
    return new SampledCoordinate({
      ...common,
      ...interval,
      tieValues: starts.map(label) as bigint[],
      tieLengths: [...lengths],
    });
  if (axis.startsWith('dense')) {
    const values = lengths.flatMap((length, k) =>
      Array.from({ length }, (_, i) => label(starts[k] + BigInt(i) * step)),
    );
    return new DenseCoordinate({ ...common, values: values as bigint[] });
  }
  const [tieIndices, tieValues]: [number[], (bigint | number)[]] = [[], []];
  let at = 0;
  for (const [k, length] of lengths.entries()) {
    tieIndices.push(at);
    tieValues.push(label(starts[k]));
    if (length > 1) {
      tieIndices.push(at + length - 1);
      tieValues.push(label(starts[k] + BigInt(length - 1) * step));
    }
    at += length;
  }
  const ties = { tieIndices, tieValues: tieValues as bigint[] };
  if (!declares(axis)) return new InterpCoordinate({ ...common, ...ties });
  return new InterpCoordinate({ ...common, ...interval, ...ties, tolerance: deltaOf(tolerance, axis) });
}
