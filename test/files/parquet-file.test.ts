import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { parquetMetadata } from 'hyparquet';
import '../../lib/register-kinds.js';
import { DataFrameWriter, type DataFrameWriterOptions } from '../../lib/files/data-frame-writer.js';
import { process } from '../../lib/processing/process.js';
import { Table } from '../../lib/table/table.js';
import { NAT } from '../../lib/time.js';
import { record, T0 } from '../processing/chunks.js';
import { columnsOfAllKinds } from './columns-of-all-kinds.js';
import { temporaryFolder } from './temporary-folder.js';

const write = (path: string, tables: readonly unknown[], options: DataFrameWriterOptions = {}) => {
  const writer = new DataFrameWriter(path, options);
  return pipeline(Readable.from(tables), writer).then(() => writer);
};

const numbers = (first: number, count: number) =>
  new Table({ row: { dtype: 'int64', values: BigInt64Array.from({ length: count }, (_, k) => BigInt(first + k)) } });

test('a path that ends in .parquet, or the option, makes a Parquet file; read back it is the tables', async (t) => {
  const folder = await temporaryFolder(t);
  const tables = [columnsOfAllKinds(0, 5), columnsOfAllKinds(5, 0), columnsOfAllKinds(5, 300)];
  for (const [name, options] of [
    ['picks.parquet', {}],
    ['picks', { format: 'parquet' }],
  ] as const) {
    const writer = await write(join(folder, name), tables, options);
    const result = (await writer.result())!;
    assert.ok(result.equals(Table.concat(tables)), `${result} is not ${Table.concat(tables)}`);
    const bytes = await readFile(join(folder, name));
    assert.equal(bytes.toString('latin1', 0, 4), 'PAR1');
    assert.deepEqual(writer.statistics, { rows: 305, bytes: bytes.length });
  }
  assert.match(
    await readFile((await write(join(folder, 'a.parquet'), tables, { format: 'csv' })).path, 'utf8'),
    /^time,/,
  );
});

test('rows go to the file in groups as they come, under a hidden name until the stream ends', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'picks.parquet');
  await writeFile(path, 'old');
  const writer = new DataFrameWriter(path);
  const put = (table: Table) => new Promise((resolve) => writer.write(table, resolve));
  await put(numbers(0, 60_000));
  assert.equal(writer.statistics.bytes, 0);
  await put(numbers(60_000, 80_000));
  const { bytes } = writer.statistics;
  assert.ok(bytes > 0);
  assert.equal((await readFile(join(folder, '.picks.parquet.part'))).length, bytes);
  assert.equal(await readFile(path, 'utf8'), 'old');
  await new Promise((resolve) => writer.end(resolve));
  assert.deepEqual(await readdir(folder), ['picks.parquet']);
  const file = await readFile(path);
  const { row_groups: groups } = parquetMetadata(
    file.buffer.slice(file.byteOffset, file.byteOffset + file.length) as ArrayBuffer,
  );
  assert.deepEqual(
    groups.map((group) => Number(group.num_rows)),
    [65_536, 65_536, 8_928],
  );
  const rows = (await writer.result())!;
  assert.ok(rows.equals(numbers(0, 140_000)));
});

test('tables without rows make a file without rows, no table makes none, a stream that fails leaves what was there', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'picks.parquet');
  await write(path, []);
  assert.deepEqual(await readdir(folder), []);
  // a list without values does not know its dtype: the first table with rows tells
  const late = await write(path, [new Table({ row: [] }), numbers(0, 2)]);
  assert.ok((await late.result())!.equals(numbers(0, 2)));
  const before = await readFile(path);
  await assert.rejects(write(path, [numbers(0, 70_000), new Table({ other: [1] })]), { code: 'BAD_SHAPE' });
  assert.deepEqual(await readFile(path), before);
  assert.deepEqual(await readdir(folder), ['picks.parquet']);
  const empty = (await (await write(path, [columnsOfAllKinds(0, 0)])).result())!;
  assert.equal(empty.length, 0);
  assert.deepEqual(empty.columns, columnsOfAllKinds(0, 0).columns);
  assert.equal(empty.dtype('time'), 'datetime64[ns]');
});

test('what Parquet does not take is told', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'a.parquet');
  await assert.rejects(write(path, [record(0, 3)]), { code: 'BAD_ARGUMENT', message: /a Parquet file takes tables/ });
  const lag = new Table({ lag: { dtype: 'timedelta64[ns]', values: BigInt64Array.of(1n) } });
  await assert.rejects(write(path, [lag]), {
    code: 'BAD_DTYPE',
    message: /"lag" is timedelta64\[ns\], for which Parquet has no type/,
  });
  await assert.rejects(write(path, [numbers(0, 1), new Table({ row: [0.5] })]), {
    code: 'BAD_DTYPE',
    message: /"row" is float64 after int64/,
  });
  await assert.rejects(write(join(folder, 'none', 'a.parquet'), [numbers(0, 1)]), { code: 'BAD_FILE' });
  assert.throws(() => new DataFrameWriter(path, { mode: 'append' }), {
    code: 'BAD_ARGUMENT',
    message: /cannot be appended to/,
  });
  assert.throws(() => new DataFrameWriter(path, { format: 'xlsx' as never }), {
    code: 'BAD_ARGUMENT',
    message: /csv, parquet/,
  });
  assert.deepEqual(await readdir(folder), []);
});

test('*.parquet is a sink of tables in process()', async (t) => {
  const path = join(await temporaryFolder(t), 'made', 'picks.parquet');
  const pick = () => new Table({ time: { dtype: 'datetime64[ns]', values: BigInt64Array.of(T0, NAT) }, value: [1, 2] });
  const result = (await process(pick as never, record(0, 20), path, { chunks: { time: 10 } })) as Table;
  assert.ok(result.equals(Table.concat([pick(), pick()])));
  await assert.rejects(
    process((chunk) => chunk, record(0, 20), path),
    { code: 'BAD_ARGUMENT', message: /takes tables/ },
  );
});
