/**
 * Elementary functions rounded once: the float64 next to the true value, as good C libraries give it nearly always (V8's
 * are off by the last bit now and then). A recursive filter multiplies the last bits of its coefficients. Computed in
 * fixed-point arithmetic on big integers: some microseconds each, for designs, not for samples.
 */

/** Bits behind the binary point: arguments from 2^-100 on are exact. */
const BITS = 200n;
const ONE = 1n << BITS;

/** x as a multiple of 2^-BITS. */
function toFixed(x: number): bigint {
  if (x === 0) return 0n;
  // twice the exponent's worth of bits is more than any float64 has
  const exponent = Math.max(-1000, Math.floor(Math.log2(Math.abs(x)))) - 54;
  const mantissa = BigInt(x / 2 ** exponent);
  const shift = BITS + BigInt(exponent);
  return shift >= 0n ? mantissa << shift : mantissa >> -shift;
}

/** The nearest float64 of a multiple of 2^-BITS. */
function toNumber(x: bigint): number {
  return Number(x) / 2 ** Number(BITS);
}

const times = (a: bigint, b: bigint) => (a * b) >> BITS;
const over = (a: bigint, b: bigint) => (a << BITS) / b;

/** Sum of x^(2k + 1) / (2k + 1), with alternating signs for the arc tangent, of 1 / n. */
function inverseTangent(n: bigint, sign: 1n | -1n): bigint {
  let power = ONE / n;
  let sum = power;
  for (let k = 3n; power !== 0n; k += 2n) {
    power = (sign * power) / (n * n);
    sum += power / k;
  }
  return sum;
}

const LN2 = 2n * inverseTangent(3n, 1n);
const PI = 4n * (4n * inverseTangent(5n, -1n) - inverseTangent(239n, -1n));

/** Terms of a power series whose k-th term is the one before times `square` over k (k + 1), from `first` on. */
function series(first: bigint, square: bigint, k: bigint): bigint {
  let sum = first;
  let term = first;
  for (let i = k; term !== 0n && term !== -1n; i += 2n) {
    term = times(term, square) / (i * (i + 1n));
    sum += term;
  }
  return sum;
}

/** e^x as a fixed-point number between 1/2 and 2 and a power of two. */
function scaledExp(x: bigint): { value: bigint; power: number } {
  const power = (2n * x + LN2) / (2n * LN2);
  const rest = x - power * LN2;
  const square = times(rest, rest);
  return { value: series(ONE, square, 1n) + series(rest, square, 2n), power: Number(power) };
}

function fixedExp(x: bigint): bigint {
  const { value, power } = scaledExp(x);
  return power >= 0 ? value << BigInt(power) : value >> BigInt(-power);
}

/** Logarithm of a positive fixed-point number: from that of its float64 by two steps that treble the digits. */
function fixedLog(x: bigint): bigint {
  let y = toFixed(Math.log(toNumber(x)));
  for (let step = 0; step < 2; step++) {
    const e = fixedExp(y);
    y += over(2n * (x - e), x + e);
  }
  return y;
}

function sinAndCos(x: bigint): { sin: bigint; cos: bigint } {
  const half = PI / 2n;
  const quadrant = (2n * x + (x < 0n ? -half : half)) / (2n * half);
  const rest = x - quadrant * half;
  const square = -times(rest, rest);
  const [s, c] = [series(rest, square, 2n), series(ONE, square, 1n)];
  switch (((quadrant % 4n) + 4n) % 4n) {
    case 0n:
      return { sin: s, cos: c };
    case 1n:
      return { sin: c, cos: -s };
    case 2n:
      return { sin: -s, cos: -c };
    default:
      return { sin: -c, cos: s };
  }
}

/** Sine of a moderate angle. */
export function sin(x: number): number {
  return x === 0 ? x : toNumber(sinAndCos(toFixed(x)).sin);
}

/** Cosine of a moderate angle. */
export function cos(x: number): number {
  return toNumber(sinAndCos(toFixed(x)).cos);
}

/** Tangent of a moderate angle. */
export function tan(x: number): number {
  const { sin, cos } = sinAndCos(toFixed(x));
  return x === 0 ? x : toNumber(over(sin, cos));
}

/** Arc sine, -1 to 1. */
export function asin(x: number): number {
  const wanted = toFixed(x);
  let y = toFixed(Math.asin(x));
  for (let step = 0; step < 4; step++) {
    const { sin, cos } = sinAndCos(y);
    if (cos <= 0n) break;
    y += over(wanted - sin, cos);
  }
  return toNumber(y);
}

/** e^x. */
export function exp(x: number): number {
  const { value, power } = scaledExp(toFixed(x));
  return toNumber(value) * 2 ** power;
}

/** Natural logarithm of a positive number. */
export function log(x: number): number {
  const power = Math.floor(Math.log2(x));
  return toNumber(fixedLog(toFixed(x / 2 ** power)) + BigInt(power) * LN2);
}

/** x^y of a positive x. */
export function power(x: number, y: number): number {
  const exponent = Math.floor(Math.log2(x));
  const logarithm = fixedLog(toFixed(x / 2 ** exponent)) + BigInt(exponent) * LN2;
  const { value, power } = scaledExp(times(toFixed(y), logarithm));
  return toNumber(value) * 2 ** power;
}

/**
 * Hyperbolic cosine in float64 steps, as the C library has it (fdlibm; V8's is the same, but for its exponential). Its
 * hyperbolic sine and e^x - 1 are V8's.
 */
export function cosh(x: number): number {
  const size = Math.abs(x);
  if (size < Math.LN2 / 2) {
    const t = Math.expm1(size);
    return 1 + (t * t) / (1 + t + (1 + t));
  }
  const t = exp(size);
  return 0.5 * t + 0.5 / t;
}

/** Inverse hyperbolic sine in float64 steps, as the C library has it (fdlibm; V8's is the same, but for its logarithm). */
export function asinh(x: number): number {
  const size = Math.abs(x);
  if (size > 2 ** 28) return Math.sign(x) * (log(size) + Math.LN2);
  if (size > 2) return Math.sign(x) * log(2 * size + 1 / (Math.sqrt(x * x + 1) + size));
  const square = x * x;
  return Math.sign(x) * Math.log1p(size + square / (1 + Math.sqrt(1 + square)));
}

/** sqrt(x^2 + y^2) in float64 steps, as the C library has it (Borges, An improved algorithm for hypot(a, b), 2019). */
export function hypot(x: number, y: number): number {
  const [large, small] = [Math.max(Math.abs(x), Math.abs(y)), Math.min(Math.abs(x), Math.abs(y))];
  if (small <= large * Number.EPSILON) return large + small;
  if (large > 1e150 || small < 1e-150) return Math.hypot(x, y);
  const h = Math.sqrt(large * large + small * small);
  if (h <= 2 * small) {
    const delta = h - small;
    return h - (large * (2 * delta - large) + (delta - 2 * (large - small)) * delta) / (2 * h);
  }
  const delta = h - large;
  return h - (2 * delta * (large - 2 * small) + ((4 * delta - small) * small + delta * delta)) / (2 * h);
}
