/** Medians over a box around each sample, in any number of dimensions: scipy.signal.medfilt. */
import type { TypedArray } from '../dtype.js';
import { ArgumentError } from '../errors.js';

/**
 * The median over a box of `kernel` samples, one odd size per dimension of `shape`; beyond the ends there are zeros, as
 * in scipy. The dtype is kept. NaN counts as larger than every number (scipy says nothing about it).
 * Throws `BAD_ARGUMENT` for even sizes, `BAD_SHAPE` where sizes do not fit.
 */
export function medianFilter<T extends TypedArray>(x: T, shape: readonly number[], kernel: readonly number[]): T {
  if (kernel.length !== shape.length)
    throw new ArgumentError('BAD_SHAPE', `${kernel.length} kernel sizes for an array of ${shape.length} dimensions`);
  for (const size of kernel)
    if (!Number.isSafeInteger(size) || size < 1 || size % 2 === 0)
      throw new ArgumentError('BAD_ARGUMENT', `a median over ${size} samples; allowed: odd, positive`);
  const size = shape.reduce((a, b) => a * b, 1);
  if (x.length !== size)
    throw new ArgumentError('BAD_SHAPE', `x has ${x.length} elements; shape (${shape.join(', ')}) needs ${size}`);
  const big = x instanceof BigInt64Array || x instanceof BigUint64Array;
  // 64 bit integers are exact only as bigints; typed arrays sort both numerically, NaN last
  const box = (big ? x.slice(0, 0).constructor : Float64Array) as new (length: number) => Float64Array;
  const count = kernel.reduce((a, b) => a * b, 1);
  const window = new box(count);
  const out = x.slice() as T;
  const source = x as unknown as Float64Array;
  const index = new Array<number>(shape.length).fill(0);
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const half = kernel.map((k) => k >> 1);
  const zero = (big ? 0n : 0) as number;
  const fill = (axis: number, offset: number, inside: boolean, at: number): number => {
    if (axis === shape.length) {
      window[at] = inside ? source[offset] : zero;
      return at + 1;
    }
    for (let d = -half[axis]; d <= half[axis]; d++) {
      const position = index[axis] + d;
      const within = inside && position >= 0 && position < shape[axis];
      at = fill(axis + 1, within ? offset + position * strides[axis] : 0, within, at);
    }
    return at;
  };
  for (let e = 0; e < size; e++) {
    fill(0, 0, true, 0);
    window.sort();
    (out as unknown as Float64Array)[e] = window[count >> 1];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] += 1;
      if (index[axis] < shape[axis]) break;
      index[axis] = 0;
    }
  }
  return out;
}
