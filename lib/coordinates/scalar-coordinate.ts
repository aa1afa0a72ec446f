/** A coordinate that is one value without an axis: an instrument's name, a shot time. */
import type { CoordArray, CoordDType, Scalar } from '../dtype.js';
import { CoordinateError } from '../errors.js';
import { formatArray } from './array-text.js';
import { inferScalar, type ScalarLike, toCoordArray } from './coord-array.js';
import { Coordinate } from './coordinate.js';

/** What a {@link ScalarCoordinate} is made of. */
export interface ScalarInit {
  value: ScalarLike;
  /** Default: what the value is (Date: time, text: string, bigint: int64, number: float64). */
  dtype?: CoordDType;
}

/** One value that goes with the whole array. */
export class ScalarCoordinate extends Coordinate {
  readonly ctype = 'scalar';
  readonly dim = null;
  readonly dtype: CoordDType;
  readonly value: Scalar;
  readonly shape: readonly number[] = [];

  constructor(init: ScalarInit) {
    super();
    const { value, dtype } = inferScalar(init.value, init.dtype);
    this.value = value;
    this.dtype = dtype;
  }

  get values(): CoordArray {
    return toCoordArray([this.value], this.dtype).values;
  }

  equals(other: unknown): boolean {
    return (
      other instanceof ScalarCoordinate &&
      other.dtype === this.dtype &&
      Object.is(plain(other.value), plain(this.value))
    );
  }

  /** A scalar has no dimension: any but `null` throws `BAD_DIM`. */
  withDim(dim: string | null): ScalarCoordinate {
    if (dim !== null) throw new CoordinateError('BAD_DIM', `a scalar coordinate cannot lie along dimension ${dim}`);
    return this;
  }

  toString(): string {
    return formatArray(this.values, [], this.dtype, { precision: 8, edgeItems: 1 });
  }
}

/** -0 as 0, so that Object.is compares numbers as numpy does but for NaN, which equals itself here. */
function plain(value: Scalar): Scalar {
  return value === 0 ? 0 : value;
}
