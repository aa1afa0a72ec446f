/** Where an axis has to be cut so that each piece can be told by its first label and one step. */
import type { AxisCoordinate } from '../../coordinates/coordinate.js';
import { InterpCoordinate } from '../../coordinates/interp-coordinate.js';
import { CoordinateError } from '../../errors.js';

/** A step: a number or bigint nanoseconds, or that over a whole number. */
export interface Step<T extends number | bigint> {
  numerator: T;
  denominator: T;
}

/** An axis by its ties: those of an interpolated one, every label of another. */
function tiesOf(coord: AxisCoordinate): { indices: readonly number[]; values: ArrayLike<number | bigint> } {
  if (coord instanceof InterpCoordinate) return { indices: coord.tieIndices, values: coord.tieValues };
  return { indices: Array.from({ length: coord.size }, (_, k) => k), values: coord.values as Float64Array };
}

/**
 * Index of the first sample of each stretch: 0, and every one that does not follow its predecessor by one step within
 * `tolerance`. Throws `IRREGULAR` where labels between two ties have another step.
 */
export function evenStretches<T extends number | bigint>(coord: AxisCoordinate, step: Step<T>, tolerance: T): number[] {
  const { indices, values } = tiesOf(coord);
  const cuts = [0];
  const minus = (a: T, b: T) => (a as number) - (b as number);
  const times = (a: T, b: T) => (a as number) * (b as number);
  const whole = (count: number) => (typeof tolerance === 'bigint' ? BigInt(count) : count) as T;
  for (let k = 0; k + 1 < indices.length; k++) {
    const count = indices[k + 1]! - indices[k]!;
    const span = minus(values[k + 1] as T, values[k] as T) as T;
    const off = minus(times(span, step.denominator) as T, times(step.numerator, whole(count)) as T);
    // Both ends of an even piece may be off.
    const allowed = times(times(tolerance, step.denominator) as T, whole(count === 1 ? 1 : 2));
    if ((off < 0 ? -off : off) <= allowed) continue;
    if (count > 1)
      throw new CoordinateError(
        'IRREGULAR',
        `dimension ${coord.dim} has another step between its samples ${indices[k]} and ${indices[k + 1]} than elsewhere`,
      );
    cuts.push(indices[k + 1]!);
  }
  return cuts;
}
