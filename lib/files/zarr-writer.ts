import { Writable } from 'node:stream';
import { DataArray } from '../dataarray/data-array.js';
import { ArgumentError } from '../errors.js';
import { flagOption, knownOptions } from '../packets/known-options.js';
import { Table } from '../table/table.js';
import { GrowingZarr } from './zarr/growing-zarr.js';
import { resolveCodecs, type ZarrCodec } from './zarr/zarr-codecs.js';
import { checkMode, prepareStore } from './zarr/zarr-store.js';

/** Options of {@link ZarrWriter}. */
export interface ZarrWriterOptions {
  /** Dimension along which the array grows. Default `'first'`. */
  dim?: string;
  /**
   * Samples of a chunk, by dimension or in order. Default: all along the other dimensions, and along `dim` a multiple of the first array's
   * length (or a part of it) that makes at most 4 MiB.
   */
  chunks?: readonly number[] | Readonly<Record<string, number>>;
  /**
   * Codecs one after the other: `'zstd'`, `'gzip'`, `'blosc'`, or with configuration `{ name: 'zstd', configuration: { level: 3 } }`; an empty list for
   * plain chunks. Defaults are those of zarr-python. Default `['zstd']`. All are lossless.
   */
  codecs?: readonly ZarrCodec[];
  /** Make the folders above the store where they do not exist. Default false. */
  createDirs?: boolean;
  /** `'overwrite'` (default) replaces a store that is there when the first array comes, `'append'` goes on behind it (the same labels twice are there twice, as with xarray); its chunks and codecs stay. */
  mode?: 'overwrite' | 'append';
}

const optionNames = [
  'dim',
  'chunks',
  'codecs',
  'createDirs',
  'mode',
] as const satisfies readonly (keyof ZarrWriterOptions)[];

/** What a {@link ZarrWriter} counted. */
export interface ZarrWriterStatistics {
  /** Samples along the growing dimension that this stream added and that the store tells of. */
  samples: number;
  /** Bytes written: chunks and descriptions of arrays, those that were written again included. */
  bytes: number;
  /** Bytes of the values in these samples. */
  valueBytes: number;
}

/**
 * Writes arrays as one growing array in a Zarr v3 store (a folder), which `xarray.open_zarr(path)` opens: dimensions, coordinates (times as
 * CF int64 nanoseconds, every label), attributes (those of the first array) and name. Needs the package `zarrita`.
 *
 * Each chunk is written when it is full, the rest when the stream ends, or is destroyed; then the coordinates, last of all the descriptions, so that a
 * reader never sees samples that are not there. A process that is killed loses what was gathered, less than a chunk. Gaps are kept in the labels. The store has
 * what the first array says: others of another shape, dtype, name or with other coordinates are refused by name (`BAD_SHAPE`, `BAD_DTYPE`,
 * `BAD_DIM`, `BAD_COORDINATE`). Empty arrays are dropped. Text in attributes of numbers that JSON does not know: `"NaN"`, `"Infinity"`.
 *
 * An object-mode Writable; `highWaterMark` 1. Memory: the array being written, one more, one chunk (all of it along the other dimensions, uncompressed)
 * and a chunk of labels. Zstandard and Blosc run on the main thread, gzip in Node's threads. Throws `BAD_ENCODING` for chunks, codecs, names and attributes that have no form,
 * `BAD_FILE`, `MISSING_PACKAGE`.
 */
export class ZarrWriter extends Writable {
  /** Called with each array once its values are copied or written; see `ChunkSink`. */
  doneWith: ((array: DataArray) => void) | null = null;
  /** Path of the store. */
  readonly path: string;
  readonly #options: ZarrWriterOptions;
  #store: GrowingZarr | null = null;
  #before = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, options: ZarrWriterOptions = {}) {
    // Checks come first: Node goes on to construct a stream whose constructor threw after super().
    knownOptions('ZarrWriter', options, optionNames);
    checkMode(options.mode ?? 'overwrite');
    flagOption('createDirs', options.createDirs ?? false);
    const { dim = 'first', chunks = [] } = options;
    if (typeof dim !== 'string')
      throw new ArgumentError('BAD_ARGUMENT', `dim is ${String(dim)}; allowed: the name of a dimension, first, last`);
    if (typeof chunks !== 'object' || chunks === null)
      throw new ArgumentError(
        'BAD_ARGUMENT',
        `chunks is ${JSON.stringify(chunks)}; allowed: samples by dimension, as in { time: 1000 }, or a list`,
      );
    resolveCodecs(options.codecs ?? [], 1);
    super({ objectMode: true, highWaterMark: 1 });
    this.path = path;
    this.#options = options;
  }

  /** What was written so far. */
  get statistics(): ZarrWriterStatistics {
    const store = this.#store;
    const samples = (store?.length ?? 0) - this.#before;
    return { samples, bytes: store?.bytes ?? 0, valueBytes: samples * (store?.sampleBytes ?? 0) };
  }

  override _construct(callback: (error?: Error | null) => void): void {
    prepareStore(this.path, this.#options.createDirs ?? false).then(() => callback(), callback);
  }

  override _write(array: DataArray, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#writing = this.#put(array);
    this.#writing.then(() => callback(), callback);
  }

  async #put(array: DataArray): Promise<void> {
    const given: unknown = array;
    if (!(array instanceof DataArray))
      throw new ArgumentError(
        'BAD_ARGUMENT',
        `${this.path}: a Zarr store takes arrays, this chunk is ${given instanceof Table ? 'a table' : 'no array'}; tables go to a path that ends in .csv or .parquet`,
      );
    if (array.empty) return;
    if (!this.#store) {
      const { dim = 'first', mode = 'overwrite', chunks, codecs } = this.#options;
      this.#store = await GrowingZarr.begin(this.path, array, { dim, mode, chunks, codecs });
      this.#before = this.#store.length;
    }
    await this.#store.put(array);
    this.doneWith?.(array);
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#writing = this.#flush();
    this.#writing.then(() => callback(), callback);
  }

  async #flush(): Promise<void> {
    await this.#store?.flush();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    // What was taken is written, whatever ended the stream; where writing itself has failed, that is the error.
    const rest = () => this.#flush();
    this.#writing.then(rest, rest).then(
      () => callback(error),
      (failure: Error) => callback(error ?? failure),
    );
  }
}
