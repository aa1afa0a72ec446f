/** What every coordinate has, and what every coordinate along an axis can do. */
import { type CoordArray, type CoordDType, type Delta, isTimeDType, type Scalar } from '../dtype.js';
import { ArgumentError, CoordinateError } from '../errors.js';
import type { SamplingRatio } from './constant-step.js';
import { allocateCoordArray, type CoordValues, type ScalarLike, toScalar } from './coord-array.js';
import { absoluteDelta, type DeltaLike, defaultTolerance, toDelta, zeroDelta } from './delta.js';
import { subtract } from './exact.js';
import type { LookupMethod } from './piecewise-linear.js';
import { isSlice, type ResolvedSlice, resolveIndex, resolveSlice, type Slice } from './slice.js';

/** The kinds of coordinates, named as in xdas. */
export type CoordinateType = 'dense' | 'interpolated' | 'sampled' | 'scalar';

/** Which seams of an axis are meant; see {@link AxisCoordinate.getSplitIndices}. */
export type SplitKind = 'discontinuities' | 'gaps' | 'overlaps' | 'reversals';

const splitKinds: readonly SplitKind[] = ['discontinuities', 'gaps', 'overlaps', 'reversals'];

/** One seam of an axis, as {@link AxisCoordinate.getDiscontinuities} reports it. */
export interface Discontinuity {
  /** The last sample before the seam. */
  startIndex: number;
  /** The first sample after it. */
  endIndex: number;
  startValue: Scalar;
  endValue: Scalar;
  /** The step across the seam minus one sampling interval. */
  delta: Delta;
  /** `gap` where `delta` is positive, `overlap` where it is negative. */
  type: 'gap' | 'overlap';
}

/** One stretch of an axis without a seam, as {@link AxisCoordinate.getAvailabilities} reports it. */
export interface Availability {
  startIndex: number;
  /** The last sample of the stretch (not the one after it). */
  endIndex: number;
  startValue: Scalar;
  endValue: Scalar;
  /** `endValue - startValue`. */
  delta: Delta;
  type: 'data';
}

/** A coordinate: labels of one axis, or one value without an axis. Never changed in place. */
export abstract class Coordinate {
  abstract readonly ctype: CoordinateType;
  /** The dimension whose samples it labels, or `null`. */
  abstract readonly dim: string | null;
  abstract readonly dtype: CoordDType;
  /** All values as one array; not to be written to. */
  abstract readonly values: CoordArray;
  /** `[]` for a scalar, `[size]` along an axis. */
  abstract readonly shape: readonly number[];

  /** True if the coordinate declares a nominal sampling interval. */
  isRegular(): boolean {
    return false;
  }

  /** True if `other` has the same type, dim, dtype, values and regularity (interval and tolerance). */
  abstract equals(other: unknown): boolean;

  /** The same coordinate for another dimension. */
  abstract withDim(dim: string | null): Coordinate;

  /** The text that xdas prints for it. */
  abstract toString(): string;
}

/** A coordinate along an axis: index -> label and label -> index. */
export abstract class AxisCoordinate extends Coordinate {
  abstract override readonly ctype: 'dense' | 'interpolated' | 'sampled';
  abstract readonly size: number;

  /** Whether labels increase strictly from sample to sample. */
  abstract isMonotonicIncreasing(): boolean;
  /** The label of a sample that exists (`index` is not checked). */
  protected abstract valueOf_(index: number): Scalar;
  /** The index of `value` (already a scalar of the dtype), or -1. */
  protected abstract find(value: Scalar, method: LookupMethod): number;
  protected abstract sliced(range: ResolvedSlice): AxisCoordinate;
  /** Boundaries of segments and the jump at each: the step across it minus one sampling interval. */
  protected abstract splitCandidates(): { positions: number[]; deltas: Delta[] };
  /** The same labels with `others` after them, which are of the same class, dim and dtype, and none is empty. */
  protected abstract joined(others: readonly this[]): AxisCoordinate;
  /** The nominal rate as an exact ratio, or `null`. */
  abstract readonly samplingRatio: SamplingRatio | null;
  /** The nominal sample spacing in units of the axis (ns for times), or `null`. */
  abstract readonly samplingInterval: Delta | null;
  /** Jitter allowed around the nominal spacing, or `null` where none is declared. */
  abstract readonly tolerance: Delta | null;

  /**
   * The nominal sample spacing, or `null` where none is declared. Times: seconds as float64, or with `cast: false` bigint
   * ns rounded down.
   */
  abstract getSamplingInterval(options?: { cast?: boolean }): Delta | null;

  /**
   * The coordinate with a declared interval: the given one, its own, or the one that fits best. Throws `BAD_COORDINATE`
   * where the values do not keep to it within `tolerance` (default: its own, else the default of the dtype).
   */
  abstract toRegular(options?: { samplingInterval?: DeltaLike | null; tolerance?: DeltaLike | null }): AxisCoordinate;

