/** Filters as zeros, poles and gain, and the way from there to coefficients. */
import { ArgumentError } from '../../errors.js';
import type { Ba } from '../lfilter.js';
import { type Complex, complex, isReal } from './complex.js';

/** A filter as zeros, poles and gain. */
export interface Zpk {
  readonly z: readonly Complex[];
  readonly p: readonly Complex[];
  readonly k: number;
}

/** Poles that a filter has more than zeros. Throws `BAD_ARGUMENT` where it has fewer. */
export function relativeDegree({ z, p }: Zpk): number {
  if (p.length < z.length)
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `a filter with ${z.length} zeros and ${p.length} poles is improper; allowed: no more zeros than poles`,
    );
  return p.length - z.length;
}

/**
 * Coefficients, in falling powers, of the monic polynomial with these roots: numpy.poly, whose convolution adds up each
 * of the four products of real and imaginary parts by itself.
 */
export function polynomialFromRoots(roots: readonly Complex[]): Complex[] {
  let coefficients: Complex[] = [complex(1)];
  for (const { re, im } of roots) {
    const next = [...coefficients, complex(0)];
    for (const [i, c] of coefficients.entries()) {
      const own = next[i + 1]!;
      next[i + 1] = { re: own.re - c.re * re + c.im * im, im: own.im - c.im * re - c.re * im };
    }
    coefficients = next;
  }
  return coefficients;
}

/**
 * Numerator and denominator of a filter (scipy.signal.zpk2tf) whose complex roots come in conjugate pairs. Throws
 * `BAD_ARGUMENT` where they do not: the coefficients would be complex.
 */
export function zpkToBa({ z, p, k }: Zpk): Ba {
  return {
    b: realPolynomial(z, 'zeros').map((c) => k * c),
    a: realPolynomial(p, 'poles'),
  };
}

function realPolynomial(roots: readonly Complex[], what: string): Float64Array {
  const sorted = (sign: 1 | -1) =>
    roots
      .filter((root) => !isReal(root))
      .map((root) => sign * root.im)
      .sort((x, y) => x - y);
  const mirrored = sorted(-1);
  if (sorted(1).some((im, i) => !(Math.abs(im - mirrored[i]!) <= 1e-10 * Math.abs(im))))
    throw new ArgumentError('BAD_ARGUMENT', `the ${what} of a real filter come in conjugate pairs`);
  return Float64Array.from(polynomialFromRoots(roots), (c) => c.re);
}
