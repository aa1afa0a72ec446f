/** {@link simdPolyphaseRows}: FIR sums in WebAssembly, bit for bit those of `../polyphase.ts`. */
import type { TypedArray } from '../../dtype.js';
import { allLanes, type LaneRange, type Lanes } from '../lanes.js';
import { asNumbers } from '../to-float64.js';
import { type SimdKernels, simdKernels } from './kernels.js';
import { rowDTypeOf } from './lane-rows.js';
import { align, resultKernels } from './result-memory.js';

/** Which sums of which samples. */
export interface PolyphaseRows {
  /** The taps of each phase, reversed. */
  readonly branches: readonly (Float32Array | Float64Array)[];
  readonly taps: number;
  readonly up: number;
  readonly down: number;
  /** The upsampled sample, counted from the first of `x`, that the first output row ends on. */
  readonly firstEnd: number;
  /** Output rows. */
  readonly rows: number;
  readonly x: TypedArray;
  readonly lanes: Lanes;
  /** The samples before `x`: shape (outer, memory, inner), float32 or float64 as the sums. Not changed. */
  readonly history: Float32Array | Float64Array;
  readonly memory: number;
}

/** Bytes of all panels, of one panel at most, and of the samples that go in and the sums that come out. */
const PANELS = 1 << 21;
const PANEL = 5 << 20;
const STAGE = 1 << 18;
/** Lines of lanes that are filtered together, at most. */
const LINES = 64;
/** Fewer neighbours than this are transposed. */
const NEIGHBOURS = 8;

/** How the scratch memory is divided: bytes, and samples. */
interface Plan {
  /** Lanes in a line of a panel. */
  readonly line: number;
  /** Lanes that are filtered together, in blocks of the outer dimension or stretches of the inner one. */
  readonly block: number;
  /** Input rows that are filtered together. */
  readonly rows: number;
  readonly panelStride: number;
  readonly taps: number;
  readonly panels: number;
  readonly stage: number;
  readonly sums: number;
}

/**
 * Output rows of shape (outer, rows, inner) into `y`. False where the plain kernel is to do it: chosen so, too few lanes,
 * or more taps than the scratch memory holds.
 */
export function simdPolyphaseRows(
  job: PolyphaseRows,
  y: Float32Array | Float64Array,
  range: LaneRange = allLanes(job.lanes),
): boolean {
  const own = simdKernels();
  const { inner } = job.lanes;
  // Where the history is in a memory of its own, the panels are beside it.
  const kernels = own && (resultKernels(job.history.buffer) ?? own);
  if (kernels === null || range.outers * range.inners < 4 || job.rows === 0) return false;
  const plan = planOf(job, kernels);
  if (plan === null) return false;
  const { branches, taps, up } = job;
  const places = Math.ceil(taps / up);
  const single = job.history instanceof Float32Array;
  const floats = single ? kernels.float32 : kernels.float64;
  for (const [phase, branch] of branches.entries()) floats.set(branch, plan.taps / (single ? 4 : 8) + phase * places);
  if (inner >= NEIGHBOURS) {
    const end = range.i + range.inners;
    for (let o = range.o; o < range.o + range.outers; o++)
      for (let i = range.i; i < end; i += plan.block)
        filterBlock(kernels, job, plan, y, { o, outers: 1, i, inner: Math.min(plan.block, end - i) });
  } else {
    const end = range.o + range.outers;
    for (let o = range.o; o < end; o += plan.block)
      filterBlock(kernels, job, plan, y, { o, outers: Math.min(plan.block, end - o), i: 0, inner });
  }
  return true;
}

/** Lanes that are filtered together. */
interface Block {
  readonly o: number;
  readonly outers: number;
  readonly i: number;
  readonly inner: number;
}

function planOf(
  { taps, up, lanes: { outer, length, inner }, history, memory }: PolyphaseRows,
  { base, end }: SimdKernels,
): Plan | null {
  const line = history instanceof Float32Array ? 16 : 8;
  const tapBytes = align(Math.ceil(taps / up) * up * 8);
  // A row of history costs as much as a row of input: not many more of the one than of the other.
  const leastRows = Math.min(length, Math.max(memory, 256));
  if ((memory + leastRows) * 64 > PANEL || tapBytes > STAGE) return null;
  const wide = inner >= NEIGHBOURS;
  const lanes = wide ? inner : outer * inner;
  let lines = Math.min(LINES, Math.ceil(lanes / line));
  lines = Math.max(1, Math.min(lines, Math.floor(PANELS / 64 / (memory + leastRows))));
  let block = Math.min(lanes, lines * line);
  if (!wide) {
    block = Math.max(1, Math.floor(block / inner));
    lines = Math.ceil((block * inner) / line);
  }
  const rows = Math.min(length, Math.max(leastRows, Math.floor(PANELS / 64 / lines) - memory));
  // An odd number of cache lines: the same row of all panels must not fall on the same places of the cache.
  const panelStride = ((memory + rows) * 64) | 64;
  const tapsAt = base;
  const panels = tapsAt + tapBytes;
  const stage = panels + align(Math.max(PANELS, lines * panelStride));
  if (stage + 2 * STAGE > end) return null;
  return { line, block, rows, panelStride, taps: tapsAt, panels, stage, sums: stage + STAGE };
}

