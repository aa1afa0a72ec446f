import assert from 'node:assert/strict';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { DenseCoordinate } from '../../lib/coordinates/dense-coordinate.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { concat } from '../../lib/dataarray/concat.js';
import type { DataArray } from '../../lib/dataarray/data-array.js';
import { DataArrayLoader, type LoaderChunks } from '../../lib/files/data-array-loader.js';
import { DataArrayWriter } from '../../lib/files/data-array-writer.js';
import { openDataArray, openMfDataArray } from '../../lib/files/open-data-array.js';
import { chunks, record, STEP, T0 } from '../processing/chunks.js';
import { temporaryFolder } from './temporary-folder.js';

/** Writes arrays into a folder under names of which the order is not that of time. */
async function archive(folder: string, arrays: DataArray[]): Promise<void> {
  const writer = new DataArrayWriter(folder, { createDirs: true });
  await pipeline(Readable.from(arrays), writer);
  for (const [i, path] of writer.paths.entries()) await rename(path, join(folder, `${arrays.length - i}.nc`));
}

const parts = async (source: ConstructorParameters<typeof DataArrayLoader>[0], sizes?: LoaderChunks, options = {}) =>
  (await new DataArrayLoader(source, sizes, options).toArray()) as DataArray[];

test('files are one array, in the order of time, cut anywhere', async (t) => {
  const folder = await temporaryFolder(t);
  await archive(folder, chunks(4, 25));
  const whole = record(0, 100);
  for (const [sizes, count] of [
    [{ time: 7 }, 15],
    [{ time: 25 }, 4],
    [{ time: 60 }, 2],
    [{ time: 1000 }, 1],
    [{ time: '0.1s' }, 10],
    [{ first: 50 }, 2],
    ['auto', 1],
  ] as [LoaderChunks, number][])
    for (const prefetch of [0, 1, 3]) {
      const got = await parts(folder, sizes, { prefetch });
      assert.equal(got.length, count);
      assert.ok(concat(got).equals(whole), JSON.stringify(sizes));
    }
  const along = await parts(folder, { distance: 2 });
  assert.deepEqual(
    along.map((part) => part.shape),
    [
      [100, 2],
      [100, 1],
    ],
  );
  assert.ok(along[1]!.equals(whole.isel({ distance: { start: 2, stop: 3 } })));
});

test('a file, a folder, a glob, a list of paths and arrays are all sources', async (t) => {
  const folder = await temporaryFolder(t);
  await archive(folder, chunks(2, 10));
  await mkdir(join(folder, 'below'));
  await writeFile(join(folder, '.hidden'), 'not a NetCDF file');
  const whole = record(0, 20);
  const lazy = await openMfDataArray(folder);
  for (const source of [
    folder,
    join(folder, '*.nc'),
    join(folder, '[12].nc'),
    [join(folder, '1.nc'), join(folder, '2.nc')],
    lazy,
    whole,
  ])
    assert.ok(concat(await parts(source, { time: 6 })).equals(whole), String(source));
  assert.ok((await parts(join(folder, '2.nc')))[0]!.equals(record(0, 10)));
  const loader = new DataArrayLoader(folder, { time: 6 });
  assert.equal(loader.nbytes, null);
  const [first] = await loader.take(1).toArray();
  assert.equal((first as DataArray).sizes.time, 6);
  assert.deepEqual([loader.nbytes, loader.length, loader.chunkDim], [whole.nbytes, 4, 'time']);
});

test('gaps stay in the coordinate', async (t) => {
  const folder = await temporaryFolder(t);
  await archive(folder, [record(0, 10), record(15, 10), record(25, 5)]);
  const array = await openMfDataArray(folder);
  const time = array.coords.get('time') as InterpCoordinate;
  assert.deepEqual(time.getSplitIndices(), [10]);
  assert.equal(time.end, T0 + 29n * STEP);
  assert.ok((await array.load()).equals(concat([record(0, 10), record(15, 15)])));
});

