/** CSV as pandas 3 writes it with `to_csv(index=False)`. */
import { type CoordDType, isFloatDType, type Scalar } from '../dtype.js';
import { floatText } from '../number-text.js';
import { floorDivide, formatTime, NAT } from '../time.js';
import type { Table } from './table.js';

const DAY = 86_400_000_000_000n;

/** The text of a table; see {@link Table.toCsv}. */
export function tableToCsv(table: Table, { header = true }: { header?: boolean } = {}): string {
  const lines: string[] = [];
  if (header) lines.push(csvLine(table.columns));
  const columns = table.columns.map((name) => {
    const values = table.get(name);
    const format = columnFormat(values as ArrayLike<Scalar>, table.dtype(name));
    return (row: number) => format(values[row]!);
  });
  for (let row = 0; row < table.length; row++) lines.push(csvLine(columns.map((cell) => cell(row))));
  return `${lines.join('\n')}${lines.length > 0 ? '\n' : ''}`;
}

/** Quoted where a comma, quote or line feed asks for it; a line of one empty field is quoted so that it is not blank. */
function csvLine(fields: readonly string[]): string {
  if (fields.length === 1 && fields[0] === '') return '""';
  return fields.map((field) => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',');
}

function columnFormat(values: ArrayLike<Scalar>, dtype: CoordDType): (value: Scalar) => string {
  if (isFloatDType(dtype)) return (value) => (Number.isNaN(value) ? '' : floatText(value as number, dtype));
  if (dtype === 'datetime64[ns]') return timeFormat(values as ArrayLike<bigint>);
  if (dtype === 'timedelta64[ns]') return durationFormat(values as ArrayLike<bigint>);
  return String;
}

/** Decimals that all times of a column need; -1 where all are midnights and the date alone will do. */
function decimalsOf(values: ArrayLike<bigint>): 0 | 3 | 6 | 9 | -1 {
  let [decimals, midnight]: [0 | 3 | 6 | 9, boolean] = [0, true];
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (value === NAT) continue;
    if (value % DAY !== 0n) midnight = false;
    if (value % 1_000n !== 0n) return 9;
    if (value % 1_000_000n !== 0n) decimals = 6;
    else if (decimals === 0 && value % 1_000_000_000n !== 0n) decimals = 3;
  }
  return midnight ? -1 : decimals;
}

function timeFormat(values: ArrayLike<bigint>): (value: Scalar) => string {
  const decimals = decimalsOf(values);
  return (value) => {
    if (value === NAT) return '';
    const text = formatTime(value as bigint, decimals === -1 ? 0 : decimals);
    return decimals === -1 ? text.slice(0, -9) : text.replace('T', ' ');
  };
}

function durationFormat(values: ArrayLike<bigint>): (value: Scalar) => string {
  const decimals = decimalsOf(values);
  return (scalar) => {
    const value = scalar as bigint;
    if (value === NAT) return '';
    const days = floorDivide(value, DAY);
    if (decimals === -1) return `${days} days`;
    // microseconds at least, where there are fractions at all
    const time = formatTime(value - days * DAY, decimals === 3 ? 6 : decimals).slice(11);
    return `${days} days ${days < 0n ? '+' : ''}${time}`;
  };
}
