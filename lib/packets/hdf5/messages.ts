/** What goes between the main thread and the HDF5 worker. */
import type { ErrorCode } from '../../errors.js';
import type { NetcdfContent } from '../netcdf-content.js';

/** Work for the worker. */
export type Job = { kind: 'read'; bytes: Uint8Array; maxBytes: number };

/** What comes back of each kind of job. */
export interface Results {
  read: NetcdfContent;
}

/** The worker's answer. */
export type Reply =
  | { ready: true }
  | { result: Results[Job['kind']]; heapSize: number }
  | { error: { code: ErrorCode; message: string; codec?: string }; heapSize: number; lost: boolean };
