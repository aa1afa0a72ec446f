/** Keeping one row in `factor`, and putting zeros between rows: sample-rate changes without a filter. */
import { allocate, dtypeOf, type TypedArray } from '../dtype.js';
import { ArgumentError } from '../errors.js';
import { expectLength, type Lanes, sampleCount } from './lanes.js';

/** Rows `first`, `first + factor`, ... of a chunk, `count` of them. */
export interface KeptRows {
  readonly first: number;
  readonly count: number;
}

/**
 * Which rows of a chunk of `length` rows are on the grid of every `factor`-th row since the stream began, where
 * `consumed` rows came before the chunk. Throws `BAD_ARGUMENT` unless `factor` is a positive integer.
 */
export function keptRows(factor: number, consumed: number, length: number): KeptRows {
  checkFactor(factor);
  const first = (factor - (consumed % factor)) % factor;
  return { first, count: first < length ? Math.ceil((length - first) / factor) : 0 };
}

/** Copies every `factor`-th row of `x` from row `first` on; dtype kept, result of shape (outer, count, inner). */
export function downsample<T extends TypedArray>(x: T, lanes: Lanes, factor: number, first = 0): T {
  const { outer, length, inner } = lanes;
  expectLength(x, sampleCount(lanes), 'x', `(${outer}, ${length}, ${inner})`);
  checkFactor(factor);
  const count = first < length ? Math.ceil((length - first) / factor) : 0;
  const y = allocate(dtypeOf(x), outer * count * inner) as T;
  for (let o = 0, to = 0; o < outer; o++)
    for (let t = first; t < length; t += factor, to += inner) copyRow(x, (o * length + t) * inner, inner, y, to);
  return y;
}

/**
 * Puts `factor - 1` zeros after every row of `x`; result of shape (outer, length * factor, inner), dtype kept. With
 * `scale` the rows are multiplied by `factor`, in the dtype of `x` (integers wrap, as numpy's do).
 * Throws `BAD_ARGUMENT` unless `factor` is a positive integer.
 */
export function upsample<T extends TypedArray>(x: T, lanes: Lanes, factor: number, scale = true): T {
  const { outer, length, inner } = lanes;
  expectLength(x, sampleCount(lanes), 'x', `(${outer}, ${length}, ${inner})`);
  checkFactor(factor);
  const y = allocate(dtypeOf(x), x.length * factor) as T;
  for (let row = 0; row < outer * length; row++) {
    const to = row * factor * inner;
    copyRow(x, row * inner, inner, y, to);
    if (!scale) continue;
    if (y instanceof BigInt64Array || y instanceof BigUint64Array)
      for (let i = to; i < to + inner; i++) y[i] *= BigInt(factor);
    else for (let i = to; i < to + inner; i++) (y as Float64Array)[i] *= factor;
  }
  return y;
}

function checkFactor(factor: number): void {
  if (!Number.isInteger(factor) || factor < 1)
    throw new ArgumentError('BAD_ARGUMENT', `factor is ${factor}; allowed: positive integers`);
}

function copyRow(x: TypedArray, from: number, inner: number, y: TypedArray, to: number): void {
  // A view and `set` is a memory copy, worth its cost for long rows only.
  if (inner > 32) (y as Float64Array).set((x as Float64Array).subarray(from, from + inner), to);
  else for (let i = 0; i < inner; i++) y[to + i] = x[from + i];
}
