import type { Coordinate } from '../../coordinates/coordinate.js';
import type { Attrs } from '../../dataarray/attributes.js';
import type { DataArray } from '../../dataarray/data-array.js';
import { type ArrayDType, type CoordDType, isComplexDType, isTimeDType, itemSize } from '../../dtype.js';
import { ArgumentError } from '../../errors.js';
import { encodeAttributes } from '../../packets/cf-attributes.js';
import { TIME_CALENDAR, TIME_UNITS } from '../../packets/cf-time.js';
import type { CodecMetadata } from './zarr-codecs.js';
import type { Json, JsonObject } from './zarr-json.js';

/** `zarr.json` of an array. */
export interface ArrayMetadata extends JsonObject {
  zarr_format: 3;
  node_type: 'array';
  shape: number[];
  data_type: string;
  chunk_grid: { name: 'regular'; configuration: { chunk_shape: number[] } };
  chunk_key_encoding: { name: 'default'; configuration: { separator: '/' } };
  codecs: CodecMetadata[];
  fill_value: Json;
  attributes: JsonObject;
  dimension_names: string[];
}

/** The name that xarray gives the values of an array that has none, and takes away again. */
const NO_NAME = '__xarray_dataarray_variable__';

/** Name of the array that holds the values. */
export function valuesName({ name }: DataArray): string {
  return name ?? NO_NAME;
}

interface ArrayKind {
  dtype: ArrayDType | CoordDType;
  shape: readonly number[];
  chunks: readonly number[];
  codecs: CodecMetadata[];
  dims: readonly string[];
  attributes: JsonObject;
}

function arrayMetadata({ dtype, shape, chunks, codecs, dims, attributes }: ArrayKind): ArrayMetadata {
  const whole = dtype === 'string' ? '' : 0;
  const fill = /^float/.test(dtype) ? 'NaN' : isComplexDType(dtype) ? ['NaN', 'NaN'] : whole;
  return {
    zarr_format: 3,
    node_type: 'array',
    shape: [...shape],
    data_type: dtype !== 'string' && isTimeDType(dtype as CoordDType) ? 'int64' : dtype,
    chunk_grid: { name: 'regular', configuration: { chunk_shape: [...chunks] } },
    chunk_key_encoding: { name: 'default', configuration: { separator: '/' } },
    codecs,
    fill_value: fill,
    attributes,
    dimension_names: [...dims],
  };
}

/** `zarr.json` of the values, without samples along `axis` yet. Throws `BAD_ENCODING` for attributes that have no form. */
export function valuesMetadata(
  array: DataArray,
  axis: number,
  chunks: readonly number[],
  codecs: CodecMetadata[],
): ArrayMetadata {
  const attributes = jsonAttributes(array.attrs);
  const auxiliary = [...array.coords].filter(([name, { dim }]) => dim !== name).map(([name]) => name);
  for (const name of auxiliary)
    if (/\s/.test(name))
      throw refuse(
        name,
        'its name stands in a list apart by blanks, so no blank is allowed in it (it is not the coordinate of its own dimension)',
      );
  if (auxiliary.length > 0) attributes.coordinates = auxiliary.join(' ');
  const { dtype, dims } = array;
  const shape = array.shape.map((size, k) => (k === axis ? 0 : size));
  return arrayMetadata({ dtype, shape, chunks, codecs, dims, attributes });
}

/** `zarr.json` of a coordinate; one along the growing dimension has no samples yet, and chunks of `growing` labels. */
export function coordinateMetadata(
  name: string,
  { dtype, dim, shape }: Coordinate,
  growing: number | null,
  codecs: CodecMetadata[],
): ArrayMetadata {
  if (dtype === 'string' && growing !== null)
    throw refuse(name, 'text along the dimension that grows cannot be written');
  const attributes: JsonObject = {};
  if (dtype === 'datetime64[ns]') Object.assign(attributes, { units: TIME_UNITS, calendar: TIME_CALENDAR });
  if (dtype === 'timedelta64[ns]') Object.assign(attributes, { units: 'nanoseconds', dtype: 'timedelta64[ns]' });
  return arrayMetadata({
    dtype,
    shape: growing === null ? shape : [0],
    chunks: growing === null ? shape : [growing],
    codecs: dtype === 'string' ? [{ name: 'vlen-utf8', configuration: {} }] : codecs,
    dims: dim === null ? [] : [dim],
    attributes,
  });
}

