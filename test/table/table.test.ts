import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CoordDType } from '../../lib/dtype.js';
import { Table } from '../../lib/table/table.js';
import { toTime } from '../../lib/time.js';
import { type JsonScalar, readFixture, scalarsOf } from '../coordinates/xdas-cases.js';
import { type JsonValues, valuesOf } from '../dataarray/xdas-arrays.js';

interface CsvCase {
  columns?: Record<string, { dtype: CoordDType; values: JsonScalar[] }>;
  packed?: JsonValues;
  csv: string;
  bare: string;
}

describe('Table.toCsv writes what pandas 3 writes', () => {
  for (const [number, { columns, packed, csv, bare }] of readFixture<CsvCase[]>('csv.json.gz').entries())
    it(`${number}: ${columns ? Object.entries(columns).map(([name, { dtype }]) => `${name} ${dtype}`) : packed!.dtype}`, () => {
      const table = new Table(
        packed
          ? { a: valuesOf(packed) }
          : Object.fromEntries(
              Object.entries(columns!).map(([name, { dtype, values }]) => [name, { dtype, values: scalarsOf(values) }]),
            ),
      );
      assert.equal(table.toCsv(), csv);
      assert.equal(table.toCsv({ header: false }), bare);
    });
});

describe('Table', () => {
  const picks = new Table({
    time: {
      dtype: 'datetime64[ns]',
      values: ['2024-05-21T00:00:02', '2024-05-21T00:00:01', new Date('2024-05-21T00:00:02Z')],
    },
    distance: Float64Array.of(3, 2, Number.NaN),
    phase: ['S', 'P', 'S'],
  });

  it('refuses values that its columns cannot hold, rather than wrap or cut them', () => {
    for (const [dtype, value] of [
      ['int32', 1.5],
      ['int32', 2 ** 40],
      ['uint8', -1],
      ['int16', Number.NaN],
      ['int64', 1.5],
      ['int64', 2n ** 63n],
      ['uint64', -1n],
      ['timedelta64[ns]', 0.5],
    ] as const)
      assert.throws(
        () =>
          new Table({ a: { dtype, values: [0, value].map((one) => (typeof value === 'bigint' ? BigInt(one) : one)) } }),
        {
          code: 'BAD_DTYPE',
          message: /column "a"/,
        },
      );
  });

  it('gives rows and columns', () => {
    assert.deepEqual(picks.columns, ['time', 'distance', 'phase']);
    assert.equal(picks.length, 3);
    assert.equal(picks.dtype('time'), 'datetime64[ns]');
    assert.deepEqual(picks.row(-2), { time: toTime('2024-05-21T00:00:01'), distance: 2, phase: 'P' });
    assert.equal(picks.rows().length, 3);
    assert.throws(() => picks.get('tine'), { code: 'BAD_INDEX', message: /time, distance, phase/ });
    assert.throws(() => picks.row(3), { code: 'BAD_INDEX' });
    assert.deepEqual([...picks.slice(1).get('phase')], ['P', 'S']);
    assert.deepEqual(picks.select('phase', 'time').columns, ['phase', 'time']);
    assert.deepEqual([...picks.with({ snr: [1, 2, 3] }).get('snr')], [1, 2, 3]);
  });

  it('sorts by columns, stable, NaN last', () => {
    const sorted = picks.sortBy('time', 'distance');
    assert.deepEqual([...sorted.get('phase')], ['P', 'S', 'S']);
    assert.deepEqual([...sorted.get('distance')], [2, 3, Number.NaN]);
    assert.deepEqual([...picks.sortBy('phase').get('distance')], [2, 3, Number.NaN]);
  });

  it('compares everything, NaN equal to itself', () => {
    assert.ok(picks.equals(picks.take([0, 1, 2])));
    assert.ok(!picks.equals(picks.take([1, 0, 2])));
    assert.ok(!picks.equals(picks.select('distance', 'time', 'phase')));
    assert.ok(!picks.equals(picks.with({ distance: Float32Array.of(3, 2, Number.NaN) })));
  });

  it('goes one below the other; empty tables change nothing', () => {
    const empty = picks.slice(0, 0);
    assert.ok(Table.concat([empty, picks.slice(0, 1), empty, picks.slice(1)]).equals(picks));
    assert.deepEqual(Table.concat([new Table(), empty]).columns, picks.columns);
    assert.equal(Table.concat([]).length, 0);
    assert.throws(() => Table.concat([picks, picks.select('time', 'phase')]), { code: 'BAD_SHAPE' });
    assert.throws(() => Table.concat([picks, picks.with({ distance: [1n, 2n, 3n] })]), { code: 'BAD_DTYPE' });
  });

  it('refuses columns that do not fit', () => {
    assert.throws(() => new Table({ a: [1, 2], b: [1] }), { code: 'BAD_SHAPE' });
    assert.throws(() => new Table({ a: { dtype: 'float64', values: Float32Array.of(1) } }), { code: 'BAD_DTYPE' });
    assert.throws(() => new Table({ a: ['x', 1] }), { code: 'BAD_DTYPE' });
    assert.throws(() => new Table({ a: { dtype: 'datetime64[ns]', values: ['soon'] } }), { code: 'BAD_TIME' });
  });
});
