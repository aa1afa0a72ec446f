import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Writable } from 'node:stream';
import { ArgumentError, DasflowError, FileError } from '../errors.js';
import { flagOption, knownOptions } from '../packets/known-options.js';
import { Table } from '../table/table.js';
import { CsvFile } from './csv-file.js';
import { ParquetFile } from './parquet-file.js';
import type { TableFile } from './table-file.js';

/** Options of {@link DataFrameWriter}. */
export interface DataFrameWriterOptions {
  /** Make the folders of the path where they do not exist. Default false, as in xdas. */
  createDirs?: boolean;
  /** `'csv'` or `'parquet'`. Default: Parquet for a path that ends in `.parquet`, CSV for all others. */
  format?: 'csv' | 'parquet';
  /**
   * `'overwrite'` (default) replaces an existing file: a CSV file when the first table comes (without one it stays as it is), a Parquet file when
   * the stream ends. `'append'` adds rows to a CSV file, without a header; a Parquet file cannot be added to.
   */
  mode?: 'overwrite' | 'append';
}

const optionNames = ['createDirs', 'format', 'mode'] as const satisfies readonly (keyof DataFrameWriterOptions)[];

/**
 * Writes tables (picks) as one file.
 *
 * CSV is as pandas writes it (`to_csv(index=False)`): a header once, then the rows of each table as it comes, handed to the operating system
 * before the next table is taken, so that they can be read at any time.
 *
 * Parquet needs the package `hyparquet-writer` (and `hyparquet` for {@link DataFrameWriter.result}). Columns have their types: floats, integers of all widths,
 * text, times as timestamps in nanoseconds without zone, NaT as missing; durations are refused. Rows are written in groups of 65 536, compressed with Snappy, to a hidden
 * file beside; the file appears whole when the stream ends, and not at all if it fails: what must be there while a stream runs, or
 * outlive a crash, goes to CSV.
 *
 * Tables without rows make a file without rows (nothing was picked); without any table no file is made, and one that is there is
 * left alone.
 *
 * An object-mode Writable; `highWaterMark` 1, so it holds two tables at most, and for Parquet the rows of a group. Takes tables with the columns of the
 * first, `BAD_SHAPE` otherwise, for Parquet with their dtypes, `BAD_DTYPE` otherwise; `BAD_FILE` where the file cannot be written; `MISSING_PACKAGE`. xdas:
 * `DataFrameWriter` (CSV).
 */
export class DataFrameWriter extends Writable {
  readonly path: string;
  readonly #createDirs: boolean;
  readonly #file: TableFile;
  #first: Table | null = null;
  #writing: Promise<void> = Promise.resolve();
  #rows = 0;

  constructor(path: string, options: DataFrameWriterOptions = {}) {
    knownOptions('DataFrameWriter', options, optionNames);
    const { mode = 'overwrite', createDirs = false, format = /\.parquet$/i.test(path) ? 'parquet' : 'csv' } = options;
    if (mode !== 'overwrite' && mode !== 'append')
      throw new ArgumentError('BAD_ARGUMENT', `mode is ${JSON.stringify(mode)}; allowed: overwrite, append`);
    flagOption('createDirs', createDirs);
    if (format !== 'csv' && format !== 'parquet')
      throw new ArgumentError('BAD_ARGUMENT', `format is ${JSON.stringify(format)}; allowed: csv, parquet`);
    if (format === 'parquet' && mode === 'append')
      throw new ArgumentError(
        'BAD_ARGUMENT',
        `${path}: a Parquet file cannot be appended to (its index is its end); write CSV, or one file for each run`,
      );
    // Checks come first: Node goes on to construct a stream whose constructor threw after super().
    super({ objectMode: true, highWaterMark: 1 });
    this.path = path;
    this.#createDirs = createDirs;
    this.#file = format === 'parquet' ? new ParquetFile(path) : new CsvFile(path, mode === 'append');
  }

  /** Rows taken, and bytes written. */
  get statistics(): { rows: number; bytes: number } {
    return { rows: this.#rows, bytes: this.#file.bytes };
  }

  override _construct(callback: (error?: Error | null) => void): void {
    this.#prepare().then(() => callback(), callback);
  }

  async #prepare(): Promise<void> {
    const folder = dirname(this.path);
    await this.#guard(async () => {
      if (this.#createDirs) await mkdir(folder, { recursive: true });
      else await stat(folder);
      const old = await stat(this.path).catch(() => null);
      if (old?.isDirectory()) throw new Error('it is a folder');
    });
  }

  override _write(table: Table, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#writing = this.#put(table);
    this.#writing.then(() => callback(), callback);
  }

  async #put(table: Table): Promise<void> {
    if (!(table instanceof Table))
      throw new ArgumentError(
        'BAD_ARGUMENT',
        `${this.path}: ${this.#file.kind} takes tables, this chunk is no table; write arrays to a folder`,
      );
    this.#first ??= table.slice(0, 0);
    if (this.#first.columns.join('\n') !== table.columns.join('\n'))
      throw new ArgumentError(
        'BAD_SHAPE',
        `${this.path}: a table with columns ${table.columns.join(', ')} after one with ${this.#first.columns.join(', ')}`,
      );
    await this.#guard(() => this.#file.put(table));
    // one without rows may not know the dtypes yet
    if (this.#rows === 0) this.#first = table.slice(0, 0);
    this.#rows += table.length;
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#writing = this.#guard(() => this.#file.finish());
    this.#writing.then(() => callback(), callback);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    const close = async () => {
      await this.#writing.catch(() => {});
      await this.#file.close();
    };
    close().then(
      () => callback(error),
      (failure: Error) => callback(error ?? failure),
    );
  }

  async #guard(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (cause) {
      if (cause instanceof DasflowError) throw cause;
      throw new FileError('BAD_FILE', this.path, `cannot be written: ${(cause as Error).message}`, { cause });
    }
  }

  /**
   * The table in the file, read back with the dtypes of the columns that were written; null where no table came. Call it
   * after `'finish'`.
   */
  async result(): Promise<Table | null> {
    return this.#first ? await this.#file.read(this.#first) : null;
  }
}
