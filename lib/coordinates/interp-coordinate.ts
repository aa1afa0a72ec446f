/** A coordinate described by tie points with straight lines between them (CF section 8.3): xdas's default. */
import {
  allocate,
  type CoordDType,
  type Delta,
  isFloatDType,
  isTimeDType,
  type Scalar,
  type TypedArray,
} from '../dtype.js';
import { CoordinateError } from '../errors.js';
import { formatSpan } from './array-text.js';
import { type SamplingRatio, stepValue } from './constant-step.js';
import {
  type CoordValues,
  inferScalar,
  joinCoordArrays,
  type ScalarLike,
  sameValues,
  strictlyIncreases,
  toCoordArray,
} from './coord-array.js';
import { AxisCoordinate } from './coordinate.js';
import { addDeltas, type DeltaLike, largerDelta, toDelta, toTolerance } from './delta.js';
import { type NumericScalar, subtract } from './exact.js';
import { fillValues, indexOf, type LookupMethod, lastNotAfter, valueAt } from './piecewise-linear.js';
import {
  intervalInSeconds,
  intervalOf,
  parseSamplingRatio,
  ratioEquals,
  ratioFits,
  type SamplingInit,
  sameRatio,
  smallestTolerance,
} from './sampling-ratio.js';
import type { ResolvedSlice } from './slice.js';
import { inferRatio, survivingTies } from './tie-reduction.js';

/** What an {@link InterpCoordinate} is made of. */
export interface InterpInit extends SamplingInit {
  /** Positions of the ties: integers from 0, strictly increasing. Two adjacent ones are a seam (gap or overlap). */
  tieIndices: ArrayLike<number | bigint>;
  /** Labels of the ties. Text and Dates are times. */
  tieValues: CoordValues;
  /** Jitter allowed around the declared interval; only together with one. Default: that of the dtype. */
  tolerance?: DeltaLike | null;
  dim?: string | null;
  /** Default: of the tie values (text and Dates: times, bigints: int64, numbers: float64). */
  dtype?: CoordDType;
}

/** A step of {@link InterpCoordinate.fromBlock}: the interval, or `[numerator, denominator]`. */
export type BlockStep = DeltaLike | readonly [numerator: DeltaLike, denominator: number | bigint];

/**
 * Labels on straight lines between ties, exactly rounded. With a declared interval it is regular, which is validated:
 * `BAD_COORDINATE` where a continuous area does not keep to the rate within the tolerance.
 */
export class InterpCoordinate extends AxisCoordinate {
  readonly ctype = 'interpolated';
  readonly dim: string | null;
  readonly dtype: CoordDType;
  readonly tieIndices: readonly number[];
  /** One label per tie; not to be written to. */
  readonly tieValues: TypedArray;
  readonly samplingRatio: SamplingRatio | null;
  readonly tolerance: Delta | null;
  #values: TypedArray | undefined;
  #increases: boolean | undefined;

  constructor(init: InterpInit = { tieIndices: [], tieValues: [] }) {
    super();
    this.dim = init.dim ?? null;
    const { values, dtype } = toCoordArray(init.tieValues, init.dtype, true);
    if (dtype === 'string') throw new CoordinateError('BAD_COORDINATE', 'tieValues must be numbers or times, not text');
    this.dtype = dtype;
    this.tieValues = (values as Float64Array).slice();
    this.tieIndices = Object.freeze(Array.from(init.tieIndices, Number));
    const name = this.described();
    if (this.tieIndices.length !== this.tieValues.length)
      throw new CoordinateError(
        'BAD_COORDINATE',
        `${name} has ${this.tieIndices.length} tieIndices and ${this.tieValues.length} tieValues: there must be as many`,
      );
    if (!this.tieIndices.every(Number.isSafeInteger))
      throw new CoordinateError('BAD_COORDINATE', `tieIndices of ${name} must be integers`);
    if (this.tieIndices.length > 0 && this.tieIndices[0] !== 0)
      throw new CoordinateError('BAD_COORDINATE', `tieIndices of ${name} must begin with 0, not ${this.tieIndices[0]}`);
    if (!strictlyIncreases(this.tieIndices))
      throw new CoordinateError('BAD_COORDINATE', `tieIndices of ${name} must increase strictly`);

    this.samplingRatio = parseSamplingRatio(init, dtype);
    const tolerance = init.tolerance ?? null;
    if (this.samplingRatio === null) {
      if (tolerance !== null)
        throw new CoordinateError('BAD_COORDINATE', `tolerance of ${name} needs a samplingInterval to belong to`);
      this.tolerance = null;
      return;
    }
    this.tolerance = toTolerance(tolerance, dtype);
    if (!ratioFits(this.tieIndices, this.tieValues, this.samplingRatio, this.tolerance, dtype))
      throw new CoordinateError(
        'BAD_COORDINATE',
        `samplingInterval ${this.samplingInterval} does not fit the ties of ${name} within the tolerance ${this.tolerance}; ` +
          `the smallest that would do is ${smallestTolerance(this.tieIndices, this.tieValues, this.samplingRatio, dtype)}`,
      );
  }

