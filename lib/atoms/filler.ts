/** A stretch of samples for a gap: values, labels along the gap, and everything else as around it. */

import { AxisCoordinate, type Coordinate } from '../coordinates/coordinate.js';
import { largerDelta } from '../coordinates/delta.js';
import { DenseCoordinate } from '../coordinates/dense-coordinate.js';
import { InterpCoordinate } from '../coordinates/interp-coordinate.js';
import { SampledCoordinate } from '../coordinates/sampled-coordinate.js';
import { smallestTolerance } from '../coordinates/sampling-ratio.js';
import { DataArray } from '../dataarray/data-array.js';
import {
  allocate,
  type CoordDType,
  dtypeOf,
  isFloatDType,
  itemSize,
  partsDType,
  type Scalar,
  type TypedArray,
  typedArrayConstructor,
} from '../dtype.js';
import { AtomError } from '../errors.js';
import { bridgeGap, rint } from '../signal/bridge-gap.js';
import { lanesOf } from '../signal/lanes.js';
import { roundDivide } from '../time.js';

/** Fillers come in blocks of about this many bytes, and of one sample at least. */
const BLOCK_BYTES = 2 ** 20;

/** What a gap is made up from. */
export interface Gap {
  readonly dim: string;
  /** The last sample before the gap: an array of length 1 along `dim`. */
  readonly last: DataArray;
  /** What follows the gap. */
  readonly next: DataArray;
  readonly missing: number;
}

/**
 * The label of the first sample, and of the last, that are missing; all are between `end` and `start`. A declared interval
 * of whole ticks is stepped from `end`, exactly; others are on the straight line between both sides, rounded once.
 */
export function fillerLabels(coord: AxisCoordinate, end: Scalar, missing: number): { first: Scalar; last: Scalar } {
  const at = (k: number) => labelAt(coord, end, k, missing);
  return { first: at(1), last: at(missing) };
}

/** Label `k` (from 1) of `missing` between `end` and the first of `coord`. */
function labelAt(coord: AxisCoordinate, end: Scalar, k: number, missing: number): Scalar {
  const { samplingRatio: ratio, dtype, start } = coord;
  if (ratio !== null && !isFloatDType(dtype) && BigInt(ratio.denominator) === 1n) {
    const label = BigInt(end) + BigInt(k) * BigInt(ratio.numerator);
    return typeof end === 'bigint' ? label : Number(label);
  }
  return between(end, start, k, missing + 1, dtype);
}

/** The label at `k` of `steps` from `a` to `b`; text stays what it was. */
function between(a: Scalar, b: Scalar, k: number, steps: number, dtype: CoordDType): Scalar {
  if (typeof a === 'string' || typeof b === 'string') return a;
  if (typeof a === 'bigint') return roundDivide(a * BigInt(steps - k) + BigInt(b) * BigInt(k), BigInt(steps));
  const value = a + ((Number(b) - a) * k) / steps;
  if (dtype === 'float32') return Math.fround(value);
  return isFloatDType(dtype) ? value : rint(value);
}

/**
 * The samples of a gap in blocks, in order. Memory: one block at a time. `fill` as in `SeamOptions`; a number that the dtype
 * cannot hold throws `BAD_ARGUMENT` (see {@link checkFillValue}).
 */
export function* fillerBlocks(gap: Gap, fill: 'interpolate' | number): Generator<DataArray> {
  const { dim, last, next, missing } = gap;
  const axis = last.dims.indexOf(dim);
  const { outer, inner: lanes } = lanesOf(last.shape, axis);
  const dtype = partsDType(last.dtype);
  // a complex number is two values
  const parts = dtype === last.dtype ? 1 : 2;
  const inner = lanes * parts;
  const perBlock = Math.max(1, Math.floor(BLOCK_BYTES / (outer * inner * itemSize(dtype))));
  const before = last.values;
  const after = next.isel({ [dim]: { start: 0, stop: 1 } }).values;
  const coords = fillerCoords(gap);
  for (let from = 0; from < missing; from += perBlock) {
    const count = Math.min(perBlock, missing - from);
    const data: TypedArray =
      fill === 'interpolate'
        ? bridgeGap(before, after, { outer, inner, missing, from, count })
        : constant(before, outer * count * inner, fill, parts);
    const own: Record<string, Coordinate> = {};
    for (const [name, coord] of Object.entries(coords))
      own[name] = coord instanceof AxisCoordinate && coord.dim === dim ? coord.slice(from, from + count) : coord;
    const shape = last.shape.map((size, at) => (at === axis ? count : size));
    yield new DataArray({
      data,
      shape,
      dtype: last.dtype,
      dims: [...last.dims],
      coords: own,
      name: last.name,
      attrs: last.attrs,
    });
  }
}

