import { z } from 'zod';
import { AxisCoordinate } from '../coordinates/coordinate.js';
import { DenseCoordinate } from '../coordinates/dense-coordinate.js';
import type { DataArray } from '../dataarray/data-array.js';
import { isFloatDType, type Scalar } from '../dtype.js';
import { lanesOf } from '../signal/lanes.js';
import { type Group, stackLanes } from '../signal/stack-lanes.js';
import { AcrossChannels } from './across-channels.js';
import { blockLike, withAxis } from './axis-labels.js';
import type { Chunk } from './chunk.js';
import { dimSchema, optionsSchema, parseOptions } from './options.js';
import { inferRegular, runStarts } from './seam.js';

/** Options of {@link Stack}. */
export type StackOptions = z.input<typeof Stack.schema>;

/**
 * Neighbouring channels made one: the mean, sum or median of each group of `size` channels. The mean of n channels with
 * independent noise has 1 / sqrt(n) of it; it is also a low-pass along the fibre (a boxcar of n channels), so that waves
 * of a wavelength near or below the length of a group lose amplitude (arrays in Sheriff and Geldart, 1995, Exploration
 * Seismology).
 *
 * - `size`: channels of a group. - `method`: `'mean'` (default), `'sum'`, `'median'`.
 * - `rest`: what becomes of the channels that do not fill a group, at the end and before a gap along `dim` (groups never reach
 *   over one): `'drop'` (default) leaves them out, `'keep'` makes a smaller group of them.
 * - `skipna`: default false: a NaN spoils its group; true: NaN samples (dead channels) are left out, as in numpy.nanmean.
 * - `dim`: default `'distance'`.
 *
 * The label of a group is its centre, the mean of its first and last label: `(size - 1) / 2` intervals after the first.
 * Without a smaller group the coordinate stays regular, its interval being `size` times what it was; labels that are
 * neither floats nor times are rounded down to their dtype. Other labels along `dim` are left out. Units stay; no delay.
 * float32 stays float32 (computed in float64, rounded once), all others are float64. No state.
 *
 * Throws `CHUNKED_WHOLE_RECORD` where chunked along `dim` (for time there are {@link RMS}, {@link Resample} and
 * {@link DownSample}). Fewer channels than a group give nothing.
 */
export class Stack extends AcrossChannels<z.output<typeof Stack.schema>> {
  static readonly schema = optionsSchema({
    size: z.int().positive(),
    method: z.enum(['mean', 'sum', 'median']).default('mean'),
    rest: z.enum(['drop', 'keep']).default('drop'),
    skipna: z.boolean().default(false),
    dim: dimSchema.default('distance'),
  });
  protected readonly why = 'a group may reach over the end of a chunk';

  constructor(options: StackOptions) {
    super(parseOptions('Stack', Stack.schema, options));
  }

  protected override call(chunk: Chunk): Chunk[] {
    const { array, dim, axis } = this.along(chunk);
    const { size, method, rest, skipna } = this.options;
    const coord = array.coords.get(dim);
    const labels = coord instanceof AxisCoordinate ? coord : null;
    const starts = [0, ...(labels ? runStarts(labels) : []), array.shape[axis]!];
    const stretches = starts.slice(1).map((stop, k) => groupsOf(starts[k]!, stop, size, rest === 'keep'));
    const groups = stretches.flat();
    if (groups.length === 0) return [];
    const data = stackLanes(array.values, lanesOf(array.shape, axis), groups, method, skipna);
    const shape = array.shape.map((length, at) => (at === axis ? groups.length : length));
    return [array.with({ data, shape, coords: this.#coords(array, dim, labels, stretches), dims: array.dims })];
  }

  #coords(array: DataArray, dim: string, labels: AxisCoordinate | null, stretches: Group[][]) {
    if (labels === null)
      return Object.fromEntries([...array.coords.entries()].filter(([, coord]) => coord.dim !== dim));
    const parts = stretches.filter((groups) => groups.length > 0).map((groups) => this.#labels(labels, groups));
    return withAxis(
      array,
      dim,
      parts.reduce((joined, part) => joined.append(part)),
    );
  }

  /** The labels of the groups of one stretch without a gap. */
  #labels(labels: AxisCoordinate, groups: Group[]): AxisCoordinate {
    const { size } = this.options;
    const stretch = labels.slice(groups[0]!.start, groups.at(-1)!.stop);
    const regular = stretch.isRegular() ? stretch : inferRegular(stretch);
    const first = centreOf(labels, groups[0]!);
    if (regular?.samplingRatio && groups.every(({ start, stop }) => stop - start === size)) {
      const { numerator, denominator } = regular.samplingRatio;
      const step = isFloatDType(labels.dtype)
        ? Number(numerator) * size
        : ([BigInt(numerator) * BigInt(size), BigInt(denominator)] as const);
      return blockLike(labels, first, groups.length, step);
    }
    const values = groups.map((group) => centreOf(labels, group));
    return new DenseCoordinate({ values: values as number[], dim: labels.dim, dtype: labels.dtype });
  }
}

/** The stretch from `start` to `stop` in groups of `size`, and one of what is left over if it is kept. */
function groupsOf(start: number, stop: number, size: number, keep: boolean): Group[] {
  const groups: Group[] = [];
  for (let at = start; at < stop; at += size)
    if (at + size <= stop || keep) groups.push({ start: at, stop: Math.min(at + size, stop) });
  return groups;
}

/** The mean of the first and the last label; text: the first. */
function centreOf(labels: AxisCoordinate, { start, stop }: Group): Scalar {
  const [a, b] = [labels.getValue(start), labels.getValue(stop - 1)];
  if (typeof a === 'string' || typeof b === 'string') return a;
  if (typeof a === 'bigint' || typeof b === 'bigint') return BigInt(a) + (BigInt(b) - BigInt(a)) / 2n;
  const middle = a + (b - a) / 2;
  return isFloatDType(labels.dtype) ? middle : Math.floor(middle);
}
