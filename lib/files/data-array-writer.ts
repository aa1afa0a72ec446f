import { Writable } from 'node:stream';
import { DataArray } from '../dataarray/data-array.js';
import { ArgumentError } from '../errors.js';
import { checkWorkers } from '../packets/chunk-codecs/check-workers.js';
import { type Begun, CodingAhead } from '../packets/coding-ahead.js';
import { knownOptions } from '../packets/known-options.js';
import { type EncodeOptions, type StartedPacket, startPacket } from '../packets/packet.js';
import { Table } from '../table/table.js';
import { ChunkFolder, type ChunkFolderOptions, chunkFolderOptions } from './chunk-folder.js';
import type { LazyArray } from './lazy-array.js';
import { openFiles } from './open-data-array.js';
import { submitChunk } from './submit-chunk.js';

/** Options of {@link DataArrayWriter}. */
export interface DataArrayWriterOptions extends ChunkFolderOptions {
  /** How values are stored: chunks, compression, ZFP; as for packets. Default: plain. */
  encoding?: EncodeOptions['encoding'];
  /** Spelling of the coordinates. Default `'both'`: every xdas since 0.2.7 reads it. */
  dialect?: EncodeOptions['dialect'];
  /** NaN and infinity in a lossy ZFP file: `'error'` (default) or `'allow'`. */
  nonFinite?: EncodeOptions['nonFinite'];
  /**
   * Compressed files that are encoded at once, each in a worker thread (order kept). Default 1; threads beyond
   * `os.availableParallelism()` are not started. See `encodePacket`.
   */
  codecWorkers?: number;
  /** Dimension that {@link DataArrayWriter.result} joins along. Default `'first'`. */
  dim?: string;
}

const optionNames = [
  ...chunkFolderOptions,
  'encoding',
  'dialect',
  'nonFinite',
  'codecWorkers',
  'dim',
] as const satisfies readonly (keyof DataArrayWriterOptions)[];

/** What a {@link DataArrayWriter} counted. */
export interface DataArrayWriterStatistics {
  files: number;
  /** Bytes of the files. */
  bytes: number;
  /** Bytes of the values in them. */
  valueBytes: number;
}

/**
 * Writes each array as one NetCDF4 file into a folder: `000000000`, `000000001`, ... as xdas names them, so that
 * `xdas.open_mfdataarray('folder/*')` opens them as one array. A file is there whole or not at all. Empty arrays are dropped.
 * Files of an earlier run are replaced when the first array of this one is encoded, not before.
 *
 * An object-mode Writable; `highWaterMark` is 1, or `codecWorkers` where there is an encoding: it holds so many arrays (the one being
 * written included) and one more, and for each of them while it is encoded a copy of its values and its file. Encoding runs in
 * workers, while the stages before go on. Fails with `BAD_FILE` where the folder cannot be written, with `BAD_ARGUMENT` for a table, with what
 * `encodePacket` throws. xdas: `DataArrayWriter`.
 */
export class DataArrayWriter extends Writable {
  /** Called with each array once its file is there; see `ChunkSink`. */
  doneWith: ((array: DataArray) => void) | null = null;
  readonly #folder: ChunkFolder;
  readonly #options: DataArrayWriterOptions;
  readonly #ahead: CodingAhead<StartedPacket | null>;
  readonly #gone = new AbortController();
  #writing: Promise<void> = Promise.resolve();
  #bytes = 0;
  #valueBytes = 0;

  constructor(dirpath: string, options: DataArrayWriterOptions = {}) {
    // Checks come first: Node goes on to construct a stream whose constructor threw after super().
    knownOptions('DataArrayWriter', options, optionNames);
    const folder = new ChunkFolder(dirpath, options);
    const { codecWorkers = 1, encoding, dim = 'first' } = options;
    if (typeof dim !== 'string')
      throw new ArgumentError('BAD_ARGUMENT', `dim is ${String(dim)}; allowed: the name of a dimension, first, last`);
    checkWorkers(codecWorkers);
    const codedAtOnce = encoding === undefined ? 1 : codecWorkers;
    super({ objectMode: true, highWaterMark: codedAtOnce });
    this.#folder = folder;
    this.#options = options;
    this.#ahead = new CodingAhead(codedAtOnce, (array) => (array.empty ? null : this.#start(array)));
  }

  #start(array: DataArray): StartedPacket {
    const { encoding, dialect, nonFinite, codecWorkers = 1 } = this.#options;
    return startPacket(array, { encoding, dialect, nonFinite, codecWorkers }, this.#gone.signal);
  }

  get dirpath(): string {
    return this.#folder.path;
  }

  /** What was written so far. */
  get statistics(): DataArrayWriterStatistics {
    return { files: this.#folder.count, bytes: this.#bytes, valueBytes: this.#valueBytes };
  }

  /** Paths of the files written, in order. */
  get paths(): string[] {
    return this.#folder.paths;
  }

  /**
   * Hands an array over and resolves when its file is there, as xdas's `submit`. Rejects with what destroyed the stream; no
   * `'error'` listener is needed for that.
   */
  submit(array: DataArray): Promise<void> {
    return submitChunk(this, array);
  }

  override _construct(callback: (error?: Error | null) => void): void {
    this.#folder.prepare().then(() => callback(), callback);
  }

  override write(array: unknown, callback?: (error: Error | null | undefined) => void): boolean;
  override write(
    array: unknown,
    encoding: BufferEncoding,
    callback?: (error: Error | null | undefined) => void,
  ): boolean;
  override write(array: unknown, ...rest: unknown[]): boolean {
    if (array !== null && !this.writableEnded && !this.destroyed) this.#ahead.written(array, array);
    return super.write(array, ...(rest as [BufferEncoding, () => void]));
  }

  override _write(array: DataArray, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#writing = this.#put(array, this.#ahead.taken(array)).finally(() => this.#ahead.done());
    this.#writing.then(() => callback(), callback);
  }

  async #put(array: DataArray, begun: Begun<StartedPacket | null> | null): Promise<void> {
    const given: unknown = array;
    if (!(array instanceof DataArray))
      throw new ArgumentError(
        'BAD_ARGUMENT',
        `${this.dirpath}: a folder takes arrays, this chunk is ${given instanceof Table ? 'a table' : 'no array'}; tables go to a path that ends in .csv`,
      );
    if (array.empty) return;
    const bytes = await (begun?.take() ?? this.#start(array)).finish();
    await this.#folder.put(bytes);
    this.#bytes += bytes.byteLength;
    this.#valueBytes += array.nbytes;
    this.doneWith?.(array);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    const done = () => callback(error);
    this.#ahead.clear();
    this.#gone.abort();
    this.#writing.then(done, done);
  }

  /**
   * What was written, as one lazy array joined along `dim`; null where nothing was. Call it after `'finish'`. Throws as
   * `openMfDataArray` where the chunks do not fit together (another rate, another shape); the files are there all the same.
   */
  async result(): Promise<LazyArray | null> {
    const { paths } = this;
    return paths.length > 0 ? await openFiles(paths, { dim: this.#options.dim ?? 'first' }) : null;
  }
}
