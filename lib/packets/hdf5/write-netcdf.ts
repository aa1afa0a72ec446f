import { dtypeOf, typedArrayConstructor } from '../../dtype.js';
import type { NetcdfContent } from '../netcdf-content.js';
import { checkContent } from './check-content.js';
import { Hdf5Worker } from './hdf5-worker.js';
import { checkDeadline } from './read-netcdf.js';

/** Options of {@link writeNetcdf}. */
export interface WriteOptions {
  /**
   * Whether the file keeps the order of its variables (default `true`). With `false` readers list them by name, and no
   * byte of the file is a checksum: two files of the same structure then differ only where their values do.
   */
  trackOrder?: boolean;
  /** Most milliseconds that HDF5 may take, waiting for its turn not counted. Default 60000. */
  deadline?: number;
  /** Gives up: the promise rejects with the signal's reason. */
  signal?: AbortSignal;
}

const shared = new Hdf5Worker('encode');

/**
 * The bytes of a NetCDF4 (HDF5) file with this content, in HDF5's oldest format, as h5py writes it; h5netcdf and netCDF4
 * read it. Made in memory, in a worker thread that all calls of a process share (another one than that of
 * `readNetcdf`). Calls are served in order; up to 256 may wait. The content is copied before the call returns.
 *
 * Variables with `storage` are chunked (chunks are clipped to the shape) and filtered; a variable without elements is
 * stored without both. A codec has to survive a round trip of its own before its first use.
 *
 * Throws `ArgumentError` where the content contradicts itself; rejects with `PacketError`: `BAD_ENCODING` (a filter refuses
 * this dtype or chunk shape), `UNSUPPORTED_FILTER`, `BROKEN_CODEC`, `DEADLINE`, `QUEUE_FULL`, `WORKER_LOST`.
 */
export async function writeNetcdf(content: NetcdfContent, options: WriteOptions = {}): Promise<Uint8Array> {
  const { deadline = 60_000, signal } = options;
  checkDeadline(deadline);
  return await shared.run(writeJob(content, options.trackOrder), { deadline, signal });
}

/** The worker's job for {@link writeNetcdf}, with its content checked and copied. */
export function writeJob(content: NetcdfContent, trackOrder = true) {
  return { kind: 'write' as const, content: ownContent(content), trackOrder };
}

/** The content with values of its own, which can be moved to a worker; checked. */
export function ownContent(content: NetcdfContent): NetcdfContent {
  checkContent(content);
  const variables = content.variables.map((variable) => ({
    ...variable,
    // Copies of exactly these values: a view would travel with its whole buffer.
    values: Array.isArray(variable.values)
      ? variable.values
      : new (typedArrayConstructor(dtypeOf(variable.values)))(variable.values as never),
  }));
  return { ...content, variables };
}
