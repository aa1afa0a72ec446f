/** Reads what test/fixtures/arrays/make_coordinates.py wrote: coordinates and answers of xdas 0.2.10. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { AxisCoordinate, type Coordinate } from '../../lib/coordinates/coordinate.js';
import { DenseCoordinate } from '../../lib/coordinates/dense-coordinate.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { SampledCoordinate } from '../../lib/coordinates/sampled-coordinate.js';
import { ScalarCoordinate } from '../../lib/coordinates/scalar-coordinate.js';
import type { CoordDType, Scalar } from '../../lib/dtype.js';

/** A scalar in JSON: plain, 64-bit integers and times as text, non-finite floats by name. */
export type JsonScalar = number | string | null | { i: string } | { f: string };

/** A coordinate in JSON. */
export interface JsonCoordinate {
  type: 'dense' | 'interpolated' | 'sampled' | 'scalar';
  dim: string | null;
  dtype: CoordDType;
  size: number;
  value: JsonScalar;
  values: JsonScalar[];
  tieIndices: number[];
  tieValues: JsonScalar[];
  tieLengths: number[];
  numerator: JsonScalar;
  denominator: number | null;
  tolerance: JsonScalar;
}

/** What xdas answered, or the error it raised. */
export interface JsonAnswer<T = JsonCoordinate> {
  ok?: T;
  error?: string;
  text?: string;
}

/** A fixture of test/fixtures/arrays. */
export function readFixture<T>(name: string): T {
  const path = new URL(`../../../test/fixtures/arrays/${name}`, import.meta.url);
  const bytes = readFileSync(path);
  return JSON.parse((name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')) as T;
}

/** A scalar of JSON as a value. */
export function scalarOf(json: JsonScalar): Scalar | null {
  if (typeof json !== 'object' || json === null) return json;
  if ('i' in json) return BigInt(json.i);
  return { nan: Number.NaN, inf: Number.POSITIVE_INFINITY, '-inf': Number.NEGATIVE_INFINITY }[json.f]!;
}

/** Scalars of JSON as values. */
export function scalarsOf(json: readonly JsonScalar[]): Scalar[] {
  return json.map((one) => scalarOf(one) as Scalar);
}

/** A coordinate of JSON, built with our constructors. */
export function coordinateOf(json: JsonCoordinate): Coordinate {
  const { dim, dtype } = json;
  const rate = {
    samplingNumerator: scalarOf(json.numerator ?? null) as number | bigint | null,
    samplingDenominator: json.denominator,
  };
  switch (json.type) {
    case 'dense':
      return new DenseCoordinate({ values: scalarsOf(json.values), dim, dtype });
    case 'scalar':
      return new ScalarCoordinate({ value: scalarOf(json.value) as Scalar, dtype });
    case 'sampled':
      return new SampledCoordinate({
        tieValues: scalarsOf(json.tieValues),
        tieLengths: json.tieLengths,
        ...rate,
        dim,
        dtype,
      });
    default:
      return new InterpCoordinate({
        tieIndices: json.tieIndices,
        tieValues: scalarsOf(json.tieValues),
        ...rate,
        tolerance: scalarOf(json.tolerance) as number | bigint | null,
        dim,
        dtype,
      });
  }
}

/** An axis of JSON. */
export function axisOf(json: JsonCoordinate): AxisCoordinate {
  const coord = coordinateOf(json);
  if (!(coord instanceof AxisCoordinate)) throw new Error('the fixture has a scalar where an axis is expected');
  return coord;
}

/** Everything that makes a coordinate what it is, in plain data for readable comparisons. */
export function describeCoordinate(coord: Coordinate): Record<string, unknown> {
  const base = { type: coord.ctype, dim: coord.dim, dtype: coord.dtype };
  if (coord instanceof ScalarCoordinate) return { ...base, value: coord.value };
  if (coord instanceof DenseCoordinate) return { ...base, values: [...coord.values] };
  if (coord instanceof InterpCoordinate)
    return {
      ...base,
      tieIndices: [...coord.tieIndices],
      tieValues: [...coord.tieValues],
      ratio: coord.samplingRatio,
      tolerance: coord.tolerance,
    };
  if (coord instanceof SampledCoordinate)
    return {
      ...base,
      tieValues: [...coord.tieValues],
      tieLengths: [...coord.tieLengths],
      ratio: coord.samplingRatio,
    };
  throw new Error(`unknown coordinate ${coord.ctype}`);
}
