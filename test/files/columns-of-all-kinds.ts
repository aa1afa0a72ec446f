import { allocate, dtypes } from '../../lib/dtype.js';
import { type ColumnInput, Table } from '../../lib/table/table.js';
import { NAT } from '../../lib/time.js';
import { T0 } from '../processing/chunks.js';

/** Smallest and largest value of each integer dtype come first. */
const ends = (bits: number, isSigned: boolean): [bigint, bigint] =>
  isSigned ? [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n] : [0n, 2n ** BigInt(bits) - 1n];

/** Rows `first` up to `first + count` of a table with a column of every dtype that tables of picks can have, its extremes included. */
export function columnsOfAllKinds(first: number, count: number): Table {
  const columns: Record<string, ColumnInput> = {
    time: {
      dtype: 'datetime64[ns]',
      values: BigInt64Array.from({ length: count }, (_, k) =>
        first + k === 2 ? NAT : T0 + BigInt(first + k) * 12_345_678_901n,
      ),
    },
    text: Array.from({ length: count }, (_, k) => ['', 'a, "b"', 'Straße', 'é\n', '震'][(first + k) % 5]!),
  };
  for (const dtype of dtypes) {
    const values = allocate(dtype, count);
    const bits = Number(/\d+$/.exec(dtype)![0]);
    for (let k = 0; k < count; k++) {
      const row = first + k;
      let value: number | bigint;
      if (dtype.startsWith('float')) value = [Number.NaN, Number.POSITIVE_INFINITY, -0][row] ?? row / 3;
      else value = ends(bits, !dtype.startsWith('u'))[row] ?? BigInt(row % 100);
      (values as { [k: number]: number | bigint })[k] =
        bits === 64 && !dtype.startsWith('float') ? value : Number(value);
    }
    columns[dtype] = values;
  }
  if (count === 0) columns.text = { dtype: 'string', values: [] };
  return new Table(columns);
}
