/** The codec workers of this thread: threads that encode and decode the chunks of packets, several at once. */
import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type Direction, PacketError } from '../../errors.js';
import { buffersOfJob, type CodecJob, type CodecReply, type CodecResult } from './codec-job.js';

/** Jobs that may wait; one more is refused with `QUEUE_FULL`. */
const WAITING_AT_MOST = 256;
const START_DEADLINE = 30_000;

interface Pending {
  readonly job: CodecJob;
  readonly deadline: number;
  settle(outcome: { result: CodecResult } | { error: unknown }): void;
}

interface Thread {
  readonly worker: Worker;
  isReady: boolean;
  current: Pending | null;
  timer: NodeJS.Timeout | undefined;
}

/** How long a job may take, and what gives it up. */
export interface JobOptions {
  /** Milliseconds, waiting not counted. */
  deadline: number;
  signal?: AbortSignal;
}

/**
 * Runs jobs in worker threads that start when they are needed and keep no process alive. Jobs begin in the order in which they came, as
 * many at once as there are threads; results come as they are ready. A job that passes its deadline or kills its thread fails
 * alone (`DEADLINE`, `WORKER_LOST`), and another thread takes the place of its own.
 */
export class CodecPool {
  readonly #script: URL;
  readonly #threads: Thread[] = [];
  readonly #waiting: Pending[] = [];
  #size = 1;

  /** @param script The worker; another one for tests. */
  constructor(script = new URL('./codec-worker.js', import.meta.url)) {
    this.#script = script;
  }

  /** Threads that it may use: the most that anybody has asked for, and never more than the machine runs at once. */
  get size(): number {
    return this.#size;
  }

  /** Asks for so many threads. */
  grow(size: number): void {
    this.#size = Math.max(this.#size, Math.min(size, availableParallelism()));
  }

  /** Threads that have nothing to do, started or not. */
  get idle(): number {
    const busy = this.#threads.filter(({ current }) => current !== null).length;
    return Math.max(0, this.#size - busy - this.#waiting.length);
  }

  /**
   * The result of one job, whose buffers move to its thread. Rejects with `PacketError` `DEADLINE`, `WORKER_LOST`, `QUEUE_FULL`, or
   * with the reason of `signal`; a job that has begun then still runs to its end or deadline.
   */
  run<R extends CodecResult>(job: CodecJob, { deadline, signal }: JobOptions): Promise<R> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#waiting.length >= WAITING_AT_MOST)
        throw errorOf(
          job,
          'QUEUE_FULL',
          `${WAITING_AT_MOST} packets wait for the codec workers; await earlier calls first`,
        );
      const aborted = () => {
        const place = this.#waiting.indexOf(pending);
        if (place >= 0) this.#waiting.splice(place, 1);
        pending.settle({ error: signal!.reason });
        this.#next();
      };
      const pending: Pending = {
        job,
        deadline,
        settle: (outcome) => {
          signal?.removeEventListener('abort', aborted);
          if ('error' in outcome) reject(outcome.error);
          else resolve(outcome.result as R);
        },
      };
      // One listener for each packet in work, however many they are, is no leak.
      if (signal) setMaxListeners(0, signal);
      signal?.addEventListener('abort', aborted, { once: true });
      this.#waiting.push(pending);
      this.#next();
    });
  }

  /** Ends all threads. Jobs that have begun fail; those that wait get new ones. */
  async close(): Promise<void> {
    const threads = [...this.#threads];
    for (const thread of threads) {
      // One that is still starting is not to blame.
      thread.isReady = true;
      this.#lose(thread, 'the codec worker was closed');
    }
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }

  #next(): void {
    while (this.#threads.length < Math.min(this.#size, this.#busy + this.#waiting.length)) this.#start();
    for (const thread of this.#threads) {
      if (!thread.isReady || thread.current) continue;
      const pending = this.#waiting.shift();
      if (pending === undefined) break;
      thread.current = pending;
      thread.timer = setTimeout(() => this.#overdue(thread, pending), pending.deadline);
      thread.worker.postMessage(pending.job, buffersOfJob(pending.job));
    }
    // A thread that starts for somebody who waits is kept alive as one that works.
    const isWanted = this.#waiting.length > 0;
    for (const { worker, current, isReady } of this.#threads)
      if (current || (isWanted && !isReady)) worker.ref();
      else worker.unref();
  }

  get #busy(): number {
    return this.#threads.filter(({ current }) => current !== null).length;
  }

  #start(): void {
    const worker = new Worker(this.#script, { name: 'dasflow-codec', execArgv: [] });
    const thread: Thread = { worker, isReady: false, current: null, timer: undefined };
    this.#threads.push(thread);
    worker.on('message', (reply: CodecReply) => {
      if (this.#threads.includes(thread)) this.#receive(thread, reply);
    });
    worker.on('error', (cause) => this.#lose(thread, `a codec worker failed: ${cause.message}`, cause));
    worker.on('exit', (code) => this.#lose(thread, `a codec worker ended with exit code ${code}`));
    thread.timer = setTimeout(
      () => this.#lose(thread, `a codec worker did not start within ${START_DEADLINE / 1000} s`),
      START_DEADLINE,
    );
    thread.timer.unref();
  }

  #receive(thread: Thread, reply: CodecReply): void {
    clearTimeout(thread.timer);
    if ('ready' in reply) thread.isReady = true;
    else {
      const pending = thread.current;
      thread.current = null;
      pending?.settle({ result: reply.result });
    }
    this.#next();
  }

  /** A timer can come before an answer that has already arrived: look at the mail once before judging. */
  #overdue(thread: Thread, pending: Pending): void {
    setImmediate(() => {
      if (thread.current !== pending) return;
      thread.current = null;
      this.#drop(thread);
      const text = `the codecs did not finish within ${pending.deadline} ms; their worker was replaced`;
      pending.settle({ error: errorOf(pending.job, 'DEADLINE', text) });
      this.#next();
    });
  }

  #lose(thread: Thread, text: string, cause?: unknown): void {
    if (!this.#threads.includes(thread)) return;
    this.#drop(thread);
    const pending = thread.current;
    thread.current = null;
    // A worker that dies while it starts would do so again: whoever waits fails with it.
    const failed = pending ? [pending] : thread.isReady ? [] : this.#waiting.splice(0);
    for (const each of failed) each.settle({ error: errorOf(each.job, 'WORKER_LOST', text, cause) });
    this.#next();
  }

  #drop(thread: Thread): void {
    clearTimeout(thread.timer);
    const place = this.#threads.indexOf(thread);
    if (place >= 0) this.#threads.splice(place, 1);
    thread.worker.unref();
    void thread.worker.terminate();
  }
}

function errorOf(job: CodecJob, code: PacketError['code'], text: string, cause?: unknown): PacketError {
  const direction: Direction = job.kind;
  return new PacketError(code, direction, text, { cause });
}

/** The pool of `encodePacket`, `decodePacket` and all publishers, subscribers and writers of this thread. */
export const codecPool = new CodecPool();
