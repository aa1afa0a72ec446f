/** Collections of arrays into NetCDF files, as xdas lays them out in groups. */
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { DataArray } from '../dataarray/data-array.js';
import { DataCollection, type LeafEntry } from '../datacollection/data-collection.js';
import { type CollectionLeaf, isLazyLeaf } from '../datacollection/leaf.js';
import { ArgumentError, DasflowError, FileError } from '../errors.js';
import { isStorableText } from '../packets/cf-attributes.js';
import { dataArrayToContent } from '../packets/data-array-to-content.js';
import { resolveEncoding } from '../packets/encoding.js';
import { ownContent } from '../packets/hdf5/write-netcdf.js';
import { flagOption } from '../packets/known-options.js';
import type { NetcdfContent } from '../packets/netcdf-content.js';
import type { EncodeOptions } from '../packets/packet.js';
import { diskWriter, withPath } from './hdf5/disk-worker.js';
import { UNNAMED_LEVEL } from './open-data-collection.js';
import { partName } from './whole-file.js';

/** Options of {@link saveDataCollection}. */
export interface SaveDataCollectionOptions {
  /** How the values of all arrays are stored: chunks, compression, ZFP; as for packets. Default: plain. */
  encoding?: EncodeOptions['encoding'];
  /** Spelling of the coordinates. Default `'both'`: every xdas since 0.2.7 reads it. */
  dialect?: EncodeOptions['dialect'];
  /** NaN and infinity in lossy ZFP: `'error'` (default) or `'allow'`. */
  nonFinite?: EncodeOptions['nonFinite'];
  /** Make the folder of the file where it does not exist. Default false, as in xdas. */
  createDirs?: boolean;
}

/** Gives the values of a leaf when they are written; null where there are none, which is written as an empty sequence. */
export type LeafValues<L extends CollectionLeaf> = (entry: LeafEntry<L>) => Promise<DataArray | null>;

/** Milliseconds that HDF5 may take to write one array. */
const DEADLINE = 120_000;

/**
 * Writes a collection into one NetCDF file that xdas opens with `open_datacollection`: each array in a group of its own, `instrument/das1/record/0`
 * for the first array of the sequence `record` under the key `das1` of the mapping `instrument`. The file is there whole or not at
 * all. Arrays are written one after the other; those that are still in their files are read when their turn comes, so one of them is in memory at a time.
 *
 * Empty levels are written too and read back, empty mappings as empty sequences (xdas writes none of them). Throws `BAD_ENCODING` for keys and
 * names that cannot be names of groups (empty, `.`, `..`, with a slash) and for the name `collection`, which the format keeps for levels without one;
 * `BAD_ARGUMENT` for tables, which xdas does not write either; `BAD_FILE`, and what `encodePacket` throws, naming the leaf. xdas:
 * `DataCollection.to_netcdf`.
 */
export async function saveDataCollection(
  collection: DataCollection,
  path: string,
  options: SaveDataCollectionOptions = {},
): Promise<void> {
  if (!(collection instanceof DataCollection))
    throw new ArgumentError('BAD_ARGUMENT', `saveDataCollection takes a DataCollection, not ${typeOf(collection)}`);
  await writeCollection(collection, path, ({ leaf }) => valuesOf(leaf), options);
}

