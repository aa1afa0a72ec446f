/** The order of frequencies: numpy.fft.fftshift and ifftshift along one axis of complex arrays. */
import { expectLength, type Lanes, sampleCount } from '../lanes.js';

/** The transform's order (0, positive, negative) turned into the rising one (negative, 0, positive). */
export function fftShift(z: Float64Array, lanes: Lanes): Float64Array {
  return rolled(z, lanes, Math.ceil(lanes.length / 2));
}

/** The rising order turned back into the transform's. */
export function ifftShift(z: Float64Array, lanes: Lanes): Float64Array {
  return rolled(z, lanes, Math.floor(lanes.length / 2));
}

/** Row k is row `k + by` of `z`, counted round. */
function rolled(z: Float64Array, lanes: Lanes, by: number): Float64Array {
  const { outer, length, inner } = lanes;
  expectLength(z, 2 * sampleCount(lanes), 'z', `(${outer}, ${length}, ${inner}, 2)`);
  const out = new Float64Array(z.length);
  const row = 2 * inner;
  for (let o = 0; o < outer; o++) {
    const block = o * length * row;
    out.set(z.subarray(block + by * row, block + length * row), block);
    out.set(z.subarray(block, block + by * row), block + (length - by) * row);
  }
  return out;
}
