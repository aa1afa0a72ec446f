/** A coordinate of even segments: where each begins, how many samples it has, one step for all. */
import { allocate, type CoordDType, type Delta, isFloatDType, type Scalar, type TypedArray } from '../dtype.js';
import { CoordinateError } from '../errors.js';
import { formatSpan } from './array-text.js';
import { type SamplingRatio, stepIndexOf, stepValue } from './constant-step.js';
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
import { absoluteDelta, type DeltaLike, toDelta, toTolerance } from './delta.js';
import { type NumericScalar, subtract, toInteger } from './exact.js';
import type { BlockStep } from './interp-coordinate.js';
import { type LookupMethod, lastNotAfter } from './piecewise-linear.js';
import {
  intervalInSeconds,
  intervalOf,
  parseSamplingRatio,
  ratioEquals,
  type SamplingInit,
  sameRatio,
} from './sampling-ratio.js';
import { fuseSegments } from './segment-fusion.js';
import type { ResolvedSlice } from './slice.js';

/** What a {@link SampledCoordinate} is made of. */
export interface SampledInit extends SamplingInit {
  /** First label of each segment. Text and Dates are times. */
  tieValues: CoordValues;
  /** Samples of each segment: positive integers. */
  tieLengths: ArrayLike<number | bigint>;
  dim?: string | null;
  /** Default: of the tie values (text and Dates: times, bigints: int64, numbers: float64). */
  dtype?: CoordDType;
}

/** Even segments that share one exact step, with gaps or overlaps between them. Regular by construction. */
export class SampledCoordinate extends AxisCoordinate {
  readonly ctype = 'sampled';
  readonly dim: string | null;
  readonly dtype: CoordDType;
  /** First label of each segment; not to be written to. */
  readonly tieValues: TypedArray;
  readonly tieLengths: readonly number[];
  /** First index of each segment. */
  readonly tieIndices: readonly number[];
  readonly size: number;
  readonly samplingRatio: SamplingRatio | null;
  /** Always `null`: the segments have no jitter. */
  readonly tolerance = null;
  #values: TypedArray | undefined;
  #increases: boolean | undefined;
  #segmentsIncrease: boolean | undefined;

  constructor(init: SampledInit = { tieValues: [], tieLengths: [] }) {
    super();
    this.dim = init.dim ?? null;
    const { values, dtype } = toCoordArray(init.tieValues, init.dtype, true);
    if (dtype === 'string') throw new CoordinateError('BAD_COORDINATE', 'tieValues must be numbers or times, not text');
    this.dtype = dtype;
    this.tieValues = (values as Float64Array).slice();
    this.tieLengths = Object.freeze(Array.from(init.tieLengths, Number));
    const name = this.described();
    if (this.tieLengths.length !== this.tieValues.length)
      throw new CoordinateError(
        'BAD_COORDINATE',
        `${name} has ${this.tieLengths.length} tieLengths and ${this.tieValues.length} tieValues: there must be as many`,
      );
    const odd = this.tieLengths.find((length) => !(Number.isSafeInteger(length) && length > 0));
    if (odd !== undefined)
      throw new CoordinateError('BAD_COORDINATE', `tieLengths of ${name} must be positive integers, not ${odd}`);
    this.samplingRatio = parseSamplingRatio(init, dtype);
    if (this.samplingRatio === null && this.tieLengths.length > 0)
      throw new CoordinateError('BAD_COORDINATE', `${name} needs a samplingInterval, or numerator and denominator`);
    let size = 0;
    this.tieIndices = Object.freeze(
      this.tieLengths.map((length) => {
        size += length;
        return size - length;
      }),
    );
    this.size = size;
  }

  /** One segment of `size` labels from `start`, `step` apart (times: bigint ns, seconds, or text; or a ratio). */
  static fromBlock(
    start: ScalarLike,
    size: number,
    step: BlockStep,
    options: { dim?: string | null; dtype?: CoordDType } = {},
  ): SampledCoordinate {
    const textIsTime = typeof start === 'string' && options.dtype === undefined;
    const { value, dtype } = inferScalar(start, textIsTime ? 'datetime64[ns]' : options.dtype);
    const sampling = Array.isArray(step)
      ? { samplingNumerator: step[0] as DeltaLike, samplingDenominator: step[1] as number | bigint }
      : { samplingInterval: step as DeltaLike };
    return new SampledCoordinate({
      tieValues: size > 0 ? [value] : [],
      tieLengths: size > 0 ? [size] : [],
      ...sampling,
      dim: options.dim,
      dtype,
    });
  }

