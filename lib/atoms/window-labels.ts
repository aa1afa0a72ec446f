/** Labels of windows that move along an axis, and of the samples that the next ones need. */
import type { AxisCoordinate } from '../coordinates/coordinate.js';
import { DataArray } from '../dataarray/data-array.js';
import { type Delta, isFloatDType } from '../dtype.js';
import { blockLike } from './axis-labels.js';
import type { LabelFrame } from './label-frame.js';
import { regularCoordinate } from './sampling.js';

/**
 * The labels of `count` windows of `size` samples, `hop` samples apart, the first of which begins where `known` does: each
 * is that of the sample in the middle (sample `size >> 1` of the window), as in xdas's STFT. The rate stays an exact ratio.
 * `interval`: that of the stream, for one sample that tells none.
 */
export function windowLabels(
  known: LabelFrame,
  dim: string,
  { size, hop, count }: { readonly size: number; readonly hop: number; readonly count: number },
  who: string,
  interval: Delta | null,
): AxisCoordinate {
  const like = known.coords[dim] as AxisCoordinate;
  const regular = regularCoordinate(labelsOnly(known), dim, who, interval);
  const { numerator, denominator } = regular.samplingRatio!;
  const step = isFloatDType(like.dtype)
    ? Number(numerator) * hop
    : ([BigInt(numerator) * BigInt(hop), BigInt(denominator)] as const);
  return blockLike(like, like.getValue(Math.min(size >> 1, like.size - 1)), count, step, { tolerance: null });
}

/** A frame without other labels along `dim`. */
export function withoutSideLabels(frame: LabelFrame, dim: string): LabelFrame {
  const coords = Object.fromEntries(Object.entries(frame.coords).filter(([name, c]) => name === dim || c.dim !== dim));
  return { ...frame, coords };
}

/** Labels as an array of nothing, for what looks at coordinates only. */
export function labelsOnly({ coords, dims, shape }: LabelFrame): DataArray {
  const data = { data: new Uint8Array(1), shape: [...shape], stride: shape.map(() => 0), offset: 0 };
  return new DataArray({ data, coords: { ...coords }, dims: [...dims] });
}
