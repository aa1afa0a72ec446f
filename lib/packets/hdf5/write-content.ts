/** NetcdfContent -> the bytes of an HDF5 file, by the conventions with which NetCDF4 lies in HDF5. */
import { itemSize } from '../../dtype.js';
import type {
  ContentDType,
  NetcdfAttribute,
  NetcdfContent,
  NetcdfFilter,
  NetcdfStorage,
  NetcdfVariable,
} from '../netcdf-content.js';
import { filterMessage, isOptional, patchFilters, placeholder } from './filter-message.js';
import { filterById } from './filters.js';
import type { H5Module, Hdf5Library } from './hdf5-library.js';
import { countOf } from './read-values.js';
import { Refusal } from './refusal.js';

type WriteMetadata = Parameters<H5Module['create_dataset']>[3];

/** How the file is written. */
export interface WriteFormat {
  /** Whether the file keeps the order of its variables (readers list them by name otherwise). */
  trackOrder: boolean;
}

const UTF8 = 1;
const NO_FILTER = 0;
const GZIP = 1;
const OUT = '/out.nc';
const SCRATCH = '/scratch.h5';

/** HDF5's type of a content dtype; text is UTF-8 of variable length. */
function typeOf(dtype: ContentDType): Partial<WriteMetadata> {
  if (dtype === 'string') return { type: 3, size: 4, vlen: true, cset: UTF8, signed: false, littleEndian: true };
  const type = dtype.startsWith('float') ? 1 : 0;
  return { type, size: itemSize(dtype), signed: dtype.startsWith('int'), vlen: false, littleEndian: true };
}

interface Creation {
  maxshape?: readonly number[];
  chunks?: readonly number[] | null;
  filter?: { id: number; clientData: readonly number[] };
  trackOrder?: boolean;
}

function metadataOf(dtype: ContentDType, shape: readonly number[], creation: Creation = {}): WriteMetadata {
  const { maxshape = shape, chunks = null, filter } = creation;
  return {
    ...typeOf(dtype),
    shape: shape.map(BigInt),
    maxshape: maxshape.map(BigInt),
    chunks: chunks?.map(BigInt) ?? null,
    compression: filter?.id ?? NO_FILTER,
    compression_opts: filter?.clientData ?? [],
    track_order: false,
  } as unknown as WriteMetadata;
}

/** Writes `content` into an in-memory file and returns its bytes. Its consistency was checked before (check-content.ts). */
export function writeContent(library: Hdf5Library, content: NetcdfContent, { trackOrder }: WriteFormat): Uint8Array {
  const writer = new Writer(library);
  try {
    writer.open(trackOrder);
    writer.content(content);
    writer.close();
    return library.module.FS.readFile(OUT) as unknown as Uint8Array;
  } finally {
    writer.dispose();
  }
}

interface Stored {
  variable: NetcdfVariable;
  path: string;
  message: Uint8Array;
}

class Writer {
  #file = -1n;

  constructor(private readonly library: Hdf5Library) {}

  open(trackOrder: boolean): void {
    const { module } = this.library;
    const [low, high] = [module.H5F_LIBVER_EARLIEST, module.H5F_LIBVER_V110];
    this.#file = this.library.call('a new file', () => module.open(OUT, module.H5F_ACC_TRUNC, trackOrder, low, high));
  }

