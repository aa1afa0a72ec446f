import { resolve } from 'node:path';
import { type DType, isDType, type TypedArray } from '../../dtype.js';
import { FileError } from '../../errors.js';
import type { Hdf5Dataset, Hdf5Group, Hdf5Object } from '../../packets/hdf5/read-objects.js';
import type { NetcdfAttribute } from '../../packets/netcdf-content.js';
import { diskWorker, withPath } from './disk-worker.js';

const DEADLINE = 60_000;
const MAX_BYTES = 2 ** 30;

/**
 * Any HDF5 file on disk, read object by object in the worker thread that all files share; nothing is kept open. For formats that
 * are no NetCDF. All methods throw `FileError` with the path: `BAD_FILE` (no HDF5, damaged), `UNSUPPORTED_FILTER`, `DEADLINE`,
 * `TOO_LARGE`, `QUEUE_FULL`, `WORKER_LOST`.
 */
export class Hdf5Reader {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /**
   * The objects at `paths` of the file (`/` is the root), read at one go: attributes, what groups hold, and the values of datasets
   * that take at most `inlineBytes` (default 65536).
   */
  async objects(paths: readonly string[], { inlineBytes = 65_536 } = {}): Promise<Hdf5Objects> {
    const job = { kind: 'objects' as const, path: resolve(this.path), objects: [...paths], maxBytes: MAX_BYTES };
    const found = await withPath(this.path, () => diskWorker.run({ ...job, inlineBytes }, { deadline: DEADLINE }));
    return new Hdf5Objects(this.path, new Map(paths.map((path, k) => [path, found[k] ?? null])));
  }

  /** `count` elements from `start` along each axis of the dataset at `object`, in C order, owned by the caller. */
  async block(object: string, start: readonly number[], count: readonly number[]): Promise<TypedArray> {
    const job = { kind: 'block' as const, path: resolve(this.path), object, maxBytes: MAX_BYTES };
    const values = await withPath(this.path, () =>
      diskWorker.run({ ...job, start: [...start], count: [...count] }, { deadline: DEADLINE }),
    );
    if (Array.isArray(values)) throw new FileError('BAD_FILE', this.path, `dataset ${object} holds text, not numbers`);
    return values;
  }
}

/** Objects of one HDF5 file that were read, asked for by path. What is missing or of another kind is an error that says so. */
export class Hdf5Objects {
  readonly #path: string;
  readonly #objects: ReadonlyMap<string, Hdf5Object | null>;

  constructor(path: string, objects: ReadonlyMap<string, Hdf5Object | null>) {
    this.#path = path;
    this.#objects = objects;
  }

  /** The object at `path`, if there is one. */
  find(path: string): Hdf5Object | null {
    return this.#objects.get(path) ?? null;
  }

  /** The group at `path`. Throws `BAD_FILE` where there is none. */
  group(path: string): Hdf5Group {
    const found = this.find(path);
    if (found?.kind !== 'group') throw this.refuse(found ? `${path} is no group` : `the group ${path} is missing`);
    return found;
  }

  /** The dataset at `path`. Throws `BAD_FILE` where there is none. */
  dataset(path: string): Hdf5Dataset {
    const found = this.find(path);
    if (found?.kind !== 'dataset')
      throw this.refuse(found ? `${path} is no dataset` : `the dataset ${path} is missing`);
    return found;
  }

  /** The dataset at `path` if it has values of `rank` dimensions. Throws `BAD_FILE`. */
  array(path: string, rank: number): Hdf5Dataset & { dtype: DType } {
    const found = this.dataset(path);
    if (!isDType(found.dtype)) throw this.refuse(`the dataset ${path} holds no numbers of a type that arrays have`);
    if (found.shape.length !== rank)
      throw this.refuse(`the dataset ${path} has the shape (${found.shape.join(', ')}); ${rank} dimensions are needed`);
    return found as Hdf5Dataset & { dtype: DType };
  }

  /** The one number in the dataset at `path` (the first one, where there are several). Throws `BAD_FILE`. */
  number(path: string): number {
    return this.#number(this.dataset(path).values, `the dataset ${path}`);
  }

  /** The values of a small dataset of numbers. Throws `BAD_FILE`. */
  numbers(path: string): number[] {
    const { values, dtype, shape } = this.dataset(path);
    if (values === null || Array.isArray(values))
      throw this.refuse(
        `the dataset ${path} (${dtype ?? 'of another type'}, ${shape.join(' x ')}) is not a short list of numbers`,
      );
    return Array.from(values as ArrayLike<number | bigint>, Number);
  }

  /** The text in the dataset at `path`. Throws `BAD_FILE`. */
  text(path: string): string {
    return this.#text(this.dataset(path).values, `the dataset ${path}`);
  }

  /** A number among the attributes of `path`. Throws `BAD_FILE`. */
  numberAttr(path: string, name: string, index = 0): number {
    return this.#number(this.attr(path, name).values, `attribute ${name} of ${path}`, index);
  }

  /** A text among the attributes of `path`. Throws `BAD_FILE`. */
  textAttr(path: string, name: string): string {
    return this.#text(this.attr(path, name).values, `attribute ${name} of ${path}`);
  }

  /** An attribute. Throws `BAD_FILE` where there is none, or it cannot be read. */
  attr(path: string, name: string): NetcdfAttribute {
    const object = this.find(path);
    if (!object) throw this.refuse(`${path} is missing`);
    if (Object.hasOwn(object.attrs, name)) return object.attrs[name]!;
    if (Object.hasOwn(object.unread, name)) throw this.refuse(object.unread[name]!);
    throw this.refuse(`attribute ${name} of ${path} is missing`);
  }

  /** True where `path` has the attribute. */
  hasAttr(path: string, name: string): boolean {
    const object = this.find(path);
    return object !== null && (Object.hasOwn(object.attrs, name) || Object.hasOwn(object.unread, name));
  }

  /** An error that names the file. */
  refuse(text: string, cause?: unknown): FileError {
    return new FileError('BAD_FILE', this.#path, text, { cause });
  }

  #number(values: ArrayLike<unknown> | null, what: string, index = 0): number {
    const value = values?.[index];
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if ((typeof number === 'number' || typeof number === 'bigint') && Number.isFinite(Number(number)))
      return Number(number);
    throw this.refuse(`${what} is no number${value === undefined ? '' : `: ${String(value)}`}`);
  }

  #text(values: ArrayLike<unknown> | null, what: string): string {
    const value = values?.[0];
    if (typeof value === 'string') return value;
    throw this.refuse(`${what} is no text`);
  }
}
