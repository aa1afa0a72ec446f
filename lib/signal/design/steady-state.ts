/** Filter states that are at rest on a constant input of 1: scipy.signal.lfilter_zi and sosfilt_zi. */
import { ArgumentError } from '../../errors.js';
import type { Ba } from '../lfilter.js';
import type { Sos } from '../sosfilt.js';

/**
 * State of {@link lfilter}, for one lane, at which a constant input of 1 gives the step response's final value at once:
 * max(len(a), len(b)) - 1 numbers. Multiply by the first sample to start a signal without a transient.
 * Throws `BAD_ARGUMENT` where no a is nonzero, or where the filter has no steady state (a pole at 1).
 */
export function lfilterZi({ b, a }: Ba): Float64Array {
  const first = a.findIndex((value) => value !== 0);
  if (first < 0) throw new ArgumentError('BAD_ARGUMENT', 'at least one a must be nonzero');
  const denominator = a.subarray(first);
  const n = Math.max(denominator.length, b.length);
  const bn = Float64Array.from({ length: n }, (_, i) => (b[i] ?? 0) / denominator[0]);
  const an = Float64Array.from({ length: n }, (_, i) => (denominator[i] ?? 0) / denominator[0]);
  const zi = new Float64Array(n - 1);
  if (n === 1) return zi;
  const gain = sum(bn) / sum(an);
  if (!Number.isFinite(gain)) throw new ArgumentError('BAD_ARGUMENT', 'a filter with a pole at 1 has no steady state');
  // At rest every delay holds what its successors add: z[k] = z[k + 1] + b[k + 1] - a[k + 1] * gain.
  for (let k = n - 2; k >= 0; k--) zi[k] = (zi[k + 1] ?? 0) + bn[k + 1] - an[k + 1] * gain;
  return zi;
}

/** State of {@link sosfilt} for one lane at rest on an input of 1: shape (sections, 2). Throws as {@link lfilterZi}. */
export function sosfiltZi(sos: Sos): Float64Array {
  const zi = new Float64Array(sos.length / 3);
  let scale = 1;
  for (let s = 0; s < sos.length / 6; s++) {
    const b = sos.subarray(6 * s, 6 * s + 3);
    const a = sos.subarray(6 * s + 3, 6 * s + 6);
    for (const [i, value] of lfilterZi({ b, a }).entries()) zi[2 * s + i] = scale * value;
    scale *= sum(b) / sum(a);
  }
  return zi;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