  /**
   * The simplest coordinate that is nowhere farther than `tolerance` from this one (default: its own tolerance, else the
   * default of the dtype; `false`: leave as it is). `reduce` (default true) drops redundant ties and fuses segments;
   * `regularize` (default false) declares an interval if one fits.
   */
  abstract simplify(
    tolerance?: DeltaLike | null | false,
    options?: { reduce?: boolean; regularize?: boolean },
  ): AxisCoordinate;

  abstract override withDim(dim: string | null): AxisCoordinate;

  get shape(): readonly number[] {
    return [this.size];
  }

  /** True if there is no sample. */
  get empty(): boolean {
    return this.size === 0;
  }

  /** Label of the first sample. Throws `BAD_INDEX` if empty. */
  get start(): Scalar {
    return this.getValue(0);
  }

  /** Label of the last sample. Throws `BAD_INDEX` if empty. */
  get end(): Scalar {
    return this.getValue(-1);
  }

  override isRegular(): boolean {
    return this.getSamplingInterval() !== null;
  }

  /** The label of sample `index` (negative: from the end). Throws `BAD_INDEX`. */
  getValue(index: number): Scalar {
    return this.valueOf_(resolveIndex(index, this.size));
  }

  /** The labels of several samples (negative: from the end), as an array of the dtype. Throws `BAD_INDEX`. */
  getValues(indices: ArrayLike<number>): CoordArray {
    const out = allocateCoordArray(this.dtype, indices.length);
    for (let k = 0; k < indices.length; k++) (out as Scalar[])[k] = this.getValue(indices[k]!);
    return out;
  }

  /** Samples `start` up to but without `stop`, every `step`, as Python slices (`step` positive). Regularity is kept. */
  slice(start?: number | null, stop?: number | null, step?: number | null): AxisCoordinate {
    return this.sliced(resolveSlice({ start, stop, step }, this.size));
  }

  /**
   * The index of the sample labelled `value`; several values give several. Times may be bigint ns, `Date` or ISO text.
   * Without `method` only an exact label is found; `nearest` takes the closest (halves to the even index), `ffill` the
   * last not after, `bfill` the first not before. Throws `BAD_INDEX` where there is none, `OVERLAP` where labels do not
   * increase and so are ambiguous.
   */
  getIndexer(value: ScalarLike, method?: LookupMethod): number;
  getIndexer(values: CoordValues, method?: LookupMethod): number[];
  getIndexer(value: ScalarLike | CoordValues, method: LookupMethod = null): number | number[] {
    checkMethod(method);
    if (Array.isArray(value) || ArrayBuffer.isView(value))
      return Array.from(value as ArrayLike<ScalarLike>, (one) => this.indexOf(one, method));
    return this.indexOf(value as ScalarLike, method);
  }

  private indexOf(value: ScalarLike, method: LookupMethod): number {
    const scalar = toScalar(value, this.dtype);
    const index = this.find(scalar, method);
    if (index < 0)
      throw new ArgumentError(
        'BAD_INDEX',
        `${this.described()} has no label ${String(value)}${method ? ` with method ${method}` : ''}; it is ${this}`,
      );
    return index;
  }

  /**
   * Labels to indices: one label to one index, several to several, a slice of labels to a slice of indices. A slice
   * includes its stop unless `endpoint` is false. `method` is for labels, not for slices.
   */
  toIndex(item: ScalarLike, options?: { method?: LookupMethod; endpoint?: boolean }): number;
  toIndex(item: Slice<ScalarLike>, options?: { method?: LookupMethod; endpoint?: boolean }): Slice<number>;
  toIndex(item: CoordValues, options?: { method?: LookupMethod; endpoint?: boolean }): number[];
  toIndex(
    item: ScalarLike | CoordValues | Slice<ScalarLike>,
    options?: { method?: LookupMethod; endpoint?: boolean },
  ): number | number[] | Slice<number>;
  toIndex(
    item: ScalarLike | CoordValues | Slice<ScalarLike>,
    { method = null, endpoint = true }: { method?: LookupMethod; endpoint?: boolean } = {},
  ): number | number[] | Slice<number> {
    if (!isSlice(item)) return this.getIndexer(item as ScalarLike, method);
    const { start = null, stop = null, step = null } = item as Slice<ScalarLike>;
    if (step !== null && step !== 1)
      throw new ArgumentError('BAD_INDEX', 'a slice of labels has no step: select first, then isel with a step');
    let first: number | null = null;
    let end: number | null = null;
    if (start !== null) {
      const index = this.find(toScalar(start, this.dtype), 'bfill');
      first = index < 0 ? this.size : index;
    }
    if (stop !== null) {
      const label = toScalar(stop, this.dtype);
      end = this.find(label, 'ffill') + 1;
      if (!endpoint && end > 0 && this.valueOf_(end - 1) === label) end -= 1;
    }
    return { start: first, stop: end, step: null };
  }

