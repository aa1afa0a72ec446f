import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import fc from 'fast-check';
import {
  atomFromSpec,
  type Chunk,
  type CollectionInput,
  type CollectionItem,
  type DataArray,
  DataCollection,
  DataMapping,
  DataSequence,
  gzip,
  openDataCollection,
  process,
  saveDataCollection,
  split,
  zfp,
} from '../../lib/index.js';
import { temporaryFolder } from '../files/temporary-folder.js';
import { anyArray } from './any-array.js';
import { assertSameRows, type PeerResult } from './assert-close.js';
import { describePeers } from './describe-peers.js';
import { unpack } from './description.js';
import {
  assertSameTree,
  buildTree,
  describeTree,
  type LevelDescription,
  type TreeDescription,
  treeDifferences,
} from './tree-description.js';
import { wave } from './wave.js';

/** Changed by hand to look at other trees; the same in every run, so that a failure can be seen again. */
const seed = 20261127;

const leaf = anyArray({ listAttrs: false });
const key = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9]{0,3}$/),
  fc.constantFrom('00', 'IA.DBNFM', 'küste', 'a b', '10', '[x]', 'time'),
);
const levelName = fc.option(fc.constantFrom('instrument', 'record', 'été', 'shot 1'));

/** Trees without empty levels (xdas writes none of them), whose leaves are all equally far down where `even`. */
function anyTree(even: boolean): fc.Arbitrary<DataCollection<DataArray>> {
  const item = (depth: number): fc.Arbitrary<CollectionInput<DataArray>> =>
    depth === 0 ? leaf : even ? level(depth) : fc.oneof(leaf, level(depth));
  const level = (depth: number): fc.Arbitrary<DataCollection<DataArray>> => {
    const below = item(depth - 1);
    return fc.oneof(
      fc
        .tuple(levelName, fc.array(below, { minLength: 1, maxLength: 3 }))
        .map(([name, items]) => new DataSequence<DataArray>(items, name)),
      fc
        .tuple(
          levelName,
          fc.uniqueArray(fc.tuple(key, below), { minLength: 1, maxLength: 3, selector: ([key]) => key }),
        )
        .map(([name, items]) => new DataMapping<DataArray>(new Map(items), name)),
    );
  };
  return fc.integer({ min: 1, max: 3 }).chain(level);
}

const loaded = async (path: string) => await (await openDataCollection(path)).load();

/** All leaves by the keys that lead to them, in no order. */
const byPath = (tree: TreeDescription, above: string[] = []): Map<string, TreeDescription> =>
  'kind' in tree
    ? new Map(tree.items.flatMap(([key, item]) => [...byPath(item, [...above, String(key)])]))
    : new Map([[above.join('/'), tree]]);

describePeers('collection files', (suite) => {
  const old = suite.version === '0.2.7';
  const compare = { regularity: !old };

  it('of ours, any tree: xdas opens them, and calls them equal to what is built there', suite.options, async (t) => {
    const folder = await temporaryFolder(t);
    const trees = fc.sample(anyTree(false), { numRuns: 12, seed });
    for (const [index, tree] of trees.entries()) {
      const path = join(folder, `${index}.nc`);
      await saveDataCollection(tree, path);
      const { tree: opened, equal } = await suite.peer.call<{ tree: TreeDescription; equal: boolean }>(
        'open_collection',
        { path, expected: describeTree(tree) },
      );
      assert.deepEqual(treeDifferences(opened, describeTree(tree), compare), [], `tree ${index}`);
      assert.equal(equal, true, `tree ${index}`);
    }
  });

  for (const [name, encoding] of [
    ['gzip, shuffle', { chunks: true, ...gzip(), shuffle: true }],
    ['ZFP reversible', { chunks: true, ...zfp({ reversible: true }) }],
  ] as const)
    it(`of ours, with ${name}`, suite.options, async (t) => {
      const path = join(await temporaryFolder(t), 'tree.nc');
      const tree = DataCollection.from<DataArray>(
        {
          das1: ['record', split(wave({ samples: 100, channels: 7 }), 3)],
          das2: ['record', [wave({ samples: 9, channels: 2 })]],
        },
        'instrument',
      ); // prettier-ignore
      await saveDataCollection(tree, path, { encoding });
      const { tree: opened, text } = await suite.peer.call<{ tree: TreeDescription; text: string }>('open_collection', {
        path,
        expected: describeTree(tree),
      });
      assert.deepEqual(treeDifferences(opened, describeTree(tree), compare), []);
      if (!old) assert.equal(String(await openDataCollection(path)), text);
    });

  it('of xdas, any tree of one depth: ours opens what was written', suite.options, async (t) => {
    const folder = await temporaryFolder(t);
    const trees = fc.sample(anyTree(true), { numRuns: 12, seed });
    for (const [index, tree] of trees.entries()) {
      const path = join(folder, `${index}.nc`);
      await suite.peer.call('save_collection', { path, tree: describeTree(tree) });
      const got = await loaded(path);
      assert.deepEqual(treeDifferences(describeTree(got), describeTree(tree), compare), [], `tree ${index}`);
      if (!old) assert.ok(got.equals(buildTree(describeTree(tree)) as DataCollection), `tree ${index}`);
    }
  });

  it('of xdas, any tree: ours opens what that xdas opens', suite.options, async (t) => {
    const folder = await temporaryFolder(t);
    const trees = fc.sample(anyTree(false), { numRuns: 12, seed });
    for (const [index, tree] of trees.entries()) {
      const path = join(folder, `${index}.nc`);
      const written = describeTree(tree);
      const { tree: opened } = await suite.peer.call<{ tree: TreeDescription }>('save_collection', {
        path,
        tree: written,
      });
      const got = describeTree(await loaded(path));
      assert.deepEqual(treeDifferences(got, opened, compare), [], `tree ${index}`);
      // nothing is lost, whatever became of the order
      const [mine, theirs] = [byPath(got), byPath(written)];
      assert.deepEqual([...mine.keys()].sort(), [...theirs.keys()].sort(), `tree ${index}`);
      for (const [path, array] of theirs)
        assert.deepEqual(treeDifferences(mine.get(path)!, array, compare), [], `tree ${index}, ${path}`);
    }
  });
});

