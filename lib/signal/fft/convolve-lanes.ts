/** Convolution of lanes with a short kernel, by way of the spectrum: scipy.signal.fftconvolve. */
import { ArgumentError } from '../../errors.js';
import { expectLength, type Lanes, sampleCount } from '../lanes.js';
import { nextFastLength } from './next-fast-length.js';
import { realFft } from './real-fft.js';

/**
 * The samples of each lane's convolution with `kernel` for which all of the kernel lies inside the lane (scipy's `valid`):
 * `length - kernel.length + 1` rows. A NaN spreads over its lane. Throws `BAD_SHAPE` where the kernel is longer.
 */
export function convolveLanes(x: Float64Array, lanes: Lanes, kernel: Float64Array): Float64Array {
  const { outer, length, inner } = lanes;
  expectLength(x, sampleCount(lanes), 'x', `(${outer}, ${length}, ${inner})`);
  const taps = kernel.length;
  if (taps === 0 || taps > length)
    throw new ArgumentError('BAD_SHAPE', `a kernel of ${taps} samples; allowed: 1 to ${length}, those of the lanes`);
  // circular convolution spoils only the first taps - 1 samples, which are not asked for
  const size = nextFastLength(length, true);
  const plan = realFft(size);
  const bins = 2 * (Math.floor(size / 2) + 1);
  const row = new Float64Array(size);
  const spectrum = new Float64Array(bins);
  const response = new Float64Array(bins);
  row.set(kernel);
  plan.forward(response, row);
  row.fill(0);
  const rows = length - taps + 1;
  const out = new Float64Array(outer * rows * inner);
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) {
      for (let t = 0; t < length; t++) row[t] = x[(o * length + t) * inner + i];
      row.fill(0, length);
      plan.forward(spectrum, row);
      for (let k = 0; k < bins; k += 2) {
        const re = spectrum[k];
        const im = spectrum[k + 1];
        spectrum[k] = re * response[k] - im * response[k + 1];
        spectrum[k + 1] = re * response[k + 1] + im * response[k];
      }
      plan.inverse(row, spectrum);
      for (let t = 0; t < rows; t++) out[(o * rows + t) * inner + i] = row[t + taps - 1] / size;
    }
  return out;
}
