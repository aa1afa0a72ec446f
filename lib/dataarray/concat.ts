/** Several arrays put together along a dimension. */
import { concatCoordinates } from '../coordinates/concat-coordinates.js';
import { AxisCoordinate, type Coordinate } from '../coordinates/coordinate.js';
import { Coordinates } from '../coordinates/coordinates.js';
import type { DeltaLike } from '../coordinates/delta.js';
import { DenseCoordinate } from '../coordinates/dense-coordinate.js';
import { partsDType, type Scalar } from '../dtype.js';
import { ArgumentError, CoordinateError } from '../errors.js';
import { DataArray } from './data-array.js';
import { joinedType } from './promotion.js';
import { joinArrays } from './strided.js';

/** Options of {@link concat}. */
export interface ConcatOptions {
  /** Seams up to this jump are fused (default: the coordinate's own tolerance, else zero); `false`: ties stay as they are. */
  tolerance?: DeltaLike | null | false;
  /** Drop ties that the others describe; default true. */
  reduce?: boolean;
  /** Declare an interval if one fits; default false: regular arrays stay regular anyway. */
  regularize?: boolean;
}

/**
 * Arrays end to end along `dim`, in the order of their first labels there; gaps stay in the coordinate. Empty arrays
 * change nothing. Other coordinates, name and attributes are those of the first. A `dim` that does not exist is opened in
 * front: then the coordinates must agree, but for scalars that differ, which become labels along it. As `xdas.concat`.
 * Throws `BAD_SHAPE`, `BAD_COORDINATE`.
 */
export function concat(arrays: Iterable<DataArray>, dim = 'first', options: ConcatOptions = {}): DataArray {
  const all = [...arrays];
  if (all.length === 0) throw new ArgumentError('BAD_ARGUMENT', 'there are no arrays to put together');
  let parts = all.filter((one) => !one.empty);
  if (parts.length === 0) return all[0]!;
  const first = parts[0]!;
  const opens = !(first.dims.includes(dim) || dim === 'first' || dim === 'last');
  const labels: Record<string, DenseCoordinate> = {};
  if (opens) {
    Object.assign(labels, varyingScalars(parts, dim));
    parts = parts.map((one) => one.expandDims(dim));
  }
  const axis = opens ? 0 : first.axis(dim);
  const dims = parts[0]!.dims;
  const name = dims[axis]!;
  for (const one of parts)
    if (one.dims.join() !== dims.join())
      throw new ArgumentError(
        'BAD_DIM',
        `arrays to put together have the dims (${dims.join(', ')}) and (${one.dims.join(', ')})`,
      );
  const coords: Record<string, Coordinate> = {};
  let order = [...parts.keys()];
  for (const [key, coord] of parts[0]!.coords) if (coord.dim !== name) coords[key] = coord;
  if (parts[0]!.coords.has(name)) {
    const joined = concatCoordinates(
      parts.map((one) => one.coords.axis(name)),
      { sort: true, ...options },
    );
    order = joined.order;
    coords[name] = joined.coordinate;
  }
  for (const [key, coord] of parts[0]!.coords) {
    // labels beside the dimension's own: joined in the same order where every part has them
    if (coord.dim !== name || key === name) continue;
    const sides = order.map((k) => parts[k]!.coords.get(key));
    if (sides.every((side) => side instanceof AxisCoordinate && side.ctype === coord.ctype && side.dim === name))
      coords[key] = concatCoordinates(sides as AxisCoordinate[], options).coordinate;
  }
  for (const [key, coord] of Object.entries(labels)) {
    const values = order.map((k) => coord.values[k] as Scalar);
    coords[key] = new DenseCoordinate({ values, dtype: coord.dtype, dim });
  }
  const dtype = parts.map((one) => one.dtype).reduce(joinedType);
  return new DataArray({
    data: joinArrays(
      order.map((k) => parts[k]!.data),
      axis,
      partsDType(dtype),
    ),
    dtype,
    coords: new Coordinates(coords, dims),
    name: first.name,
    attrs: first.attrs,
  });
}

/** The same as {@link concat}. */
export const concatenate = concat;

/** Scalar coordinates that differ between arrays to be stacked, as labels along the new dimension. */
function varyingScalars(parts: readonly DataArray[], dim: string): Record<string, DenseCoordinate> {
  const names = [...parts[0]!.coords.keys()].filter((name) => name !== dim);
  const found: Record<string, DenseCoordinate> = {};
  for (const one of parts) {
    const others = [...one.coords.keys()].filter((name) => name !== dim);
    if (others.length !== names.length || others.some((name) => !names.includes(name)))
      throw new CoordinateError(
        'BAD_COORDINATE',
        `arrays to stack along the new dimension ${dim} have the coordinates (${names.join(', ')}) and (${others.join(', ')})`,
      );
  }
  for (const name of names) {
    const coords = parts.map((one) => one.coords.get(name)!);
    if (coords.every((coord) => coord.equals(coords[0]))) continue;
    if (!coords.every((coord) => coord.dim === null))
      throw new CoordinateError(
        'BAD_COORDINATE',
        `coordinate ${JSON.stringify(name)} differs between the arrays to stack along the new dimension ${dim}: only scalars may`,
      );
    const values = coords.map((coord) => coord.values[0] as Scalar);
    found[name] = new DenseCoordinate({ values, dtype: coords[0]!.dtype, dim });
  }
  return found;
}
