/**
 * Elliptic integrals and Jacobi's elliptic functions for real arguments, as the design of elliptic filters needs them
 * (Abramowitz and Stegun 16.4, DLMF 22.20). The design is ill-conditioned, so each step is rounded as scipy rounds it.
 */
import { asin, cos, cosh, exp, hypot, log, power, sin } from './rounded-functions.js';

/** Coefficients of K(1 - x) = P(x) - log(x) Q(x), falling powers: Cephes' minimax approximation, which scipy uses. */
const P = [
  0.00013798286460627325, 0.002280257240058756, 0.007974040132204152, 0.00985821379021226, 0.006874896874499499,
  0.006189010336376876, 0.008790782739527438, 0.014938044891680526, 0.0308851465246712, 0.09657359028116902,
  1.3862943611198906,
];
const Q = [
  2.940789550485985e-5, 0.0009141847238659173, 0.005940583037531678, 0.01548505166497624, 0.023908960271592488,
  0.030120471522760404, 0.037377431417382326, 0.04882803475709983, 0.07031249969639575, 0.12499999999987083, 0.5,
];

const horner = (coefficients: readonly number[], x: number) => coefficients.reduce((sum, c) => sum * x + c);

/** Complete elliptic integral of the first kind K(m), 0 <= m < 1 (scipy.special.ellipk). */
export function completeIntegral(m: number): number {
  return complementaryIntegral(1 - m);
}

/** K(1 - m), exact for tiny m too, 0 < m <= 1 (scipy.special.ellipkm1). */
export function complementaryIntegral(m: number): number {
  if (m <= Number.EPSILON / 2) return 2 * Math.LN2 - 0.5 * log(m);
  return horner(P, m) - log(m) * horner(Q, m);
}

/** sn, cn and dn at one point. */
export interface JacobiFunctions {
  readonly sn: number;
  readonly cn: number;
  readonly dn: number;
}

/** Jacobi's sn, cn and dn of `u` for parameter `m` (square of the modulus), 0 <= m <= 1 (scipy.special.ellipj). */
export function jacobi(u: number, m: number): JacobiFunctions {
  if (m < 1e-9) return jacobiNearZero(u, m);
  if (m >= 1 - 1e-10) return jacobiNearOne(u, m);
  // Descend with the arithmetic-geometric mean until the modulus has vanished ...
  const means = [1];
  const differences = [Math.sqrt(m)];
  let geometric = Math.sqrt(1 - m);
  let scale = 1;
  while (differences.length < 9 && differences.at(-1)! / means.at(-1)! > Number.EPSILON / 2) {
    const mean = means.at(-1)!;
    differences.push((mean - geometric) / 2);
    means.push((mean + geometric) / 2);
    geometric = Math.sqrt(mean * geometric);
    scale *= 2;
  }
  // ... where the functions are circular, and climb back with their amplitude.
  let amplitude = scale * means.at(-1)! * u;
  let previous = amplitude;
  for (let i = means.length - 1; i > 0; i--) {
    previous = amplitude;
    amplitude = (asin((differences[i]! * sin(amplitude)) / means[i]!) + amplitude) / 2;
  }
  const sn = sin(amplitude);
  const cn = cos(amplitude);
  const quotient = cos(amplitude - previous);
  // cn / quotient loses its digits where both vanish.
  return { sn, cn, dn: Math.abs(quotient) < 0.1 ? Math.sqrt(1 - m * sn * sn) : cn / quotient };
}

/** First order in m about the circular functions (Abramowitz and Stegun 16.13). */
function jacobiNearZero(u: number, m: number): JacobiFunctions {
  const s = sin(u);
  const c = cos(u);
  const shift = 0.25 * m * (u - s * c);
  return { sn: s - shift * c, cn: c + shift * s, dn: 1 - 0.5 * m * s * s };
}

/** First order in 1 - m about the hyperbolic functions (Abramowitz and Stegun 16.15). */
function jacobiNearOne(u: number, m: number): JacobiFunctions {
  const quarter = 0.25 * (1 - m);
  const c = cosh(u);
  const t = Math.tanh(u);
  const sech = 1 / c;
  const sinhCosh = c * Math.sinh(u);
  const shift = quarter * t * sech;
  return {
    sn: t + (quarter * (sinhCosh - u)) / (c * c),
    cn: sech - shift * (sinhCosh - u),
    dn: sech + shift * (sinhCosh + u),
  };
}

/**
 * Real z with sc(z, 1 - m) = w: sn of an imaginary argument, by Landen transformations in which every step stays
 * imaginary (Orfanidis, Lecture Notes on Elliptic Filter Design, eq. 56). 0 < m < 1.
 */
export function inverseSc(w: number, m: number): number {
  let modulus = Math.sqrt(m);
  let value = w;
  let product = 1;
  for (let step = 0; step < 12 && modulus !== 0; step++) {
    const complement = Math.sqrt((1 - modulus) * (1 + modulus));
    const next = (1 - complement) / (1 + complement);
    value = (2 * value) / ((1 + next) * (1 + Math.sqrt(1 + modulus * value * (modulus * value))));
    product *= 1 + next;
    modulus = next;
  }
  return ((product * Math.PI) / 2) * ((2 / Math.PI) * inverseSinh(value));
}

/** asinh of a positive number in the steps of the C library's complex arc sine of an imaginary one. */
function inverseSinh(x: number): number {
  const size = x + hypot(1, x);
  return x < 0.5 ? 0.5 * Math.log1p(2 * x * size) : log(size);
}

/** The parameter m with order * K(m) / K(1 - m) = K(m1) / K(1 - m1): the degree equation, by nomes (Orfanidis, eq. 49). */
export function solveDegree(order: number, m1: number): number {
  const nome = power(exp((-Math.PI * complementaryIntegral(m1)) / completeIntegral(m1)), 1 / order);
  const terms = (exponent: (i: number) => number) => {
    const t = Array.from({ length: 8 }, (_, i) => (exponent(i) === 0 ? 1 : power(nome, exponent(i))));
    // In pairs, as numpy sums: near m = 1 a last digit of m is many digits of 1 - m.
    return t[0]! + t[1]! + (t[2]! + t[3]!) + (t[4]! + t[5]! + (t[6]! + t[7]!));
  };
  const numerator = terms((i) => i * (i + 1));
  const denominator = 1 + 2 * terms((i) => (i + 1) ** 2);
  return 16 * nome * power(numerator / denominator, 4);
}
