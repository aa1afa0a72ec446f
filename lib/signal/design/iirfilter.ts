/** Design of digital and analogue IIR filters: scipy.signal.iirfilter. */
import { ArgumentError } from '../../errors.js';
import type { Ba } from '../lfilter.js';
import type { Sos } from '../sosfilt.js';
import { bilinear, toBandpass, toBandstop, toHighpass, toLowpass } from './band-transforms.js';
import { type BesselNorm, besselPrototype } from './bessel-prototype.js';
import { ellipticPrototype } from './elliptic-prototype.js';
import { butterworthPrototype, chebyshev1Prototype, chebyshev2Prototype } from './prototypes.js';
import { tan } from './rounded-functions.js';
import { type Zpk, zpkToBa } from './zpk.js';
import { zpkToSos } from './zpk-to-sos.js';

const families = {
  butter: 'butter',
  butterworth: 'butter',
  cheby1: 'cheby1',
  chebyshev1: 'cheby1',
  chebyshevi: 'cheby1',
  cheby2: 'cheby2',
  chebyshev2: 'cheby2',
  chebyshevii: 'cheby2',
  ellip: 'ellip',
  elliptic: 'ellip',
  cauer: 'ellip',
  bessel: 'phase',
  bessel_phase: 'phase',
  bessel_delay: 'delay',
  bessel_mag: 'mag',
} as const;

const bands = {
  lowpass: 'lowpass',
  low: 'lowpass',
  lp: 'lowpass',
  l: 'lowpass',
  highpass: 'highpass',
  high: 'highpass',
  hp: 'highpass',
  h: 'highpass',
  bandpass: 'bandpass',
  band: 'bandpass',
  pass: 'bandpass',
  bp: 'bandpass',
  bandstop: 'bandstop',
  bands: 'bandstop',
  stop: 'bandstop',
  bs: 'bandstop',
} as const;

/** Family of an IIR filter, scipy's names. */
export type FilterType = keyof typeof families;

/** Band of an IIR filter, scipy's names. */
export type BandType = keyof typeof bands;

/** Form of a designed filter: coefficients, second-order sections, or zeros, poles and gain. */
export type FilterOutput = 'ba' | 'sos' | 'zpk';

/** What {@link iirfilter} returns for each output form. */
export interface FilterOutputs {
  ba: Ba;
  sos: Sos;
  zpk: Zpk;
}

/** Options of {@link iirfilter}. */
export interface IIRDesign<O extends FilterOutput = FilterOutput> {
  /** Band, default `'bandpass'`. */
  btype?: BandType;
  /** Family, default `'butter'`. */
  ftype?: FilterType;
  /** Form of the result, default `'ba'`, as in scipy; `'sos'` is the one to filter with. */
  output?: O;
  /** Ripple in the pass band, dB: needed by Chebyshev I and elliptic filters. */
  rp?: number | null;
  /** Attenuation in the stop band, dB: needed by Chebyshev II and elliptic filters. */
  rs?: number | null;
  /** An analogue filter, its edges in rad/s; default false. */
  analog?: boolean;
  /** Samples per second; without it edges are fractions of the Nyquist frequency. Not for analogue filters. */
  fs?: number | null;
}

/**
 * Designs an IIR filter of `order` with critical frequencies `wn`: one for low- and high-pass, two rising ones for
 * band-pass and band-stop (whose result has twice the order). Equal to scipy.signal.iirfilter 1.17 within 1e-12 of the
 * largest coefficient, sections paired and ordered as scipy does.
 *
 * Throws `BAD_ARGUMENT` for an unknown name, an order that is no integer from 0 to 1000, frequencies outside
 * 0 < wn < fs / 2, or a missing `rp` or `rs`.
 */
