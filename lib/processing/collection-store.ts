/** Files of collections. They come in from outside, as sources and sinks do. */
import type { DataArray } from '../dataarray/data-array.js';
import type { DataCollection, LeafEntry } from '../datacollection/data-collection.js';
import type { LazyLeaf } from '../datacollection/leaf.js';
import { ArgumentError } from '../errors.js';

/** The file format of collections. `lib/register-kinds.ts` puts it in. */
export interface CollectionStore {
  /** Writes a file whole or not at all, values asked for leaf by leaf; null: none. */
  write(
    path: string,
    collection: DataCollection,
    values: (entry: LeafEntry) => Promise<DataArray | null>,
  ): Promise<void>;
  open(path: string): Promise<DataCollection<LazyLeaf>>;
}

let store: CollectionStore | null = null;

/** Makes a file format known to `process()`. */
export function registerCollectionStore(found: CollectionStore): void {
  store = found;
}

/** The format. Throws `BAD_ARGUMENT` where none was registered. */
export function collectionStore(): CollectionStore {
  if (!store)
    throw new ArgumentError('BAD_ARGUMENT', 'no format for collections is registered (lib/register-kinds.js)');
  return store;
}
