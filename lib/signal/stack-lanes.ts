/** Groups of neighbouring samples made one: their mean, sum or median. */
import type { TypedArray } from '../dtype.js';
import { expectLength, type Lanes, sampleCount } from './lanes.js';
import { medianInPlace } from './median-in-place.js';
import { resultArray } from './result-array.js';
import { asFloat64 } from './to-float64.js';
import type { FloatSamples } from './to-floating.js';

/** What becomes of a group. */
export type StackMethod = 'mean' | 'sum' | 'median';

/** Samples `start` up to, but without, `stop`. */
export interface Group {
  readonly start: number;
  readonly stop: number;
}

/**
 * One sample for each of `groups` along the axis of `lanes`, shape (outer, groups, inner). A NaN spoils its group; with
 * `skipna` NaN samples are left out, and a group of NaN only gives NaN (0 as a sum), as numpy's nan functions.
 *
 * float32 stays float32 (computed in float64, rounded once), all others are float64.
 */
export function stackLanes(
  x: TypedArray,
  lanes: Lanes,
  groups: readonly Group[],
  method: StackMethod,
  skipna: boolean,
): FloatSamples {
  const { outer, length, inner } = lanes;
  expectLength(x, sampleCount(lanes), 'x', `(${outer}, ${length}, ${inner})`);
  const samples = asFloat64(x);
  const out = resultArray(outer * groups.length * inner, x instanceof Float32Array);
  const stack = method === 'median' ? medians : sums;
  const scratch = new Float64Array(
    method === 'median' ? groups.reduce((most, { start, stop }) => Math.max(most, stop - start), 0) : 2 * inner,
  );
  let at = 0;
  for (let o = 0; o < outer; o++)
    for (const { start, stop } of groups) {
      stack(samples, (o * length + start) * inner, stop - start, inner, out, at, scratch, skipna, method === 'mean');
      at += inner;
    }
  return out;
}

function sums(
  x: Float64Array,
  first: number,
  rows: number,
  inner: number,
  out: FloatSamples,
  at: number,
  scratch: Float64Array,
  skipna: boolean,
  mean: boolean,
): void {
  scratch.fill(0); // sums, then how many samples count
  for (let t = 0, e = first; t < rows; t++)
    for (let i = 0; i < inner; i++, e++) {
      const value = x[e];
      if (skipna && Number.isNaN(value)) continue;
      scratch[i] += value;
      scratch[inner + i] += 1;
    }
  for (let i = 0; i < inner; i++) out[at + i] = mean ? scratch[i] / scratch[inner + i] : scratch[i];
}

function medians(
  x: Float64Array,
  first: number,
  rows: number,
  inner: number,
  out: FloatSamples,
  at: number,
  scratch: Float64Array,
  skipna: boolean,
): void {
  for (let i = 0; i < inner; i++) {
    let count = 0;
    for (let t = 0, e = first + i; t < rows; t++, e += inner) if (!Number.isNaN(x[e])) scratch[count++] = x[e];
    out[at + i] = count < rows && !skipna ? Number.NaN : medianInPlace(scratch, 0, count);
  }
}
