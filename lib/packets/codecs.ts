/**
 * The codecs of an encoding, with the options of Python's hdf5plugin (and h5py for gzip and lzf) in camelCase, and the
 * numbers ("client data", `cd_values`) that those options become in HDF5.
 */
import { ArgumentError } from '../errors.js';
import { bloscAvailable, bloscCodecs } from './hdf5/filters.js';

/** What a helper gives to an encoding: `{ chunks: [10, 10], ...zfp({ accuracy: 1e-6 }) }`. */
export interface Compression {
  /** HDF5's filter number, or h5py's names for two of them. */
  compression: number | 'gzip' | 'lzf';
  /** The filter's client data; for gzip the level; null for none. */
  compressionOpts: number | readonly number[] | null;
}

/** Options of {@link zfp}: exactly one mode. */
export interface ZfpOptions {
  /**
   * Largest absolute error of a value (above 0). float32 and float64. ZFP computes with about the precision of the dtype:
   * an accuracy finer than 2^-23 (float32) or 2^-52 (float64) of the largest value nearby is met only to that spacing.
   */
  accuracy?: number;
  /** Compressed bits per value (above 0). float32 and float64. */
  rate?: number;
  /** Bit planes kept, 1 to 64. float32 and float64. */
  precision?: number;
  /** Lossless. float32, float64, int32, int64, uint32, uint64. */
  reversible?: boolean;
  /** Expert mode, all four together: least bits of a block ... float32 and float64. */
  minbits?: number;
  /** ... most bits of a block ... */
  maxbits?: number;
  /** ... most bit planes ... */
  maxprec?: number;
  /** ... smallest bit plane, as a power of 2 (may be negative). */
  minexp?: number;
}

/** Inner codecs of Blosc and Blosc2 that are available here (hdf5plugin also has zlib and snappy). */
export type BloscCodec = 'blosclz' | 'lz4' | 'lz4hc' | 'zstd';

/** Options of {@link blosc}. */
export interface BloscOptions {
  /** Default `'lz4'`. */
  cname?: BloscCodec;
  /** 0 to 9, default 5. */
  clevel?: number;
  /** Default 1, `'shuffle'`. */
  shuffle?: 0 | 1 | 2 | 'noshuffle' | 'shuffle' | 'bitshuffle';
}

/** Options of {@link blosc2}. */
export interface Blosc2Options {
  /** Default `'blosclz'`. */
  cname?: BloscCodec;
  /** 0 to 9, default 5. */
  clevel?: number;
  /** Default 1, `'shuffle'`. */
  filters?: 0 | 1 | 2 | 3 | 'nofilter' | 'shuffle' | 'bitshuffle' | 'delta';
}

/** Options of {@link bitshuffle}. */
export interface BitshuffleOptions {
  /** Elements per block, a multiple of 8; default 0 (about 8 kB). */
  nelems?: number;
  /** Default `'lz4'`. */
  cname?: 'none' | 'lz4' | 'zstd';
  /** 0 to 22, for zstd only; default 3. */
  clevel?: number;
}

const shuffles = ['noshuffle', 'shuffle', 'bitshuffle'] as const;
const blosc2Filters = ['nofilter', 'shuffle', 'bitshuffle', 'delta'] as const;
const bitshuffleCodecs = { none: 0, lz4: 2, zstd: 3 } as const;
/** ZFP's modes by the number that H5Z-ZFP gives them. */
export const zfpModes = ['', 'rate', 'precision', 'accuracy', 'expert', 'reversible'] as const;

/**
 * ZFP (32013). Throws `BAD_ENCODING` unless exactly one mode is asked for. For the dtypes that a mode is good for see
 * {@link ZfpOptions}; NaN and infinities are refused in all modes but `reversible` (`nonFinite`).
 */
