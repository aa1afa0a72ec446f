/** HDF5 attributes and datasets -> typed arrays and strings that own their memory. */
import { partsDType, type TypedArray, typedArrayConstructor } from '../../dtype.js';
import type { ContentDType, VariableDType } from '../netcdf-content.js';
import type { H5Module, Hdf5Library } from './hdf5-library.js';
import { Refusal } from './refusal.js';

/** h5wasm's description of an attribute or dataset. */
export type Metadata = ReturnType<H5Module['get_dataset_metadata']>;

/** Counts the bytes that one file may still turn into, so that a small file cannot claim a large memory. */
export class Budget {
  #left: number;

  constructor(readonly maxBytes: number) {
    this.#left = maxBytes;
  }

  /** Takes `bytes` for `what`, or refuses with `TOO_LARGE`. */
  take(bytes: number, what: string): void {
    // A hostile shape can also make this NaN or Infinity.
    if (!(bytes <= this.#left))
      throw new Refusal(
        'TOO_LARGE',
        `${what} claims ${bytes} bytes; with what came before it that is more than maxBytes (${this.maxBytes})`,
      );
    this.#left -= bytes;
  }
}

const STRING_SPACE_PADDED = 2;
/** What a text takes beside its characters: HDF5's pointer, where its length varies, and JavaScript's object. */
const STRING_OVERHEAD = 32;
const classNames = [
  'integer',
  'float',
  'time',
  'string',
  'bitfield',
  'opaque',
  'compound',
  'reference',
  'enum',
  'variable-length',
  'array',
];

/** The content dtype of an HDF5 type. Enums (h5py's booleans) are their integers; other types are refused by name. */
export function contentDType(metadata: Metadata, what: string): ContentDType {
  const { type, size, signed } = metadata;
  const name = classNames[type] ?? 'unknown';
  const bits = size * 8;
  if (name === 'string') return 'string';
  if (name === 'float' && (size === 4 || size === 8)) return `float${bits as 32 | 64}`;
  if ((name === 'integer' || name === 'enum') && [1, 2, 4, 8].includes(size))
    return `${signed ? 'int' : 'uint'}${bits as 8 | 16 | 32 | 64}`;
  throw new Refusal(
    'MALFORMED_PACKET',
    `${what} has the HDF5 type ${name} of ${size} bytes; allowed: text, float32, float64, integers of 8 to 64 bit`,
  );
}

/**
 * The dtype of a variable: as {@link contentDType}, and complex for what h5py takes for numpy's complex numbers, a compound
 * of two floats of one size, `r` and `i`, without gaps.
 */
export function variableDType(metadata: Metadata, what: string): VariableDType {
  const { type, size, compound_type: compound } = metadata;
  if (classNames[type] !== 'compound' || !compound) return contentDType(metadata, what);
  const sameOrder = new Set(compound.members.map(({ littleEndian }) => littleEndian)).size === 1;
  const parts = compound.members.map(({ name, offset, type, size }) => `${name} ${classNames[type]} ${size} ${offset}`);
  for (const bytes of [4, 8])
    if (sameOrder && size === 2 * bytes && parts.join() === `r float ${bytes} 0,i float ${bytes} ${bytes}`)
      return bytes === 4 ? 'complex64' : 'complex128';
  const members = compound.members.slice(0, 8).map(({ name }) => name.slice(0, 40));
  throw new Refusal(
    'MALFORMED_PACKET',
    `${what} has an HDF5 compound type of ${members.join(', ')}; allowed: complex numbers, two floats r and i of 32 or 64 bit`,
  );
}

/** Number of elements of a shape; 1 for a scalar. */
export function countOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** One read from HDF5 into memory at `pointer`; vlen text needs `reclaim` afterwards. */
export interface Source {
  read(pointer: bigint): number;
  reclaim(pointer: bigint): number;
}

/** Reads `count` elements. The memory is bounded by `budget` before it is allocated. */
export function readElements(
  library: Hdf5Library,
  metadata: Metadata,
  dtype: VariableDType,
  count: number,
  source: Source,
  budget: Budget,
  what: string,
): TypedArray | string[] {
  budget.take(
    (dtype === 'string' ? STRING_OVERHEAD + (metadata.vlen ? 0 : metadata.size) : metadata.size) * count,
    what,
  );
  if (count === 0) return dtype === 'string' ? [] : new (typedArrayConstructor(partsDType(dtype)))(0);
  const bytes = metadata.size * count;
  return library.withMemory(bytes, (pointer) => {
    const { module } = library;
    if (dtype === 'string' && metadata.vlen) {
      // A read that fails half way leaves the rest of the pointers as they were.
      module.HEAPU8.fill(0, pointer, pointer + bytes);
      try {
        library.call(what, () => source.read(BigInt(pointer)));
        const pointers = new Uint32Array(module.HEAPU8.slice(pointer, pointer + bytes).buffer);
        return Array.from(pointers, (text) => {
          const string = text === 0 ? '' : module.UTF8ToString(text);
          budget.take(string.length, what);
          return string;
        });
      } finally {
        library.call(what, () => source.reclaim(BigInt(pointer)));
      }
    }
    library.call(what, () => source.read(BigInt(pointer)));
    const copy = module.HEAPU8.slice(pointer, pointer + bytes);
    if (dtype === 'string') return fixedStrings(copy, metadata);
    return new (typedArrayConstructor(partsDType(dtype)))(copy.buffer);
  });
}

function fixedStrings(bytes: Uint8Array, { size, strpad }: Metadata): string[] {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const strings: string[] = [];
  for (let start = 0; start < bytes.length; start += size) {
    const all = bytes.subarray(start, start + size);
    const nul = all.indexOf(0);
    let end = nul < 0 ? size : nul;
    if (strpad === STRING_SPACE_PADDED) while (end > 0 && all[end - 1] === 0x20) end--;
    strings.push(decoder.decode(all.subarray(0, end)));
  }
  return strings;
}
