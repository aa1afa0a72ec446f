/**
 * Coordinates into the variables and attributes of a NetCDF packet. Which spelling carries a coordinate:
 *
 * | dialect    | interpolated                          | sampled                                             |
 * |------------|---------------------------------------|-----------------------------------------------------|
 * | `cf-1.9`   | old spelling, regularity left out     | old spelling                                        |
 * | `cf-1.13`  | new spelling                          | new spelling                                        |
 * | `both`     | old spelling and the new regularity   | old spelling, of which 0.2.10 reads the interval too |
 *
 * Two things the old spelling has no words for: a sampled coordinate with a ratio (1/3 of a tick), and an interpolated
 * one that is not the coordinate of its own dimension. `both` writes these in the new spelling, so that xdas 0.2.10
 * reads them exactly and 0.2.7 refuses the packet instead of reading something else; `cf-1.9` throws.
 */
import type { Coordinate } from '../coordinates/coordinate.js';
import { DenseCoordinate } from '../coordinates/dense-coordinate.js';
import { InterpCoordinate } from '../coordinates/interp-coordinate.js';
import { SampledCoordinate } from '../coordinates/sampled-coordinate.js';
import { ScalarCoordinate } from '../coordinates/scalar-coordinate.js';
import { type CoordArray, type CoordDType, type Delta, type DType, isBigDType } from '../dtype.js';
import { PacketError } from '../errors.js';
import { floorDivide } from '../time.js';
import {
  encodeDelta,
  isStorableText,
  type NetcdfAttributes,
  scalarAttribute,
  textAttribute,
  typedArrayOf,
} from './cf-attributes.js';
import { TIME_CALENDAR, TIME_UNITS } from './cf-time.js';
import type { NetcdfVariable } from './netcdf-content.js';

/** Which age of xdas a packet is written for; see {@link writeCoordinates}. */
export type Dialect = (typeof dialects)[number];

/** All dialects; `'both'` is read by every xdas. */
export const dialects = ['both', 'cf-1.13', 'cf-1.9'] as const;

/** What the coordinates add to a file. */
export interface WrittenCoordinates {
  /** Dimensions that only the coordinates need (tie points). */
  dims: { name: string; size: number }[];
  variables: NetcdfVariable[];
  /** Attributes for the data variable that name the coordinates. */
  attrs: NetcdfAttributes;
}

type Regular = { numerator: Delta; denominator: number | bigint };

/** Variables and attributes of all coordinates, by name, in `dialect`. Throws `BAD_ENCODING`. */
export function writeCoordinates(coords: Iterable<[string, Coordinate]>, dialect: Dialect): WrittenCoordinates {
  const out: WrittenCoordinates = { dims: [], variables: [], attrs: {} };
  const interpolated: [string, InterpCoordinate][] = [];
  const groups: string[] = [];
  const auxiliary: string[] = [];
  for (const [name, coordinate] of coords) {
    if (coordinate instanceof InterpCoordinate) interpolated.push([name, coordinate]);
    else if (coordinate instanceof SampledCoordinate) groups.push(writeSampled(out, name, coordinate, dialect));
    else {
      out.variables.push(plainVariable(name, coordinate));
      if (coordinate.dim !== name) auxiliary.push(name);
    }
  }
  const modern = dialect === 'cf-1.13' || (dialect === 'both' && interpolated.some(([name, { dim }]) => dim !== name));
  const mappings = interpolated.map(([name, coordinate]) => writeInterpolated(out, name, coordinate, dialect, modern));
  // xdas 0.2.7 finds no group in a lone pair and would drop the coordinate without a word; written twice, it refuses
  if (modern && dialect === 'both' && mappings.length === 1) mappings.push(mappings[0]!);
  if (mappings.length) out.attrs.coordinate_interpolation = textAttribute(mappings.join(' '));
  if (groups.length) out.attrs.coordinate_sampling = textAttribute(groups.join(' '));
  for (const name of auxiliary)
    if (/\s/.test(name))
      throw bad(
        name,
        'an auxiliary coordinate is named in a list separated by blanks: no blank is allowed in its name',
      );
  if (auxiliary.length) out.attrs.coordinates = textAttribute(auxiliary.join(' '));
  return out;
}

function writeInterpolated(
  out: WrittenCoordinates,
  name: string,
  coordinate: InterpCoordinate,
  dialect: Dialect,
  modern: boolean,
): string {
  const dim = wordsOnly(name, coordinate);
  if (!modern && dim !== name)
    throw bad(name, `CF-1.9 has no spelling for an interpolated coordinate of another dimension (${dim}); use cf-1.13`);
  const { dtype, samplingRatio, tolerance } = coordinate;
  const attrs: NetcdfAttributes = { interpolation_name: textAttribute('linear') };
  if (modern) {
    attrs.tie_point_mapping = textAttribute(`${dim}: ${name}_indices ${name}_points`);
    attrs.computational_precision = textAttribute('64');
  } else attrs.tie_points_mapping = textAttribute(`${name}_points: ${name}_indices ${name}_values`);
  if (samplingRatio && dialect !== 'cf-1.9') {
    Object.assign(attrs, ratioAttributes(samplingRatio, dtype));
    if (tolerance !== null) Object.assign(attrs, encodeDelta('tolerance', tolerance, dtype));
  }
  addTies(out, name, 'indices', coordinate.tieIndices, coordinate.tieValues, dtype);
  out.variables.push(parameterVariable(`${name}_interpolation`, attrs));
  return modern ? `${name}_values: ${name}_interpolation` : `${name}: ${name}_indices ${name}_values`;
}