export function zfp(options: ZfpOptions): Compression {
  const { accuracy, rate, precision, reversible } = options;
  checkKeys('zfp', options, ['accuracy', 'rate', 'precision', 'reversible', ...expertKeys]);
  const expert = expertKeys.filter((key) => options[key] !== undefined);
  const modes = [
    accuracy !== undefined,
    rate !== undefined,
    precision !== undefined,
    reversible === true,
    expert.length > 0,
  ];
  if (modes.filter(Boolean).length !== 1)
    throw bad(
      'zfp',
      'needs exactly one mode: accuracy, rate, precision, reversible: true, or minbits + maxbits + maxprec + minexp',
    );
  if (accuracy !== undefined) return zfpWith(3, ...bitsOfFloat(positive('zfp', 'accuracy', accuracy)));
  if (rate !== undefined) return zfpWith(1, ...bitsOfFloat(positive('zfp', 'rate', rate)));
  if (precision !== undefined) return zfpWith(2, integer('zfp', 'precision', precision, 1, 64));
  if (reversible) return zfpWith(5);
  for (const key of expertKeys)
    if (options[key] === undefined)
      throw bad('zfp', `expert mode needs minbits, maxbits, maxprec and minexp; ${key} is missing`);
  return zfpWith(
    4,
    integer('zfp', 'minbits', options.minbits!, 0, 16658),
    integer('zfp', 'maxbits', options.maxbits!, 1, 16658),
    integer('zfp', 'maxprec', options.maxprec!, 1, 64),
    integer('zfp', 'minexp', options.minexp!, -1074, 1023) >>> 0,
  );
}

const expertKeys = ['minbits', 'maxbits', 'maxprec', 'minexp'] as const;

function zfpWith(mode: number, ...values: number[]): Compression {
  return { compression: 32013, compressionOpts: [mode, 0, ...values, 0, 0, 0, 0].slice(0, 6) };
}

function bitsOfFloat(value: number): [number, number] {
  const words = new DataView(new ArrayBuffer(8));
  words.setFloat64(0, value, true);
  return [words.getUint32(0, true), words.getUint32(4, true)];
}

/** Blosc (32001). Throws `BAD_ENCODING`. */
export function blosc(options: BloscOptions = {}): Compression {
  const { cname = 'lz4', clevel = 5, shuffle = 1 } = options;
  checkKeys('blosc', options, ['cname', 'clevel', 'shuffle']);
  const before = oneOf('blosc', 'shuffle', shuffle, shuffles);
  return {
    compression: 32001,
    compressionOpts: [0, 0, 0, 0, level('blosc', clevel), before, bloscCode('blosc', cname)],
  };
}

/** Blosc2 (32026). Throws `BAD_ENCODING`. */
export function blosc2(options: Blosc2Options = {}): Compression {
  const { cname = 'blosclz', clevel = 5, filters = 1 } = options;
  checkKeys('blosc2', options, ['cname', 'clevel', 'filters']);
  const before = oneOf('blosc2', 'filters', filters, blosc2Filters);
  return {
    compression: 32026,
    compressionOpts: [0, 0, 0, 0, level('blosc2', clevel), before, bloscCode('blosc2', cname)],
  };
}

/** Zstandard (32015): `clevel` -131072 to 22, default 3. Throws `BAD_ENCODING`. */
export function zstd(options: { clevel?: number } = {}): Compression {
  checkKeys('zstd', options, ['clevel']);
  return { compression: 32015, compressionOpts: [integer('zstd', 'clevel', options.clevel ?? 3, -131072, 22) >>> 0] };
}

/** LZ4 (32004): `nbytes` per block, 0 to 2113929216, default 0 (1 GB). Throws `BAD_ENCODING`. */
export function lz4(options: { nbytes?: number } = {}): Compression {
  checkKeys('lz4', options, ['nbytes']);
  return { compression: 32004, compressionOpts: [integer('lz4', 'nbytes', options.nbytes ?? 0, 0, 0x7e000000)] };
}

