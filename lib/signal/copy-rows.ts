/** Rows of lanes as arrays of their own: what streams keep from chunk to chunk. */
import { dtypeOf, type TypedArray, typedArrayConstructor } from '../dtype.js';
import { type Lanes, laneCount } from './lanes.js';

/** Rows `start` up to, but without, `stop` of every block, shape (outer, stop - start, inner): an own copy, same dtype. */
export function copyRows<T extends TypedArray>(x: T, { outer, length, inner }: Lanes, start: number, stop: number): T {
  if (outer === 1) return x.slice(start * inner, stop * inner) as T;
  const rows = (stop - start) * inner;
  const out = allocateLike(x, outer * rows);
  for (let o = 0; o < outer; o++)
    out.set(x.subarray((o * length + start) * inner, (o * length + stop) * inner) as never, o * rows);
  return out;
}

/** The rows of `before` (`rows` in every block), then those of `x`: shape (outer, rows + length, inner). Same dtype. */
export function prependRows<T extends TypedArray>(before: T, rows: number, x: T, lanes: Lanes): T {
  const { outer, length, inner } = lanes;
  const out = allocateLike(x, before.length + length * laneCount(lanes));
  const width = (rows + length) * inner;
  for (let o = 0; o < outer; o++) {
    out.set(before.subarray(o * rows * inner, (o + 1) * rows * inner) as never, o * width);
    out.set(x.subarray(o * length * inner, (o + 1) * length * inner) as never, o * width + rows * inner);
  }
  return out;
}

function allocateLike<T extends TypedArray>(x: T, length: number): T {
  return new (typedArrayConstructor(dtypeOf(x)))(length) as T;
}
