/** NetcdfContent -> the bytes of an HDF5 file, by the conventions with which NetCDF4 lies in HDF5. */
import { itemSize } from '../../dtype.js';
import type {
  NetcdfAttribute,
  NetcdfContent,
  NetcdfFilter,
  NetcdfStorage,
  NetcdfVariable,
  VariableDType,
} from '../netcdf-content.js';
import { filterMessage, isOptional, patchFilters, placeholder } from './filter-message.js';
import { filterById } from './filters.js';
import type { Hdf5Library } from './hdf5-library.js';
import type { Appended } from './messages.js';
import { requireProven } from './prove-codec.js';
import { countOf } from './read-values.js';
import { Refusal } from './refusal.js';
import { bytesOf, type Creation, createDataset, inScratchFile, metadataOf } from './scratch-dataset.js';

/** How the file is written. */
export interface WriteFormat {
  /** Whether the file keeps the order of its variables (readers list them by name otherwise). */
  trackOrder: boolean;
}

const GZIP = 1;
/** An attribute has to fit, with its name and type, into one message of 64 KiB of an object header. */
const ATTRIBUTE_AT_MOST = 64_000;
/** Text itself lies elsewhere in the file. */
const TEXT_REFERENCE = 16;
const OUT = '/out.nc';

/** Writes `content` into an in-memory file and returns its bytes. Its consistency was checked before (check-content.ts). */
export function writeContent(library: Hdf5Library, content: NetcdfContent, { trackOrder }: WriteFormat): Uint8Array {
  const { FS, H5F_ACC_TRUNC, H5F_ACC_RDWR } = library.module;
  try {
    const stored = library.withFile(OUT, H5F_ACC_TRUNC, trackOrder, (file) =>
      new Writer(library, file).structure(content),
    );
    if (stored.length > 0) {
      const bytes = FS.readFile(OUT) as unknown as Uint8Array;
      for (const [mark, { message }] of stored.entries()) patchFilters(bytes, message, mark);
      FS.writeFile(OUT, bytes, { canOwn: true } as object);
      library.withFile(OUT, H5F_ACC_RDWR, false, (file) => new Writer(library, file).fill(stored));
    }
    return FS.readFile(OUT) as unknown as Uint8Array;
  } finally {
    library.host.remove(OUT);
  }
}

/**
 * Adds groups, and content in one of them, to the file at `path` (which `create` makes anew). `patch` edits the bytes that
 * the file has gained since it was opened.
 */
export function appendContent(
  library: Hdf5Library,
  path: string,
  { create, groups, group, content, firstDimension }: Appended,
  patch: (edit: (bytes: Uint8Array) => void) => void,
): void {
  const { module } = library;
  const stored = library.withFile(path, create ? module.H5F_ACC_TRUNC : module.H5F_ACC_RDWR, true, (file) => {
    for (const each of groups) library.call(`the group ${each}`, () => module.create_group(file, each, true));
    return content ? new Writer(library, file, group, firstDimension).structure(content) : [];
  });
  if (stored.length === 0) return;
  patch((bytes) => {
    for (const [mark, { message }] of stored.entries()) patchFilters(bytes, message, mark);
  });
  library.withFile(path, module.H5F_ACC_RDWR, false, (file) => new Writer(library, file, group).fill(stored));
}

interface Stored {
  variable: NetcdfVariable;
  path: string;
  message: Uint8Array;
}

class Writer {
  constructor(
    private readonly library: Hdf5Library,
    private readonly file: bigint,
    /** Path of the group that is written to, without a slash at its end; the root is empty. */
    private readonly group = '',
    private readonly firstDimension = 0,
  ) {}

  /** Everything but the values of filtered variables, which have no extent yet and are returned. */
  structure({ attrs, dims, variables }: NetcdfContent): Stored[] {
    const paths = new Map(variables.map((variable) => [variable, this.group + pathOf(variable, dims)]));
    const scales = new Set<NetcdfVariable>();
    for (const { name, size } of dims) {
      const variable = variables.find((each) => each.name === name && each.dims.length === 1 && each.dims[0] === name);
      if (variable) scales.add(variable);
      else this.#dimension(name, size);
    }
    const stored: Stored[] = [];
    for (const variable of variables) this.#create(variable, paths.get(variable)!, stored);
    for (const [id, { name, size }] of dims.entries())
      this.#scale(`${this.group}/${name}`, name, size, this.firstDimension + id, variables, scales);
    for (const variable of variables) {
      const path = paths.get(variable)!;
      if (!scales.has(variable))
        for (const [axis, dim] of variable.dims.entries())
          this.library.call(`dimension ${dim} of ${path}`, () =>
            this.library.module.attach_scale(this.file, path, `${this.group}/${dim}`, axis),
          );
      this.#attributes(path, variable.attrs);
    }
    this.#attributes(this.group || '/', attrs);
    return stored;
  }

