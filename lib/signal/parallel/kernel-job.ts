/** What the main thread and its kernel workers say to each other. */
import type { MessagePort } from 'node:worker_threads';
import type { TypedArray } from '../../dtype.js';
import type { LaneRange, Lanes } from '../lanes.js';
import type { KernelChoice } from '../simd/kernels.js';

/** Elements of a worker's control words: jobs given, jobs done, whether it runs, whether a job failed. */
export const JOBS = 0;
export const DONE = 1;
export const STARTED = 2;
export const FAILED = 3;

/** What a worker starts with. */
export interface WorkerSetup {
  readonly control: Int32Array;
  readonly port: MessagePort;
}

/**
 * Runs over the lanes of `range` and leaves all others alone: reads `x`, takes `state` on, writes `y`. The same lanes give the same
 * bits whatever the range.
 */
// biome-ignore lint/suspicious/noExplicitAny: each kernel has parameters of its own
export type LaneKernel<P = any> = (
  parameters: P,
  x: TypedArray,
  lanes: Lanes,
  state: Float32Array | Float64Array,
  y: Float32Array | Float64Array,
  range: LaneRange,
) => void;

/** A block of lanes for a worker; all arrays are on shared memory. */
export interface KernelJob {
  /** Name of the kernel, and the kind of kernels that the main thread uses. */
  readonly kernel: string;
  readonly choice: KernelChoice;
  readonly parameters: unknown;
  readonly x: TypedArray;
  readonly lanes: Lanes;
  readonly state: Float32Array | Float64Array;
  readonly y: Float32Array | Float64Array;
  readonly range: LaneRange;
}
