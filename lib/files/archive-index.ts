/** What is known of the files of an archive, kept in a file so that they need not be opened again. */
import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import type { Coordinate } from '../coordinates/coordinate.js';
import { DenseCoordinate } from '../coordinates/dense-coordinate.js';
import { InterpCoordinate } from '../coordinates/interp-coordinate.js';
import { SampledCoordinate } from '../coordinates/sampled-coordinate.js';
import { ScalarCoordinate } from '../coordinates/scalar-coordinate.js';
import type { AttrValue } from '../dataarray/attributes.js';
import { DataArray } from '../dataarray/data-array.js';
import {
  type CoordArray,
  type CoordDType,
  type DType,
  dtypeOf,
  type Scalar,
  type TypedArray,
  typedArrayConstructor,
  typedArrayFromBytes,
} from '../dtype.js';
import { CoordinateError, DasflowError, FileError } from '../errors.js';
import type { ArrayFile } from './array-file.js';
import type { Engine } from './formats/format-registry.js';
import { zeros } from './outline.js';
import { writeWholeFile } from './whole-file.js';

/** One file of an archive. */
export interface IndexEntry {
  size: number;
  modified: number;
  outline: DataArray;
  incomplete?: string | undefined;
}

/** Files by path. */
export type ArchiveIndex = Map<string, IndexEntry>;

const VERSION = 1;

/** Values as JSON: text as it is, numbers as base64 of their bytes, so that nothing is rounded. */
type Packed = { dtype: CoordDType; list?: true } & ({ text: string[] } | { base64: string });

interface PackedCoordinate {
  type: string;
  dim: string | null;
  values: Packed;
  /** Tie indices or lengths. */
  ties?: number[];
  numerator?: Packed;
  denominator?: string;
  tolerance?: Packed;
}

interface PackedOutline {
  shape: number[];
  dims: string[];
  dtype: DType;
  name: string | null;
  /** Places in the list of attributes, and of coordinates, which many files share. */
  attrs: number;
  coords: [name: string, place: number][];
}

interface IndexFile {
  dasflowIndex: number;
  engine: Engine;
  attrs: [string, AttrValue | Packed][][];
  coords: PackedCoordinate[];
  files: { path: string; size: number; modified: number; incomplete?: string; outline: PackedOutline }[];
}

/** Writes an index; paths in it are relative to its folder. Throws `BAD_FILE`. */
export async function writeIndex(path: string, engine: Engine, index: ArchiveIndex): Promise<void> {
  const folder = dirname(resolve(path));
  const attrs = new Shared<IndexFile['attrs'][number]>();
  const coords = new Shared<PackedCoordinate>();
  const files = [...index].map(([file, { size, modified, outline, incomplete }]) => ({
    path: relative(folder, resolve(file)).split(sep).join('/'),
    size,
    modified,
    ...(incomplete !== undefined && { incomplete }),
    outline: {
      shape: [...outline.shape],
      dims: [...outline.dims],
      dtype: outline.dtype as DType,
      name: outline.name,
      attrs: attrs.place(Object.entries(outline.attrs).map(([name, value]) => [name, packAttr(value)])),
      coords: [...outline.coords.entries()].map(([name, coord]): [string, number] => [
        name,
        coords.place(packCoordinate(coord)),
      ]),
    },
  }));
  const content: IndexFile = { dasflowIndex: VERSION, engine, attrs: attrs.list, coords: coords.list, files };
  await writeWholeFile(path, Buffer.from(JSON.stringify(content)));
}

/** Things as JSON, each once. */
class Shared<T> {
  readonly list: T[] = [];
  readonly #places = new Map<string, number>();

  place(thing: T): number {
    const text = JSON.stringify(thing);
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    this.#places.set(text, this.list.length);
    return this.list.push(thing) - 1;
  }
}

/**
 * Reads an index, its paths as `openMfDataArray` was given them resolved against the working directory; empty where there is none, or
 * it was made with another engine. Throws `BAD_FILE` where it is no index, or damaged: it can be deleted.
 */
export async function readIndex(path: string, engine: Engine): Promise<ArchiveIndex> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return new PathMap();
    throw new FileError('BAD_FILE', path, `cannot be read: ${(cause as Error).message}`, { cause });
  }
  try {
    const content = JSON.parse(text) as IndexFile;
    if (content?.dasflowIndex !== VERSION)
      throw new TypeError(`its version is ${String(content?.dasflowIndex)}, not ${VERSION}`);
    if (!Array.isArray(content.files)) throw new TypeError('it has no list of files');
    const index = new PathMap();
    if (JSON.stringify(content.engine) !== JSON.stringify(engine)) return index;
    const coords = content.coords.map(unpackCoordinate);
    const attrs = content.attrs.map((each) =>
      Object.fromEntries(each.map(([name, value]) => [name, unpackAttr(value)])),
    );
    const folder = dirname(resolve(path));
    for (const { path: file, size, modified, incomplete, outline } of content.files) {
      const { shape, dims, dtype, name } = outline;
      const made = new DataArray({
        data: zeros(dtype, shape),
        dims,
        name,
        coords: Object.fromEntries(outline.coords.map(([key, place]) => [key, coords[place]!])),
        attrs: attrs[outline.attrs]!,
      });
      index.set(resolve(folder, file), { size, modified, outline: made, incomplete });
    }
    return index;
  } catch (cause) {
    if (!(cause instanceof DasflowError || cause instanceof TypeError || cause instanceof SyntaxError)) throw cause;
    throw new FileError(
      'BAD_FILE',
      path,
      `is no index of dasflow that can be read (it may be deleted): ${cause.message}`,
      { cause },
    );
  }
}

