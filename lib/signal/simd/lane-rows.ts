/**
 * Recursive filters over the lanes of an array, tile by tile: a few rows of many lanes are copied into the scratch memory
 * of the kernels, filtered there and copied out, so that a tile stays in the processor's cache and memory is bounded
 * whatever the size of a chunk. Lanes that are no neighbours (time last) are transposed on the way in and out.
 */
import type { TypedArray } from '../../dtype.js';
import { allLanes, type LaneRange, type Lanes } from '../lanes.js';
import type { SimdKernels } from './kernels.js';
import { align, resultKernels } from './result-memory.js';

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
  /** Rows of `width` samples of `dtype`, `xStride` bytes from row to row. */
  readonly x: number;
  readonly xStride: number;
  /** Rows of `width` float64, `yStride` bytes from row to row; may be `x`. */
  readonly y: number;
  readonly yStride: number;
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
  run(kernels: SimdKernels, tile: Tile): void;
}

/** Samples of a tile: 256 KiB of float64. */
const TILE = 32768;
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
  if (lanes.inner < NEIGHBOURS) {
    filterStrips(kernels, filter, x, lanes, range, state, y);
    return;
  }
  const direct = resultKernels(y.buffer);
  if (direct !== null && filterRows(direct, true, filter, x, lanes, range, state, y)) return;
  filterRows(kernels, false, filter, x, lanes, range, state, y);
}

/** Where the constants and the state of a filter are in the scratch memory, and what is free behind them. */
function placesOf({ base, float64 }: SimdKernels, { constants, layout }: RowFilter, stride: number) {
  float64.set(constants, base >> 3);
  const state = base + align(constants.length * 8);
  return { constants: base, state, free: state + align(layout.rows * stride) };
}

/**
 * Lanes that are neighbours: tiles of rows as they lie in the array. `direct`: the kernels are in the memory of `y`, and write there;
 * false, and nothing happens, where the scratch memory beside it is too small.
 */
function filterRows(
  kernels: SimdKernels,
  direct: boolean,
  filter: RowFilter,
  x: Exclude<TypedArray, BigInt64Array | BigUint64Array>,
  { length, inner }: Lanes,
  range: LaneRange,
  state: Float64Array,
  y: Float64Array,
): boolean {
  const { layout, stateTarget } = filter;
  const most = Math.max(NEIGHBOURS, Math.min(4096, Math.floor(stateTarget / Math.max(1, layout.rows))));
  const { inners } = range;
  const blocks = Math.ceil(inners / most);
  // A width that is a multiple of four but for the last block.
  const block = Math.min(inners, 4 * Math.ceil(inners / blocks / 4));
  const { float64 } = kernels;
  const { dtype, memory, size } = rowDTypeOf(kernels, x);
  const mostRows = 2 * Math.max(1, Math.floor(TILE / block / 2));
  const places = placesOf(kernels, filter, strideOf(block));
  // x is y, then.
  const inPlace = direct && x.buffer === y.buffer;
  const yTile = places.free;
  const xTile = direct || dtype === 'Float64' ? yTile : yTile + align(mostRows * block * 8);
  if (direct && xTile + mostRows * block * size > kernels.end) return false;
  const end = range.i + inners;
  for (let o = range.o; o < range.o + range.outers; o++)
    for (let i = range.i; i < end; i += block) {
      const width = Math.min(block, end - i);
      const stride = strideOf(width);
      for (let r = 0; r < layout.rows; r++)
        readState(state, layout, r, o, i, width, float64, (places.state + r * stride) >> 3);
      for (let first = 0; first < length; first += mostRows) {
        const rows = Math.min(mostRows, length - first);
        const from = (o * length + first) * inner + i;
        const xAt = inPlace ? y.byteOffset + from * 8 : xTile;
        const xRow = inPlace ? inner : width;
        if (!inPlace)
          if (width === inner) memory.set(x.subarray(from, from + rows * inner) as Float64Array, xAt / size);
          else
            for (let r = 0, at = from; r < rows; r++, at += inner)
              memory.set(x.subarray(at, at + width) as Float64Array, xAt / size + r * xRow);
        filter.run(kernels, {
          dtype,
          x: xAt,
          xStride: xRow * size,
          y: direct ? y.byteOffset + from * 8 : yTile,
          yStride: (direct ? inner : width) * 8,
          rows,
          width,
          first,
          constants: places.constants,
          state: places.state,
          stride,
        });
        if (direct) continue;
        if (width === inner) y.set(float64.subarray(yTile >> 3, (yTile >> 3) + rows * inner), from);
        else
          for (let r = 0, at = from, row = yTile >> 3; r < rows; r++, at += inner, row += width)
            y.set(float64.subarray(row, row + width), at);
      }
      for (let r = 0; r < layout.rows; r++)
        writeState(float64, (places.state + r * stride) >> 3, state, layout, r, o, i, width);
    }
  return true;
}

/** Lanes that are not: stretches of lanes, transposed to rows and back. */
function filterStrips(
  kernels: SimdKernels,
  filter: RowFilter,
  x: Exclude<TypedArray, BigInt64Array | BigUint64Array>,
  { length, inner }: Lanes,
  range: LaneRange,
  state: Float64Array,
  y: Float64Array,
): void {
  const { layout, stateTarget } = filter;
  const { float64, lanesFromFloat64 } = kernels;
  const { dtype, memory, size } = rowDTypeOf(kernels, x);
  const most = Math.min(STRIP_LANES, Math.floor(stateTarget / Math.max(1, layout.rows)));
  const block = Math.min(range.outers, Math.max(4, 4 * Math.floor(most / inner / 4)));
  const mostRows = Math.min(length, Math.floor(STRIP / (block * inner)));
  const places = placesOf(kernels, filter, strideOf(block * inner));
  const tile = places.free;
  const strip = tile + align(mostRows * block * inner * 8);
  const end = range.o + range.outers;
  for (let o = range.o; o < end; o += block) {
    const here = Math.min(block, end - o);
    const width = here * inner;
    const stride = strideOf(width);
    for (let r = 0; r < layout.rows; r++)
      for (let k = 0; k < here; k++)
        readState(state, layout, r, o + k, 0, inner, float64, ((places.state + r * stride) >> 3) + k * inner);
    for (let first = 0; first < length; first += mostRows) {
      const rows = Math.min(mostRows, length - first);
      const stretch = rows * inner;
      const from = (o * length + first) * inner;
      if (rows === length) memory.set(x.subarray(from, from + here * stretch) as Float64Array, strip / size);
      else
        for (let k = 0, at = from; k < here; k++, at += length * inner)
          memory.set(x.subarray(at, at + stretch) as Float64Array, strip / size + k * stretch);
      kernels[`rowsFrom${dtype}`](strip, stretch * size, inner, width, rows, tile, width, 0);
      filter.run(kernels, {
        dtype: 'Float64',
        x: tile,
        xStride: width * 8,
        y: tile,
        yStride: width * 8,
        rows,
        width,
        first,
        constants: places.constants,
        state: places.state,
        stride,
      });
      lanesFromFloat64(tile, width, 0, width, rows, strip, stretch * 8, inner);
      if (rows === length) y.set(float64.subarray(strip >> 3, (strip >> 3) + here * stretch), from);
      else
        for (let k = 0, at = from, row = strip >> 3; k < here; k++, at += length * inner, row += stretch)
          y.set(float64.subarray(row, row + stretch), at);
    }
    for (let r = 0; r < layout.rows; r++)
      for (let k = 0; k < here; k++)
        writeState(float64, ((places.state + r * stride) >> 3) + k * inner, state, layout, r, o + k, 0, inner);
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
