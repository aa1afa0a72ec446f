/**
 * Short-term over long-term average of energy along one axis, resumable.
 *
 * The recursive method is Evans and Allen's as in ObsPy's `recursive_sta_lta`; the boxcar methods are running means whose
 * windows may end before the newest sample (Withers et al., 1998, BSSA 88(1), 95-106: `classic`, `delayed`).
 */
import type { TypedArray } from '../dtype.js';
import { expectLength, type Lanes, laneCount, sampleCount } from './lanes.js';
import type { LaneKernel } from './parallel/kernel-job.js';
import { onPart } from './parallel/lane-parts.js';
import { filterLanes } from './parallel/run-lanes.js';
import { returnMemory } from './recycled-memory.js';
import { resultArray } from './result-array.js';
import { type RecursiveStaLtaJob, simdRecursiveStaLta } from './simd/sta-lta.js';
import { copyToFloat64 } from './to-float64.js';

/** Floor of the long-term average: the smallest normal float64, as in ObsPy. */
export const SMALLEST_AVERAGE = 2 ** -1022;

/** Energy: squares of the samples, computed in float64, same layout. */
export function energyOf(x: TypedArray): Float64Array {
  const energy = copyToFloat64(x);
  for (let i = 0; i < energy.length; i++) energy[i] *= energy[i];
  return energy;
}

/** State of {@link recursiveStaLta}. */
export interface RecursiveStaLtaState {
  /** Samples so far. */
  count: number;
  /** The two averages of every lane: shape (lanes, 2), lane = o * inner + i. */
  readonly averages: Float64Array;
}

/** A fresh state: short average 0, long average {@link SMALLEST_AVERAGE}. */
export function recursiveStaLtaState(lanes: Lanes): RecursiveStaLtaState {
  const averages = new Float64Array(2 * laneCount(lanes));
  for (let lane = 1; lane < averages.length; lane += 2) averages[lane] = SMALLEST_AVERAGE;
  return { count: 0, averages };
}

/**
 * Ratio of exponential averages with time constants of `nsta` and `nlta` samples. The first sample of a run is not
 * averaged (ObsPy's recursion starts at the second), and samples before `nlta` are zero.
 * `energy` is laid out as `lanes` says; the result too. `state` is updated; any cutting gives bitwise the same result.
 */
export function recursiveStaLta(
  energy: Float64Array,
  lanes: Lanes,
  nsta: number,
  nlta: number,
  state: RecursiveStaLtaState,
): Float64Array {
  return recursiveRatio(energy, true, lanes, nsta, nlta, state);
}

/** As {@link recursiveStaLta} of {@link energyOf} the samples `x` of any dtype, without an array of energies; `workers`: as for `sosfilt`. */
export function recursiveStaLtaOf(
  x: TypedArray,
  lanes: Lanes,
  nsta: number,
  nlta: number,
  state: RecursiveStaLtaState,
  workers = 1,
): Float64Array {
  return recursiveRatio(x, false, lanes, nsta, nlta, state, workers);
}

function recursiveRatio(
  x: TypedArray,
  squared: boolean,
  lanes: Lanes,
  nsta: number,
  nlta: number,
  state: RecursiveStaLtaState,
  workers = 1,
): Float64Array {
  const { outer, length, inner } = lanes;
  expectLength(x, sampleCount(lanes), 'energy', `(${outer}, ${length}, ${inner})`);
  const { averages, count } = state;
  expectLength(averages, 2 * laneCount(lanes), 'averages', `(${laneCount(lanes)}, 2)`);
  const from = count === 0 ? 1 : 0;
  const full = Math.max(from, nlta - count);
  const [csta, clta] = [1 / nsta, 1 / nlta];
  state.count += length;
  const job = {
    kernel: 'recursiveStaLta',
    run: recursiveStaLtaLanes,
    parameters: { csta, clta, floor: SMALLEST_AVERAGE, from, full, squared },
    x,
    lanes,
    state: averages,
    stateLayout: { before: 1, outer, rows: 1, inner, width: 2 },
    rows: length,
    single: false,
    cost: 1.5 * x.length,
  };
  return filterLanes(job, workers) as Float64Array;
}

/** The ratios of some lanes. */
export const recursiveStaLtaLanes: LaneKernel<RecursiveStaLtaJob> = (job, x, lanes, averages, y, range) => {
  if (simdRecursiveStaLta(job, x, lanes, averages as Float64Array, y as Float64Array, range) !== null) return;
  const plain = (x: TypedArray, lanes: Lanes, averages: Float32Array | Float64Array, y: Float32Array | Float64Array) =>
    plainRecursiveStaLta(job, x, lanes, averages as Float64Array, y as Float64Array);
  const layout = { before: 1, outer: lanes.outer, rows: 1, inner: lanes.inner, width: 2 };
  onPart(plain, x, lanes, averages, layout, y, lanes.length, range);
};

