/** Columns of equal length by name: picks and statistics. */
import {
  allocate,
  type CoordArray,
  type CoordDType,
  dtypeOf,
  isFloatDType,
  isTimeDType,
  type Scalar,
  type TypedArray,
} from '../dtype.js';
import { ArgumentError } from '../errors.js';
import { type TimeLike, toTime } from '../time.js';
import { tableToCsv } from './csv.js';
import { tableText } from './table-text.js';

/** One column as users give it; plain lists take the dtype of their first value (Date: time, bigint: int64). */
export type ColumnInput =
  | CoordArray
  | readonly (Scalar | Date)[]
  | { dtype: CoordDType; values: CoordArray | readonly (Scalar | Date)[] };

interface Column {
  readonly dtype: CoordDType;
  readonly values: CoordArray;
}

/** A table that is never changed in place: named columns of numbers, bigints, times or text, all of the same length. */
export class Table {
  /** Names of the columns, in order. */
  readonly columns: readonly string[];
  /** Number of rows. */
  readonly length: number;
  readonly #columns: ReadonlyMap<string, Column>;

  /**
   * Typed arrays are kept, not copied. A `BigInt64Array` is int64: times need `{ dtype: 'datetime64[ns]', values }`.
   * Throws `BAD_SHAPE` where lengths differ, `BAD_DTYPE` where a value does not fit its column.
   */
  constructor(columns: Record<string, ColumnInput> = {}) {
    const map = new Map(Object.entries(columns).map(([name, input]) => [name, toColumn(name, input)]));
    const [first] = map.values();
    this.length = first?.values.length ?? 0;
    for (const [name, { values }] of map)
      if (values.length !== this.length)
        throw new ArgumentError(
          'BAD_SHAPE',
          `column ${JSON.stringify(name)} has ${values.length} rows, the first column has ${this.length}`,
        );
    this.columns = Object.freeze([...map.keys()]);
    this.#columns = map;
  }

  private column(name: string): Column {
    const found = this.#columns.get(name);
    if (!found)
      throw new ArgumentError(
        'BAD_INDEX',
        `no column ${JSON.stringify(name)}; there are ${this.columns.join(', ') || 'none'}`,
      );
    return found;
  }

  /** True if there is a column of that name. */
  has(name: string): boolean {
    return this.#columns.has(name);
  }

  /** The values of a column; not to be written to. Throws `BAD_INDEX`. */
  get(name: string): CoordArray {
    return this.column(name).values;
  }

  /** The dtype of a column. Throws `BAD_INDEX`. */
  dtype(name: string): CoordDType {
    return this.column(name).dtype;
  }

  /** True if there are no rows. */
  get empty(): boolean {
    return this.length === 0;
  }

  /** One row, by column. Negative counts from the end. Throws `BAD_INDEX`. */
  row(index: number): Record<string, Scalar> {
    const at = index < 0 ? index + this.length : index;
    if (!Number.isInteger(at) || at < 0 || at >= this.length)
      throw new ArgumentError('BAD_INDEX', `row ${index} is outside 0 ... ${this.length - 1}`);
    return Object.fromEntries(this.columns.map((name) => [name, this.get(name)[at]!]));
  }

  /** All rows, by column. */
  rows(): Record<string, Scalar>[] {
    return Array.from({ length: this.length }, (_, index) => this.row(index));
  }

  /** The rows `indices`, in that order. Throws `BAD_INDEX`. */
  take(indices: ArrayLike<number>): Table {
    for (let k = 0; k < indices.length; k++)
      if (!Number.isInteger(indices[k]) || indices[k]! < 0 || indices[k]! >= this.length)
        throw new ArgumentError('BAD_INDEX', `row ${indices[k]} is outside 0 ... ${this.length - 1}`);
    return this.mapColumns(({ dtype, values }) => {
      const out: Scalar[] | TypedArray = dtype === 'string' ? [] : allocate(dtype, indices.length);
      for (let k = 0; k < indices.length; k++) (out as Scalar[])[k] = values[indices[k]!]!;
      return { dtype, values: out as CoordArray };
    });
  }

  /** Rows `start` up to but without `stop`, as Python slices. */
  slice(start?: number, stop?: number): Table {
    return this.mapColumns(({ dtype, values }) => ({ dtype, values: values.slice(start, stop) as CoordArray }));
  }

  /** Only these columns, in this order. Throws `BAD_INDEX`. */
  select(...names: string[]): Table {
    return new Table(Object.fromEntries(names.map((name) => [name, this.column(name)])));
  }

