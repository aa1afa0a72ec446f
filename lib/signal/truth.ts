/** Whether and how many samples of lanes are not zero: numpy.any, numpy.all, numpy.count_nonzero. NaN is not zero. */
import type { TypedArray } from '../dtype.js';
import { expectLength, type Lanes, sampleCount } from './lanes.js';

/** How many samples of each lane are not zero, int64, shape (outer, inner). */
export function countNonzeroLanes(x: TypedArray, lanes: Lanes): BigInt64Array {
  return BigInt64Array.from(counts(x, lanes), BigInt);
}

/** 1 where any sample of a lane is not zero, 0 elsewhere (also for lanes without samples). */
export function anyLanes(x: TypedArray, lanes: Lanes): Uint8Array {
  return Uint8Array.from(counts(x, lanes), (count) => (count > 0 ? 1 : 0));
}

/** 1 where all samples of a lane are not zero (also for lanes without samples), 0 elsewhere. */
export function allLanes(x: TypedArray, lanes: Lanes): Uint8Array {
  return Uint8Array.from(counts(x, lanes), (count) => (count === lanes.length ? 1 : 0));
}

function counts(x: TypedArray, { outer, length, inner }: Lanes): Float64Array {
  expectLength(x, sampleCount({ outer, length, inner }), 'x', `(${outer}, ${length}, ${inner})`);
  const big = x instanceof BigInt64Array || x instanceof BigUint64Array;
  const zero = (big ? 0n : 0) as number;
  const source = x as Float64Array;
  const out = new Float64Array(outer * inner);
  for (let o = 0, e = 0; o < outer; o++)
    for (let t = 0; t < length; t++)
      for (let i = 0; i < inner; i++, e++) if (source[e] !== zero) out[o * inner + i] += 1;
  return out;
}
