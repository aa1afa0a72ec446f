/** Second-order sections from zeros, poles and gain, in scipy's pairing and order. */
import { ArgumentError } from '../../errors.js';
import type { Sos } from '../sosfilt.js';
import { type Complex, complex, conjugate, isReal, magnitude, subtract } from './complex.js';
import { type Zpk, zpkToBa } from './zpk.js';

/** How poles and zeros are paired: scipy's names. `minimal` is for analogue filters too. */
export type Pairing = 'nearest' | 'keep_odd' | 'minimal';

/**
 * Sections of a filter (scipy.signal.zpk2sos). The poles nearest the unit circle (analogue: the imaginary axis) come last,
 * each with the zeros nearest to it; the gain is in the first section.
 *
 * `pairing` is `'nearest'` by default, `'minimal'` with `analog`, which allows no other. Throws `BAD_ARGUMENT` for
 * complex roots without conjugate, or an analogue filter with more zeros than poles.
 */
export function zpkToSos(
  filter: Zpk,
  { analog = false, pairing = analog ? 'minimal' : 'nearest' }: { analog?: boolean; pairing?: Pairing } = {},
): Sos {
  if (analog && pairing !== 'minimal')
    throw new ArgumentError('BAD_ARGUMENT', `pairing ${pairing} of an analogue filter; allowed: minimal`);
  const { z, p, k } = filter;
  if (z.length === 0 && p.length === 0) return Float64Array.from(analog ? [0, 0, k, 0, 0, 1] : [k, 0, 0, 1, 0, 0]);
  if (pairing === 'minimal' && p.length < z.length)
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `pairing minimal needs as many poles as zeros: ${p.length} and ${z.length}`,
    );
  const longest = Math.max(z.length, p.length);
  const size = pairing === 'minimal' ? 0 : pairing === 'nearest' ? longest + (longest % 2) : longest;
  const zeros = pairedRoots(z, size, 'zeros');
  const poles = pairedRoots(p, size, 'poles');
  const badness = analog ? (s: Complex) => Math.abs(s.re) : (s: Complex) => Math.abs(1 - magnitude(s));
  const sections = Math.floor((Math.max(p.length, pairing === 'minimal' ? 0 : longest) + 1) / 2);
  const sos = new Float64Array(6 * sections);
  for (let section = sections - 1; section >= 0; section--)
    sos.set(sectionOf(...nextSection(poles, zeros, badness, pairing)), 6 * section);
  for (let i = 0; i < 3; i++) sos[i] *= k;
  return sos;
}

/** Takes the worst pole, its partner and their nearest zeros out of the lists. */
function nextSection(
  poles: Complex[],
  zeros: Complex[],
  badness: (s: Complex) => number,
  pairing: Pairing,
): [Complex[], Complex[]] {
  const p1 = take(poles, indexOfMin(poles, badness));
  const nearest = (which: 'real' | 'complex' | 'any') =>
    take(
      zeros,
      indexOfMin(zeros, (s) =>
        which === 'any' || isReal(s) === (which === 'real') ? magnitude(subtract(s, p1)) : Number.POSITIVE_INFINITY,
      ),
    );
  if (isReal(p1) && !poles.some(isReal)) {
    if (pairing !== 'minimal')
      return [
        [nearest('real'), complex(0)],
        [p1, complex(0)],
      ];
    return [zeros.length > 0 ? [nearest('real')] : [], [p1]];
  }
  if (
    poles.length + 1 === zeros.length &&
    !isReal(p1) &&
    poles.filter(isReal).length === 1 &&
    zeros.filter(isReal).length === 1
  ) {
    // One real pole and one real zero will be left for each other: this pair must take complex zeros.
    const z1 = nearest('complex');
    return [
      [z1, conjugate(z1)],
      [p1, conjugate(p1)],
    ];
  }
  const p2 = isReal(p1)
    ? take(
        poles,
        indexOfMin(poles, (s) => (isReal(s) ? badness(s) : Number.POSITIVE_INFINITY)),
      )
    : conjugate(p1);
  if (zeros.length === 0) return [[], [p1, p2]];
  const z1 = nearest('any');
  if (!isReal(z1))
    return [
      [z1, conjugate(z1)],
      [p1, p2],
    ];
  return [zeros.length > 0 ? [z1, nearest('real')] : [z1], [p1, p2]];
}

/** b0, b1, b2, a0, a1, a2 of up to two zeros and poles: leading zeros where there are fewer. */
function sectionOf(z: Complex[], p: Complex[]): Float64Array {
  const row = new Float64Array(6);
  const { b, a } = zpkToBa({ z, p, k: 1 });
  row.set(b, 3 - b.length);
  row.set(a, 6 - a.length);
  return row;
}

function take(list: Complex[], index: number): Complex {
  return list.splice(index, 1)[0]!;
}

function indexOfMin(list: readonly Complex[], key: (s: Complex) => number): number {
  let best = 0;
  for (let i = 1; i < list.length; i++) if (key(list[i]!) < key(list[best]!)) best = i;
  return best;
}

/**
 * One of each conjugate pair, then the real roots, each sorted by real part (scipy's _cplxreal), after padding with zeros
 * to `size`. Pairs are averaged, so that they are exact conjugates.
 */
function pairedRoots(roots: readonly Complex[], size: number, what: string): Complex[] {
  const tolerance = 100 * Number.EPSILON;
  const padding = Array.from({ length: Math.max(0, size - roots.length) }, () => complex(0));
  const sorted = [...roots, ...padding].sort((a, b) => a.re - b.re || Math.abs(a.im) - Math.abs(b.im));
  const nearlyReal = (s: Complex) => Math.abs(s.im) <= tolerance * magnitude(s);
  const real = sorted.filter(nearlyReal).map((s) => complex(s.re));
  const above = sorted.filter((s) => !nearlyReal(s) && s.im > 0);
  const below = sorted.filter((s) => !nearlyReal(s) && s.im < 0);
  const unpaired = () => new ArgumentError('BAD_ARGUMENT', `complex ${what} without a conjugate`);
  if (above.length !== below.length) throw unpaired();
  // Within a run of (nearly) the same real part, the order is that of the imaginary parts.
  for (let start = 0; start < above.length; ) {
    let stop = start + 1;
    while (stop < above.length && above[stop]!.re - above[stop - 1]!.re <= tolerance * magnitude(above[stop - 1]!))
      stop++;
    for (const half of [above, below]) {
      const run = half.slice(start, stop).sort((a, b) => Math.abs(a.im) - Math.abs(b.im));
      half.splice(start, run.length, ...run);
    }
    start = stop;
  }
  const pairs = above.map((s, i) => {
    const partner = conjugate(below[i]!);
    if (magnitude(subtract(s, partner)) > tolerance * magnitude(partner)) throw unpaired();
    return { re: (s.re + partner.re) / 2, im: (s.im + partner.im) / 2 };
  });
  return [...pairs, ...real];
}
