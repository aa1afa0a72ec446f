/** The elliptic (Cauer) analogue low-pass prototype. */
import { ArgumentError } from '../../errors.js';
import { type Complex, complex, conjugate, divide, magnitude, negate, product } from './complex.js';
import { completeIntegral, inverseSc, jacobi, solveDegree } from './elliptic-functions.js';
import { power } from './rounded-functions.js';
import type { Zpk } from './zpk.js';

/** 10^x - 1 without cancellation. */
function powerOfTenMinusOne(x: number): number {
  return Math.expm1(Math.LN10 * x);
}

/** Below this a coordinate counts as zero: roots on an axis have no partner. */
const ON_AXIS = 2e-16;

/**
 * Elliptic prototype (scipy.signal.ellipap): `ripple` dB in the pass band, which ends at 1 rad/s, `attenuation` dB in the
 * stop band (Lutovac, Tosic and Evans, Filter Design for Signal Processing, chapters 5 and 12).
 * Throws `BAD_ARGUMENT` where no filter has that ripple and attenuation.
 */
export function ellipticPrototype(order: number, ripple: number, attenuation: number): Zpk {
  if (order === 0) return { z: [], p: [], k: power(10, -ripple / 20) };
  const epsilon2 = powerOfTenMinusOne(0.1 * ripple);
  if (order === 1) {
    const edge = Math.sqrt(1 / epsilon2);
    return { z: [], p: [complex(-edge)], k: edge };
  }
  const m1 = epsilon2 / powerOfTenMinusOne(0.1 * attenuation);
  if (!(m1 > 0 && m1 < 1))
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `no elliptic filter has rp = ${ripple} dB and rs = ${attenuation} dB; allowed: 0 < rp < rs`,
    );
  const m = solveDegree(order, m1);
  const quarter = completeIntegral(m);
  const steps = Array.from({ length: Math.floor(order / 2) + (order % 2) }, (_, i) => 2 * i + 1 - (order % 2));
  const points = steps.map((j) => jacobi((j * quarter) / order, m));
  const above = points.filter(({ sn }) => Math.abs(sn) > ON_AXIS).map(({ sn }) => complex(0, 1 / (Math.sqrt(m) * sn)));
  const z = [...above, ...above.map(conjugate)];
  const v0 = (quarter * inverseSc(1 / Math.sqrt(epsilon2), m1)) / (order * completeIntegral(m1));
  const v = jacobi(v0, 1 - m);
  const left = points.map(({ sn, cn, dn }): Complex => {
    const size = 1 - dn * v.sn * (dn * v.sn);
    return divide(complex(-(cn * dn * v.sn * v.cn), -(sn * v.dn)), complex(size));
  });
  const norm = Math.sqrt(left.reduce((sum, s) => sum + magnitude(s) ** 2, 0));
  const p = [...left, ...left.filter((s) => order % 2 === 0 || Math.abs(s.im) > ON_AXIS * norm).map(conjugate)];
  const gain = divide(product(p.map(negate)), product(z.map(negate))).re;
  return { z, p, k: order % 2 === 0 ? gain / Math.sqrt(1 + epsilon2) : gain };
}