  #reopen(): void {
    const { module } = this.library;
    const [low, high] = [module.H5F_LIBVER_EARLIEST, module.H5F_LIBVER_V110];
    this.#file = this.library.call('the file', () => module.open(OUT, module.H5F_ACC_RDWR, false, low, high));
  }

  close(): void {
    const file = this.#file;
    this.#file = -1n;
    if (file > 0n) this.library.call('closing', () => this.library.module.close_file(file));
  }

  dispose(): void {
    this.close();
    if (this.library.module.FS.analyzePath(OUT, false).exists) this.library.module.FS.unlink(OUT);
  }

  content({ attrs, dims, variables }: NetcdfContent): void {
    const paths = new Map(variables.map((variable) => [variable, pathOf(variable, dims)]));
    const scales = new Set<NetcdfVariable>();
    for (const { name, size } of dims) {
      const variable = variables.find((each) => each.name === name && each.dims.length === 1 && each.dims[0] === name);
      if (variable) scales.add(variable);
      else this.#dimension(name, size);
    }
    const stored: Stored[] = [];
    for (const variable of variables) this.#create(variable, paths.get(variable)!, stored);
    if (stored.length > 0) this.#patchAndFill(stored);
    for (const [id, { name, size }] of dims.entries()) this.#scale(`/${name}`, name, size, id, variables, scales);
    for (const variable of variables) {
      const path = paths.get(variable)!;
      if (!scales.has(variable))
        for (const [axis, dim] of variable.dims.entries())
          this.library.call(`dimension ${dim} of ${path}`, () =>
            this.library.module.attach_scale(this.#file, path, `/${dim}`, axis),
          );
      this.#attributes(path, variable.attrs);
    }
    this.#attributes('/', attrs);
  }

  /** A dimension without a variable: a dataset of its length that nothing is ever written to. */
  #dimension(name: string, size: number): void {
    const path = `/${name}`;
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
    this.library.call(`dimension ${name}`, () => this.library.module.set_scale(this.#file, path, text));
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

  #patchAndFill(stored: readonly Stored[]): void {
    const { FS } = this.library.module;
    this.close();
    const bytes = FS.readFile(OUT) as unknown as Uint8Array;
    for (const [mark, { message }] of stored.entries()) patchFilters(bytes, message, mark);
    FS.writeFile(OUT, bytes, { canOwn: true } as object);
    this.#reopen();
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
        module.set_dataset_data(this.#file, path, null, null, null, BigInt(pointer)),
      );
    });
  }

  #resize(path: string, shape: readonly number[]): void {
    const { library } = this;
    library.call(`the size of ${path}`, () => library.module.resize_dataset(this.#file, path, shape.map(BigInt)));
  }

  #dataset(
    path: string,
    dtype: ContentDType,
    shape: readonly number[],
    values?: NetcdfVariable['values'],
    creation?: Creation,
  ): void {
    createDataset(this.library, this.#file, path, dtype, shape, values, creation);
  }

  #attributes(path: string, attrs: Record<string, NetcdfAttribute>): void {
    for (const [name, attribute] of Object.entries(attrs)) this.#attribute(path, name, attribute);
  }

  #attribute(path: string, name: string, { dtype, shape, values }: NetcdfAttribute): void {
    const { library } = this;
    const { module } = library;
    const what = `attribute ${name} of ${path}`;
    const metadata = metadataOf(dtype, shape);
    if (dtype === 'string') {
      library.call(what, () => module.create_vlen_str_attribute(this.#file, path, name, values, metadata));
      return;
    }
    const bytes = bytesOf(values);
    library.withMemory(bytes.length, (pointer) => {
      module.HEAPU8.set(bytes, pointer);
      library.call(what, () => module.create_attribute(this.#file, path, name, BigInt(pointer), metadata));
    });
  }
}

/** Creates a dataset and writes its values. */
export function createDataset(
  library: Hdf5Library,
  file: bigint,
  path: string,
  dtype: ContentDType,
  shape: readonly number[],
  values?: NetcdfVariable['values'],
  creation?: Creation,
): void {
  const { module } = library;
  const metadata = metadataOf(dtype, shape, creation);
  if (dtype === 'string') {
    library.call(`variable ${path}`, () => module.create_vlen_str_dataset(file, path, values ?? [], metadata));
    return;
  }
  const bytes = bytesOf(values);
  library.withMemory(bytes.length, (pointer) => {
    module.HEAPU8.set(bytes, pointer);
    library.call(`variable ${path}`, () => module.create_dataset(file, path, BigInt(pointer), metadata));
  });
}

/** A variable that has the name of a dimension without being its coordinate has another name in the file, as in netCDF-C. */
function pathOf({ name, dims }: NetcdfVariable, all: NetcdfContent['dims']): string {
  const clash = all.some((dim) => dim.name === name) && !(dims.length === 1 && dims[0] === name);
  return clash ? `/_nc4_non_coord_${name}` : `/${name}`;
}

function bytesOf(values: NetcdfVariable['values'] | undefined): Uint8Array {
  if (values === undefined || Array.isArray(values)) return new Uint8Array(0);
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

const finals = new Map<string, number[]>();

/**
 * The client data that ends up in the file: many filters replace what they were given when a dataset is created (type
 * size, chunk shape, ZFP's header). So one is created in a scratch file, with this filter alone, and asked.
 */
function finalClientData(
  library: Hdf5Library,
  { id, clientData }: NetcdfFilter,
  dtype: ContentDType,
  chunks: readonly number[],
): number[] {
  const key = JSON.stringify([id, clientData, dtype, chunks]);
  const known = finals.get(key);
  if (known) return known;
  library.requireFilter(id);
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

/** Opens a new file in memory for the time of `use`. */
export function inScratchFile<T>(library: Hdf5Library, use: (file: bigint) => T): T {
  const { module } = library;
  const file = library.call('a scratch file', () =>
    module.open(SCRATCH, module.H5F_ACC_TRUNC, false, module.H5F_LIBVER_EARLIEST, module.H5F_LIBVER_V110),
  );
  try {
    return use(file);
  } finally {
    library.call('closing the scratch file', () => module.close_file(file));
    module.FS.unlink(SCRATCH);
  }
}