/** As {@link saveDataCollection}, with the values of each leaf from `values`, asked for in order and one at a time. */
export async function writeCollection<L extends CollectionLeaf>(
  collection: DataCollection<L>,
  path: string,
  values: LeafValues<L>,
  { createDirs = false, ...options }: SaveDataCollectionOptions = {},
): Promise<void> {
  const allowed = ['encoding', 'dialect', 'nonFinite'];
  const unknown = Object.keys(options).filter((name) => !allowed.includes(name));
  if (unknown.length > 0)
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `saveDataCollection: unknown option ${unknown.join(', ')}; allowed: ${allowed.join(', ')}, createDirs`,
    );
  flagOption('createDirs', createDirs);
  const steps = stepsOf(path, collection);
  const target = resolve(path);
  const part = join(dirname(target), partName(basename(target)));
  const entries = collection.leaves();
  let dimensions = 0;
  const append = async (groups: string[], group: string, content: NetcdfContent | null, create = false) => {
    const job = { kind: 'append' as const, path: part, create, groups, group, content, firstDimension: dimensions };
    await withPath(path, () => diskWriter.run(job, { deadline: DEADLINE }));
    dimensions += content?.dims.length ?? 0;
  };
  try {
    if (createDirs) await mkdir(dirname(target), { recursive: true });
    await append([], '', null, true);
    let levels: string[] = [];
    for (const { group, isLeaf } of steps) {
      levels.push(group);
      if (!isLeaf) continue;
      const array = await values(entries.next().value!);
      if (array === null) levels.push(`${group}/${UNNAMED_LEVEL}`);
      else {
        await append(levels, group, contentOf(path, group, array, options));
        levels = [];
      }
    }
    if (levels.length > 0) await append(levels, '', null);
    await rename(part, target);
  } catch (cause) {
    await rm(part, { force: true }).catch(() => {});
    if (cause instanceof DasflowError || !(cause as NodeJS.ErrnoException).syscall) throw cause;
    throw new FileError('BAD_FILE', path, `cannot be written: ${(cause as Error).message}`, { cause });
  }
}

/** The groups of a collection in the order in which they are made, checked. */
function stepsOf(path: string, collection: DataCollection): { group: string; isLeaf: boolean }[] {
  const steps: { group: string; isLeaf: boolean }[] = [];
  const walk = (node: DataCollection, above: string) => {
    if (node.name === UNNAMED_LEVEL)
      throw new FileError('BAD_ENCODING', path, `the name ${UNNAMED_LEVEL} is kept for levels without a name`);
    const level = `${above}/${groupName(path, above, node.name ?? UNNAMED_LEVEL)}`;
    steps.push({ group: level, isLeaf: false });
    for (const [key, item] of node.items()) {
      const here = `${level}/${groupName(path, level, String(key))}`;
      const isLeaf = !(item instanceof DataCollection);
      steps.push({ group: here, isLeaf });
      if (item instanceof DataCollection) walk(item, here);
    }
  };
  walk(collection, '');
  return steps;
}

function groupName(path: string, above: string, name: string): string {
  // h5wasm loses __proto__ when it lists a group: it would be written and never read again
  const isReserved = name === '' || name === '.' || name === '..' || name === '__proto__';
  if (!isReserved && !name.includes('/') && isStorableText(name)) return name;
  throw new FileError(
    'BAD_ENCODING',
    path,
    `${JSON.stringify(name)} under ${above || '/'} cannot be the name of a group: empty, dots, slash, NUL, lone surrogate or __proto__`,
  );
}

function contentOf(
  path: string,
  group: string,
  array: DataArray,
  { encoding, nonFinite, dialect }: Omit<SaveDataCollectionOptions, 'createDirs'>,
): NetcdfContent {
  try {
    const storage = encoding === undefined ? undefined : resolveEncoding(encoding, array, { nonFinite });
    return ownContent(dataArrayToContent(array, { ...(dialect && { dialect }), ...(storage && { storage }) }));
  } catch (cause) {
    if (!(cause instanceof DasflowError)) throw cause;
    throw new FileError(cause.code, path, `${group}: ${cause.message.replace(/^encode: /, '')}`, { cause });
  }
}

async function valuesOf(leaf: CollectionLeaf): Promise<DataArray> {
  if (leaf instanceof DataArray) return leaf;
  if (isLazyLeaf(leaf)) return await leaf.load();
  throw new ArgumentError('BAD_ARGUMENT', 'a collection file holds arrays; tables go to a *.csv file: see toTable()');
}

const typeOf = (value: unknown) => (value as object | null)?.constructor?.name ?? String(value);
