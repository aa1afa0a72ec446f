/** Mean squares over windows that move along lanes, with a few additions per sample and without any subtraction. */
import type { TypedArray } from '../dtype.js';
import { expectLength, type Lanes, laneCount, sampleCount } from './lanes.js';
import { resultArray } from './result-array.js';
import { asFloat64 } from './to-float64.js';
import type { FloatSamples } from './to-floating.js';

/** Windows of `size` samples, `hop` samples apart (at most `size`); both integers from 1. */
export interface MovingWindows {
  readonly size: number;
  readonly hop: number;
}

/** What {@link movingRms} carries from chunk to chunk; arrays in the layout of the lanes. */
export interface MovingPowerState {
  /** Samples so far. */
  count: number;
  /** The sum of squares of the unit that is not full yet, shape (outer, inner). */
  readonly open: Float64Array;
  /** The sum of the units of the block so far, shape (outer, inner). */
  readonly prefix: Float64Array;
  /** The units of this block, and for the block before it the sums from each unit to its end, shape (outer, 2 units, inner). */
  readonly ring: Float64Array;
}

/** A unit is the longest stretch of which both windows and hops are made; `units` of them are a window. */
function unitsOf({ size, hop }: MovingWindows): { unit: number; units: number; step: number } {
  let [a, b] = [size, hop];
  while (b > 0) [a, b] = [b, a % b];
  return { unit: a, units: size / a, step: hop / a };
}

/** A fresh state. */
export function movingPowerState(windows: MovingWindows, lanes: Lanes): MovingPowerState {
  const count = laneCount(lanes);
  const { units } = unitsOf(windows);
  return {
    count: 0,
    open: new Float64Array(count),
    prefix: new Float64Array(count),
    ring: new Float64Array(2 * units * count),
  };
}

/** Windows that are full after `count` samples. */
export function movingWindowCount({ size, hop }: MovingWindows, count: number): number {
  return count < size ? 0 : Math.floor((count - size) / hop) + 1;
}

/**
 * The root mean square of each window that `x` fills, shape (outer, windows, inner). `state` goes on.
 *
 * Squares are summed to units; a window of units that lies across the border of two blocks (each as long as a window) is
 * the sum of the end of the one and the beginning of the other, both of which are running sums (van Herk 1992 and Gil and
 * Werman 1993 use this for minima). So there are three additions per unit, nothing is ever taken off again, what is loud
 * leaves no trace behind its window, a NaN spoils just the windows that hold it, and any cutting gives the same bits.
 *
 * float32 stays float32 (summed in float64, rounded once), all others are float64.
 */
export function movingRms(
  x: TypedArray,
  lanes: Lanes,
  windows: MovingWindows,
  state: MovingPowerState,
): { data: FloatSamples; count: number } {
  const { outer, length, inner } = lanes;
  expectLength(x, sampleCount(lanes), 'x', `(${outer}, ${length}, ${inner})`);
  const { unit, units, step } = unitsOf(windows);
  const { open, prefix, ring, count: before } = state;
  expectLength(open, laneCount(lanes), 'open', `(${outer}, ${inner})`);
  expectLength(ring, 2 * units * laneCount(lanes), 'ring', `(${outer}, ${2 * units}, ${inner})`);
  const samples = asFloat64(x);
  const count = movingWindowCount(windows, before + length) - movingWindowCount(windows, before);
  const data = resultArray(outer * count * inner, x instanceof Float32Array);
  for (let o = 0; o < outer; o++) {
    const lane = o * inner;
    let at = lane * count;
    let index = Math.floor(before / unit);
    let filled = before % unit;
    for (let t = 0; t < length; ) {
      const rows = Math.min(unit - filled, length - t);
      addSquares(samples, (o * length + t) * inner, rows, inner, open, lane);
      t += rows;
      filled += rows;
      if (filled < unit) break;
      filled = 0;
      const place = index % units;
      const half = Math.floor(index / units) % 2;
      const row = (2 * o * units + half * units + place) * inner;
      const other = (2 * o * units + (1 - half) * units + place + 1) * inner;
      const gives = index >= units - 1 && (index - units + 1) % step === 0;
      for (let i = 0; i < inner; i++) {
        const square = open[lane + i];
        open[lane + i] = 0;
        ring[row + i] = square;
        const sum = place === 0 ? square : prefix[lane + i] + square;
        prefix[lane + i] = sum;
        if (gives) data[at + i] = Math.sqrt((place < units - 1 ? ring[other + i] + sum : sum) / windows.size);
      }
      if (gives) at += inner;
      if (place === units - 1) sumBackwards(ring, row, units, inner);
      index += 1;
    }
  }
  state.count = before + length;
  return { data, count };
}

function addSquares(x: Float64Array, from: number, rows: number, inner: number, sums: Float64Array, at: number): void {
  if (inner === 1) {
    let sum = sums[at];
    for (let e = from; e < from + rows; e++) sum += x[e] * x[e];
    sums[at] = sum;
    return;
  }
  for (let t = 0, e = from; t < rows; t++) for (let i = 0; i < inner; i++, e++) sums[at + i] += x[e] * x[e];
}

/** Makes each row the sum of itself and all that follow; `last` is where the last one begins. */
function sumBackwards(ring: Float64Array, last: number, units: number, inner: number): void {
  const stop = last - (units - 1) * inner;
  for (let e = last - 1; e >= stop; e--) ring[e] += ring[e + inner];
}