  /**
   * Where the axis is cut: the first sample of each new segment, 0 never among them. Kinds: `gaps` advance by more than
   * one interval, `overlaps` by less, `discontinuities` are both, `reversals` do not advance at all. `tolerance`: seams
   * whose jump is not larger are left out (`null`: only jumps of zero; `false`, the default: none is left out).
   */
  getSplitIndices(kind: SplitKind = 'discontinuities', tolerance: DeltaLike | null | false = false): number[] {
    if (!splitKinds.includes(kind))
      throw new ArgumentError('BAD_ARGUMENT', `${String(kind)} is no kind of seam; allowed: ${splitKinds.join(', ')}`);
    const { positions, deltas } = this.splitCandidates();
    if (kind === 'discontinuities' && tolerance === false) return positions;
    if (kind === 'reversals') {
      const limit = tolerance === false ? zeroDelta(this.dtype) : negative(this.toleranceOr(tolerance));
      return positions.filter(
        (position) => subtract(this.valueOf_(position), this.valueOf_(position - 1), this.dtype) <= limit,
      );
    }
    if (tolerance === false) return positions.filter((_, k) => (kind === 'gaps' ? deltas[k]! >= 0 : deltas[k]! < 0));
    const limit = this.toleranceOr(tolerance);
    return positions.filter((_, k) => {
      const delta = deltas[k]!;
      if (kind === 'gaps') return delta > limit;
      if (kind === 'overlaps') return delta < negative(limit);
      return absoluteDelta(delta) > limit;
    });
  }

  private toleranceOr(tolerance: DeltaLike | null): Delta {
    return tolerance === null ? defaultTolerance(this.dtype) : toDelta(tolerance, this.dtype);
  }

  /** The seams with a jump larger than `tolerance` (default: the default of the dtype, zero for times), in order. */
  getDiscontinuities(tolerance: DeltaLike | null = null): Discontinuity[] {
    if (this.empty) return [];
    const limit = this.toleranceOr(tolerance);
    const { positions, deltas } = this.splitCandidates();
    return positions.flatMap((position, k) => {
      const delta = deltas[k]!;
      if (!(absoluteDelta(delta) > limit)) return [];
      return {
        startIndex: position - 1,
        endIndex: position,
        startValue: this.valueOf_(position - 1),
        endValue: this.valueOf_(position),
        delta,
        type: delta > 0 ? ('gap' as const) : ('overlap' as const),
      };
    });
  }

  /** The stretches between the seams, in order. */
  getAvailabilities(): Availability[] {
    if (this.empty) return [];
    const bounds = [0, ...this.getSplitIndices(), this.size];
    return bounds.slice(1).map((stop, k) => {
      const startValue = this.valueOf_(bounds[k]!);
      const endValue = this.valueOf_(stop - 1);
      return {
        startIndex: bounds[k]!,
        endIndex: stop - 1,
        startValue,
        endValue,
        delta: subtract(endValue, startValue, this.dtype),
        type: 'data' as const,
      };
    });
  }

  /**
   * This coordinate with others of the same type, dim and dtype after it; empty ones change nothing. Gaps stay in the
   * result. An interval is kept only if all declare exactly the same. Throws `BAD_COORDINATE`.
   */
  append(...others: AxisCoordinate[]): AxisCoordinate {
    return this.appendAll(others);
  }

  /** As {@link append}, of a list: one too long to be arguments, too. */
  appendAll(others: readonly AxisCoordinate[]): AxisCoordinate {
    const all = [this as AxisCoordinate, ...others];
    for (const other of others) {
      if (other.ctype !== this.ctype)
        throw new CoordinateError(
          'BAD_COORDINATE',
          `cannot put a coordinate of type ${other.ctype} after ${this.described()} of type ${this.ctype}`,
        );
      if (other.dim !== this.dim)
        throw new CoordinateError('BAD_COORDINATE', `cannot put ${other.described()} after ${this.described()}`);
    }
    const filled = all.filter((one) => !one.empty);
    if (filled.length === 0) return all.at(-1)!;
    const [first, ...rest] = filled as [AxisCoordinate, ...AxisCoordinate[]];
    if (rest.length === 0) return first;
    for (const other of rest)
      if (other.dtype !== first.dtype)
        throw new CoordinateError(
          'BAD_COORDINATE',
          `cannot put ${other.described()} of dtype ${other.dtype} after one of dtype ${first.dtype}`,
        );
    return first.joined(rest as never);
  }

  protected described(): string {
    return this.dim === null ? 'the coordinate' : `coordinate ${JSON.stringify(this.dim)}`;
  }

  /** True where a delta of this axis is a duration. */
  protected get isTime(): boolean {
    return isTimeDType(this.dtype);
  }
}

function negative(delta: Delta): Delta {
  return -delta;
}

function checkMethod(method: unknown): asserts method is LookupMethod {
  if (method !== null && method !== 'nearest' && method !== 'ffill' && method !== 'bfill')
    throw new ArgumentError('BAD_ARGUMENT', `method ${String(method)} is not one of null, nearest, ffill, bfill`);
}
