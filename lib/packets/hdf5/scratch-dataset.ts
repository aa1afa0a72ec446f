/** Single HDF5 datasets: their creation, and scratch files that hold one for a moment. */
import { isComplexDType, itemSize, partsDType } from '../../dtype.js';
import type { NetcdfVariable, VariableDType } from '../netcdf-content.js';
import type { H5Module, Hdf5Library } from './hdf5-library.js';

type WriteMetadata = Parameters<H5Module['create_dataset']>[3];

const UTF8 = 1;
const NO_FILTER = 0;

/** HDF5's type of a dtype; text is UTF-8 of variable length, complex numbers are h5py's compound of `r` and `i`. */
function typeOf(dtype: VariableDType): Partial<WriteMetadata> {
  if (dtype === 'string') return { type: 3, size: 4, vlen: true, cset: UTF8, signed: false, littleEndian: true };
  if (isComplexDType(dtype)) {
    const part = typeOf(partsDType(dtype));
    const members = ['r', 'i'].map((name, index) => ({
      ...part,
      name,
      offset: (index * itemSize(dtype)) / 2,
      shape: [],
    }));
    const compound = { members, nmembers: 2 } as unknown as WriteMetadata['compound_type'];
    return { type: 6, size: itemSize(dtype), signed: false, vlen: false, littleEndian: true, compound_type: compound };
  }
  const type = dtype.startsWith('float') ? 1 : 0;
  return { type, size: itemSize(dtype), signed: dtype.startsWith('int'), vlen: false, littleEndian: true };
}

/** How a dataset is laid out. */
export interface Creation {
  maxshape?: readonly number[];
  chunks?: readonly number[] | null;
  filter?: { id: number; clientData: readonly number[] };
}

/** h5wasm's description of a dataset or attribute to be made. */
export function metadataOf(dtype: VariableDType, shape: readonly number[], creation: Creation = {}): WriteMetadata {
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

/** Creates a dataset and writes its values. */
export function createDataset(
  library: Hdf5Library,
  file: bigint,
  path: string,
  dtype: VariableDType,
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

/** The bytes of numeric values. */
export function bytesOf(values: NetcdfVariable['values'] | undefined): Uint8Array {
  if (values === undefined || Array.isArray(values)) return new Uint8Array(0);
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** Makes a scratch file for the time of `write`, and gives what that returns. */
export function inScratchFile<T>(library: Hdf5Library, write: (file: bigint) => T): T {
  try {
    return library.withFile(library.host.scratch, library.module.H5F_ACC_TRUNC, false, write);
  } finally {
    library.host.remove(library.host.scratch);
  }
}

/** Makes a scratch file with `write`, closes it, opens it again and gives what `read` returns. */
export function throughScratchFile<T>(
  library: Hdf5Library,
  write: (file: bigint) => void,
  read: (file: bigint) => T,
): T {
  try {
    library.withFile(library.host.scratch, library.module.H5F_ACC_TRUNC, false, write);
    return library.withFile(library.host.scratch, library.module.H5F_ACC_RDONLY, false, read);
  } finally {
    library.host.remove(library.host.scratch);
  }
}