export function iirfilter<O extends FilterOutput = 'ba'>(
  order: number,
  wn: number | readonly number[],
  options: IIRDesign<O> = {},
): FilterOutputs[O] {
  const { btype = 'bandpass', ftype = 'butter', output = 'ba', analog = false } = options;
  const family = named(families, ftype, 'ftype');
  const band = named(bands, btype, 'btype');
  if (output !== 'ba' && output !== 'sos' && output !== 'zpk')
    throw new ArgumentError('BAD_ARGUMENT', `output ${String(output)} is not one of ba, sos, zpk`);
  const edges = edgesOf(wn, band, analog, options.fs ?? null);
  const prototype = prototypeOf(family, order, options.rp ?? null, options.rs ?? null);
  // Digital filters are designed at 2 samples per second, so that the Nyquist frequency is 1.
  const warped = analog ? edges : edges.map((edge) => 4 * tan((Math.PI * edge) / 2));
  const filter = inBand(prototype, band, warped);
  const result = analog ? filter : bilinear(filter, 2);
  if (output === 'zpk') return result as FilterOutputs[O];
  if (output === 'ba') return zpkToBa(result) as FilterOutputs[O];
  return zpkToSos(result, { analog }) as FilterOutputs[O];
}

function named<T extends Record<string, string>>(names: T, name: string, option: string): T[keyof T] {
  const found = typeof name === 'string' && Object.hasOwn(names, name.toLowerCase());
  if (!found)
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `${option} ${JSON.stringify(name)} is not one of ${Object.keys(names).join(', ')}`,
    );
  return names[name.toLowerCase()] as T[keyof T];
}

function edgesOf(wn: number | readonly number[], band: string, analog: boolean, fs: number | null): number[] {
  const given = typeof wn === 'number' ? [wn] : Array.from(wn);
  const needed = band === 'lowpass' || band === 'highpass' ? 1 : 2;
  if (given.length !== needed)
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `${band} with ${given.length} critical frequencies; allowed: ${needed === 1 ? 'one' : 'two, rising'}`,
    );
  if (fs !== null && analog)
    throw new ArgumentError('BAD_ARGUMENT', 'fs with an analogue filter: its frequencies are in rad/s');
  if (fs !== null && !(fs > 0 && Number.isFinite(fs)))
    throw new ArgumentError('BAD_ARGUMENT', `fs is ${fs}; allowed: positive samples per second`);
  const edges = fs === null ? given : given.map((edge) => edge / (fs / 2));
  for (const [i, edge] of edges.entries())
    if (!(edge > 0 && (analog ? Number.isFinite(edge) : edge < 1)))
      throw new ArgumentError(
        'BAD_ARGUMENT',
        `critical frequency ${given[i]} is out of range; allowed: more than 0` +
          (analog ? '' : ` and less than ${fs === null ? '1' : `fs / 2 = ${fs / 2}`}`),
      );
  if (edges.length === 2 && !(edges[0]! < edges[1]!))
    throw new ArgumentError('BAD_ARGUMENT', `critical frequencies ${given.join(', ')} do not rise`);
  return edges;
}

/** No filter of so high an order is of use; a misplaced number would fill the memory with poles. */
const MAX_ORDER = 1000;

function prototypeOf(family: (typeof families)[FilterType], order: number, rp: number | null, rs: number | null): Zpk {
  if (!Number.isInteger(order) || order < 0 || order > MAX_ORDER)
    throw new ArgumentError('BAD_ARGUMENT', `order is ${order}; allowed: integers from 0 to ${MAX_ORDER}`);
  const decibels = (value: number | null, option: string) => {
    if (value === null || !(value > 0 && Number.isFinite(value)))
      throw new ArgumentError('BAD_ARGUMENT', `${option} of ${family} is ${value}; allowed: a positive number of dB`);
    return value;
  };
  switch (family) {
    case 'butter':
      return butterworthPrototype(order);
    case 'cheby1':
      return chebyshev1Prototype(order, decibels(rp, 'rp'));
    case 'cheby2':
      return chebyshev2Prototype(order, decibels(rs, 'rs'));
    case 'ellip':
      return ellipticPrototype(order, decibels(rp, 'rp'), decibels(rs, 'rs'));
    default:
      return besselPrototype(order, family satisfies BesselNorm);
  }
}

function inBand(prototype: Zpk, band: (typeof bands)[BandType], edges: readonly number[]): Zpk {
  const [low = 0, high = 0] = edges;
  switch (band) {
    case 'lowpass':
      return toLowpass(prototype, low);
    case 'highpass':
      return toHighpass(prototype, low);
    case 'bandpass':
      return toBandpass(prototype, Math.sqrt(low * high), high - low);
    default:
      return toBandstop(prototype, Math.sqrt(low * high), high - low);
  }
}
