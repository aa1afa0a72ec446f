import assert from 'node:assert/strict';
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { DataFrameWriter } from '../../lib/files/data-frame-writer.js';
import { Table } from '../../lib/table/table.js';
import { record, T0 } from '../processing/chunks.js';
import { temporaryFolder } from './temporary-folder.js';

const picks = (first: number, count: number) =>
  new Table({
    time: {
      dtype: 'datetime64[ns]',
      values: BigInt64Array.from({ length: count }, (_, i) => T0 + BigInt(first + i) * 12_345_678n),
    },
    distance: Float64Array.from({ length: count }, (_, i) => (first + i) / 3),
    station: Array.from({ length: count }, (_, i) => (i === 0 ? 'a, "b"' : '')),
    count: { dtype: 'int64', values: BigInt64Array.from({ length: count }, (_, i) => BigInt(first + i)) },
  });

test('one header, then the rows as tables come; read back they are the tables', async (t) => {
  const path = join(await temporaryFolder(t), 'picks.csv');
  const tables = [picks(0, 3), picks(3, 0), picks(3, 4)];
  const writer = new DataFrameWriter(path);
  await pipeline(Readable.from(tables), writer);
  const text = await readFile(path, 'utf8');
  assert.equal(text, tables[0]!.toCsv() + tables[2]!.toCsv({ header: false }));
  assert.deepEqual(writer.statistics, { rows: 7, bytes: Buffer.byteLength(text) });
  assert.ok((await writer.result())!.equals(Table.concat(tables)));
});

test('overwrite begins afresh, append goes on without a second header, nothing leaves what is there', async (t) => {
  const path = join(await temporaryFolder(t), 'picks.csv');
  await writeFile(path, 'old\n');
  await pipeline(Readable.from([picks(0, 2)]), new DataFrameWriter(path));
  await pipeline(Readable.from([picks(2, 2)]), new DataFrameWriter(path, { mode: 'append' }));
  assert.equal(await readFile(path, 'utf8'), picks(0, 2).toCsv() + picks(2, 2).toCsv({ header: false }));
  const none = new DataFrameWriter(path);
  await pipeline(Readable.from([]), none);
  assert.equal(await none.result(), null);
  await pipeline(Readable.from([picks(0, 0)]), new DataFrameWriter(path, { mode: 'append' }));
  assert.equal(await readFile(path, 'utf8'), picks(0, 2).toCsv() + picks(2, 2).toCsv({ header: false }));
  const fresh = `${path}.new.csv`;
  await pipeline(Readable.from([]), new DataFrameWriter(fresh));
  await assert.rejects(access(fresh), { code: 'ENOENT' });
});

test('a run that picks nothing leaves a header, not the picks of an earlier run', async (t) => {
  const path = join(await temporaryFolder(t), 'picks.csv');
  await writeFile(path, 'old\n');
  const writer = new DataFrameWriter(path);
  await pipeline(Readable.from([picks(0, 0), picks(0, 0)]), writer);
  assert.equal(await readFile(path, 'utf8'), 'time,distance,station,count\n');
  const read = (await writer.result())!;
  assert.equal(read.length, 0);
  assert.equal(read.dtype('time'), 'datetime64[ns]');
});

test('rows are in the file before the stream ends', async (t) => {
  const path = join(await temporaryFolder(t), 'picks.csv');
  const writer = new DataFrameWriter(path);
  await new Promise((resolve) => writer.write(picks(0, 2), resolve));
  assert.equal(await readFile(path, 'utf8'), picks(0, 2).toCsv());
  writer.destroy();
});

test('arrays, other columns, missing folders and wrong modes are told', async (t) => {
  const folder = await temporaryFolder(t);
  const write = (chunks: unknown[], path = 'a.csv', options = {}) =>
    pipeline(Readable.from(chunks), new DataFrameWriter(join(folder, path), options));
  await assert.rejects(write([record(0, 3)]), { code: 'BAD_ARGUMENT', message: /a CSV file takes tables/ });
  await assert.rejects(write([picks(0, 1), new Table({ other: [1] })]), {
    code: 'BAD_SHAPE',
    message: /columns other/,
  });
  await assert.rejects(write([picks(0, 1)], 'none/a.csv'), { code: 'BAD_FILE' });
  await write([picks(0, 1)], 'none/a.csv', { createDirs: true });
  await assert.rejects(write([], '.'), { code: 'BAD_FILE', message: /it is a folder/ });
  assert.throws(() => new DataFrameWriter('a.csv', { mode: 'x' as never }), { code: 'BAD_ARGUMENT' });
});
