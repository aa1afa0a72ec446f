import assert from 'node:assert/strict';
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  type CollectionInput,
  DataCollection,
  DataMapping,
  DataSequence,
  encodePacket,
  gzip,
  LazyArray,
  openDataArray,
  openDataCollection,
  openMfDataCollection,
  saveDataCollection,
  Table,
  zfp,
} from '../../lib/index.js';
import { wave } from '../interop/wave.js';
import { randomArray } from '../packets/random-arrays.js';
import { collectionFile, expectedCollections, queryOf, structureOf } from './collection-files.js';
import { temporaryFolder } from './temporary-folder.js';

describe('collections that xdas wrote', () => {
  for (const [name, expected] of Object.entries(expectedCollections)) {
    it(`${name}: structure, text, fields, queries and selection are those of xdas`, async () => {
      const lazy = await openDataCollection(collectionFile(name));
      for (const { leaf } of lazy.leaves()) assert.ok(leaf instanceof LazyArray);
      assert.equal(String(lazy), expected.text);
      assert.deepEqual(lazy.fields, expected.fields);
      const loaded = await lazy.load();
      assert.deepEqual(structureOf(loaded), expected.structure);
      assert.equal(String(loaded), expected.text);
      for (const [indexers, left] of expected.queries)
        assert.deepEqual(structureOf(await lazy.query(queryOf(indexers)).load()), left, JSON.stringify(indexers));
      const late = lazy.sel({ time: { start: '2024-01-01T00:00:00.050' } });
      assert.equal(String(late), expected.late.text);
      assert.deepEqual(structureOf(await late.load()), expected.late.structure);
      assert.ok((await late.load()).equals(loaded.sel({ time: { start: '2024-01-01T00:00:00.050' } })));
    });
  }

  for (const name of ['named', 'nested'])
    it(`${name}: that of xdas 0.2.7 reads as that of 0.2.10`, async () => {
      const old = await (await openDataCollection(collectionFile(name, '0.2.7'))).load();
      assert.deepEqual(structureOf(old), expectedCollections[name]!.structure);
      assert.equal(String(old), expectedCollections[name]!.text);
    });
});

const key = fc
  .oneof(fc.stringMatching(/^[a-z0-9]{1,4}$/), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }))
  .filter((text) => !['.', '..', 'collection'].includes(text) && !/[/\0]/.test(text) && !text.includes('\0'));
const name = fc.option(key);
const { item: randomTree } = fc.letrec<{ item: CollectionInput; level: CollectionInput }>((tie) => ({
  item: fc.oneof({ maxDepth: 3, depthSize: 'small' }, randomArray, tie('level')),
  level: fc.oneof(
    fc.tuple(name, fc.array(tie('item'), { maxLength: 3 })).map(([name, items]) => new DataSequence(items, name)),
    fc
      .tuple(name, fc.uniqueArray(fc.tuple(key, tie('item')), { minLength: 1, maxLength: 3, selector: ([key]) => key }))
      // keys that are positions read back as a sequence: the format does not tell
      .filter(([, items]) => !items.every(([key], index) => key === String(index)))
      .map(([name, items]) => new DataMapping(new Map(items), name)),
  ),
}));

