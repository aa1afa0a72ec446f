/**
 * Polyphase FIR resampling along one axis: insert `up - 1` zeros, filter, keep one sample in `down`, without making the
 * zeros or the samples that are dropped. The sums are those of scipy.signal.upfirdn, in its order: oldest sample first.
 */
import type { TypedArray } from '../dtype.js';
import { ArgumentError } from '../errors.js';
import { expectLength, type Lanes, laneCount, sampleCount } from './lanes.js';
import type { LaneKernel } from './parallel/kernel-job.js';
import { onPart, sampleLayout } from './parallel/lane-parts.js';
import { filterLanes } from './parallel/run-lanes.js';
import { type PolyphaseRows, simdPolyphaseRows } from './simd/polyphase.js';
import { historyArray } from './simd/result-memory.js';
import { asFloat64, asNumbers } from './to-float64.js';

/** What a polyphase filter is made of. */
export interface PolyphaseFilter {
  /** FIR coefficients, designed at the upsampled rate. At least one. */
  readonly taps: Float64Array;
  /** Upsampling factor, a positive integer. */
  readonly up: number;
  /** Downsampling factor, a positive integer. */
  readonly down: number;
  /**
   * Upsampled samples that outputs look ahead: 0 is upfirdn's causal filter; `(taps.length - 1) / 2`, rounded down,
   * takes the delay of linear-phase taps out of the data, as scipy.signal.resample_poly does.
   */
  readonly lead: number;
}

/** Samples that a polyphase filter computes in: float32 for float32 data (the taps are rounded), float64 for all others. */
export type PolyphaseSamples = Float32Array | Float64Array;

/** What a polyphase filter carries from chunk to chunk. */
export interface PolyphaseState {
  /** The last input rows, oldest first: shape (outer, {@link polyphaseMemory}, inner). Zeros before the stream began. */
  history: PolyphaseSamples;
  /** Input rows so far. */
  consumed: number;
  /** Output rows so far. */
  emitted: number;
}

/** Output rows of one call. */
export interface PolyphaseOutput {
  /** Shape (outer, count, inner). */
  readonly data: PolyphaseSamples;
  /** Index of the first output row since the stream began: it sits at upsampled sample `first * down`. */
  readonly first: number;
  /** Number of output rows; may be 0. */
  readonly count: number;
}

/** Input rows before the newest that an output needs: those of one polyphase branch. */
export function polyphaseMemory({ taps, up }: PolyphaseFilter): number {
  return Math.ceil(taps.length / up) - 1;
}

/** A fresh state: nothing consumed, zeros as history. `float32` as {@link PolyphaseSamples} says. Throws `BAD_ARGUMENT`. */
export function polyphaseState(filter: PolyphaseFilter, lanes: Lanes, float32: boolean): PolyphaseState {
  const { taps, up, down, lead } = filter;
  if (taps.length === 0) throw new ArgumentError('BAD_ARGUMENT', 'a polyphase filter needs at least one tap');
  for (const [name, factor] of Object.entries({ up, down }))
    if (!Number.isInteger(factor) || factor < 1)
      throw new ArgumentError('BAD_ARGUMENT', `${name} is ${factor}; allowed: positive integers`);
  if (!Number.isInteger(lead) || lead < 0 || lead >= taps.length)
    throw new ArgumentError('BAD_ARGUMENT', `lead is ${lead}; allowed: 0 to ${taps.length - 1} (a tap's index)`);
  const size = polyphaseMemory(filter) * laneCount(lanes);
  return { history: historyArray(size, float32), consumed: 0, emitted: 0 };
}

/**
 * Feeds `x` and returns the output rows that it completes.
 *
 * - `x`: samples laid out as `lanes` says; float32 where the state is float32, any dtype otherwise; not changed.
 * - `state` is updated. With a whole record, {@link flushPolyphase} then gives the rows that reach past its end.
 *
 * Any cutting of the axis gives bitwise the same rows; for finite input they are scipy 1.17's bit for bit (float64 and
 * float32). Only the taps given are multiplied, so a NaN reaches exactly the outputs whose taps touch it.
 * Throws `BAD_SHAPE` where sizes do not fit, `BAD_DTYPE` where float32 meets a float64 state or the reverse.
 */
export function polyphase(
  filter: PolyphaseFilter,
  x: TypedArray,
  lanes: Lanes,
  state: PolyphaseState,
  workers = 1,
): PolyphaseOutput {
  expectLength(x, sampleCount(lanes), 'x', `(${lanes.outer}, ${lanes.length}, ${lanes.inner})`);
  if (x instanceof Float32Array !== state.history instanceof Float32Array)
    throw new ArgumentError('BAD_DTYPE', 'float32 samples need a float32 state, and all others a float64 state');
  const total = state.consumed + lanes.length;
  const stop = Math.max(0, Math.ceil((total * filter.up - filter.lead) / filter.down));
  return advance(filter, x, lanes, state, stop, workers);
}

