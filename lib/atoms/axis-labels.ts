/** Labels of an axis whose samples were moved, thinned out or replaced by others at another rate. */
import type { AxisCoordinate, Coordinate } from '../coordinates/coordinate.js';
import { DenseCoordinate } from '../coordinates/dense-coordinate.js';
import { type BlockStep, InterpCoordinate } from '../coordinates/interp-coordinate.js';
import { SampledCoordinate } from '../coordinates/sampled-coordinate.js';
import type { DataArray } from '../dataarray/data-array.js';
import { type CoordDType, type Delta, isFloatDType, isTimeDType, type Scalar } from '../dtype.js';
import { AtomError } from '../errors.js';
import { roundDivide } from '../time.js';
import { regularCoordinate } from './sampling.js';

/** A regular coordinate of the class of `like`, from `start` on; dimension, dtype and tolerance are by default those of `like`. */
export function blockLike(
  like: AxisCoordinate,
  start: Scalar,
  size: number,
  step: BlockStep,
  {
    dim = like.dim,
    dtype = like.dtype,
    tolerance = like.tolerance,
  }: { dim?: string | null; dtype?: CoordDType; tolerance?: Delta | null } = {},
): AxisCoordinate {
  if (like instanceof SampledCoordinate)
    return SampledCoordinate.fromBlock(start as never, size, step as never, { dim, dtype });
  const block = InterpCoordinate.fromBlock(start as never, size, step, { dim, dtype, tolerance });
  return like instanceof DenseCoordinate ? new DenseCoordinate({ values: block.values, dim, dtype }) : block;
}

/**
 * The coordinate of `size` samples that begin where those of `array` along `dim` do, `times / over` intervals apart. The
 * rate is kept as an exact ratio. Throws `IRREGULAR` where the interval is neither declared nor can be inferred.
 */
export function resampledLabels(
  array: DataArray,
  dim: string,
  size: number,
  [times, over]: readonly [number, number],
  who: string,
): AxisCoordinate {
  const coord = array.coords.get(dim);
  const regular = regularCoordinate(array, dim, who);
  const { numerator, denominator } = regular.samplingRatio!;
  const step: BlockStep = isFloatDType(regular.dtype)
    ? [(Number(numerator) * times) / over, 1]
    : [BigInt(numerator) * BigInt(times), BigInt(denominator) * BigInt(over)];
  return blockLike(coord as AxisCoordinate, regular.start, size, step);
}

/** `array.coords` with `coord` for `dim`; other labels along `dim` are left out, as in xdas. */
export function withAxis(array: DataArray, dim: string, coord: AxisCoordinate): Record<string, Coordinate> {
  const coords: Record<string, Coordinate> = {};
  for (const [name, other] of array.coords)
    if (name === dim) coords[name] = coord;
    else if (other.dim !== dim) coords[name] = other;
  return coords;
}

/**
 * Labels moved by half an interval: exact, halves of a tick to even. `known`: that of the stream, for one sample that tells none.
 * Throws `IRREGULAR` where the interval is unknown.
 */
export function midpointLabels(array: DataArray, dim: string, who: string, known: Delta | null): AxisCoordinate {
  const coord = array.coords.get(dim);
  const regular = regularCoordinate(array, dim, who, known);
  const { numerator, denominator } = regular.samplingRatio!;
  if (isFloatDType(regular.dtype)) return moved(coord as AxisCoordinate, Number(numerator) / 2);
  if (!isTimeDType(regular.dtype))
    throw new AtomError(
      'BAD_ARGUMENT',
      `${who}: midpoints of ${dim} do not fit its dtype ${regular.dtype}; allowed: float and time coordinates`,
    );
  return moved(coord as AxisCoordinate, roundDivide(BigInt(numerator), 2n * BigInt(denominator)));
}

function moved(coord: AxisCoordinate, offset: number | bigint): AxisCoordinate {
  if (coord instanceof InterpCoordinate || coord instanceof SampledCoordinate) return coord.shift(offset);
  const values = Array.from(coord.values as ArrayLike<number | bigint>, (value) =>
    typeof value === 'bigint' ? value + BigInt(offset) : value + Number(offset),
  );
  return new DenseCoordinate({ values: values as number[], dim: coord.dim, dtype: coord.dtype });
}
