/** The worker thread in which HDF5 runs on files in memory; the only importer of `h5wasm`. Started by Hdf5Worker. */
import { parentPort, workerData } from 'node:worker_threads';
import { Hdf5Library, LibraryLost } from './hdf5-library.js';
import { type Job, type Reply, type Results, transferList } from './messages.js';
import { readContent } from './read-content.js';
import { Refusal } from './refusal.js';
import { writeContent } from './write-content.js';

const port = parentPort!;
const { plugins } = workerData as { plugins: string };

// HDF5 stamps every object with the second in which it is made. The same array must give the same bytes at any time, and
// nothing else in this thread asks for the time.
Date.now = () => 0;

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

const FRAME = '/frame.nc';

function read({ bytes, maxBytes }: Extract<Job, { kind: 'read' }>): Results['read'] {
  const { module } = library;
  module.FS.writeFile(FRAME, bytes, { canOwn: true } as object);
  try {
    return library.withFile(FRAME, module.H5F_ACC_RDONLY, false, (file) => readContent(library, file, { maxBytes }));
  } finally {
    library.remove(FRAME);
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
    const refusal =
      error instanceof Refusal ? error : { code: 'MALFORMED_PACKET' as const, codec: undefined, lost: true };
    const { codec, lost } = refusal;
    // What HDF5 refuses while writing is no malformed packet.
    const code = job.kind === 'write' && refusal.code === 'MALFORMED_PACKET' ? 'BAD_ENCODING' : refusal.code;
    const message =
      error instanceof LibraryLost ? `HDF5 broke down: ${error.message}${lastWords}` : (error as Error).message;
    port.postMessage({ error: { code, message, codec }, heapSize: library.heapSize, lost } satisfies Reply);
  }
});
port.postMessage({ ready: true } satisfies Reply);
