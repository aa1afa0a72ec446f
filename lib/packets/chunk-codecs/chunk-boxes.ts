/** Boxes of an array in C order: one per chunk, cut off where the array ends. */

/** Chunks along each dimension. */
export function gridOf(shape: readonly number[], chunkShape: readonly number[]): number[] {
  return shape.map((size, axis) => Math.ceil(size / chunkShape[axis]!));
}

/** Bytes from `array` to `chunk` (`'gather'`) or back (`'scatter'`), for chunk number `index` of the grid in C order. */
export function copyChunk(
  way: 'gather' | 'scatter',
  array: Uint8Array,
  chunk: Uint8Array,
  index: number,
  { shape, chunkShape, itemSize }: { shape: readonly number[]; chunkShape: readonly number[]; itemSize: number },
): void {
  const { start, counts } = boxOf(index, shape, chunkShape);
  // Dimensions that are whole in both go with the one before them.
  let last = shape.length - 1;
  let row = itemSize;
  while (last > 0 && counts[last] === shape[last] && counts[last] === chunkShape[last]) row *= counts[last--]!;
  row *= counts[last]!;
  const arraySteps = stepsOf(shape, itemSize);
  const chunkSteps = stepsOf(chunkShape, itemSize);
  const walk = (axis: number, inArray: number, inChunk: number): void => {
    if (axis === last) {
      copyRow(way, array, inArray + start[axis]! * arraySteps[axis]!, chunk, inChunk, row);
      return;
    }
    for (let k = 0; k < counts[axis]!; k++)
      walk(axis + 1, inArray + (start[axis]! + k) * arraySteps[axis]!, inChunk + k * chunkSteps[axis]!);
  };
  walk(0, 0, 0);
}

/** Where chunk number `index` lies in one piece in the array: `[start, end)` in bytes; null where it does not, or is cut off. */
export function contiguousChunk(
  index: number,
  { shape, chunkShape, itemSize }: { shape: readonly number[]; chunkShape: readonly number[]; itemSize: number },
): [number, number] | null {
  const { start, counts } = boxOf(index, shape, chunkShape);
  if (counts.some((count, axis) => count !== chunkShape[axis])) return null;
  const first = counts.findIndex((count) => count > 1);
  if (first >= 0 && counts.some((count, axis) => axis > first && count !== shape[axis])) return null;
  const steps = stepsOf(shape, itemSize);
  const from = start.reduce((sum, at, axis) => sum + at * steps[axis]!, 0);
  return [from, from + counts.reduce((product, count) => product * count, itemSize)];
}

function boxOf(index: number, shape: readonly number[], chunkShape: readonly number[]) {
  const grid = gridOf(shape, chunkShape);
  const start = new Array<number>(shape.length);
  let rest = index;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    start[axis] = (rest % grid[axis]!) * chunkShape[axis]!;
    rest = Math.floor(rest / grid[axis]!);
  }
  return { start, counts: start.map((at, axis) => Math.min(chunkShape[axis]!, shape[axis]! - at)) };
}

function stepsOf(shape: readonly number[], itemSize: number): number[] {
  const steps = new Array<number>(shape.length);
  let step = itemSize;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    steps[axis] = step;
    step *= shape[axis]!;
  }
  return steps;
}

/** Rows below this are copied byte by byte: a view costs more. */
const SHORT_ROW = 48;

function copyRow(
  way: 'gather' | 'scatter',
  array: Uint8Array,
  at: number,
  chunk: Uint8Array,
  from: number,
  length: number,
) {
  if (length < SHORT_ROW) {
    if (way === 'gather') for (let k = 0; k < length; k++) chunk[from + k] = array[at + k]!;
    else for (let k = 0; k < length; k++) array[at + k] = chunk[from + k]!;
  } else if (way === 'gather') chunk.set(array.subarray(at, at + length), from);
  else array.set(chunk.subarray(from, from + length), at);
}
