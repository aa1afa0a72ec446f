/** Arrays brought to common dimensions by their names, as xdas aligns them. */
import { AxisCoordinate, type Coordinate } from '../coordinates/coordinate.js';
import { Coordinates } from '../coordinates/coordinates.js';
import { ArgumentError, CoordinateError } from '../errors.js';
import type { DataArray } from './data-array.js';
import { type NdArray, stridedView } from './strided.js';

/** What arrays have in common: dimensions in the order in which they first occur, sizes, coordinates along them. */
export interface CommonFrame {
  dims: string[];
  shape: number[];
  coords: Coordinates;
}

/**
 * The frame of several arrays. Sizes must agree or be 1 (`BAD_SHAPE`), coordinates of the same name be equal
 * (`BAD_COORDINATE`). Scalar coordinates are left out, as in xdas.
 */
export function commonFrame(arrays: readonly DataArray[]): CommonFrame {
  const sizes = new Map<string, number>();
  const coords: Record<string, Coordinate> = {};
  for (const da of arrays) {
    for (const [axis, dim] of da.dims.entries()) {
      const size = da.shape[axis]!;
      const known = sizes.get(dim) ?? 1;
      if (known !== 1 && size !== 1 && size !== known)
        throw new ArgumentError('BAD_SHAPE', `arrays have ${known} and ${size} samples along ${dim}`);
      sizes.set(dim, known === 1 ? size : known);
    }
    for (const [name, coord] of da.coords) {
      if (!(coord instanceof AxisCoordinate)) continue;
      if (Object.hasOwn(coords, name) && !coord.equals(coords[name]))
        throw new CoordinateError('BAD_COORDINATE', `coordinate ${JSON.stringify(name)} differs between the arrays`);
      coords[name] = coord;
    }
  }
  const dims = [...sizes.keys()];
  return { dims, shape: [...sizes.values()], coords: new Coordinates(coords, dims) };
}

/** A view of `da` with the dimensions and sizes of a frame: missing and single samples repeat (stride 0). */
export function broadcastView(da: DataArray, { dims, shape }: CommonFrame): NdArray {
  const axes = dims.map((dim) => da.dims.indexOf(dim));
  return stridedView(
    da.data.data,
    [...shape],
    axes.map((axis, k) => (axis < 0 || (da.shape[axis] === 1 && shape[k] !== 1) ? 0 : da.data.stride[axis]!)),
    da.data.offset,
  );
}
