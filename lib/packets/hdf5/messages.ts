/** What goes between the main thread and the HDF5 worker. */
import type { ErrorCode } from '../../errors.js';
import type { NetcdfContent } from '../netcdf-content.js';

/** Work for the worker. */
export type Job =
  | { kind: 'read'; bytes: Uint8Array; maxBytes: number }
  | { kind: 'write'; content: NetcdfContent; trackOrder: boolean };

/** What comes back of each kind of job. */
export interface Results {
  read: NetcdfContent;
  write: Uint8Array;
}

/** The worker's answer. */
export type Reply =
  | { ready: true }
  | { result: Results[Job['kind']]; heapSize: number }
  | { error: { code: ErrorCode; message: string; codec?: string }; heapSize: number; lost: boolean };

/** The buffers of a job or result that are handed over instead of copied. */
export function transferList(message: Uint8Array | NetcdfContent): ArrayBuffer[] {
  if (message instanceof Uint8Array) return [message.buffer as ArrayBuffer];
  return message.variables.flatMap(({ values }) => (Array.isArray(values) ? [] : [values.buffer as ArrayBuffer]));
}
