/** A coordinate with every label stored: irregular axes, categories, text. */
import { type CoordArray, type CoordDType, type Delta, isFloatDType, type Scalar, type TypedArray } from '../dtype.js';
import { ArgumentError, CoordinateError } from '../errors.js';
import { formatArray } from './array-text.js';
import { stepValue } from './constant-step.js';
import {
  allocateCoordArray,
  type CoordValues,
  inferScalar,
  joinCoordArrays,
  type ScalarLike,
  sameValues,
  strictlyIncreases,
  toCoordArray,
} from './coord-array.js';
import { AxisCoordinate } from './coordinate.js';
import { absoluteDelta, type DeltaLike, toDelta, toTolerance } from './delta.js';
import { type NumericScalar, subtract } from './exact.js';
import { InterpCoordinate } from './interp-coordinate.js';
import { interpolate, type LookupMethod, lastNotAfter } from './piecewise-linear.js';
import type { ResolvedSlice } from './slice.js';

/** What a {@link DenseCoordinate} is made of. */
export interface DenseInit {
  /** The labels; a typed array is kept, not copied, and must not be changed afterwards. */
  values: CoordValues;
  /** The dimension that they label. */
  dim?: string | null;
  /** Default: of the values (Dates: times, text: string, bigints: int64, numbers: float64). */
  dtype?: CoordDType;
}

/** A coordinate with one stored label per sample. */
export class DenseCoordinate extends AxisCoordinate {
  readonly ctype = 'dense';
  readonly dim: string | null;
  readonly dtype: CoordDType;
  readonly values: CoordArray;
  readonly samplingRatio = null;
  readonly samplingInterval = null;
  readonly tolerance = null;
  #increases: boolean | undefined;
  #positions: Map<Scalar, number> | undefined;

  constructor(init: DenseInit) {
    super();
    const { values, dtype } = toCoordArray(init.values, init.dtype);
    this.values = values;
    this.dtype = dtype;
    this.dim = init.dim ?? null;
  }

  /** `size` labels from `start`, `step` apart (times: bigint ns, seconds, or text). */
  static fromBlock(
    start: ScalarLike,
    size: number,
    step: DeltaLike,
    options: { dim?: string | null; dtype?: CoordDType } = {},
  ): DenseCoordinate {
    const { value, dtype } = inferScalar(start, options.dtype);
    const interval = toDelta(step, dtype);
    const values = allocateCoordArray(dtype, size);
    for (let k = 0; k < size; k++)
      (values as Scalar[])[k] = isFloatDType(dtype)
        ? (value as number) + (interval as number) * k
        : stepValue(value as NumericScalar, k, { numerator: interval, denominator: 1 }, dtype);
    return new DenseCoordinate({ values, dim: options.dim, dtype });
  }

  get size(): number {
    return this.values.length;
  }

  isMonotonicIncreasing(): boolean {
    this.#increases ??= strictlyIncreases(this.values);
    return this.#increases;
  }

  protected valueOf_(index: number): Scalar {
    return this.values[index]!;
  }

  protected find(value: Scalar, method: LookupMethod): number {
    if (method === null) return this.positions().get(value) ?? -1;
    if (!this.isMonotonicIncreasing())
      throw new CoordinateError(
        'OVERLAP',
        `labels of ${this.described()} do not increase: method ${method} has no meaning`,
      );
    const labels = this.values as ArrayLike<NumericScalar>;
    const before = lastNotAfter(labels, value as NumericScalar);
    if (method === 'ffill') return before;
    const found = before >= 0 && labels[before] === value;
    const after = found ? before : before + 1;
    if (method === 'bfill') return after < this.size ? after : -1;
    if (this.dtype === 'string')
      throw new ArgumentError(
        'BAD_ARGUMENT',
        `method nearest has no meaning for the text labels of ${this.described()}`,
      );
    if (found || after === this.size) return before;
    if (before < 0) return after;
    const down = subtract(value, labels[before]!, this.dtype);
    return subtract(labels[after]!, value, this.dtype) <= down ? after : before;
  }

