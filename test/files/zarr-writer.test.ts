import assert from 'node:assert/strict';
import { copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import fc from 'fast-check';
import * as zarrita from 'zarrita';
import '../../lib/register-kinds.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { loadOptional } from '../../lib/files/optional-package.js';
import { ZarrWriter, type ZarrWriterOptions } from '../../lib/files/zarr-writer.js';
import { process } from '../../lib/processing/process.js';
import { Table } from '../../lib/table/table.js';
import { chunks, record, STEP, T0 } from '../processing/chunks.js';
import { temporaryFolder } from './temporary-folder.js';

type Store = { get(key: string): Promise<Uint8Array | undefined> };

/** A store on disk for zarrita, which here is the reader. */
const storeAt = (path: string): Store => ({
  get: (key) =>
    readFile(join(path, key)).then(
      (bytes) => new Uint8Array(bytes),
      () => undefined,
    ),
});

/** An array of a store as its group tells of it, read by zarrita. */
async function readArray(path: string, name: string): Promise<{ data: ArrayLike<number | bigint>; shape: number[] }> {
  const group = JSON.parse(await readFile(join(path, 'zarr.json'), 'utf8'));
  const metadata = group.consolidated_metadata.metadata[name];
  const array = new zarrita.Array(storeAt(join(path, name)) as never, '/', metadata);
  return (await zarrita.get(array)) as never;
}

async function assertHolds(path: string, expected: DataArray): Promise<void> {
  const values = await readArray(path, expected.name!);
  assert.deepEqual(values.shape, expected.shape);
  assert.deepEqual(values.data, expected.values);
  assert.deepEqual((await readArray(path, 'time')).data, expected.coords.get('time')!.values);
}

const write = (path: string, arrays: readonly unknown[], options: ZarrWriterOptions = {}) =>
  pipeline(Readable.from(arrays), new ZarrWriter(path, options));

const single = (array: DataArray) => array.with({ data: Float32Array.from(array.values as Float64Array) });
const nothing = () => record(0, 1).isel({ time: { start: 0, stop: 0 } });

test('any cutting of a record, in any chunks, with any pause and append between, gives the record', async (t) => {
  const folder = await temporaryFolder(t);
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 4 }),
      fc.nat({ max: 6 }),
      fc.boolean(),
      async (sizes, time, distance, before, turned) => {
        const path = join(folder, `${run++}.zarr`);
        let first = 0;
        const arrays = sizes.map((size) => {
          const array = record(first, size);
          first += size;
          return turned ? array.transpose('distance', 'time') : array;
        });
        const options: ZarrWriterOptions = { dim: 'time', chunks: { time, distance }, codecs: [] };
        await write(path, arrays.slice(0, before), options);
        await write(path, arrays.slice(before), { ...options, mode: 'append' });
        const whole = record(0, first);
        await assertHolds(path, turned ? whole.transpose('distance', 'time') : whole);
      },
    ),
    { numRuns: 25 },
  );
});

test('who reads while it is written sees samples that are there, and never others', async (t) => {
  const path = join(await temporaryFolder(t), 'out.zarr');
  const writer = new ZarrWriter(path, { chunks: { time: 8, distance: 2 } });
  let isDone = false;
  const seen: number[] = [];
  const reading = (async () => {
    while (!isDone) {
      const there = await stat(join(path, 'zarr.json')).catch(() => null);
      if (!there) {
        await new Promise(setImmediate);
        continue;
      }
      const { data, shape } = await readArray(path, 'velocity');
      assert.deepEqual(data, record(0, shape[0]!).values);
      assert.equal((await readArray(path, 'time')).data.length >= shape[0]!, true);
      seen.push(shape[0]!);
    }
  })();
  await pipeline(Readable.from(chunks(60, 5)), writer).finally(() => {
    isDone = true;
  });
  await reading;
  assert.ok(new Set(seen).size > 2, `seen at ${[...new Set(seen)].join(', ')} samples`);
  assert.ok(seen.every((length) => length % 8 === 0 || length === 300));
  await assertHolds(path, record(0, 300));
});

