import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Table } from '../../lib/table/table.js';

test('a table prints its rows aligned, and its size', () => {
  const table = new Table({
    time: { dtype: 'datetime64[ns]', values: [0n, 1_500_000_000n] },
    distance: [1 / 3, 1000],
    station: ['a', 'abcdefghijk'],
  });
  assert.equal(
    String(table),
    [
      '                      time  distance      station',
      '0      1970-01-01T00:00:00  0.333333            a',
      '1  1970-01-01T00:00:01.500      1000  abcdefghijk',
      '[2 rows x 3 columns]',
    ].join('\n'),
  );
});

test('of a long one the head and the tail, of an empty one the columns', () => {
  const lines = String(new Table({ a: Float64Array.from({ length: 1000 }, (_, row) => row) })).split('\n');
  assert.equal(lines.length, 13);
  assert.deepEqual(
    [lines[1], lines[6], lines[7], lines[12]],
    ['  0    0', '...  ...', '995  995', '[1000 rows x 1 column]'],
  );
  assert.equal(String(new Table({ a: [], b: [] })), 'Table with columns a, b\n[0 rows x 2 columns]');
});
