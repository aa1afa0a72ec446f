/** The worker thread in which HDF5 reads files on disk; the only importer of `h5wasm/node`. Started by Hdf5Worker. */
import { closeSync, fstatSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { threadId, workerData } from 'node:worker_threads';
import { itemSize } from '../../dtype.js';
import type { H5Module, Hdf5Library } from '../../packets/hdf5/hdf5-library.js';
import type { Job, Result } from '../../packets/hdf5/messages.js';
import { readContent, readSlice, readTree } from '../../packets/hdf5/read-content.js';
import { readBlock, readObjects } from '../../packets/hdf5/read-objects.js';
import { serveJobs } from '../../packets/hdf5/serve-jobs.js';
import { appendContent } from '../../packets/hdf5/write-content.js';
import type { NetcdfVariable } from '../../packets/netcdf-content.js';

// HDF5 stamps every object with the second in which it is made; the same arrays give the same bytes at any time.
Date.now = () => 0;

function perform(library: Hdf5Library, job: Job): Result {
  if (job.kind === 'read' || job.kind === 'write') throw new Error(`no job for files on disk: ${job.kind}`);
  if (job.kind === 'append') {
    const before = job.create ? 0 : statSync(job.path).size;
    appendContent(library, job.path, job, (edit) => editFrom(job.path, before, edit));
    return null;
  }
  return library.withFile(job.path, library.module.H5F_ACC_RDONLY, false, (file) => {
    if (job.kind === 'slice') return readSlice(library, file, job);
    if (job.kind === 'objects') return readObjects(library, file, job.objects, job);
    if (job.kind === 'block') return readBlock(library, file, { ...job, path: job.object });
    const { maxBytes, inlineBytes } = job;
    const wanted = ({ shape, dtype }: Omit<NetcdfVariable, 'values'>) =>
      shape.length < 2 ||
      shape.reduce((product, size) => product * size, dtype === 'string' ? 1 : itemSize(dtype)) <= inlineBytes;
    const limits = { maxBytes, wanted };
    return job.kind === 'tree' ? readTree(library, file, limits) : readContent(library, file, limits);
  });
}

/** Edits the bytes of a file from `start` to its end in place. */
function editFrom(path: string, start: number, edit: (bytes: Uint8Array) => void): void {
  const file = openSync(path, 'r+');
  try {
    const bytes = new Uint8Array(fstatSync(file).size - start);
    for (let at = 0; at < bytes.length; ) at += readSync(file, bytes, at, bytes.length - at, start + at);
    edit(bytes);
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, start + at);
  } finally {
    closeSync(file);
  }
}

await serveJobs(
  async () => (await import('h5wasm/node')).ready as Promise<H5Module>,
  () => ({
    scratch: join(tmpdir(), `dasflow-${process.pid}-${threadId}.h5`),
    pluginFolder: () => fileURLToPath((workerData as { plugins: string }).plugins),
    remove: (path) => rmSync(path, { force: true }),
  }),
  perform,
);
