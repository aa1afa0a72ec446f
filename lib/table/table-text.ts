/** The text of a table: its first and last rows in columns, and its size. */
import { type CoordDType, isFloatDType, type Scalar } from '../dtype.js';
import { formatDuration, formatTime } from '../time.js';
import type { Table } from './table.js';

/** Longer tables are cut to this many rows at each end. */
const EDGE_ROWS = 5;

/** As pandas prints a DataFrame: aligned to the right, row numbers before them, `...` for rows left out, the size below. */
export function tableText(table: Table): string {
  const { length, columns } = table;
  const size = `[${length} row${length === 1 ? '' : 's'} x ${columns.length} column${columns.length === 1 ? '' : 's'}]`;
  if (length === 0 || columns.length === 0) return `Table with columns ${columns.join(', ') || 'none'}\n${size}`;
  const isCut = length > 2 * EDGE_ROWS;
  const head = Array.from({ length: isCut ? EDGE_ROWS : length }, (_, row) => row);
  const tail = isCut ? Array.from({ length: EDGE_ROWS }, (_, row) => length - EDGE_ROWS + row) : [];
  const column = (title: string, cell: (row: number) => string): string[] => {
    const cells = [title, ...head.map(cell), ...(isCut ? ['...'] : []), ...tail.map(cell)];
    const width = Math.max(...cells.map((text) => text.length));
    return cells.map((text) => text.padStart(width));
  };
  const shown = [
    column('', String),
    ...columns.map((name) => column(name, (row) => cellText(table.get(name)[row]!, table.dtype(name)))),
  ];
  return [...shown[0]!.map((_, line) => shown.map((cells) => cells[line]).join('  ')), size].join('\n');
}

function cellText(value: Scalar, dtype: CoordDType): string {
  if (dtype === 'datetime64[ns]') return formatTime(value as bigint);
  if (dtype === 'timedelta64[ns]') return formatDuration(value as bigint);
  return isFloatDType(dtype) ? String(Number((value as number).toPrecision(6))) : String(value);
}