/** A file as an index knows it: opened when it is first read. Throws `BAD_FILE` there if it is not what the index says. */
export function indexedFile(
  path: string,
  { outline, incomplete }: IndexEntry,
  open: () => Promise<ArrayFile>,
): ArrayFile {
  let opened: Promise<ArrayFile> | undefined;
  return {
    path,
    outline,
    ...(incomplete !== undefined && { incomplete }),
    async read(ranges) {
      opened ??= open();
      const file = await opened;
      if (file.outline.shape.join() !== outline.shape.join() || file.outline.dtype !== outline.dtype)
        throw new FileError('BAD_FILE', path, 'is no longer what it was when it was opened');
      return await file.read(ranges);
    },
  };
}

/** A map by absolute path. */
class PathMap extends Map<string, IndexEntry> {
  override get(path: string): IndexEntry | undefined {
    return super.get(resolve(path));
  }
}

function pack(values: CoordArray, dtype: CoordDType): Packed {
  if (Array.isArray(values)) return { dtype, text: values };
  const { buffer, byteOffset, byteLength } = values;
  return { dtype, base64: Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString('base64') };
}

function unpack(packed: Packed): CoordArray {
  if ('text' in packed) return packed.text;
  return typedArrayFromBytes(packed.dtype as DType, new Uint8Array(Buffer.from(packed.base64, 'base64'))) as TypedArray;
}

function packOne(value: Scalar, dtype: CoordDType): Packed {
  if (typeof value === 'string') return { dtype, text: [value] };
  return pack(new (typedArrayConstructor(dtype as DType))([value] as number[]) as TypedArray, dtype);
}

function packAttr(value: AttrValue): AttrValue | Packed {
  if (typeof value === 'bigint') return packOne(value, 'int64');
  if (typeof value === 'number' && !Number.isFinite(value)) return packOne(value, 'float64');
  return typeof value === 'object' && !Array.isArray(value)
    ? { ...pack(value, dtypeOf(value)), list: true as const }
    : value;
}

function unpackAttr(value: AttrValue | Packed): AttrValue {
  if (typeof value !== 'object' || Array.isArray(value) || !('base64' in value)) return value as AttrValue;
  const values = unpack(value as Packed) as TypedArray;
  return 'list' in value ? values : values[0]!;
}

function packCoordinate(coord: Coordinate): PackedCoordinate {
  const { dim, dtype, ctype: type } = coord;
  if (coord instanceof ScalarCoordinate) return { type, dim, values: packOne(coord.value, dtype) };
  if (coord instanceof DenseCoordinate) return { type, dim, values: pack(coord.values, dtype) };
  if (!(coord instanceof InterpCoordinate || coord instanceof SampledCoordinate))
    throw new CoordinateError('BAD_COORDINATE', `a coordinate of type ${type} cannot be kept in an index`);
  const delta = dtype === 'datetime64[ns]' ? 'timedelta64[ns]' : dtype;
  const ratio = coord.samplingRatio;
  return {
    type,
    dim,
    values: pack(coord.tieValues, dtype),
    ties: [...(coord instanceof InterpCoordinate ? coord.tieIndices : coord.tieLengths)],
    ...(ratio && { numerator: packOne(ratio.numerator, delta), denominator: String(ratio.denominator) }),
    ...(coord.tolerance !== null && { tolerance: packOne(coord.tolerance, delta) }),
  };
}

function unpackCoordinate({
  type,
  dim,
  values,
  ties,
  numerator,
  denominator,
  tolerance,
}: PackedCoordinate): Coordinate {
  const { dtype } = values;
  const unpacked = unpack(values);
  if (type === 'scalar') return new ScalarCoordinate({ value: unpacked[0]!, dtype });
  if (type === 'dense') return new DenseCoordinate({ values: unpacked, dim, dtype });
  const one = (packed: Packed | undefined) => (packed ? (unpack(packed)[0] as number | bigint) : null);
  const common = {
    tieValues: unpacked,
    dim,
    dtype,
    samplingNumerator: one(numerator),
    samplingDenominator: denominator === undefined ? null : BigInt(denominator),
  };
  if (type === 'sampled') return new SampledCoordinate({ ...common, tieLengths: ties! });
  if (type === 'interpolated') return new InterpCoordinate({ ...common, tieIndices: ties!, tolerance: one(tolerance) });
  throw new TypeError(`there is no coordinate of type ${type}`);
}
