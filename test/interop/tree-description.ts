/** Collections as descriptions that cross between this process and a Python peer; `peer.py` has the same on its side. */
import assert from 'node:assert/strict';
import { type CollectionItem, DataArray, DataCollection, DataMapping, DataSequence, Table } from '../../lib/index.js';
import { assertSameResult, type PeerResult } from './assert-close.js';
import { buildArray, type CompareOptions, describeArray, differences } from './description.js';

/** A level: a mapping or a sequence. */
export interface LevelDescription {
  kind: 'sequence' | 'mapping';
  name: string | null;
  items: [key: string | number, item: TreeDescription][];
}

/** A collection, or what hangs on one of its ends. */
export type TreeDescription = LevelDescription | PeerResult;

const isLevel = (described: TreeDescription): described is LevelDescription => 'kind' in described;

/** Describes a collection of arrays. */
export function describeTree(item: CollectionItem): TreeDescription {
  if (item instanceof DataArray) return { array: describeArray(item) };
  assert.ok(item instanceof DataCollection, 'a collection of arrays in memory');
  const items = item.items().map(([key, each]): LevelDescription['items'][0] => [key, describeTree(each)]);
  return { kind: item.isSequence() ? 'sequence' : 'mapping', name: item.name, items };
}

/** Builds the collection that a description describes. */
export function buildTree(described: TreeDescription): CollectionItem<DataArray> {
  if (!isLevel(described)) return buildArray(described.array!);
  const items = described.items.map(([key, item]) => [String(key), buildTree(item)] as const);
  return described.kind === 'mapping'
    ? new DataMapping<DataArray>(new Map(items), described.name)
    : new DataSequence<DataArray>(
        items.map(([, item]) => item),
        described.name,
      );
}

/** What two collections differ in, as texts that say where; empty if they are the same, values bit for bit. */
export function treeDifferences(
  got: TreeDescription,
  expected: TreeDescription,
  options: CompareOptions = {},
  where = '',
): string[] {
  if (!isLevel(got) || !isLevel(expected)) {
    if (isLevel(got) !== isLevel(expected)) return [`${where}: one of the two is a leaf`];
    const [mine, theirs] = [got as PeerResult, expected as PeerResult];
    return differences(mine.array!, theirs.array!, options).map((text) => `${where}: ${text}`);
  }
  const head = ({ kind, name, items }: LevelDescription) =>
    JSON.stringify({ kind, name, keys: items.map(([key]) => key) });
  if (head(got) !== head(expected)) return [`${where}: ${head(got)}, expected ${head(expected)}`];
  return got.items.flatMap(([key, item], index) =>
    treeDifferences(item, expected.items[index]![1], options, `${where}/${key}`),
  );
}

/** Fails where a collection of results of ours is not that of xdas: values and floats within `tolerance`, all else exactly. */
export function assertSameTree(got: CollectionItem, expected: TreeDescription, tolerance = 1e-12): void {
  if (got instanceof DataArray || got instanceof Table) {
    assert.ok(!isLevel(expected), 'a leaf');
    assertSameResult(got, expected, tolerance);
    return;
  }
  assert.ok(got instanceof DataCollection && isLevel(expected), 'a level');
  assert.deepEqual(
    { kind: got.isSequence() ? 'sequence' : 'mapping', name: got.name, keys: got.items().map(([key]) => key) },
    { kind: expected.kind, name: expected.name, keys: expected.items.map(([key]) => key) },
  );
  for (const [index, [, item]] of got.items().entries()) assertSameTree(item, expected.items[index]![1], tolerance);
}
