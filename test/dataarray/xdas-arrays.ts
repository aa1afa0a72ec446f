/** Reads arrays that test/fixtures/arrays/make_arrays.py wrote. */
import { Coordinates } from '../../lib/coordinates/coordinates.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { type DType, type TypedArray, typedArrayFromBytes } from '../../lib/dtype.js';
import { coordinateOf, type JsonCoordinate } from '../coordinates/xdas-cases.js';

/** Values in JSON: bytes in base64, little-endian, C order. */
export interface JsonValues {
  dtype: DType;
  shape: number[];
  data: string;
}

/** An array in JSON. */
export interface JsonArray {
  values: JsonValues;
  dims: string[];
  coords: Record<string, JsonCoordinate>;
  name: string | null;
}

/** The values of JSON as a typed array. */
export function valuesOf({ dtype, data }: JsonValues): TypedArray {
  return typedArrayFromBytes(dtype, new Uint8Array(Buffer.from(data, 'base64')));
}

/** The coordinates of JSON, in order. */
export function coordinatesOf(json: Record<string, JsonCoordinate>, dims: readonly string[]): Coordinates {
  return new Coordinates(
    Object.fromEntries(Object.entries(json).map(([name, one]) => [name, coordinateOf(one)])),
    dims,
  );
}

/** An array of JSON, built with our constructors. */
export function arrayOf(json: JsonArray): DataArray {
  return new DataArray({
    data: valuesOf(json.values),
    shape: json.values.shape,
    coords: coordinatesOf(json.coords, json.dims),
    name: json.name,
  });
}
