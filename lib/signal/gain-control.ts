/** Samples over their recent root mean square, with exponential memory. */
import type { TypedArray } from '../dtype.js';
import { expectLength, type Lanes, laneCount, sampleCount } from './lanes.js';
import { asFloat64 } from './to-float64.js';
import { type FloatSamples, toFloating } from './to-floating.js';

/**
 * `x[n] / max(sqrt(S[n] / W[n]), floor)` of each lane, with `S[n] = (1 - a) S[n - 1] + a x[n]^2` and
 * `W[n] = (1 - a) W[n - 1] + a`, so that the level is a weighted mean from the first sample on.
 *
 * `sums` holds S and W of each lane, shape (outer, inner, 2), and is **updated in place**; zeros to begin with. A NaN stays and
 * leaves the sums as they are; where the divisor is 0 the result is 0. float32 stays float32 (computed in float64, rounded
 * once), all others are float64. Any cutting gives the same bits.
 */
export function gainControl(
  x: TypedArray,
  lanes: Lanes,
  { share, floor }: { readonly share: number; readonly floor: number },
  sums: Float64Array,
): FloatSamples {
  const { outer, length, inner } = lanes;
  expectLength(x, sampleCount(lanes), 'x', `(${outer}, ${length}, ${inner})`);
  expectLength(sums, 2 * laneCount(lanes), 'sums', `(${outer}, ${inner}, 2)`);
  const samples = asFloat64(x);
  const out = new Float64Array(x.length);
  for (let o = 0, e = 0; o < outer; o++)
    for (let t = 0; t < length; t++)
      for (let i = 0, c = 2 * o * inner; i < inner; i++, c += 2, e++) {
        const value = samples[e]!;
        if (!Number.isNaN(value)) {
          sums[c] = (1 - share) * sums[c]! + share * value * value;
          sums[c + 1] = (1 - share) * sums[c + 1]! + share;
        }
        const level = Math.max(Math.sqrt(sums[c]! / sums[c + 1]!), floor);
        out[e] = level > 0 ? value / level : value * 0;
      }
  return toFloating(out, x);
}
