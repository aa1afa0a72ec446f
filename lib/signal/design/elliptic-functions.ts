/**
 * Elliptic integrals and Jacobi's elliptic functions for real arguments, as the design of elliptic filters needs them.
 * By the arithmetic-geometric mean (Abramowitz and Stegun 17.6, 16.4; DLMF 19.8, 22.20).
 */

/** The arithmetic-geometric mean of two positive numbers. */
function arithmeticGeometricMean(a: number, b: number): number {
  let [x, y] = [a, b];
  // Quadratic convergence: 40 steps are far more than any pair of float64 needs.
  for (let step = 0; step < 40 && Math.abs(x - y) > Number.EPSILON * x; step++)
    [x, y] = [(x + y) / 2, Math.sqrt(x * y)];
  return (x + y) / 2;
}

/** Complete elliptic integral of the first kind K(m), 0 <= m < 1 (scipy.special.ellipk). */
export function completeIntegral(m: number): number {
  return Math.PI / 2 / arithmeticGeometricMean(1, Math.sqrt(1 - m));
}

/** K(1 - m), exact for tiny m too, 0 < m <= 1 (scipy.special.ellipkm1). */
export function complementaryIntegral(m: number): number {
  return Math.PI / 2 / arithmeticGeometricMean(1, Math.sqrt(m));
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
  let power = 1;
  while (differences.length < 9 && differences.at(-1)! / means.at(-1)! > Number.EPSILON / 2) {
    const mean = means.at(-1)!;
    differences.push((mean - geometric) / 2);
    means.push((mean + geometric) / 2);
    geometric = Math.sqrt(mean * geometric);
    power *= 2;
  }
  // ... where the functions are circular, and climb back with their amplitude.
  let amplitude = power * means.at(-1)! * u;
  let previous = amplitude;
  for (let i = means.length - 1; i > 0; i--) {
    previous = amplitude;
    amplitude = (Math.asin((differences[i]! * Math.sin(amplitude)) / means[i]!) + amplitude) / 2;
  }
  const sn = Math.sin(amplitude);
  const cn = Math.cos(amplitude);
  const quotient = Math.cos(amplitude - previous);
  // cn / quotient loses its digits where both vanish.
  return { sn, cn, dn: Math.abs(quotient) < 0.1 ? Math.sqrt(1 - m * sn * sn) : cn / quotient };
}

/** First order in m about the circular functions (Abramowitz and Stegun 16.13). */
function jacobiNearZero(u: number, m: number): JacobiFunctions {
  const s = Math.sin(u);
  const c = Math.cos(u);
  const shift = 0.25 * m * (u - s * c);
  return { sn: s - shift * c, cn: c + shift * s, dn: 1 - 0.5 * m * s * s };
}

/** First order in 1 - m about the hyperbolic functions (Abramowitz and Stegun 16.15). */
function jacobiNearOne(u: number, m: number): JacobiFunctions {
  const quarter = 0.25 * (1 - m);
  const c = Math.cosh(u);
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
  let quarterPeriod = 1;
  for (let step = 0; step < 12 && modulus !== 0; step++) {
    const complement = Math.sqrt((1 - modulus) * (1 + modulus));
    const next = (1 - complement) / (1 + complement);
    value = (2 * value) / ((1 + next) * (1 + Math.sqrt(1 + (modulus * value) ** 2)));
    quarterPeriod *= 1 + next;
    modulus = next;
  }
  return quarterPeriod * Math.asinh(value);
}

/** The parameter m with order * K(m) / K(1 - m) = K(m1) / K(1 - m1): the degree equation, by nomes (Orfanidis, eq. 49). */
export function solveDegree(order: number, m1: number): number {
  const nome = Math.exp((-Math.PI * complementaryIntegral(m1)) / completeIntegral(m1)) ** (1 / order);
  let numerator = 0;
  let denominator = 1;
  for (let i = 0; i < 8; i++) {
    numerator += nome ** (i * (i + 1));
    denominator += 2 * nome ** ((i + 1) ** 2);
  }
  return 16 * nome * (numerator / denominator) ** 4;
}
