/** The collections that xdas wrote (test/fixtures/collections) and what it says about them. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type CollectionItem, type CollectionQuery, DataArray, DataCollection } from '../../lib/index.js';

/** A collection by its keys, names, and the first value of each leaf. */
export type Structure =
  | number
  | { kind: 'sequence' | 'mapping'; name: string | null; items: [string | number, Structure][] };

/** What xdas 0.2.10 says of a collection. */
export interface ExpectedCollection {
  structure: Structure;
  text: string;
  fields: (string | null)[];
  /** Indexers (a list of two is a slice) and what is left. */
  queries: [Record<string, string | number | [number, number]>, Structure][];
  /** `sel(time=slice('2024-01-01T00:00:00.050', None))`. */
  late: { structure: Structure; text: string };
}

const folder = fileURLToPath(new URL('../../../test/fixtures/collections/', import.meta.url));

/** Path of a collection that a version of xdas wrote. */
export const collectionFile = (name: string, version = '0.2.10') => `${folder}${name}-${version}.nc`;

/** By name. */
export const expectedCollections = JSON.parse(readFileSync(`${folder}expected.json`, 'utf8')) as Record<
  string,
  ExpectedCollection
>;

/** The structure of a collection in memory. */
export function structureOf(item: CollectionItem): Structure {
  if (item instanceof DataArray) return Number(item.values[0]);
  if (!(item instanceof DataCollection)) throw new Error('load the collection first');
  const kind = item.isSequence() ? 'sequence' : 'mapping';
  return { kind, name: item.name, items: item.items().map(([key, each]) => [key, structureOf(each)]) };
}

/** Indexers of a fixture as `query` takes them. */
export function queryOf(indexers: ExpectedCollection['queries'][0][0]): CollectionQuery {
  return Object.fromEntries(
    Object.entries(indexers).map(([key, value]) => [
      key,
      Array.isArray(value) ? { start: value[0], stop: value[1] } : value,
    ]),
  );
}