  /**
   * `size` labels from `start`, `step` apart (times: bigint ns, seconds, or text; or a ratio), declared regular. The
   * tolerance holds what rounding the last label to a tick costs, and `tolerance` on top.
   */
  static fromBlock(
    start: ScalarLike,
    size: number,
    step: BlockStep,
    options: { dim?: string | null; dtype?: CoordDType; tolerance?: DeltaLike | null } = {},
  ): InterpCoordinate {
    const textIsTime = typeof start === 'string' && options.dtype === undefined;
    const { value, dtype } = inferScalar(start, textIsTime ? 'datetime64[ns]' : options.dtype);
    const ratio = (
      Array.isArray(step)
        ? parseSamplingRatio({ samplingNumerator: step[0], samplingDenominator: step[1] }, dtype)
        : parseSamplingRatio({ samplingInterval: step as DeltaLike }, dtype)
    )!;
    const tieIndices = size < 2 ? [0].slice(0, size) : [0, size - 1];
    const tieValues = toCoordArray(
      // of floats product and sum are rounded one after the other: the last label to the bit as xdas has it
      tieIndices.map((index) =>
        isFloatDType(dtype)
          ? (value as number) + index * (ratio.numerator as number)
          : stepValue(value as NumericScalar, index, ratio, dtype),
      ),
      dtype,
    ).values as TypedArray;
    const rounding = smallestTolerance(tieIndices, tieValues, ratio, dtype);
    const declared = options.tolerance !== undefined && options.tolerance !== null;
    return new InterpCoordinate({
      tieIndices,
      tieValues,
      ...ratioInit(ratio),
      tolerance: declared || rounding > 0 ? addDeltas(toTolerance(options.tolerance, dtype), rounding, dtype) : null,
      dim: options.dim,
      dtype,
    });
  }

  get size(): number {
    return this.tieIndices.length === 0 ? 0 : this.tieIndices.at(-1)! + 1;
  }

