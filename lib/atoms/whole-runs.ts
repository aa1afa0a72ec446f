/** A whole array as the runs that an atom works on one by one. */
import { concatCoordinates } from '../coordinates/concat-coordinates.js';
import { AxisCoordinate, type Coordinate } from '../coordinates/coordinate.js';
import { zeroDelta } from '../coordinates/delta.js';
import { DenseCoordinate } from '../coordinates/dense-coordinate.js';
import { DataArray } from '../dataarray/data-array.js';
import { split } from '../dataarray/split.js';
import { joinArrays } from '../dataarray/strided.js';
import { isTimeDType, partsDType } from '../dtype.js';
import type { Chunk } from './chunk.js';
import { crossSeam } from './cross-seam.js';
import { checkFillValue } from './filler.js';
import { meetEdge, type Seam } from './seam.js';
import type { SeamPolicy } from './seam-policy.js';
import { runStarts, type StreamEdge, streamEdge } from './stream-edge.js';

/** A chunk cut at the discontinuities inside it; `previous`: the end of the stream before it. */
export function splitRuns(chunk: Chunk, dim: string | null, previous: StreamEdge | null = null): Chunk[] {
  if (!(chunk instanceof DataArray) || dim === null) return [chunk];
  const coord = chunk.coords.get(dim);
  if (!(coord instanceof AxisCoordinate)) return [chunk];
  const indices = runStarts(coord, previous);
  return indices.length === 0 ? [chunk] : split(chunk, indices, dim);
}

/**
 * A whole array cut at the discontinuities along `dim`. Where the policy fills or trims, that is done first, as it would be in
 * a stream: along `dim`, and along all other axes of times. `report` hears of seams along `dim`, and of what was filled or trimmed
 * elsewhere. Memory: where something is filled or trimmed, the array once more.
 */
export function* wholeRuns(
  chunk: Chunk,
  dim: string | null,
  policy: SeamPolicy,
  atom: string,
  report: (seam: Seam) => void,
): Generator<Chunk> {
  if (!(chunk instanceof DataArray)) {
    yield chunk;
    return;
  }
  let array = chunk;
  if (policy.fill || policy.trims)
    for (const other of array.dims) {
      const coord = array.coords.get(other);
      if (other === dim || !(coord instanceof AxisCoordinate) || !isTimeDType(coord.dtype)) continue;
      const mended = (seam: Seam) => (seam.action === 'filled' || seam.action === 'trimmed' ? report(seam) : undefined);
      const groups = [...runGroups(array, other, policy, atom, mended)];
      if (groups.some(({ parts }) => parts > 1))
        array = joinInOrder(
          groups.map((group) => group.run),
          other,
        );
    }
  if (dim === null) yield array;
  else for (const { run } of runGroups(array, dim, policy, atom, report)) yield run;
}

/** The runs of an array along `dim`, those that a filled gap or a trimmed overlap joins put together; `parts` of how many. */
function* runGroups(
  array: DataArray,
  dim: string,
  policy: SeamPolicy,
  atom: string,
  report: (seam: Seam) => void,
): Generator<{ run: DataArray; parts: number }> {
  const runs = splitRuns(array, dim) as DataArray[];
  if (runs.length === 1) {
    yield { run: array, parts: 1 };
    return;
  }
  if (policy.fill) checkFillValue(policy.fill.fill, array, atom);
  const joins = policy.fill !== null || policy.trims;
  let group: DataArray[] = [];
  let parts = 0;
  let previous: StreamEdge | null = null;
  const joined = () => ({ run: group.length === 1 ? group[0]! : joinInOrder(group, dim), parts });
  const pending = runs.reverse();
  while (pending.length > 0) {
    const run = pending.pop()!;
    const met = meetEdge(previous, streamEdge(run, dim), atom);
    let action: Seam['action'] | null = joins || parts === 0 ? null : 'reset';
    if (met.seam) {
      const before = group.at(-1)!;
      const size = before.sizes[dim]!;
      const last = before.isel({ [dim]: { start: size - 1, stop: size } });
      const crossing = crossSeam({ seam: met.seam, previous: previous!, edge: met.edge!, last, run }, policy);
      action = crossing.seam.action;
      // a whole array is never refused at a seam: its runs are worked on one by one
      if (action === 'raised') action = 'reset';
      report({ ...crossing.seam, action });
      if (action === 'trimmed') {
        parts += 1;
        if (crossing.rest) pending.push(crossing.rest);
        continue;
      }
      if (action === 'filled') group.push(...crossing.blocks);
    }
    if (action === 'reset') {
      yield joined();
      group = [];
      parts = 0;
    }
    group.push(run);
    parts += 1;
    previous = met.edge;
  }
  yield joined();
}

/** Arrays end to end in their order, every label as it is. */
function joinInOrder(arrays: readonly DataArray[], dim: string): DataArray {
  const first = arrays[0]!;
  const axis = first.dims.indexOf(dim);
  const coords: Record<string, Coordinate> = {};
  for (const [name, coord] of first.coords) {
    const sides = arrays.map((array) => array.coords.get(name));
    if (coord.dim !== dim) coords[name] = coord;
    else if (sides.every((side) => side instanceof AxisCoordinate))
      coords[name] = concatCoordinates(sides, {
        tolerance: coord instanceof DenseCoordinate ? false : zeroDelta(coord.dtype),
      }).coordinate;
  }
  const data = joinArrays(
    arrays.map((array) => array.data),
    axis,
    partsDType(first.dtype),
  );
  return new DataArray({
    data,
    dtype: first.dtype,
    dims: [...first.dims],
    coords,
    name: first.name,
    attrs: first.attrs,
  });
}
