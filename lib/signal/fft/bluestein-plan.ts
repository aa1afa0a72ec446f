import type { FftPlan } from './fft-plan.js';
import { roots } from './mixed-radix-plan.js';

/**
 * A transform of any `size` as a convolution with a chirp, by two transforms of `inner`, which has at least
 * `2 size - 1` points. L. I. Bluestein, IEEE Trans. Audio Electroacoust. 18 (1970).
 */
export function bluesteinPlan(size: number, inner: FftPlan): FftPlan {
  const length = inner.size;
  // exp(-pi i k^2 / size), with k^2 taken modulo 2 size before it becomes an angle: no digits are lost
  const table = roots(2 * size);
  const chirp = new Float64Array(2 * size);
  for (let k = 0, square = 0; k < size; k++) {
    chirp[2 * k] = table[2 * square];
    chirp[2 * k + 1] = table[2 * square + 1];
    square = (square + 2 * k + 1) % (2 * size);
  }
  const work = new Float64Array(2 * length);
  for (let k = 0; k < size; k++) {
    work[2 * k] = chirp[2 * k];
    work[2 * k + 1] = -chirp[2 * k + 1];
    if (k > 0) {
      work[2 * (length - k)] = chirp[2 * k];
      work[2 * (length - k) + 1] = -chirp[2 * k + 1];
    }
  }
  const kernel = new Float64Array(2 * length);
  inner.transform(kernel, work);
  const spectrum = new Float64Array(2 * length);

  const transform = (out: Float64Array, x: Float64Array) => {
    work.fill(0, 2 * size);
    for (let k = 0; k < 2 * size; k += 2) {
      work[k] = x[k] * chirp[k] - x[k + 1] * chirp[k + 1];
      work[k + 1] = x[k] * chirp[k + 1] + x[k + 1] * chirp[k];
    }
    inner.transform(spectrum, work);
    // multiplied, and conjugated so that the second forward transform goes back
    for (let k = 0; k < 2 * length; k += 2) {
      const re = spectrum[k] * kernel[k] - spectrum[k + 1] * kernel[k + 1];
      const im = spectrum[k] * kernel[k + 1] + spectrum[k + 1] * kernel[k];
      spectrum[k] = re;
      spectrum[k + 1] = -im;
    }
    inner.transform(work, spectrum);
    for (let k = 0; k < 2 * size; k += 2) {
      const re = work[k] / length;
      const im = -work[k + 1] / length;
      out[k] = re * chirp[k] - im * chirp[k + 1];
      out[k + 1] = re * chirp[k + 1] + im * chirp[k];
    }
  };
  return { size, transform };
}
