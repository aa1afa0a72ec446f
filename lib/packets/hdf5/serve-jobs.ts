import { parentPort } from 'node:worker_threads';
import { type H5Module, type Hdf5Host, Hdf5Library, LibraryLost } from './hdf5-library.js';
import { buffersOf, type Job, type Reply, type Result } from './messages.js';
import { Refusal } from './refusal.js';

/**
 * Makes this thread an HDF5 worker: loads h5wasm, says that it is ready, and answers each job with what `perform` returns
 * or why it was refused. An answer that says `lost` is the last: HDF5 broke down and the thread is to be replaced.
 */
export async function serveJobs(
  load: () => Promise<H5Module>,
  hostOf: (module: H5Module) => Hdf5Host,
  perform: (library: Hdf5Library, job: Job) => Result,
): Promise<void> {
  const port = parentPort!;
  // Emscripten says its last words on the console, which it takes hold of when it starts: they belong into the error.
  let lastWords = '';
  console.log =
    console.warn =
    console.error =
      (...words: unknown[]) => {
        lastWords = `${lastWords} ${words.join(' ')}`.slice(-500);
      };
  const module = await load();
  const library = new Hdf5Library(module, hostOf(module));

  port.on('message', (job: Job) => {
    lastWords = '';
    try {
      const result = library.run(() => perform(library, job));
      port.postMessage({ result, heapSize: library.heapSize } satisfies Reply, buffersOf(result));
    } catch (error) {
      const refusal =
        error instanceof Refusal ? error : { code: 'MALFORMED_PACKET' as const, codec: undefined, lost: true };
      const { codec, lost } = refusal;
      // What HDF5 refuses while writing is no malformed packet.
      const writing = job.kind === 'write' || job.kind === 'append';
      const code = writing && refusal.code === 'MALFORMED_PACKET' ? 'BAD_ENCODING' : refusal.code;
      const message =
        error instanceof LibraryLost ? `HDF5 broke down: ${error.message}${lastWords}` : (error as Error).message;
      port.postMessage({ error: { code, message, codec }, heapSize: library.heapSize, lost } satisfies Reply);
    }
  });
  port.postMessage({ ready: true } satisfies Reply);
}
