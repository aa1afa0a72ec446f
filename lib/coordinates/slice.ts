/** Slices: what `start:stop:step` is in Python, over indices or over labels. */
import { ArgumentError } from '../errors.js';

/** A range along one dimension; of indices in `isel` (stop excluded), of labels in `sel` (stop included). */
export interface Slice<T = unknown> {
  /** First index or label; `null` or missing: from the beginning. */
  start?: T | null;
  /** Last label, or the index after the last; `null` or missing: to the end. */
  stop?: T | null;
  /** Every how many samples; positive, default 1. Not allowed with labels. */
  step?: number | null;
}

/** A slice by its three parts: `slice(5)` is all from 5, `slice(null, 5)` the first five. */
export function slice<T>(start?: T | null, stop?: T | null, step?: number | null): Slice<T> {
  return { start: start ?? null, stop: stop ?? null, step: step ?? null };
}

/** True for a plain object whose keys are start, stop and step only. */
export function isSlice(value: unknown): value is Slice<never> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) return false;
  if (value instanceof Date) return false;
  return Object.keys(value).every((key) => key === 'start' || key === 'stop' || key === 'step');
}

/** A slice of indices made concrete for an axis: `count` samples from `start`, every `step`. */
export interface ResolvedSlice {
  start: number;
  /** Index after the last sample that may be taken, never before `start`. */
  stop: number;
  step: number;
  count: number;
}

/**
 * A slice of indices as Python resolves it on an axis of `size`: negative ones count from the end, those outside are
 * clipped. Throws `BAD_INDEX` for fractions and for steps that are not positive (xdas has none either).
 */
export function resolveSlice(slice: Slice<number>, size: number): ResolvedSlice {
  const step = slice.step ?? 1;
  if (!Number.isInteger(step) || step < 1)
    throw new ArgumentError('BAD_INDEX', `a slice step must be a positive integer, not ${step}`);
  const bound = (index: number | null | undefined, fallback: number): number => {
    if (index === null || index === undefined) return fallback;
    if (!Number.isInteger(index))
      throw new ArgumentError('BAD_INDEX', `a slice bound must be an integer, not ${index}`);
    return Math.min(size, Math.max(0, index < 0 ? index + size : index));
  };
  const start = bound(slice.start, 0);
  const stop = Math.max(start, bound(slice.stop, size));
  return { start, stop, step, count: Math.ceil((stop - start) / step) };
}

/** An index on an axis of `size`, negative ones counted from the end. Throws `BAD_INDEX` where there is no such sample. */
export function resolveIndex(index: number, size: number): number {
  if (!Number.isInteger(index))
    throw new ArgumentError('BAD_INDEX', `an index must be an integer, not ${String(index)}`);
  const found = index < 0 ? index + size : index;
  if (found < 0 || found >= size) throw new ArgumentError('BAD_INDEX', `index ${index} is outside 0 ... ${size - 1}`);
  return found;
}
