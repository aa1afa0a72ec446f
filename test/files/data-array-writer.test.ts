import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import '../../lib/register-kinds.js';
import { DataArrayLoader } from '../../lib/files/data-array-loader.js';
import { DataArrayWriter } from '../../lib/files/data-array-writer.js';
import { openDataArray, openMfDataArray } from '../../lib/files/open-data-array.js';
import { PacketWriter } from '../../lib/files/packet-writer.js';
import { codecPool } from '../../lib/packets/chunk-codecs/codec-pool.js';
import { gzip } from '../../lib/packets/codecs.js';
import { process } from '../../lib/processing/process.js';
import { Table } from '../../lib/table/table.js';
import { chunks, record } from '../processing/chunks.js';
import { temporaryFolder } from './temporary-folder.js';

test('writes numbered files that are the arrays, and gives them back joined', async (t) => {
  const folder = await temporaryFolder(t);
  const writer = new DataArrayWriter(folder);
  await pipeline(Readable.from([...chunks(3, 20), record(0, 1).isel({ time: { start: 0, stop: 0 } })]), writer);
  assert.deepEqual(await readdir(folder), ['000000000', '000000001', '000000002']);
  assert.deepEqual(writer.paths.length, 3);
  const { files, bytes, valueBytes } = writer.statistics;
  assert.equal(files, 3);
  assert.equal(valueBytes, 3 * 20 * 3 * 8);
  assert.equal(
    bytes,
    (await Promise.all(writer.paths.map((path) => readFile(path)))).reduce((n, b) => n + b.length, 0),
  );
  const result = (await writer.result())!;
  assert.deepEqual(result.shape, [60, 3]);
  assert.ok((await result.load()).equals(record(0, 60)));
  assert.ok((await (await openDataArray(writer.paths[1]!)).load()).equals(record(20, 20)));
});

test('overwrite removes chunk files and halves of them and nothing else; append numbers on', async (t) => {
  const folder = await temporaryFolder(t);
  const run = async (count: number, mode?: 'append' | 'overwrite') => {
    const writer = new DataArrayWriter(folder, { mode });
    for (const chunk of chunks(count, 5)) await writer.submit(chunk);
    writer.end();
    return writer;
  };
  await run(3);
  for (const name of ['.000000007.part', 'notes.txt', '0000', '000000001.nc']) await writeFile(join(folder, name), 'x');
  await run(1);
  assert.deepEqual((await readdir(folder)).sort(), ['0000', '000000000', '000000001.nc', 'notes.txt']);
  const appended = await run(2, 'append');
  assert.deepEqual(
    appended.paths.map((path) => path.slice(-9)),
    ['000000001', '000000002'],
  );
});

test('files of an earlier run stay until the first of this one is ready', async (t) => {
  const folder = await temporaryFolder(t);
  await pipeline(Readable.from(chunks(2, 5)), new DataArrayWriter(folder));
  const nothing = record(0, 1).isel({ time: { start: 0, stop: 0 } });
  await pipeline(Readable.from([nothing]), new DataArrayWriter(folder));
  await pipeline(Readable.from([]), new PacketWriter(folder));
  await assert.rejects(new DataArrayWriter(folder, { encoding: { zfp: { accuracy: -1 } } }).submit(record(0, 5)));
  assert.deepEqual(await readdir(folder), ['000000000', '000000001']);
  await pipeline(Readable.from([Uint8Array.of(1)]), new PacketWriter(folder));
  assert.deepEqual(await readdir(folder), ['000000000']);
});

test('a file is there whole or not at all', async (t) => {
  const folder = await temporaryFolder(t);
  const writer = new DataArrayWriter(folder);
  await writer.submit(record(0, 5));
  await mkdir(join(folder, '000000001'));
  await assert.rejects(writer.submit(record(5, 5)), { code: 'BAD_FILE', message: /000000001: cannot be written: / });
  assert.deepEqual((await readdir(folder)).sort(), ['000000000', '000000001']);
  assert.ok(writer.destroyed);
});

