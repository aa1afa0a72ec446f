/** What goes between the main thread and an HDF5 worker. */
import type { TypedArray } from '../../dtype.js';
import type { ErrorCode } from '../../errors.js';
import type { NetcdfContent, NetcdfTree } from '../netcdf-content.js';
import type { Hdf5Object } from './read-objects.js';

/** Work for a worker: the first two for files in memory, the others for files on disk. */
export type Job =
  | { kind: 'read'; bytes: Uint8Array; maxBytes: number }
  | { kind: 'write'; content: NetcdfContent; trackOrder: boolean }
  | { kind: 'open'; path: string; maxBytes: number; inlineBytes: number }
  | { kind: 'slice'; path: string; group?: string; name: string; start: number[]; count: number[]; maxBytes: number }
  | { kind: 'tree'; path: string; maxBytes: number; inlineBytes: number }
  | ({ kind: 'append'; path: string } & Appended)
  | { kind: 'objects'; path: string; objects: string[]; maxBytes: number; inlineBytes: number }
  | { kind: 'block'; path: string; object: string; start: number[]; count: number[]; maxBytes: number };

/** What a job adds to a file that is being written group by group. */
export interface Appended {
  /** Whether the file is made, or one that an earlier job has made is added to. */
  create: boolean;
  /** Groups to make first, parents before children. */
  groups: string[];
  /** The group that the content goes to. */
  group: string;
  /** Null where only groups are made. */
  content: NetcdfContent | null;
  /** The number of its first dimension: NetCDF4 numbers those of a whole file. */
  firstDimension: number;
}

/** What comes back of each kind of job. */
export interface Results {
  read: NetcdfContent;
  write: Uint8Array;
  open: NetcdfContent;
  slice: TypedArray | string[];
  tree: NetcdfTree;
  append: null;
  objects: (Hdf5Object | null)[];
  block: TypedArray | string[];
}

/** Any result. */
export type Result = Results[Job['kind']];

/** The worker's answer. */
export type Reply =
  | { ready: true }
  | { result: Result; heapSize: number }
  | { error: { code: ErrorCode; message: string; codec?: string }; heapSize: number; lost: boolean };

/** The buffers of a result, which are handed over instead of copied. */
export function buffersOf(result: Result): ArrayBuffer[] {
  if (result === null) return [];
  if (Array.isArray(result)) return result.flatMap((each) => (isRead(each) ? [each.values.buffer as ArrayBuffer] : []));
  if (ArrayBuffer.isView(result)) return [result.buffer as ArrayBuffer];
  if ('children' in result)
    return [...(result.content ? buffersOf(result.content) : []), ...result.children.flatMap(buffersOf)];
  return result.variables.flatMap(({ values }) => (Array.isArray(values) ? [] : [values.buffer as ArrayBuffer]));
}

function isRead(each: Hdf5Object | string | null): each is Hdf5Object & { kind: 'dataset'; values: TypedArray } {
  return typeof each === 'object' && each?.kind === 'dataset' && ArrayBuffer.isView(each.values);
}

/** The buffers of a job, which are handed over instead of copied. */
export function buffersOfJob(job: Job): ArrayBuffer[] {
  if (job.kind === 'read') return buffersOf(job.bytes);
  return job.kind === 'write' || job.kind === 'append' ? buffersOf(job.content) : [];
}
