import { chooseKernels, type KernelChoice } from '../../../lib/signal/simd/kernels.js';

/** Runs `work` with one choice of kernels, to its end where it gives a promise. */
export function withKernels<R>(choice: KernelChoice, work: () => R): R {
  const was = chooseKernels(choice);
  let later = false;
  try {
    const result = work();
    if (!(result instanceof Promise)) return result;
    later = true;
    return result.finally(() => chooseKernels(was)) as R;
  } finally {
    if (!later) chooseKernels(was);
  }
}