test('files that do not fit are told by name, with the one they were held against', async (t) => {
  const slower = record(10, 10).assignCoords({
    time: new InterpCoordinate({
      tieIndices: [0, 9],
      tieValues: [T0 + 10n * STEP, T0 + 28n * STEP],
      samplingInterval: 2n * STEP,
      dtype: 'datetime64[ns]',
      dim: 'time',
    }),
  });
  const elsewhere = record(10, 10).assignCoords({
    distance: new DenseCoordinate({ values: Float64Array.of(1, 2, 3), dim: 'distance' }),
  });
  const single = record(10, 10).with({
    data: { ...record(10, 10).data, data: Float32Array.from(record(10, 10).values as Float64Array) },
  });
  for (const [second, code, text] of [
    [record(10, 10, 4), 'BAD_SHAPE', /shape \(10, 4\) instead of \(10, 3\); only time may differ/],
    [
      record(10, 10).transpose('distance', 'time'),
      'BAD_SHAPE',
      /dimensions \(time, distance\) instead of \(distance, time\)/,
    ],
    [single, 'BAD_DTYPE', /float32 instead of float64/],
    [slower, 'DISCONTINUITY', /time has the interval 20000000 ns instead of 10000000 ns/],
    [elsewhere, 'BAD_COORDINATE', /coordinate distance is /],
    [record(9, 10), 'OVERLAP', /starts at time 2023-11-14T22:13:20\.090, but .*2\.nc ends at 2023-11-14T22:13:20\.090/],
  ] as const) {
    const folder = await temporaryFolder(t);
    await archive(folder, [record(0, 10), second as DataArray]);
    await assert.rejects(openMfDataArray(folder), (error: Error & { code: string }) => {
      assert.equal(error.code, code);
      assert.match(error.message, text);
      assert.match(error.message, /1\.nc: /);
      assert.match(error.message, /2\.nc/);
      return true;
    });
  }
});

test('missing and damaged files are told by name', async (t) => {
  const folder = await temporaryFolder(t);
  const damaged = join(folder, 'damaged.nc');
  await writeFile(damaged, 'not a NetCDF file');
  await assert.rejects(openDataArray(damaged), { code: 'BAD_FILE', message: /damaged\.nc: / });
  for (const path of ['none.nc', '*.h5']) await assert.rejects(parts(join(folder, path)), { code: 'BAD_FILE' });
  await mkdir(join(folder, 'empty'));
  await assert.rejects(parts(join(folder, 'empty')), { code: 'BAD_FILE', message: /the folder holds no files/ });
});

test('wrong chunks and dimensions are told', async () => {
  for (const sizes of [{ time: 0 }, { time: 1.5 }, {}, { time: 1, distance: 1 }, null])
    assert.throws(() => new DataArrayLoader(record(0, 5), sizes as never), { code: 'BAD_ARGUMENT' });
  assert.throws(() => new DataArrayLoader(record(0, 5), { time: 1 }, { prefetch: -1 }), { code: 'BAD_ARGUMENT' });
  await assert.rejects(parts(record(0, 5), { depth: 2 }), { code: 'BAD_DIM', message: /time, distance/ });
  await assert.rejects(parts(record(0, 5), { distance: '1s' }), { code: 'BAD_ARGUMENT', message: /sampling interval/ });
  await assert.rejects(parts(record(0, 5), { time: 'soon' }), { code: 'BAD_TIME' });
});

test('regular declares intervals that axes have without saying so, only if asked', async () => {
  const silent = record(0, 20).assignCoords({
    time: new InterpCoordinate({
      tieIndices: [0, 19],
      tieValues: [T0, T0 + 19n * STEP],
      dtype: 'datetime64[ns]',
      dim: 'time',
    }),
  });
  const interval = (chunk: DataArray) => (chunk.coords.get('time') as InterpCoordinate).samplingInterval;
  assert.equal(interval((await parts(silent, { time: 10 }))[0]!), null);
  assert.equal(interval((await parts(silent, { time: '0.1s' }, { regular: true }))[1]!), STEP);
});

test('no more is read than was asked for and the prefetch', async () => {
  let read = 0;
  const counting = new Proxy(record(0, 100), {
    get(target, key) {
      if (key === 'isel') read++;
      const value = Reflect.get(target, key, target) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const loader = new DataArrayLoader(counting, { time: 1 }, { prefetch: 2 });
  await new Promise((resolve) => loader.once('readable', resolve));
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  assert.equal(read, 3);
  loader.read();
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  assert.equal(read, 4);
  loader.destroy();
});