const long = wave({ samples: 600, channels: 3 });
const short = wave({ samples: 250, channels: 2 });
const later = wave({ samples: 200, channels: 3, start: '2024-05-22T00:00:00' });
const pieces = split(long, 3) as DataArray[];
/** Sequences of one stream in pieces, one with a gap, and a leaf right in a mapping. */
const mixed = () =>
  DataCollection.from<DataArray>(
    { das1: ['record', pieces], das2: ['record', [pieces[0]!, later]], das3: ['record', [short]], alone: short },
    'instrument',
  );
/** Each leaf a record of its own: what `process` does is the same in both. */
const leaves = () =>
  DataCollection.from<DataArray>(
    { IA: ['station', { DBNFM: long, 'D 2': short }], XX: ['station', { S: later }] },
    'network',
  );

const stages: Record<string, object>[][] = [
  [{ Filter: { freq: [1, 10], dim: 'time' } }],
  [{ Filter: { freq: [1, 10] } }, { Resample: { rate: 50 } }],
  [{ FIRFilter: { numtaps: 31, cutoff: [2, 20], dim: 'time' } }],
  [{ STALTA: { sta: 0.1, lta: 1 } }],
];
const picking: Record<string, object>[] = [
  { Filter: { freq: [1, 10] } },
  { STALTA: { sta: 0.05, lta: 1 } },
  { Trigger: { thresh: 1.05 } },
];

describePeers(
  'atoms over collections',
  (suite) => {
    const theirs = (tree: DataCollection, stages: object[], how: object = {}) =>
      suite.peer.call<TreeDescription>('apply_collection', {
        stages,
        tree: describeTree(tree as CollectionItem),
        ...how,
      });

    for (const each of stages) {
      const name = each.map((stage) => JSON.stringify(stage)).join(' ');

      it(`apply, ${name}: sequences as one stream in pieces`, suite.options, async () => {
        assertSameTree(atomFromSpec(each).apply(mixed()), await theirs(mixed(), each));
      });

      it(`process, ${name}: each leaf for itself, from a file in chunks`, suite.options, async (t) => {
        const result = await processed(t, each, leaves());
        assertSameTree(result, await theirs(leaves(), each, { throughProcess: true, chunks: { time: 70 } }));
      });
    }

    it('picks of all leaves are the one table that xdas makes of them', suite.options, async (t) => {
      // a leaf right in the mapping would have no record, for which tables here have no column
      const records = (mixed() as DataMapping<DataArray>).without('alone');
      const applied = (await theirs(records, picking)) as PeerResult;
      assertSameRows(atomFromSpec(picking).apply(records).toTable(), applied.columns!);
      const through = { throughProcess: true, chunks: { time: 70 } };
      const { columns } = (await theirs(leaves(), picking, through)) as PeerResult;
      assertSameRows((await processed(t, picking, leaves())).toTable(), columns!);
      assert.ok(unpack(columns!.time!).length > 10);
    });

    it('process: a sequence is leaf by leaf here and one stream there, as apply has it', suite.options, async () => {
      const tree = DataCollection.from<DataArray>(pieces, 'record');
      const filter = stages[0]!;
      const there = (await theirs(tree, filter, { throughProcess: true })) as LevelDescription;
      assertSameTree(atomFromSpec(filter).apply(tree), there);
      const here = (await process(atomFromSpec(filter), tree)) as DataSequence<DataArray>;
      assertSameTree(here.at(0)!, there.items[0]![1]);
      assert.throws(() => assertSameTree(here.at(1)!, there.items[1]![1]), /values differ/);
    });
  },
  ['0.2.10'],
);

/** What `process` makes of a collection that is in a file, read in chunks. */
async function processed(t: TestContext, stages: object[], tree: DataCollection): Promise<DataCollection<Chunk>> {
  const path = join(await temporaryFolder(t), 'tree.nc');
  await saveDataCollection(tree, path);
  return await process(atomFromSpec(stages as never), await openDataCollection(path), null, { chunks: { time: 70 } });
}
