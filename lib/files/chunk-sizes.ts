/** How an array is cut into chunks along one dimension, as `DataArrayLoader` and `RealTimeLoader` do. */
import { AxisCoordinate } from '../coordinates/coordinate.js';
import type { DataArray } from '../dataarray/data-array.js';
import { ArgumentError, DasflowError } from '../errors.js';
import { roundDivide, toDuration } from '../time.js';
import type { LazyArray } from './lazy-array.js';

/** Throws `BAD_ARGUMENT` for what says no sizes. */
export function checkSizes(chunks: Readonly<Record<string, number | string>>): void {
  const entries = Object.entries(chunks ?? {});
  const [dim, size] = entries[0] ?? [];
  const fits = typeof size === 'string' || (Number.isInteger(size) && (size as number) > 0);
  if (entries.length !== 1 || dim === undefined || !fits)
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `chunks is ${JSON.stringify(chunks)}; allowed: one dimension with a number of samples above 0 or a duration, ` +
        `as in { time: 1000 } or { time: '0.5s' }, or 'auto'`,
    );
}

/** Samples that a duration takes, rounded, at least one. */
export function samplesOf(array: DataArray | LazyArray, dim: string, duration: string): number {
  const coord = array.coords.has(dim) ? array.coords.get(dim) : undefined;
  const interval = coord instanceof AxisCoordinate ? coord.samplingInterval : null;
  if (typeof interval !== 'bigint' || interval <= 0n)
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `chunks of ${duration} along ${dim} need times with a sampling interval; give a number of samples, or regular: true`,
    );
  const samples = Number(roundDivide(toDuration(duration), interval));
  if (samples < 0) throw new ArgumentError('BAD_ARGUMENT', `chunks of ${duration}: a duration above 0 is needed`);
  return Math.max(1, samples);
}

/** The array with intervals declared on its axes; see `DataArrayLoaderOptions.regular`. */
export function regularized(array: DataArray | LazyArray, chunkDim: string): DataArray | LazyArray {
  const coords: Record<string, AxisCoordinate> = {};
  for (const [name, coord] of array.coords.entries()) {
    if (!(coord instanceof AxisCoordinate) || coord.dim !== name || coord.isRegular()) continue;
    if (coord.ctype === 'dense' && name !== chunkDim) continue;
    try {
      coords[name] = coord.toRegular();
    } catch (error) {
      if (name === chunkDim || !(error instanceof DasflowError)) throw error;
    }
  }
  return array.assignCoords(coords);
}

/** Adds edges so that no part is larger than `size`. */
export function cut(edges: readonly number[], size: number): number[] {
  const parts: number[] = [];
  for (let i = 1; i < edges.length; i++)
    for (let start = edges[i - 1]!; start < edges[i]!; start += size) parts.push(start);
  parts.push(edges.at(-1)!);
  return parts.length > 1 ? parts : [0];
}
