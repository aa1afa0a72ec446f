/** {@link simdSosfilt}: second-order sections in WebAssembly, bit for bit those of `../sosfilt.ts`. */
import type { TypedArray } from '../../dtype.js';
import { allLanes, type LaneRange, type Lanes } from '../lanes.js';
import { resultArray } from '../result-array.js';
import { asNumbers } from '../to-float64.js';
import { simdKernels } from './kernels.js';
import { filterLaneRows, fitsLaneRows } from './lane-rows.js';

/**
 * As `sosfilt` (checked arguments; `state` is updated; `out` may be `x`). Null where the plain kernel is to do it: chosen
 * so, or too few lanes or too many sections.
 */
export function simdSosfilt(
  sos: Float64Array,
  x: TypedArray,
  lanes: Lanes,
  state: Float64Array,
  out?: Float64Array,
  range: LaneRange = allLanes(lanes),
): Float64Array | null {
  const sections = sos.length / 6;
  const kernels = simdKernels();
  if (kernels === null || !fitsLaneRows(range, 2 * sections)) return null;
  const constants = new Float64Array(5 * sections);
  for (let s = 0; s < sections; s++)
    for (const [k, column] of [0, 1, 2, 4, 5].entries()) constants[5 * s + k] = sos[6 * s + column];
  const { outer, inner } = lanes;
  const y = out ?? resultArray(x.length);
  filterLaneRows(
    kernels,
    {
      constants,
      // (sections, outer, 2, inner)
      layout: {
        rows: 2 * sections,
        at: (row) => ((row >> 1) * outer * 2 + (row & 1)) * inner,
        outer: 2 * inner,
        inner: 1,
      },
      stateTarget: 32768,
      run: (kernels, { dtype, x, xStride, y, yStride, rows, width, constants, state, stride }) =>
        kernels[`sosfilt${dtype}`](x, xStride, y, yStride, rows, width, sections, constants, state, stride),
    },
    asNumbers(x),
    lanes,
    state,
    y,
    range,
  );
  return y;
}