  /** A dimension without a variable: a dataset of its length that nothing is ever written to. */
  #dimension(name: string, size: number): void {
    const path = `${this.group}/${name}`;
    if (size === 0) {
      this.#dataset(path, 'float32', [0]);
      return;
    }
    this.#dataset(path, 'float32', [0], undefined, { maxshape: [size], chunks: [Math.min(size, 1024)] });
    this.#resize(path, [size]);
  }

  #scale(
    path: string,
    name: string,
    size: number,
    id: number,
    variables: readonly NetcdfVariable[],
    scales: ReadonlySet<NetcdfVariable>,
  ): void {
    const own = variables.some((variable) => scales.has(variable) && variable.name === name);
    const text = own ? name : `This is a netCDF dimension but not a netCDF variable.${String(size).padStart(10)}`;
    this.library.call(`dimension ${name}`, () => this.library.module.set_scale(this.file, path, text));
    this.#attribute(path, '_Netcdf4Dimid', { dtype: 'int32', shape: [], values: Int32Array.of(id) });
  }

  #create(variable: NetcdfVariable, path: string, stored: Stored[]): void {
    const { dtype, shape, values, storage } = variable;
    const chunked = storage && shape.length > 0 && countOf(shape) > 0;
    const chunks = chunked ? storage.chunks.map((size, axis) => Math.min(size, shape[axis])) : null;
    if (!chunked || !chunks || storage.filters.length === 0) {
      this.#dataset(path, dtype, shape, values, { chunks });
      return;
    }
    const filters = storage.filters.map((filter) => ({
      id: filter.id,
      optional: isOptional(filter),
      clientData: finalClientData(this.library, filter, dtype, chunks),
    }));
    const message = filterMessage(filters);
    const filter = { id: GZIP, clientData: placeholder(message, stored.length) };
    const nothing = shape.map(() => 0);
    this.#dataset(path, dtype, nothing, undefined, { maxshape: shape, chunks, filter });
    stored.push({ variable, path, message });
  }

  /** Gives filtered variables their extent and values, once their filters are in the file. */
  fill(stored: readonly Stored[]): void {
    for (const { variable, path } of stored) {
      this.#resize(path, variable.shape);
      this.#fill(variable, path);
    }
  }

  #fill({ name, values, storage }: NetcdfVariable, path: string): void {
    const { library } = this;
    const { module } = library;
    const bytes = bytesOf(values);
    const filters = storage!.filters.map(({ id }) => filterById(id).name).join(', ');
    library.withMemory(bytes.length, (pointer) => {
      module.HEAPU8.set(bytes, pointer);
      library.call(`variable ${name} (${filters})`, () =>
        module.set_dataset_data(this.file, path, null, null, null, BigInt(pointer)),
      );
    });
  }

  #resize(path: string, shape: readonly number[]): void {
    const { library } = this;
    library.call(`the size of ${path}`, () => library.module.resize_dataset(this.file, path, shape.map(BigInt)));
  }

  #dataset(
    path: string,
    dtype: VariableDType,
    shape: readonly number[],
    values?: NetcdfVariable['values'],
    creation?: Creation,
  ): void {
    createDataset(this.library, this.file, path, dtype, shape, values, creation);
  }

  #attributes(path: string, attrs: Record<string, NetcdfAttribute>): void {
    for (const [name, attribute] of Object.entries(attrs)) this.#attribute(path, name, attribute);
  }

  #attribute(path: string, name: string, { dtype, shape, values }: NetcdfAttribute): void {
    const { library } = this;
    const { module } = library;
    const what = `attribute ${name} of ${path}`;
    const metadata = metadataOf(dtype, shape);
    const stored = values.length * (dtype === 'string' ? TEXT_REFERENCE : itemSize(dtype));
    if (stored > ATTRIBUTE_AT_MOST)
      throw new Refusal('BAD_ENCODING', `${what} takes ${stored} bytes; HDF5 allows ${ATTRIBUTE_AT_MOST} for one`);
    // (Of no strings at all h5wasm would make a null pointer, which HDF5 refuses.)
    if (dtype === 'string' && values.length > 0) {
      library.call(what, () => module.create_vlen_str_attribute(this.file, path, name, values, metadata));
      return;
    }
    const bytes = bytesOf(values);
    library.withMemory(bytes.length, (pointer) => {
      module.HEAPU8.set(bytes, pointer);
      library.call(what, () => module.create_attribute(this.file, path, name, BigInt(pointer), metadata));
    });
  }
}

/** A variable that has the name of a dimension without being its coordinate has another name in the file, as in netCDF-C. */
function pathOf({ name, dims }: NetcdfVariable, all: NetcdfContent['dims']): string {
  const clash = all.some((dim) => dim.name === name) && !(dims.length === 1 && dims[0] === name);
  return clash ? `/_nc4_non_coord_${name}` : `/${name}`;
}

const finals = new Map<string, number[]>();

/**
 * The client data that ends up in the file: many filters replace what they were given when a dataset is created (type
 * size, chunk shape, ZFP's header). So one is created in a scratch file, with this filter alone, and asked.
 */
function finalClientData(
  library: Hdf5Library,
  { id, clientData }: NetcdfFilter,
  dtype: VariableDType,
  chunks: readonly number[],
): number[] {
  const key = JSON.stringify([id, clientData, dtype, chunks]);
  requireProven(library, id, clientData, false);
  const known = finals.get(key);
  if (known) return known;
  const storage: NetcdfStorage = { chunks: [...chunks], filters: [{ id, clientData }] };
  const found = inScratchFile(library, (file) => {
    const nothing = chunks.map(() => 0);
    try {
      createDataset(library, file, '/v', dtype, nothing, undefined, {
        maxshape: chunks,
        chunks,
        filter: storage.filters[0],
      });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { name } = filterById(id);
      throw new Refusal(
        'BAD_ENCODING',
        `${name} (${id}) with client data [${clientData}] refuses ${dtype} in chunks of [${chunks}]: ${error.message}`,
        name,
      );
    }
    return library.call('the scratch filters', () => library.module.get_dataset_filters(file, '/v'))[0].cd_values;
  });
  const final = Array.from(found, (value) => value >>> 0);
  if (finals.size > 500) finals.clear();
  finals.set(key, final);
  return final;
}