function plainRecursiveStaLta(
  { csta, clta, floor, from, full, squared }: RecursiveStaLtaJob,
  x: TypedArray,
  { outer, length, inner }: Lanes,
  averages: Float64Array,
  ratio: Float64Array,
): void {
  const energy = squared ? (x as Float64Array) : energyOf(x);
  ratio.fill(0);
  const icsta = 1 - csta;
  const iclta = 1 - clta;
  for (let o = 0; o < outer; o++)
    for (let t = from; t < length; t++) {
      const row = (o * length + t) * inner;
      for (let i = row, a = 2 * o * inner; i < row + inner; i++, a += 2) {
        const sta = csta * energy[i] + icsta * averages[a];
        const lta = clta * energy[i] + iclta * averages[a + 1];
        averages[a] = sta;
        averages[a + 1] = lta;
        if (t >= full) ratio[i] = sta / Math.max(lta, floor);
      }
    }
  if (energy !== x) returnMemory(energy.buffer);
}

/** A running window of `size` samples that ends `delay` samples before the newest. */
export interface BoxcarWindow {
  readonly size: number;
  readonly delay: number;
}

/** State of {@link boxcarStaLta}. */
export interface BoxcarStaLtaState {
  /** Samples so far. */
  count: number;
  /** The two running sums of every lane: shape (lanes, 2), lane = o * inner + i. */
  readonly sums: Float64Array;
  /** The last energies of every lane, sample t at t modulo the ring's length: shape (lanes, length of the ring). */
  readonly ring: Float64Array;
}

/** Energies that two boxcar windows need to look back at, the newest included, and one more that leaves. */
export function boxcarMemory(sta: BoxcarWindow, lta: BoxcarWindow): number {
  return Math.max(sta.size + sta.delay, lta.size + lta.delay) + 1;
}

/** A fresh state of zeros. */
export function boxcarStaLtaState(lanes: Lanes, sta: BoxcarWindow, lta: BoxcarWindow): BoxcarStaLtaState {
  const count = laneCount(lanes);
  return { count: 0, sums: new Float64Array(2 * count), ring: new Float64Array(count * boxcarMemory(sta, lta)) };
}

/**
 * Ratio of two boxcar means of `energy`; zero until both windows are full. Each sum is computed anew once per window
 * length, so that the round-off of a loud moment does not outlive two windows.
 * `energy` is laid out as `lanes` says; the result too. `state` is updated; any cutting gives bitwise the same result.
 */
export function boxcarStaLta(
  energy: Float64Array,
  lanes: Lanes,
  sta: BoxcarWindow,
  lta: BoxcarWindow,
  state: BoxcarStaLtaState,
): Float64Array {
  const { outer, length, inner } = lanes;
  expectLength(energy, sampleCount(lanes), 'energy', `(${outer}, ${length}, ${inner})`);
  const memory = boxcarMemory(sta, lta);
  const { sums, ring, count } = state;
  expectLength(sums, 2 * laneCount(lanes), 'sums', `(${laneCount(lanes)}, 2)`);
  expectLength(ring, memory * laneCount(lanes), 'ring', `(${laneCount(lanes)}, ${memory})`);
  const ratio = resultArray(energy.length).fill(0);
  for (let lane = 0; lane < outer * inner; lane++) {
    const first = Math.floor(lane / inner) * length * inner + (lane % inner);
    const base = lane * memory;
    let short = sums[2 * lane];
    let long = sums[2 * lane + 1];
    for (let t = count, i = first; t < count + length; t++, i += inner) {
      ring[base + (t % memory)] = energy[i];
      short = slide(ring, base, memory, short, t - sta.delay, sta.size);
      long = slide(ring, base, memory, long, t - lta.delay, lta.size);
      if (t < memory - 2) continue;
      const mean = long / lta.size;
      ratio[i] = short / sta.size / Math.max(mean, SMALLEST_AVERAGE);
    }
    sums[2 * lane] = short;
    sums[2 * lane + 1] = long;
  }
  state.count += length;
  return ratio;
}

/** The sum of the window of `n` samples that ends at sample `last`, from the sum of the one that ended before it. */
function slide(ring: Float64Array, base: number, memory: number, sum: number, last: number, n: number): number {
  if (last < 0) return 0;
  if ((last + 1) % n === 0) {
    let fresh = 0;
    for (let k = last - n + 1; k <= last; k++) fresh += ring[base + (k % memory)];
    return fresh;
  }
  const grown = sum + ring[base + (last % memory)];
  return last >= n ? grown - ring[base + ((last - n) % memory)] : grown;
}
