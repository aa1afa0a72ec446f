import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { it } from 'node:test';
import { DataFrameWriter, Table } from '../../lib/index.js';
import { columnsOfAllKinds } from '../files/columns-of-all-kinds.js';
import { describePeers } from './describe-peers.js';
import { type Packed, unpack } from './description.js';

interface ReadParquet {
  columns: Record<string, Packed>;
  dtypes: Record<string, string>;
  types: Record<string, string>;
  rowGroups: number[];
  writer: string;
  wrongStatistics: string[];
}

describePeers(
  'Parquet files',
  (suite) => {
    for (const [name, sizes] of [
      ['a few rows', [5]],
      ['several groups', [40_000, 50_000, 45_000]],
      ['no rows', [0]],
    ] as const)
      it(`read by pandas: ${name}`, suite.options, async () => {
        const folder = await mkdtemp(join(tmpdir(), 'dasflow-interop-'));
        try {
          const path = join(folder, 'picks.parquet');
          let first = 0;
          const tables = sizes.map((size) => {
            const table = columnsOfAllKinds(first, size);
            first += size;
            return table;
          });
          await pipeline(Readable.from(tables), new DataFrameWriter(path));
          const expected = Table.concat(tables);
          const read = await suite.peer.call<ReadParquet>('read_parquet', { path });
          assert.deepEqual(Object.keys(read.columns), expected.columns);
          for (const column of expected.columns) {
            const dtype = expected.dtype(column);
            // pandas has a name of its own for text
            if (dtype !== 'string') assert.equal(read.dtypes[column], dtype);
            assert.equal(
              read.types[column],
              { 'datetime64[ns]': 'timestamp[ns]', float32: 'float', float64: 'double' }[dtype as string] ?? dtype,
            );
            assert.deepEqual([...unpack(read.columns[column]!)], [...expected.get(column)], column);
          }
          assert.deepEqual(read.wrongStatistics, []);
          assert.equal(read.writer, 'dasflow');
          assert.deepEqual(read.rowGroups, { 5: [5], 0: [] }[first] ?? [65_536, 65_536, first - 2 * 65_536]);
        } finally {
          await rm(folder, { recursive: true });
        }
      });
  },
  ['0.2.10'],
);
