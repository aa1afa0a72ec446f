/** What reading any object of an open HDF5 file is made of: attributes, blocks of values, how they are stored. */
import type { TypedArray } from '../../dtype.js';
import type { NetcdfAttribute, NetcdfStorage } from '../netcdf-content.js';
import { bloscAvailable, innerCodec } from './filters.js';
import type { Hdf5Library } from './hdf5-library.js';
import { requireProven } from './prove-codec.js';
import { type Budget, contentDType, countOf, type Metadata, readElements, variableDType } from './read-values.js';
import { Refusal } from './refusal.js';

/** Reads objects of the open file `file` by their path. Everything unexpected is a {@link Refusal}; memory is taken from `budget`. */
export class ObjectReader {
  constructor(
    protected readonly library: Hdf5Library,
    protected readonly file: bigint,
    protected readonly budget: Budget,
  ) {}

  /**
   * A block of the dataset at `path`: `count` elements from `start` along each axis, in C order. Refuses what is not there
   * (`BAD_INDEX`) and filters that are not available.
   */
  block(path: string, start: number[], count: number[], what = `dataset ${path}`): TypedArray | string[] {
    const { library, file, budget } = this;
    const { module } = library;
    const metadata = library.call(what, () => module.get_dataset_metadata(file, path));
    const shape = metadata.shape ?? [];
    const fits =
      start.length === shape.length &&
      count.length === shape.length &&
      shape.every((size, axis) => start[axis] >= 0 && count[axis] >= 0 && start[axis] + count[axis] <= size);
    if (!fits) throw new Refusal('BAD_INDEX', `${what} of shape (${shape}) has no block of (${count}) from (${start})`);
    const dtype = variableDType(metadata, what);
    const storage = this.storage(path, metadata);
    const [counts, starts] = [count.map(BigInt), start.map(BigInt)];
    const steps = shape.map(() => 1n);
    const source =
      shape.length === 0
        ? {
            read: (pointer: bigint) => module.get_dataset_data(file, path, null, null, null, pointer),
            reclaim: (pointer: bigint) => module.reclaim_vlen_memory(file, path, '', pointer),
          }
        : {
            read: (pointer: bigint) => module.get_dataset_data(file, path, counts, starts, steps, pointer),
            reclaim: (pointer: bigint) => module.reclaim_vlen_memory_count(file, path, '', pointer, counts),
          };
    try {
      return readElements(library, metadata, dtype, countOf(count), source, budget, what);
    } catch (error) {
      throw namingFilters(error, storage);
    }
  }

  protected attributeNames(path: string): string[] {
    return this.library.call(`the attributes of ${path}`, () =>
      this.library.module.get_attribute_names(this.file, path),
    );
  }

  protected attribute(path: string, name: string): NetcdfAttribute {
    const { library, file } = this;
    const { module } = library;
    const what = path === '/' ? `global attribute ${name}` : `attribute ${name} of ${path}`;
    const metadata = library.call(what, () => module.get_attribute_metadata(file, path, name));
    const dtype = contentDType(metadata, what);
    if (metadata.shape === null)
      // A null dataspace: netCDF-C writes empty text so, h5py `Empty`.
      return dtype === 'string'
        ? { dtype, shape: [], values: [''] }
        : { dtype, shape: [0], values: readElements(library, metadata, dtype, 0, never, this.budget, what) };
    const source = {
      read: (pointer: bigint) => module.get_attribute_data(file, path, name, pointer),
      reclaim: (pointer: bigint) => module.reclaim_vlen_memory(file, path, name, pointer),
    };
    const count = countOf(metadata.shape);
    return {
      dtype,
      shape: metadata.shape,
      values: readElements(library, metadata, dtype, count, source, this.budget, what),
    };
  }

  protected storage(path: string, metadata: Metadata): NetcdfStorage | undefined {
    const { library, file } = this;
    if (!metadata.chunks) return undefined;
    const what = `variable ${path}`;
    const filters = library.call(`the filters of ${path}`, () => library.module.get_dataset_filters(file, path));
    if (countOf(metadata.chunks) * metadata.size > this.budget.maxBytes)
      throw new Refusal('TOO_LARGE', `${what} has chunks of ${metadata.chunks} elements, more than maxBytes`);
    for (const { id, cd_values } of filters) {
      const inner = innerCodec(id, cd_values);
      if (inner !== undefined && !bloscAvailable.includes(inner))
        throw new Refusal(
          'UNSUPPORTED_FILTER',
          `${what} is compressed with ${inner} inside ${id === 32001 ? 'blosc' : 'blosc2'} (${id}); available inside it: ${bloscAvailable.join(', ')}`,
          inner,
        );
      requireProven(library, id, cd_values, true);
    }
    return {
      chunks: [...metadata.chunks],
      filters: filters.map(({ id, cd_values }) => ({ id, clientData: cd_values.map((value) => value >>> 0) })),
    };
  }
}

const never = { read: () => 0, reclaim: () => 0 };

/** The refusal, with the filters of the dataset in its text. */
export function namingFilters(error: unknown, storage: NetcdfStorage | undefined): unknown {
  if (!(error instanceof Refusal) || !storage || storage.filters.length === 0) return error;
  const ids = storage.filters.map(({ id }) => id).join(', ');
  return new Refusal(error.code, `${error.message} (HDF5 filters ${ids})`, error.codec);
}