test('a folder that is not there, tables, and wrong modes are told', async (t) => {
  const folder = await temporaryFolder(t);
  const missing = join(folder, 'a', 'b');
  await assert.rejects(new DataArrayWriter(missing).submit(record(0, 5)), { code: 'BAD_FILE' });
  await new DataArrayWriter(missing, { createDirs: true }).submit(record(0, 5));
  assert.deepEqual(await readdir(missing), ['000000000']);
  await assert.rejects(new DataArrayWriter(folder).submit(new Table({ a: [1] }) as never), {
    code: 'BAD_ARGUMENT',
    message: /a folder takes arrays/,
  });
  assert.throws(() => new DataArrayWriter(folder, { mode: 'replace' as never }), { code: 'BAD_ARGUMENT' });
  const empty = new DataArrayWriter(folder);
  await pipeline(Readable.from([]), empty);
  assert.equal(await empty.result(), null);
});

test('packets are written byte for byte', async (t) => {
  const folder = await temporaryFolder(t);
  const packets = [Uint8Array.of(1, 2, 3), Buffer.from('xdas')];
  const writer = new PacketWriter(folder);
  await pipeline(Readable.from(packets), writer);
  for (const [i, path] of writer.paths.entries()) assert.deepEqual(await readFile(path), Buffer.from(packets[i]!));
  assert.deepEqual(writer.statistics, { files: 2, bytes: 7 });
});

test('files that are being read are never removed: a pipeline from a folder into itself fails before it does harm', async (t) => {
  const folder = await temporaryFolder(t);
  const all = record(0, 60);
  await process((chunk) => chunk, all, folder, { chunks: { time: 10 } });
  const names = await readdir(folder);
  const link = join(await temporaryFolder(t), 'link');
  await symlink(folder, link);
  const sources = [
    folder,
    `${folder}/`,
    link,
    join(folder, '*'),
    join(folder, '..', '*', '0*'),
    join(folder, names[3]!),
    await openMfDataArray(folder),
    new DataArrayLoader(folder, { time: 7 }),
  ];
  for (const source of sources) {
    await assert.rejects(
      process((chunk) => chunk, source, folder, { chunks: { time: 10 } }),
      {
        code: 'BAD_FILE',
        message: /being read/,
      },
    );
    assert.deepEqual(await readdir(folder), names, String(source));
  }
  // what was read to its end, or let go, may be written over
  await process((chunk) => chunk, all.isel({ time: { stop: 20 } }), folder, { chunks: { time: 10 } });
  assert.deepEqual(await readdir(folder), names.slice(0, 2));
  await process((chunk) => chunk, folder, join(folder, 'below'), { chunks: { time: 10 } });
  await process((chunk) => chunk, join(folder, 'below'), new DataArrayWriter(folder), { chunks: { time: 5 } });
  assert.equal((await openMfDataArray(folder)).sizes.time, 20);
});

test('several compressed files are encoded at once; they are numbered and hold what one at a time gives', async (t) => {
  const encoding = { chunks: [5, 3], ...gzip() };
  for (const codecWorkers of [1, 2]) {
    const folder = await temporaryFolder(t);
    const writer = new DataArrayWriter(folder, { encoding, codecWorkers });
    assert.equal(writer.writableHighWaterMark, codecWorkers);
    await pipeline(Readable.from(chunks(12, 20)), writer);
    assert.equal(writer.statistics.files, 12);
    assert.ok((await (await writer.result())!.load()).equals(record(0, 240)));
    assert.ok((await (await openDataArray(writer.paths[7]!)).load()).equals(record(140, 20)));
  }
  await codecPool.close();
  const folder = await temporaryFolder(t);
  assert.throws(() => new DataArrayWriter(folder, { codecWorkers: 0 }), {
    code: 'BAD_ARGUMENT',
    message: /codecWorkers/,
  });
});
