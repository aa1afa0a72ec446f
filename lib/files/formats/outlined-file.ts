import type { CoordsInput } from '../../coordinates/coordinates.js';
import type { Attrs, AttrValue } from '../../dataarray/attributes.js';
import { DataArray } from '../../dataarray/data-array.js';
import type { DType, TypedArray } from '../../dtype.js';
import { DasflowError } from '../../errors.js';
import { isReservedAttribute, isStorableText } from '../../packets/cf-attributes.js';
import type { NetcdfAttribute } from '../../packets/netcdf-content.js';
import type { ArrayFile, Range } from '../array-file.js';
import type { Hdf5Objects } from '../hdf5/hdf5-reader.js';
import { zeros } from '../outline.js';
import type { SourceFile } from '../source-file.js';

/** What a format makes of the head of a file. */
export interface FileOutline {
  shape: readonly number[];
  dtype: DType;
  dims: readonly string[];
  coords: CoordsInput;
  name?: string | null;
  attrs?: Attrs;
  /** See `ArrayFile.incomplete`. */
  incomplete?: string;
}

/** How a file comes by the values of a block, in C order. */
export type ReadBlock = (ranges: readonly Range[]) => Promise<TypedArray>;

/**
 * The file as an `ArrayFile`. Throws `BAD_FILE` where shape and coordinates do not fit each other: the file contradicts itself.
 */
export function outlinedFile(file: SourceFile, outline: FileOutline, read: ReadBlock): ArrayFile {
  const { shape, dtype, dims, coords, name = null, attrs = {}, incomplete } = outline;
  try {
    const data = zeros(dtype, shape);
    const made = new DataArray({ data, dims: [...dims], coords, name, attrs });
    return { path: file.path, outline: made, ...(incomplete !== undefined && { incomplete }), read };
  } catch (cause) {
    if (!(cause instanceof DasflowError)) throw cause;
    throw file.refuse(`its parts do not fit together: ${cause.message}`, cause);
  }
}

/** As {@link outlinedFile}, for values that are one dataset of an HDF5 file. */
export function datasetFile(file: SourceFile, dataset: string, outline: FileOutline): ArrayFile {
  const reader = file.reader();
  return outlinedFile(file, outline, (ranges) =>
    reader.block(
      dataset,
      ranges.map(([start]) => start),
      ranges.map(([start, stop]) => stop - start),
    ),
  );
}

/** What a coordinate function throws about values of the file, as an error that names the file. */
export function fromFile<T>(file: SourceFile, what: string, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    if (!(cause instanceof DasflowError || cause instanceof RangeError || cause instanceof SyntaxError)) throw cause;
    throw file.refuse(`${what}: ${cause.message}`, cause);
  }
}

/** Where a fact about the measurement is: a dataset of one value, or an attribute (`object@name`). */
export type FactPlaces = Readonly<Record<string, string>>;

/** Facts that an HDF5 file has, as attributes of the array by the names given; those that it has not are left out. */
export function factsOf(objects: Hdf5Objects, places: FactPlaces): Attrs {
  const facts: [string, AttrValue][] = [];
  for (const [name, place] of Object.entries(places)) {
    const [path, attr] = place.split('@') as [string, string | undefined];
    const object = objects.find(path);
    const held = attr === undefined ? (object?.kind === 'dataset' ? object : null) : (object?.attrs[attr] ?? null);
    const value = held ? attrValue(held) : null;
    if (value !== null) facts.push([name, value]);
  }
  return Object.fromEntries(facts);
}

/** All attributes of an object that an array can keep (one value each, text or number), under their own names. */
export function keptAttrs(attrs: Readonly<Record<string, NetcdfAttribute>>): Attrs {
  const kept = Object.entries(attrs).map(([name, attr]): [string, AttrValue | null] => [name, attrValue(attr)]);
  return Object.fromEntries(kept.filter(([name, value]) => value !== null && isKeepableName(name))) as Attrs;
}

/** True for names that attributes of arrays can have in packets and files. */
export function isKeepableName(name: string): boolean {
  return name !== '' && name !== '.' && !name.includes('/') && isStorableText(name) && !isReservedAttribute(name);
}

function attrValue({ dtype, values }: { dtype: unknown; values: ArrayLike<unknown> | null }): AttrValue | null {
  if (values?.length !== 1 || dtype === null) return null;
  const value = values[0];
  if (typeof value === 'string') return isStorableText(value) && value.trim() !== '' ? value.trim() : null;
  return value as number | bigint;
}
