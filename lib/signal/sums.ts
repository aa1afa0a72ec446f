/** Sums, products, means and variances of lanes: numpy.sum and its twins that leave NaN out (nansum). */
import type { TypedArray } from '../dtype.js';
import { ArgumentError } from '../errors.js';
import { expectLength, type Lanes, laneCount, sampleCount } from './lanes.js';
import { asFloat64 } from './to-float64.js';
import { type FloatSamples, toFloating } from './to-floating.js';

/** Whether NaN samples are left out (numpy's nan functions) or spoil their lane. */
export interface SkipNaN {
  readonly skipna?: boolean;
}

/** Rows that are added up before they go into the total, so that rounding errors grow slowly. */
const BLOCK = 128;

/**
 * The sum of each lane, shape (outer, inner). Integers are summed in 64 bits and wrap, as in numpy: int64, or uint64 for
 * unsigned ones. float32 stays float32 (summed in float64). A lane without samples, or of NaN only, gives 0.
 */
export function sumLanes(x: TypedArray, lanes: Lanes, { skipna = false }: SkipNaN = {}): TypedArray {
  if (isInteger(x) && x.BYTES_PER_ELEMENT < 8 && lanes.length <= 2 ** 21) {
    // 2^21 samples of 32 bits: every sum is an integer that float64 holds
    const { sums } = floatSums(asFloat64(x), check(x, lanes), false);
    return isUnsigned(x) ? BigUint64Array.from(sums, BigInt) : BigInt64Array.from(sums, BigInt);
  }
  if (isInteger(x)) return integerFold(x, lanes, 0n, (a, b) => a + b);
  return toFloating(floatSums(asFloat64(x), lanes, skipna).sums, x);
}

/** The product of each lane; dtypes as {@link sumLanes}. A lane without samples, or of NaN only, gives 1. */
export function productLanes(x: TypedArray, lanes: Lanes, { skipna = false }: SkipNaN = {}): TypedArray {
  if (isInteger(x)) return integerFold(x, lanes, 1n, (a, b) => a * b);
  const { outer, length, inner } = check(x, lanes);
  const samples = asFloat64(x);
  const out = new Float64Array(laneCount(lanes)).fill(1);
  for (let o = 0, e = 0; o < outer; o++)
    for (let t = 0; t < length; t++)
      for (let i = 0; i < inner; i++, e++) if (!skipna || !Number.isNaN(samples[e])) out[o * inner + i] *= samples[e];
  return toFloating(out, x);
}

/** The mean of each lane: float32 stays float32, all others are float64. NaN where no sample counts. */
export function meanLanes(x: TypedArray, lanes: Lanes, { skipna = false }: SkipNaN = {}): FloatSamples {
  const { sums, counts } = floatSums(asFloat64(x), check(x, lanes), skipna);
  return toFloating(
    sums.map((sum, lane) => sum / counts[lane]),
    x,
  );
}

/**
 * The weighted mean of each lane, `sum (w x) / sum w`, float64: numpy.average. `weights` are those of a lane, or of all
 * samples. Throws `BAD_SHAPE` for any other number of them, `BAD_ARGUMENT` where those of a lane sum to zero.
 */
export function weightedMeanLanes(x: TypedArray, lanes: Lanes, weights: Float64Array): Float64Array {
  const { length, inner } = check(x, lanes);
  const each = weights.length === x.length;
  if (!each && weights.length !== length)
    throw new ArgumentError(
      'BAD_SHAPE',
      `${weights.length} weights; allowed: ${length}, one along the dimension, or ${x.length}, one for each sample`,
    );
  const all = each
    ? weights
    : Float64Array.from({ length: x.length }, (_, e) => weights[Math.floor(e / inner) % length]);
  const totals = floatSums(all, lanes, false).sums;
  if (totals.includes(0)) throw new ArgumentError('BAD_ARGUMENT', 'the weights of a mean sum to zero');
  const samples = asFloat64(x);
  const sums = floatSums(
    all.map((weight, e) => weight * samples[e]),
    lanes,
    false,
  ).sums;
  return sums.map((sum, lane) => sum / totals[lane]);
}

/**
 * The variance of each lane, `sum (x - mean)^2 / (n - ddof)`, in two passes; dtypes as {@link meanLanes}. NaN where no
 * more than `ddof` samples count (numpy may give an infinity for `skipna: false`).
 */
