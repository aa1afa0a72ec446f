/** Parts of the lanes of an array: how they are divided among threads, and copied. */
import type { TypedArray } from '../../dtype.js';
import { type LaneRange, type Lanes, laneCount } from '../lanes.js';

/** Fewer neighbours than this are transposed by the kernels: they stay together. */
const NEIGHBOURS = 8;

/** An array of shape (before, outer, rows, inner * width): what belongs to a lane is spread over `before` and `rows`. */
export interface LaneArray {
  readonly before: number;
  readonly outer: number;
  readonly rows: number;
  readonly inner: number;
  readonly width: number;
}

/** The layout of samples. */
export function sampleLayout({ outer, inner }: Lanes, rows: number): LaneArray {
  return { before: 1, outer, rows, inner, width: 1 };
}

/**
 * At most `parts` ranges of about as many lanes, which together are all lanes. Neighbours are divided by multiples of a cache line; where they
 * are few, whole blocks of the outer dimension are.
 */
export function divideLanes({ outer, inner }: Lanes, parts: number): LaneRange[] {
  const byInner = outer < parts && inner >= 2 * NEIGHBOURS;
  const [size, unit] = byInner ? [inner, 16] : [outer, inner < NEIGHBOURS ? 4 : 1];
  const step = unit * Math.ceil(size / parts / unit);
  const ranges: LaneRange[] = [];
  for (let from = 0; from < size; from += step) {
    const count = Math.min(step, size - from);
    ranges.push(
      byInner ? { o: 0, outers: outer, i: from, inners: count } : { o: from, outers: count, i: 0, inners: inner },
    );
  }
  return ranges;
}

/** Copies what belongs to the lanes of `range` between arrays of one layout. */
export function copyLanes(from: TypedArray, to: TypedArray, layout: LaneArray, range: LaneRange): void {
  eachRow(layout, range, (at, count) => (to as Float64Array).set((from as Float64Array).subarray(at, at + count), at));
}

/** What belongs to the lanes of `range`, as an array of its own: `layout` with the sizes of the range. */
export function gatherLanes<T extends TypedArray>(from: T, layout: LaneArray, range: LaneRange): T {
  const { before, rows, width } = layout;
  const part = new (from.constructor as new (length: number) => T)(before * range.outers * rows * range.inners * width);
  let to = 0;
  eachRow(layout, range, (at, count) => {
    (part as Float64Array).set((from as Float64Array).subarray(at, at + count), to);
    to += count;
  });
  return part;
}

/** The reverse of {@link gatherLanes}. */
export function scatterLanes(part: TypedArray, to: TypedArray, layout: LaneArray, range: LaneRange): void {
  let from = 0;
  eachRow(layout, range, (at, count) => {
    (to as Float64Array).set((part as Float64Array).subarray(from, from + count), at);
    from += count;
  });
}

/** Each stretch of neighbouring elements of a range, in C order; rows and blocks that touch are one stretch. */
function eachRow(
  { before, outer, rows, inner, width }: LaneArray,
  { o, outers, i, inners }: LaneRange,
  visit: (at: number, count: number) => void,
): void {
  const line = inner * width;
  for (let b = 0; b < before; b++) {
    if (inners === inner) {
      visit((b * outer + o) * rows * line, outers * rows * line);
      continue;
    }
    for (let k = o; k < o + outers; k++)
      for (let r = 0, at = (b * outer + k) * rows * line + i * width; r < rows; r++, at += line)
        visit(at, inners * width);
  }
}

/** What a kernel that knows no ranges works on: all lanes of dense arrays. */
export type WholeKernel = (
  x: TypedArray,
  lanes: Lanes,
  state: Float32Array | Float64Array,
  y: Float32Array | Float64Array,
) => void;

/** Runs a kernel that knows no ranges on the lanes of `range`: on copies, unless those are all lanes. `rows`: of `y`. */
export function onPart(
  kernel: WholeKernel,
  x: TypedArray,
  lanes: Lanes,
  state: Float32Array | Float64Array,
  stateLayout: LaneArray,
  y: Float32Array | Float64Array,
  rows: number,
  range: LaneRange,
): void {
  if (range.outers * range.inners === laneCount(lanes)) {
    kernel(x, lanes, state, y);
    return;
  }
  const part = { outer: range.outers, length: lanes.length, inner: range.inners };
  const partState = gatherLanes(state, stateLayout, range);
  const partY = new (y.constructor as Float64ArrayConstructor)(rows * laneCount(part));
  kernel(gatherLanes(x, sampleLayout(lanes, lanes.length), range), part, partState, partY);
  scatterLanes(partState, state, stateLayout, range);
  scatterLanes(partY, y, sampleLayout(lanes, rows), range);
}
