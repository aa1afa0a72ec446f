/** The sampling interval of an axis that declares none. */
import type { Delta } from '../dtype.js';
import { CoordinateError } from '../errors.js';
import type { AxisCoordinate } from './coordinate.js';
import { InterpCoordinate } from './interp-coordinate.js';
import { intervalInSeconds, intervalOf } from './sampling-ratio.js';
import { inferRatio } from './tie-reduction.js';

/**
 * As xdas infers it: an interpolated axis has the interval that fits best, in whole ticks; a dense one must be even
 * (`IRREGULAR`). `null` where there is no continuous area.
 */
export function inferredInterval(coord: AxisCoordinate, { cast = true }: { cast?: boolean }): Delta | null {
  if (coord instanceof InterpCoordinate) {
    const ratio = inferRatio(coord.tieIndices, coord.tieValues, coord.dtype);
    // as an interval in whole ticks, as xdas infers it
    const interval = intervalOf(ratio, coord.dtype);
    if (interval === null) return null;
    return cast ? intervalInSeconds({ numerator: interval, denominator: 1 }, coord.dtype) : interval;
  }
  try {
    return coord.toRegular().getSamplingInterval({ cast });
  } catch (cause) {
    throw new CoordinateError(
      'IRREGULAR',
      `dimension ${coord.dim} has no sampling interval, and its labels are not even`,
      {
        cause,
      },
    );
  }
}
