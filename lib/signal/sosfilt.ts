/** Second-order sections applied along one axis: scipy.signal.sosfilt, operation for operation. */
import type { TypedArray } from '../dtype.js';
import { ArgumentError } from '../errors.js';
import { allLanes, expectLength, type Lanes, laneCount, sampleCount } from './lanes.js';
import type { LaneKernel } from './parallel/kernel-job.js';
import { type LaneArray, onPart } from './parallel/lane-parts.js';
import { runLanes } from './parallel/run-lanes.js';
import { resultArray } from './result-array.js';
import { simdSosfilt } from './simd/sosfilt.js';
import { copyToFloat64 } from './to-float64.js';

/**
 * Second-order sections of a filter as one float64 array of shape (sections, 6): each row is b0, b1, b2, 1, a1, a2.
 */
export type Sos = Float64Array;

/**
 * Sections from rows or from a flat array, checked: six columns, the fourth all ones (scipy's rule), at least one row.
 * Throws `BAD_ARGUMENT`.
 */
export function toSos(sections: readonly ArrayLike<number>[] | Float64Array): Sos {
  const rows = sections as readonly ArrayLike<number>[];
  if (!(sections instanceof Float64Array)) {
    if (!Array.isArray(sections)) throw new ArgumentError('BAD_ARGUMENT', 'sos is an array of rows of 6 numbers');
    for (const [index, row] of rows.entries())
      if (row?.length !== 6)
        throw new ArgumentError('BAD_ARGUMENT', `sos row ${index} has ${row?.length} coefficients; allowed: 6`);
  }
  const sos =
    sections instanceof Float64Array ? sections : Float64Array.from(rows.flatMap((row) => Array.from(row, Number)));
  if (sos.length === 0 || sos.length % 6 !== 0)
    throw new ArgumentError('BAD_ARGUMENT', `sos has ${sos.length} coefficients; allowed: 6 for each section`);
  for (const [index, value] of sos.entries())
    if (!Number.isFinite(value))
      throw new ArgumentError(
        'BAD_ARGUMENT',
        `sos section ${Math.floor(index / 6)} has ${value}; allowed: finite numbers`,
      );
  for (let s = 0; s < sos.length; s += 6)
    if (sos[s + 3] !== 1)
      throw new ArgumentError(
        'BAD_ARGUMENT',
        `a0 of sos section ${s / 6} is ${sos[s + 3]}; sections start with a0 = 1`,
      );
  return sos;
}

/** Number of elements of the state of {@link sosfilt}: shape (sections, outer, 2, inner). */
export function sosfiltStateSize(sos: Sos, lanes: Lanes): number {
  return (sos.length / 6) * 2 * laneCount(lanes);
}

/**
 * Filters `x` along the axis of `lanes` with transposed direct form II sections.
 *
 * - `x`: samples of any dtype, laid out as `lanes` says; not changed.
 * - `zi`: float64 state of shape (sections, outer, 2, inner), C order: scipy's `zi` for the same axis. It is **updated
 *   in place** to the state after the last sample (scipy's `zf`). Leave it out to start from zero and keep no state.
 * - `out`: where the result goes, as many elements as `x`; may be `x` itself. A new array by default.
 * - `workers`: threads, this one included, that blocks of lanes are divided among where there is enough to do; not with `out`. The
 *   result is then on shared memory. Default 1.
 * - Returns the filtered samples, float64 whatever the dtype of `x` (scipy: sections are float64), same layout.
 *
 * Any cutting of the axis with `zi` carried gives bitwise the same samples and state, which are scipy 1.17's bit for bit.
 * Throws `BAD_SHAPE` where `x`, `zi` or `out` has the wrong number of elements.
 */
