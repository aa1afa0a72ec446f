import { chooseKernels, type KernelChoice } from '../../../lib/signal/simd/kernels.js';

/** Runs `work` with one choice of kernels. */
export function withKernels<R>(choice: KernelChoice, work: () => R): R {
  const was = chooseKernels(choice);
  try {
    return work();
  } finally {
    chooseKernels(was);
  }
}
