/** Objects of any HDF5 file by path, for formats that are no NetCDF: groups, datasets, their attributes and small values. */
import type { TypedArray } from '../../dtype.js';
import type { ContentDType, NetcdfAttribute } from '../netcdf-content.js';
import type { Hdf5Library } from './hdf5-library.js';
import { namingFilters, ObjectReader } from './object-reader.js';
import { Budget, contentDType, countOf, type Metadata, readElements } from './read-values.js';
import { Refusal } from './refusal.js';

/** What lies under a name of a group; links that lead out of the file, and all else, are `'other'`. */
export type ChildKind = 'group' | 'dataset' | 'other';

/** What every object has. */
interface ObjectHead {
  path: string;
  attrs: Record<string, NetcdfAttribute>;
  /** Attributes that are there and cannot be read (compounds, references, damage), and why. */
  unread: Record<string, string>;
}

/** A group: what is right under it. */
export interface Hdf5Group extends ObjectHead {
  kind: 'group';
  children: Record<string, ChildKind>;
}

/** A dataset. */
export interface Hdf5Dataset extends ObjectHead {
  kind: 'dataset';
  shape: number[];
  /** Null for types that are neither numbers nor text. */
  dtype: ContentDType | null;
  /** In C order where they take at most `inlineBytes`; null where they take more, or are neither numbers nor text. */
  values: TypedArray | string[] | null;
}

/** A group or a dataset. */
export type Hdf5Object = Hdf5Group | Hdf5Dataset;

/** What {@link readObjects} may hold. */
export interface ObjectLimits {
  maxBytes: number;
  /** Datasets are read along if their values take at most this. */
  inlineBytes: number;
}

interface ChildTypes {
  get_types(file: bigint, group: string): Record<string, number>;
}

/** The objects at `paths` (`/` is the root), in order; null where there is none. Links that lead out of the file are not followed. */
export function readObjects(
  library: Hdf5Library,
  file: bigint,
  paths: readonly string[],
  limits: ObjectLimits,
): (Hdf5Object | null)[] {
  const walker = new Walker(library, file, new Budget(limits.maxBytes), limits.inlineBytes);
  return paths.map((path) => walker.object(path));
}

/** As `ObjectReader.block`, of a dataset at any path. Refuses with `BAD_INDEX` what is no dataset. */
export function readBlock(
  library: Hdf5Library,
  file: bigint,
  { path, start, count, maxBytes }: { path: string; start: number[]; count: number[]; maxBytes: number },
): TypedArray | string[] {
  const walker = new Walker(library, file, new Budget(maxBytes), 0);
  if (walker.kind(path) !== 'dataset') throw new Refusal('BAD_INDEX', `dataset ${path} is not there`);
  return walker.block(path, start, count);
}

class Walker extends ObjectReader {
  readonly #inlineBytes: number;
  readonly #children = new Map<string, Record<string, ChildKind>>();

  constructor(library: Hdf5Library, file: bigint, budget: Budget, inlineBytes: number) {
    super(library, file, budget);
    this.#inlineBytes = inlineBytes;
  }

  /** What is at `path`, found from group to group so that HDF5 is never asked for what is not there. */
  kind(path: string): ChildKind | null {
    let at = '';
    let kind: ChildKind = 'group';
    for (const name of path.split('/').filter(Boolean)) {
      if (kind !== 'group') return null;
      const children = this.children(at || '/');
      if (!Object.hasOwn(children, name)) return null;
      kind = children[name]!;
      at = `${at}/${name}`;
    }
    return kind;
  }

  object(path: string): Hdf5Object | null {
    const kind = this.kind(path);
    if (kind === 'group') return { kind, path, ...this.head(path), children: this.children(path) };
    return kind === 'dataset' ? this.dataset(path) : null;
  }

  private children(path: string): Record<string, ChildKind> {
    const known = this.#children.get(path);
    if (known) return known;
    const { library, file } = this;
    const { module } = library;
    const what = `the list of what is in ${path}`;
    const names = library.call(what, () => module.get_names(file, path, false));
    const types = library.call(what, () => (module as unknown as ChildTypes).get_types(file, path));
    const kinds = names.map((name): [string, ChildKind] => {
      const type = types[name];
      return [name, type === module.H5O_TYPE_GROUP ? 'group' : type === module.H5O_TYPE_DATASET ? 'dataset' : 'other'];
    });
    const children = Object.fromEntries(kinds);
    this.#children.set(path, children);
    return children;
  }

  private head(path: string): Pick<ObjectHead, 'attrs' | 'unread'> {
    const attrs: [string, NetcdfAttribute][] = [];
    const unread: [string, string][] = [];
    for (const name of this.attributeNames(path)) {
      try {
        attrs.push([name, this.attribute(path, name)]);
      } catch (error) {
        if (!(error instanceof Refusal) || error.lost || error.code === 'TOO_LARGE') throw error;
        unread.push([name, error.message]);
      }
    }
    return { attrs: Object.fromEntries(attrs), unread: Object.fromEntries(unread) };
  }

  private dataset(path: string): Hdf5Dataset {
    const { library, file } = this;
    const { module } = library;
    const what = `dataset ${path}`;
    const metadata = library.call(what, () => module.get_dataset_metadata(file, path));
    if (metadata.virtual_sources)
      throw new Refusal('MALFORMED_PACKET', `${what} is virtual (its values are in other files)`);
    const shape = metadata.shape ?? [0];
    const dtype = knownDType(metadata, what);
    const bytes = countOf(shape) * metadata.size;
    const head = { kind: 'dataset' as const, path, shape, dtype, ...this.head(path) };
    if (dtype === null || !(bytes <= this.#inlineBytes)) return { ...head, values: null };
    const storage = this.storage(path, metadata);
    const source = {
      read: (pointer: bigint) => module.get_dataset_data(file, path, null, null, null, pointer),
      reclaim: (pointer: bigint) => module.reclaim_vlen_memory(file, path, '', pointer),
    };
    const count = metadata.shape === null ? 0 : countOf(shape);
    try {
      return { ...head, values: readElements(library, metadata, dtype, count, source, this.budget, what) };
    } catch (error) {
      throw namingFilters(error, storage);
    }
  }
}

function knownDType(metadata: Metadata, what: string): ContentDType | null {
  try {
    return contentDType(metadata, what);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
