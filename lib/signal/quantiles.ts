/** Medians and quantiles of lanes: numpy.median, numpy.quantile and their nan twins. */
import type { TypedArray } from '../dtype.js';
import { ArgumentError } from '../errors.js';
import { expectLength, type Lanes, sampleCount } from './lanes.js';
import type { SkipNaN } from './sums.js';
import { asFloat64 } from './to-float64.js';
import { toFloating } from './to-floating.js';

/** What a quantile is that falls between two samples: `linear` interpolation, one of them, or their mean (`midpoint`). */
export type QuantileMethod = 'linear' | 'lower' | 'higher' | 'nearest' | 'midpoint';

/**
 * The `q` quantile (0 to 1) of each lane, shape (outer, inner). float32 stays float32, all others are float64, but integers
 * stay what they are where a sample is taken (`lower`, `higher`, `nearest`). NaN where a sample is NaN; with `skipna` NaN samples are left out, and a lane of NaN only gives NaN.
 *
 * With n samples that count, it lies at position `q (n - 1)` of the sorted ones; `nearest` takes halves to even, as
 * numpy. Throws `BAD_ARGUMENT` for a `q` outside 0 to 1.
 */
export function quantileLanes(
  x: TypedArray,
  lanes: Lanes,
  q: number,
  { skipna = false, method = 'linear' }: SkipNaN & { readonly method?: QuantileMethod } = {},
): TypedArray {
  if (!(q >= 0 && q <= 1)) throw new ArgumentError('BAD_ARGUMENT', `quantile ${q}; allowed: 0 to 1`);
  const { outer, length, inner } = lanes;
  expectLength(x, sampleCount(lanes), 'x', `(${outer}, ${length}, ${inner})`);
  if (!(x instanceof Float32Array || x instanceof Float64Array) && method !== 'linear' && method !== 'midpoint')
    return integerQuantiles(x, lanes, q, method);
  const samples = asFloat64(x);
  const round = x instanceof Float32Array ? Math.fround : Number;
  const out = new Float64Array(outer * inner);
  const lane = new Float64Array(length);
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) {
      for (let t = 0, e = o * length * inner + i; t < length; t++, e += inner) lane[t] = samples[e];
      lane.sort(); // NaN last
      let count = length;
      while (count > 0 && Number.isNaN(lane[count - 1])) count -= 1;
      const spoilt = count === 0 || (count < length && !skipna);
      out[o * inner + i] = spoilt ? Number.NaN : between(lane, q * (count - 1), method, round);
    }
  return toFloating(out, x);
}

/** The median of each lane; the mean of the two middle samples where their number is even. As {@link quantileLanes}. */
export function medianLanes(x: TypedArray, lanes: Lanes, options: SkipNaN = {}): TypedArray {
  return quantileLanes(x, lanes, 0.5, { ...options, method: 'midpoint' });
}

/** A sample of each lane of integers, exact in 64 bits. */
function integerQuantiles<T extends TypedArray>(x: T, lanes: Lanes, q: number, method: QuantileMethod): T {
  const { outer, length, inner } = lanes;
  if (length === 0 && outer * inner > 0)
    throw new ArgumentError('BAD_SHAPE', 'lanes without integers have no quantile');
  const source = x as unknown as Float64Array;
  const lane = x.slice(0, length) as unknown as Float64Array;
  const out = x.slice(0, outer * inner) as unknown as Float64Array;
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) {
      for (let t = 0, e = o * length * inner + i; t < length; t++, e += inner) lane[t] = source[e];
      lane.sort();
      out[o * inner + i] = between(lane, q * (length - 1), method, Number);
    }
  return out as unknown as T;
}

function between(
  sorted: Float64Array,
  position: number,
  method: QuantileMethod,
  round: (value: number) => number,
): number {
  const below = Math.floor(position);
  const part = position - below;
  const [a, b] = [sorted[below], sorted[part > 0 ? below + 1 : below]];
  switch (method) {
    case 'lower':
      return a;
    case 'higher':
      return b;
    case 'nearest':
      return part < 0.5 || (part === 0.5 && below % 2 === 0) ? a : b;
    case 'midpoint':
      return part === 0 ? a : round(a + b) / 2;
    default:
      // from the nearer end, so that both ends are met exactly
      if (a === b) return a;
      return part >= 0.5 ? b - (b - a) * (1 - part) : a + (b - a) * part;
  }
}
