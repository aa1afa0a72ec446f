/**
 * Recursive filters over the lanes of an array, tile by tile: a few rows of many lanes are copied into the scratch memory
 * of the kernels, filtered there and copied out, so that a tile stays in the processor's cache and memory is bounded
 * whatever the size of a chunk. Lanes that are no neighbours (time last) are transposed on the way in and out.
 */
import type { TypedArray } from '../../dtype.js';
import { allLanes, type LaneRange, type Lanes } from '../lanes.js';
import { firstAddress, type SimdKernels } from './kernels.js';

/** dtypes that the kernels read as they are; all others become float64 as they are copied in. */
export type RowDType = 'Float64' | 'Float32' | 'Int16';

/** Where the state of lanes is in its array: element `at(row) + o * outer + i * inner` for lane (o, i). */
export interface StateLayout {
  /** State values of a lane. */
  readonly rows: number;
  at(row: number): number;
  readonly outer: number;
  readonly inner: number;
}

/** A tile in the memory of the kernels; all addresses in bytes. */
export interface Tile {
  readonly dtype: RowDType;
  /** Dense rows of `width` samples of `dtype`. */
  readonly x: number;
  /** Dense rows of `width` float64; may be `x`. */
  readonly y: number;
  readonly rows: number;
  readonly width: number;
  /** Row of the array that the first row of the tile is. */
  readonly first: number;
  readonly constants: number;
  /** Rows of `width` float64, `stride` bytes from row to row. */
  readonly state: number;
  readonly stride: number;
}

/** What to do to the lanes of an array. */
export interface RowFilter {
  /** Coefficients, to be found at `tile.constants`. */
  readonly constants: Float64Array;
  readonly layout: StateLayout;
  /** State values in the scratch memory that are best for the kernel. */
  readonly stateTarget: number;
  run(tile: Tile): void;
}

/** Samples of a tile: 128 KiB of float64. */
const TILE = 16384;
/** Samples of a tile that is transposed, and its lanes: longer stretches of each lane, as each is copied by itself. */
const STRIP = 32768;
const STRIP_LANES = 32;
/** Fewer neighbours than this are transposed. */
const NEIGHBOURS = 8;
/** Bytes of a state, and the most that a row of it takes where it is cut as small as it can be: 28 lanes. */
const STATE = 1 << 22;
const STATE_ROW = 320;

/** True where the state of a few lanes fits into the scratch memory, and there are lanes enough for it to pay. */
export function fitsLaneRows({ outers, inners }: LaneRange, stateRows: number): boolean {
  return outers * inners >= 4 && stateRows * STATE_ROW <= STATE;
}

/**
 * Filters `x` into `y` (which may be `x`) and takes `state` on, of the lanes of `range` only; sizes are checked by the callers, and
 * {@link fitsLaneRows} by now.
 */
export function filterLaneRows(
  kernels: SimdKernels,
  filter: RowFilter,
  x: Exclude<TypedArray, BigInt64Array | BigUint64Array>,
  lanes: Lanes,
  state: Float64Array,
  y: Float64Array,
  range: LaneRange = allLanes(lanes),
): void {
  const constants = firstAddress;
  kernels.float64.set(filter.constants, constants >> 3);
  const space = constants + align(filter.constants.length * 8);
  if (lanes.inner >= NEIGHBOURS) filterRows(kernels, filter, x, lanes, range, state, y, constants, space);
  else filterStrips(kernels, filter, x, lanes, range, state, y, constants, space);
}

/** Lanes that are neighbours: tiles of rows as they lie in the array. */
function filterRows(
  kernels: SimdKernels,
  { layout, stateTarget, run }: RowFilter,
  x: Exclude<TypedArray, BigInt64Array | BigUint64Array>,
  { length, inner }: Lanes,
  range: LaneRange,
  state: Float64Array,
  y: Float64Array,
  constants: number,
  space: number,
): void {
  const most = Math.max(NEIGHBOURS, Math.min(4096, Math.floor(stateTarget / Math.max(1, layout.rows))));
  const { inners } = range;
  const blocks = Math.ceil(inners / most);
  // A width that is a multiple of four but for the last block.
  const block = Math.min(inners, 4 * Math.ceil(inners / blocks / 4));
  const { float64 } = kernels;
  const { dtype, memory, size } = rowDTypeOf(kernels, x);
  const mostRows = 2 * Math.max(1, Math.floor(TILE / block / 2));
  const stateAt = space;
  const yAt = stateAt + align(layout.rows * strideOf(block));
  const xAt = dtype === 'Float64' ? yAt : yAt + align(mostRows * block * 8);
  const end = range.i + inners;
  for (let o = range.o; o < range.o + range.outers; o++)
    for (let i = range.i; i < end; i += block) {
      const width = Math.min(block, end - i);
      const stride = strideOf(width);
      for (let r = 0; r < layout.rows; r++)
        readState(state, layout, r, o, i, width, float64, (stateAt + r * stride) >> 3);
      for (let first = 0; first < length; first += mostRows) {
        const rows = Math.min(mostRows, length - first);
        const from = (o * length + first) * inner + i;
        if (width === inner) memory.set(x.subarray(from, from + rows * inner) as Float64Array, xAt / size);
        else
          for (let r = 0, at = from; r < rows; r++, at += inner)
            memory.set(x.subarray(at, at + width) as Float64Array, xAt / size + r * width);
        run({ dtype, x: xAt, y: yAt, rows, width, first, constants, state: stateAt, stride });
        if (width === inner) y.set(float64.subarray(yAt >> 3, (yAt >> 3) + rows * inner), from);
        else
          for (let r = 0, at = from, row = yAt >> 3; r < rows; r++, at += inner, row += width)
            y.set(float64.subarray(row, row + width), at);
      }
      for (let r = 0; r < layout.rows; r++)
        writeState(float64, (stateAt + r * stride) >> 3, state, layout, r, o, i, width);
    }
}