export function varianceLanes(
  x: TypedArray,
  lanes: Lanes,
  { skipna = false, ddof = 0 }: SkipNaN & { readonly ddof?: number } = {},
): FloatSamples {
  const { outer, length, inner } = check(x, lanes);
  const samples = asFloat64(x);
  const { sums, counts } = floatSums(samples, lanes, skipna);
  const squares = new Float64Array(samples.length);
  for (let o = 0, e = 0; o < outer; o++)
    for (let t = 0; t < length; t++)
      for (let i = 0; i < inner; i++, e++) {
        const off = samples[e] - sums[o * inner + i] / counts[o * inner + i];
        squares[e] = off * off;
      }
  const spread = floatSums(squares, lanes, skipna).sums;
  return toFloating(
    spread.map((sum, lane) => (counts[lane] > ddof ? sum / (counts[lane] - ddof) : Number.NaN)),
    x,
  );
}

/** The running sums (`cumsum`) or products (`cumprod`) of each lane; dtypes as {@link sumLanes}. NaN counts as 0 or 1 with `skipna`. */
export function cumulateLanes(
  x: TypedArray,
  lanes: Lanes,
  kind: 'sum' | 'product',
  { skipna = false }: SkipNaN = {},
): TypedArray {
  const { outer, length, inner } = check(x, lanes);
  const total = kind === 'sum';
  if (isInteger(x)) {
    const out = isUnsigned(x) ? new BigUint64Array(x.length) : new BigInt64Array(x.length);
    const source = x as Int32Array;
    for (let e = 0; e < x.length; e++) {
      const row = Math.floor(e / inner) % length;
      const value = BigInt(source[e]);
      out[e] = row === 0 ? value : total ? out[e - inner] + value : out[e - inner] * value;
    }
    return out;
  }
  const samples = asFloat64(x);
  const out = new Float64Array(x.length);
  for (let o = 0, e = 0; o < outer; o++)
    for (let t = 0; t < length; t++)
      for (let i = 0; i < inner; i++, e++) {
        const value = skipna && Number.isNaN(samples[e]) ? (total ? 0 : 1) : samples[e];
        out[e] = t === 0 ? value : total ? out[e - inner] + value : out[e - inner] * value;
      }
  return toFloating(out, x);
}

function floatSums(samples: Float64Array, lanes: Lanes, skipna: boolean): { sums: Float64Array; counts: Float64Array } {
  const { outer, length, inner } = lanes;
  const sums = new Float64Array(outer * inner);
  const counts = new Float64Array(outer * inner).fill(skipna ? 0 : length);
  const block = new Float64Array(inner);
  for (let o = 0; o < outer; o++)
    for (let start = 0; start < length; start += BLOCK) {
      block.fill(0);
      const stop = Math.min(length, start + BLOCK);
      for (let t = start, e = (o * length + start) * inner; t < stop; t++)
        for (let i = 0; i < inner; i++, e++) {
          if (!skipna) block[i] += samples[e];
          else if (!Number.isNaN(samples[e])) {
            block[i] += samples[e];
            counts[o * inner + i] += 1;
          }
        }
      for (let i = 0; i < inner; i++) sums[o * inner + i] += block[i];
    }
  return { sums, counts };
}

/** Integers folded in bigints; the 64 bits of the result wrap. */
function integerFold(
  x: TypedArray,
  lanes: Lanes,
  start: bigint,
  fold: (a: bigint, b: bigint) => bigint,
): BigInt64Array | BigUint64Array {
  const { outer, length, inner } = check(x, lanes);
  const out = (isUnsigned(x) ? new BigUint64Array(outer * inner) : new BigInt64Array(outer * inner)).fill(start);
  const source = x as Int32Array;
  for (let o = 0, e = 0; o < outer; o++)
    for (let t = 0; t < length; t++)
      for (let i = 0; i < inner; i++, e++) out[o * inner + i] = fold(out[o * inner + i], BigInt(source[e]));
  return out;
}

function isInteger(x: TypedArray): boolean {
  return !(x instanceof Float32Array || x instanceof Float64Array);
}

function isUnsigned(x: TypedArray): boolean {
  return x instanceof Uint8Array || x instanceof Uint16Array || x instanceof Uint32Array || x instanceof BigUint64Array;
}

function check(x: TypedArray, lanes: Lanes): Lanes {
  expectLength(x, sampleCount(lanes), 'x', `(${lanes.outer}, ${lanes.length}, ${lanes.inner})`);
  return lanes;
}