test('what was counted, what is gathered, and that a stream cut off writes what it took', async (t) => {
  const path = join(await temporaryFolder(t), 'out.zarr');
  const writer = new ZarrWriter(path, { chunks: { time: 16 } });
  const done: DataArray[] = [];
  writer.doneWith = (array) => done.push(array);
  for (const chunk of [record(0, 20), nothing(), record(20, 5)])
    await new Promise((resolve) => writer.write(chunk, resolve));
  assert.equal(done.length, 2);
  const { samples, valueBytes, bytes } = writer.statistics;
  assert.deepEqual([samples, valueBytes], [16, 16 * 3 * 8]);
  assert.ok(bytes > 16 * 8);
  await assertHolds(path, record(0, 16));
  writer.on('error', () => {});
  writer.destroy(new Error('the source is gone'));
  await new Promise((resolve) => writer.once('close', resolve));
  await assertHolds(path, record(0, 25));
  assert.equal(writer.statistics.samples, 25);
});

test('a run that was killed between chunks and descriptions is gone on with from what the group tells', async (t) => {
  const path = join(await temporaryFolder(t), 'out.zarr');
  await write(path, [record(0, 20)], { chunks: { time: 8 } });
  await copyFile(join(path, 'zarr.json'), join(path, '..', 'told.json'));
  await write(path, [record(20, 15)], { mode: 'append' });
  await copyFile(join(path, '..', 'told.json'), join(path, 'zarr.json'));
  await assertHolds(path, record(0, 20));
  await write(path, [record(20, 2)], { mode: 'append' });
  await assertHolds(path, record(0, 22));
});

test('overwrite removes the arrays of a store and nothing else, once the first array of this run is there', async (t) => {
  const path = join(await temporaryFolder(t), 'out.zarr');
  await write(path, [record(0, 20).with({ name: 'old' })]);
  await mkdir(join(path, 'notes'));
  await writeFile(join(path, 'notes', 'a.txt'), 'x');
  await write(path, []);
  await write(path, [nothing()]);
  await assert.rejects(write(path, [record(0, 5)], { chunks: { time: 0 } }), {
    code: 'BAD_ENCODING',
    message: /chunks: time: 0/,
  });
  await assertHolds(path, record(0, 20).with({ name: 'old' }));
  await write(path, [record(0, 5)]);
  assert.deepEqual((await readdir(path)).sort(), ['distance', 'notes', 'time', 'velocity', 'zarr.json']);
  await assertHolds(path, record(0, 5));
});

test('a folder of other things, a file, and a missing folder are refused', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'diary.txt'), 'x');
  await assert.rejects(write(folder, [record(0, 5)]), {
    code: 'BAD_FILE',
    message: /other things in it \(diary\.txt\)/,
  });
  assert.deepEqual(await readdir(folder), ['diary.txt']);
  await assert.rejects(write(join(folder, 'diary.txt'), [record(0, 5)]), { code: 'BAD_FILE', message: /it is a file/ });
  await assert.rejects(write(join(folder, 'a', 'b.zarr'), [record(0, 5)]), { code: 'BAD_FILE' });
  await write(join(folder, 'a', 'b.zarr'), [record(0, 5)], { createDirs: true });
  await mkdir(join(folder, 'v2'));
  await writeFile(join(folder, 'v2', '.zgroup'), '{"zarr_format": 2}');
  await assert.rejects(write(join(folder, 'v2'), [record(0, 5)]), { code: 'BAD_FILE', message: /no Zarr v3 store/ });
});

test('what is not like the first array is refused by name, and what came before is kept', async (t) => {
  const folder = await temporaryFolder(t);
  const first = record(0, 10);
  const cases: [unknown, string, RegExp][] = [
    [record(10, 5, 4), 'BAD_SHAPE', /4 samples along distance after 3/],
    [single(record(10, 5)), 'BAD_DTYPE', /float32 after float64/],
    [record(10, 5).with({ name: 'strain' }), 'BAD_ARGUMENT', /named strain after one named velocity/],
    [record(10, 5).transpose('distance', 'time'), 'BAD_DIM', /\(distance, time\) after \(time, distance\)/],
    [
      record(10, 5).with({ coords: { time: record(10, 5).coords.get('time')!, distance: [0, 5, 11] } }),
      'BAD_COORDINATE',
      /coordinate distance has other values/,
    ],
    [
      record(10, 5).with({ coords: { time: record(10, 5).coords.get('time')! }, dims: ['time', 'distance'] }),
      'BAD_COORDINATE',
      /coordinates time after distance, time/,
    ],
    [new Table({ a: [1] }), 'BAD_ARGUMENT', /this chunk is a table/],
  ];
  for (const [k, [odd, code, message]] of cases.entries()) {
    const path = join(folder, `${k}.zarr`);
    await assert.rejects(write(path, [first, odd], { chunks: { time: 8 } }), { code, message });
    await assertHolds(path, first);
  }
});

