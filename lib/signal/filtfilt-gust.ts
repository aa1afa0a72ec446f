/** Forward and backward filtering without made-up ends: scipy.signal.filtfilt with `method='gust'`. */
import type { TypedArray } from '../dtype.js';
import { ArgumentError } from '../errors.js';
import { expectLength, type Lanes, sampleCount } from './lanes.js';
import { leastSquares } from './least-squares.js';
import { type Ba, lfilter, lfilterOrder } from './lfilter.js';
import { reverseLanes } from './sosfiltfilt.js';
import { copyToFloat64 } from './to-float64.js';

/**
 * As `filtfilt`, with the states at both ends chosen so that filtering forwards then backwards gives the same as backwards
 * then forwards (F. Gustafsson, IEEE Trans. Signal Process. 44, 1996). `irlen`: samples after which the impulse response
 * is over; only so many at each end are then looked at. float64, same layout.
 *
 * Throws `BAD_ARGUMENT` where the states are not determined (fewer samples than twice the order, or a filter whose zeros
 * and poles cancel).
 */
export function filtfiltGust(coefficients: Ba, x: TypedArray, lanes: Lanes, irlen: number | null = null): Float64Array {
  const { outer, length, inner } = lanes;
  expectLength(x, sampleCount(lanes), 'x', `(${outer}, ${length}, ${inner})`);
  if (irlen !== null && (!Number.isSafeInteger(irlen) || irlen < 1))
    throw new ArgumentError('BAD_ARGUMENT', `irlen is ${irlen}; allowed: positive integers`);
  const order = lfilterOrder(coefficients);
  const samples = copyToFloat64(x);
  if (order === 0) return samples.map((value) => value * (coefficients.b[0] / coefficients.a[0]) ** 2);
  const whole = irlen === null || length <= 2 * irlen;
  const m = whole ? length : irlen;
  const { equations, weights } = endMatrices(coefficients, m, whole);
  const rows = whole ? m : 2 * m;
  const solve = leastSquares(equations, rows, 2 * order);
  const forwards = backward(coefficients, lfilter(coefficients, samples, lanes), lanes);
  const backwards = lfilter(coefficients, backward(coefficients, samples, lanes), lanes);
  const difference = new Float64Array(rows);
  // row k of the equations is sample k; beyond m, the samples at the end
  const at = (k: number) => (whole || k < m ? k : length - rows + k);
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) {
      const first = o * length * inner + i;
      for (let k = 0; k < rows; k++) {
        const e = first + at(k) * inner;
        difference[k] = backwards[e] - forwards[e];
      }
      const states = solve(difference);
      for (let k = 0; k < rows; k++) {
        let sum = 0;
        for (let c = 0; c < 2 * order; c++) sum += weights[k * 2 * order + c] * states[c];
        forwards[first + at(k) * inner] += sum;
      }
    }
  return forwards;
}

/** Filters from the end to the beginning. */
function backward(coefficients: Ba, x: Float64Array, lanes: Lanes): Float64Array {
  const turned = x.slice();
  reverseLanes(turned, lanes);
  const y = lfilter(coefficients, turned, lanes);
  reverseLanes(y, lanes);
  return y;
}

/**
 * With O the outputs that unit states give, S those outputs turned and filtered, and R turning rows end for end: the
 * equations [S^R - O, O^R - S] and the weights [S^R, O^R] of the states at both ends, 2 order columns. Unless the `whole`
 * record is looked at, the two halves are below each other, zeros beside them.
 */
function endMatrices(coefficients: Ba, m: number, whole: boolean): { equations: Float64Array; weights: Float64Array } {
  const order = lfilterOrder(coefficients);
  const zi = new Float64Array(order);
  zi[0] = 1;
  const response = lfilter(coefficients, new Float64Array(m), { outer: 1, length: m, inner: 1 }, zi);
  const o = (k: number, c: number) => (k >= c ? response[k - c] : 0);
  const turned = new Float64Array(m * order);
  for (let k = 0; k < m; k++) for (let c = 0; c < order; c++) turned[k * order + c] = o(m - 1 - k, c);
  const filtered = lfilter(coefficients, turned, { outer: 1, length: m, inner: order });
  const columns = 2 * order;
  const rows = whole ? m : 2 * m;
  const equations = new Float64Array(rows * columns);
  const weights = new Float64Array(rows * columns);
  for (let k = 0; k < m; k++)
    for (let c = 0; c < order; c++) {
      const sTurned = filtered[(m - 1 - k) * order + c];
      const oTurned = turned[k * order + c];
      const upper = k * columns + c;
      const lower = (whole ? k : m + k) * columns + order + c;
      equations[upper] = sTurned - o(k, c);
      equations[lower] = oTurned - filtered[k * order + c];
      weights[upper] = sTurned;
      weights[lower] = oTurned;
    }
  return { equations, weights };
}
