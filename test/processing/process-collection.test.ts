import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { describe, it } from 'node:test';
import {
  type AtomNotice,
  type Chunk,
  concat,
  type DataArray,
  DataCollection,
  DataSequence,
  Filter,
  LazyArray,
  openDataCollection,
  Partial,
  process,
  Resample,
  type Seam,
  Sequential,
  saveDataCollection,
  split,
  Table,
  Trigger,
} from '../../lib/index.js';
import { temporaryFolder } from '../files/temporary-folder.js';
import { wave } from '../interop/wave.js';

const long = wave({ samples: 300, channels: 3 });
const short = wave({ samples: 120, channels: 2 });
const pieces = split(long, 3);
const tree = () => DataCollection.from({ das1: ['record', pieces], das2: ['record', [short]] }, 'instrument');
const filter = () => new Filter({ freq: [1, 10], dim: 'time' });
/** What each leaf alone gives. */
const alone = () => tree().map((leaf) => filter().apply(leaf as DataArray));

describe('process() over a collection', () => {
  it('takes each leaf for itself, with a fresh atom, and keeps the structure', async () => {
    const atom = filter();
    const result = await process(atom, tree());
    assert.ok(result.equals(alone()));
    assert.deepEqual(atom.state, {});
    assert.equal(atom.counters.chunks, 4);
    // the same leaves as one stream are something else: no state went from one to the next
    assert.ok(
      !result.leaf('das1', 1).equals((filter().apply(long) as DataArray).isel({ time: { start: 100, stop: 200 } })),
    );
  });

  it('reads leaves that are in files in chunks, with the same result', async (t) => {
    const path = join(await temporaryFolder(t), 'tree.nc');
    await saveDataCollection(tree(), path);
    const result = await process(filter(), await openDataCollection(path), null, { chunks: { time: 17 } });
    assert.ok(result.equals(alone()));
  });

  it('writes a folder of chunks for each leaf', async (t) => {
    const folder = join(await temporaryFolder(t), 'out');
    const result = (await process(filter(), tree(), folder, { chunks: { time: 40 } })) as DataCollection<LazyArray>;
    assert.deepEqual(
      (await readdir(folder, { recursive: true })).filter((name) => name.startsWith(join('das1', '0'))).sort(),
      [join('das1', '0'), ...['000000000', '000000001', '000000002'].map((name) => join('das1', '0', name))],
    ); // prettier-ignore
    assert.ok(result.leaf('das1', 0) instanceof LazyArray);
    assert.ok((await result.load()).equals(alone()));
  });

  it('writes one collection file, whole or not at all', async (t) => {
    const folder = await temporaryFolder(t);
    const path = join(folder, 'new', 'out.nc');
    const result = (await process(filter(), tree(), path)) as DataCollection<LazyArray>;
    assert.ok((await result.load()).equals(alone()));
    assert.ok((await (await openDataCollection(path)).load()).equals(alone()));
    let calls = 0;
    const failing = new Partial({
      func: (chunk) => {
        if (++calls > 2) throw new Error('third');
        return chunk;
      },
    });
    await assert.rejects(process(failing, tree(), join(folder, 'failed.nc')), /third/);
    assert.deepEqual(await readdir(folder), ['new']);
    await assert.rejects(process(new Trigger({ thresh: 1 }), tree(), join(folder, 'picks.nc')), {
      code: 'BAD_ARGUMENT',
      message: /das1\/0: a table came out/,
    });
  });

  it('puts tables of all leaves, with the keys that led to them, into one CSV file', async (t) => {
    const path = join(await temporaryFolder(t), 'picks.csv');
    const picks = (await process(new Trigger({ thresh: 1 }), tree(), path)) as Table;
    assert.deepEqual(picks.columns.slice(0, 2), ['instrument', 'record']);
    const collection = await process(new Trigger({ thresh: 1 }), tree());
    assert.ok(picks.equals(collection.toTable()));
    assert.ok(picks.length > 10);
    const counts = Array.from(collection.leaves(), ({ leaf }) => (leaf as Table).length);
    assert.equal(
      counts.reduce((a, b) => a + b),
      picks.length,
    );
    assert.deepEqual(new Set(picks.get('instrument') as string[]), new Set(['das1', 'das2']));
    assert.equal(picks.dtype('record'), 'int64');
    assert.equal((await readFile(path, 'utf8')).split('\n').length, picks.length + 2);
  });

  it('hands one writer all chunks in order and ends it once', async () => {
    const got: Chunk[] = [];
    let ends = 0;
    const writer = new Writable({
      objectMode: true,
      highWaterMark: 1,
      write(chunk: Chunk, _encoding, callback) {
        got.push(chunk);
        setImmediate(callback);
      },
      final(callback) {
        ends++;
        callback();
      },
    });
    const nothing = new Partial({ func: (chunk) => chunk });
    await process(nothing, tree(), writer, { chunks: { time: 50 } });
    assert.equal(ends, 1);
    assert.ok(concat(got.slice(0, 6) as DataArray[], 'time').equals(long));
    assert.equal(got.length, 9);
    const broken = new Writable({
      objectMode: true,
      write: (_chunk, _encoding, callback) => callback(new Error('full')),
    });
    await assert.rejects(process(nothing, tree(), broken), /full/);
  });

  it('tells seams and notices of all leaves, notices once', async () => {
    const gappy = concat([pieces[0]!, pieces[2]!], 'time');
    const plain = long.isel({ time: { start: 0, stop: 40 } });
    const bare = plain.assignCoords({
      time: { values: plain.coords.get('time')!.values, dtype: 'datetime64[ns]' } as never,
    });
    const atom = filter();
    const seams: Seam[] = [];
    const notices: AtomNotice[] = [];
    atom.onSeam = (seam) => seams.push(seam);
    atom.onNotice = (notice) => notices.push(notice);
    await process(atom, DataCollection.from([gappy, bare, bare]), null, { chunks: { time: 10 } });
    assert.equal(seams.length, 1);
    assert.equal(atom.counters.gaps, 1);
    assert.equal(notices.length, 1);
  });

  it('gives an empty sequence for a leaf of which nothing comes, and chunks that do not join as a sequence', async () => {
    const some = new Partial({
      func: (chunk) => ((chunk as DataArray).sizes.distance === 2 ? [] : [chunk, short]) as never,
    });
    const result = await process(some, DataCollection.from({ a: short, b: long }));
    assert.ok(result.get('a') instanceof DataSequence && (result.get('a') as DataSequence).empty);
    assert.deepEqual(
      Array.from(result.leaves(), ({ path }) => path),
      [
        ['b', 0],
        ['b', 1],
      ],
    ); // prettier-ignore
  });

  it('takes chunks, until, functions, tables and empty levels', async () => {
    const until = long.coords.axis('time').getValue(49);
    const cut = await process((chunk) => chunk, tree(), null, { until });
    assert.deepEqual(
      Array.from(cut.leaves(), ({ leaf }) => (leaf as DataArray).sizes.time),
      [50, 50],
    ); // prettier-ignore
    assert.equal((cut.get('das1', 1) as DataSequence).empty, true);
    const rows = new Table({ value: [1, 2] });
    const mixed = await process((chunk) => chunk, DataCollection.from({ t: rows, e: ['x', []] }, 'kind'));
    assert.deepEqual((mixed.leaf('t') as Table).columns, ['kind', 'value']);
    assert.equal((mixed.get('e') as DataCollection).name, 'x');
  });

  it('refuses state, keys that cannot be folders, and results beyond the limit; errors name the leaf', async (t) => {
    const folder = await temporaryFolder(t);
    await assert.rejects(process(filter(), tree(), null, { state: join(folder, 'x') }), { code: 'BAD_ARGUMENT' });
    for (const key of ['..', 'a/b', 'a\\b', ''])
      await assert.rejects(process(filter(), DataCollection.from({ [key]: long }), folder), {
        code: 'BAD_ARGUMENT',
        message: /name of a folder/,
      });
    assert.deepEqual(await readdir(folder), []);
    await process(filter(), DataCollection.from({ 'x.csv': short, 'y.nc': short }), folder);
    assert.deepEqual((await readdir(folder)).sort(), ['x.csv', 'y.nc']);
    await assert.rejects(process(filter(), tree(), null, { memoryLimit: pieces[0]!.nbytes + 10 }), {
      code: 'BAD_ARGUMENT',
      message: /das1\/1: .*memoryLimit/,
    });
    await assert.rejects(process(new Filter({ freq: [1, 10], dim: 'depth' }), tree()), {
      code: 'BAD_DIM',
      message: /^das1\/0: .*depth/,
    });
    await assert.rejects(process(filter(), tree(), null, { signal: AbortSignal.abort() }), { name: 'AbortError' });
  });
});

