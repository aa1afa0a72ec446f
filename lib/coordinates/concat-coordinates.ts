/** Axes end to end. */
import { ArgumentError } from '../errors.js';
import type { AxisCoordinate } from './coordinate.js';
import type { DeltaLike } from './delta.js';

/** How coordinates are put end to end. */
export interface ConcatCoordinatesOptions {
  /** Put them in the order of their first labels; default false. Ties keep their order. */
  sort?: boolean;
  /** Seams up to this jump are fused (default: the coordinate's own tolerance); `false`: the ties stay as they are. */
  tolerance?: DeltaLike | null | false;
  /** Drop ties that the others describe; default true. */
  reduce?: boolean;
  /** Declare an interval if one fits; default false: regular ones stay regular anyway. */
  regularize?: boolean;
}

/** The joined coordinate, and which of `coords` came first, second ... in it. Throws `BAD_COORDINATE`. */
export function concatCoordinates(
  coords: readonly AxisCoordinate[],
  { sort = false, tolerance = null, reduce = true, regularize = false }: ConcatCoordinatesOptions = {},
): { coordinate: AxisCoordinate; order: number[] } {
  if (coords.length === 0) throw new ArgumentError('BAD_ARGUMENT', 'there are no coordinates to put end to end');
  let order = [...coords.keys()];
  if (sort) {
    const empty = order.filter((k) => coords[k]!.empty);
    const filled = order.filter((k) => !coords[k]!.empty);
    filled.sort((a, b) => (coords[a]!.start < coords[b]!.start ? -1 : coords[a]!.start > coords[b]!.start ? 1 : 0));
    order = [...filled, ...empty];
  }
  const [first, ...rest] = order.map((k) => coords[k]!) as [AxisCoordinate, ...AxisCoordinate[]];
  const joined = rest.length === 0 ? first : first.appendAll(rest);
  return { coordinate: tolerance === false ? joined : joined.simplify(tolerance, { reduce, regularize }), order };
}
