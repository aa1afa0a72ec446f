/** Packets: the bytes of one ZeroMQ frame or file <-> DataArray. See docs/wire-format.md. */
import { DataArray } from '../dataarray/data-array.js';
import { ArgumentError } from '../errors.js';
import { checkWorkers } from './chunk-codecs/check-workers.js';
import { decodeInPool } from './chunk-codecs/code-in-pool.js';
import { codecPool } from './chunk-codecs/codec-pool.js';
import { contentToDataArray } from './content-to-data-array.js';
import { type ContentOptions, dataArrayToContent } from './data-array-to-content.js';
import { type Encoding, resolveEncoding } from './encoding.js';
import { checkReading, DEFAULT_DEADLINE, DEFAULT_MAX_BYTES, type ReadOptions, readNetcdf } from './hdf5/read-netcdf.js';
import { writeNetcdf } from './hdf5/write-netcdf.js';
import { knownOptions } from './known-options.js';
import type { NetcdfContent } from './netcdf-content.js';
import { type Packet, packetNumbers } from './packet-numbers.js';
import { templatesAreOn } from './templates/choose-templates.js';
import { decodeTemplates } from './templates/decode-templates.js';
import { encodeTemplates } from './templates/encode-templates.js';
import { type Dialect, dialects } from './write-coordinates.js';

export { type Dialect, dialects, type Packet };

/** Options of {@link encodePacket}. */
export interface EncodeOptions extends Omit<ContentOptions, 'storage'> {
  /** Chunks and filters of the values, as in xdas; default none (contiguous). */
  encoding?: Encoding;
  /** What to do with NaN and infinity in a lossy ZFP packet, where they spoil their block: default `'error'` (`NON_FINITE`). */
  nonFinite?: 'error' | 'allow';
  /**
   * Worker threads that the chunks of a compressed packet may be divided among, as many as have nothing else to do; default 1,
   * never more than `os.availableParallelism()`. All calls of a process share the threads. They compress gzip (with or without `shuffle`
   * and `fletcher32`); other codecs run in HDF5's own thread.
   */
  codecWorkers?: number;
}

/** Options of {@link decodePacket}: `deadline` in ms, `maxBytes`, `signal`; defaults and meaning as in `readNetcdf`. */
export interface DecodeOptions extends ReadOptions {
  /** As `codecWorkers` of {@link EncodeOptions}, for decompressing. */
  codecWorkers?: number;
}

/**
 * The bytes of one packet: a NetCDF4 file that xdas reads. Default dialect `'both'`: one payload that xdas 0.2.7 and
 * 0.2.10 read back equal and that 0.2.10 takes for regular where the array is.
 *
 * Throws `BAD_ARGUMENT` (no DataArray, an option that does not exist), `BAD_ENCODING` (names, attributes of more than 64 kB
 * or coordinates that a packet cannot hold, an encoding that does not fit the values),
 * `NON_FINITE`, `BROKEN_CODEC`.
 */
export async function encodePacket(da: DataArray, options: EncodeOptions = {}): Promise<Uint8Array> {
  return encodeKnownPacket(da, options) ?? startPacket(da, options).finish(options.sequence);
}

/** A packet on its way: {@link startPacket}. */
export interface StartedPacket {
  /** The packet; to be called once. `sequence` is its number, if it was started with any. Rejects as {@link encodePacket}. */
  finish(sequence?: bigint): Promise<Uint8Array>;
}

/**
 * The part of {@link encodePacket} that needs no number and can be done for several packets at once: the chunks of a
 * compressed packet of which a template is known are coded from now on, of a copy of the values. All other packets are made when
 * they are finished. Throws as {@link encodePacket} rejects. An aborted `signal` gives up what waits for a codec worker.
 */
export function startPacket(da: DataArray, options: EncodeOptions, signal?: AbortSignal): StartedPacket {
  checkEncoding(da, options);
  const { encoding, nonFinite, codecWorkers = 1, ...rest } = options;
  const storage = encoding === undefined ? undefined : resolveEncoding(encoding, da, { nonFinite });
  const content = { ...rest, ...(storage ? { storage } : {}) };
  const started = templatesAreOn() ? encodeTemplates.start(da, content, { workers: codecWorkers, signal }) : null;
  return {
    async finish(sequence) {
      const numbered = sequence === undefined ? content : { ...content, sequence };
      const packet = started && (await started.finish(sequence));
      return packet ?? (await encodeThroughHdf5(da, numbered));
    },
  };
}

/**
 * {@link encodePacket} without waiting, for arrays of which a template is known; null for all others. Throws `BAD_ARGUMENT` as
 * that rejects. The bytes are the same that HDF5 would make, and nobody else's.
 */
export function encodeKnownPacket(da: DataArray, options: EncodeOptions = {}): Uint8Array | null {
  checkEncoding(da, options);
  return options.encoding === undefined && templatesAreOn() ? encodeTemplates.encode(da, options) : null;
}

