/** Sums and differences of labels: bigint where the labels are, float64 otherwise. */
import type { Delta, Scalar } from '../dtype.js';

/** `a + b`, or `a - b` where `sign` is -1, in the arithmetic of the axis. */
export function addLabel(a: Scalar, b: Delta, sign: 1 | -1 = 1): Delta {
  if (typeof a === 'bigint') return a + BigInt(sign) * BigInt(b);
  return Number(a) + sign * Number(b);
}

/** `a - b` in the arithmetic of the axis. */
export function subtractLabels(a: Scalar, b: Scalar): Delta {
  return addLabel(a, b as Delta, -1);
}

/** The size of a difference. */
export function magnitude(a: Delta): Delta {
  return a < 0 ? -a : a;
}