  get values(): TypedArray {
    if (this.#values === undefined) {
      this.#values = allocate(this.dtype as 'float64', this.size) as TypedArray;
      const out = this.#values as unknown as NumericScalar[];
      for (const [segment, start] of this.tieIndices.entries())
        for (let k = 0; k < this.tieLengths[segment]!; k++)
          out[start + k] = stepValue(this.tieValues[segment]!, k, this.samplingRatio!, this.dtype);
    }
    return this.#values;
  }

  get samplingInterval(): Delta | null {
    return intervalOf(this.samplingRatio, this.dtype);
  }

  /** As {@link AxisCoordinate.getSamplingInterval}; `null` with fewer than two samples. */
  getSamplingInterval({ cast = true }: { cast?: boolean } = {}): Delta | null {
    if (this.size < 2) return null;
    return cast ? intervalInSeconds(this.samplingRatio, this.dtype) : this.samplingInterval;
  }

  isMonotonicIncreasing(): boolean {
    this.#increases ??= this.increases();
    return this.#increases;
  }

  private increases(): boolean {
    if (this.empty) return true;
    if (this.samplingRatio!.numerator <= 0 && this.tieLengths.some((length) => length > 1)) return false;
    for (let segment = 1; segment < this.tieValues.length; segment++) if (!(this.seamStep(segment) > 0)) return false;
    return true;
  }

  /** A number with the sign of the exact step from the last sample of the segment before to the first of `segment`. */
  private seamStep(segment: number): NumericScalar {
    const ratio = this.samplingRatio!;
    const jump = this.jump(segment);
    if (isFloatDType(this.dtype)) return (jump as number) + (ratio.numerator as number);
    return toInteger(jump) * BigInt(ratio.denominator) + toInteger(ratio.numerator);
  }

  /** How far the first label of `segment` is from where the segment before would have gone on. */
  private jump(segment: number): Delta {
    const next = stepValue(
      this.tieValues[segment - 1]!,
      this.tieLengths[segment - 1]!,
      this.samplingRatio!,
      this.dtype,
    );
    if (isFloatDType(this.dtype)) {
      const plain =
        (this.tieValues[segment - 1] as number) +
        (this.samplingRatio!.numerator as number) * this.tieLengths[segment - 1]!;
      return (this.tieValues[segment] as number) - plain;
    }
    return subtract(this.tieValues[segment]!, next, this.dtype);
  }

  protected valueOf_(index: number): Scalar {
    const segment = lastNotAfter(this.tieIndices, index);
    return stepValue(this.tieValues[segment]!, index - this.tieIndices[segment]!, this.samplingRatio!, this.dtype);
  }

  private endOf(segment: number): NumericScalar {
    return stepValue(this.tieValues[segment]!, this.tieLengths[segment]! - 1, this.samplingRatio!, this.dtype);
  }