/** `length` times `value`; of complex numbers the real part. */
function constant(like: TypedArray, length: number, value: number, parts: number): TypedArray {
  const dtype = dtypeOf(like);
  const out = allocate(dtype, length) as TypedArray;
  if (typeof like[0] === 'bigint') (out as BigInt64Array).fill(BigInt(rint(value)));
  else if (parts === 1) (out as Float64Array).fill(isFloatDType(dtype) ? value : rint(value));
  else for (let k = 0; k < length; k += parts) (out as Float64Array)[k] = value;
  return out;
}

/** Throws `BAD_ARGUMENT` where `fill` is a number that arrays of this dtype cannot hold, even when rounded. */
export function checkFillValue(fill: 'interpolate' | number, array: DataArray, who: string): void {
  const dtype = partsDType(array.dtype);
  if (fill === 'interpolate' || isFloatDType(dtype)) return;
  const [probe] = Number.isFinite(fill)
    ? dtype === 'int64' || dtype === 'uint64'
      ? new (typedArrayConstructor(dtype))([BigInt(rint(fill))])
      : new (typedArrayConstructor(dtype))([rint(fill)])
    : [];
  if (probe === undefined || Number(probe) !== rint(fill))
    throw new AtomError('BAD_ARGUMENT', `${who}: fill is ${fill}, which ${dtype} cannot hold; allowed: its integers`);
}

/** The coordinates of the whole stretch: along the gap between both sides, all others as before it. */
function fillerCoords({ dim, last, next, missing }: Gap): Record<string, Coordinate> {
  const coords: Record<string, Coordinate> = {};
  for (const [name, coord] of last.coords) {
    if (coord.dim !== dim) {
      coords[name] = coord;
      continue;
    }
    const after = next.coords.get(name);
    if (coord instanceof AxisCoordinate && after instanceof AxisCoordinate)
      coords[name] = fillerAxis(after, coord.start, missing);
  }
  return coords;
}

/** `missing` labels between `end` and the first of `coord`, of its class, and with its regularity where they keep to it. */
function fillerAxis(coord: AxisCoordinate, end: Scalar, missing: number): AxisCoordinate {
  const { dim, dtype, samplingRatio: ratio } = coord;
  const { first, last } = fillerLabels(coord, end, missing);
  if (coord instanceof SampledCoordinate)
    return new SampledCoordinate({
      tieValues: [first],
      tieLengths: [missing],
      samplingNumerator: ratio!.numerator,
      samplingDenominator: ratio!.denominator,
      dim,
      dtype,
    });
  if (!(coord instanceof InterpCoordinate)) {
    const values = Array.from({ length: missing }, (_, k) => labelAt(coord, end, k + 1, missing));
    return new DenseCoordinate({ values, dim, dtype });
  }
  const tieIndices = missing > 1 ? [0, missing - 1] : [0];
  const tieValues = missing > 1 ? [first, last] : [first];
  if (ratio === null) return new InterpCoordinate({ tieIndices, tieValues, dim, dtype });
  const { tieValues: ties } = new InterpCoordinate({ tieIndices, tieValues, dim, dtype });
  // what rounding to ticks, or jitter around the gap, costs
  const tolerance = largerDelta(coord.tolerance!, smallestTolerance(tieIndices, ties, ratio, dtype));
  const { numerator: samplingNumerator, denominator: samplingDenominator } = ratio;
  return new InterpCoordinate({ tieIndices, tieValues, samplingNumerator, samplingDenominator, tolerance, dim, dtype });
}
