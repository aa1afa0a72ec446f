import { readFile } from 'node:fs/promises';
import { type CsvError, parse } from 'csv-parse/sync';
import {
  type CoordDType,
  isBigDType,
  isFloatDType,
  isTimeDType,
  type Scalar,
  type TypedArray,
  typedArrayConstructor,
} from '../dtype.js';
import { FileError } from '../errors.js';
import { Table } from '../table/table.js';
import { NAT, toDuration, toTime } from '../time.js';

/**
 * Reads a CSV file with a header, as `DataFrameWriter` and pandas write it: fields apart by commas, quoted where they hold
 * commas, quotes or line ends. `dtypes` says what columns hold; those it does not name are text. An empty field is NaN, NaT
 * or `''`; integers have no value for it.
 *
 * Throws `BAD_FILE` with the line where the text is no CSV or a row has other fields than the header, with the column where a
 * name occurs twice or is a number (a Table could not keep the order), and with both where a field does not fit its dtype.
 */
export async function readCsv(path: string, dtypes: Readonly<Record<string, CoordDType>> = {}): Promise<Table> {
  const refuse = (text: string, cause?: unknown) => new FileError('BAD_FILE', path, text, { cause });
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw refuse(`cannot be read: ${(cause as Error).message}`, cause);
  }
  let records: { record: string[]; info: { lines: number } }[];
  try {
    records = parse(text, {
      bom: true,
      info: true,
      record_delimiter: ['\r\n', '\n'],
      skip_empty_lines: true,
    }) as unknown as typeof records;
  } catch (cause) {
    throw refuse(`is no CSV: ${(cause as CsvError).message}`, cause);
  }
  const [header, ...rows] = records;
  if (!header) throw refuse('is empty: a CSV file begins with a header');
  const columns = header.record.map((name, index): [string, { dtype: CoordDType; values: TypedArray | string[] }] => {
    if (header.record.indexOf(name) !== index) throw refuse(`column ${name} occurs twice in the header`);
    if (/^\d+$/.test(name)) throw refuse(`column ${name}: the name of a column may not be a number`);
    const dtype = Object.hasOwn(dtypes, name) ? dtypes[name]! : 'string';
    const parseField = fieldParser(dtype);
    const values = rows.map(({ record, info }) => {
      try {
        return parseField(record[index]!);
      } catch (cause) {
        const field = JSON.stringify(record[index]);
        throw refuse(`line ${info.lines}: ${field} in column ${name} is no ${dtype}`, cause);
      }
    });
    if (dtype === 'string') return [name, { dtype, values: values as string[] }];
    return [name, { dtype, values: new (typedArrayConstructor(dtype))(values as number[]) as TypedArray }];
  });
  return new Table(Object.fromEntries(columns));
}

/** How one field of a column is read; what it gives throws where the field does not fit. */
function fieldParser(dtype: CoordDType): (field: string) => Scalar {
  if (dtype === 'string') return (field) => field;
  if (dtype === 'datetime64[ns]') return (field) => (field === '' ? NAT : toTime(field));
  if (dtype === 'timedelta64[ns]') return (field) => (field === '' ? NAT : duration(field));
  if (isFloatDType(dtype)) return float;
  const one = new (typedArrayConstructor(dtype))(1);
  return (field) => {
    if (!/^[+-]?\d+$/.test(field)) throw new SyntaxError('no integer');
    const integer = BigInt(field);
    one[0] = isBigDType(dtype) && !isTimeDType(dtype) ? integer : Number(integer);
    if (BigInt(one[0]!) !== integer) throw new RangeError('out of range');
    return one[0]!;
  };
}

function float(field: string): number {
  if (field === '') return Number.NaN;
  const infinite = /^([+-]?)inf(inity)?$/i.exec(field);
  if (infinite) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(field)) throw new SyntaxError('no number');
  return Number(field);
}

/** As pandas writes durations: `0 days 00:00:01.500000`, `-1 days +23:59:59`, `3 days`. */
function duration(field: string): bigint {
  const match = /^(-?\d+) days(?: \+?(\d\d):(\d\d):(\d\d(?:\.\d{1,9})?))?$/.exec(field);
  if (!match) throw new SyntaxError('no duration');
  const [, days, hours = '0', minutes = '0', seconds = '0'] = match;
  return toDuration(`${days}d`) + toDuration(`${hours}h`) + toDuration(`${minutes}min`) + toDuration(`${seconds}s`);
}
