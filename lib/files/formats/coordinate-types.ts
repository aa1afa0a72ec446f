import type { AxisCoordinate } from '../../coordinates/coordinate.js';
import { DenseCoordinate } from '../../coordinates/dense-coordinate.js';
import { InterpCoordinate } from '../../coordinates/interp-coordinate.js';
import { SampledCoordinate } from '../../coordinates/sampled-coordinate.js';
import { ArgumentError } from '../../errors.js';

/** How an axis is described: two ties per even stretch, its starts and lengths, or each label. */
export type AxisType = 'interpolated' | 'sampled' | 'dense';

/** What the option `ctype` takes: one type for all axes, or one each; null and what is left out: the format's first. */
export type CoordinateTypes = AxisType | Readonly<Record<string, AxisType | null | undefined>>;

const all: readonly AxisType[] = ['interpolated', 'sampled', 'dense'];

/**
 * The type of each axis of a format. `supported` has those that it offers, the default first. Throws `BAD_ARGUMENT` for
 * others. xdas: `ctype`.
 */
export function axisTypes<Dim extends string>(
  ctype: unknown,
  supported: Readonly<Record<Dim, readonly AxisType[]>>,
): Record<Dim, AxisType> {
  const dims = Object.keys(supported) as Dim[];
  const isMap = typeof ctype === 'object' && ctype !== null && !Array.isArray(ctype);
  if (!(ctype === undefined || ctype === null || typeof ctype === 'string' || isMap))
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `ctype is ${JSON.stringify(ctype)}; allowed: one of ${all.join(', ')}, or one for each dimension`,
    );
  const types = dims.map((dim): [Dim, AxisType] => {
    const asked = isMap ? (ctype as Record<string, unknown>)[dim] : ctype;
    const type = (asked ?? supported[dim][0]) as AxisType;
    if (!supported[dim].includes(type))
      throw new ArgumentError(
        'BAD_ARGUMENT',
        `ctype of ${dim} is ${JSON.stringify(type)}; this format has: ${supported[dim].join(', ')}`,
      );
    return [dim, type];
  });
  return Object.fromEntries(types) as Record<Dim, AxisType>;
}

/** All three types, for `axisTypes`. */
export const anyAxisType = all;

/** `size` times from `start`, `step` ns apart. */
export function timeBlock(type: AxisType, start: bigint, size: number, step: bigint): AxisCoordinate {
  return axisBlock(type, start, size, step, 'time', 'datetime64[ns]');
}

/** `size` distances in metres from `start`, `step` apart. */
export function distanceBlock(type: AxisType, start: number, size: number, step: number): AxisCoordinate {
  return axisBlock(type, start, size, step, 'distance', 'float64');
}

function axisBlock(
  type: AxisType,
  start: bigint | number,
  size: number,
  step: bigint | number,
  dim: string,
  dtype: 'datetime64[ns]' | 'float64',
): AxisCoordinate {
  const options = { dim, dtype };
  if (type === 'interpolated') return InterpCoordinate.fromBlock(start, size, step, options);
  if (type === 'sampled') return SampledCoordinate.fromBlock(start, size, step, options);
  return DenseCoordinate.fromBlock(start, size, step, options);
}

/** `size` times from `start` to `end`, evenly spaced: the rate is what the two stamps make of it, as an exact ratio. */
export function timeSpan(start: bigint, end: bigint, size: number): InterpCoordinate {
  const only = size < 2;
  return new InterpCoordinate({
    tieIndices: only ? [0].slice(0, size) : [0, size - 1],
    tieValues: BigInt64Array.from((only ? [start] : [start, end]).slice(0, size)),
    ...(!only && { samplingNumerator: end - start, samplingDenominator: size - 1 }),
    dim: 'time',
    dtype: 'datetime64[ns]',
  });
}
