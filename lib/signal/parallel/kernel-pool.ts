/** The worker threads that kernels run on beside the main thread: at most as many as the machine runs at once, in all. */
import { availableParallelism } from 'node:os';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { DONE, FAILED, JOBS, type KernelJob, STARTED, type WorkerSetup } from './kernel-job.js';

/** Workers that are started in place of lost ones, in the life of the process: what kills them may do it again. */
const mostReplaced = 4;

/** One worker thread. It keeps no process alive. */
export class KernelWorker {
  /** Shared control words, see `kernel-job.ts`. */
  readonly control = new Int32Array(new SharedArrayBuffer(16));
  readonly thread: Worker;
  readonly #port: MessagePort;
  #jobs = 0;

  constructor(lost: (worker: KernelWorker) => void) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.unref();
    const setup: WorkerSetup = { control: this.control, port: port2 };
    this.thread = new Worker(new URL('./kernel-worker.js', import.meta.url), {
      workerData: setup,
      transferList: [port2],
      execArgv: [],
    });
    this.thread.unref();
    this.thread.on('error', () => lost(this));
    this.thread.on('exit', () => lost(this));
  }

  /** Whether it has started and waits for jobs. */
  get ready(): boolean {
    return Atomics.load(this.control, STARTED) === 1;
  }

  /** Wakes it up with a job. */
  give(job: KernelJob): void {
    this.#port.postMessage(job);
    this.#jobs++;
    Atomics.add(this.control, JOBS, 1);
    Atomics.notify(this.control, JOBS);
  }

  /** Blocks until its job is done, for so many milliseconds at most. `late`: it is not. */
  finish(deadline: number): 'done' | 'failed' | 'late' {
    const before = this.#jobs - 1;
    if (Atomics.wait(this.control, DONE, before, deadline) === 'timed-out') return 'late';
    if (Atomics.load(this.control, DONE) !== this.#jobs) return 'late';
    return Atomics.exchange(this.control, FAILED, 0) === 0 ? 'done' : 'failed';
  }
}

const workers: KernelWorker[] = [];
let replaced = 0;
let told = false;

/** Up to `count` workers that are ready; the others are being started, for the next call. */
export function readyWorkers(count: number): KernelWorker[] {
  const most = Math.min(count, availableParallelism());
  while (workers.length < most && replaced <= mostReplaced) workers.push(new KernelWorker(loseWorker));
  return workers.slice(0, most).filter((worker) => worker.ready);
}

/** As {@link readyWorkers}, but blocks until they have started, for 30 s at most: for tests and benches. */
export function awaitWorkers(count: number): KernelWorker[] {
  readyWorkers(count);
  for (const worker of workers.slice(0, count)) Atomics.wait(worker.control, STARTED, 0, 30_000);
  return readyWorkers(count);
}

/** The workers that there are, ready or not. */
export function startedWorkers(): readonly KernelWorker[] {
  return workers;
}

/** Ends a worker that died or hangs. The next call that needs one starts another. */
export function loseWorker(worker: KernelWorker): void {
  const at = workers.indexOf(worker);
  if (at < 0) return;
  workers.splice(at, 1);
  replaced++;
  void worker.thread.terminate();
  if (told) return;
  told = true;
  process.emitWarning(
    'a worker thread of the kernels died or hung: what it had was done by the main thread, and others are started in its place ' +
      `(at most ${mostReplaced} times)`,
    { type: 'DasflowWarning', code: 'WORKER_LOST' },
  );
}
