/** An open HDF5 file -> NetcdfContent, by the conventions with which NetCDF4 lies in HDF5. */
import type { TypedArray } from '../../dtype.js';
import {
  type NetcdfAttribute,
  type NetcdfContent,
  type NetcdfTree,
  type NetcdfVariable,
  reservedAttributes,
} from '../netcdf-content.js';
import type { Hdf5Library } from './hdf5-library.js';
import { namingFilters, ObjectReader } from './object-reader.js';
import { Budget, countOf, type Metadata, readElements, variableDType } from './read-values.js';
import { Refusal } from './refusal.js';

const DIMENSION_WITHOUT_VARIABLE = 'This is a netCDF dimension but not a netCDF variable';
const NOT_A_COORDINATE = '_nc4_non_coord_';
/** Groups in groups, and groups in all, that are read: hard links can make a circle. */
const DEEPEST = 64;
const MOST_GROUPS = 100_000;

/** What {@link readContent} may hold, and whether it reads values at all. */
export interface ReadLimits {
  /** Most bytes that all values and attributes of the file together may take. */
  maxBytes: number;
  /** Variables whose values are read; the others have an empty array of their dtype. Default all. */
  wanted?: (variable: Omit<NetcdfVariable, 'values'>) => boolean;
}

/** What h5wasm has and its types leave out. */
interface ChildTypes {
  get_types(file: bigint, group: string): Record<string, number>;
  H5O_TYPE_NAMED_DATATYPE: number;
}

/** A dataset as it was found, before dimensions have names. */
interface Found {
  path: string;
  name: string;
  metadata: Metadata;
  shape: number[];
  names: string[];
  isScale: boolean;
  hasVariable: boolean;
  dimid: number | undefined;
}

/**
 * Reads the root group of the open file `file`: attributes, dimensions, variables. Groups below it are no part of a packet
 * and are not read, as NetCDF readers do it. Everything unexpected is a {@link Refusal}.
 */
export function readContent(library: Hdf5Library, file: bigint, limits: ReadLimits): NetcdfContent {
  const reader = new Reader(library, file, new Budget(limits.maxBytes));
  return reader.content(limits.wanted ?? (() => true));
}

/**
 * Reads all groups of the open file `file`, from the root down to those that hold datasets. Refuses more than 64 levels or
 * 100,000 groups (`TOO_LARGE`), and as {@link readContent}.
 */
export function readTree(library: Hdf5Library, file: bigint, limits: ReadLimits): NetcdfTree {
  const budget = new Budget(limits.maxBytes);
  const wanted = limits.wanted ?? (() => true);
  let count = 0;
  const walk = (name: string, path: string, depth: number): NetcdfTree => {
    if (++count > MOST_GROUPS || depth > DEEPEST)
      throw new Refusal('TOO_LARGE', `${path || '/'}: more than ${MOST_GROUPS} groups, or ${DEEPEST} levels of them`);
    const reader = new Reader(library, file, budget, path);
    const { datasets, groups } = reader.children();
    if (datasets.length > 0) return { name, content: reader.content(wanted), children: [] };
    return { name, content: null, children: groups.map((child) => walk(child, `${path}/${child}`, depth + 1)) };
  };
  return walk('', '', 0);
}

/**
 * Reads a block of one variable of the root group, or of the group `group`: `count` elements from `start` along each axis, in C order. Refuses
 * what is not there (`BAD_INDEX`) and as {@link readContent}.
 */
export function readSlice(
  library: Hdf5Library,
  file: bigint,
  {
    group = '',
    name,
    start,
    count,
    maxBytes,
  }: { group?: string; name: string; start: number[]; count: number[]; maxBytes: number },
): TypedArray | string[] {
  return new Reader(library, file, new Budget(maxBytes), group).slice(name, start, count);
}

class Reader extends ObjectReader {
  /** `group`: path of the group that is read, without a slash at its end; the root is empty. */
  constructor(
    library: Hdf5Library,
    file: bigint,
    budget: Budget,
    private readonly group = '',
  ) {
    super(library, file, budget);
  }

