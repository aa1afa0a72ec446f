import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { CoordDType } from '../dtype.js';
import { ArgumentError } from '../errors.js';
import { Table } from '../table/table.js';
import { NAT } from '../time.js';
import { loadOptional } from './optional-package.js';
import { readParquet } from './read-parquet.js';
import type { TableFile } from './table-file.js';
import { partName } from './whole-file.js';

/** Rows of a row group: what is held before it is written. */
export const ROWS_PER_GROUP = 65_536;

type Library = typeof import('hyparquet-writer');
type SchemaElement = ConstructorParameters<Library['ParquetWriter']>[0]['schema'][number];

/** (Of the newer kind, INTEGER, hyparquet-writer 0.17.0 writes the width in a form that Arrow refuses.) */
const integer = (type: 'INT32' | 'INT64', converted_type: SchemaElement['converted_type']) => ({
  type,
  converted_type,
});

/** How columns are stored, as pandas has them. Times may be missing (NaT), nothing else. */
const types: Partial<Record<CoordDType, Partial<SchemaElement>>> = {
  float32: { type: 'FLOAT' },
  float64: { type: 'DOUBLE' },
  int8: integer('INT32', 'INT_8'),
  int16: integer('INT32', 'INT_16'),
  int32: { type: 'INT32' },
  int64: { type: 'INT64' },
  uint8: integer('INT32', 'UINT_8'),
  uint16: integer('INT32', 'UINT_16'),
  uint32: integer('INT32', 'UINT_32'),
  uint64: integer('INT64', 'UINT_64'),
  string: { type: 'BYTE_ARRAY', logical_type: { type: 'STRING' }, converted_type: 'UTF8' },
  'datetime64[ns]': {
    type: 'INT64',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'NANOS' },
    repetition_type: 'OPTIONAL',
  },
};

type Output = {
  writer: InstanceType<Library['ParquetWriter']>;
  bytes: InstanceType<Library['ByteWriter']>;
  file: FileHandle;
};

/**
 * A Parquet file: row groups as rows come, in `.<name>.part` beside the file, which appears whole when it is finished: its index is its end, so until
 * then nobody could read it. Snappy, the rest is what hyparquet-writer does.
 */
export class ParquetFile implements TableFile {
  readonly kind = 'a Parquet file';
  bytes = 0;
  readonly #path: string;
  readonly #part: string;
  #output: Output | null = null;
  /** Tables that are not in a group yet; all have rows. */
  #waiting: Table[] = [];
  #rows = 0;
  /** The table that says what columns are: the first with rows, or the first where none has. */
  #model: Table | null = null;

  constructor(path: string) {
    this.#path = path;
    this.#part = join(dirname(path), partName(basename(path)));
  }

  async put(table: Table): Promise<void> {
    if (table.empty) {
      this.#model ??= table.slice(0, 0);
      return;
    }
    if (!this.#output) {
      this.#output = await this.#open(table);
      this.#model = table.slice(0, 0);
    }
    const model = this.#model!;
    for (const name of table.columns)
      if (table.dtype(name) !== model.dtype(name))
        throw new ArgumentError(
          'BAD_DTYPE',
          `${this.#path}: column ${JSON.stringify(name)} is ${table.dtype(name)} after ${model.dtype(name)}`,
        );
    this.#waiting.push(table);
    this.#rows += table.length;
    if (this.#rows >= ROWS_PER_GROUP) await this.#writeGroups(this.#output, false);
  }

  async #open(first: Table): Promise<Output> {
    const schema = parquetSchema(first);
    const library = await loadOptional('hyparquet-writer', 'a Parquet file', () => import('hyparquet-writer'));
    const bytes = new library.ByteWriter();
    const writer = new library.ParquetWriter({ writer: bytes, schema, createdBy: 'dasflow' });
    return { writer, bytes, file: await open(this.#part, 'w') };
  }

  /** Writes full row groups, and the rest too if this is the end. */
  async #writeGroups(output: Output, isEnd: boolean): Promise<void> {
    let rows = Table.concat(this.#waiting);
    for (; rows.length >= ROWS_PER_GROUP || (isEnd && rows.length > 0); rows = rows.slice(ROWS_PER_GROUP)) {
      const group = rows.slice(0, ROWS_PER_GROUP);
      const columnData = group.columns.map((name) => ({ name, data: columnValues(group, name) }));
      await output.writer.write({ columnData, rowGroupSize: ROWS_PER_GROUP });
      await this.#pour(output);
    }
    this.#waiting = rows.empty ? [] : [rows];
    this.#rows = rows.length;
  }

  /** What the library has made goes to the file. */
  async #pour({ bytes, file }: Output): Promise<void> {
    const made = bytes.getBytes();
    await file.writeFile(made);
    this.bytes += made.byteLength;
    bytes.index = 0;
  }

  async finish(): Promise<void> {
    if (!this.#output && this.#model) this.#output = await this.#open(this.#model);
    const output = this.#output;
    if (!output) return;
    await this.#writeGroups(output, true);
    await output.writer.finish();
    if (this.bytes === 0) mendEmptyGroups(output.bytes.getBytes());
    await this.#pour(output);
    await output.file.close();
    this.#output = null;
    await rename(this.#part, this.#path);
  }

  async close(): Promise<void> {
    const output = this.#output;
    this.#output = null;
    await output?.file.close();
    if (output) await rm(this.#part, { force: true });
  }

  async read(first: Table): Promise<Table> {
    return await readParquet(this.#path, Object.fromEntries(first.columns.map((name) => [name, first.dtype(name)])));
  }
}

/**
 * hyparquet-writer 0.17.0 writes an empty list of row groups as one of elements without a type, which Arrow refuses: the type is put in. It stands
 * behind the number of rows; after it comes the name of the writer alone.
 */
function mendEmptyGroups(bytes: Uint8Array): void {
  const noRowsNoGroups = [0x16, 0x00, 0x19, 0x00];
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).lastIndexOf(Buffer.from(noRowsNoGroups));
  if (at >= 0) bytes[at + 3] = 0x0c;
}

/** The schema for the columns of a table. Throws `BAD_DTYPE` for durations, for which Parquet has no type. */
function parquetSchema(table: Table): SchemaElement[] {
  const columns = table.columns.map((name): SchemaElement => {
    const type = types[table.dtype(name)];
    if (!type)
      throw new ArgumentError(
        'BAD_DTYPE',
        `column ${JSON.stringify(name)} is ${table.dtype(name)}, for which Parquet has no type; allowed: ${Object.keys(types).join(', ')}`,
      );
    return { repetition_type: 'REQUIRED', ...type, name } as SchemaElement;
  });
  return [{ name: 'root', num_children: columns.length }, ...columns];
}

/** Values as the library takes them: narrow integers as 32 bits, NaT as null. */
function columnValues(table: Table, name: string) {
  const values = table.get(name);
  if (table.dtype(name) === 'datetime64[ns]')
    return Array.from(values as BigInt64Array, (time) => (time === NAT ? null : time));
  // hyparquet-writer 0.17.0 gives unsigned numbers of a list the sign that they are stored with, those of a Uint32Array not
  if (table.dtype(name) === 'uint32') return Array.from(values as Uint32Array);
  return /^u?int(8|16)$/.test(table.dtype(name)) ? Int32Array.from(values as Int8Array) : (values as Int32Array);
}
