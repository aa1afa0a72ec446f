import { allocate, type CoordArray, type CoordDType, isBigDType } from '../dtype.js';
import { FileError } from '../errors.js';
import { Table } from '../table/table.js';
import { NAT } from '../time.js';
import { loadOptional } from './optional-package.js';

/**
 * Reads the columns that `dtypes` names from a Parquet file that `DataFrameWriter` wrote (missing times are NaT). Needs the package
 * `hyparquet`. Throws `BAD_FILE`, `MISSING_PACKAGE`.
 */
export async function readParquet(path: string, dtypes: Readonly<Record<string, CoordDType>>): Promise<Table> {
  const { asyncBufferFromFile, parquetReadObjects } = await loadOptional(
    'hyparquet',
    'reading a Parquet file',
    () => import('hyparquet'),
  );
  let rows: Record<string, unknown>[];
  try {
    const file = await asyncBufferFromFile(path);
    // times as they are stored: a Date has no nanoseconds
    const parsers = { timestampFromNanoseconds: (time: bigint) => time };
    rows = await parquetReadObjects({ file, columns: Object.keys(dtypes), parsers: parsers as never });
  } catch (cause) {
    throw new FileError('BAD_FILE', path, `cannot be read as Parquet: ${(cause as Error).message}`, { cause });
  }
  const columns = Object.entries(dtypes).map(([name, dtype]) => {
    const out: CoordArray = dtype === 'string' ? new Array<string>(rows.length) : allocate(dtype, rows.length);
    for (const [k, row] of rows.entries()) {
      const value = row[name] ?? (dtype === 'datetime64[ns]' ? NAT : undefined);
      (out as unknown[])[k] = isBigDType(dtype) ? BigInt.asIntN(64, BigInt(value as bigint)) : value;
    }
    return [name, { dtype, values: out }] as const;
  });
  return new Table(Object.fromEntries(columns));
}
