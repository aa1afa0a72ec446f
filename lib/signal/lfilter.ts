/** Rational transfer functions applied along one axis: scipy.signal.lfilter. */
import type { TypedArray } from '../dtype.js';
import { ArgumentError } from '../errors.js';
import { expectLength, type Lanes, laneCount, sampleCount } from './lanes.js';
import type { LaneKernel } from './parallel/kernel-job.js';
import { onPart } from './parallel/lane-parts.js';
import { filterLanes } from './parallel/run-lanes.js';
import { simdLfilter } from './simd/lfilter.js';
import { copyToFloat64 } from './to-float64.js';

/** Numerator and denominator of a digital filter, in falling powers of z, float64. */
export interface Ba {
  readonly b: Float64Array;
  readonly a: Float64Array;
}

/** Rows of the state of {@link lfilter}: max(len(a), len(b)) - 1. */
export function lfilterOrder({ b, a }: Ba): number {
  return Math.max(b.length, a.length) - 1;
}

/**
 * Filters `x` along the axis of `lanes` in transposed direct form II; `a` of length 1 is a FIR filter.
 *
 * - `x`: samples of any dtype, laid out as `lanes` says; not changed.
 * - `zi`: float64 state of shape (outer, max(len(a), len(b)) - 1, inner), C order: scipy's `zi` for the same axis. It is
 *   **updated in place** to the state after the last sample (scipy's `zf`). Leave it out to start from zero.
 * - `workers`: as for `sosfilt`; default 1.
 * - Returns the filtered samples, float64 whatever the dtype of `x`, same layout.
 *
 * Any cutting of the axis with `zi` carried gives bitwise the same samples and state. Equal to scipy 1.17 bit for bit
 * where `a` has more than one coefficient; the FIR path sums in this form's order, scipy's in its BLAS's: equal within
 * rounding. Throws `BAD_ARGUMENT` for empty or non-normalisable coefficients, `BAD_SHAPE` for wrong sizes.
 */
export function lfilter(coefficients: Ba, x: TypedArray, lanes: Lanes, zi?: Float64Array, workers = 1): Float64Array {
  const { outer, length, inner } = lanes;
  expectLength(x, sampleCount(lanes), 'x', `(${outer}, ${length}, ${inner})`);
  const order = lfilterOrder(coefficients);
  if (zi) expectLength(zi, order * laneCount(lanes), 'zi', `(${outer}, ${order}, ${inner})`);
  const b = normalised(coefficients.b, coefficients.a, order);
  const a = coefficients.a.length > 1 ? normalised(coefficients.a, coefficients.a, order) : null;
  const state = zi ?? new Float64Array(order * laneCount(lanes));
  const job = {
    kernel: 'lfilter',
    run: lfilterLanes,
    parameters: { b, a },
    x,
    lanes,
    state,
    stateLayout: { before: 1, outer, rows: order, inner, width: 1 },
    rows: length,
    single: false,
    cost: 0.5 * (order + 1) * x.length,
  };
  return filterLanes(job, workers) as Float64Array;
}

/** {@link lfilter} of some lanes, with coefficients normalised and of one length. */
export const lfilterLanes: LaneKernel<{ b: Float64Array; a: Float64Array | null }> = (
  { b, a },
  x,
  lanes,
  state,
  y,
  range,
) => {
  if (simdLfilter(b, a, x, lanes, state as Float64Array, y as Float64Array, range) !== null) return;
  const plain = (x: TypedArray, lanes: Lanes, state: Float32Array | Float64Array, y: Float32Array | Float64Array) =>
    plainLfilter(b, a, x, lanes, state as Float64Array, y as Float64Array);
  const layout = { before: 1, outer: lanes.outer, rows: b.length - 1, inner: lanes.inner, width: 1 };
  onPart(plain, x, lanes, state, layout, y, lanes.length, range);
};

function plainLfilter(
  b: Float64Array,
  a: Float64Array | null,
  x: TypedArray,
  lanes: Lanes,
  state: Float64Array,
  y: Float64Array,
): void {
  copyToFloat64(x, y);
  const { outer, length, inner } = lanes;
  const order = b.length - 1;
  const input = new Float64Array(inner);
  for (let o = 0; o < outer; o++)
    for (let t = 0; t < length; t++) {
      const start = (o * length + t) * inner;
      for (let i = 0; i < inner; i++) input[i] = y[start + i];
      filterRow(b, a, input, y, start, state, o * order * inner);
    }
}

/** Coefficients divided by a0 and padded with zeros to `order` + 1. */
function normalised(coefficients: Float64Array, a: Float64Array, order: number): Float64Array {
  if (coefficients.length === 0) throw new ArgumentError('BAD_ARGUMENT', 'a filter needs at least one b and one a');
  if (a[0] === 0) throw new ArgumentError('BAD_ARGUMENT', 'a[0] is 0: the filter cannot be normalised');
  const out = new Float64Array(order + 1);
  for (let i = 0; i < coefficients.length; i++) out[i] = coefficients[i] / a[0];
  return out;
}

/** Filters one row, `input`, into `y` from `start`; the rows of its state begin at `z`. */
function filterRow(
  b: Float64Array,
  a: Float64Array | null,
  input: Float64Array,
  y: Float64Array,
  start: number,
  state: Float64Array,
  z: number,
) {
  const order = b.length - 1;
  const inner = input.length;
  if (order === 0) {
    for (let i = 0; i < inner; i++) y[start + i] = input[i] * b[0];
    return;
  }
  for (let i = 0; i < inner; i++) y[start + i] = state[z + i] + b[0] * input[i];
  for (let m = 1; m <= order; m++) {
    const row = z + (m - 1) * inner;
    const bm = b[m];
    const am = a ? a[m] : 0;
    if (m === order && a) for (let i = 0; i < inner; i++) state[row + i] = input[i] * bm - y[start + i] * am;
    else if (m === order) for (let i = 0; i < inner; i++) state[row + i] = input[i] * bm;
    else if (a)
      for (let i = 0; i < inner; i++) state[row + i] = state[row + inner + i] + input[i] * bm - y[start + i] * am;
    else for (let i = 0; i < inner; i++) state[row + i] = state[row + inner + i] + input[i] * bm;
  }
}
