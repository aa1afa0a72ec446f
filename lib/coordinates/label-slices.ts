/** Slices of labels on axes that go backward somewhere. */

import { CoordinateError } from '../errors.js';
import type { ScalarLike } from './coord-array.js';
import type { AxisCoordinate } from './coordinate.js';
import { resolveSlice, type Slice } from './slice.js';

/** A slice of labels on an axis that goes backward: taken from each increasing stretch, in order of their first labels. */
export function selectStretches(
  coord: AxisCoordinate,
  item: Slice<ScalarLike>,
  endpoint: boolean,
): { indices: number[]; coord: AxisCoordinate } {
  const cuts = coord.getSplitIndices('reversals');
  if (cuts.length === 0)
    throw new CoordinateError(
      'OVERLAP',
      `labels along ${coord.dim} decrease within a segment: a slice of labels has no meaning`,
    );
  const bounds = [0, ...cuts, coord.size];
  const stretches = bounds.slice(1).flatMap((stop, k) => {
    const start = bounds[k]!;
    const stretch = coord.slice(start, stop);
    const range = resolveSlice(stretch.toIndex(item, { endpoint }), stretch.size);
    if (range.count === 0) return [];
    return { start: start + range.start, stop: start + range.stop, coord: stretch.slice(range.start, range.stop) };
  });
  if (stretches.length === 0) return { indices: [], coord: coord.slice(0, 0) };
  stretches.sort((a, b) => (a.coord.start < b.coord.start ? -1 : a.coord.start > b.coord.start ? 1 : 0));
  const [first, ...rest] = stretches.map((stretch) => stretch.coord) as [AxisCoordinate, ...AxisCoordinate[]];
  return {
    indices: stretches.flatMap(({ start, stop }) => Array.from({ length: stop - start }, (_, k) => start + k)),
    coord: first.appendAll(rest),
  };
}
