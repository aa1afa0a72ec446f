import { type FileHandle, open, rm } from 'node:fs/promises';
import type { Table } from '../table/table.js';
import { readCsv } from './read-csv.js';
import type { TableFile } from './table-file.js';

/** A CSV file as pandas writes it: a header once, rows as they come, with the operating system before the next ones are taken. */
export class CsvFile implements TableFile {
  readonly kind = 'a CSV file';
  bytes = 0;
  readonly #path: string;
  readonly #append: boolean;
  #file: FileHandle | null = null;

  constructor(path: string, append: boolean) {
    this.#path = path;
    this.#append = append;
  }

  async put(table: Table): Promise<void> {
    const first = this.#file === null;
    if (first && !this.#append) await rm(this.#path, { force: true });
    this.#file ??= await open(this.#path, this.#append ? 'a' : 'w');
    const header = first && (await this.#file.stat()).size === 0;
    const bytes = Buffer.from(table.toCsv({ header }), 'utf8');
    await this.#file.writeFile(bytes);
    this.bytes += bytes.byteLength;
  }

  async finish(): Promise<void> {
    await this.close();
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }

  async read(first: Table): Promise<Table> {
    return await readCsv(this.#path, Object.fromEntries(first.columns.map((name) => [name, first.dtype(name)])));
  }
}