  protected find(value: Scalar, method: LookupMethod): number {
    if (this.empty) return -1;
    if (typeof value === 'number' && !Number.isFinite(value))
      throw new CoordinateError('BAD_INDEX', `${value} is no label of ${this.described()}`);
    this.#segmentsIncrease ??= strictlyIncreases(this.tieValues as ArrayLike<Scalar>);
    if (!this.#segmentsIncrease)
      throw new CoordinateError(
        'OVERLAP',
        `segments of ${this.described()} do not follow each other: labels are ambiguous`,
      );
    const label = value as NumericScalar;
    let segment = Math.max(0, lastNotAfter(this.tieValues as ArrayLike<NumericScalar>, label));
    // in the samples of two segments at once: no single sample is meant
    if (segment > 0 && label <= this.endOf(segment - 1)) return -1;
    if (segment + 1 < this.tieValues.length) {
      const end = this.endOf(segment);
      const next = this.tieValues[segment + 1]!;
      if (method === 'nearest' && subtract(label, end, this.dtype) >= subtract(next, label, this.dtype)) segment += 1;
      if (method === 'bfill' && label > end) segment += 1;
    }
    const offset = stepIndexOf(
      label,
      this.tieValues[segment]!,
      this.endOf(segment),
      this.tieLengths[segment]!,
      this.samplingRatio!,
      this.dtype,
      method,
    );
    return offset < 0 ? -1 : this.tieIndices[segment]! + offset;
  }

  protected sliced({ start, stop, step }: ResolvedSlice): SampledCoordinate {
    const tieValues: NumericScalar[] = [];
    const tieLengths: number[] = [];
    for (
      let segment = Math.max(0, lastNotAfter(this.tieIndices, start));
      segment < this.tieIndices.length && this.tieIndices[segment]! < stop;
      segment++
    ) {
      const begin = this.tieIndices[segment]!;
      const end = Math.min(begin + this.tieLengths[segment]!, stop);
      // the first sample of the slice that lies in this segment
      const first = start + Math.max(0, Math.ceil((begin - start) / step)) * step;
      if (first >= end) continue;
      tieValues.push(this.valueOf_(first) as NumericScalar);
      tieLengths.push(Math.ceil((end - first) / step));
    }
    const numerator = this.samplingRatio?.numerator ?? null;
    return this.with(
      tieValues,
      tieLengths,
      numerator === null
        ? null
        : {
            numerator: typeof numerator === 'bigint' ? numerator * BigInt(step) : numerator * step,
            denominator: this.samplingRatio!.denominator,
          },
    );
  }

  protected joined(others: readonly this[]): SampledCoordinate {
    const all = [this, ...others];
    for (const one of others)
      if (!sameRatio(this.samplingRatio, one.samplingRatio))
        throw new CoordinateError(
          'BAD_COORDINATE',
          `cannot put a sampled coordinate with interval ${one.samplingInterval} after ${this.described()} with ${this.samplingInterval}`,
        );
    return this.with(
      joinCoordArrays(
        all.map((one) => one.tieValues),
        this.dtype,
      ),
      all.flatMap((one) => one.tieLengths),
      this.samplingRatio,
    );
  }

  protected splitCandidates(): { positions: number[]; deltas: Delta[] } {
    return {
      positions: this.tieIndices.slice(1),
      deltas: this.tieIndices.slice(1).map((_, k) => this.jump(k + 1)),
    };
  }

  /** This coordinate itself; throws `BAD_COORDINATE` where another interval (beyond `tolerance`) is asked for. */
  toRegular(options: { samplingInterval?: DeltaLike | null; tolerance?: DeltaLike | null } = {}): SampledCoordinate {
    if (options.samplingInterval !== undefined && options.samplingInterval !== null && this.samplingRatio !== null) {
      const wanted = toDelta(options.samplingInterval, this.dtype);
      const tolerance = toTolerance(options.tolerance, this.dtype);
      if (absoluteDelta(subtract(wanted, this.samplingInterval!, this.dtype)) > tolerance)
        throw new CoordinateError(
          'BAD_COORDINATE',
          `${this.described()} is sampled every ${this.samplingInterval}, not every ${wanted}`,
        );
    }
    return this;
  }

  /**
   * Neighbouring segments fused where every sample stays within `tolerance` of what it was (labels of integer and time
   * axes may move by up to that; those of float axes never move). `regularize` has nothing to add.
   */
  simplify(
    tolerance: DeltaLike | null | false = null,
    { reduce = true }: { reduce?: boolean; regularize?: boolean } = {},
  ): SampledCoordinate {
    if (tolerance === false || !reduce || this.tieValues.length < 2) return this;
    const { tieValues, tieLengths } = fuseSegments(
      this.tieValues,
      this.tieLengths,
      this.samplingRatio!,
      toTolerance(tolerance, this.dtype),
      this.dtype,
    );
    return this.with(tieValues, tieLengths, this.samplingRatio);
  }

  /** All labels moved by `offset` (times: ns, seconds or text); the rate stays. */
  shift(offset: DeltaLike): SampledCoordinate {
    const delta = toDelta(offset, this.dtype);
    const moved = Array.from(this.tieValues as ArrayLike<NumericScalar>, (value) =>
      typeof value === 'bigint' ? value + BigInt(delta) : value + Number(delta),
    );
    return this.with(moved, this.tieLengths, this.samplingRatio);
  }

  private with(tieValues: CoordValues, tieLengths: readonly number[], ratio: SamplingRatio | null): SampledCoordinate {
    return new SampledCoordinate({
      tieValues,
      tieLengths,
      ...(ratio && { samplingNumerator: ratio.numerator, samplingDenominator: ratio.denominator }),
      dim: this.dim,
      dtype: this.dtype,
    });
  }

  withDim(dim: string | null): SampledCoordinate {
    return new SampledCoordinate({
      tieValues: this.tieValues,
      tieLengths: this.tieLengths,
      ...(this.samplingRatio && {
        samplingNumerator: this.samplingRatio.numerator,
        samplingDenominator: this.samplingRatio.denominator,
      }),
      dim,
      dtype: this.dtype,
    });
  }

  equals(other: unknown): boolean {
    return (
      other instanceof SampledCoordinate &&
      other.dim === this.dim &&
      other.dtype === this.dtype &&
      sameValues(this.tieLengths, other.tieLengths) &&
      sameValues(this.tieValues as ArrayLike<Scalar>, other.tieValues as ArrayLike<Scalar>) &&
      ratioEquals(this.samplingRatio, other.samplingRatio)
    );
  }

  toString(): string {
    return formatSpan(this);
  }
}
