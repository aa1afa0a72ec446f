import { ArgumentError } from '../../errors.js';
import type { NetcdfContent } from '../netcdf-content.js';
import { Hdf5Worker } from './hdf5-worker.js';

/** Options of {@link readNetcdf}. */
export interface ReadOptions {
  /** Most milliseconds that HDF5 may take for this file, waiting for its turn not counted. Default 2000. */
  deadline?: number;
  /**
   * Most bytes that all values and attributes of the file together may take in memory, and that one chunk may; checked
   * before anything is allocated. Default 268435456 (256 MiB). HDF5 itself may take three times as much meanwhile.
   */
  maxBytes?: number;
  /** Gives up: the promise rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** Default of {@link ReadOptions.deadline}, in ms. */
export const DEFAULT_DEADLINE = 2000;
/** Default of {@link ReadOptions.maxBytes}. */
export const DEFAULT_MAX_BYTES = 256 * 1024 ** 2;

const shared = new Hdf5Worker('decode');

/**
 * Reads the bytes of a NetCDF4 (HDF5) file, in memory, in a worker thread that all calls of a process share. Calls are
 * served in order; up to 256 may wait. The bytes are copied and the result owns its memory.
 *
 * Rejects with `PacketError`: `MALFORMED_PACKET` (not HDF5, damaged, or holds what NetCDF content cannot), `DEADLINE` (HDF5
 * did not come to an end, as it may on damaged files; the worker is replaced and the next call is served),
 * `UNSUPPORTED_FILTER` (named with its number), `TOO_LARGE` (`maxBytes`), `QUEUE_FULL`, `WORKER_LOST`.
 */
export async function readNetcdf(bytes: Uint8Array, options: ReadOptions = {}): Promise<NetcdfContent> {
  const { deadline = DEFAULT_DEADLINE, maxBytes = DEFAULT_MAX_BYTES, signal } = options;
  return await shared.run(readJob(bytes, deadline, maxBytes), { deadline, signal });
}

/** Throws `BAD_ARGUMENT` for milliseconds that Node's timers cannot count: they take them for 1. */
export function checkDeadline(deadline: number): void {
  if (!(deadline > 0 && deadline < 2 ** 31))
    throw new ArgumentError('BAD_ARGUMENT', `deadline must be above 0 and below 2^31 ms, not ${deadline}`);
}

/** Throws `BAD_ARGUMENT` for arguments that {@link readNetcdf} cannot take. */
export function checkReading(bytes: Uint8Array, deadline: number, maxBytes: number): void {
  if (!(bytes instanceof Uint8Array))
    throw new ArgumentError('BAD_ARGUMENT', `a packet is a Uint8Array, not ${Object.prototype.toString.call(bytes)}`);
  checkPositive('deadline', deadline);
  checkPositive('maxBytes', maxBytes);
  checkDeadline(deadline);
}

function checkPositive(name: string, value: unknown): void {
  if (typeof value !== 'number' || !(value > 0))
    throw new ArgumentError('BAD_ARGUMENT', `${name} must be a positive number, not ${value}`);
}

/** The worker's job for {@link readNetcdf}, with its arguments checked. */
export function readJob(bytes: Uint8Array, deadline = DEFAULT_DEADLINE, maxBytes = DEFAULT_MAX_BYTES) {
  checkReading(bytes, deadline, maxBytes);
  // A copy of exactly these bytes: a frame may be a slice of a larger buffer, which would travel along.
  return { kind: 'read' as const, bytes: Uint8Array.prototype.slice.call(bytes), maxBytes };
}
