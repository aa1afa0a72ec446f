/**
 * The Bessel (Thomson) analogue low-pass prototype. Its poles are the roots of the reverse Bessel polynomial, whose
 * coefficients are huge integers of one sign: the roots are found in fixed-point arithmetic on big integers, which
 * knows no cancellation, and rounded to float64 at the end.
 */
import { ArgumentError } from '../../errors.js';
import { add, type Complex, complex, conjugate, divide, magnitude, multiply, subtract } from './complex.js';
import type { Zpk } from './zpk.js';

/**
 * What is normalised to 1 rad/s: `phase` the middle of the phase response (asymptotes of the magnitude as
 * Butterworth's), `delay` the group delay to 1 s, `mag` the -3 dB point. As in scipy.
 */
export type BesselNorm = 'phase' | 'delay' | 'mag';

/** The highest order that is designed: scipy's own roots are not better than 1e-12 far above it. */
const MAX_ORDER = 100;

/** Bessel prototype (scipy.signal.besselap). Throws `BAD_ARGUMENT` above order 100. */
export function besselPrototype(order: number, norm: BesselNorm): Zpk {
  if (order === 0) return { z: [], p: [], k: 1 };
  if (order > MAX_ORDER)
    throw new ArgumentError('BAD_ARGUMENT', `Bessel filter of order ${order}; allowed: 0 to ${MAX_ORDER}`);
  const coefficients = reverseBesselPolynomial(order);
  const poles = roots(coefficients);
  const gain = Number(coefficients[0]);
  if (norm === 'delay') return { z: [], p: poles, k: gain };
  if (norm === 'phase') {
    const shift = 10 ** (-Math.log10(gain) / order);
    return { z: [], p: poles.map((s) => complex(s.re * shift, s.im * shift)), k: 1 };
  }
  const edge = halfPowerFrequency(poles, gain);
  return { z: [], p: poles.map((s) => complex(s.re / edge, s.im / edge)), k: edge ** -order * gain };
}

/** Coefficients a0 ... an of the reverse Bessel polynomial, rising powers: a_k = (2n - k)! / (2^(n - k) k! (n - k)!). */
function reverseBesselPolynomial(n: number): bigint[] {
  const coefficients: bigint[] = new Array(n + 1);
  coefficients[n] = 1n;
  for (let k = n - 1; k >= 0; k--)
    coefficients[k] = (coefficients[k + 1]! * BigInt(2 * n - k) * BigInt(k + 1)) / BigInt(2 * (n - k));
  return coefficients;
}

interface FixedComplex {
  re: bigint;
  im: bigint;
}

/**
 * All roots by falling imaginary part, exact conjugates of each other, by the Aberth-Ehrlich iteration: Newton's term in
 * fixed point, the repulsion of the other roots, which need not be exact, in float64.
 */
function roots(coefficients: readonly bigint[]): Complex[] {
  const n = coefficients.length - 1;
  // Near a root the value of the polynomial is smaller than its terms by many digits: keep them all.
  const bits = BigInt(160 + 12 * n);
  const scaled = coefficients.map((c) => c << bits);
  const upper = startingPoints(n).map(({ re, im }) => ({ re: toFixed(re, bits), im: toFixed(im, bits) }));
  for (let iteration = 0; iteration < 100; iteration++) {
    const now = mirrored(upper.map((s) => toComplex(s, bits)));
    let largest = 0;
    for (const [i, s] of upper.entries()) {
      const newton = toComplex(newtonStep(scaled, s, bits), bits);
      const repulsion = now
        .filter((_, j) => j !== i)
        .reduce((sum, other) => add(sum, divide(complex(1), subtract(now[i]!, other))), complex(0));
      const step = divide(newton, subtract(complex(1), multiply(newton, repulsion)));
      s.re -= toFixed(step.re, bits);
      if (s.im !== 0n) s.im -= toFixed(step.im, bits);
      largest = Math.max(largest, magnitude(step));
    }
    if (largest < 1e-18) return mirrored(upper.map((s) => toComplex(s, bits)));
  }
  throw new ArgumentError('BAD_ARGUMENT', `the roots of the Bessel polynomial of order ${n} were not found`);

  /** The upper half, the real root of an odd order at its end, and the conjugates. */
  function mirrored(half: readonly Complex[]): Complex[] {
    return [
      ...half,
      ...half
        .slice(0, Math.floor(n / 2))
        .reverse()
        .map(conjugate),
    ];
  }
}

