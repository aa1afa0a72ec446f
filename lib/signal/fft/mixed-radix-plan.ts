import type { FftPlan } from './fft-plan.js';

/**
 * A transform of `radix * inner.size` points from `radix` inner ones, one for every `radix`-th sample, decimated in
 * time. `radix` is an odd prime; its butterflies share the cosines and sines of conjugate pairs.
 */
export function mixedRadixPlan(radix: number, inner: FftPlan): FftPlan {
  const count = inner.size;
  const size = radix * count;
  const half = (radix - 1) / 2;
  const twiddles = roots(size);
  const cosines = Float64Array.from({ length: radix }, (_, k) => Math.cos((2 * Math.PI * k) / radix));
  const sines = Float64Array.from({ length: radix }, (_, k) => Math.sin((2 * Math.PI * k) / radix));
  const column = new Float64Array(2 * count);
  const columns = Array.from({ length: radix }, () => new Float64Array(2 * count));
  const sums = new Float64Array(2 * half);
  const differences = new Float64Array(2 * half);

  const transform = (out: Float64Array, x: Float64Array) => {
    for (let j = 0; j < radix; j++) {
      for (let k = 0, from = 2 * j; k < count; k++, from += 2 * radix) {
        column[2 * k] = x[from];
        column[2 * k + 1] = x[from + 1];
      }
      inner.transform(columns[j]!, column);
    }
    const first = columns[0]!;
    for (let k = 0; k < count; k++) {
      const re = first[2 * k];
      const im = first[2 * k + 1];
      let totalRe = re;
      let totalIm = im;
      for (let j = 1; j <= half; j++) {
        const a = columns[j]!;
        const b = columns[radix - j]!;
        const ua = 2 * j * k;
        const va = 2 * (radix - j) * k;
        const aRe = a[2 * k] * twiddles[ua] - a[2 * k + 1] * twiddles[ua + 1];
        const aIm = a[2 * k] * twiddles[ua + 1] + a[2 * k + 1] * twiddles[ua];
        const bRe = b[2 * k] * twiddles[va] - b[2 * k + 1] * twiddles[va + 1];
        const bIm = b[2 * k] * twiddles[va + 1] + b[2 * k + 1] * twiddles[va];
        const at = 2 * (j - 1);
        sums[at] = aRe + bRe;
        sums[at + 1] = aIm + bIm;
        differences[at] = aRe - bRe;
        differences[at + 1] = aIm - bIm;
        totalRe += sums[at];
        totalIm += sums[at + 1];
      }
      out[2 * k] = totalRe;
      out[2 * k + 1] = totalIm;
      for (let q = 1; q <= half; q++) {
        let evenRe = re;
        let evenIm = im;
        let oddRe = 0;
        let oddIm = 0;
        let turn = q;
        for (let at = 0; at < 2 * half; at += 2) {
          evenRe += sums[at] * cosines[turn];
          evenIm += sums[at + 1] * cosines[turn];
          oddRe += differences[at] * sines[turn];
          oddIm += differences[at + 1] * sines[turn];
          turn += q;
          if (turn >= radix) turn -= radix;
        }
        const up = 2 * (k + q * count);
        const down = 2 * (k + (radix - q) * count);
        out[up] = evenRe + oddIm;
        out[up + 1] = evenIm - oddRe;
        out[down] = evenRe - oddIm;
        out[down + 1] = evenIm + oddRe;
      }
    }
  };
  return { size, transform };
}

/** exp(-2 pi i k / size) for k below `size`, real and imaginary parts in turn. */
export function roots(size: number): Float64Array {
  const table = new Float64Array(2 * size);
  for (let k = 0; k < size; k++) {
    const angle = (-2 * Math.PI * k) / size;
    table[2 * k] = Math.cos(angle);
    table[2 * k + 1] = Math.sin(angle);
  }
  return table;
}