function checkEncoding(da: DataArray, options: EncodeOptions): void {
  if (!(da instanceof DataArray))
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `a packet is made of a DataArray, not of ${Object.prototype.toString.call(da)}`,
    );
  knownOptions('encodePacket', options, encodeOptions);
  checkWorkers(options.codecWorkers ?? 1);
}

async function encodeThroughHdf5(da: DataArray, options: ContentOptions): Promise<Uint8Array> {
  const bytes = await writeNetcdf(dataArrayToContent(da, options));
  if (templatesAreOn()) {
    const reading = { deadline: PROVING_DEADLINE, maxBytes: 4 * bytes.length + 2 * da.nbytes };
    // A failure here says nothing about this packet; there is no template then.
    await encodeTemplates.note(da, options, bytes, (frame) => readNetcdf(frame, reading)).catch(() => {});
  }
  return bytes;
}

/** Milliseconds that HDF5 may take to read a packet of ours when a template is made of it. */
const PROVING_DEADLINE = 30_000;

/**
 * The packet in `bytes`, from any age of xdas or from dasflow. HDF5 reads it in a worker thread, unless it differs from packets
 * before it only in values, times and number: then it is known where those are (docs/architecture.md, "Packet templates"),
 * and the values of the array are a view of `bytes` where they are aligned. So do not change `bytes` afterwards.
 *
 * Throws `MALFORMED_PACKET` (no HDF5, no packet, or damaged), `UNSUPPORTED_FILTER` (named), `DEADLINE`, `TOO_LARGE`,
 * `WORKER_LOST`. `bytes` is not changed.
 */
export async function decodePacket(bytes: Uint8Array, options: DecodeOptions = {}): Promise<Packet> {
  return (
    decodeKnownPacket(bytes, options) ?? (await decodeCompressed(bytes, options)) ?? decodeThroughHdf5(bytes, options)
  );
}

/** A packet that a template of compressed ones fits; null where there is none, and where HDF5 has to say what is wrong. */
async function decodeCompressed(bytes: Uint8Array, options: DecodeOptions): Promise<Packet | null> {
  const { deadline = DEFAULT_DEADLINE, maxBytes = DEFAULT_MAX_BYTES, signal, codecWorkers = 1 } = options;
  const packet = templatesAreOn() ? decodeTemplates.decodeCompressed(bytes, maxBytes) : null;
  if (packet === null) return null;
  const values = await decodeInPool(codecPool, packet.chunks, packet.array, {
    workers: codecWorkers,
    deadline,
    signal,
  });
  return values && packet.finish(values);
}

/**
 * {@link decodePacket} without waiting, for packets that a template fits; null for all others. Throws what that rejects
 * with, and the reason of a `signal` that was aborted.
 */
export function decodeKnownPacket(bytes: Uint8Array, options: DecodeOptions = {}): Packet | null {
  knownOptions('decodePacket', options, decodeOptions);
  const { deadline = DEFAULT_DEADLINE, maxBytes = DEFAULT_MAX_BYTES, signal } = options;
  checkReading(bytes, deadline, maxBytes);
  checkWorkers(options.codecWorkers ?? 1);
  signal?.throwIfAborted();
  return templatesAreOn() ? decodeTemplates.decode(bytes, maxBytes) : null;
}

async function decodeThroughHdf5(bytes: Uint8Array, options: DecodeOptions): Promise<Packet> {
  const content = await readNetcdf(bytes, options);
  const packet = contentToPacket(content);
  if (templatesAreOn() && decodeTemplates.isWorthLearning(bytes, content)) {
    const { maxBytes = DEFAULT_MAX_BYTES, codecWorkers: _, ...reading } = options;
    // A failure here says nothing about this packet; there is no template then.
    await decodeTemplates.learn(bytes, content, maxBytes, (frame) => readNetcdf(frame, reading)).catch(() => {});
    options.signal?.throwIfAborted();
  }
  return packet;
}

const encodeOptions = [
  'encoding',
  'nonFinite',
  'codecWorkers',
  'dialect',
  'stream',
  'sequence',
  'endOfStream',
] as const satisfies readonly (keyof EncodeOptions)[];
const decodeOptions = [
  'deadline',
  'maxBytes',
  'signal',
  'codecWorkers',
] as const satisfies readonly (keyof DecodeOptions)[];

/** The packet that a NetCDF file holds. Throws `MALFORMED_PACKET`. */
export function contentToPacket(content: NetcdfContent): Packet {
  const numbers = packetNumbers(content.attrs);
  return { data: contentToDataArray(content), ...numbers };
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
export interface EndOfStreamOptions
  extends Omit<EncodeOptions, 'endOfStream' | 'encoding' | 'nonFinite' | 'codecWorkers'> {
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
