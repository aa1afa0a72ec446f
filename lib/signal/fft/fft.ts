/**
 * Discrete Fourier transforms along one axis: numpy.fft. Complex arrays hold real and imaginary parts in turn, so that
 * complex sample `(o, t, i)` of lanes is elements `2 e` and `2 e + 1` with `e = (o * length + t) * inner + i`.
 */
import type { TypedArray } from '../../dtype.js';
import { ArgumentError } from '../../errors.js';
import { expectLength, type Lanes, sampleCount } from '../lanes.js';
import { asFloat64 } from '../to-float64.js';
import { fftPlan } from './fft-plan.js';
import { realFft } from './real-fft.js';

/** Which direction is scaled: `'backward'` (the inverse by 1/n), `'ortho'` (both by 1/sqrt(n)), `'forward'` (by 1/n). */
export type FftNorm = 'backward' | 'ortho' | 'forward';

/** Options of the transforms. */
export interface FftOptions {
  /** Points of the transform: the input is cropped, or padded with zeros. Default: the length of the lanes. */
  readonly n?: number;
  /** Default `'backward'`. */
  readonly norm?: FftNorm;
}

/** The transform of real lanes of any dtype: `floor(n / 2) + 1` frequencies from 0. Shape (outer, frequencies, inner, 2). */
export function rfft(x: TypedArray, lanes: Lanes, { n = lanes.length, norm }: FftOptions = {}): Float64Array {
  expectLength(x, sampleCount(lanes), 'x', `(${lanes.outer}, ${lanes.length}, ${lanes.inner})`);
  const plan = realFft(checkedSize(n));
  const samples = asFloat64(x);
  const bins = Math.floor(n / 2) + 1;
  return eachLane(lanes, { from: Math.min(n, lanes.length), size: n }, bins, 2, scaleOf(n, norm, true), {
    read: (row, at, stride, count) => readReal(samples, row, at, stride, count),
    transform: (out, row) => plan.forward(out, row),
    width: 1,
  });
}

/**
 * The inverse of {@link rfft}: real samples of shape (outer, n, inner). `lanes` counts complex numbers; `n` defaults to
 * `2 (length - 1)`. The imaginary parts of frequency 0 and, for even `n`, of the Nyquist frequency are not read.
 */
export function irfft(
  z: TypedArray,
  lanes: Lanes,
  { n = 2 * (lanes.length - 1), norm }: FftOptions = {},
): Float64Array {
  expectLength(z, 2 * sampleCount(lanes), 'z', `(${lanes.outer}, ${lanes.length}, ${lanes.inner}, 2)`);
  const plan = realFft(checkedSize(n));
  const samples = asFloat64(z);
  const bins = Math.floor(n / 2) + 1;
  return eachLane(lanes, { from: Math.min(bins, lanes.length), size: bins }, n, 1, scaleOf(n, norm, false), {
    read: (row, at, stride, count) => readComplex(samples, row, at, stride, count),
    transform: (out, row) => plan.inverse(out, row),
    width: 2,
  });
}

/** The transform of complex lanes: frequencies in numpy's order (0, positive, negative). Shape (outer, n, inner, 2). */
export function fft(z: TypedArray, lanes: Lanes, { n = lanes.length, norm }: FftOptions = {}): Float64Array {
  return complexFft(z, lanes, n, scaleOf(n, norm, true), 1);
}

/** The inverse of {@link fft}. */
export function ifft(z: TypedArray, lanes: Lanes, { n = lanes.length, norm }: FftOptions = {}): Float64Array {
  return complexFft(z, lanes, n, scaleOf(n, norm, false), -1);
}

/** Real samples of any dtype as complex ones. */
export function toComplex(x: TypedArray): Float64Array {
  const samples = asFloat64(x);
  const z = new Float64Array(2 * samples.length);
  for (let i = 0; i < samples.length; i++) z[2 * i] = samples[i];
  return z;
}

function complexFft(z: TypedArray, lanes: Lanes, n: number, scale: number, sign: 1 | -1): Float64Array {
  expectLength(z, 2 * sampleCount(lanes), 'z', `(${lanes.outer}, ${lanes.length}, ${lanes.inner}, 2)`);
  const plan = fftPlan(checkedSize(n));
  const samples = asFloat64(z);
  return eachLane(lanes, { from: Math.min(n, lanes.length), size: n }, n, 2, scale, {
    read: (row, at, stride, count) => readComplex(samples, row, at, stride, count),
    transform: (out, row) => {
      plan.transform(out, row);
      if (sign < 0) reverseFrequencies(out);
    },
    width: 2,
  });
}

/** The inverse transform is the forward one read backwards: `out[k]` and `out[n - k]` change places. */
function reverseFrequencies(out: Float64Array): void {
  const n = out.length / 2;
  for (let k = 1, other = n - 1; k < other; k++, other--) {
    for (let part = 0; part < 2; part++) {
      const kept = out[2 * k + part];
      out[2 * k + part] = out[2 * other + part];
      out[2 * other + part] = kept;
    }
  }
}

interface LaneTransform {
  /** Copies `count` samples of a lane into `row`. */
  read(row: Float64Array, at: number, stride: number, count: number): void;
  transform(out: Float64Array, row: Float64Array): void;
  /** Numbers per sample of the input: 1 real, 2 complex. */
  width: 1 | 2;
}

/** Transforms every lane: `from` samples are read into rows of `size`, and `length` samples of `width` come out. */
function eachLane(
  lanes: Lanes,
  { from, size }: { from: number; size: number },
  length: number,
  width: 1 | 2,
  scale: number,
  lane: LaneTransform,
): Float64Array {
  const { outer, inner } = lanes;
  const row = new Float64Array(size * lane.width);
  const out = new Float64Array(length * width);
  const result = new Float64Array(outer * length * inner * width);
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) {
      lane.read(row, o * lanes.length * inner + i, inner, from);
      lane.transform(out, row);
      let at = (o * length * inner + i) * width;
      const step = inner * width;
      if (width === 1) for (let k = 0; k < length; k++, at += step) result[at] = out[k] * scale;
      else
        for (let k = 0; k < 2 * length; k += 2, at += step) {
          result[at] = out[k] * scale;
          result[at + 1] = out[k + 1] * scale;
        }
    }
  return result;
}

function readReal(x: Float64Array, row: Float64Array, at: number, stride: number, count: number): void {
  for (let t = 0, e = at; t < count; t++, e += stride) row[t] = x[e];
}

function readComplex(z: Float64Array, row: Float64Array, at: number, stride: number, count: number): void {
  for (let t = 0, e = 2 * at; t < 2 * count; t += 2, e += 2 * stride) {
    row[t] = z[e];
    row[t + 1] = z[e + 1];
  }
}

function checkedSize(n: number): number {
  if (!Number.isSafeInteger(n) || n < 1)
    throw new ArgumentError('BAD_ARGUMENT', `a Fourier transform of ${n} points; allowed: positive integers`);
  return n;
}

function scaleOf(n: number, norm: FftNorm = 'backward', forward: boolean): number {
  if (norm === 'ortho') return 1 / Math.sqrt(n);
  return (norm === 'forward') === forward ? 1 / n : 1;
}
