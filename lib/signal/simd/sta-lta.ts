/** {@link simdRecursiveStaLta}: the recursive detector in WebAssembly, bit for bit that of `../sta-lta.ts`. */
import type { TypedArray } from '../../dtype.js';
import { allLanes, type LaneRange, type Lanes } from '../lanes.js';
import { resultArray } from '../result-array.js';
import { asNumbers } from '../to-float64.js';
import { simdKernels } from './kernels.js';
import { filterLaneRows, fitsLaneRows, type Tile } from './lane-rows.js';

/** How the ratio is made: see `recursiveStaLta`. */
export interface RecursiveStaLtaJob {
  /** Coefficients of the two averages, and the floor of the long one. */
  readonly csta: number;
  readonly clta: number;
  readonly floor: number;
  /** Rows at the beginning that are not averaged, and rows that are zero. */
  readonly from: number;
  readonly full: number;
  /** Samples that are to be squared, or energies that are not. */
  readonly squared: boolean;
}

/** As `recursiveStaLta` with checked arguments; `averages` are updated. Null where the plain kernel is to do it. */
export function simdRecursiveStaLta(
  { csta, clta, floor, from, full, squared }: RecursiveStaLtaJob,
  x: TypedArray,
  lanes: Lanes,
  averages: Float64Array,
  out?: Float64Array,
  range: LaneRange = allLanes(lanes),
): Float64Array | null {
  const kernels = simdKernels();
  if (kernels === null || !fitsLaneRows(range, 2)) return null;
  const ratio = out ?? resultArray(x.length);
  const until = (row: number, { first, rows }: Tile) => Math.min(rows, Math.max(0, row - first));
  filterLaneRows(
    kernels,
    {
      constants: Float64Array.of(csta, 1 - csta, clta, 1 - clta, floor),
      // (outer, inner, 2)
      layout: { rows: 2, at: (row) => row, outer: 2 * lanes.inner, inner: 2 },
      stateTarget: 8192,
      run(kernels, tile) {
        const { dtype, x, xStride, y, yStride, rows, width, constants, state, stride } = tile;
        const kernel = squared ? kernels.staLtaEnergy : kernels[`staLta${dtype}`];
        kernel(x, xStride, y, yStride, rows, width, constants, state, stride, until(from, tile), until(full, tile));
      },
    },
    asNumbers(x),
    lanes,
    averages,
    ratio,
    range,
  );
  return ratio;
}
