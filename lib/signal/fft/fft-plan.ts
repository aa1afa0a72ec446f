/**
 * Discrete Fourier transforms of any length: powers of two by `fft.js` (radix 4), lengths with small odd factors by
 * splitting those off (Cooley and Tukey 1965), all others as a convolution (Bluestein 1970).
 */
import FFT from 'fft.js';
import { ArgumentError } from '../../errors.js';
import { bluesteinPlan } from './bluestein-plan.js';
import { mixedRadixPlan } from './mixed-radix-plan.js';

/** A transform of one length, with its tables and scratch memory. */
export interface FftPlan {
  /** Complex samples. */
  readonly size: number;
  /**
   * `out[k] = sum over j of x[j] exp(-2 pi i j k / size)`, not scaled. Both hold `size` complex numbers, real and
   * imaginary parts in turn; they must not overlap. `x` is not changed.
   */
  transform(out: Float64Array, x: Float64Array): void;
}

/** Odd factors that are split off; lengths with larger ones are convolved. */
const smallFactors = [3, 5, 7, 11, 13];

/** Plans that are kept, the last used ones: a long plan holds some ten times the memory of its samples. */
const KEPT = 32;
const plans = new Map<number, FftPlan>();

/**
 * The plan for `size` complex samples. The last 32 sizes are kept, so that asking again costs nothing.
 * Throws `BAD_ARGUMENT` unless `size` is a positive integer.
 */
export function fftPlan(size: number): FftPlan {
  const known = plans.get(size);
  if (known) {
    plans.delete(size);
    plans.set(size, known);
    return known;
  }
  if (!Number.isSafeInteger(size) || size < 1)
    throw new ArgumentError('BAD_ARGUMENT', `a Fourier transform of ${size} points; allowed: positive integers`);
  const plan = makePlan(size);
  plans.set(size, plan);
  if (plans.size > KEPT) plans.delete(plans.keys().next().value!);
  return plan;
}

function makePlan(size: number): FftPlan {
  let rest = size;
  while (rest % 2 === 0) rest /= 2;
  if (rest === 1) return powerOfTwoPlan(size);
  const factor = smallFactors.find((prime) => rest % prime === 0);
  for (const prime of smallFactors) while (rest % prime === 0) rest /= prime;
  if (factor !== undefined && rest === 1) return mixedRadixPlan(factor, fftPlan(size / factor));
  let inner = 1;
  while (inner < 2 * size - 1) inner *= 2;
  return bluesteinPlan(size, powerOfTwoPlan(inner));
}

function powerOfTwoPlan(size: number): FftPlan {
  if (size === 1) return { size, transform: (out, x) => out.set(x.subarray(0, 2)) };
  const library = new FFT(size);
  return { size, transform: (out, x) => library.transform(out, x) };
}