/**
 * The output rows that wait for input that will never come, computed as if zeros followed, up to
 * `ceil(consumed * up / down)` rows since the stream began (scipy.signal.resample_poly's count). None with `lead` 0, and
 * none the second time.
 */
export function flushPolyphase(filter: PolyphaseFilter, lanes: Lanes, state: PolyphaseState): PolyphaseOutput {
  const { up, down, lead } = filter;
  const { consumed } = state;
  const stop = Math.ceil((consumed * up) / down);
  const newest = Math.floor(((stop - 1) * down + lead) / up);
  const tail = { ...lanes, length: stop > state.emitted ? Math.max(0, newest - consumed + 1) : 0 };
  const { history } = state;
  const single = history instanceof Float32Array;
  const zeros = single ? new Float32Array(sampleCount(tail)) : new Float64Array(sampleCount(tail));
  const output = advance(filter, zeros, tail, { ...state, history: history.slice() }, stop);
  state.emitted = Math.max(state.emitted, stop);
  return output;
}

/** Lanes that are filtered together, from a panel that stays in the cache. */
const GROUP = 8;

/** Computes output rows `state.emitted` to `stop`, then takes `x` into the history. */
function advance(
  filter: PolyphaseFilter,
  x: TypedArray,
  lanes: Lanes,
  state: PolyphaseState,
  stop: number,
  workers = 1,
): PolyphaseOutput {
  const { up, down, lead } = filter;
  const { outer, inner } = lanes;
  const memory = polyphaseMemory(filter);
  const { history } = state;
  expectLength(history, memory * laneCount(lanes), 'history', `(${outer}, ${memory}, ${inner})`);
  const single = history instanceof Float32Array;
  const first = state.emitted;
  const rows = Math.max(0, stop - first);
  const taps = filter.taps.length;
  const parameters = {
    branches: reversedBranches(filter, single),
    taps,
    up,
    down,
    firstEnd: first * down + lead - state.consumed * up,
    rows,
    memory,
  };
  const sums = { kernel: 'polyphase', run: polyphaseLanes, parameters, x, lanes, rows, single };
  const held = { state: history, stateLayout: sampleLayout(lanes, memory), readsState: true };
  const cost = (single ? 0.05 : 0.1) * (taps / up) * rows * laneCount(lanes);
  const data = filterLanes({ ...sums, ...held, cost }, workers);
  remember(history, memory, x, lanes);
  state.consumed += lanes.length;
  state.emitted = first + rows;
  return { data, first, count: rows };
}

/** What the sums of {@link polyphase} are; see `PolyphaseRows`. */
type PolyphaseParameters = Omit<PolyphaseRows, 'x' | 'lanes' | 'history'>;

/** The sums of some lanes. `state` is the history, which is not changed. */
export const polyphaseLanes: LaneKernel<PolyphaseParameters> = (parameters, x, lanes, history, y, range) => {
  if (simdPolyphaseRows({ ...parameters, x, lanes, history }, y, range)) return;
  const plain = (x: TypedArray, lanes: Lanes, history: PolyphaseSamples, y: PolyphaseSamples) =>
    plainPolyphaseRows({ ...parameters, x, lanes, history }, y);
  onPart(plain, x, lanes, history, sampleLayout(lanes, parameters.memory), y, parameters.rows, range);
};

/** The reference for {@link simdPolyphaseRows}. */
function plainPolyphaseRows(job: PolyphaseRows, data: PolyphaseSamples): void {
  const { branches, up, down, firstEnd, rows, lanes, history, memory } = job;
  const { length, inner } = lanes;
  const count = laneCount(lanes);
  const single = history instanceof Float32Array;
  const x = job.x instanceof Float32Array ? job.x : asFloat64(job.x);
  const panelSize = (memory + length) * GROUP;
  const panel = single ? new Float32Array(panelSize) : new Float64Array(panelSize);
  for (let lane = 0; lane < count; lane += GROUP) {
    const width = Math.min(GROUP, count - lane);
    pack(history, memory, inner, lane, width, panel, 0);
    pack(x, length, inner, lane, width, panel, memory * GROUP);
    for (let k = 0; k < rows; k++) {
      const u = firstEnd + k * down;
      const newest = Math.floor(u / up);
      const branch = branches[u - newest * up]!;
      // Row `memory` of the panel is the first of x.
      const oldest = (newest + memory - branch.length + 1) * GROUP;
      if (single) sumFloat32(branch as Float32Array, panel as Float32Array, oldest);
      else sumFloat64(branch as Float64Array, panel as Float64Array, oldest);
      for (let c = 0; c < width; c++) data[firstElement(lane + c, rows, inner) + k * inner] = sums[c];
    }
  }
}

