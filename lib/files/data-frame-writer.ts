import { type FileHandle, mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Writable } from 'node:stream';
import type { CoordDType } from '../dtype.js';
import { ArgumentError, FileError } from '../errors.js';
import { Table } from '../table/table.js';
import { readCsv } from './read-csv.js';

/** Options of {@link DataFrameWriter}. */
export interface DataFrameWriterOptions {
  /** Make the folders of the path where they do not exist. Default false, as in xdas. */
  createDirs?: boolean;
  /** `'overwrite'` (default) replaces an existing file when the first table comes (without one it stays as it is), `'append'` adds rows to it, without a header. */
  mode?: 'overwrite' | 'append';
}

/**
 * Writes tables (picks) as one CSV file, as pandas does (`to_csv(index=False)`): a header once, then the rows of each table as
 * it comes. Rows of a table are handed to the operating system before the next table is taken. Tables without rows make a
 * file with a header alone (nothing was picked); without any table no file is made, and one that is there is left alone.
 *
 * An object-mode Writable; `highWaterMark` 1, so it holds two tables at most. Takes tables with the columns of the first,
 * `BAD_SHAPE` otherwise; `BAD_FILE` where the file cannot be written. xdas: `DataFrameWriter`.
 */
export class DataFrameWriter extends Writable {
  readonly path: string;
  readonly #createDirs: boolean;
  readonly #append: boolean;
  #file: FileHandle | null = null;
  #columns: readonly string[] | null = null;
  #writing: Promise<void> = Promise.resolve();
  #dtypes: Record<string, CoordDType> = {};
  /** Rows and bytes written. */
  readonly statistics = { rows: 0, bytes: 0 };

  constructor(path: string, options: DataFrameWriterOptions = {}) {
    const { mode = 'overwrite', createDirs = false } = options;
    if (mode !== 'overwrite' && mode !== 'append')
      throw new ArgumentError('BAD_ARGUMENT', `mode is ${JSON.stringify(mode)}; allowed: overwrite, append`);
    // Checks come first: Node goes on to construct a stream whose constructor threw after super().
    super({ objectMode: true, highWaterMark: 1 });
    this.path = path;
    this.#createDirs = createDirs;
    this.#append = mode === 'append';
  }

  override _construct(callback: (error?: Error | null) => void): void {
    this.#prepare().then(() => callback(), callback);
  }

  async #prepare(): Promise<void> {
    const folder = dirname(this.path);
    try {
      if (this.#createDirs) await mkdir(folder, { recursive: true });
      else await stat(folder);
      const old = await stat(this.path).catch(() => null);
      if (old?.isDirectory()) throw new Error('it is a folder');
    } catch (cause) {
      throw new FileError('BAD_FILE', this.path, `cannot be written: ${(cause as Error).message}`, { cause });
    }
  }

  override _write(table: Table, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#writing = this.#put(table);
    this.#writing.then(() => callback(), callback);
  }

  async #put(table: Table): Promise<void> {
    if (!(table instanceof Table))
      throw new ArgumentError(
        'BAD_ARGUMENT',
        `${this.path}: a CSV file takes tables, this chunk is no table; write arrays to a folder`,
      );
    if (!this.#columns) {
      this.#columns = table.columns;
      this.#dtypes = Object.fromEntries(table.columns.map((name) => [name, table.dtype(name)]));
    }
    if (this.#columns.join('\n') !== table.columns.join('\n'))
      throw new ArgumentError(
        'BAD_SHAPE',
        `${this.path}: a table with columns ${table.columns.join(', ')} after one with ${this.#columns.join(', ')}`,
      );
    try {
      const first = this.#file === null;
      if (first && !this.#append) await rm(this.path, { force: true });
      this.#file ??= await open(this.path, this.#append ? 'a' : 'w');
      const header = first && (await this.#file.stat()).size === 0;
      const bytes = Buffer.from(table.toCsv({ header }), 'utf8');
      await this.#file.writeFile(bytes);
      this.statistics.rows += table.length;
      this.statistics.bytes += bytes.byteLength;
    } catch (cause) {
      throw new FileError('BAD_FILE', this.path, `cannot be written: ${(cause as Error).message}`, { cause });
    }
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    const close = async () => {
      await this.#writing.catch(() => {});
      await this.#file?.close();
    };
    close().then(
      () => callback(error),
      (failure: Error) => callback(error ?? failure),
    );
  }

  /**
   * The table in the file, read back with the dtypes of the columns that were written; null where no table came. Call it
   * after `'finish'`.
   */
  async result(): Promise<Table | null> {
    return this.#columns ? await readCsv(this.path, this.#dtypes) : null;
  }
}
