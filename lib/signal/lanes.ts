/**
 * How kernels see an array: `outer` blocks of `length` rows of `inner` samples, C order, so that sample `(o, t, i)` is
 * element `(o * length + t) * inner + i`. That view fits any one axis of a C-contiguous N-dimensional array without a
 * copy; a lane is one `(o, i)`, a signal along the axis, and lanes are numbered `o * inner + i`: C order of the shape
 * without the axis.
 */
import { ArgumentError } from '../errors.js';

/** The view of an array along one axis. */
export interface Lanes {
  /** Product of the sizes before the axis. */
  readonly outer: number;
  /** Samples along the axis. */
  readonly length: number;
  /** Product of the sizes after the axis. */
  readonly inner: number;
}

/**
 * The lanes of a C-contiguous array of `shape` along `axis` (negative counts from the end).
 * Throws `BAD_SHAPE` where the array has no dimension or no such axis.
 */
export function lanesOf(shape: readonly number[], axis: number): Lanes {
  const at = axis < 0 ? shape.length + axis : axis;
  if (!Number.isInteger(at) || at < 0 || at >= shape.length)
    throw new ArgumentError('BAD_SHAPE', `axis ${axis} does not exist in an array of shape (${shape.join(', ')})`);
  const product = (sizes: readonly number[]) => sizes.reduce((total, size) => total * size, 1);
  return { outer: product(shape.slice(0, at)), length: shape[at]!, inner: product(shape.slice(at + 1)) };
}

/** Number of lanes. */
export function laneCount({ outer, inner }: Lanes): number {
  return outer * inner;
}

/** Number of samples in all lanes. */
export function sampleCount({ outer, length, inner }: Lanes): number {
  return outer * length * inner;
}

/** Throws `BAD_SHAPE` unless `array` has `expected` elements; `what` and `shape` go into the text. */
export function expectLength(array: ArrayLike<unknown>, expected: number, what: string, shape: string): void {
  if (array.length !== expected)
    throw new ArgumentError('BAD_SHAPE', `${what} has ${array.length} elements; shape ${shape} needs ${expected}`);
}

/** Some of the lanes of an array: `outers` blocks from `o` on, and of each the lanes `i` to `i + inners`. */
export interface LaneRange {
  readonly o: number;
  readonly outers: number;
  readonly i: number;
  readonly inners: number;
}

/** All lanes. */
export function allLanes({ outer, inner }: Lanes): LaneRange {
  return { o: 0, outers: outer, i: 0, inners: inner };
}