test('what cannot be stored is refused before anything is removed', async (t) => {
  const path = join(await temporaryFolder(t), 'out.zarr');
  await write(path, [record(0, 10)]);
  const text = new DataArray({ data: [1, 2], dims: ['time'], coords: { time: ['a', 'b'] }, name: 'velocity' });
  for (const [array, message] of [
    [record(0, 5).with({ name: 'a/b' }), /"a\/b".*no slash/],
    [record(0, 5).with({ name: '..' }), /no dots alone/],
    [record(0, 5).with({ name: 'time' }), /a coordinate have the same name/],
    [record(0, 5).with({ attrs: { _FillValue: 1 } }), /"_FillValue": this name is reserved/],
    [text, /"time".*text along the dimension that grows/],
  ] as [DataArray, RegExp][])
    await assert.rejects(write(path, [array]), { code: 'BAD_ENCODING', message });
  await assert.rejects(write(path, [record(0, 5)], { dim: 'depth' }), { code: 'BAD_DIM' });
  await assert.rejects(write(path, [record(0, 5)], { chunks: [4] }), {
    code: 'BAD_ENCODING',
    message: /1 sizes for the 2/,
  });
  for (const [codecs, message] of [
    [['sharding_indexed'], /"sharding_indexed" cannot be written; allowed: zstd, gzip, blosc/],
    [['crc32c'], /"crc32c" cannot be written/],
    [[{ name: 'gzip', configuration: { level: 10 } }], /gzip: level is 10; allowed: 0 to 9/],
    [[{ name: 'zstd', configuration: { checksum: true } }], /checksum/],
    [[{ name: 'blosc', configuration: { speed: 1 } }], /blosc has no speed; allowed: cname/],
    [[null], /codec undefined/],
    ['zstd', /a list/],
  ] as [never, RegExp][])
    assert.throws(() => new ZarrWriter(path, { codecs }), { code: 'BAD_ENCODING', message });
  assert.throws(() => new ZarrWriter(path, { mode: 'replace' as never }), { code: 'BAD_ARGUMENT' });
  await assertHolds(path, record(0, 10));
});

test('append goes on in the chunks and codecs that are there, and refuses what does not fit them', async (t) => {
  const path = join(await temporaryFolder(t), 'out.zarr');
  await write(path, [record(0, 10)], { mode: 'append', chunks: { time: 4 }, codecs: ['gzip'] });
  await write(path, [record(10, 7)], { mode: 'append' });
  await assertHolds(path, record(0, 17));
  const cases: [DataArray, ZarrWriterOptions, RegExp][] = [
    [record(17, 3), { chunks: { time: 5 } }, /"velocity" has the chunk_grid .*\[4,3\].* what comes has .*\[5,3\]/],
    [record(17, 3), { codecs: ['zstd'] }, /"velocity" has the codecs/],
    [record(17, 3, 4), {}, /"velocity" has the shape \[17,3\], what comes has \[17,4\]/],
    [single(record(17, 3)), {}, /"velocity" has the data_type "float64"/],
    [record(17, 3).with({ name: 'strain' }), {}, /has no array "strain" to append to; it has: /],
    [
      record(17, 3).with({ coords: { time: record(17, 3).coords.get('time')!, distance: [0, 5, 11] } }),
      {},
      /"distance" has other values/,
    ],
  ];
  for (const [array, options, message] of cases)
    await assert.rejects(write(path, [array], { mode: 'append', ...options }), { code: 'BAD_FILE', message });
  await assertHolds(path, record(0, 17));
});

test('default chunks are many packets or a part of a large array, 4 MiB at most', async (t) => {
  const folder = await temporaryFolder(t);
  const shapeOf = async (array: DataArray) => {
    const path = join(folder, `${array.shape.join('x')}.zarr`);
    await write(path, [array], { codecs: [] });
    return JSON.parse(await readFile(join(path, 'velocity', 'zarr.json'), 'utf8')).chunk_grid.configuration.chunk_shape;
  };
  assert.deepEqual(await shapeOf(record(0, 10, 1000)), [520, 1000]);
  assert.deepEqual(await shapeOf(record(0, 2000, 1000)), [500, 1000]);
  assert.deepEqual(await shapeOf(record(0, 524, 1000)), [524, 1000]);
});

