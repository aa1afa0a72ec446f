/** Design of linear-phase FIR filters by the window method: scipy.signal.firwin and Kaiser's formulas. */
import { ArgumentError } from '../../errors.js';
import { getWindow, sinc, type WindowLike } from './windows.js';

/** Beta of the Kaiser window whose stop band is `attenuation` dB down (scipy.signal.kaiser_beta). */
export function kaiserBeta(attenuation: number): number {
  if (attenuation > 50) return 0.1102 * (attenuation - 8.7);
  if (attenuation > 21) return 0.5842 * (attenuation - 21) ** 0.4 + 0.07886 * (attenuation - 21);
  return 0;
}

/** Attenuation, dB, of `numtaps` taps with a transition of `width` Nyquist frequencies (scipy.signal.kaiser_atten). */
export function kaiserAttenuation(numtaps: number, width: number): number {
  return 2.285 * (numtaps - 1) * Math.PI * width + 7.95;
}

/**
 * Taps and beta of a Kaiser-window filter with `ripple` dB and a transition of `width` Nyquist frequencies
 * (scipy.signal.kaiserord). Throws `BAD_ARGUMENT` below 8 dB, where Kaiser's formula does not hold.
 */
export function kaiserord(ripple: number, width: number): { numtaps: number; beta: number } {
  const attenuation = Math.abs(ripple);
  if (!(attenuation >= 8)) throw new ArgumentError('BAD_ARGUMENT', `a ripple of ${ripple} dB; allowed: at least 8 dB`);
  if (!(width > 0)) throw new ArgumentError('BAD_ARGUMENT', `a transition width of ${width}; allowed: more than 0`);
  return {
    numtaps: Math.ceil((attenuation - 7.95) / 2.285 / (Math.PI * width) + 1),
    beta: kaiserBeta(attenuation),
  };
}

/** Bands of a FIR filter by name. */
export type FIRBand = 'lowpass' | 'highpass' | 'bandpass' | 'bandstop';

/** Options of {@link firwin}. */
export interface FIRDesign {
  /** Band by name, or whether frequency 0 passes (bands alternate from there). Default true. scipy's `pass_zero`. */
  passZero?: boolean | FIRBand;
  /** Window, default `'hamming'`; see {@link getWindow}. */
  window?: WindowLike;
  /** Width of the transition, in the unit of `cutoff`: takes a Kaiser window made for it instead of `window`. */
  width?: number | null;
  /** Scale to a gain of 1 at the centre of the first pass band (0, the Nyquist frequency, or its middle). Default true. */
  scale?: boolean;
  /** Samples per second; default 2, so that cut-offs are fractions of the Nyquist frequency. */
  fs?: number | null;
}

/**
 * Taps of a linear-phase FIR filter with rising cut-off frequencies (scipy.signal.firwin), float64, `numtaps` of them.
 *
 * Throws `BAD_ARGUMENT` for cut-offs outside 0 < cutoff < fs / 2 or not rising, a number of them that does not fit the
 * band, an even number of taps where the Nyquist frequency passes, or an unknown window.
 */
export function firwin(numtaps: number, cutoff: number | readonly number[], options: FIRDesign = {}): Float64Array {
  const { window = 'hamming', passZero = true, scale = true } = options;
  const fs = options.fs ?? 2;
  const width = options.width ?? null;
  if (!Number.isInteger(numtaps) || numtaps < 1)
    throw new ArgumentError('BAD_ARGUMENT', `numtaps is ${numtaps}; allowed: positive integers`);
  if (!(fs > 0 && Number.isFinite(fs)))
    throw new ArgumentError('BAD_ARGUMENT', `fs is ${fs}; allowed: positive samples per second`);
  const edges = edgesOf(cutoff, fs);
  const fromZero = passesZero(passZero, edges.length);
  const toNyquist = (edges.length % 2 === 0) === fromZero;
  if (toNyquist && numtaps % 2 === 0)
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `${numtaps} taps where the Nyquist frequency passes; allowed: an odd number, as an even one has no response there`,
    );
  const bounds = [...(fromZero ? [0] : []), ...edges, ...(toNyquist ? [1] : [])];
  const taps = new Float64Array(numtaps);
  const middle = 0.5 * (numtaps - 1);
  for (let band = 0; band < bounds.length; band += 2)
    for (let i = 0; i < numtaps; i++) {
      const [left, right] = [bounds[band]!, bounds[band + 1]!];
      taps[i] += right * sinc(right * (i - middle));
      taps[i] -= left * sinc(left * (i - middle));
    }
  const shape: WindowLike =
    width === null ? window : ['kaiser', kaiserBeta(kaiserAttenuation(numtaps, width / (0.5 * fs)))];
  for (const [i, w] of getWindow(shape, numtaps, false).entries()) taps[i] *= w;
  if (!scale) return taps;
  const [left, right] = [bounds[0]!, bounds[1]!];
  const centre = left === 0 ? 0 : right === 1 ? 1 : 0.5 * (left + right);
  let gain = 0;
  for (let i = 0; i < numtaps; i++) gain += taps[i] * Math.cos(Math.PI * (i - middle) * centre);
  return taps.map((tap) => tap / gain);
}

function edgesOf(cutoff: number | readonly number[], fs: number): number[] {
  const given = typeof cutoff === 'number' ? [cutoff] : Array.from(cutoff);
  if (given.length === 0) throw new ArgumentError('BAD_ARGUMENT', 'no cut-off frequency; at least one is needed');
  const edges = given.map((edge) => edge / (0.5 * fs));
  for (const [i, edge] of edges.entries()) {
    if (!(edge > 0 && edge < 1))
      throw new ArgumentError(
        'BAD_ARGUMENT',
        `cut-off frequency ${given[i]} is out of range; allowed: more than 0 and less than fs / 2 = ${fs / 2}`,
      );
    if (i > 0 && !(edge > edges[i - 1]!))
      throw new ArgumentError('BAD_ARGUMENT', `cut-off frequencies ${given.join(', ')} do not rise`);
  }
  return edges;
}

function passesZero(passZero: boolean | FIRBand, edges: number): boolean {
  if (typeof passZero === 'boolean') return passZero;
  const single = { lowpass: true, highpass: true, bandpass: false, bandstop: false }[passZero];
  if (single === undefined)
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `passZero ${JSON.stringify(passZero)}; allowed: true, false, lowpass, highpass, bandpass, bandstop`,
    );
  if (single ? edges !== 1 : edges < 2)
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `${passZero} with ${edges} cut-off frequencies; allowed: ${single ? 'one' : 'two or more'}`,
    );
  return passZero === 'lowpass' || passZero === 'bandstop';
}