/** All output rows of a block of lanes: stretch by stretch of input rows. */
function filterBlock(
  kernels: SimdKernels,
  job: PolyphaseRows,
  plan: Plan,
  y: Float32Array | Float64Array,
  block: Block,
) {
  const { up, down, memory, history, firstEnd, taps } = job;
  const { length } = job.lanes;
  const lines = Math.ceil((block.outers * block.inner) / plan.line);
  const sumRows = kernels[history instanceof Float32Array ? 'sumsFloat32' : 'sumsFloat64'];
  const line = 64 * lines;
  const mostSums = Math.max(1, Math.floor(STAGE / line / 2));
  fill(kernels, history, memory, 0, memory, job, plan, block, 0);
  const x = asNumbers(job.x);
  let done = 0;
  for (let start = 0; start < length; start += plan.rows) {
    const rows = Math.min(plan.rows, length - start);
    fill(kernels, x, length, start, rows, job, plan, block, memory);
    // Row `memory` of the panels is input row `start`.
    const ready = Math.min(job.rows, Math.ceil(((start + rows) * up - firstEnd) / down));
    while (done < ready) {
      const count = Math.min(mostSums, ready - done);
      const end = firstEnd + done * down;
      const newest = Math.floor(end / up);
      sumRows(
        plan.panels,
        plan.panelStride,
        lines,
        plan.taps,
        taps,
        up,
        down,
        end - newest * up,
        newest - start + memory,
        count,
        plan.sums,
        line,
      );
      give(kernels, y, job, plan, block, lines, done, count);
      done += count;
    }
    if (start + rows < length) kernels.keepRows(plan.panels, plan.panelStride, lines, memory + rows, memory);
  }
}

/** Copies `rows` rows of a block, from row `start` of an array of `length` rows, into the panels from their row `at` on. */
function fill(
  kernels: SimdKernels,
  source: Exclude<TypedArray, BigInt64Array | BigUint64Array>,
  length: number,
  start: number,
  rows: number,
  { lanes: { inner }, history }: PolyphaseRows,
  { line, panels, panelStride, stage }: Plan,
  block: Block,
  at: number,
): void {
  const { dtype, memory, size } = rowDTypeOf(kernels, source);
  const lanes = block.outers * block.inner;
  const lines = Math.ceil(lanes / line);
  if (inner >= NEIGHBOURS) {
    if (source.buffer === memory.buffer) {
      // The last line may begin at the next row's first lanes, which are not used.
      const from = source.byteOffset + ((block.o * length + start) * inner + block.i) * size;
      kernels[`pack${dtype}`](from, inner * size, rows, lines, panels, panelStride, at);
      return;
    }
    const stride = lines * line;
    const most = Math.floor(STAGE / (stride * size));
    if (lanes < stride) memory.fill(0, stage / size, stage / size + Math.min(rows, most) * stride);
    for (let r = 0; r < rows; r += most) {
      const n = Math.min(most, rows - r);
      let from = (block.o * length + start + r) * inner + block.i;
      if (lanes === inner && lanes === stride)
        memory.set(source.subarray(from, from + n * inner) as Float64Array, stage / size);
      else
        for (let k = 0, to = stage / size; k < n; k++, from += inner, to += stride)
          memory.set(source.subarray(from, from + lanes) as Float64Array, to);
      kernels[`pack${dtype}`](stage, stride * size, n, lines, panels, panelStride, at + r);
    }
    return;
  }
  const transpose = history instanceof Float32Array ? kernels.singleRowsFromFloat32 : kernels[`rowsFrom${dtype}`];
  const most = Math.max(1, Math.floor(STAGE / (lanes * size)));
  for (let r = 0; r < rows; r += most) {
    const n = Math.min(most, rows - r);
    const stretch = n * inner;
    let from = (block.o * length + start + r) * inner;
    if (n === length) memory.set(source.subarray(from, from + block.outers * stretch) as Float64Array, stage / size);
    else
      for (let k = 0, to = stage / size; k < block.outers; k++, from += length * inner, to += stretch)
        memory.set(source.subarray(from, from + stretch) as Float64Array, to);
    transpose(stage, stretch * size, inner, lanes, n, panels + (at + r) * 64, line, panelStride);
  }
}

/** Copies `count` rows of sums into `y`, from its row `first` on. */
function give(
  kernels: SimdKernels,
  y: Float32Array | Float64Array,
  { lanes: { inner }, rows }: PolyphaseRows,
  { line, stage, sums }: Plan,
  block: Block,
  lines: number,
  first: number,
  count: number,
): void {
  const single = y instanceof Float32Array;
  const size = single ? 4 : 8;
  const floats = (single ? kernels.float32 : kernels.float64) as Float64Array;
  const lanes = block.outers * block.inner;
  const stride = lines * line;
  let to = (block.o * rows + first) * inner + block.i;
  if (inner >= NEIGHBOURS) {
    let from = sums / size;
    if (lanes === inner && lanes === stride) y.set(floats.subarray(from, from + count * inner), to);
    else for (let k = 0; k < count; k++, from += stride, to += inner) y.set(floats.subarray(from, from + lanes), to);
    return;
  }
  const stretch = count * inner;
  const lanesFrom = kernels[single ? 'lanesFromFloat32' : 'lanesFromFloat64'];
  lanesFrom(sums, stride, 0, lanes, count, stage, stretch * size, inner);
  let from = stage / size;
  if (count === rows) y.set(floats.subarray(from, from + block.outers * stretch), to);
  else
    for (let k = 0; k < block.outers; k++, from += stretch, to += rows * inner)
      y.set(floats.subarray(from, from + stretch), to);
}
