import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type ArrayDType,
  type CoordArray,
  type DType,
  isComplexDType,
  partsDType,
  type TypedArray,
} from '../../dtype.js';
import { FileError } from '../../errors.js';
import { writeWholeFile } from '../whole-file.js';
import type { Zarrita } from './load-zarrita.js';
import { type CodecMetadata, codecsForZarrita } from './zarr-codecs.js';
import { zarrJson } from './zarr-json.js';
import type { ArrayMetadata } from './zarr-metadata.js';

/** A block of values and where it lies: `data` in C order of `shape`, or with `stride`. */
export interface ZarrBlock {
  data: TypedArray;
  shape: readonly number[];
  stride?: readonly number[];
  start: readonly number[];
}

/**
 * The folder of one array of a Zarr store: chunks by zarrita, each file whole or not at all. `zarr.json` is written by
 * {@link commit} alone, after the chunks that it tells of.
 *
 * zarrita has no complex numbers: they are written as their parts, with a last axis of 2 that lies within the chunks, which makes the
 * same bytes.
 */
export class ZarrArrayFolder {
  readonly path: string;
  readonly metadata: ArrayMetadata;
  /** Bytes written, those that were written again included. */
  bytes = 0;
  readonly #zarrita: Zarrita;
  readonly #complex: boolean;

  constructor(zarrita: Zarrita, path: string, metadata: ArrayMetadata) {
    this.#zarrita = zarrita;
    this.path = path;
    this.metadata = metadata;
    this.#complex = isComplexDType(metadata.data_type);
  }

  /** Writes a block, which may lie beyond the shape that `zarr.json` tells. Chunks that it covers in part are read before. Throws `BAD_FILE`. */
  async write({ data, shape, start, stride }: ZarrBlock): Promise<void> {
    const stop = start.map((first, axis) => first + shape[axis]!);
    const parts = this.#complex ? [2] : [];
    const selection = [
      ...start.map((first, axis) => this.#zarrita.slice(first, stop[axis]!)),
      ...parts.map(() => null),
    ];
    const sizes = [...shape, ...parts];
    const steps = stride ?? sizes.map((_, axis) => sizes.slice(axis + 1).reduce((product, size) => product * size, 1));
    const array = this.#array(stop);
    await this.#guard('written to', () =>
      shape.length === 0
        ? this.#zarrita.set(array as never, null, data[0] as never)
        : this.#zarrita.set(array as never, selection as never, { data, shape: sizes, stride: steps } as never),
    );
  }

  /** Writes all texts of a small array as one chunk: zarrita reads `vlen-utf8` but does not write it. */
  async writeTexts(texts: readonly string[]): Promise<void> {
    const items = texts.map((text) => Buffer.from(text, 'utf8'));
    const number = (value: number) => Buffer.from(Uint32Array.of(value).buffer);
    const bytes = Buffer.concat([number(items.length), ...items.flatMap((item) => [number(item.length), item])]);
    await this.#put(`/${['c', ...this.metadata.shape.map(() => '0')].join('/')}`, bytes);
  }

  /** All values, as `zarr.json` tells them; texts in a list. For small arrays. Throws `BAD_FILE`. */
  async readAll(): Promise<CoordArray> {
    const { shape } = this.metadata;
    const array = this.#array(shape);
    return await this.#guard('read', async () => {
      if (shape.length === 0) {
        const { data } = await (array as { getChunk(at: number[]): Promise<{ data: CoordArray }> }).getChunk([]);
        return data;
      }
      return ((await this.#zarrita.get(array as never)) as { data: CoordArray }).data;
    });
  }

  /** Writes `zarr.json`. Throws `BAD_FILE`. */
  async commit(): Promise<void> {
    await this.#put('/zarr.json', Buffer.from(zarrJson(this.metadata), 'utf8'));
  }

  /** The array for zarrita, as large as a block needs it. */
  #array(shape: readonly number[]): object {
    const { data_type, chunk_grid, codecs, fill_value } = this.metadata;
    const parts = this.#complex ? [2] : [];
    const store = {
      get: (key: string) => this.#get(this.#key(key)),
      set: (key: string, value: Uint8Array) => this.#put(this.#key(key), value),
    };
    const forParts = {
      ...this.metadata,
      shape: [...shape, ...parts],
      data_type: this.#complex ? (partsDType(data_type as ArrayDType) satisfies DType) : data_type,
      chunk_grid: {
        name: 'regular',
        configuration: { chunk_shape: [...chunk_grid.configuration.chunk_shape, ...parts] },
      },
      codecs: codecsForZarrita(codecs as CodecMetadata[]),
      fill_value: this.#complex ? 'NaN' : fill_value,
    };
    return new this.#zarrita.Array(store as never, '/', forParts as never);
  }

  /** The key of a chunk without the index of its parts. */
  #key(key: string): string {
    return this.#complex ? key.replace(/\/0$/, '') : key;
  }

  async #get(key: string): Promise<Uint8Array | undefined> {
    try {
      return new Uint8Array(await readFile(join(this.path, key)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async #put(key: string, bytes: Uint8Array): Promise<void> {
    const path = join(this.path, key);
    await mkdir(dirname(path), { recursive: true }).catch((cause: Error) => {
      throw new FileError('BAD_FILE', path, `cannot be written: ${cause.message}`, { cause });
    });
    await writeWholeFile(path, bytes);
    this.bytes += bytes.byteLength;
  }

  async #guard<T>(what: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (cause) {
      if (cause instanceof FileError) throw cause;
      throw new FileError('BAD_FILE', this.path, `cannot be ${what}: ${(cause as Error).message}`, { cause });
    }
  }
}
