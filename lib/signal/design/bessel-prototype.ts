/**
 * The Bessel (Thomson) analogue low-pass prototype. Its poles are the roots of the reverse Bessel polynomial, whose
 * coefficients are huge integers of one sign: the roots are found in fixed-point arithmetic on big integers, which
 * knows no cancellation, and rounded to float64 at the end.
 */
import { ArgumentError } from '../../errors.js';
import { type Complex, complex, magnitude, multiply, subtract } from './complex.js';
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

/** All roots, exact conjugates of each other, by the Aberth-Ehrlich iteration in fixed point. */
function roots(coefficients: readonly bigint[]): Complex[] {
  const n = coefficients.length - 1;
  // The values of the polynomial near a root are smaller than its largest coefficient by many digits: keep them all.
  const bits = BigInt(160 + 12 * n);
  const one = 1n << bits;
  const times = (a: FixedComplex, b: FixedComplex): FixedComplex => ({
    re: (a.re * b.re - a.im * b.im) >> bits,
    im: (a.re * b.im + a.im * b.re) >> bits,
  });
  const over = (a: FixedComplex, b: FixedComplex): FixedComplex => {
    const size = b.re * b.re + b.im * b.im;
    return {
      re: ((a.re * b.re + a.im * b.im) << bits) / size,
      im: ((a.im * b.re - a.re * b.im) << bits) / size,
    };
  };
  const x = startingPoints(n).map(({ re, im }) => ({ re: toFixed(re, bits), im: toFixed(im, bits) }));
  const enough = one >> 80n;
  for (let iteration = 0; iteration < 200; iteration++) {
    let largest = 0n;
    for (const [i, s] of x.entries()) {
      let value: FixedComplex = { re: one, im: 0n };
      let slope: FixedComplex = { re: 0n, im: 0n };
      for (let k = n - 1; k >= 0; k--) {
        slope = times(slope, s);
        slope = { re: slope.re + value.re, im: slope.im + value.im };
        value = times(value, s);
        value = { re: value.re + coefficients[k]! * one, im: value.im };
      }
      if (value.re === 0n && value.im === 0n) continue;
      const newton = over(value, slope);
      const repulsion: FixedComplex = { re: 0n, im: 0n };
      for (const [j, other] of x.entries()) {
        if (j === i) continue;
        const push = over({ re: one, im: 0n }, { re: s.re - other.re, im: s.im - other.im });
        repulsion.re += push.re;
        repulsion.im += push.im;
      }
      const damping = times(newton, repulsion);
      const step = over(newton, { re: one - damping.re, im: -damping.im });
      s.re -= step.re;
      s.im -= step.im;
      for (const part of [step.re, step.im]) if (part > largest || -part > largest) largest = part < 0n ? -part : part;
    }
    if (largest < enough) return conjugatePairs(x.map((s) => complex(toNumber(s.re, bits), toNumber(s.im, bits))));
  }
  throw new ArgumentError('BAD_ARGUMENT', `the roots of the Bessel polynomial of order ${n} were not found`);
}

/** Points on an arc in the left half plane, near which the roots lie. */
function startingPoints(n: number): Complex[] {
  return Array.from({ length: n }, (_, i) => {
    const angle = (Math.PI * (2 * i - n + 1)) / (2 * n);
    return complex(-0.9 * n * Math.cos(angle) - 0.1, 0.9 * n * Math.sin(angle) + 1e-3 / (i + 1));
  });
}

/** Roots sorted by falling imaginary part, the upper half mirrored on the lower, the middle one of an odd order real. */
function conjugatePairs(found: Complex[]): Complex[] {
  const sorted = found.sort((a, b) => b.im - a.im);
  return sorted.map((s, i) => {
    const partner = sorted[sorted.length - 1 - i]!;
    return complex((s.re + partner.re) / 2, (s.im - partner.im) / 2);
  });
}

function toFixed(x: number, bits: bigint): bigint {
  return BigInt(Math.round(x * 2 ** 40)) << (bits - 40n);
}

function toNumber(x: bigint, bits: bigint): number {
  return Number(x >> (bits - 80n)) / 2 ** 80;
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
