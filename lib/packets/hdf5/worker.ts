/** The worker thread in which HDF5 runs on files in memory; the only importer of `h5wasm`. Started by Hdf5Worker. */
import { parentPort, workerData } from 'node:worker_threads';
import { Hdf5Library, LibraryLost } from './hdf5-library.js';
import { type Job, type Reply, type Results, transferList } from './messages.js';
import { readContent } from './read-content.js';
import { Refusal } from './refusal.js';
import { writeContent } from './write-content.js';

const port = parentPort!;
const { plugins } = workerData as { plugins: string };

// Emscripten says its last words on the console, which it takes hold of when it starts: they belong into the error.
let lastWords = '';
console.log =
  console.warn =
  console.error =
    (...words: unknown[]) => {
      lastWords = `${lastWords} ${words.join(' ')}`.slice(-500);
    };
const { ready } = await import('h5wasm');
const library = new Hdf5Library(await ready, new URL(plugins));

function read({ bytes, maxBytes }: Extract<Job, { kind: 'read' }>): Results['read'] {
  const { module } = library;
  const path = '/frame.nc';
  module.FS.writeFile(path, bytes, { canOwn: true } as object);
  let file = -1n;
  try {
    file = library.call('not an HDF5 file that can be opened', () =>
      module.open(path, module.H5F_ACC_RDONLY, false, -1, -1),
    );
    return readContent(library, file, { maxBytes });
  } finally {
    if (file > 0n) library.call('closing', () => module.close_file(file));
    module.FS.unlink(path);
  }
}

function perform(job: Job): Results[Job['kind']] {
  return job.kind === 'read' ? read(job) : writeContent(library, job.content, job);
}

port.on('message', (job: Job) => {
  lastWords = '';
  try {
    const result = library.run(() => perform(job));
    port.postMessage({ result, heapSize: library.heapSize } satisfies Reply, transferList(result));
  } catch (error) {
    const lost = !(error instanceof Refusal);
    const { code, codec } = lost ? { code: 'MALFORMED_PACKET' as const, codec: undefined } : error;
    const message =
      error instanceof LibraryLost ? `HDF5 broke down: ${error.message}${lastWords}` : (error as Error).message;
    port.postMessage({ error: { code, message, codec }, heapSize: library.heapSize, lost } satisfies Reply);
  }
});
port.postMessage({ ready: true } satisfies Reply);
