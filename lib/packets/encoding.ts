/** How the values of a packet or file are stored: xdas's `encoding`, resolved for one array. */
import { type ArrayDType, isComplexDType, isFloatDType, itemSize, type TypedArray } from '../dtype.js';
import { ArgumentError, PacketError } from '../errors.js';
import {
  type BitshuffleOptions,
  type Blosc2Options,
  type BloscOptions,
  type CodecName,
  type Compression,
  codecHelpers,
  type ZfpOptions,
  zfpModes,
} from './codecs.js';
import { filterById } from './hdf5/filters.js';
import type { NetcdfFilter, NetcdfStorage } from './netcdf-content.js';

/**
 * Chunks and filters. Either the full form, as xdas has it (`{ chunks, compression, compressionOpts, shuffle, fletcher32 }`,
 * the middle two from a helper such as `zfp({ accuracy: 1e-3 })`), or a codec by name (`{ chunks, zfp: { accuracy: 1e-3 } }`).
 */
export interface Encoding {
  /**
   * Elements of one chunk per dimension, by position or by dimension name (a dimension that is not named is not cut); more
   * than the array has is clipped. `true`, or left out where there is a filter: the whole array, or halves of it until a
   * chunk has at most 1 MiB.
   */
  chunks?: readonly number[] | Readonly<Record<string, number>> | boolean | null;
  /** HDF5's filter number, `'gzip'` or `'lzf'`; 0 to 9 is a level of gzip, as in h5py. */
  compression?: number | 'gzip' | 'lzf' | null;
  /** The filter's client data; for gzip its level. */
  compressionOpts?: number | readonly number[] | null;
  /** HDF5's byte shuffle before the codec. Default false. */
  shuffle?: boolean;
  /** HDF5's checksum of every chunk, after the codec. Default false. */
  fletcher32?: boolean;
  zfp?: ZfpOptions;
  blosc?: BloscOptions | true;
  blosc2?: Blosc2Options | true;
  zstd?: { clevel?: number } | true;
  lz4?: { nbytes?: number } | true;
  bitshuffle?: BitshuffleOptions | true;
  bzip2?: { blocksize?: number } | true;
  gzip?: { level?: number } | true;
  lzf?: Record<string, never> | true;
}

/** The array that an encoding is for. A `DataArray` is one. */
export interface EncodedArray {
  readonly dims: readonly string[];
  readonly shape: readonly number[];
  readonly dtype: ArrayDType;
  /** Looked at for NaN and infinities, where ZFP is lossy. */
  readonly values?: TypedArray;
}

const ZFP = 32013;
const LZF = 32000;
const AUTOMATIC_CHUNK_BYTES = 2 ** 20;
const fullKeys = ['chunks', 'compression', 'compressionOpts', 'shuffle', 'fletcher32'];

/**
 * The storage that `encoding` means for `array`; undefined for an array without elements, or where nothing is asked for.
 * A chunk of one single value is stored without ZFP, which has no blocks of one.
 *
 * Throws `ArgumentError` `BAD_ENCODING` (unknown keys or options, two codecs, chunks that do not fit, a ZFP mode that is
 * not good for the dtype, a filter that is not available) and `PacketError` `NON_FINITE`, see {@link assertFinite}.
 */
export function resolveEncoding(
  encoding: Encoding,
  array: EncodedArray,
  { nonFinite = 'error' }: { nonFinite?: 'error' | 'allow' } = {},
): NetcdfStorage | undefined {
  const { dims, shape, dtype } = array;
  checkKeys(encoding);
  if (nonFinite !== 'error' && nonFinite !== 'allow')
    throw new ArgumentError('BAD_ARGUMENT', `nonFinite is ${JSON.stringify(nonFinite)}; allowed: 'error', 'allow'`);
  const filters = filtersOf(encoding);
  const { chunks } = encoding;
  const asked = filters.length > 0 || (chunks !== undefined && chunks !== null && chunks !== false);
  if (!asked) return undefined;
  if (shape.length === 0) throw bad('an array without dimensions has neither chunks nor filters');
  const sizes = chunksOf(chunks, dims, shape, dtype);
  const zfp = filters.find(({ id }) => id === ZFP);
  if (zfp) checkZfp(zfp, dtype, sizes);
  if (shape.includes(0)) return undefined;
  if (zfp && zfpIsLossy(zfp) && nonFinite === 'error' && array.values) assertFinite(array.values);
  const kept = sizes.every((size) => size === 1) ? filters.filter(({ id }) => id !== ZFP) : filters;
  return { chunks: sizes, filters: kept };
}

