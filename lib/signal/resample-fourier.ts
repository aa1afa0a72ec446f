/** Resampling of whole records through the spectrum: scipy.signal.resample. */
import type { TypedArray } from '../dtype.js';
import { ArgumentError } from '../errors.js';
import { getWindow, type WindowLike } from './design/windows.js';
import { extendLanes } from './extend-lanes.js';
import { fft, ifft, irfft, rfft } from './fft/fft.js';
import type { Lanes } from './lanes.js';
import { asFloat64, copyToFloat64 } from './to-float64.js';
import { type FloatSamples, toFloating } from './to-floating.js';

/**
 * The spectral window of {@link resampleFourier}: a window by name, or one factor per frequency in the order of the
 * transform (0, positive, negative).
 */
export type SpectralWindow = WindowLike | Float64Array;

/**
 * `num` samples in the place of the `length` samples of each lane, which are taken for one period of a periodic signal.
 * Sample k sits at `k * length / num`. float32 stays float32, all others are float64. Equal to scipy 1.17 within rounding.
 * Throws `BAD_ARGUMENT` unless `num` is a positive integer, or where a window has another length than the lanes.
 */
export function resampleFourier(
  x: TypedArray,
  lanes: Lanes,
  num: number,
  window: SpectralWindow | null = null,
): FloatSamples {
  if (!Number.isSafeInteger(num) || num < 1)
    throw new ArgumentError('BAD_ARGUMENT', `num is ${num}; allowed: positive integers`);
  const { outer, length, inner } = lanes;
  const spectrum = rfft(x, lanes);
  const bins = Math.floor(length / 2) + 1;
  const wanted = Math.floor(num / 2) + 1;
  const kept = Math.min(num, length);
  const factors = foldedWindow(window, length);
  const out = new Float64Array(2 * outer * wanted * inner);
  for (let o = 0; o < outer; o++)
    for (let k = 0; k <= kept >> 1; k++) {
      let factor = (num / length) * (factors ? factors[k] : 1);
      // the bin at half of the smaller rate stands for two that are united, or is split into two
      if (2 * k === kept && num !== length) factor *= num < length ? 2 : 0.5;
      const from = 2 * (o * bins + k) * inner;
      const to = 2 * (o * wanted + k) * inner;
      for (let e = 0; e < 2 * inner; e++) out[to + e] = spectrum[from + e] * factor;
    }
  return toFloating(irfft(out, { outer, length: wanted, inner }, { n: num }), x);
}

/**
 * As {@link resampleFourier} for complex samples, or (`domain: 'freq'`) for lanes that are a transform already, in its own
 * order of frequencies (0, positive, negative). `z` and the result are complex, real and imaginary parts in turn.
 */
export function resampleFourierComplex(
  z: Float64Array,
  lanes: Lanes,
  num: number,
  window: SpectralWindow | null,
  domain: 'time' | 'freq',
): Float64Array {
  const { outer, length, inner } = lanes;
  const spectrum = domain === 'time' ? fft(z, lanes) : z;
  const factors = spectralFactors(window, length);
  const out = new Float64Array(2 * outer * num * inner);
  const kept = Math.min(num, length);
  const half = kept % 2 === 0 && num !== length ? kept / 2 : -1;
  const add = (o: number, from: number, to: number, share: number) => {
    const factor = share * (num / length) * (factors ? factors[from] : 1);
    const [source, target] = [2 * (o * length + from) * inner, 2 * (o * num + to) * inner];
    for (let e = 0; e < 2 * inner; e++) out[target + e] += spectrum[source + e] * factor;
  };
  for (let o = 0; o < outer; o++) {
    for (let k = 0; k <= kept >> 1; k++) if (k !== half) add(o, k, k, 1);
    for (let k = 1; k <= (kept - 1) >> 1; k++) if (k !== half) add(o, length - k, num - k, 1);
    if (half < 0) continue;
    // the bin at half of the smaller rate unites two, or is split into two
    if (num < length) {
      add(o, half, half, 1);
      add(o, length - half, half, 1);
    } else {
      add(o, half, half, 0.5);
      add(o, half, num - half, 0.5);
    }
  }
  return ifft(out, { outer, length: num, inner }, {});
}

/** How the ends of a record are treated that is not one period of a periodic signal. */
export type ResampleEdge = 'mirror' | 'linear' | 'none';

/**
 * {@link resampleFourier} for records whose ends do not meet: `mirror` resamples the record with its mirror image after it
 * and keeps the first half, `linear` takes the line through the first and the last sample out before and puts it back
 * after, `none` leaves them. With `linear` the result is float64, as in xdas.
 */
export function resampleFourierWithEdges(
  x: TypedArray,
  lanes: Lanes,
  num: number,
  window: SpectralWindow | null,
  edge: ResampleEdge,
): FloatSamples {
  const { outer, length, inner } = lanes;
  if (edge === 'none' || length < 2) return resampleFourier(x, lanes, num, window);
  if (edge === 'linear') {
    const flat = copyToFloat64(x);
    addLines(flat, lanes, x, lanes, -1);
    const out = resampleFourier(flat, lanes, num, window) as Float64Array;
    addLines(out, { ...lanes, length: num }, x, lanes, 1);
    return out;
  }
  const both = extendLanes(asFloat64(x), lanes, [0, length], 'symmetric');
  const resampled = resampleFourier(both, { ...lanes, length: 2 * length }, 2 * num, window);
  const out = new Float64Array(outer * num * inner);
  for (let o = 0; o < outer; o++)
    out.set(resampled.subarray(2 * o * num * inner, (2 * o + 1) * num * inner), o * num * inner);
  return toFloating(out, x);
}

/** Adds `sign` times the lines through the ends of the lanes of `x` to `y`, along all of whose rows each line runs. */
function addLines(y: Float64Array, rows: Lanes, x: TypedArray, { length }: Lanes, sign: number): void {
  const { outer, inner } = rows;
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) {
      const first = Number(x[o * length * inner + i]);
      const last = Number(x[((o + 1) * length - 1) * inner + i]);
      for (let t = 0; t < rows.length; t++) {
        const fraction = rows.length > 1 ? t / (rows.length - 1) : 0;
        y[(o * rows.length + t) * inner + i] += sign * (first + (last - first) * fraction);
      }
    }
}

/** Factors for all frequencies in the order of the transform. */
function spectralFactors(window: SpectralWindow | null, length: number): Float64Array | null {
  if (window === null) return null;
  if (!(window instanceof Float64Array)) {
    const centred = getWindow(window, length);
    const shift = Math.ceil(length / 2); // fftshift: position k holds what was at k + ceil(n / 2)
    return Float64Array.from(centred, (_, k) => centred[(k + shift) % length]);
  }
  if (window.length !== length)
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `a spectral window of ${window.length} factors; allowed: ${length}, as many as samples`,
    );
  return window;
}

/** Factors for frequencies from 0: means of those of the positive and the negative frequency. */
function foldedWindow(window: SpectralWindow | null, length: number): Float64Array | null {
  const factors = spectralFactors(window, length);
  if (factors === null) return null;
  const folded = new Float64Array(Math.floor(length / 2) + 1);
  for (let k = 0; k < folded.length; k++) folded[k] = k === 0 ? factors[0] : (factors[k] + factors[length - k]) / 2;
  return folded;
}
