/** Resampling of whole records by a rational factor: scipy.signal.resample_poly. */
import type { TypedArray } from '../dtype.js';
import { ArgumentError } from '../errors.js';
import { firwin } from './design/firwin.js';
import type { WindowLike } from './design/windows.js';
import { type Extension, extendLanes, levelOf } from './extend-lanes.js';
import { expectLength, type Lanes, sampleCount } from './lanes.js';
import { flushPolyphase, type PolyphaseFilter, type PolyphaseSamples, polyphase, polyphaseState } from './polyphase.js';
import { asFloat64 } from './to-float64.js';

/** Options of {@link resamplePoly}. */
export interface ResamplePolyOptions {
  /** The window of the low-pass that is designed (default `['kaiser', 5]`), or the FIR filter itself at the upsampled rate. */
  readonly window?: WindowLike | Float64Array;
  /** What lies beyond the ends; default `'constant'`, which is `cval`. */
  readonly padtype?: Extension;
  /** Default 0; only for `'constant'`. */
  readonly cval?: number | null;
}

/**
 * Inserts `up - 1` zeros, filters without delay, keeps one sample in `down`: `ceil(length * up / down)` rows, the first at
 * the first sample. Factors are reduced first; with a ratio of 1 the samples come back as they are.
 *
 * float32 stays float32 (unless `window` is a filter, as in scipy), all others are float64. Throws `BAD_ARGUMENT` for
 * factors that are not positive integers, an empty filter, or `cval` where it has no effect.
 */
export function resamplePoly<T extends TypedArray>(
  x: T,
  lanes: Lanes,
  up: number,
  down: number,
  options: ResamplePolyOptions = {},
): T | PolyphaseSamples {
  const { window = ['kaiser', 5], padtype = 'constant', cval = null } = options;
  expectLength(x, sampleCount(lanes), 'x', `(${lanes.outer}, ${lanes.length}, ${lanes.inner})`);
  for (const [name, factor] of Object.entries({ up, down }))
    if (!Number.isSafeInteger(factor) || factor < 1)
      throw new ArgumentError('BAD_ARGUMENT', `${name} is ${factor}; allowed: positive integers`);
  if (cval !== null && padtype !== 'constant')
    throw new ArgumentError('BAD_ARGUMENT', `cval has no effect with padtype '${padtype}'; allowed: with 'constant'`);
  const divisor = greatestCommonDivisor(up, down);
  const [p, q] = [up / divisor, down / divisor];
  if (p === 1 && q === 1) return x.slice() as T;
  const float32 = x instanceof Float32Array && !(window instanceof Float64Array);
  const taps = designTaps(window, p, q, float32);
  const filter: PolyphaseFilter = { taps, up: p, down: q, lead: (taps.length - 1) >> 1 };
  const levels = ['mean', 'median', 'minimum', 'maximum'].includes(padtype)
    ? laneLevels(asFloat64(x), lanes, padtype as 'mean')
    : null;
  const rows = Math.ceil((lanes.length * p) / q);
  let samples: PolyphaseSamples = asFloat64(x);
  if (levels) samples = addLevels(samples.slice(), lanes, levels, -1);
  let extended = lanes;
  let skipped = 0;
  if (!levels && !(padtype === 'constant' && (cval ?? 0) === 0)) {
    // in whole periods of the output grid, so that outputs stay where they are
    const reach = q * Math.ceil((taps.length / p + q) / q);
    samples = extendLanes(samples as Float64Array, lanes, [reach, reach], padtype, cval ?? 0);
    extended = { ...lanes, length: lanes.length + 2 * reach };
    skipped = (reach * p) / q;
  }
  if (float32) samples = Float32Array.from(samples);
  const out = cutRows(wholePolyphase(filter, samples, extended), lanes, skipped, rows);
  return levels ? addLevels(out, { ...lanes, length: rows }, levels, 1) : out;
}

/** All rows of a whole record and how many there are: those of {@link polyphase} and, with a lead, of the flush. */
export function wholePolyphase(
  filter: PolyphaseFilter,
  x: PolyphaseSamples,
  lanes: Lanes,
): { data: PolyphaseSamples; count: number } {
  const { outer, inner } = lanes;
  const state = polyphaseState(filter, lanes, x instanceof Float32Array);
  const body = polyphase(filter, x, lanes, state);
  const tail = flushPolyphase(filter, lanes, state);
  const count = body.count + tail.count;
  const data =
    x instanceof Float32Array ? new Float32Array(outer * count * inner) : new Float64Array(outer * count * inner);
  for (let o = 0; o < outer; o++) {
    const at = o * count * inner;
    data.set(body.data.subarray(o * body.count * inner, (o + 1) * body.count * inner), at);
    data.set(tail.data.subarray(o * tail.count * inner, (o + 1) * tail.count * inner), at + body.count * inner);
  }
  return { data, count };
}

function designTaps(window: WindowLike | Float64Array, up: number, down: number, float32: boolean): Float64Array {
  if (window instanceof Float64Array) {
    if (window.length === 0) throw new ArgumentError('BAD_ARGUMENT', 'a filter needs at least one tap');
    return window.map((tap) => up * tap);
  }
  const rate = Math.max(up, down);
  const taps = firwin(20 * rate + 1, 1 / rate, { window });
  return taps.map((tap) => (float32 ? Math.fround(up * Math.fround(tap)) : up * tap));
}

function cutRows(
  { data, count }: { data: PolyphaseSamples; count: number },
  { outer, inner }: Lanes,
  start: number,
  rows: number,
): PolyphaseSamples {
  if (start === 0 && rows === count) return data;
  const size = outer * rows * inner;
  const out = data instanceof Float32Array ? new Float32Array(size) : new Float64Array(size);
  for (let o = 0; o < outer; o++) {
    const from = (o * count + start) * inner;
    out.set(data.subarray(from, from + rows * inner), o * rows * inner);
  }
  return out;
}

function laneLevels(x: Float64Array, { outer, length, inner }: Lanes, kind: 'mean'): Float64Array {
  const levels = new Float64Array(outer * inner);
  const lane = new Float64Array(length);
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) {
      for (let t = 0; t < length; t++) lane[t] = x[(o * length + t) * inner + i];
      levels[o * inner + i] = levelOf(lane, kind);
    }
  return levels;
}

/** Adds `sign` times the level of each lane to its samples, in place. */
function addLevels<T extends PolyphaseSamples>(x: T, lanes: Lanes, levels: Float64Array, sign: number): T {
  const { outer, length, inner } = lanes;
  for (let o = 0, e = 0; o < outer; o++)
    for (let t = 0; t < length; t++) for (let i = 0; i < inner; i++, e++) x[e] += sign * levels[o * inner + i];
  return x;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