function writeSampled(out: WrittenCoordinates, name: string, coordinate: SampledCoordinate, dialect: Dialect): string {
  const dim = wordsOnly(name, coordinate);
  const { dtype, samplingRatio } = coordinate;
  const exact = samplingRatio === null || samplingRatio.denominator === 1;
  if (dialect === 'cf-1.9' && !exact)
    throw bad(name, 'CF-1.9 has no spelling for a sampled coordinate with a sampling ratio; use cf-1.13');
  addTies(out, name, 'lengths', coordinate.tieLengths, coordinate.tieValues, dtype);
  const parameters = `${name}_sampling`;
  if (dialect === 'cf-1.13' || !exact) {
    const mapping = textAttribute(`${dim}: ${name}_lengths ${name}_points`);
    const rate = ratioAttributes(samplingRatio ?? { numerator: isBigDType(dtype) ? 0n : 0, denominator: 1 }, dtype);
    out.variables.push(parameterVariable(parameters, { tie_point_mapping: mapping, ...rate }));
    return `${name}_values: ${parameters}`;
  }
  const attrs: NetcdfAttributes = { tie_point_mapping: textAttribute(`${dim}: ${name}_values ${name}_lengths`) };
  const isTime = dtype === 'datetime64[ns]';
  if (isTime) {
    attrs.dtype = textAttribute('timedelta64[ns]');
    attrs.units = textAttribute('nanoseconds');
  }
  const stored = storedDType(dtype) as DType;
  const interval = typedArrayOf(stored, [samplingRatio?.numerator ?? 0]);
  out.variables.push({ name: parameters, dtype: stored, shape: [], dims: [], attrs, values: interval });
  return `${name}: ${parameters}`;
}

/** `sampling_interval` as xdas has always meant it (rounded down to a tick), and the exact pair where that is not all. */
function ratioAttributes({ numerator, denominator }: Regular, dtype: CoordDType): NetcdfAttributes {
  if (denominator === 1 || denominator === 1n) return encodeDelta('sampling_interval', numerator, dtype);
  const ticks = floorDivide(BigInt(numerator), BigInt(denominator));
  return {
    ...encodeDelta('sampling_interval', typeof numerator === 'bigint' ? ticks : Number(ticks), dtype),
    ...encodeDelta('sampling_numerator', numerator, dtype),
    sampling_denominator: scalarAttribute('int64', denominator),
  };
}

function addTies(
  out: WrittenCoordinates,
  name: string,
  kind: 'indices' | 'lengths',
  positions: ArrayLike<number>,
  tieValues: CoordArray,
  dtype: CoordDType,
): void {
  const points = `${name}_points`;
  const size = positions.length;
  out.dims.push({ name: points, size });
  const whole = BigInt64Array.from(Array.from(positions, BigInt));
  const tie = { shape: [size], dims: [points] };
  out.variables.push({ ...tie, name: `${name}_${kind}`, dtype: 'int64', attrs: {}, values: whole });
  out.variables.push({ ...tie, name: `${name}_values`, ...storedValues(tieValues, dtype) });
}

function plainVariable(name: string, coordinate: Coordinate): NetcdfVariable {
  if (coordinate.dtype === 'string' && !(coordinate.values as string[]).every(isStorableText))
    throw bad(name, 'text with a NUL or a lone surrogate cannot be stored');
  if (coordinate instanceof ScalarCoordinate)
    return { name, shape: [], dims: [], ...storedValues(scalarArray(coordinate), coordinate.dtype) };
  if (!(coordinate instanceof DenseCoordinate))
    throw bad(name, `a ${coordinate.ctype} coordinate has no form in a packet`);
  const values = coordinate.values;
  return { name, shape: [values.length], dims: [coordinate.dim ?? name], ...storedValues(values, coordinate.dtype) };
}

function scalarArray({ value, dtype }: ScalarCoordinate): CoordArray {
  return dtype === 'string' ? [value as string] : typedArrayOf(storedDType(dtype) as DType, [value as number]);
}

/** dtype, values and attributes of a variable that holds coordinate values; the values are copied. */
function storedValues(values: CoordArray, dtype: CoordDType): Pick<NetcdfVariable, 'dtype' | 'values' | 'attrs'> {
  const attrs: NetcdfAttributes = {};
  if (dtype === 'datetime64[ns]') {
    attrs.units = textAttribute(TIME_UNITS);
    attrs.calendar = textAttribute(TIME_CALENDAR);
  } else if (dtype === 'timedelta64[ns]') {
    attrs.units = textAttribute('nanoseconds');
    attrs.dtype = textAttribute('timedelta64[ns]');
  }
  return { dtype: storedDType(dtype), values: values.slice() as CoordArray, attrs };
}

function storedDType(dtype: CoordDType): DType | 'string' {
  return dtype === 'datetime64[ns]' || dtype === 'timedelta64[ns]' ? 'int64' : dtype;
}

/** A variable without a value of its own: NaN with attributes. */
function parameterVariable(name: string, attrs: NetcdfAttributes): NetcdfVariable {
  return { name, dtype: 'float64', shape: [], dims: [], attrs, values: Float64Array.of(Number.NaN) };
}

/** The dimension of a coordinate whose name and dim stand in a mapping text, where xdas looks for words. */
function wordsOnly(name: string, coordinate: Coordinate): string {
  const dim = coordinate.dim ?? name;
  for (const text of [name, dim])
    if (!/^[\p{L}\p{N}_]+$/u.test(text))
      throw bad(
        name,
        `${JSON.stringify(text)} may hold letters, digits and underscores only (${coordinate.ctype} coordinate)`,
      );
  return dim;
}

function bad(coordinate: string, why: string): PacketError {
  return new PacketError('BAD_ENCODING', 'encode', `coordinate ${coordinate}: ${why}`);
}