  private get path(): string {
    return this.group || '/';
  }

  /** Names of what is right in the group, in the file's order. */
  children(): { datasets: string[]; groups: string[] } {
    const { library, file, group } = this;
    const { module } = library;
    const what = 'the list of variables';
    const names = library.call(what, () => module.get_names(file, this.path, false));
    const typed = module as unknown as ChildTypes;
    // (Not get_type, which answers with an uninitialized number, and in silence, where an object is damaged.)
    const types = library.call(what, () => typed.get_types(file, this.path));
    const of = (type: number) => names.filter((name) => types[name] === type);
    const known = [module.H5O_TYPE_DATASET, module.H5O_TYPE_GROUP, typed.H5O_TYPE_NAMED_DATATYPE];
    for (const name of names)
      if (!known.includes(types[name]!))
        throw new Refusal('MALFORMED_PACKET', `${group}/${name} is neither a variable nor a group`);
    return { datasets: of(module.H5O_TYPE_DATASET), groups: of(module.H5O_TYPE_GROUP) };
  }

  content(wanted: NonNullable<ReadLimits['wanted']>): NetcdfContent {
    const attrs = this.attributes(this.path, this.attributeNames(this.path));
    const found = this.children().datasets.map((name) => this.find(`${this.group}/${name}`, name));
    const dims = new Dimensions(found);
    const variables = found
      .filter(({ hasVariable }) => hasVariable)
      .map((each) => this.variable(each, this.dimsOf(each, dims), wanted));
    return { attrs, dims: dims.list(), variables };
  }

  slice(name: string, start: number[], count: number[]): TypedArray | string[] {
    const { library, file, group } = this;
    const what = `variable ${name}`;
    const names = library.call(what, () => library.module.get_names(file, this.path, false));
    const stored = [name, NOT_A_COORDINATE + name].find((each) => names.includes(each));
    const path = stored === undefined ? null : `${group}/${stored}`;
    if (!path) throw new Refusal('BAD_INDEX', `${what} is not there`);
    return this.block(path, start, count, what);
  }

  private attributes(path: string, names: string[]): Record<string, NetcdfAttribute> {
    const entries = names
      .filter((name) => !reservedAttributes.has(name))
      .map((name): [string, NetcdfAttribute] => [name, this.attribute(path, name)]);
    return Object.fromEntries(entries);
  }

  private find(path: string, name: string): Found {
    const { library, file } = this;
    const metadata = library.call(`variable ${path}`, () => library.module.get_dataset_metadata(file, path));
    if (metadata.shape === null)
      throw new Refusal('MALFORMED_PACKET', `variable ${path} has no shape (null dataspace)`);
    const names = this.attributeNames(path);
    const isScale = names.includes('CLASS') && this.text(path, 'CLASS') === 'DIMENSION_SCALE';
    const scaleName = isScale && names.includes('NAME') ? this.text(path, 'NAME') : '';
    const ids = names.includes('_Netcdf4Dimid') ? this.attribute(path, '_Netcdf4Dimid').values : [];
    return {
      path,
      name: name.startsWith(NOT_A_COORDINATE) ? name.slice(NOT_A_COORDINATE.length) : name,
      metadata,
      shape: metadata.shape,
      names,
      isScale,
      hasVariable: !scaleName.startsWith(DIMENSION_WITHOUT_VARIABLE),
      dimid: isScale && ids.length > 0 ? Number(ids[0]) : undefined,
    };
  }

  private text(path: string, name: string): string {
    const [value] = this.attribute(path, name).values;
    return typeof value === 'string' ? value : '';
  }