  /** With columns added or replaced. */
  with(columns: Record<string, ColumnInput>): Table {
    return new Table({ ...Object.fromEntries(this.#columns), ...columns });
  }

  private mapColumns(change: (column: Column) => Column): Table {
    return new Table(Object.fromEntries([...this.#columns].map(([name, column]) => [name, change(column)])));
  }

  /**
   * Tables one below the other. Columns must be the same (in the order of the first); tables without rows change nothing
   * but may fix the columns. Throws `BAD_SHAPE`, `BAD_DTYPE`.
   */
  static concat(tables: Iterable<Table>): Table {
    const all = [...tables];
    const filled = all.filter((table) => !table.empty);
    if (filled.length === 0) return all.find((table) => table.columns.length > 0) ?? new Table();
    const first = filled[0]!;
    if (filled.length === 1) return first;
    for (const table of filled)
      if (table.columns.length !== first.columns.length || first.columns.some((name) => !table.has(name)))
        throw new ArgumentError(
          'BAD_SHAPE',
          `tables to put together have the columns (${first.columns.join(', ')}) and (${table.columns.join(', ')})`,
        );
    const length = filled.reduce((sum, table) => sum + table.length, 0);
    return first.mapNamed((name, { dtype }) => {
      const out: string[] | TypedArray = dtype === 'string' ? [] : allocate(dtype, length);
      let offset = 0;
      for (const table of filled) {
        if (table.dtype(name) !== dtype)
          throw new ArgumentError(
            'BAD_DTYPE',
            `column ${JSON.stringify(name)} is ${dtype} in one table and ${table.dtype(name)} in another`,
          );
        const values = table.get(name);
        if (Array.isArray(out)) for (const text of values as string[]) out.push(text);
        else (out as Float64Array).set(values as Float64Array, offset);
        offset += table.length;
      }
      return { dtype, values: out };
    });
  }

  private mapNamed(change: (name: string, column: Column) => Column): Table {
    return new Table(Object.fromEntries([...this.#columns].map(([name, column]) => [name, change(name, column)])));
  }

  /** Rows in ascending order of these columns, the first named counting most; equal rows keep their order, NaN comes last. */
  sortBy(...names: string[]): Table {
    const keys = names.map((name) => this.get(name));
    const order = Array.from({ length: this.length }, (_, index) => index);
    order.sort((a, b) => {
      for (const key of keys) {
        const sign = compareScalars(key[a]!, key[b]!);
        if (sign !== 0) return sign;
      }
      return a - b;
    });
    return this.take(order);
  }

  /** True if columns (in order), dtypes and values are the same; NaN equals NaN. */
  equals(other: unknown): boolean {
    if (!(other instanceof Table) || other.length !== this.length) return false;
    if (other.columns.length !== this.columns.length) return false;
    return this.columns.every((name, k) => {
      if (other.columns[k] !== name || other.dtype(name) !== this.dtype(name)) return false;
      const [a, b] = [this.get(name), other.get(name)];
      for (let row = 0; row < this.length; row++) if (compareScalars(a[row]!, b[row]!) !== 0) return false;
      return true;
    });
  }

  /** The first and last five rows in columns (floats to six digits), and the size. */
  toString(): string {
    return tableText(this);
  }

  /**
   * CSV text, byte for byte what pandas 3 writes with `to_csv(index=False)`: LF at line ends, times without zone and with as
   * many decimals as the column needs (0, 3, 6, 9), empty for NaN and NaT.
   * @param options.header whether the first line names the columns; default true
   */
  toCsv(options: { header?: boolean } = {}): string {
    return tableToCsv(this, options);
  }
}

function toColumn(name: string, input: ColumnInput): Column {
  if (ArrayBuffer.isView(input)) return { dtype: dtypeOf(input), values: input };
  if (Array.isArray(input)) return fromList(name, input, dtypeOfValue(name, input[0]));
  const { dtype, values } = input as { dtype: CoordDType; values: CoordArray | readonly (Scalar | Date)[] };
  if (!ArrayBuffer.isView(values)) return fromList(name, values as readonly (Scalar | Date)[], dtype);
  const own = dtypeOf(values);
  if (own !== dtype && !(isTimeDType(dtype) && own === 'int64'))
    throw new ArgumentError(
      'BAD_DTYPE',
      `column ${JSON.stringify(name)} is said to be ${dtype}, its values are ${own}`,
    );
  return { dtype, values: values as TypedArray };
}

function dtypeOfValue(name: string, value: unknown): CoordDType {
  if (value === undefined || typeof value === 'number') return 'float64';
  if (typeof value === 'bigint') return 'int64';
  if (typeof value === 'string') return 'string';
  if (value instanceof Date) return 'datetime64[ns]';
  throw new ArgumentError(
    'BAD_DTYPE',
    `column ${JSON.stringify(name)} holds ${typeof value}; allowed: number, bigint, text, Date`,
  );
}

function fromList(name: string, list: readonly (Scalar | Date)[], dtype: CoordDType): Column {
  if (dtype === 'string') {
    const odd = list.find((value) => typeof value !== 'string');
    if (odd !== undefined)
      throw new ArgumentError('BAD_DTYPE', `column ${JSON.stringify(name)} is text but holds ${String(odd)}`);
    return { dtype, values: [...(list as readonly string[])] };
  }
  const out = allocate(dtype, list.length);
  const big = dtype === 'int64' || dtype === 'uint64' || isTimeDType(dtype);
  for (const [k, value] of list.entries()) {
    let scalar: Scalar;
    if (dtype === 'datetime64[ns]') scalar = toTime(value as TimeLike);
    else if (typeof value !== 'number' && typeof value !== 'bigint')
      throw new ArgumentError('BAD_DTYPE', `column ${JSON.stringify(name)} is ${dtype} but holds ${String(value)}`);
    else if (!isFloatDType(dtype) && typeof value === 'number' && !Number.isInteger(value))
      throw new ArgumentError('BAD_DTYPE', `column ${JSON.stringify(name)} is ${dtype} but holds ${value}`);
    else scalar = big ? BigInt(value) : Number(value);
    (out as unknown as Scalar[])[k] = scalar;
    if (!isFloatDType(dtype) && out[k] !== scalar)
      throw new ArgumentError('BAD_DTYPE', `column ${JSON.stringify(name)}: ${value} does not fit in ${dtype}`);
  }
  return { dtype, values: out };
}

/** Order of two values of one column, NaN last. */
function compareScalars(a: Scalar, b: Scalar): number {
  if (a === b) return 0;
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  if (Number.isNaN(b)) return -1;
  return a < b ? -1 : 1;
}
