/**
 * Reductions along one dimension or over all samples, by numpy's names; in xdas methods of DataArray. The dimension goes,
 * and with it the labels along it; name and attributes stay. Gaps are no ends: all samples count. As atoms they stream
 * along any other dimension, `mean(HERE, { dim: 'distance' })`; chunks along their own are refused (in xdas each chunk is
 * then reduced by itself).
 */
import { z } from 'zod';
import type { Coordinate } from '../coordinates/coordinate.js';
import type { DataArray } from '../dataarray/data-array.js';
import type { TypedArray } from '../dtype.js';
import { extremeIndices, extremeLanes, rangeLanes } from '../signal/extremes.js';
import { type Lanes, lanesOf } from '../signal/lanes.js';
import { medianLanes, quantileLanes } from '../signal/quantiles.js';
import { cumulateLanes, meanLanes, productLanes, sumLanes, varianceLanes, weightedMeanLanes } from '../signal/sums.js';
import { allLanes, anyLanes, countNonzeroLanes } from '../signal/truth.js';
import { dimSchema, optionsSchema } from './options.js';
import { type WholeRecordFunction, wholeRecordFunction } from './whole-record.js';

type NestedNumbers = ArrayLike<number> | readonly NestedNumbers[];

function isNumbers(value: unknown): value is NestedNumbers {
  if (Array.isArray(value)) return value.every((item) => typeof item === 'number' || isNumbers(item));
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

function flat(value: NestedNumbers): number[] {
  return Array.from(value as ArrayLike<unknown>).flatMap((item) =>
    typeof item === 'object' ? flat(item as NestedNumbers) : [Number(item)],
  );
}

const over = { dim: dimSchema.nullable().default(null) };
const skipping = { ...over, skipna: z.boolean().default(true) };

/** Replaces a dimension (or all of them) by what `kernel` makes of its lanes. */
function reduce(array: DataArray, dim: string | null, kernel: (x: TypedArray, lanes: Lanes) => TypedArray): DataArray {
  const axis = dim === null ? null : array.axis(dim);
  const lanes = axis === null ? { outer: 1, length: array.size, inner: 1 } : lanesOf(array.shape, axis);
  const kept = (at: number) => axis !== null && at !== axis;
  const dims = array.dims.filter((_, at) => kept(at));
  const coords: Record<string, Coordinate> = {};
  for (const [name, coord] of array.coords) if (coord.dim === null || dims.includes(coord.dim)) coords[name] = coord;
  const shape = array.shape.filter((_, at) => kept(at));
  return array.with({ data: kernel(array.values, lanes), shape, coords, dims });
}

function reduction<S extends z.ZodType<{ dim: string | null }>>(
  name: string,
  schema: S,
  kernel: (x: TypedArray, lanes: Lanes, options: z.output<S>) => TypedArray,
): WholeRecordFunction<z.input<S>> {
  return wholeRecordFunction({
    name,
    schema,
    dims: ({ dim }) => (dim === null ? null : [dim]),
    why: 'one number stands for all of it',
    acrossGaps: true,
    compute: (array, options) => reduce(array, options.dim, (x, lanes) => kernel(x, lanes, options)),
  });
}

/** The mean. float32 stays float32, all others are float64. `skipna` (default true): NaN is left out. */
export const mean = reduction('mean', optionsSchema(skipping), meanLanes);

const weightsSchema = z
  .custom<NestedNumbers>((value) => isNumbers(value), 'must be a list of numbers, or lists of lists')
  .transform((value) => Float64Array.from(flat(value)))
  .nullable();
/**
 * The weighted mean, `sum (w x) / sum w`; numpy.average. `weights`: one number for each sample along `dim`, or one for
 * each sample (nested lists, or flat in C order); default null: the plain mean. NaN is not left out.
 *
 * With weights float64, without as {@link mean}. Throws `BAD_SHAPE` where the weights do not fit, `BAD_ARGUMENT` where they
 * sum to zero.
 */
export const average = reduction(
  'average',
  optionsSchema({ ...over, weights: weightsSchema.default(null) }),
  (x, lanes, { weights }) => (weights ? weightedMeanLanes(x, lanes, weights) : meanLanes(x, lanes)),
);
/** The sum: integers in 64 bits, wrapping; float32 stays float32. `skipna` (default true): NaN counts as 0. */
export const sum = reduction('sum', optionsSchema(skipping), sumLanes);
/** The product; dtypes as {@link sum}. `skipna` (default true): NaN counts as 1. */
export const prod = reduction('prod', optionsSchema(skipping), productLanes);
/** The variance, over `n - ddof` (default 0); dtypes as {@link mean}. `skipna`: default true. */
export const variance = reduction(
  'var',
  optionsSchema({ ...skipping, ddof: z.number().nonnegative().default(0) }),
  varianceLanes,
);
/** The standard deviation, over `n - ddof` (default 0); dtypes as {@link mean}. `skipna`: default true. */
export const std = reduction(
  'std',
  optionsSchema({ ...skipping, ddof: z.number().nonnegative().default(0) }),
  (x, lanes, options) => varianceLanes(x, lanes, options).map(Math.sqrt) as TypedArray,
);
/** The smallest sample; dtype kept. `skipna`: default true. */
export const min = reduction('min', optionsSchema(skipping), (x, lanes, options) =>
  extremeLanes(x, lanes, 'min', options),
);
/** The largest sample; dtype kept. `skipna`: default true. */
export const max = reduction('max', optionsSchema(skipping), (x, lanes, options) =>
  extremeLanes(x, lanes, 'max', options),
);
/** The position of the (first) smallest sample, int64. `skipna` (default true): NaN is left out, all NaN throws. */
export const argmin = reduction('argmin', optionsSchema(skipping), (x, lanes, options) =>
  BigInt64Array.from(extremeIndices(x, lanes, 'min', { ...options, strict: true }), BigInt),
);
/** The position of the (first) largest sample, int64. `skipna` (default true): NaN is left out, all NaN throws. */
export const argmax = reduction('argmax', optionsSchema(skipping), (x, lanes, options) =>
  BigInt64Array.from(extremeIndices(x, lanes, 'max', { ...options, strict: true }), BigInt),
);
/** The largest minus the smallest sample; dtype kept, integers wrap. */
export const ptp = reduction('ptp', optionsSchema(over), (x, lanes) => rangeLanes(x, lanes));
/** The median; dtypes as {@link mean}. `skipna`: default true. */
export const median = reduction('median', optionsSchema(skipping), medianLanes);

const quantileOptions = {
  ...skipping,
  method: z.enum(['linear', 'lower', 'higher', 'nearest', 'midpoint']).default('linear'),
};
/**
 * The `q` quantile, 0 to 1; `method` (default `'linear'`) as numpy's; dtypes as {@link mean}, but
 * integers stay integers where a sample is taken. `skipna`: default true.
 */
export const quantile = reduction(
  'quantile',
  optionsSchema({ q: z.number().min(0).max(1), ...quantileOptions }),
  (x, lanes, { q, ...options }) => quantileLanes(x, lanes, q, options),
);
/** The `q` percentile, 0 to 100; see {@link quantile}. */
export const percentile = reduction(
  'percentile',
  optionsSchema({ q: z.number().min(0).max(100), ...quantileOptions }),
  (x, lanes, { q, ...options }) => quantileLanes(x, lanes, q / 100, options),
);
/** uint8 1 where any sample is not zero (numpy's bool; NaN is not zero). */
export const any = reduction('any', optionsSchema(over), anyLanes);
/** uint8 1 where all samples are not zero (numpy's bool; NaN is not zero). */
export const all = reduction('all', optionsSchema(over), allLanes);
/** How many samples are not zero, int64. */
export const countNonzero = reduction('countNonzero', optionsSchema(over), countNonzeroLanes);

function cumulation(name: string, kind: 'sum' | 'product') {
  return wholeRecordFunction({
    name,
    schema: optionsSchema({ dim: dimSchema.default('last'), skipna: z.boolean().default(true) }),
    dims: ({ dim }) => [dim],
    why: 'it goes on from chunk to chunk; the atom Integrate streams sums',
    acrossGaps: true,
    compute: (array, { dim, skipna }) =>
      array.with({ data: cumulateLanes(array.values, lanesOf(array.shape, array.axis(dim)), kind, { skipna }) }),
  });
}
/** Sums so far along `dim` (default `'last'`); dtypes as {@link sum}. `skipna` (default true): NaN counts as 0. */
export const cumsum = cumulation('cumsum', 'sum');
/** Products so far along `dim` (default `'last'`); dtypes as {@link sum}. `skipna` (default true): NaN counts as 1. */
export const cumprod = cumulation('cumprod', 'product');