describe('saveDataCollection', () => {
  it('is read back equal, whatever the tree', async (t) => {
    const folder = await temporaryFolder(t);
    const path = join(folder, 'tree.nc');
    const property = fc.asyncProperty(randomTree, async (item) => {
      const tree = item instanceof DataCollection ? item : DataCollection.from([item]);
      await saveDataCollection(tree, path);
      const back = await (await openDataCollection(path)).load();
      assert.ok(back.equals(tree), `${String(back)}\n${String(tree)}`);
    });
    await fc.assert(property, { numRuns: 20 });
    assert.deepEqual(await readdir(folder), ['tree.nc'], 'nothing is left beside it');
  });

  const tree = () =>
    DataCollection.from(
      { das1: ['record', [wave({ samples: 50, channels: 3 }), wave({ samples: 20, channels: 5 })]] },
      'instrument',
    );

  for (const [title, encoding] of [
    ['gzip', { chunks: true, ...gzip() }],
    ['ZFP', { chunks: true, ...zfp({ reversible: true }) }],
  ] as const)
    it(`compresses each array with ${title}`, async (t) => {
      const path = join(await temporaryFolder(t), 'tree.nc');
      await saveDataCollection(tree(), path, { encoding });
      assert.ok((await (await openDataCollection(path)).load()).equals(tree()));
    });

  it('gives the same bytes at any time, and takes arrays from the file that it replaces', async (t) => {
    const path = join(await temporaryFolder(t), 'tree.nc');
    await saveDataCollection(tree(), path);
    const before = await readFile(path);
    await saveDataCollection(await openDataCollection(path), path);
    assert.deepEqual(await readFile(path), before);
  });

  it('leaves the file that was there, and nothing else, where a leaf fails', async (t) => {
    const folder = await temporaryFolder(t);
    const path = join(folder, 'tree.nc');
    await saveDataCollection(tree(), path);
    const before = await readFile(path);
    const broken = DataCollection.from({ a: wave({ samples: 3, channels: 2 }), b: new Table({ value: [1] }) });
    await assert.rejects(saveDataCollection(broken, path), { code: 'BAD_ARGUMENT', message: /tables/ });
    const lossy = DataCollection.from({ a: wave({ samples: 3, channels: 2 }).isel({ time: 0, distance: 0 }) });
    await assert.rejects(saveDataCollection(lossy, path, { encoding: { chunks: [5, 5, 5] } }), {
      code: 'BAD_ENCODING',
      message: /collection\/a: /,
    });
    assert.deepEqual(await readFile(path), before);
    assert.deepEqual(await readdir(folder), ['tree.nc']);
  });

  it('refuses keys and names that cannot be groups, folders that are not there, and unknown options', async (t) => {
    const folder = await temporaryFolder(t);
    const path = join(folder, 'tree.nc');
    for (const bad of ['a/b', '', '.', '..', 'x\0', '__proto__'])
      await assert.rejects(saveDataCollection(new DataMapping({ [bad]: [] }), path), {
        code: 'BAD_ENCODING',
        message: /name of a group/,
      });
    await assert.rejects(saveDataCollection(new DataSequence([], 'collection'), path), {
      code: 'BAD_ENCODING',
      message: /kept for levels without a name/,
    });
    await assert.rejects(saveDataCollection(tree(), path, { mode: 'a' } as never), {
      code: 'BAD_ARGUMENT',
      message: /mode/,
    });
    await assert.rejects(saveDataCollection([] as never, path), { code: 'BAD_ARGUMENT', message: /DataCollection/ });
    const deep = join(folder, 'new', 'tree.nc');
    await assert.rejects(saveDataCollection(tree(), deep), (error: { code: string; message: string }) => {
      assert.match(error.message, /new\/tree.nc/);
      return ['BAD_FILE', 'BAD_ENCODING'].includes(error.code);
    });
    assert.deepEqual(await readdir(folder), []);
    await saveDataCollection(tree(), deep, { createDirs: true });
    assert.ok((await (await openDataCollection(deep)).load()).equals(tree()));
  });
});

