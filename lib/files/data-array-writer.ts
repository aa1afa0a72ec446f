import { Writable } from 'node:stream';
import { DataArray } from '../dataarray/data-array.js';
import { ArgumentError } from '../errors.js';
import { type EncodeOptions, encodePacket } from '../packets/packet.js';
import { Table } from '../table/table.js';
import { ChunkFolder, type ChunkFolderOptions } from './chunk-folder.js';
import type { LazyArray } from './lazy-array.js';
import { openFiles } from './open-data-array.js';

/** Options of {@link DataArrayWriter}. */
export interface DataArrayWriterOptions extends ChunkFolderOptions {
  /** How values are stored: chunks, compression, ZFP; as for packets. Default: plain. */
  encoding?: EncodeOptions['encoding'];
  /** Spelling of the coordinates. Default `'both'`: every xdas since 0.2.7 reads it. */
  dialect?: EncodeOptions['dialect'];
  /** NaN and infinity in a lossy ZFP file: `'error'` (default) or `'allow'`. */
  nonFinite?: EncodeOptions['nonFinite'];
  /** Dimension that {@link DataArrayWriter.result} joins along. Default `'first'`. */
  dim?: string;
}

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
 * An object-mode Writable; `highWaterMark` 1: it holds the array being written and one more. Encoding runs in a worker,
 * while the stages before go on. Fails with `BAD_FILE` where the folder cannot be written, with `BAD_ARGUMENT` for a table, with what
 * `encodePacket` throws. xdas: `DataArrayWriter`.
 */
export class DataArrayWriter extends Writable {
  /** Called with each array once its file is there; see `ChunkSink`. */
  doneWith: ((array: DataArray) => void) | null = null;
  readonly #folder: ChunkFolder;
  readonly #options: DataArrayWriterOptions;
  #writing: Promise<void> = Promise.resolve();
  #bytes = 0;
  #valueBytes = 0;

  constructor(dirpath: string, options: DataArrayWriterOptions = {}) {
    // Checks come first: Node goes on to construct a stream whose constructor threw after super().
    const folder = new ChunkFolder(dirpath, options);
    super({ objectMode: true, highWaterMark: 1 });
    this.#folder = folder;
    this.#options = options;
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
  async submit(array: DataArray): Promise<void> {
    const heard = () => {};
    this.once('error', heard);
    await new Promise<void>((resolve, reject) => {
      this.write(array, (error) => (error ? reject(error) : resolve()));
    });
    this.off('error', heard);
  }

  override _construct(callback: (error?: Error | null) => void): void {
    this.#folder.prepare().then(() => callback(), callback);
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
        `${this.dirpath}: a folder takes arrays, this chunk is ${given instanceof Table ? 'a table' : 'no array'}; tables go to a path that ends in .csv`,
      );
    if (array.empty) return;
    const { encoding, dialect, nonFinite } = this.#options;
    const bytes = await encodePacket(array, { encoding, dialect, nonFinite });
    await this.#folder.put(bytes);
    this.#bytes += bytes.byteLength;
    this.#valueBytes += array.nbytes;
    this.doneWith?.(array);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    const done = () => callback(error);
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
