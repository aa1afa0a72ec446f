/** A thread that runs kernels on blocks of lanes: it sleeps until the main thread has a job for it. */
import { receiveMessageOnPort, workerData } from 'node:worker_threads';
import { lfilterLanes } from '../lfilter.js';
import { polyphaseLanes } from '../polyphase.js';
import { chooseKernels, simdKernels } from '../simd/kernels.js';
import { sosfiltLanes } from '../sosfilt.js';
import { recursiveStaLtaLanes } from '../sta-lta.js';
import { DONE, FAILED, JOBS, type KernelJob, type LaneKernel, STARTED, type WorkerSetup } from './kernel-job.js';

const kernels: Record<string, LaneKernel> = {
  sosfilt: sosfiltLanes as LaneKernel,
  lfilter: lfilterLanes as LaneKernel,
  polyphase: polyphaseLanes as LaneKernel,
  recursiveStaLta: recursiveStaLtaLanes as LaneKernel,
};

const { control, port } = workerData as WorkerSetup;
simdKernels();
Atomics.store(control, STARTED, 1);
Atomics.notify(control, STARTED);
for (let jobs = 0; ; jobs++) {
  // Sleeps while no job has come since the last one.
  Atomics.wait(control, JOBS, jobs);
  const received = receiveMessageOnPort(port) as { message: KernelJob } | undefined;
  try {
    const { kernel, choice, parameters, x, lanes, state, y, range } = received!.message;
    chooseKernels(choice);
    kernels[kernel]!(parameters, x, lanes, state, y, range);
  } catch {
    // The main thread does the block itself and meets the error there.
    Atomics.store(control, FAILED, 1);
  }
  Atomics.add(control, DONE, 1);
  Atomics.notify(control, DONE);
}
