/**
 * Complex numbers for filter design: few, so clarity before speed. Each operation is rounded as numpy rounds it, so that
 * designs agree with scipy's to the last bit.
 */
import { fusedMultiplyAdd } from './fused.js';
import { cos, hypot, sin } from './rounded-functions.js';

/** A complex number. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}

/** `re + i im`. */
export function complex(re: number, im = 0): Complex {
  return { re, im };
}

/** a + b */
export function add(a: Complex, b: Complex): Complex {
  return { re: a.re + b.re, im: a.im + b.im };
}

/** a - b */
export function subtract(a: Complex, b: Complex): Complex {
  return { re: a.re - b.re, im: a.im - b.im };
}

/** a * b */
export function multiply(a: Complex, b: Complex): Complex {
  return { re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re };
}

/** a * b as numpy multiplies arrays, with fused multiplications; its scalars and products of many are {@link multiply}. */
export function multiplyFused(a: Complex, b: Complex): Complex {
  return {
    re: fusedMultiplyAdd(a.re, b.re, -(a.im * b.im)),
    im: fusedMultiplyAdd(a.re, b.im, a.im * b.re),
  };
}

/** a * r for a real r. */
export function scale(a: Complex, r: number): Complex {
  return { re: a.re * r, im: a.im * r };
}

/** a / b by Smith's method: no overflow on the way. */
export function divide(a: Complex, b: Complex): Complex {
  if (Math.abs(b.re) >= Math.abs(b.im)) {
    const ratio = b.im / b.re;
    const size = 1 / (b.re + b.im * ratio);
    return { re: (a.re + a.im * ratio) * size, im: (a.im - a.re * ratio) * size };
  }
  const ratio = b.re / b.im;
  const size = 1 / (b.im + b.re * ratio);
  return { re: (a.re * ratio + a.im) * size, im: (a.im * ratio - a.re) * size };
}

/** -a */
export function negate(a: Complex): Complex {
  return { re: -a.re, im: -a.im };
}

/** The complex conjugate. */
export function conjugate(a: Complex): Complex {
  return { re: a.re, im: -a.im };
}

/** Magnitude. */
export function magnitude(a: Complex): number {
  return hypot(a.re, a.im);
}

/** The root with a non-negative real part; its imaginary part has the sign of `a`'s. */
export function squareRoot(a: Complex): Complex {
  if (a.re === 0 && a.im === 0) return { re: 0, im: a.im };
  const half = Math.sqrt(0.5 * (magnitude(a) + Math.abs(a.re)));
  const other = 0.5 * (Math.abs(a.im) / half);
  const negative = a.im < 0 || Object.is(a.im, -0);
  if (a.re >= 0) return { re: half, im: negative ? -other : other };
  return { re: other, im: negative ? -half : half };
}

/** e^(i angle) */
export function unit(angle: number): Complex {
  return { re: cos(angle), im: sin(angle) };
}

/** Product of all; 1 of none. */
export function product(values: readonly Complex[]): Complex {
  return values.reduce(multiply, { re: 1, im: 0 });
}

/** True where the imaginary part is exactly zero. */
export function isReal(a: Complex): boolean {
  return a.im === 0;
}