/** Value over slope at `s` of the polynomial with fixed-point coefficients, rising powers, the highest one 1. */
function newtonStep(coefficients: readonly bigint[], s: FixedComplex, bits: bigint): FixedComplex {
  const value: FixedComplex = { re: 1n << bits, im: 0n };
  const slope: FixedComplex = { re: 0n, im: 0n };
  for (let k = coefficients.length - 2; k >= 0; k--) {
    const turned = (slope.re * s.re - slope.im * s.im) >> bits;
    slope.im = ((slope.re * s.im + slope.im * s.re) >> bits) + value.im;
    slope.re = turned + value.re;
    const moved = (value.re * s.re - value.im * s.im) >> bits;
    value.im = (value.re * s.im + value.im * s.re) >> bits;
    value.re = moved + coefficients[k]!;
  }
  const size = slope.re * slope.re + slope.im * slope.im;
  return {
    re: ((value.re * slope.re + value.im * slope.im) << bits) / size,
    im: ((value.im * slope.re - value.re * slope.im) << bits) / size,
  };
}

/**
 * Points near the roots in the upper half plane and on the real axis, by falling imaginary part: the fit of Campos and
 * Calderon (arXiv:1105.0957) to the roots of the ordinary Bessel polynomial, inverted.
 */
function startingPoints(n: number): Complex[] {
  const at = (x: number, ...rising: number[]) => rising.reduceRight((sum, c) => sum * x + c, 0);
  const s = at(n, 0, 0, 2, 0, -3, 1);
  const r = at(n, 0, 0, 2, 1);
  const imaginary = [
    [0, -6, 0, 5, -1],
    [8, 24, -12, -2],
    [-24, -12, 12],
    [16, -8],
  ].map((c) => at(n, ...c) / s);
  return Array.from({ length: Math.ceil(n / 2) }, (_, i) => {
    const x = complex(at(i + 1, 0, at(n, -6, -6) / r, 6 / r), at(i + 1, ...imaginary));
    const inverse = n === 1 ? complex(-1) : divide(complex(1), x);
    return 2 * i + 1 === n ? complex(inverse.re) : complex(inverse.re, Math.abs(inverse.im));
  });
}

/** To a multiple of 2^-80; numbers below 2^20 or so, as all roots are. */
function toFixed(x: number, bits: bigint): bigint {
  const high = Math.trunc(x);
  return (BigInt(high) << bits) + (BigInt(Math.round((x - high) * 2 ** 80)) << (bits - 80n));
}

function toComplex({ re, im }: FixedComplex, bits: bigint): Complex {
  return complex(Number(re >> (bits - 80n)) / 2 ** 80, Number(im >> (bits - 80n)) / 2 ** 80);
}

/** The frequency where the gain is -3 dB, by the secant method from 1.5 rad/s. */
function halfPowerFrequency(poles: readonly Complex[], gain: number): number {
  const excess = (w: number) =>
    magnitude(complex(gain)) / magnitude(poles.map((s) => subtract(complex(0, w), s)).reduce(multiply)) - Math.SQRT1_2;
  let [w0, w1] = [1.5, 1.5 * (1 + 1e-4) + 1e-4];
  let [f0, f1] = [excess(w0), excess(w1)];
  for (let step = 0; step < 100 && f1 !== f0; step++) {
    const w2 = w1 - (f1 * (w1 - w0)) / (f1 - f0);
    [w0, f0, w1, f1] = [w1, f1, w2, excess(w2)];
    if (Math.abs(w1 - w0) <= 4 * Number.EPSILON * Math.abs(w1)) break;
  }
  return w1;
}