  private dimsOf({ path, name, shape, names, isScale }: Found, dims: Dimensions): string[] {
    const { library, file } = this;
    if (isScale) {
      if (shape.length === 1) return [name];
      const ids = names.includes('_Netcdf4Coordinates') ? this.attribute(path, '_Netcdf4Coordinates').values : [];
      const known = Array.from(ids as Iterable<number | bigint | string>, (id) => dims.nameOfId(Number(id)));
      if (known.length === shape.length && known.every((dim) => dim !== undefined)) return known as string[];
      return dims.phony(shape);
    }
    if (!names.includes('DIMENSION_LIST')) return dims.phony(shape);
    const labels = shape.map((_, axis) => {
      const what = `dimension ${axis} of ${path}`;
      const scales = library.call(what, () => library.module.get_attached_scales(file, path, axis));
      return scales.length > 0
        ? dims.checked(scales[0].slice(scales[0].lastIndexOf('/') + 1), shape[axis], what)
        : null;
    });
    return dims.phony(shape, labels);
  }

  private variable(each: Found, dims: string[], wanted: NonNullable<ReadLimits['wanted']>): NetcdfVariable {
    const { library, file } = this;
    const { module } = library;
    const { path, name, metadata, shape, names } = each;
    const what = `variable ${path}`;
    if (metadata.virtual_sources)
      throw new Refusal('MALFORMED_PACKET', `${what} is virtual (its values are in other files)`);
    const dtype = variableDType(metadata, what);
    const storage = this.storage(path, metadata);
    const described = { name, dtype, shape, dims, attrs: this.attributes(path, names), ...(storage && { storage }) };
    const source = {
      read: (pointer: bigint) => module.get_dataset_data(file, path, null, null, null, pointer),
      reclaim: (pointer: bigint) => module.reclaim_vlen_memory(file, path, '', pointer),
    };
    const count = wanted(described) ? countOf(shape) : 0;
    let values: TypedArray | string[];
    try {
      values = readElements(library, metadata, dtype, count, source, this.budget, what);
    } catch (error) {
      throw namingFilters(error, storage);
    }
    return { ...described, values };
  }
}

/** The dimensions of a file: named by scales, or made up for axes that have none. */
class Dimensions {
  readonly #named = new Map<string, number>();
  readonly #ids = new Map<number, string>();
  readonly #phony: { name: string; size: number }[] = [];

  constructor(found: readonly Found[]) {
    const scales = found.filter(({ isScale }) => isScale);
    // NetCDF4 numbers its dimensions; without numbers, or with equal ones, the order in the file stands.
    scales.sort((a, b) => (a.dimid ?? Number.MAX_SAFE_INTEGER) - (b.dimid ?? Number.MAX_SAFE_INTEGER));
    for (const { name, shape, dimid } of scales) {
      this.#named.set(name, shape[0] ?? 1);
      if (dimid !== undefined) this.#ids.set(dimid, name);
    }
  }

  nameOfId(id: number): string | undefined {
    return this.#ids.get(id);
  }

  /** `name`, if it is a dimension of this `size`. */
  checked(name: string, size: number, what: string): string {
    const known = this.#named.get(name);
    if (known !== size)
      throw new Refusal(
        'MALFORMED_PACKET',
        `${what} has length ${size}, its dimension ${name} has ${known ?? 'no'} length`,
      );
    return name;
  }

  /** Names for the axes that have none: `phony_dim_<n>`, the same for equal sizes but never twice in one variable. */
  phony(shape: readonly number[], labels: readonly (string | null)[] = shape.map(() => null)): string[] {
    const used = new Set<string>();
    return shape.map((size, axis) => {
      const label = labels[axis];
      if (label !== null) return label;
      let dim = this.#phony.find((each) => each.size === size && !used.has(each.name));
      if (!dim) {
        dim = { name: `phony_dim_${this.#phony.length}`, size };
        this.#phony.push(dim);
      }
      used.add(dim.name);
      return dim.name;
    });
  }

  list(): { name: string; size: number }[] {
    return [...Array.from(this.#named, ([name, size]) => ({ name, size })), ...this.#phony];
  }
}
