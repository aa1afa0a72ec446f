/** Packets: the bytes of one ZeroMQ frame or file <-> DataArray. See docs/wire-format.md. */
import { DataArray } from '../dataarray/data-array.js';
import { ArgumentError, PacketError } from '../errors.js';
import { quoted, scalarOf, textOf } from './cf-attributes.js';
import { contentToDataArray } from './content-to-data-array.js';
import {
  type ContentOptions,
  dataArrayToContent,
  END_OF_STREAM_ATTRIBUTE,
  SEQUENCE_ATTRIBUTE,
  STREAM_ATTRIBUTE,
} from './data-array-to-content.js';
import { type Encoding, resolveEncoding } from './encoding.js';
import { type ReadOptions, readNetcdf } from './hdf5/read-netcdf.js';
import { writeNetcdf } from './hdf5/write-netcdf.js';
import type { NetcdfContent } from './netcdf-content.js';
import { type Dialect, dialects } from './write-coordinates.js';

export { type Dialect, dialects };

/** A packet, taken apart. */
export interface Packet {
  /** The array, its values in memory of its own. */
  data: DataArray;
  /** Id of the publisher's stream (a new one per start), or null: xdas sends none. */
  stream: string | null;
  /** Number of the packet in its stream, from 0, or null. */
  sequence: bigint | null;
  /** True for the packet that says that a finite stream has ended; its array is empty along the dimension of the chunks. */
  endOfStream: boolean;
}

/** Options of {@link encodePacket}. */
export interface EncodeOptions extends Omit<ContentOptions, 'storage'> {
  /** Chunks and filters of the values, as in xdas; default none (contiguous). */
  encoding?: Encoding;
  /** What to do with NaN and infinity in a lossy ZFP packet, where they spoil their block: default `'error'` (`NON_FINITE`). */
  nonFinite?: 'error' | 'allow';
}

/** Options of {@link decodePacket}: `deadline` in ms, `maxBytes`, `signal`; defaults and meaning as in `readNetcdf`. */
export type DecodeOptions = ReadOptions;

/**
 * The bytes of one packet: a NetCDF4 file that xdas reads. Default dialect `'both'`: one payload that xdas 0.2.7 and
 * 0.2.10 read back equal and that 0.2.10 takes for regular where the array is.
 *
 * Throws `BAD_ARGUMENT` (no DataArray, an option that does not exist), `BAD_ENCODING` (names, attributes of more than 64 kB
 * or coordinates that a packet cannot hold, an encoding that does not fit the values),
 * `NON_FINITE`, `BROKEN_CODEC`.
 */
export async function encodePacket(da: DataArray, options: EncodeOptions = {}): Promise<Uint8Array> {
  if (!(da instanceof DataArray))
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `a packet is made of a DataArray, not of ${Object.prototype.toString.call(da)}`,
    );
  checkOptions('encodePacket', options, encodeOptions);
  const { encoding, nonFinite, ...rest } = options;
  const storage = encoding === undefined ? undefined : resolveEncoding(encoding, da, { nonFinite });
  return writeNetcdf(dataArrayToContent(da, { ...rest, ...(storage ? { storage } : {}) }));
}

/**
 * The packet in `bytes`, from any age of xdas or from dasflow. HDF5 reads it in a worker thread.
 *
 * Throws `MALFORMED_PACKET` (no HDF5, no packet, or damaged), `UNSUPPORTED_FILTER` (named), `DEADLINE`, `TOO_LARGE`,
 * `WORKER_LOST`. `bytes` is neither changed nor kept.
 */
export async function decodePacket(bytes: Uint8Array, options: DecodeOptions = {}): Promise<Packet> {
  checkOptions('decodePacket', options, decodeOptions);
  return contentToPacket(await readNetcdf(bytes, options));
}

const encodeOptions = [
  'encoding',
  'nonFinite',
  'dialect',
  'stream',
  'sequence',
  'endOfStream',
] as const satisfies readonly (keyof EncodeOptions)[];
const decodeOptions = ['deadline', 'maxBytes', 'signal'] as const satisfies readonly (keyof DecodeOptions)[];

/** A misspelt option must not be a silent default. */
function checkOptions(who: string, options: object, known: readonly string[]): void {
  for (const name of Object.keys(options))
    if (!known.includes(name))
      throw new ArgumentError('BAD_ARGUMENT', `${who} has no option ${name}; allowed: ${known.join(', ')}`);
}

/** The packet that a NetCDF file holds. Throws `MALFORMED_PACKET`. */
export function contentToPacket(content: NetcdfContent): Packet {
  const sequence = scalarOf(content.attrs, SEQUENCE_ATTRIBUTE);
  const isWhole = typeof sequence === 'bigint' || Number.isSafeInteger(sequence);
  if (sequence !== null && (!isWhole || Number(sequence) < 0))
    throw new PacketError(
      'MALFORMED_PACKET',
      'decode',
      `${SEQUENCE_ATTRIBUTE} is ${quoted(String(sequence))}, not a whole number from 0 on`,
    );
  const end = scalarOf(content.attrs, END_OF_STREAM_ATTRIBUTE);
  return {
    data: contentToDataArray(content),
    stream: textOf(content.attrs, STREAM_ATTRIBUTE),
    sequence: sequence === null ? null : BigInt(sequence),
    endOfStream: end !== null && Number(end) === 1,
  };
}

/** Bytes of one packet, as xdas's `tobytes(da, encoding)`. */
export function toBytes(da: DataArray, encoding?: Encoding): Promise<Uint8Array> {
  return encodePacket(da, encoding === undefined ? {} : { encoding });
}

/** The array in a packet, as xdas's `frombuffer(bytes)`. Errors as {@link decodePacket}. */
export async function fromBuffer(bytes: Uint8Array, options: DecodeOptions = {}): Promise<DataArray> {
  return (await decodePacket(bytes, options)).data;
}

/** Options of {@link endOfStreamPacket}. */
export interface EndOfStreamOptions extends Omit<EncodeOptions, 'endOfStream' | 'encoding' | 'nonFinite'> {
  /** The dimension along which the stream was cut; default `'first'`. */
  dim?: string;
}

/**
 * The packet that ends a finite stream: `last` (the last array that was sent) cut to zero length along `dim`, with
 * `__end_of_stream__ = 1`. Any xdas reads it as an empty array; concatenating it changes nothing.
 */
export function endOfStreamPacket(last: DataArray, options: EndOfStreamOptions = {}): Promise<Uint8Array> {
  const { dim = 'first', ...rest } = options;
  const name = last.dims[last.axis(dim)]!;
  return encodePacket(last.isel({ [name]: { start: 0, stop: 0 } }), { ...rest, endOfStream: true });
}
