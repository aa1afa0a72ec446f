/** The main thread's end of one HDF5 worker: a queue, a deadline for every job, and a new worker when one is lost. */
import { Worker } from 'node:worker_threads';
import { type Direction, PacketError } from '../../errors.js';
import { buffersOfJob, type Job, type Reply, type Result, type Results } from './messages.js';

/** Jobs that may wait for one worker; one more is refused with `QUEUE_FULL`. */
export const MAX_WAITING = 256;
/** A worker whose WebAssembly heap (which never shrinks) has grown beyond this is replaced when its job is done. */
const RECYCLE_HEAP = 1024 ** 3;
const START_DEADLINE = 30_000;

interface Pending {
  job: Job;
  deadline: number;
  resolve(result: Result): void;
  reject(error: unknown): void;
  settled: boolean;
}

/** Runs jobs one after the other, in order, in a worker thread that starts with the first one and never keeps a process alive. */
export class Hdf5Worker {
  readonly #direction: Direction;
  readonly #script: URL;
  readonly #plugins: URL;
  readonly #waiting: Pending[] = [];
  #current: Pending | undefined;
  #worker: Worker | undefined;
  #ready = false;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param direction - for errors
   * @param options - `script`: the worker, default that for files in memory; `plugins`: folder of the filter plugins, for tests
   */
  constructor(direction: Direction, options: { script?: URL; plugins?: URL } = {}) {
    this.#direction = direction;
    this.#script = options.script ?? new URL('./worker.js', import.meta.url);
    this.#plugins = options.plugins ?? new URL('../../../plugins/', import.meta.url);
  }

  /**
   * The result of one job. Buffers in the job are moved to the worker. Rejects with `PacketError`: what HDF5 said
   * (`MALFORMED_PACKET`, `UNSUPPORTED_FILTER`, `TOO_LARGE` ...), `DEADLINE` when the job itself (waiting not counted) took
   * more than `deadline` ms, `QUEUE_FULL` when {@link MAX_WAITING} jobs wait. An aborted `signal` rejects with its reason;
   * a job that has begun then still runs to its end or deadline.
   */
  run<K extends Job['kind']>(
    job: Extract<Job, { kind: K }>,
    { deadline, signal }: { deadline: number; signal?: AbortSignal },
  ): Promise<Results[K]> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#waiting.length >= MAX_WAITING)
        throw this.#error('QUEUE_FULL', `${MAX_WAITING} packets wait for the HDF5 worker; await earlier calls first`);
      const finish = () => {
        pending.settled = true;
        signal?.removeEventListener('abort', aborted);
      };
      const pending: Pending = {
        job,
        deadline,
        settled: false,
        resolve: (result) => {
          finish();
          resolve(result as Results[K]);
        },
        reject: (error) => {
          finish();
          reject(error);
        },
      };
      const aborted = () => {
        const place = this.#waiting.indexOf(pending);
        if (place >= 0) this.#waiting.splice(place, 1);
        pending.reject(signal!.reason);
      };
      signal?.addEventListener('abort', aborted, { once: true });
      this.#waiting.push(pending);
      this.#next();
    });
  }

  /** Ends the worker, if there is one. Waiting jobs get a new one. */
  async close(): Promise<void> {
    const worker = this.#worker;
    this.#lose('the HDF5 worker was closed');
    await worker?.terminate();
  }

  #next(): void {
    if (this.#current) return;
    const next = this.#waiting[0];
    if (!next) {
      this.#worker?.unref();
      return;
    }
    if (!this.#worker) this.#start();
    this.#worker!.ref();
    if (!this.#ready) return;
    this.#waiting.shift();
    this.#current = next;
    this.#timer = setTimeout(() => this.#overdue(next), next.deadline);
    this.#worker!.postMessage(next.job, buffersOfJob(next.job));
  }

  #start(): void {
    const worker = new Worker(this.#script, {
      name: 'dasflow-hdf5',
      workerData: { plugins: this.#plugins.href },
      execArgv: [],
    });
    this.#worker = worker;
    this.#ready = false;
    worker.on('message', (reply: Reply) => {
      if (this.#worker === worker) this.#receive(reply);
    });
    worker.on('error', (cause) => {
      if (this.#worker === worker) this.#lose(`the HDF5 worker failed: ${cause.message}`, cause);
    });
    worker.on('exit', (code) => {
      if (this.#worker === worker) this.#lose(`the HDF5 worker ended with exit code ${code}`);
    });
    this.#timer = setTimeout(
      () => this.#lose(`the HDF5 worker did not start within ${START_DEADLINE / 1000} s`),
      START_DEADLINE,
    );
  }

  #receive(reply: Reply): void {
    clearTimeout(this.#timer);
    if ('ready' in reply) {
      this.#ready = true;
      this.#next();
      return;
    }
    const pending = this.#current;
    this.#current = undefined;
    const lost = 'error' in reply && reply.lost;
    if (lost || reply.heapSize > RECYCLE_HEAP) this.#drop();
    if (pending && !pending.settled) {
      if ('error' in reply) {
        const { code, message, codec } = reply.error;
        pending.reject(this.#error(code, message, codec));
      } else pending.resolve(reply.result);
    }
    this.#next();
  }

  /** A timer can come before an answer that has already arrived: look at the mail once before judging. */
  #overdue(pending: Pending): void {
    setImmediate(() => {
      if (this.#current !== pending) return;
      this.#current = undefined;
      this.#drop();
      const text = `HDF5 did not finish within ${pending.deadline} ms; its worker was replaced`;
      if (!pending.settled) pending.reject(this.#error('DEADLINE', text));
      this.#next();
    });
  }

  #lose(text: string, cause?: unknown): void {
    clearTimeout(this.#timer);
    const starting = !this.#ready;
    this.#drop();
    // A worker that dies while it starts would do so again: everything that waits fails with it.
    const failed = this.#current ? [this.#current] : starting ? this.#waiting.splice(0) : [];
    this.#current = undefined;
    for (const pending of failed)
      if (!pending.settled) pending.reject(new PacketError('WORKER_LOST', this.#direction, text, { cause }));
    this.#next();
  }

  #drop(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#ready = false;
    worker?.unref();
    void worker?.terminate();
  }

  #error(code: PacketError['code'], text: string, codec?: string): PacketError {
    return new PacketError(code, this.#direction, text, codec === undefined ? {} : { codec });
  }
}
