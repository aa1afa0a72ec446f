/** From an analogue low-pass prototype to other bands, and from there to a digital filter. All act on zeros and poles. */
import {
  add,
  type Complex,
  complex,
  divide,
  multiplyFused,
  negate,
  product,
  scale,
  squareRoot,
  subtract,
} from './complex.js';
import { power } from './rounded-functions.js';
import { relativeDegree, type Zpk } from './zpk.js';

/** Low-pass with its edge at `wo` rad/s (scipy.signal.lp2lp_zpk). */
export function toLowpass(filter: Zpk, wo: number): Zpk {
  const { z, p, k } = filter;
  const move = (s: Complex) => scale(s, wo);
  return { z: z.map(move), p: p.map(move), k: k * raised(wo, relativeDegree(filter)) };
}

/** High-pass with its edge at `wo` rad/s (scipy.signal.lp2hp_zpk): zeros at infinity come to the origin. */
export function toHighpass(filter: Zpk, wo: number): Zpk {
  const { z, p, k } = filter;
  const invert = (s: Complex) => divide(complex(wo), s);
  return { z: [...z.map(invert), ...zeros(relativeDegree(filter))], p: p.map(invert), k: k * invertedGain(filter) };
}

/** Band-pass of width `bw` about `wo`, rad/s (scipy.signal.lp2bp_zpk). */
export function toBandpass(filter: Zpk, wo: number, bw: number): Zpk {
  const { z, p, k } = filter;
  // Division by a complex 2, as numpy has it: the sign of a zero imaginary part decides the order of the result.
  const narrow = (s: Complex) => divide(multiplyFused(s, complex(bw)), complex(2));
  const degree = relativeDegree(filter);
  return {
    z: [...doubled(z.map(narrow), wo), ...zeros(degree)],
    p: doubled(p.map(narrow), wo),
    k: k * raised(bw, degree),
  };
}

/** Band-stop of width `bw` about `wo`, rad/s (scipy.signal.lp2bs_zpk): zeros at infinity come to ±i wo. */
export function toBandstop(filter: Zpk, wo: number, bw: number): Zpk {
  const { z, p, k } = filter;
  const invert = (s: Complex) => divide(complex(bw / 2), s);
  const degree = relativeDegree(filter);
  const centre = [wo, -wo].flatMap((im) => Array.from({ length: degree }, () => complex(0, im)));
  return {
    z: [...doubled(z.map(invert), wo), ...centre],
    p: doubled(p.map(invert), wo),
    k: k * invertedGain(filter),
  };
}

/** The digital filter of an analogue one at `fs` samples per second (scipy.signal.bilinear_zpk). */
export function bilinear(filter: Zpk, fs: number): Zpk {
  const { z, p, k } = filter;
  const twice = complex(2 * fs);
  const map = (s: Complex) => divide(add(twice, s), subtract(twice, s));
  const gain = divide(product(z.map((s) => subtract(twice, s))), product(p.map((s) => subtract(twice, s)))).re;
  const nyquist = Array.from({ length: relativeDegree(filter) }, () => complex(-1));
  return { z: [...z.map(map), ...nyquist], p: p.map(map), k: k * gain };
}

/** `base` to the power of a degree. */
function raised(base: number, degree: number): number {
  return degree === 0 ? 1 : power(base, degree);
}

function zeros(count: number): Complex[] {
  return Array.from({ length: count }, () => complex(0));
}

function invertedGain({ z, p }: Zpk): number {
  return divide(product(z.map(negate)), product(p.map(negate))).re;
}

/** Each root shifted from the base band to +wo and to -wo. */
function doubled(roots: Complex[], wo: number): Complex[] {
  const shifts = roots.map((s) => squareRoot(subtract(multiplyFused(s, s), complex(wo * wo))));
  return [...roots.map((s, i) => add(s, shifts[i]!)), ...roots.map((s, i) => subtract(s, shifts[i]!))];
}
