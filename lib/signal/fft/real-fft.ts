/** Transforms of real rows: half the spectrum says all, and an even length costs a complex transform of half of it. */
import { fftPlan } from './fft-plan.js';
import { roots } from './mixed-radix-plan.js';

/** A transform between `size` real samples and the `floor(size / 2) + 1` complex numbers of their half spectrum. */
export interface RealFft {
  readonly size: number;
  /** `out[k] = sum over j of x[j] exp(-2 pi i j k / size)`, not scaled; real and imaginary parts in turn. */
  forward(out: Float64Array, x: Float64Array): void;
  /**
   * The inverse, not scaled (`size` times the samples). As in numpy, the imaginary parts of frequency 0 and, for an even
   * size, of the Nyquist frequency are not read.
   */
  inverse(out: Float64Array, half: Float64Array): void;
}

const KEPT = 32;
const known = new Map<number, RealFft>();

/** The transform for `size` real samples; the last 32 sizes are kept. Throws `BAD_ARGUMENT` as {@link fftPlan}. */
export function realFft(size: number): RealFft {
  let found = known.get(size);
  if (found) known.delete(size);
  else found = size % 2 === 0 && size > 0 ? evenFft(size) : oddFft(size);
  known.set(size, found);
  if (known.size > KEPT) known.delete(known.keys().next().value!);
  return found;
}

function oddFft(size: number): RealFft {
  const plan = fftPlan(size);
  const input = new Float64Array(2 * size);
  const output = new Float64Array(2 * size);
  return {
    size,
    forward(out, x) {
      for (let j = 0; j < size; j++) {
        input[2 * j] = x[j];
        input[2 * j + 1] = 0;
      }
      plan.transform(output, input);
      out.set(output.subarray(0, size + 1));
      out[1] = 0;
    },
    inverse(out, half) {
      // conjugated on the way in: a forward transform then goes back, and the result is real
      input[0] = half[0];
      input[1] = 0;
      for (let k = 1; k <= (size - 1) / 2; k++) {
        input[2 * k] = half[2 * k];
        input[2 * k + 1] = -half[2 * k + 1];
        input[2 * (size - k)] = half[2 * k];
        input[2 * (size - k) + 1] = half[2 * k + 1];
      }
      plan.transform(output, input);
      for (let j = 0; j < size; j++) out[j] = output[2 * j];
    },
  };
}

/** Even and odd samples as real and imaginary parts of a complex signal of half the length. */
function evenFft(size: number): RealFft {
  const half = size / 2;
  const plan = fftPlan(half);
  const twiddles = roots(size);
  const input = new Float64Array(size);
  const output = new Float64Array(size);
  return {
    size,
    forward(out, x) {
      input.set(x.subarray(0, size));
      plan.transform(output, input);
      for (let k = 0; k <= half; k++) {
        const a = 2 * (k === half ? 0 : k);
        const b = 2 * (k === 0 ? 0 : half - k);
        const evenRe = (output[a] + output[b]) / 2;
        const evenIm = (output[a + 1] - output[b + 1]) / 2;
        const oddRe = (output[a + 1] + output[b + 1]) / 2;
        const oddIm = (output[b] - output[a]) / 2;
        const c = twiddles[2 * k];
        const s = twiddles[2 * k + 1];
        out[2 * k] = evenRe + oddRe * c - oddIm * s;
        out[2 * k + 1] = evenIm + oddRe * s + oddIm * c;
      }
      out[1] = 0;
      out[size + 1] = 0;
    },
    inverse(out, spectrum) {
      for (let k = 0; k < half; k++) {
        const a = 2 * k;
        const b = 2 * (half - k);
        const aIm = k === 0 ? 0 : spectrum[a + 1];
        const bIm = k === 0 ? 0 : spectrum[b + 1];
        const evenRe = spectrum[a] + spectrum[b];
        const evenIm = aIm - bIm;
        const diffRe = spectrum[a] - spectrum[b];
        const diffIm = aIm + bIm;
        const c = twiddles[2 * k];
        const s = -twiddles[2 * k + 1];
        const oddRe = diffRe * c - diffIm * s;
        const oddIm = diffRe * s + diffIm * c;
        input[a] = evenRe - oddIm;
        input[a + 1] = -(evenIm + oddRe); // conjugated: the forward transform goes back
      }
      plan.transform(output, input);
      for (let j = 0; j < size; j += 2) {
        out[j] = output[j];
        out[j + 1] = -output[j + 1];
      }
    },
  };
}