  get values(): TypedArray {
    if (this.#values === undefined) {
      this.#values = allocate(this.dtype as 'float64', this.size) as TypedArray;
      fillValues(this.#values, this.tieIndices, this.tieValues, this.dtype);
    }
    return this.#values;
  }

  get samplingInterval(): Delta | null {
    return intervalOf(this.samplingRatio, this.dtype);
  }

  getSamplingInterval({ cast = true }: { cast?: boolean } = {}): Delta | null {
    return cast ? intervalInSeconds(this.samplingRatio, this.dtype) : this.samplingInterval;
  }

  isMonotonicIncreasing(): boolean {
    this.#increases ??= strictlyIncreases(this.tieValues);
    return this.#increases;
  }

  protected valueOf_(index: number): Scalar {
    return valueAt(index, this.tieIndices, this.tieValues, this.dtype);
  }

  protected find(value: Scalar, method: LookupMethod): number {
    if (typeof value === 'number' && !Number.isFinite(value))
      throw new CoordinateError('BAD_INDEX', `${value} is no label of ${this.described()}`);
    if (!this.isMonotonicIncreasing())
      throw new CoordinateError(
        'OVERLAP',
        `${this.described()} goes backward somewhere, so a label may name several samples: simplify it with a tolerance, or split it at 'overlaps' first`,
      );
    return indexOf(value as NumericScalar, this.tieIndices, this.tieValues, this.dtype, method);
  }

  protected sliced({ start, stop, step }: ResolvedSlice): InterpCoordinate {
    const ties = this.slicedTies(start, stop, step);
    const tieValues = this.getValues(ties.map((index) => start + index)) as TypedArray;
    const tieIndices = ties.map((index) => index / step);
    const ratio = this.samplingRatio && {
      numerator: times(this.samplingRatio.numerator, step),
      denominator: this.samplingRatio.denominator,
    };
    let tolerance = this.tolerance;
    // new end ties are rounded to a tick: what that costs belongs to the tolerance, or a slice could not be regular
    if (ratio && !ratioFits(tieIndices, tieValues, ratio, tolerance!, this.dtype))
      tolerance = smallestTolerance(tieIndices, tieValues, ratio, this.dtype);
    return new InterpCoordinate({
      tieIndices,
      tieValues,
      ...(ratio && ratioInit(ratio)),
      tolerance,
      dim: this.dim,
      dtype: this.dtype,
    });
  }

  /** Where the ties of a slice lie, counted from `start`, all of them multiples of `step`. */
  private slicedTies(start: number, stop: number, step: number): number[] {
    if (stop <= start) return [];
    if (stop - start <= step) return [0];
    const floor = (index: number) => Math.floor((index - start) / step) * step;
    const last = floor(stop - 1);
    const ties = [0];
    let moved = false;
    for (let k = lastNotAfter(this.tieIndices, start) + 1; k < this.tieIndices.length; k++) {
      const tie = this.tieIndices[k]!;
      if (tie >= stop - 1) break;
      const previous = ties.at(-1)!;
      let index = floor(tie);
      // both ties of a seam fall on one sample: the second begins the next one
      if (index === previous && !moved) {
        index += step;
        moved = true;
      } else moved = false;
      if (index > previous && index < last) ties.push(index);
    }
    ties.push(last);
    return ties;
  }

  protected joined(others: readonly this[]): InterpCoordinate {
    const all = [this, ...others];
    const tieIndices: number[] = [];
    let offset = 0;
    for (const one of all) {
      for (const index of one.tieIndices) tieIndices.push(index + offset);
      offset += one.size;
    }
    const tieValues = joinCoordArrays(
      all.map((one) => one.tieValues),
      this.dtype,
    );
    const regular = all.every((one) => sameRatio(this.samplingRatio, one.samplingRatio));
    return new InterpCoordinate({
      tieIndices,
      tieValues,
      ...(regular && ratioInit(this.samplingRatio!)),
      tolerance: regular ? all.map((one) => one.tolerance!).reduce(largerDelta) : null,
      dim: this.dim,
      dtype: this.dtype,
    });
  }

  /** Two ties at adjacent indices; the step across is compared with that of the segment before (or after, at the start). */
  protected splitCandidates(): { positions: number[]; deltas: Delta[] } {
    const positions: number[] = [];
    const deltas: Delta[] = [];
    const slope = (segment: number): Delta => {
      const span = subtract(this.tieValues[segment + 1]!, this.tieValues[segment]!, this.dtype);
      const length = this.tieIndices[segment + 1]! - this.tieIndices[segment]!;
      // numpy cuts a duration off toward zero
      if (isTimeDType(this.dtype)) return (span as bigint) / BigInt(length);
      return Number(span) / length;
    };
    const lastSegment = this.tieIndices.length - 2;
    for (let segment = 0; segment <= lastSegment; segment++) {
      if (this.tieIndices[segment + 1]! - this.tieIndices[segment]! !== 1) continue;
      const reference = slope(segment > 0 ? segment - 1 : Math.min(segment + 1, lastSegment));
      const step = slope(segment);
      positions.push(this.tieIndices[segment + 1]!);
      deltas.push(typeof step === 'bigint' ? step - (reference as bigint) : step - (reference as number));
    }
    return { positions, deltas };
  }

  /**
   * Regular with the given interval, its own, or the one with the smallest worst drift over the continuous areas. Throws
   * `BAD_COORDINATE` where there is no continuous area, or the ties do not keep to it within `tolerance`.
   */
  toRegular(options: { samplingInterval?: DeltaLike | null; tolerance?: DeltaLike | null } = {}): InterpCoordinate {
    const tolerance = options.tolerance ?? this.tolerance;
    const given = options.samplingInterval ?? null;
    const ratio =
      given === null
        ? (this.samplingRatio ?? inferRatio(this.tieIndices, this.tieValues, this.dtype))
        : { numerator: toDelta(given, this.dtype), denominator: 1 };
    if (ratio === null)
      throw new CoordinateError(
        'BAD_COORDINATE',
        `${this.described()} has no continuous area to take an interval from: give samplingInterval`,
      );
    return this.with(this.tieIndices, this.tieValues, ratio, tolerance);
  }

  simplify(
    tolerance: DeltaLike | null | false = null,
    { reduce = true, regularize = false }: { reduce?: boolean; regularize?: boolean } = {},
  ): InterpCoordinate {
    if (tolerance === false) return this;
    const budget = toTolerance(tolerance ?? this.tolerance, this.dtype);
    let { tieIndices, tieValues } = this;
    if (reduce) {
      const kept = survivingTies(tieIndices, tieValues, budget, this.samplingRatio, this.dtype);
      if (kept.length < tieIndices.length) {
        tieValues = toCoordArray(
          kept.map((k) => tieValues[k]!),
          this.dtype,
        ).values as TypedArray;
        tieIndices = kept.map((k) => this.tieIndices[k]!);
      }
    }
    if (this.samplingRatio !== null)
      return this.with(tieIndices, tieValues, this.samplingRatio, largerDelta(budget, this.tolerance!));
    const ratio = regularize ? inferRatio(tieIndices, tieValues, this.dtype) : null;
    if (ratio !== null && ratioFits(tieIndices, tieValues, ratio, budget, this.dtype))
      return this.with(tieIndices, tieValues, ratio, budget);
    return this.with(tieIndices, tieValues, null, null);
  }

  /** All labels moved by `offset` (times: ns, seconds or text); the rate stays. */
  shift(offset: DeltaLike): InterpCoordinate {
    const delta = toDelta(offset, this.dtype);
    const moved = Array.from(this.tieValues as ArrayLike<NumericScalar>, (value) =>
      typeof value === 'bigint' ? value + BigInt(delta) : value + Number(delta),
    );
    return this.with(this.tieIndices, moved, this.samplingRatio, this.tolerance);
  }

  private with(
    tieIndices: readonly number[],
    tieValues: CoordValues,
    ratio: SamplingRatio | null,
    tolerance: DeltaLike | null,
  ): InterpCoordinate {
    return new InterpCoordinate({
      tieIndices,
      tieValues,
      ...(ratio && ratioInit(ratio)),
      tolerance,
      dim: this.dim,
      dtype: this.dtype,
    });
  }

  withDim(dim: string | null): InterpCoordinate {
    return new InterpCoordinate({
      tieIndices: this.tieIndices,
      tieValues: this.tieValues,
      ...(this.samplingRatio && ratioInit(this.samplingRatio)),
      tolerance: this.tolerance,
      dim,
      dtype: this.dtype,
    });
  }

  equals(other: unknown): boolean {
    return (
      other instanceof InterpCoordinate &&
      other.dim === this.dim &&
      other.dtype === this.dtype &&
      sameValues(this.tieIndices, other.tieIndices) &&
      sameValues(this.tieValues as ArrayLike<Scalar>, other.tieValues as ArrayLike<Scalar>) &&
      ratioEquals(this.samplingRatio, other.samplingRatio) &&
      this.tolerance === other.tolerance
    );
  }

  toString(): string {
    return formatSpan(this);
  }
}

/** A ratio in the spelling of the constructors. */
function ratioInit(ratio: SamplingRatio): SamplingInit {
  return { samplingNumerator: ratio.numerator, samplingDenominator: ratio.denominator };
}

function times(numerator: NumericScalar, step: number): NumericScalar {
  if (typeof numerator === 'bigint') return numerator * BigInt(step);
  return numerator * step;
}
