/** Spikes found by running medians and replaced by them: the Hampel identifier. */
import type { TypedArray } from '../dtype.js';
import { gatherPanel, PANEL, scatterPanel } from './lane-panel.js';
import { expectLength, type Lanes, sampleCount } from './lanes.js';
import { resultArray } from './result-array.js';
import { asFloat64 } from './to-float64.js';
import type { FloatSamples } from './to-floating.js';

/** The standard deviation of normal noise over its median absolute deviation. */
const SIGMA_PER_MAD = 1.4826;

/** What is a spike. */
export interface HampelRule {
  /** Samples on either side of the one that is judged. */
  readonly half: number;
  /** Deviations from the median above so many standard deviations are spikes. */
  readonly threshold: number;
  /** Deviations up to this are none, in the unit of the samples. */
  readonly floor: number;
}

/**
 * Rows `start` up to, but without, `stop` of `x`, spikes replaced by the median of their window; shape
 * (outer, stop - start, inner). The window of a row are the rows up to `half` away from it that are there: at the ends of
 * `x` it is shorter. NaN samples are left out of windows, and stay.
 *
 * float32 stays float32, all others are float64. The window is kept sorted from row to row. Scratch memory: 8 lanes.
 */
export function hampel(x: TypedArray, lanes: Lanes, rule: HampelRule, start: number, stop: number): FloatSamples {
  const { outer, length, inner } = lanes;
  expectLength(x, sampleCount(lanes), 'x', `(${outer}, ${length}, ${inner})`);
  const samples = asFloat64(x);
  const rows = stop - start;
  const out = resultArray(outer * rows * inner, x instanceof Float32Array);
  const panel = new Float64Array(Math.min(PANEL, inner) * length);
  const sorted = new Float64Array(2 * rule.half + 1);
  const cleaned = new Float64Array(Math.min(PANEL, inner) * rows);
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i += PANEL) {
      const width = Math.min(PANEL, inner - i);
      gatherPanel(samples, lanes, o, i, width, 0, length, panel, length);
      for (let c = 0; c < width; c++)
        cleanLane(panel, c * length, length, rule, start, stop, sorted, cleaned, c * rows);
      scatterPanel(cleaned, rows, out, { outer, length: rows, inner }, o, i, width, 0, rows);
    }
  return out;
}

function cleanLane(
  x: Float64Array,
  lane: number,
  length: number,
  { half, threshold, floor }: HampelRule,
  start: number,
  stop: number,
  sorted: Float64Array,
  out: Float64Array,
  at: number,
): void {
  let count = 0;
  for (let t = Math.max(0, start - half); t < Math.min(length, start + half); t++)
    count = replaceSorted(sorted, count, Number.NaN, x[lane + t]);
  for (let t = start; t < stop; t++) {
    const leaves = t - half - 1;
    const enters = t + half;
    const old = leaves >= Math.max(0, start - half) ? x[lane + leaves] : Number.NaN;
    count = replaceSorted(sorted, count, old, enters < length ? x[lane + enters] : Number.NaN);
    const value = x[lane + t];
    const middle = count >> 1;
    // -0 and 0 are equal, so which of them a sorted window gives depends on its history: there is only 0
    const median = 0 + (count % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2);
    const off = Math.abs(value - median);
    const spike = off > floor && off > threshold * SIGMA_PER_MAD * sortedDeviation(sorted, count, median);
    out[at + t - start] = spike ? median : value;
  }
}

/** Takes `old` out of the sorted stretch and puts `value` in; NaN stands for none. Gives the new length. */
function replaceSorted(sorted: Float64Array, count: number, old: number, value: number): number {
  let at = count;
  if (Number.isNaN(old)) {
    if (Number.isNaN(value)) return count;
    count += 1;
  } else {
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] < old) low = middle + 1;
      else high = middle;
    }
    at = low;
    if (Number.isNaN(value)) {
      for (; at + 1 < count; at++) sorted[at] = sorted[at + 1];
      return count - 1;
    }
  }
  for (; at > 0 && sorted[at - 1] > value; at--) sorted[at] = sorted[at - 1];
  for (; at + 1 < count && sorted[at + 1] < value; at++) sorted[at] = sorted[at + 1];
  sorted[at] = value;
  return count;
}

/**
 * The median absolute deviation from `median` of the sorted stretch. Deviations of the lower half, read backwards, and of
 * the upper half both rise: the middle one of the two rows together is found by bisection.
 */
function sortedDeviation(sorted: Float64Array, count: number, median: number): number {
  const below = count >> 1;
  const above = count - below;
  const taken = below + 1; // the middle one is the last of so many smallest
  let low = Math.max(0, taken - above);
  let high = Math.min(taken, below);
  while (low < high) {
    const lower = (low + high) >> 1;
    if (median - sorted[below - 1 - lower] < sorted[below + taken - lower - 1] - median) low = lower + 1;
    else high = lower;
  }
  // `low` of them are from the lower half, the others from the upper one
  const upper = taken - low;
  const a = low > 0 ? median - sorted[below - low] : Number.NEGATIVE_INFINITY;
  const b = upper > 0 ? sorted[below + upper - 1] - median : Number.NEGATIVE_INFINITY;
  const largest = Math.max(a, b);
  if (count % 2) return largest;
  const next =
    a >= b
      ? low > 1
        ? median - sorted[below - low + 1]
        : Number.NEGATIVE_INFINITY
      : upper > 1
        ? sorted[below + upper - 2] - median
        : Number.NEGATIVE_INFINITY;
  return (largest + Math.max(Math.min(a, b), next)) / 2;
}