  /** Label -> index, made once. Throws `OVERLAP` where a label occurs twice. */
  private positions(): Map<Scalar, number> {
    if (this.#positions) return this.#positions;
    const map = new Map<Scalar, number>();
    for (let k = 0; k < this.size; k++) map.set(this.values[k]!, k);
    if (map.size !== this.size)
      throw new CoordinateError(
        'OVERLAP',
        `labels of ${this.described()} occur more than once: they name no one sample`,
      );
    this.#positions = map;
    return map;
  }

  protected sliced({ start, stop, step, count }: ResolvedSlice): DenseCoordinate {
    let values: CoordArray;
    if (step === 1)
      values =
        this.dtype === 'string' ? this.values.slice(start, stop) : (this.values as Float64Array).subarray(start, stop);
    else {
      values = allocateCoordArray(this.dtype, count);
      for (let k = 0; k < count; k++) (values as Scalar[])[k] = this.values[start + k * step]!;
    }
    return new DenseCoordinate({ values, dim: this.dim, dtype: this.dtype });
  }

  protected joined(others: readonly this[]): DenseCoordinate {
    const values = joinCoordArrays([this.values, ...others.map((other) => other.values)], this.dtype);
    return new DenseCoordinate({ values, dim: this.dim, dtype: this.dtype });
  }

  /** Every step is compared with the usual one: the median, then the last step that occurred twice in a row. */
  protected splitCandidates(): { positions: number[]; deltas: Delta[] } {
    if (this.dtype === 'string')
      throw new CoordinateError('BAD_COORDINATE', `text labels of ${this.described()} have no gaps or overlaps`);
    const steps: Delta[] = [];
    for (let k = 1; k < this.size; k++) steps.push(subtract(this.values[k]!, this.values[k - 1]!, this.dtype));
    if (steps.length === 0) return { positions: [], deltas: [] };
    let usual: Delta = median(steps);
    const deltas = steps.map((step, k) => {
      const delta = minus(step, usual);
      const next = steps[k + 1];
      if (next !== undefined && absoluteDelta(minus(next, step)) < absoluteDelta(minus(next, usual))) usual = step;
      return delta;
    });
    return { positions: steps.map((_, k) => k + 1), deltas };
  }

  /** Always `null`: that the labels happen to be even is no declaration; see {@link toRegular}. */
  getSamplingInterval(): null {
    return null;
  }

  /**
   * A regular {@link InterpCoordinate} of one segment, if every label lies within `tolerance` of the even grid from the
   * first label at `samplingInterval` (default: the slope from end to end).
   */
  toRegular(options: { samplingInterval?: DeltaLike | null; tolerance?: DeltaLike | null } = {}): InterpCoordinate {
    if (this.size < 2)
      throw new CoordinateError('BAD_COORDINATE', `${this.described()} has fewer than two labels: it has no interval`);
    if (this.dtype === 'string')
      throw new CoordinateError('BAD_COORDINATE', `text labels of ${this.described()} have no interval`);
    const labels = this.values as TypedArray;
    const tolerance = toTolerance(options.tolerance, this.dtype);
    const last = this.size - 1;
    const ends = toCoordArray([labels[0]!, labels[last]!], this.dtype).values as TypedArray;
    const interval =
      options.samplingInterval === null || options.samplingInterval === undefined
        ? null
        : toDelta(options.samplingInterval, this.dtype);
    for (let k = 0; k <= last; k++) {
      const grid =
        interval === null
          ? interpolate(k, last, ends[0]!, ends[1]!, this.dtype)
          : isFloatDType(this.dtype)
            ? (ends[0] as number) + (interval as number) * k
            : stepValue(ends[0]!, k, { numerator: interval, denominator: 1 }, this.dtype);
      if (!(absoluteDelta(subtract(labels[k]!, grid, this.dtype)) <= tolerance))
        throw new CoordinateError(
          'BAD_COORDINATE',
          `labels of ${this.described()} are not even within ${tolerance}: sample ${k} is ${labels[k]}, the grid has ${grid}`,
        );
    }
    const rate =
      interval === null
        ? { samplingNumerator: subtract(ends[1]!, ends[0]!, this.dtype), samplingDenominator: last }
        : { samplingInterval: interval };
    return new InterpCoordinate({
      tieIndices: [0, last],
      tieValues: ends,
      ...rate,
      tolerance,
      dim: this.dim,
      dtype: this.dtype,
    });
  }

  /** This coordinate itself: it has no ties to drop. */
  simplify(): DenseCoordinate {
    return this;
  }

  withDim(dim: string | null): DenseCoordinate {
    return new DenseCoordinate({ values: this.values, dim, dtype: this.dtype });
  }

  equals(other: unknown): boolean {
    return (
      other instanceof DenseCoordinate &&
      other.dim === this.dim &&
      other.dtype === this.dtype &&
      sameValues(this.values, other.values)
    );
  }

  toString(): string {
    return formatArray(this.values, [this.size], this.dtype, { precision: 8, edgeItems: 1 });
  }
}

function minus(a: Delta, b: Delta): Delta {
  return typeof a === 'bigint' ? a - (b as bigint) : a - Number(b);
}

/** The middle one, or the mean of the middle two (of bigints: cut off toward zero, as numpy divides durations). */
function median(steps: readonly Delta[]): Delta {
  const sorted = [...steps].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle]!;
  const [a, b] = [sorted[middle - 1]!, sorted[middle]!];
  return typeof a === 'bigint' ? (a + (b as bigint)) / 2n : (a + (b as number)) / 2;
}
