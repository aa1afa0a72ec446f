/** The worker thread in which HDF5 runs on files in memory; the only importer of `h5wasm`. Started by Hdf5Worker. */
import { workerData } from 'node:worker_threads';
import type { Hdf5Library } from './hdf5-library.js';
import { limitHeap } from './heap-limit.js';
import { memoryHost } from './memory-host.js';
import type { Job, Result, Results } from './messages.js';
import { readContent } from './read-content.js';
import { serveJobs } from './serve-jobs.js';
import { writeContent } from './write-content.js';

// HDF5 stamps every object with the second in which it is made. The same array must give the same bytes at any time, and
// nothing else in this thread asks for the time.
Date.now = () => 0;

const FRAME = '/frame.nc';
/** What h5wasm and the plugins need for themselves. */
const OWN_HEAP = 128 * 1024 ** 2;

function read(library: Hdf5Library, { bytes, maxBytes }: Extract<Job, { kind: 'read' }>): Results['read'] {
  const { module, host } = library;
  // A chunk as it is stored, on its way through its filters, and as it is; and the values.
  limitHeap(OWN_HEAP + bytes.length + 3 * maxBytes);
  module.FS.writeFile(FRAME, bytes, { canOwn: true } as object);
  try {
    return library.withFile(FRAME, module.H5F_ACC_RDONLY, false, (file) => readContent(library, file, { maxBytes }));
  } finally {
    host.remove(FRAME);
  }
}

function perform(library: Hdf5Library, job: Job): Result {
  if (job.kind === 'read') return read(library, job);
  if (job.kind === 'write') return writeContent(library, job.content, job);
  throw new Error(`no job for files in memory: ${job.kind}`);
}

await serveJobs(
  async () => (await import('h5wasm')).ready,
  (module) => memoryHost(module, new URL((workerData as { plugins: string }).plugins)),
  perform,
);