/**
 * Throws `PacketError` `NON_FINITE` at the first NaN or infinity: lossy ZFP turns NaN into an invented number, and one
 * infinity spoils its whole block of 4 x 4 values.
 */
export function assertFinite(values: TypedArray): void {
  if (!(values instanceof Float32Array || values instanceof Float64Array)) return;
  for (let index = 0; index < values.length; index++)
    if (!Number.isFinite(values[index]))
      throw new PacketError(
        'NON_FINITE',
        'encode',
        `value ${index} (C order) is ${values[index]}, which lossy ZFP would spoil; use reversible: true, another codec, or nonFinite: 'allow'`,
        { codec: 'zfp' },
      );
}

function bad(text: string): ArgumentError {
  return new ArgumentError('BAD_ENCODING', `encoding: ${text}`);
}

function checkKeys(encoding: Encoding): void {
  if (encoding === null || typeof encoding !== 'object' || Array.isArray(encoding))
    throw bad(`must be an object, not ${JSON.stringify(encoding)}`);
  const allowed = [...fullKeys, ...Object.keys(codecHelpers)];
  const unknown = Object.keys(encoding).filter((key) => !allowed.includes(key));
  if (unknown.length > 0) throw bad(`unknown key ${unknown.join(', ')}; allowed: ${allowed.join(', ')}`);
  for (const key of ['shuffle', 'fletcher32'] as const)
    if (encoding[key] !== undefined && typeof encoding[key] !== 'boolean')
      throw bad(`${key} must be true or false, not ${JSON.stringify(encoding[key])}`);
}

/** In h5py's order: shuffle, codec, checksum. */
function filtersOf(encoding: Encoding): NetcdfFilter[] {
  const filters: NetcdfFilter[] = [];
  if (encoding.shuffle) filters.push({ id: 2, clientData: [], optional: true });
  const codec = codecOf(encoding);
  if (codec) filters.push(codec);
  if (encoding.fletcher32) filters.push({ id: 3, clientData: [], optional: false });
  return filters;
}

function codecOf(encoding: Encoding): NetcdfFilter | undefined {
  const named = (Object.keys(codecHelpers) as CodecName[]).filter((name) => encoding[name] !== undefined);
  const full = encoding.compression !== undefined && encoding.compression !== null;
  if (named.length + (full ? 1 : 0) > 1)
    throw bad(`one codec at a time, not ${[...named, ...(full ? ['compression'] : [])].join(' and ')}`);
  if (named.length === 1) {
    const [name] = named;
    const options = encoding[name];
    const helper = codecHelpers[name] as (options: object) => Compression;
    return filterOf(helper(options === true || options === null ? {} : (options as object)));
  }
  if (!full) {
    if (encoding.compressionOpts !== undefined && encoding.compressionOpts !== null)
      throw bad('compressionOpts without compression');
    return undefined;
  }
  return filterOf({ compression: encoding.compression!, compressionOpts: encoding.compressionOpts ?? null });
}

