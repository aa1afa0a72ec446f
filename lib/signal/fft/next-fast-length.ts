import { ArgumentError } from '../../errors.js';

/**
 * The smallest length from `target` on that has no prime factor above 11 (`real`: above 5): scipy.fft.next_fast_len.
 * Transforms of such lengths are fast. Throws `BAD_ARGUMENT` unless `target` is a positive integer.
 */
export function nextFastLength(target: number, real = false): number {
  if (!Number.isSafeInteger(target) || target < 1)
    throw new ArgumentError('BAD_ARGUMENT', `a transform of ${target} points; allowed: positive integers`);
  const primes = real ? [2, 3, 5] : [2, 3, 5, 7, 11];
  for (let length = target; ; length++) {
    let rest = length;
    for (const prime of primes) while (rest % prime === 0) rest /= prime;
    if (rest === 1) return length;
  }
}
