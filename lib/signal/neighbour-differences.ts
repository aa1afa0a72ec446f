/** Differences of neighbouring samples, the dtype kept: numpy.diff. */
import { dtypeOf, type TypedArray, typedArrayConstructor } from '../dtype.js';
import { expectLength, type Lanes, sampleCount } from './lanes.js';

/**
 * `order` times the differences `x[k + 1] - x[k]` of each lane, shape (outer, max(length - order, 0), inner), in the dtype of
 * `x`: integers wrap. `order` 0 gives a copy.
 */
export function neighbourDifferences(x: TypedArray, lanes: Lanes, order: number): TypedArray {
  const { outer, inner } = lanes;
  expectLength(x, sampleCount(lanes), 'x', `(${outer}, ${lanes.length}, ${inner})`);
  let [samples, length] = [x.slice() as Float64Array, lanes.length];
  for (let pass = 0; pass < order && length > 0; pass++, length--) {
    const shorter = new (typedArrayConstructor(dtypeOf(x)))(outer * (length - 1) * inner) as Float64Array;
    for (let o = 0, to = 0; o < outer; o++)
      for (let from = o * length * inner; from < ((o + 1) * length - 1) * inner; from++, to++)
        shorter[to] = samples[from + inner]! - samples[from]!;
    samples = shorter;
  }
  return samples;
}