/** `zarr.json` of the group: with that of all arrays inside ("consolidated"), so that one file says how far they all go. */
export function groupMetadata(arrays: Readonly<Record<string, ArrayMetadata>>, attributes: JsonObject): JsonObject {
  return {
    zarr_format: 3,
    node_type: 'group',
    attributes,
    consolidated_metadata: { kind: 'inline', must_understand: false, metadata: { ...arrays } },
  };
}

/** Attributes as JSON: lists for arrays. Throws `BAD_ENCODING`. */
function jsonAttributes(attrs: Attrs): JsonObject {
  return Object.fromEntries(
    Object.entries(encodeAttributes(attrs)).map(([name, { shape, values }]): [string, Json] => [
      name,
      shape.length === 0 ? values[0]! : [...(values as ArrayLike<Json> & Iterable<Json>)],
    ]),
  );
}

/** Throws `BAD_ENCODING` where a name cannot be that of a folder of the store, or two arrays have one. */
export function checkNames(array: DataArray): void {
  const names = [valuesName(array), ...array.coords.keys()];
  for (const [k, name] of names.entries()) {
    if (name === '' || /^\.+$|[/\\\0]/.test(name) || name === 'zarr.json')
      throw refuse(name, 'the name of an array is that of a folder: not empty, no dots alone, no slash');
    if (names.indexOf(name) !== k) throw refuse(name, 'the values and a coordinate have the same name');
  }
}

/** Most bytes of a chunk whose size was not asked for. */
export const CHUNK_BYTES = 4 * 2 ** 20;

/** Labels of a chunk of a growing coordinate: many more than of the values, which readers of all labels thank for. */
export function labelsPerChunk(samples: number): number {
  return samples * Math.max(1, Math.min(16, Math.floor(65_536 / samples)));
}

/**
 * Shape of the chunks of the values. Default: whole along all dimensions but `axis`, along it as many of `array`'s lengths (or such a
 * part of one) as {@link CHUNK_BYTES} hold. Throws `BAD_ENCODING`.
 */
export function chunkShape(
  array: DataArray,
  axis: number,
  asked: readonly number[] | Readonly<Record<string, number>> | undefined,
): number[] {
  const bad = (text: string) => new ArgumentError('BAD_ENCODING', `chunks: ${text}`);
  let given: Record<string, number> = {};
  if (Array.isArray(asked)) {
    if (asked.length !== array.ndim)
      throw bad(`${asked.length} sizes for the ${array.ndim} dimensions ${array.dims.join(', ')}`);
    given = Object.fromEntries(array.dims.map((dim, k) => [dim, asked[k] as number]));
  } else if (asked) given = { ...(asked as Record<string, number>) };
  for (const [dim, size] of Object.entries(given)) {
    if (!array.dims.includes(dim)) throw bad(`no dimension ${dim}; there are ${array.dims.join(', ')}`);
    if (!Number.isSafeInteger(size) || size < 1) throw bad(`${dim}: ${size} is no number of samples`);
  }
  const length = array.shape[axis]!;
  const fit = Math.max(1, Math.floor(CHUNK_BYTES / (itemSize(array.dtype) * (array.size / length))));
  const along = fit >= length ? Math.floor(fit / length) * length : Math.ceil(length / Math.ceil(length / fit));
  return array.shape.map((size, k) => given[array.dims[k]!] ?? (k === axis ? along : size));
}

function refuse(name: string, why: string): ArgumentError {
  return new ArgumentError('BAD_ENCODING', `array ${JSON.stringify(name)} of a Zarr store: ${why}`);
}
