import assert from 'node:assert/strict';
import { copyFile, mkdir, readdir, readFile, rename, truncate, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { type DataArray, DataArrayWriter, type LeftOut, openDataArray, openMfDataArray } from '../../lib/index.js';
import { chunks, record } from '../processing/chunks.js';
import { formatFolder } from './formats/format-files.js';
import { temporaryFolder } from './temporary-folder.js';

/** Writes arrays as files `0.nc`, `1.nc`, ... of a folder. */
async function archive(folder: string, arrays: DataArray[]): Promise<void> {
  const writer = new DataArrayWriter(folder, { createDirs: true });
  await pipeline(Readable.from(arrays), writer);
  for (const [i, path] of writer.paths.entries()) await rename(path, join(folder, `${i}.nc`));
}

const summary = (leftOut: readonly LeftOut[]) =>
  leftOut.map(({ path, code, samples }) => [path.split('/').at(-1), code, samples]);

test('broken, missing and cut off files are named, and skipped where asked', async (t) => {
  const folder = await temporaryFolder(t);
  await archive(folder, chunks(4, 10));
  await writeFile(join(folder, '4.nc'), '');
  await truncate(join(folder, '1.nc'), 3000);
  const paths = [0, 1, 2, 3, 4, 5].map((i) => join(folder, `${i}.nc`));
  await assert.rejects(openMfDataArray(paths), { code: 'BAD_FILE', message: /[145]\.nc: / });
  const array = await openMfDataArray(paths, { onBroken: 'skip' });
  assert.deepEqual(summary(array.leftOut), [
    ['1.nc', 'BAD_FILE', null],
    ['4.nc', 'BAD_FILE', null],
    ['5.nc', 'BAD_FILE', null],
  ]);
  for (const { text, path } of array.leftOut) assert.ok(text.startsWith(`${path}: `), text);
  assert.match(array.leftOut[1]!.text, /is empty/);
  assert.equal(array.sizes.time, 30);
  assert.deepEqual(array.coords.axis('time').getSplitIndices(), [10]);
  await assert.rejects(openMfDataArray(paths.slice(4), { onBroken: 'skip' }), { message: /none of 2 files/ });

  const cut = join(folder, 'cut');
  await mkdir(cut);
  for (const name of ['a.tdms', 'b.tdms']) await copyFile(`${formatFolder}silixa-interleaved.tdms`, join(cut, name));
  await truncate(join(cut, 'b.tdms'), (await readFile(join(cut, 'b.tdms'))).length - 5);
  await assert.rejects(openMfDataArray(cut), { message: /b\.tdms: is cut off: it says that it has \d+ bytes and has/ });
  assert.deepEqual(summary((await openMfDataArray(cut, { onBroken: 'skip' })).leftOut), [['b.tdms', 'BAD_FILE', null]]);
  const alone = await openDataArray(join(cut, 'b.tdms'));
  assert.equal(alone.sizes.time, 8);
  assert.match(alone.files[0]!.incomplete!, /is cut off/);
});

test('files that do not fit the others are all named, and skipped where asked', async (t) => {
  const folder = await temporaryFolder(t);
  await archive(folder, [record(0, 10, 4), ...chunks(6, 10).slice(1, 4), record(40, 10, 2), record(50, 10)]);
  await assert.rejects(openMfDataArray(folder), {
    code: 'BAD_SHAPE',
    message: /0\.nc: does not fit .*1\.nc: shape \(10, 4\) instead of \(10, 3\); only time may differ; nor do .*4\.nc$/,
  });
  const array = await openMfDataArray(folder, { onMisfit: 'skip' });
  assert.deepEqual(summary(array.leftOut), [
    ['0.nc', 'BAD_SHAPE', 10],
    ['4.nc', 'BAD_SHAPE', 10],
  ]);
  assert.equal(array.sizes.time, 40);
});

test('overlaps are refused, or trimmed so that nothing is lost that is there once', async (t) => {
  const folder = await temporaryFolder(t);
  await archive(folder, [record(0, 10), record(7, 10), record(9, 5), record(20, 10)]);
  await assert.rejects(openMfDataArray(folder), { code: 'OVERLAP', message: /1\.nc: starts at time .*0\.nc ends at/ });
  const array = await openMfDataArray(folder, { onOverlap: 'trim' });
  assert.deepEqual(summary(array.leftOut), [
    ['1.nc', 'OVERLAP', 3],
    ['2.nc', 'OVERLAP', 5],
  ]);
  assert.match(array.leftOut[0]!.text, /1\.nc: 3 of its 10 samples are left out, up to 2023-.*, where .*0\.nc ends/);
  const whole = await array.load();
  assert.ok(whole.isel({ time: { stop: 17 } }).equals(record(0, 17)));
  assert.ok((await array.read('time', 8, 12)).equals(record(8, 4)));
  assert.ok((await array.read('distance', 1, 2)).equals(whole.isel({ distance: { start: 1, stop: 2 } })));
});

test('small gaps are fused by tolerance', async (t) => {
  const folder = await temporaryFolder(t);
  const late = record(10, 10);
  const time = late.coords.axis('time');
  await archive(folder, [
    record(0, 10),
    late.assignCoords({ time: (time as never as { shift(ns: bigint): never }).shift(2_000_000n) }),
  ]);
  const splits = async (tolerance?: string) =>
    (await openMfDataArray(folder, { tolerance })).coords.axis('time').getSplitIndices();
  assert.deepEqual(await splits(), [10]);
  assert.deepEqual(await splits('2ms'), []);
});

test('progress is told file by file, and opening can be ended', async (t) => {
  const folder = await temporaryFolder(t);
  await archive(folder, chunks(12, 5));
  const seen: number[] = [];
  await openMfDataArray(folder, {
    onProgress: ({ done, total, path }) => {
      assert.equal(total, 12);
      assert.match(path, /\.nc$/);
      seen.push(done);
    },
  });
  assert.deepEqual(
    seen,
    Array.from({ length: 12 }, (_, k) => k + 1),
  );
  const controller = new AbortController();
  await assert.rejects(openMfDataArray(folder, { signal: controller.signal, onProgress: () => controller.abort() }), {
    name: 'AbortError',
  });
});

test('an index is written, and what is in it is not opened again until it is read', async (t) => {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'data');
  await archive(data, chunks(5, 10));
  await copyFile(join(data, '4.nc'), join(folder, 'later.nc'));
  await unlink(join(data, '4.nc'));
  const index = join(folder, 'index.json');
  const kept = join(data, '2.nc');
  const bytes = await readFile(kept);
  await utimes(kept, 1000, 1000);
  const first = await openMfDataArray(data, { index });
  // the same size and time, but nothing that could be opened: only the index can know what it was
  await writeFile(kept, Buffer.alloc(bytes.length));
  await utimes(kept, 1000, 1000);
  const again = await openMfDataArray(data, { index });
  assert.deepEqual(again.coords.axis('time'), first.coords.axis('time'));
  assert.ok((await again.read('time', 0, 20)).equals(record(0, 20)));
  await assert.rejects(again.read('time', 20, 30), { code: 'BAD_FILE', message: /2\.nc: / });
  await writeFile(kept, bytes);
  // new files are added, changed ones opened again, gone ones left
  await rename(join(folder, 'later.nc'), join(data, '4.nc'));
  await unlink(join(data, '0.nc'));
  const newer = await openMfDataArray(data, { index });
  assert.ok((await newer.load()).equals(record(10, 40)));
  assert.equal(JSON.parse(await readFile(index, 'utf8')).files.length, 4);
  assert.deepEqual(await readdir(folder), ['data', 'index.json']);
  // an index of another engine is not believed, a damaged one is told
  assert.ok((await (await openMfDataArray(data, { index, engine: 'xdas' })).load()).equals(record(10, 40)));
  await writeFile(index, '{"dasflowIndex":1}');
  await assert.rejects(openMfDataArray(data, { index }), { code: 'BAD_FILE', message: /index\.json: is no index/ });
});

test('an index keeps every kind of coordinate and attribute', async (t) => {
  const folder = await temporaryFolder(t);
  for (const name of [
    'xdas.nc',
    'gap.mseed',
    'febus.h5',
    'dasdae.h5',
    'terra15.hdf5',
    'prodml-bands.h5',
    'three.mseed',
  ]) {
    const index = join(folder, `${name}.json`);
    const path = formatFolder + name;
    const [first, again] = [await openMfDataArray(path, { index }), await openMfDataArray(path, { index })];
    assert.notEqual(first.files[0]!.outline, again.files[0]!.outline);
    assert.ok((await first.load()).equals(await again.load()), name);
    assert.deepEqual(again.attrs, first.attrs);
  }
});