/** Lanes that are not: stretches of lanes, transposed to rows and back. */
function filterStrips(
  kernels: SimdKernels,
  { layout, stateTarget, run }: RowFilter,
  x: Exclude<TypedArray, BigInt64Array | BigUint64Array>,
  { length, inner }: Lanes,
  range: LaneRange,
  state: Float64Array,
  y: Float64Array,
  constants: number,
  space: number,
): void {
  const { float64, lanesFromFloat64 } = kernels;
  const { dtype, memory, size } = rowDTypeOf(kernels, x);
  const most = Math.min(STRIP_LANES, Math.floor(stateTarget / Math.max(1, layout.rows)));
  const block = Math.min(range.outers, Math.max(4, 4 * Math.floor(most / inner / 4)));
  const mostRows = Math.min(length, Math.floor(STRIP / (block * inner)));
  const stateAt = space;
  const tile = stateAt + align(layout.rows * strideOf(block * inner));
  const strip = tile + align(mostRows * block * inner * 8);
  const end = range.o + range.outers;
  for (let o = range.o; o < end; o += block) {
    const here = Math.min(block, end - o);
    const width = here * inner;
    const stride = strideOf(width);
    for (let r = 0; r < layout.rows; r++)
      for (let k = 0; k < here; k++)
        readState(state, layout, r, o + k, 0, inner, float64, ((stateAt + r * stride) >> 3) + k * inner);
    for (let first = 0; first < length; first += mostRows) {
      const rows = Math.min(mostRows, length - first);
      const stretch = rows * inner;
      const from = (o * length + first) * inner;
      if (rows === length) memory.set(x.subarray(from, from + here * stretch) as Float64Array, strip / size);
      else
        for (let k = 0, at = from; k < here; k++, at += length * inner)
          memory.set(x.subarray(at, at + stretch) as Float64Array, strip / size + k * stretch);
      kernels[`rowsFrom${dtype}`](strip, stretch * size, inner, width, rows, tile, width, 0);
      run({ dtype: 'Float64', x: tile, y: tile, rows, width, first, constants, state: stateAt, stride });
      lanesFromFloat64(tile, width, 0, width, rows, strip, stretch * 8, inner);
      if (rows === length) y.set(float64.subarray(strip >> 3, (strip >> 3) + here * stretch), from);
      else
        for (let k = 0, at = from, row = strip >> 3; k < here; k++, at += length * inner, row += stretch)
          y.set(float64.subarray(row, row + stretch), at);
    }
    for (let r = 0; r < layout.rows; r++)
      for (let k = 0; k < here; k++)
        writeState(float64, ((stateAt + r * stride) >> 3) + k * inner, state, layout, r, o + k, 0, inner);
  }
}

/** The dtype in which samples go in, and the view of the memory that takes them. */
export function rowDTypeOf(
  { float64, float32, int16 }: SimdKernels,
  x: TypedArray,
): { dtype: RowDType; memory: Float64Array; size: number } {
  if (x instanceof Float32Array) return { dtype: 'Float32', memory: float32 as unknown as Float64Array, size: 4 };
  if (x instanceof Int16Array) return { dtype: 'Int16', memory: int16 as unknown as Float64Array, size: 2 };
  return { dtype: 'Float64', memory: float64, size: 8 };
}

/** The next multiple of 64: a cache line. */
export function align(bytes: number): number {
  return (bytes + 63) & ~63;
}

/** Bytes from row to row of a state: an odd number of cache lines, so that rows do not fall on the same ones. */
function strideOf(width: number): number {
  return align(width * 8) | 64;
}

function readState(
  state: Float64Array,
  layout: StateLayout,
  row: number,
  o: number,
  i: number,
  width: number,
  to: Float64Array,
  at: number,
): void {
  const from = layout.at(row) + o * layout.outer + i * layout.inner;
  if (layout.inner === 1 && width >= NEIGHBOURS) to.set(state.subarray(from, from + width), at);
  else for (let k = 0; k < width; k++) to[at + k] = state[from + k * layout.inner];
}

function writeState(
  from: Float64Array,
  at: number,
  state: Float64Array,
  layout: StateLayout,
  row: number,
  o: number,
  i: number,
  width: number,
): void {
  const to = layout.at(row) + o * layout.outer + i * layout.inner;
  if (layout.inner === 1 && width >= NEIGHBOURS) state.set(from.subarray(at, at + width), to);
  else for (let k = 0; k < width; k++) state[to + k * layout.inner] = from[at + k];
}