test('*.zarr is a Zarr store in process(); one chunk waits behind the one that is written', async (t) => {
  const path = join(await temporaryFolder(t), 'made', 'out.zarr');
  await process((chunk) => chunk, record(0, 60), path, { chunks: { time: 7 } });
  await assertHolds(path, record(0, 60));
  const time = (await readArray(path, 'time')).data;
  assert.deepEqual([time[0], time[59]], [T0, T0 + 59n * STEP]);
  const writer = new ZarrWriter(path);
  assert.equal(writer.writableHighWaterMark, 1);
  // it looks at the store, which must not be removed meanwhile
  const closed = new Promise((resolve) => writer.once('close', resolve));
  writer.destroy();
  await closed;
});

test('a package that is not installed is named; what fails inside of one is thrown as it is', async () => {
  const missing: string = 'no-such-package-of-dasflow';
  await assert.rejects(
    loadOptional(missing, 'a Zarr store', () => import(missing)),
    {
      code: 'MISSING_PACKAGE',
      message: `a Zarr store needs the package ${missing}, which is not installed: npm install ${missing}`,
    },
  );
  const broken = new Error('broken');
  await assert.rejects(
    loadOptional('zarrita', 'a Zarr store', () => Promise.reject(broken)),
    broken,
  );
});

test('what the group of a store names is removed only where it is an array of that store', async (t) => {
  const folder = await temporaryFolder(t);
  const victim = join(folder, 'victim');
  await write(victim, [record(0, 5)]);
  const notes = join(folder, 'store.zarr', 'notes');
  await mkdir(notes, { recursive: true });
  await writeFile(join(notes, 'mine.txt'), 'kept');
  for (const name of ['../victim', victim, '..', '.', '', 'notes', 'nowhere', '../store.zarr/notes']) {
    const metadata = { [name]: { zarr_format: 3, node_type: 'array', shape: [1] } };
    const group = { zarr_format: 3, node_type: 'group', consolidated_metadata: { kind: 'inline', metadata } };
    await writeFile(join(folder, 'store.zarr', 'zarr.json'), JSON.stringify(group));
    for (const mode of ['overwrite', 'append'] as const)
      await assert.rejects(
        write(join(folder, 'store.zarr'), [record(0, 5)], { mode }),
        (error: Error & { code: string }) =>
          error.code === 'BAD_FILE' && error.message.includes(`names ${JSON.stringify(name)}, which is no array in it`),
      );
    await assertHolds(victim, record(0, 5));
    assert.equal(await readFile(join(notes, 'mine.txt'), 'utf8'), 'kept');
  }
});

test('append to a store without attributes, which are optional, and with some of the group, which stay', async (t) => {
  const path = join(await temporaryFolder(t), 'out.zarr');
  const first = record(0, 10);
  await write(path, [first]);
  const of = async (name: string) => JSON.parse(await readFile(join(path, name, 'zarr.json'), 'utf8'));
  const group = await of('.');
  group.attributes = { title: 'mine' };
  for (const name of ['velocity', 'distance']) {
    delete group.consolidated_metadata.metadata[name].attributes;
    await writeFile(join(path, name, 'zarr.json'), JSON.stringify(group.consolidated_metadata.metadata[name]));
  }
  await writeFile(join(path, 'zarr.json'), JSON.stringify(group));
  await write(path, [record(10, 7)], { mode: 'append' });
  await assertHolds(path, record(0, 17));
  const after = await of('.');
  assert.deepEqual(after.attributes, { title: 'mine' });
  assert.deepEqual(after.consolidated_metadata.metadata.velocity.attributes, {});
  assert.deepEqual((await of('velocity')).attributes, {});
  delete after.attributes;
  await writeFile(join(path, 'zarr.json'), JSON.stringify(after));
  await write(path, [record(17, 3)], { mode: 'append' });
  assert.deepEqual((await of('.')).attributes, {});
  await assertHolds(path, record(0, 20));
});
