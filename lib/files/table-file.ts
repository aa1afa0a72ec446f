import type { Table } from '../table/table.js';

/** A file that tables are written to, one after the other, by `DataFrameWriter`. All of its methods throw `BAD_FILE` of their own making or what Node throws. */
export interface TableFile {
  /** What it is, in messages: `a CSV file`. */
  readonly kind: string;
  /** Bytes written. */
  readonly bytes: number;
  /** Writes the rows of a table that has the columns of the first. */
  put(table: Table): Promise<void>;
  /** Ends the file; nothing was put where it was never opened. */
  finish(): Promise<void>;
  /** Closes the file where `finish` was not called. */
  close(): Promise<void>;
  /** What was written, read back; `first` has the columns and dtypes. */
  read(first: Table): Promise<Table>;
}