export function sosfilt(
  sos: Sos,
  x: TypedArray,
  lanes: Lanes,
  zi?: Float64Array,
  out?: Float64Array,
  workers = 1,
): Float64Array {
  expectLength(x, sampleCount(lanes), 'x', `(${lanes.outer}, ${lanes.length}, ${lanes.inner})`);
  const sections = sos.length / 6;
  const { outer, length, inner } = lanes;
  if (out) expectLength(out, x.length, 'out', `(${outer}, ${length}, ${inner})`);
  if (zi) expectLength(zi, sosfiltStateSize(sos, lanes), 'zi', `(${sections}, ${outer}, 2, ${inner})`);
  const state = zi ?? new Float64Array(sosfiltStateSize(sos, lanes));
  if (workers > 1 && !out) {
    const job = {
      kernel: 'sosfilt',
      run: sosfiltLanes,
      parameters: { sos },
      x,
      lanes,
      state,
      rows: length,
      single: false,
    };
    const divided = runLanes(
      { ...job, stateLayout: stateLayout(sos, lanes), cost: 0.5 * sections * x.length },
      workers,
    );
    if (divided !== null) return divided as Float64Array;
  }
  const y = out ?? resultArray(x.length);
  sosfiltLanes({ sos }, x, lanes, state, y, allLanes(lanes));
  return y;
}

function stateLayout(sos: Sos, { outer, inner }: Lanes): LaneArray {
  return { before: sos.length / 6, outer, rows: 2, inner, width: 1 };
}

/** {@link sosfilt} of some lanes. */
export const sosfiltLanes: LaneKernel<{ sos: Sos }> = ({ sos }, x, lanes, state, y, range) => {
  if (simdSosfilt(sos, x, lanes, state as Float64Array, y as Float64Array, range) !== null) return;
  const plain = (x: TypedArray, lanes: Lanes, state: Float32Array | Float64Array, y: Float32Array | Float64Array) =>
    plainSosfilt(sos, x, lanes, state as Float64Array, y as Float64Array);
  onPart(plain, x, lanes, state, stateLayout(sos, lanes), y, lanes.length, range);
};

function plainSosfilt(sos: Sos, x: TypedArray, lanes: Lanes, state: Float64Array, y: Float64Array): void {
  copyToFloat64(x, y);
  const { outer, length, inner } = lanes;
  const sections = sos.length / 6;
  // All sections over a block of rows before the next block, so that the block stays in the cache.
  const rows = inner === 1 ? length : Math.max(1, Math.floor(BLOCK / inner));
  for (let o = 0; o < outer; o++)
    for (let t = 0; t < length; t += rows)
      for (let s = 0; s < sections; s++) {
        const z = (s * outer + o) * 2 * inner;
        const start = (o * length + t) * inner;
        const n = Math.min(rows, length - t);
        if (inner === 1) filterLane(sos, 6 * s, y, start, n, state, z);
        else filterRows(sos, 6 * s, y, start, n, inner, state, z);
      }
}

/** Samples of a block that all sections run over in turn: 128 kB of float64. */
const BLOCK = 16384;

/** One section along one contiguous lane, in place: state in two registers. */
function filterLane(sos: Sos, c: number, y: Float64Array, start: number, n: number, state: Float64Array, z: number) {
  const b0 = sos[c];
  const b1 = sos[c + 1];
  const b2 = sos[c + 2];
  const a1 = sos[c + 4];
  const a2 = sos[c + 5];
  let z0 = state[z];
  let z1 = state[z + 1];
  for (let i = start; i < start + n; i++) {
    const x = y[i];
    const r = b0 * x + z0;
    z0 = b1 * x - a1 * r + z1;
    z1 = b2 * x - a2 * r;
    y[i] = r;
  }
  state[z] = z0;
  state[z + 1] = z1;
}

/** One section along rows of `inner` lanes, in place: rows outermost, so that memory is walked in order. */
function filterRows(
  sos: Sos,
  c: number,
  y: Float64Array,
  start: number,
  n: number,
  inner: number,
  state: Float64Array,
  z: number,
) {
  const b0 = sos[c];
  const b1 = sos[c + 1];
  const b2 = sos[c + 2];
  const a1 = sos[c + 4];
  const a2 = sos[c + 5];
  for (let t = 0, i = start; t < n; t++)
    for (let l = z; l < z + inner; l++, i++) {
      const x = y[i];
      const r = b0 * x + state[l];
      state[l] = b1 * x - a1 * r + state[l + inner];
      state[l + inner] = b2 * x - a2 * r;
      y[i] = r;
    }
}
