/** Removal of what all lanes of a group have in common, sample by sample. */
import type { TypedArray } from '../dtype.js';
import { expectLength, type Lanes, sampleCount } from './lanes.js';
import { medianInPlace } from './median-in-place.js';
import { resultArray } from './result-array.js';
import { asFloat64 } from './to-float64.js';
import type { FloatSamples } from './to-floating.js';

/** Lanes that are worked on together: a cache line of float64, so that a strided axis is read line by line. */
const PANEL = 8;
/** Samples that are added up before they go into the total, so that rounding errors grow slowly. */
const BLOCK = 128;

/**
 * `x` minus the median or mean along the axis of `lanes`, of each group by itself: group g is samples `bounds[g]` up to,
 * but without, `bounds[g + 1]`; the bounds cover the axis. NaN samples are left out and stay NaN.
 *
 * float32 stays float32 (computed in float64, rounded once), all others are float64. Scratch memory: 8 lanes.
 */
export function removeCommonMode(
  x: TypedArray,
  lanes: Lanes,
  method: 'median' | 'mean',
  bounds: readonly number[],
): FloatSamples {
  const { outer, length, inner } = lanes;
  expectLength(x, sampleCount(lanes), 'x', `(${outer}, ${length}, ${inner})`);
  const samples = asFloat64(x);
  const out = resultArray(x.length, x instanceof Float32Array);
  const size = bounds.reduce((most, bound, g) => (g === 0 ? 0 : Math.max(most, bound - bounds[g - 1])), 0);
  const scratch = new Float64Array(method === 'median' ? PANEL * size : PANEL);
  const counts = new Int32Array(PANEL);
  const common = new Float64Array(PANEL);
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i += PANEL) {
      const width = Math.min(PANEL, inner - i);
      for (let g = 0; g + 1 < bounds.length; g++) {
        const first = (o * length + bounds[g]) * inner + i;
        const rows = bounds[g + 1] - bounds[g];
        if (method === 'median') {
          counts.fill(0);
          for (let t = 0, e = first; t < rows; t++, e += inner)
            for (let c = 0; c < width; c++) {
              const value = samples[e + c];
              if (!Number.isNaN(value)) scratch[c * size + counts[c]++] = value;
            }
          for (let c = 0; c < width; c++) common[c] = medianInPlace(scratch, c * size, counts[c]);
        } else panelMeans(samples, first, rows, inner, width, common, scratch, counts);
        for (let t = 0, e = first; t < rows; t++, e += inner)
          for (let c = 0; c < width; c++) out[e + c] = samples[e + c] - common[c];
      }
    }
  return out;
}

function panelMeans(
  x: Float64Array,
  first: number,
  rows: number,
  inner: number,
  width: number,
  means: Float64Array,
  block: Float64Array,
  counts: Int32Array,
): void {
  counts.fill(0);
  means.fill(0);
  for (let start = 0; start < rows; start += BLOCK) {
    const stop = Math.min(rows, start + BLOCK);
    block.fill(0);
    for (let t = start, e = first + start * inner; t < stop; t++, e += inner)
      for (let c = 0; c < width; c++) {
        const value = x[e + c];
        if (Number.isNaN(value)) continue;
        block[c] += value;
        counts[c] += 1;
      }
    for (let c = 0; c < width; c++) means[c] += block[c];
  }
  for (let c = 0; c < width; c++) means[c] /= counts[c];
}
