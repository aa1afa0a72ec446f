/** Smallest and largest samples of lanes and where they are: numpy.min, max, ptp, argmin, argmax and their nan twins. */
import type { TypedArray } from '../dtype.js';
import { ArgumentError } from '../errors.js';
import { expectLength, type Lanes, sampleCount } from './lanes.js';
import type { SkipNaN } from './sums.js';

/** Which end of the samples. */
export type Extreme = 'min' | 'max';

/**
 * The smallest or largest sample of each lane, shape (outer, inner); the dtype is kept. NaN where a sample is NaN, with
 * `skipna` only where all are. Throws `BAD_SHAPE` for lanes without samples.
 */
export function extremeLanes<T extends TypedArray>(x: T, lanes: Lanes, which: Extreme, options: SkipNaN = {}): T {
  const at = extremeIndices(x, lanes, which, options);
  const { length, inner } = lanes;
  const source = x as unknown as Float64Array;
  const out = x.slice(0, at.length) as unknown as Float64Array;
  for (let lane = 0; lane < at.length; lane++) {
    const o = Math.floor(lane / inner);
    out[lane] = source[(o * length + at[lane]) * inner + (lane - o * inner)];
  }
  return out as unknown as T;
}

/** The largest minus the smallest sample of each lane; the dtype is kept, integers wrap as in numpy. NaN spoils a lane. */
export function rangeLanes<T extends TypedArray>(x: T, lanes: Lanes): T {
  const low = extremeLanes(x, lanes, 'min') as unknown as Float64Array;
  const high = extremeLanes(x, lanes, 'max') as unknown as Float64Array;
  for (let lane = 0; lane < high.length; lane++) high[lane] -= low[lane];
  return high as unknown as T;
}

/**
 * Where in each lane its smallest or largest sample is, the first of equal ones, or the first NaN. With `skipna` NaN is
 * left out; then a lane of NaN only throws `BAD_ARGUMENT`, as in numpy, if `strict`, and gives 0 otherwise.
 */
export function extremeIndices(
  x: TypedArray,
  lanes: Lanes,
  which: Extreme,
  { skipna = false, strict = false }: SkipNaN & { readonly strict?: boolean } = {},
): Float64Array {
  const { outer, length, inner } = lanes;
  expectLength(x, sampleCount(lanes), 'x', `(${outer}, ${length}, ${inner})`);
  if (length === 0 && outer * inner > 0) throw new ArgumentError('BAD_SHAPE', `lanes without samples have no ${which}`);
  const source = x as Float64Array;
  const at = new Float64Array(outer * inner);
  for (let lane = 0; lane < at.length; lane++) {
    const o = Math.floor(lane / inner);
    let e = o * length * inner + (lane - o * inner);
    let best = source[e];
    for (let t = 1; t < length; t++) {
      e += inner;
      const sample = source[e];
      if (Number.isNaN(best)) {
        // NaN so far: it stays, unless NaN is to be left out
        if (!skipna) break;
      } else if (!Number.isNaN(sample) ? (which === 'min' ? sample >= best : sample <= best) : skipna) continue;
      best = sample;
      at[lane] = t;
    }
    if (strict && skipna && Number.isNaN(best))
      throw new ArgumentError('BAD_ARGUMENT', `a lane has no sample that is a number, so no arg${which}`);
  }
  return at;
}