function filterOf({ compression, compressionOpts }: Compression): NetcdfFilter {
  const numbers =
    compressionOpts === null ? [] : typeof compressionOpts === 'number' ? [compressionOpts] : compressionOpts;
  if (!numbers.every((value) => Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 32))
    throw bad(`compressionOpts must be integers of 32 bit, not ${JSON.stringify(compressionOpts)}`);
  const level = typeof compression === 'number' && compression >= 0 && compression <= 9 ? compression : undefined;
  if (compression === 'gzip' || level !== undefined) {
    const { compressionOpts: checked } = codecHelpers.gzip({ level: level ?? numbers[0] ?? 4 });
    return { id: 1, clientData: [checked as number], optional: true };
  }
  const id = compression === 'lzf' ? LZF : compression;
  const known = typeof id === 'number' ? filterById(id) : undefined;
  if (!known?.code)
    throw bad(
      `compression ${known ? `${known.name} (${id})` : JSON.stringify(id)} is not available; allowed: 'gzip', 'lzf', or the helpers ${Object.keys(codecHelpers).join(', ')}`,
    );
  return { id: known.id, clientData: Array.from(numbers, (value) => value >>> 0), optional: true };
}

function chunksOf(
  chunks: Encoding['chunks'],
  dims: readonly string[],
  shape: readonly number[],
  dtype: ArrayDType,
): number[] {
  if (chunks === undefined || chunks === null || typeof chunks === 'boolean') return automaticChunks(shape, dtype);
  const wanted = Array.isArray(chunks)
    ? [...(chunks as number[])]
    : byName(chunks as Record<string, number>, dims, shape);
  if (wanted.length !== shape.length)
    throw bad(`chunks [${wanted}] for the ${shape.length} dimensions ${dims.join(', ')}; allowed: one size for each`);
  for (const [axis, size] of wanted.entries())
    if (!Number.isSafeInteger(size) || size < 1)
      throw bad(`chunks along ${dims[axis]} must be a positive integer, not ${size}`);
  return wanted.map((size, axis) => Math.max(1, Math.min(size, shape[axis])));
}

function byName(chunks: Record<string, number>, dims: readonly string[], shape: readonly number[]): number[] {
  const unknown = Object.keys(chunks).filter((dim) => !dims.includes(dim));
  if (unknown.length > 0)
    throw bad(`chunks for ${unknown.join(', ')}: no such dimension; there are ${dims.join(', ')}`);
  return dims.map((dim, axis) => (Object.hasOwn(chunks, dim) ? chunks[dim] : Math.max(1, shape[axis])));
}

function automaticChunks(shape: readonly number[], dtype: ArrayDType): number[] {
  const sizes = shape.map((size) => Math.max(1, size));
  const bytes = () => sizes.reduce((product, size) => product * size, itemSize(dtype));
  while (bytes() > AUTOMATIC_CHUNK_BYTES) {
    const longest = sizes.indexOf(Math.max(...sizes));
    sizes[longest] = Math.ceil(sizes[longest] / 2);
  }
  return sizes;
}

function zfpIsLossy({ clientData }: NetcdfFilter): boolean {
  return zfpModes[clientData[0]] !== 'reversible';
}

function checkZfp({ clientData }: NetcdfFilter, dtype: ArrayDType, chunks: readonly number[]): void {
  if (isComplexDType(dtype))
    throw bad(
      `zfp is not good for ${dtype}: its values are HDF5 compounds; allowed: float32, float64 (integers: reversible: true)`,
    );
  const mode = zfpModes[clientData[0]];
  if (!mode)
    throw bad(
      `zfp with compressionOpts [${clientData}] has no mode; use zfp({ accuracy | rate | precision | reversible })`,
    );
  if (isFloatDType(dtype) === false) {
    if (mode !== 'reversible')
      throw bad(`zfp in ${mode} mode is not good for ${dtype}; allowed: float32, float64 (integers: reversible: true)`);
    if (itemSize(dtype) < 4)
      throw bad(
        `zfp in reversible mode is not good for ${dtype}; allowed: float32, float64, integers of 32 and 64 bit`,
      );
  }
  if (chunks.filter((size) => size > 1).length > 4)
    throw bad(`zfp with chunks [${chunks}]: ZFP knows at most 4 dimensions of more than one element`);
}