describe('Atom.apply() of a collection', () => {
  it('takes mappings item by item, and sequences as one stream in pieces', () => {
    const atom = new Sequential([new Filter({ freq: [1, 10] }), new Resample({ rate: 50 })]);
    const result = atom.apply(tree());
    const record = result.get('das1') as DataSequence<DataArray>;
    assert.equal(record.name, 'record');
    const joined = concat([...record] as DataArray[], 'time');
    assert.ok(joined.equals(atom.fresh().apply(long) as DataArray));
    assert.ok(
      concat([...(result.get('das2') as DataSequence<DataArray>)] as DataArray[], 'time').equals(
        atom.fresh().apply(short) as DataArray,
      ),
    );
    assert.deepEqual(atom.state, {});
  });

  it('takes each for itself where the atom works along no dimension', () => {
    const atom = new Partial({ func: (chunk) => (chunk as DataArray).isel({ time: { stop: 5 } }) });
    const result = atom.apply(tree());
    assert.deepEqual(
      Array.from(result.leaves(), ({ leaf }) => (leaf as DataArray).sizes.time),
      [5, 5, 5, 5],
    ); // prettier-ignore
  });

  it('refuses arrays that are in files, collections among arrays, and names the leaf', async (t) => {
    const path = join(await temporaryFolder(t), 'tree.nc');
    await saveDataCollection(DataCollection.from({ a: long }), path);
    const lazy = await openDataCollection(path);
    assert.throws(() => filter().apply(lazy), { code: 'BAD_ARGUMENT', message: /^a: .*load\(\)/ });
    assert.throws(() => filter().apply(DataCollection.from([long, [long]])), { code: 'BAD_ARGUMENT', message: /^1: / });
    assert.throws(() => new Filter({ freq: [1, 10], dim: 'depth' }).apply(tree()), {
      code: 'BAD_DIM',
      message: /^das1\/0: /,
    });
  });
});
