/** {@link runLanes}: a kernel over all lanes, blocks of them on worker threads. */
import { dtypeOf, type TypedArray, typedArrayConstructor } from '../../dtype.js';
import { allLanes, type LaneRange, type Lanes } from '../lanes.js';
import { lendMemory, returnMemory } from '../recycled-memory.js';
import { resultArray } from '../result-array.js';
import { simdKernels } from '../simd/kernels.js';
import type { LaneKernel } from './kernel-job.js';
import { type KernelWorker, loseWorker, readyWorkers } from './kernel-pool.js';
import { copyLanes, divideLanes, type LaneArray, sampleLayout } from './lane-parts.js';

/** A kernel, and what it works on. */
export interface LaneJob<P> {
  /** Its name in `kernel-worker.ts`. */
  readonly kernel: string;
  readonly run: LaneKernel<P>;
  readonly parameters: P;
  readonly x: TypedArray;
  readonly lanes: Lanes;
  /** Taken on in place unless `readsState` only. */
  readonly state: Float32Array | Float64Array;
  readonly stateLayout: LaneArray;
  readonly readsState?: boolean;
  /** Rows and dtype of the result. */
  readonly rows: number;
  readonly single: boolean;
  /** Nanoseconds that one thread needs, roughly. */
  readonly cost: number;
}

/** Less work than this, in nanoseconds, stays on the main thread. */
const LEAST_COST = 1e6;
/** Milliseconds that a worker has at least, after the main thread has done its own block. */
let leastDeadline = 1000;

/** For tests: how long a worker may take; gives what held until now. */
export function setKernelDeadline(milliseconds: number): number {
  const was = leastDeadline;
  leastDeadline = milliseconds;
  return was;
}

/** For tests: whether small jobs are divided too. */
export const smallJobs = { divided: false };

interface Share {
  readonly worker: KernelWorker;
  readonly range: LaneRange;
  readonly state: Float32Array | Float64Array;
}

/**
 * Runs a kernel over all lanes on `workers` threads, this one included; null where one thread is to do it: too little to do, too few
 * lanes, no worker ready yet. The result is on shared memory and has the same bits, and so has the state, whatever the number of threads.
 *
 * A worker that has died, hangs or fails costs time only: its block is done here.
 */
export function runLanes<P>(job: LaneJob<P>, workers: number): Float32Array | Float64Array | null {
  if (workers <= 1 || job.rows === 0 || (job.cost < LEAST_COST && !smallJobs.divided)) return null;
  const ready = readyWorkers(workers - 1);
  const ranges = divideLanes(job.lanes, ready.length + 1);
  if (ranges.length < 2) return null;
  const { lanes, x, stateLayout, parameters, run } = job;
  const xLayout = sampleLayout(lanes, lanes.length);
  let y = resultArray(lanes.outer * job.rows * lanes.inner, job.single, ranges.length);
  const choice = simdKernels() === null ? 'plain' : 'simd';
  const staged: TypedArray[] = [];
  const shared = <T extends TypedArray>(array: T): T => {
    const size = array.byteLength;
    const copy = new (typedArrayConstructor(dtypeOf(array)))(lendMemory(Math.max(8, size), 2), 0, array.length);
    staged.push(copy);
    return copy as T;
  };
  const stagedX = x.buffer instanceof SharedArrayBuffer ? x : shared(x);
  const sharedState = shared(job.state);
  const shares: Share[] = ranges.slice(1).map((range, k) => {
    if (stagedX !== x) copyLanes(x, stagedX, xLayout, range);
    copyLanes(job.state, sharedState, stateLayout, range);
    const worker = ready[k]!;
    worker.give({
      kernel: job.kernel,
      choice,
      parameters,
      x: stagedX,
      lanes,
      state: sharedState,
      y,
      range,
    });
    return { worker, range, state: sharedState };
  });
  const start = performance.now();
  const own = ranges[0]!;
  let failure: unknown = null;
  try {
    run(parameters, x, lanes, job.state, y, own);
  } catch (error) {
    failure = error;
  }
  const deadline = Math.max(leastDeadline, 10 * (performance.now() - start));
  const outcomes = shares.map(({ worker }) => worker.finish(deadline));
  if (failure !== null) throw failure;
  const late = shares.filter((_, k) => outcomes[k] === 'late');
  for (const { worker } of late) loseWorker(worker);
  if (late.length > 0) {
    // It may still write into what it was given: all of that is left to it.
    const fresh = resultArray(y.length, job.single, ranges.length);
    fresh.set(y as Float64Array);
    y = fresh;
  }
  for (const [k, { range, state }] of shares.entries()) {
    if (outcomes[k] !== 'done') run(parameters, x, lanes, job.state, y, range);
    else if (!job.readsState) copyLanes(state, job.state, stateLayout, range);
  }
  if (late.length === 0) for (const array of staged) returnMemory(array.buffer);
  return y;
}

/** As {@link runLanes}, or else on this thread. */
export function filterLanes<P>(job: LaneJob<P>, workers: number): Float32Array | Float64Array {
  const divided = runLanes(job, workers);
  if (divided !== null) return divided;
  const { lanes, rows, single } = job;
  const y = resultArray(lanes.outer * rows * lanes.inner, single);
  job.run(job.parameters, job.x, lanes, job.state, y, allLanes(lanes));
  return y;
}
