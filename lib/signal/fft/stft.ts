/** Spectra of successive, overlapping stretches of lanes: the short-time Fourier transform. */
import type { TypedArray } from '../../dtype.js';
import { ArgumentError } from '../../errors.js';
import { expectLength, type Lanes, sampleCount } from '../lanes.js';
import { asFloat64 } from '../to-float64.js';
import { fftPlan } from './fft-plan.js';
import { realFft } from './real-fft.js';

/** What a short-time Fourier transform is made of. */
export interface StftPlan {
  /** Weights of the samples of a frame, scale included. */
  readonly window: Float64Array;
  /** Samples from frame to frame, at least 1. */
  readonly hop: number;
  /** Points of the transform, at least the length of the window: frames are padded with zeros at their end. */
  readonly nfft: number;
  /** The samples are complex, real and imaginary parts in turn: all frequencies, the negative ones first. */
  readonly complex?: boolean;
}

/** Frames that lie wholly in `length` samples. */
export function frameCount({ window, hop }: StftPlan, length: number): number {
  return length < window.length ? 0 : Math.floor((length - window.length) / hop) + 1;
}

/** Frequencies of a frame: `floor(nfft / 2) + 1` of real samples, `nfft` of complex ones. */
export function frequencyCount({ nfft, complex = false }: StftPlan): number {
  return complex ? nfft : Math.floor(nfft / 2) + 1;
}

/**
 * The spectrum of each frame that lies wholly in the lanes, complex float64, shape (outer, frames, inner, frequencies, 2).
 * Frame k begins at sample `k * hop`; phases count from its first sample. A frame depends on its own samples only, so any
 * cutting into stretches of whole frames gives the same bits. Throws `BAD_ARGUMENT`, `BAD_SHAPE`.
 */
export function stft(x: TypedArray, lanes: Lanes, plan: StftPlan): Float64Array {
  const { window, hop, nfft, complex = false } = plan;
  if (!Number.isSafeInteger(hop) || hop < 1) throw new ArgumentError('BAD_ARGUMENT', `hop is ${hop}; allowed: from 1`);
  if (!Number.isSafeInteger(nfft) || nfft < window.length)
    throw new ArgumentError('BAD_ARGUMENT', `nfft is ${nfft}; allowed: at least ${window.length}, the window's length`);
  const { outer, length, inner } = lanes;
  const width = complex ? 2 : 1;
  expectLength(x, width * sampleCount(lanes), 'x', `(${outer}, ${length}, ${inner}${complex ? ', 2' : ''})`);
  const samples = asFloat64(x);
  const frames = frameCount(plan, length);
  const bins = frequencyCount(plan);
  const out = new Float64Array(2 * outer * frames * inner * bins);
  const row = new Float64Array(width * nfft);
  const spectrum = new Float64Array(2 * bins);
  const transform = complex ? complexTransform(nfft) : realTransform(nfft);
  for (let o = 0; o < outer; o++)
    for (let f = 0; f < frames; f++)
      for (let i = 0; i < inner; i++) {
        for (let t = 0; t < window.length; t++) {
          const at = (o * length + f * hop + t) * inner + i;
          if (complex) {
            row[2 * t] = window[t] * samples[2 * at];
            row[2 * t + 1] = window[t] * samples[2 * at + 1];
          } else row[t] = window[t] * samples[at];
        }
        transform(spectrum, row);
        out.set(spectrum, 2 * ((o * frames + f) * inner + i) * bins);
      }
  return out;
}

function realTransform(nfft: number): (out: Float64Array, row: Float64Array) => void {
  const plan = realFft(nfft);
  return (out, row) => plan.forward(out, row);
}

/** With the negative frequencies first (numpy.fft.fftshift). */
function complexTransform(nfft: number): (out: Float64Array, row: Float64Array) => void {
  const plan = fftPlan(nfft);
  const work = new Float64Array(2 * nfft);
  const positive = Math.ceil(nfft / 2);
  return (out, row) => {
    plan.transform(work, row);
    out.set(work.subarray(2 * positive));
    out.set(work.subarray(0, 2 * positive), 2 * (nfft - positive));
  };
}