/** The last `memory` rows of the history with `x` after it become the history. */
function remember(history: PolyphaseSamples, memory: number, x: TypedArray, { outer, length, inner }: Lanes): void {
  const samples = asNumbers(x) as PolyphaseSamples;
  const fresh = Math.min(memory, length);
  for (let o = 0; o < outer; o++) {
    const [from, to] = [o * memory * inner, (o + 1) * memory * inner];
    history.copyWithin(from, from + fresh * inner, to);
    history.set(samples.subarray(((o + 1) * length - fresh) * inner, (o + 1) * length * inner), to - fresh * inner);
  }
}

/** Element of the first row of a lane in an array of shape (outer, rows, inner). */
function firstElement(lane: number, rows: number, inner: number): number {
  const o = Math.floor(lane / inner);
  return o * rows * inner + (lane - o * inner);
}

/** Copies the rows of `width` lanes from `lane` on into a panel of shape (rows, GROUP), from its element `to` on. */
function pack(
  source: PolyphaseSamples,
  rows: number,
  inner: number,
  lane: number,
  width: number,
  panel: PolyphaseSamples,
  to: number,
): void {
  if (Math.floor(lane / inner) === Math.floor((lane + width - 1) / inner)) {
    // Neighbours in memory: row by row.
    let at = firstElement(lane, rows, inner);
    for (let r = 0; r < rows; r++, at += inner)
      for (let c = 0; c < width; c++) panel[to + r * GROUP + c] = source[at + c];
    return;
  }
  for (let c = 0; c < width; c++) {
    let at = firstElement(lane + c, rows, inner);
    for (let r = 0; r < rows; r++, at += inner) panel[to + r * GROUP + c] = source[at];
  }
}

/** The taps of each phase, last tap first, so that they run along with the samples from the oldest on. */
function reversedBranches({ taps, up }: PolyphaseFilter, single: boolean): PolyphaseSamples[] {
  return Array.from({ length: up }, (_, phase) => {
    const branch: number[] = [];
    for (let t = phase; t < taps.length; t += up) branch.unshift(taps[t]);
    return single ? Float32Array.from(branch) : Float64Array.from(branch);
  });
}

/** The sums of one output row over the lanes of a panel. */
const sums = new Float64Array(GROUP);

function sumFloat64(taps: Float64Array, panel: Float64Array, start: number) {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let s5 = 0;
  let s6 = 0;
  let s7 = 0;
  for (let t = 0, p = start; t < taps.length; t++, p += GROUP) {
    const h = taps[t];
    s0 += h * panel[p];
    s1 += h * panel[p + 1];
    s2 += h * panel[p + 2];
    s3 += h * panel[p + 3];
    s4 += h * panel[p + 4];
    s5 += h * panel[p + 5];
    s6 += h * panel[p + 6];
    s7 += h * panel[p + 7];
  }
  sums[0] = s0;
  sums[1] = s1;
  sums[2] = s2;
  sums[3] = s3;
  sums[4] = s4;
  sums[5] = s5;
  sums[6] = s6;
  sums[7] = s7;
}

/** As {@link sumFloat64}, every product and sum rounded to float32, as numpy's float32 arithmetic does. */
function sumFloat32(taps: Float32Array, panel: Float32Array, start: number) {
  const f = Math.fround;
  let s0 = f(0);
  let s1 = f(0);
  let s2 = f(0);
  let s3 = f(0);
  let s4 = f(0);
  let s5 = f(0);
  let s6 = f(0);
  let s7 = f(0);
  for (let t = 0, p = start; t < taps.length; t++, p += GROUP) {
    const h = taps[t];
    s0 = f(s0 + f(h * panel[p]));
    s1 = f(s1 + f(h * panel[p + 1]));
    s2 = f(s2 + f(h * panel[p + 2]));
    s3 = f(s3 + f(h * panel[p + 3]));
    s4 = f(s4 + f(h * panel[p + 4]));
    s5 = f(s5 + f(h * panel[p + 5]));
    s6 = f(s6 + f(h * panel[p + 6]));
    s7 = f(s7 + f(h * panel[p + 7]));
  }
  sums[0] = s0;
  sums[1] = s1;
  sums[2] = s2;
  sums[3] = s3;
  sums[4] = s4;
  sums[5] = s5;
  sums[6] = s6;
  sums[7] = s7;
}
