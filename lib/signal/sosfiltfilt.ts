/** Second-order sections applied forwards and backwards: scipy.signal.sosfiltfilt. */
import type { TypedArray } from '../dtype.js';
import { ArgumentError } from '../errors.js';
import { sosfiltZi } from './design/steady-state.js';
import { extendLanes } from './extend-lanes.js';
import { expectLength, type Lanes, sampleCount } from './lanes.js';
import { type Sos, sosfilt, sosfiltStateSize } from './sosfilt.js';
import { copyToFloat64 } from './to-float64.js';

/** Samples by which {@link sosfiltfilt} extends each end: three times the taps, without those of trailing zeros. */
export function sosfiltfiltPadding(sos: Sos): number {
  const sections = sos.length / 6;
  let [zeros, poles] = [0, 0];
  for (let s = 0; s < sections; s++) {
    if (sos[6 * s + 2] === 0) zeros += 1;
    if (sos[6 * s + 5] === 0) poles += 1;
  }
  return 3 * (2 * sections + 1 - Math.min(zeros, poles));
}

/** How {@link sosfiltfilt} and `filtfilt` extend the ends of lanes before they filter. */
export interface EndPadding {
  /** Reflected about the end samples (`odd`, the default), mirrored (`even`), held (`constant`), or not at all (null). */
  readonly padtype?: 'odd' | 'even' | 'constant' | null;
  /** Samples at each end; default: three times the taps. */
  readonly padlen?: number | null;
}

/**
 * Filters whole lanes of `x` without phase shift; the amplitude response is squared. Both ends are extended (default: by
 * odd reflection; integers do not wrap there, as scipy's of less than 64 bit may), each pass starts at rest on its first
 * sample. Returns float64, same layout; `x` is not changed.
 *
 * Equal to scipy 1.17 within rounding. Throws `BAD_SHAPE` where the lanes are not longer than the extension
 * ({@link sosfiltfiltPadding}).
 */
export function sosfiltfilt(sos: Sos, x: TypedArray, lanes: Lanes, padding: EndPadding = {}): Float64Array {
  const rest = sosfiltZi(sos);
  return forwardsAndBackwards(x, lanes, sosfiltfiltPadding(sos), padding, (y, extended) =>
    sosfilt(sos, y, extended, stateAtRest(sos, rest, y, extended), y),
  );
}

/** Extends lanes, runs `filter` over them forwards and backwards, and takes the extensions off again. */
export function forwardsAndBackwards(
  x: TypedArray,
  lanes: Lanes,
  usual: number,
  { padtype = 'odd', padlen = null }: EndPadding,
  filter: (y: Float64Array, extended: Lanes) => Float64Array,
): Float64Array {
  const { outer, length, inner } = lanes;
  expectLength(x, sampleCount(lanes), 'x', `(${outer}, ${length}, ${inner})`);
  const padding = padtype === null ? 0 : (padlen ?? usual);
  if (length <= padding)
    throw new ArgumentError(
      'BAD_SHAPE',
      `${length} samples are too few to filter forwards and backwards; allowed: more than ${padding}`,
    );
  const extended = { outer, inner, length: length + 2 * padding };
  let y = extend(copyToFloat64(x), lanes, padding, padtype, x instanceof Float32Array);
  for (let pass = 0; pass < 2; pass++) {
    y = filter(y, extended);
    reverseLanes(y, extended);
  }
  if (padding === 0) return y;
  const out = new Float64Array(x.length);
  for (let o = 0; o < outer; o++) {
    const from = (o * extended.length + padding) * inner;
    out.set(y.subarray(from, from + length * inner), o * length * inner);
  }
  return out;
}

const extensionOf = { odd: 'antireflect', even: 'reflect', constant: 'edge' } as const;

/** Each end extended by `padding` samples, rounded to the dtype of the samples. */
function extend(
  x: Float64Array,
  lanes: Lanes,
  padding: number,
  padtype: 'odd' | 'even' | 'constant' | null,
  float32: boolean,
): Float64Array {
  if (padtype === null || padding === 0) return x;
  const y = extendLanes(x, lanes, [padding, padding], extensionOf[padtype]);
  return float32 ? y.map(Math.fround) : y;
}

function stateAtRest(sos: Sos, rest: Float64Array, y: Float64Array, lanes: Lanes): Float64Array {
  const { outer, length, inner } = lanes;
  const zi = new Float64Array(sosfiltStateSize(sos, lanes));
  for (let s = 0, at = 0; s < sos.length / 6; s++)
    for (let o = 0; o < outer; o++)
      for (let k = 0; k < 2; k++)
        for (let i = 0; i < inner; i++, at++) zi[at] = rest[2 * s + k] * y[o * length * inner + i];
  return zi;
}

/** Lanes turned end for end, in place. */
export function reverseLanes(y: Float64Array, { outer, length, inner }: Lanes): void {
  for (let o = 0; o < outer; o++)
    for (let t = 0; t < length >> 1; t++) {
      let a = (o * length + t) * inner;
      let b = (o * length + length - 1 - t) * inner;
      for (let i = 0; i < inner; i++, a++, b++) [y[a], y[b]] = [y[b], y[a]];
    }
}
