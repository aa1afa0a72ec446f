import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Trigger, type TriggerOptions } from '../../lib/atoms/trigger.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { split } from '../../lib/dataarray/split.js';
import type { Scalar } from '../../lib/dtype.js';
import type { Table } from '../../lib/table/table.js';
import { chunksOf, type Packed, readFixture } from '../signal/fixture.js';

interface Column {
  name: string;
  kind: string;
  values: Packed | string[];
}

const fixture = readFixture<{
  data: Packed<Float32Array>;
  start: string;
  cases: Record<string, TriggerOptions>;
  tables: Record<string, Column[]>;
}>('detection-atoms');

function array(): DataArray {
  const start = BigInt(fixture.start);
  return new DataArray({
    data: fixture.data.values,
    shape: fixture.data.shape,
    dims: ['phase', 'time', 'distance'],
    coords: {
      phase: ['P', 'S'],
      time: {
        tieIndices: [0, 119],
        tieValues: BigInt64Array.of(start, start + 1_190_000_000n),
        dtype: 'datetime64[ns]',
        samplingInterval: '10ms',
      },
      distance: { tieIndices: [0, 2], tieValues: [0, 20] },
      network: 'XX',
      station: ['distance', ['A', 'B', 'C']],
      shot: ['time', BigInt64Array.from({ length: 120 }, (_, i) => BigInt(Math.floor(i / 7)))],
    },
  });
}

const rowsOf = (tables: readonly unknown[]) =>
  (tables as Table[]).flatMap((table) => table.rows().map((row) => Object.values(row).map(String).join(' '))).sort();

function expectedRows(columns: readonly Column[]): string[] {
  const values = columns.map(({ values }): ArrayLike<Scalar> => (Array.isArray(values) ? values : values.values));
  return Array.from({ length: values[0]!.length }, (_, i) =>
    values.map((column) => String(column[i])).join(' '),
  ).sort();
}

describe('Trigger', () => {
  for (const [name, options] of Object.entries(fixture.cases)) {
    const expected = fixture.tables[name]!;
    it(`${name}: xdas's picks, columns and dtypes`, () => {
      const picks = new Trigger(options).apply(array()) as Table;
      assert.ok(picks.length > 3);
      assert.deepEqual(
        picks.columns,
        expected.map((column) => column.name),
      );
      assert.deepEqual(
        picks.columns.map((column) => picks.dtype(column)),
        expected.map(({ kind }) => kind),
      );
      assert.deepEqual(rowsOf([picks]), expectedRows(expected));
    });

    it(`${name}: the same rows at any cutting, across a saved state (property)`, () => {
      const da = array();
      const rows = expectedRows(expected);
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 119 }), { minLength: 1 }), (cuts) => {
          const edges = chunksOf(120, cuts)
            .filter(([start, stop]) => stop > start)
            .map(([start]) => start);
          let atom = new Trigger(options);
          const tables = split(da, edges.slice(1), 'time').flatMap((chunk) => {
            const out = atom.push(chunk, { chunkDim: 'time' });
            const { state } = atom;
            atom = new Trigger(options);
            atom.setState(state);
            return out;
          });
          assert.deepEqual(rowsOf([...tables, ...atom.flush()]), rows);
        }),
        { numRuns: 20 },
      );
    });

    it(`${name}: chunks along another dimension are records of their own`, () => {
      const atom = new Trigger(options);
      const tables = split(array(), [1, 2], 'distance').flatMap((chunk) => atom.push(chunk, { chunkDim: 'distance' }));
      assert.deepEqual(rowsOf([...tables, ...atom.flush()]), expectedRows(expected));
    });
  }

  it('a chunk without picks gives a table without rows, with its columns; the flush closes what is open', () => {
    const time = (from: number) => ({ tieIndices: [0, 2], tieValues: [from, from + 2], samplingInterval: 1 });
    const chunk = (from: number, values: number[]) =>
      new DataArray({ data: Float64Array.from(values), shape: [3], coords: { time: time(from) } });
    const atom = new Trigger({ thresh: 1 });
    const [quiet] = atom.push(chunk(0, [0, 2, 3]), { chunkDim: 'time' }) as [Table];
    assert.deepEqual([quiet.length, quiet.columns], [0, ['time', 'value']]);
    assert.deepEqual(rowsOf(atom.push(chunk(3, [2, 0.4, 5]), { chunkDim: 'time' })), ['2 3']);
    assert.deepEqual(rowsOf(atom.flush()), ['5 5']);
    assert.deepEqual(atom.flush(), []);
  });

  it('refuses columns, labels and options that are not there', () => {
    const da = array();
    const bad: [TriggerOptions, string, RegExp][] = [
      [{ thresh: 1, coords: ['time', 'depth'] }, 'BAD_ARGUMENT', /depth is not a coordinate.*station/],
      [{ thresh: { Q: 1 } }, 'BAD_INDEX', /Q; the coordinate phase has P, S/],
      [{ thresh: { P: 1 }, dim: 'phase' }, 'BAD_DIM', /phase/],
      [{ thresh: 1, dim: 'depth' }, 'BAD_DIM', /depth/],
    ];
    for (const [options, code, message] of bad)
      assert.throws(() => new Trigger(options).apply(da), { code, message }, String(message));
    assert.throws(() => new Trigger({ thresh: 'high' } as never), { code: 'BAD_ARGUMENT' });
    assert.throws(() => new Trigger({ thresh: 1, coords: 'all' } as never), { code: 'BAD_ARGUMENT' });
    assert.throws(() => new Trigger({ thresh: 1, off: 0.2 } as never), { code: 'BAD_ARGUMENT', message: /off/ });
  });
});
