/** {@link simdLfilter}: transposed direct form II in WebAssembly, bit for bit that of `../lfilter.ts`. */
import type { TypedArray } from '../../dtype.js';
import { allLanes, type LaneRange, type Lanes } from '../lanes.js';
import { resultArray } from '../result-array.js';
import { asNumbers } from '../to-float64.js';
import { simdKernels } from './kernels.js';
import { filterLaneRows, fitsLaneRows } from './lane-rows.js';

/**
 * As `lfilter` with checked arguments: `b` and `a` (null: FIR) normalised, of one length; `state` is updated, `out` may
 * be `x`. Null where the plain kernel is to do it: chosen so, too few lanes, order 0 or too high for the scratch memory.
 */
export function simdLfilter(
  b: Float64Array,
  a: Float64Array | null,
  x: TypedArray,
  lanes: Lanes,
  state: Float64Array,
  out?: Float64Array,
  range: LaneRange = allLanes(lanes),
): Float64Array | null {
  const kernels = simdKernels();
  const order = b.length - 1;
  if (kernels === null || order === 0 || !fitsLaneRows(range, order)) return null;
  const constants = new Float64Array(2 * b.length);
  constants.set(b);
  if (a !== null) constants.set(a, b.length);
  const y = out ?? resultArray(x.length);
  filterLaneRows(
    kernels,
    {
      constants,
      // (outer, order, inner)
      layout: { rows: order, at: (row) => row * lanes.inner, outer: order * lanes.inner, inner: 1 },
      // Every row of the state is read and written for every row of samples: it stays in the smallest cache.
      stateTarget: 3072,
      run: (kernels, { dtype, x, xStride, y, yStride, rows, width, constants, state, stride }) =>
        kernels[`lfilter${dtype}`](
          x,
          xStride,
          y,
          yStride,
          rows,
          width,
          order,
          constants,
          constants + b.length * 8,
          state,
          stride,
          a === null ? 0 : 1,
        ),
    },
    asNumbers(x),
    lanes,
    state,
    y,
    range,
  );
  return y;
}
