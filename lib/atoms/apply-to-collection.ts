/** What an atom makes of a collection, as in xdas. */
import { DataArray } from '../dataarray/data-array.js';
import { type CollectionItem, DataCollection, DataMapping, DataSequence } from '../datacollection/data-collection.js';
import { namingLeaf } from '../datacollection/leaf-path.js';
import { AtomError } from '../errors.js';
import { annotateTable, type Place } from './annotate-table.js';
import type { Atom } from './atom.js';
import { type Chunk, joinChunks } from './chunk.js';

/**
 * A collection of what `atom` makes of the leaves of another: mappings item by item, sequences of arrays as one stream in pieces. A leaf of
 * which nothing comes out gives an empty sequence. Throws as `Atom.apply`, naming the leaf.
 */
export function applyToCollection(atom: Atom, collection: DataCollection): DataCollection<Chunk> {
  return walk(atom, collection, { path: [], levels: [] }) as DataCollection<Chunk>;
}

function walk(atom: Atom, item: CollectionItem, place: Place): CollectionItem<Chunk> {
  if (!(item instanceof DataCollection))
    return at(place, () => {
      const chunk = item as Chunk; // run() refuses what is still in files
      const chunks = atom.run(chunk);
      if (chunks.length === 0) return new DataSequence<Chunk>([]);
      return annotateTable(joinChunks(chunks, atom.workingDim(chunk), atom.name), place);
    });
  if (item instanceof DataSequence) {
    const first = [...item].find((each) => each instanceof DataArray);
    const dim = first === undefined ? null : atom.workingDim(first);
    if (dim !== null) return stream(atom, item, dim, place);
  }
  const items = item.items().map(([key, each]): [string | number, CollectionItem<Chunk>] => {
    return [key, walk(atom, each, below(place, item.name, key))];
  });
  if (item instanceof DataSequence)
    return new DataSequence<Chunk>(
      items.map(([, each]) => each),
      item.name,
    );
  return new DataMapping<Chunk>(new Map(items as [string, CollectionItem<Chunk>][]), item.name);
}

/** A sequence as one stream: its items are chunks along `dim`; what is flushed at the end belongs to the last one. */
function stream(atom: Atom, sequence: DataSequence, dim: string, place: Place): DataSequence<Chunk> {
  atom.reset();
  const out: Chunk[] = [];
  let last = below(place, sequence.name, 0);
  for (const [index, item] of sequence.items()) {
    last = below(place, sequence.name, index);
    at(last, () => {
      if (item instanceof DataCollection)
        throw new AtomError('BAD_ARGUMENT', 'a collection among arrays: a sequence of arrays is one stream');
      out.push(...atom.push(item as Chunk, { chunkDim: dim }).map((chunk) => annotateTable(chunk, last)));
    });
  }
  out.push(...at(last, () => atom.flush()).map((chunk) => annotateTable(chunk, last)));
  atom.reset();
  return new DataSequence<Chunk>(out, sequence.name);
}

function below({ path, levels }: Place, name: string | null, key: string | number): Place {
  return { path: [...path, key], levels: [...levels, name] };
}

function at<T>({ path }: Place, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw namingLeaf(path, error);
  }
}
