/**
 * Lanes worked on in blocks that overlap by half and are added up again, resumable: weighted overlap-add (Crochiere, 1980,
 * IEEE Trans. ASSP 28(1), 99-102).
 */
import type { TypedArray } from '../dtype.js';
import { ArgumentError } from '../errors.js';
import { expectLength, type Lanes, laneCount, sampleCount } from './lanes.js';
import { asFloat64 } from './to-float64.js';

/** What becomes of a block: `out` is written from `block`, both of shape (outer, size, inner). `block` is not changed. */
export type BlockTransform = (block: Float64Array, out: Float64Array) => void;

/**
 * What {@link overlapAdd} carries from chunk to chunk. Before a run there are `size / 2` rows of zeros, so that its first
 * rows are in two blocks as all others.
 */
export interface OverlapAddState {
  /** The rows of the block that is not full yet, shape (outer, size, inner). */
  readonly block: Float64Array;
  /** How many of them there are. */
  filled: number;
  /** The second half of the last block's result, shape (outer, size / 2, inner). */
  readonly overlap: Float64Array;
  /** Whether a block was full already: the half block before the run is out. */
  started: boolean;
}

/** A fresh state. Throws `BAD_ARGUMENT` unless `size` is even and positive. */
export function overlapAddState(lanes: Lanes, size: number): OverlapAddState {
  if (!Number.isSafeInteger(size) || size < 2 || size % 2 !== 0)
    throw new ArgumentError('BAD_ARGUMENT', `blocks of ${size} samples; allowed: even, positive`);
  const count = laneCount(lanes);
  return {
    block: new Float64Array(size * count),
    filled: size / 2,
    overlap: new Float64Array((size / 2) * count),
    started: false,
  };
}

/**
 * Weights of a block before and after its transform: `sin(pi (n + 1/2) / size)` (scipy.signal.windows.cosine). Their
 * squares, half a block apart, add up to 1, so that a transform that changes nothing gives the samples back.
 */
export function sineWindow(size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, n) => Math.sin((Math.PI * (n + 0.5)) / size));
}

/**
 * Feeds `x` and gives the rows that are complete, float64, shape (outer, rows, inner). Blocks begin half a block apart,
 * counted from the start of the run, whatever the cutting: any cutting gives the same bits.
 */
export function overlapAdd(
  x: TypedArray,
  lanes: Lanes,
  size: number,
  state: OverlapAddState,
  transform: BlockTransform,
): { data: Float64Array; rows: number } {
  const { outer, length, inner } = lanes;
  expectLength(x, sampleCount(lanes), 'x', `(${outer}, ${length}, ${inner})`);
  const { block, overlap } = state;
  expectLength(block, size * laneCount(lanes), 'block', `(${outer}, ${size}, ${inner})`);
  const samples = asFloat64(x);
  const half = size / 2;
  const blocks = Math.max(0, Math.floor((state.filled + length - size) / half) + 1);
  const rows = blocks * half - (blocks > 0 && !state.started ? half : 0);
  const data = new Float64Array(outer * rows * inner);
  const result = blocks > 0 ? new Float64Array(block.length) : block;
  let out = 0;
  for (let t = 0; t < length; ) {
    const count = Math.min(size - state.filled, length - t);
    for (let o = 0; o < outer; o++) {
      const from = (o * length + t) * inner;
      block.set(samples.subarray(from, from + count * inner), (o * size + state.filled) * inner);
    }
    t += count;
    state.filled += count;
    if (state.filled < size) break;
    transform(block, result);
    for (let o = 0; o < outer; o++) {
      const first = o * size * inner;
      const kept = o * half * inner;
      const at = (o * rows + out) * inner;
      if (state.started) for (let e = 0; e < half * inner; e++) data[at + e] = overlap[kept + e] + result[first + e];
      overlap.set(result.subarray(first + half * inner, first + size * inner), kept);
      block.copyWithin(first, first + half * inner, first + size * inner);
    }
    if (state.started) out += half;
    state.started = true;
    state.filled = half;
  }
  return { data, rows };
}

/** Ends a run: the `pending` rows that are not out yet, as if zeros followed. */
export function endOverlapAdd(
  { outer, inner }: Lanes,
  size: number,
  pending: number,
  state: OverlapAddState,
  transform: BlockTransform,
): Float64Array {
  const half = size / 2;
  const blocks = Math.ceil(pending / half) + (state.started ? 0 : 1);
  const length = Math.max(0, size + (blocks - 1) * half - state.filled);
  const zeros = new Float64Array(outer * length * inner);
  const { data, rows } = overlapAdd(zeros, { outer, length, inner }, size, state, transform);
  if (rows === pending) return data;
  const out = new Float64Array(outer * pending * inner);
  for (let o = 0; o < outer; o++)
    out.set(data.subarray(o * rows * inner, (o * rows + pending) * inner), o * pending * inner);
  return out;
}