/** Bitshuffle (32008). Throws `BAD_ENCODING`. */
export function bitshuffle(options: BitshuffleOptions = {}): Compression {
  const { nelems = 0, cname = 'lz4', clevel = 3 } = options;
  checkKeys('bitshuffle', options, ['nelems', 'cname', 'clevel']);
  if (integer('bitshuffle', 'nelems', nelems, 0, 2 ** 31) % 8 !== 0)
    throw bad('bitshuffle', `nelems must be a multiple of 8, not ${nelems}`);
  if (!Object.hasOwn(bitshuffleCodecs, cname))
    throw bad('bitshuffle', `cname ${cname} is not known; allowed: ${Object.keys(bitshuffleCodecs).join(', ')}`);
  const options_ = [nelems, bitshuffleCodecs[cname]];
  if (cname === 'zstd') options_.push(integer('bitshuffle', 'clevel', clevel, 0, 22));
  return { compression: 32008, compressionOpts: options_ };
}

/** bzip2 (307): `blocksize` 1 to 9 (times 100 kB), default 9. Throws `BAD_ENCODING`. */
export function bzip2(options: { blocksize?: number } = {}): Compression {
  checkKeys('bzip2', options, ['blocksize']);
  return { compression: 307, compressionOpts: [integer('bzip2', 'blocksize', options.blocksize ?? 9, 1, 9)] };
}

/** gzip (1), HDF5's own: `level` 0 to 9, default 4. Throws `BAD_ENCODING`. */
export function gzip(options: { level?: number } = {}): Compression {
  checkKeys('gzip', options, ['level']);
  return { compression: 'gzip', compressionOpts: level('gzip', options.level ?? 4) };
}

/** LZF (32000), h5py's fast one. It has no options. Throws `BAD_ENCODING`. */
export function lzf(options: Record<string, never> = {}): Compression {
  checkKeys('lzf', options, []);
  return { compression: 'lzf', compressionOpts: null };
}

/** All helpers by the names that an encoding takes them by. */
export const codecHelpers = { zfp, blosc, blosc2, zstd, lz4, bitshuffle, bzip2, gzip, lzf } as const;

/** Name of a codec that has a helper. */
export type CodecName = keyof typeof codecHelpers;

function bad(codec: string, text: string): ArgumentError {
  return new ArgumentError('BAD_ENCODING', `${codec}: ${text}`);
}

function checkKeys(codec: string, options: object, allowed: readonly string[]): void {
  if (options === null || typeof options !== 'object' || Array.isArray(options))
    throw bad(codec, `options are an object with ${allowed.join(', ') || 'no keys'}, not ${JSON.stringify(options)}`);
  const unknown = Object.keys(options).filter((key) => !allowed.includes(key));
  if (unknown.length > 0)
    throw bad(codec, `unknown option ${unknown.join(', ')}; allowed: ${allowed.join(', ') || 'none'}`);
}

function integer(codec: string, name: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most)
    throw bad(codec, `${name} must be an integer from ${least} to ${most}, not ${value}`);
  return value;
}

function positive(codec: string, name: string, value: number): number {
  if (typeof value !== 'number' || !(value > 0) || value === Number.POSITIVE_INFINITY)
    throw bad(codec, `${name} must be a number above 0, not ${value}`);
  return value;
}

const level = (codec: string, value: number) => integer(codec, codec === 'gzip' ? 'level' : 'clevel', value, 0, 9);

function oneOf(codec: string, name: string, value: number | string, names: readonly string[]): number {
  const index = typeof value === 'string' ? names.indexOf(value) : value;
  if (!Number.isInteger(index) || index < 0 || index >= names.length)
    throw bad(
      codec,
      `${name} ${value} is not known; allowed: ${names.map((each, code) => `${each} (${code})`).join(', ')}`,
    );
  return index;
}

function bloscCode(codec: string, cname: BloscCodec): number {
  if (!bloscAvailable.includes(cname))
    throw bad(codec, `cname ${cname} is not available; allowed: ${bloscAvailable.join(', ')}`);
  return bloscCodecs.indexOf(cname);
}