describe('openDataCollection', () => {
  it('says what is no collection', async (t) => {
    const folder = await temporaryFolder(t);
    const array = join(folder, 'array.nc');
    await writeFile(array, await encodePacket(wave({ samples: 3, channels: 2 })));
    await assert.rejects(openDataCollection(array), { code: 'BAD_FILE', message: /openDataArray opens it/ });
    await assert.rejects(openDataCollection(join(folder, 'none.nc')), { code: 'BAD_FILE', message: /none.nc/ });
    const bytes = await readFile(collectionFile('nested'));
    await writeFile(join(folder, 'cut.nc'), bytes.subarray(0, bytes.length / 2));
    await assert.rejects(openDataCollection(join(folder, 'cut.nc')), { code: 'BAD_FILE', message: /cut.nc/ });
    await assert.rejects(openDataArray(collectionFile('nested')), { code: 'BAD_FILE' });
  });

  it('opens the part of a file that a group names', async () => {
    const part = await openDataCollection(collectionFile('nested'), { group: 'site/0/collection' });
    assert.deepEqual([...(part as DataMapping<LazyArray>).keys()], ['east', 'west']);
    await assert.rejects(openDataCollection(collectionFile('nested'), { group: 'site/7' }), {
      code: 'BAD_FILE',
      message: /no group site\/7/,
    });
    await assert.rejects(openDataCollection(collectionFile('named'), { group: 'instrument/das1/record/0' }), {
      code: 'BAD_FILE',
      message: /holds an array/,
    });
  });

  it('gives arrays that are read in part', async () => {
    const lazy = (await openDataCollection(collectionFile('unnamed'))).leaf('a');
    const whole = await lazy.load();
    assert.deepEqual(lazy.shape, [60, 30]);
    const indexers: Parameters<LazyArray['isel']>[0][] = [
      { time: { start: 10, stop: 20 } },
      { time: { start: 10, stop: 20 }, distance: { start: -3 } },
      { distance: 4 },
      { time: -1 },
      { time: 3, distance: 4 },
      { time: { start: 20, stop: 20 } },
    ];
    for (const indexer of indexers) {
      const part = lazy.isel(indexer);
      assert.ok((await part.load()).equals(whole.isel(indexer)), JSON.stringify(indexer));
      assert.deepEqual(part.shape, whole.isel(indexer).shape);
    }
    const twice = lazy.isel({ time: { start: 10 } }).isel({ time: { start: 5, stop: 8 }, distance: 2 });
    assert.ok((await twice.load()).equals(whole.isel({ time: { start: 15, stop: 18 }, distance: 2 })));
    assert.ok((await twice.read('time', 1, 2)).equals(whole.isel({ time: { start: 16, stop: 17 }, distance: 2 })));
    assert.ok((await lazy.sel({ distance: 10 }).load()).equals(whole.sel({ distance: 10 })));
    assert.throws(() => lazy.isel({ time: [1, 2] }), { code: 'BAD_ARGUMENT', message: /load\(\)/ });
    assert.throws(() => lazy.isel({ time: { step: 2 } }), { code: 'BAD_ARGUMENT' });
    assert.throws(() => lazy.isel({ time: 60 }), { code: 'BAD_INDEX' });
    const collection = await openDataCollection(collectionFile('unnamed'));
    assert.throws(() => collection.equals(collection.isel({ time: { stop: 3 } })), { code: 'BAD_ARGUMENT' });
  });
});

describe('openMfDataCollection', () => {
  it('joins what has the same place', async (t) => {
    const folder = await temporaryFolder(t);
    const whole = wave({ samples: 100, channels: 3 });
    const part = (start: number, stop: number) => whole.isel({ time: { start, stop } });
    const wide = wave({ samples: 10, channels: 7, start: '2024-05-22' });
    await saveDataCollection(
      DataCollection.from({ b: ['x', [part(0, 40)]], a: part(0, 50) }, 'das'),
      join(folder, '1.nc'),
    );
    await saveDataCollection(
      DataCollection.from({ b: ['x', [part(40, 100), wide]], a: part(50, 100), c: [] }, 'das'),
      join(folder, '2.nc'),
    );
    const joined = await openMfDataCollection(join(folder, '*.nc'));
    assert.deepEqual([...(joined as DataMapping<LazyArray>).keys()], ['a', 'b', 'c']);
    assert.ok((await joined.leaf('a').load()).equals(whole));
    const b = joined.get('b') as DataSequence<LazyArray>;
    assert.equal(b.name, 'record');
    assert.ok((await b.load()).equals(new DataSequence([whole, wide], 'record')), String(b));
    assert.ok((joined.get('c') as DataCollection).empty);
    await copyFile(collectionFile('sequence'), join(folder, '3.nc'));
    await assert.rejects(openMfDataCollection(join(folder, '*.nc')), { code: 'BAD_FILE', message: /3.nc.*a sequence/ });
  });
});
