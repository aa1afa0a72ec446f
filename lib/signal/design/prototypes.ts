/** Analogue low-pass prototypes with elementary formulas: Butterworth and Chebyshev. Their edge is at 1 rad/s. */
import { type Complex, complex, divide, negate, product, unit } from './complex.js';
import { asinh, cos, cosh, power, sin } from './rounded-functions.js';
import type { Zpk } from './zpk.js';

/** -order + 1, -order + 3, ..., order - 1. */
function oddSteps(order: number): number[] {
  return Array.from({ length: order }, (_, i) => 2 * i - order + 1);
}

/** sinh of mu + i theta. */
function complexSinh(mu: number, theta: number): Complex {
  return { re: Math.sinh(mu) * cos(theta), im: cosh(mu) * sin(theta) };
}

/** Butterworth prototype (scipy.signal.buttap): poles on the unit circle, -3 dB at 1. */
export function butterworthPrototype(order: number): Zpk {
  // Division by a complex number, which numpy does by its reciprocal.
  const p = oddSteps(order).map((m) => negate(unit(Math.PI * m * (1 / (2 * order)))));
  return { z: [], p, k: 1 };
}

/** Chebyshev type I prototype (scipy.signal.cheb1ap) with `ripple` dB in the pass band, which ends at 1. */
export function chebyshev1Prototype(order: number, ripple: number): Zpk {
  if (order === 0) return { z: [], p: [], k: power(10, -ripple / 20) };
  const epsilon = Math.sqrt(power(10, 0.1 * ripple) - 1);
  const mu = (1 / order) * asinh(1 / epsilon);
  const p = oddSteps(order).map((m) => negate(complexSinh(mu, (Math.PI * m) / (2 * order))));
  const gain = product(p.map(negate)).re;
  return { z: [], p, k: order % 2 === 0 ? gain / Math.sqrt(1 + epsilon * epsilon) : gain };
}

/** Chebyshev type II prototype (scipy.signal.cheb2ap), `attenuation` dB down in the stop band, which starts at 1. */
export function chebyshev2Prototype(order: number, attenuation: number): Zpk {
  if (order === 0) return { z: [], p: [], k: 1 };
  const delta = 1 / Math.sqrt(power(10, 0.1 * attenuation) - 1);
  const mu = asinh(1 / delta) / order;
  const z = oddSteps(order)
    .filter((m) => m !== 0)
    .map((m) => complex(0, 1 / sin((m * Math.PI) / (2 * order))));
  const p = oddSteps(order).map((m) => divide(complex(-1), complexSinh(mu, (Math.PI * m) / (2 * order))));
  return { z, p, k: divide(product(p.map(negate)), product(z.map(negate))).re };
}
