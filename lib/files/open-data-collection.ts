/** Collections of arrays in NetCDF files, as xdas lays them out in groups. */
import { type CollectionItem, DataCollection, DataMapping, DataSequence } from '../datacollection/data-collection.js';
import { ArgumentError, FileError } from '../errors.js';
import type { NetcdfTree } from '../packets/netcdf-content.js';
import { findFiles } from './find-files.js';
import { netcdfGroup, openNetcdfTree } from './hdf5/open-netcdf-file.js';
import { type JoinRunsOptions, joinRuns } from './join-runs.js';
import { LazyArray } from './lazy-array.js';
import { arrayInGroup, INLINE_BYTES } from './netcdf-file.js';

/** The name of the group of a level that has no name. */
export const UNNAMED_LEVEL = 'collection';

/** Options of {@link openDataCollection}. */
export interface OpenDataCollectionOptions {
  /** Path of the group that the collection is (`'archive/instrument'`). Default: the one group at the top of the file. */
  group?: string;
}

/**
 * Opens the collection in a NetCDF file: names, coordinates and attributes are read, at one go; values stay in the file until a leaf (a
 * `LazyArray`) is read or `load()` is called. A level whose keys are 0, 1, 2, ... in order is a sequence, others are mappings: the
 * format does not tell them apart otherwise. Throws `BAD_FILE` where the file is missing or damaged, holds an array instead
 * (`openDataArray`), no collection, several, or something that is neither a level nor an array, saying where. xdas:
 * `open_datacollection`.
 */
export async function openDataCollection(
  path: string,
  options: OpenDataCollectionOptions = {},
): Promise<DataCollection<LazyArray>> {
  const root = await openNetcdfTree(path, { inlineBytes: INLINE_BYTES });
  const { node, where } = findCollection(path, root, options.group);
  return levelOf(path, node, where);
}

/**
 * Opens many files of collections as one: what has the same place in them is joined along `dim`. Sequences become sequences of joined arrays,
 * named `'record'`, as `openMfDataTree` makes them; mappings get the keys of all, sorted; arrays right in a mapping are joined to one. Throws as
 * {@link openDataCollection} and `openMfDataArray`, and `BAD_FILE` where a mapping and a sequence, or levels of different names,
 * have the same place. xdas: `open_mfdatacollection`.
 */
export async function openMfDataCollection(
  paths: string | readonly string[],
  options: JoinRunsOptions = {},
): Promise<DataCollection<LazyArray>> {
  const files = typeof paths === 'string' ? await findFiles(paths) : paths;
  if (files.length === 0) throw new ArgumentError('BAD_ARGUMENT', 'no files to open');
  const found: Found[] = [];
  for (const path of files) found.push({ path, item: await openDataCollection(path) });
  return combined(found, [], options) as DataCollection<LazyArray>;
}

/** What one file has at a place. */
interface Found {
  path: string;
  item: CollectionItem<LazyArray>;
}

function combined(found: readonly Found[], where: string[], options: JoinRunsOptions): CollectionItem<LazyArray> {
  const [first] = found as [Found, ...Found[]];
  const refuse = (path: string, text: string) => new FileError('BAD_FILE', path, `${where.join('/') || '/'} ${text}`);
  const kind = ({ item }: Found) =>
    item instanceof LazyArray ? 'an array' : item instanceof DataMapping ? 'a mapping' : 'a sequence';
  for (const each of found)
    if (kind(each) !== kind(first)) throw refuse(each.path, `is ${kind(each)}; in ${first.path} it is ${kind(first)}`);
  if (first.item instanceof LazyArray)
    return LazyArray.join(
      found.flatMap(({ item }) => (item as LazyArray).files),
      options,
    );
  if (first.item instanceof DataMapping) {
    const { name } = first.item;
    for (const { path, item } of found)
      if ((item as DataMapping<LazyArray>).name !== name)
        throw refuse(path, `has the name ${(item as DataMapping<LazyArray>).name}; in ${first.path} it is ${name}`);
    const keys = new Set(found.flatMap(({ item }) => [...(item as DataMapping<LazyArray>).keys()]));
    const items = [...keys].sort().map((key): [string, CollectionItem<LazyArray>] => {
      const having = found.filter(({ item }) => (item as DataMapping<LazyArray>).has(key));
      const below = having.map(({ path, item }) => ({ path, item: (item as DataMapping<LazyArray>).get(key) }));
      return [key, combined(below, [...where, key], options)];
    });
    return new DataMapping<LazyArray>(new Map(items), name);
  }
  const arrays = found.flatMap(({ path, item }) =>
    [...(item as DataSequence<LazyArray>)].flatMap((each) => {
      if (each instanceof DataCollection) throw refuse(path, 'is a sequence of collections, which are not joined');
      return each.files;
    }),
  );
  return joinRuns(arrays, options);
}

function findCollection(
  path: string,
  root: NetcdfTree,
  group: string | undefined,
): { node: NetcdfTree; where: string } {
  const refuse = (text: string) => new FileError('BAD_FILE', path, text);
  const array = 'holds an array, not a collection; openDataArray opens it';
  if (root.content) throw refuse(array);
  const names = root.children.map(({ name }) => name);
  let node = root;
  const parts = group === undefined ? names.slice(0, 1) : group.split('/').filter(Boolean);
  if (parts.length === 0) throw refuse('holds no collection: there is no group in it');
  if (group === undefined && names.length > 1)
    throw refuse(`holds several groups (${names.slice(0, 8).join(', ')}): name one of them as { group }`);
  for (const part of parts) {
    const next = node.children.find(({ name }) => name === part);
    if (!next) throw refuse(`there is no group ${group}`);
    node = next;
  }
  if (node.content) throw refuse(`${node.name} ${array}`);
  return { node, where: `/${parts.join('/')}` };
}

/** A group that holds groups, as a level of a collection. */
function levelOf(path: string, node: NetcdfTree, where: string): DataCollection<LazyArray> {
  const items = node.children.map((child): [string, CollectionItem<LazyArray>] => {
    const here = `${where}/${child.name}`;
    return [child.name, itemOf(path, child, here)];
  });
  const name = node.name === UNNAMED_LEVEL ? null : node.name;
  const isSequence = items.every(([key], index) => key === String(index));
  if (!isSequence) return new DataMapping<LazyArray>(new Map(items), name);
  return new DataSequence<LazyArray>(
    items.map(([, item]) => item),
    name,
  );
}

function itemOf(path: string, { content, children }: NetcdfTree, where: string): CollectionItem<LazyArray> {
  if (content) return LazyArray.of(arrayInGroup(netcdfGroup(path, where, content), `${where}: `));
  const [level, ...more] = children;
  if (!level || more.length > 0 || level.content)
    throw new FileError(
      'BAD_FILE',
      path,
      `${where} is no part of a collection: it holds ${children.length} groups; allowed: an array, or one group that is the next level`,
    );
  return levelOf(path, level, `${where}/${level.name}`);
}
