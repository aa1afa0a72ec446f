import { readFile } from 'node:fs/promises';
import { type CoordDType, isBigDType, isTimeDType, type TypedArray, typedArrayConstructor } from '../dtype.js';
import { FileError } from '../errors.js';
import { Table } from '../table/table.js';
import { NAT, toTime } from '../time.js';

/**
 * Reads a CSV file with a header, as `DataFrameWriter` and pandas write it: fields apart by commas, quoted where they hold
 * commas, quotes or line ends. `dtypes` says what columns hold; those it does not name are text. An empty field is NaN, NaT or ''.
 *
 * Throws `BAD_FILE` with the line where a row has other fields than the header, or a field does not fit its dtype.
 */
export async function readCsv(path: string, dtypes: Readonly<Record<string, CoordDType>> = {}): Promise<Table> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new FileError('BAD_FILE', path, `cannot be read: ${(cause as Error).message}`, { cause });
  }
  const [header, ...rows] = parseCsv(text);
  if (!header) throw new FileError('BAD_FILE', path, 'is empty: a CSV file begins with a header');
  const short = rows.findIndex((row) => row.length !== header.length);
  if (short >= 0)
    throw new FileError(
      'BAD_FILE',
      path,
      `row ${short + 1} has ${rows[short]!.length} fields, the header ${header.length}`,
    );
  const columns: ConstructorParameters<typeof Table>[0] = {};
  for (const [index, name] of header.entries()) {
    const fields = rows.map((row) => row[index]!);
    const dtype = dtypes[name] ?? 'string';
    try {
      columns[name] = { dtype, values: parseColumn(fields, dtype) };
    } catch (cause) {
      throw new FileError('BAD_FILE', path, `column ${name} is no ${dtype}: ${(cause as Error).message}`, { cause });
    }
  }
  return new Table(columns);
}

function parseColumn(fields: string[], dtype: CoordDType): TypedArray | string[] {
  if (dtype === 'string') return fields;
  const parse = isTimeDType(dtype)
    ? (field: string) => (field === '' ? NAT : toTime(field))
    : isBigDType(dtype)
      ? BigInt
      : (field: string) => (field === '' ? Number.NaN : Number(field));
  return new (typedArrayConstructor(dtype))(fields.map(parse as (field: string) => number)) as TypedArray;
}

/** The rows of a CSV text (RFC 4180). */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/gy;
  for (let match = field.exec(text); match; match = field.exec(text)) {
    if (match.index === text.length && row.length === 0) break;
    row.push(match[1] === undefined ? match[2]! : match[1].replaceAll('""', '"'));
    if (match[3] === ',') continue;
    rows.push(row);
    row = [];
    if (match[3] === '') break;
  }
  return rows;
}
