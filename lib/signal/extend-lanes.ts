/** Samples made up before the first and after the last of each lane: numpy.pad, scipy's even, odd and const extensions. */
import { ArgumentError } from '../errors.js';
import { expectLength, type Lanes, sampleCount } from './lanes.js';

/**
 * How lanes go on beyond their ends.
 *
 * - `constant` (a value), `edge` (the end sample), `wrap` (periodic), `symmetric` (mirrored at the edge: `b a | a b`),
 *   `reflect` (mirrored at the end sample: `c b | a b c`), `antisymmetric` and `antireflect` (the same, turned over
 *   about zero and about the end sample), `smooth` (the slope of the last two samples), `line` (the line through the
 *   first and the last sample).
 * - `mean`, `median`, `minimum`, `maximum` (of the lane).
 */
export type Extension = (typeof extensions)[number];

/** All ways to extend lanes. */
export const extensions = [
  'constant',
  'edge',
  'wrap',
  'symmetric',
  'reflect',
  'antisymmetric',
  'antireflect',
  'smooth',
  'line',
  'mean',
  'median',
  'minimum',
  'maximum',
] as const;

/**
 * `x` with `before` and `after` samples more at the ends of each lane, in a new array. Extensions longer than the lane
 * go on periodically, as numpy and scipy do. Throws `BAD_SHAPE` for lanes without samples.
 */
export function extendLanes(
  x: Float64Array,
  lanes: Lanes,
  [before, after]: readonly [number, number],
  extension: Extension,
  value = 0,
): Float64Array {
  const { outer, length, inner } = lanes;
  expectLength(x, sampleCount(lanes), 'x', `(${outer}, ${length}, ${inner})`);
  if (length === 0 && before + after > 0)
    throw new ArgumentError('BAD_SHAPE', 'lanes without samples cannot be extended');
  const total = before + length + after;
  const y = new Float64Array(outer * total * inner);
  const lane = new Float64Array(length);
  for (let o = 0; o < outer; o++) {
    y.set(x.subarray(o * length * inner, (o + 1) * length * inner), (o * total + before) * inner);
    for (let i = 0; i < inner; i++) {
      for (let t = 0; t < length; t++) lane[t] = x[(o * length + t) * inner + i];
      const sampleAt = sampler(lane, extension, value);
      const first = o * total * inner + i;
      for (let k = 0; k < before; k++) y[first + k * inner] = sampleAt(k - before);
      for (let k = 0; k < after; k++) y[first + (before + length + k) * inner] = sampleAt(length + k);
    }
  }
  return y;
}

/** The sample at any position outside a lane. */
function sampler(lane: Float64Array, extension: Extension, value: number): (position: number) => number {
  const n = lane.length;
  const first = lane[0];
  const last = lane[n - 1];
  const modulo = (position: number, period: number) => ((position % period) + period) % period;
  switch (extension) {
    case 'constant':
      return () => value;
    case 'edge':
      return (position) => (position < 0 ? first : last);
    case 'wrap':
      return (position) => lane[modulo(position, n)];
    case 'symmetric':
    case 'antisymmetric':
      return (position) => {
        const at = modulo(position, 2 * n);
        const mirrored = at >= n;
        const sample = lane[mirrored ? 2 * n - 1 - at : at];
        return mirrored && extension === 'antisymmetric' ? -sample : sample;
      };
    case 'reflect':
      if (n === 1) return () => first;
      return (position) => {
        const at = modulo(position, 2 * n - 2);
        return lane[at < n ? at : 2 * n - 2 - at];
      };
    case 'antireflect':
      return (position) => {
        if (n === 1) return first;
        if (position < 0 && position > -n) return 2 * first - lane[-position];
        // each turn about an end sample adds twice the difference of the ends
        const turn = Math.floor(position / (2 * n - 2));
        const at = position - turn * (2 * n - 2);
        const drift = 2 * turn * (last - first);
        return drift + (at < n ? lane[at] : 2 * last - lane[2 * n - 2 - at]);
      };
    case 'smooth':
      if (n === 1) return () => first;
      return (position) =>
        position < 0 ? first + position * (lane[1] - first) : last + (position - n + 1) * (last - lane[n - 2]);
    case 'line': {
      const slope = n === 1 ? 0 : (last - first) / (n - 1);
      return (position) => (position < 0 ? first + position * slope : last + (position - n + 1) * slope);
    }
    default: {
      const level = levelOf(lane, extension);
      return () => level;
    }
  }
}

/** A number that stands for a lane; NaN if a sample is NaN. */
export function levelOf(lane: Float64Array, kind: 'mean' | 'median' | 'minimum' | 'maximum'): number {
  if (kind === 'mean') return lane.reduce((sum, sample) => sum + sample, 0) / lane.length;
  if (kind === 'minimum') return lane.reduce((a, b) => Math.min(a, b));
  if (kind === 'maximum') return lane.reduce((a, b) => Math.max(a, b));
  if (lane.some(Number.isNaN)) return Number.NaN;
  const sorted = lane.slice().sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
