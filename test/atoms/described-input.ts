/** The inputs that make_atoms.py describes, made again from the same integer arithmetic. */
import type { Coordinate } from '../../lib/coordinates/coordinate.js';
import { DenseCoordinate } from '../../lib/coordinates/dense-coordinate.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { SampledCoordinate } from '../../lib/coordinates/sampled-coordinate.js';
import { ScalarCoordinate } from '../../lib/coordinates/scalar-coordinate.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { allocate, type DType, type TypedArray } from '../../lib/dtype.js';
import { toTime } from '../../lib/time.js';

/** What an input looks like; see make_input in make_atoms.py. */
export interface InputSpec {
  dims: string[];
  shape: number[];
  dtype?: DType;
  /** Nanoseconds between samples, as numerator and denominator. */
  step?: [number, number];
  time?: 'regular' | 'sampled' | 'undeclared' | 'gap' | 'jitter';
  cut?: number;
  labels?: boolean;
}

const start = toTime('2024-05-21T00:00:00.000000123');

/** Values from integers alone: the same in every language. */
export function noise(size: number, dtype: DType): TypedArray {
  const values = allocate(dtype, size);
  const float = dtype === 'float32' || dtype === 'float64';
  for (let i = 0; i < size; i++) {
    const x = (i * i * 31 + i * 7919 + 17) % 10007;
    const value = float ? x / 10007 - 0.5 : (x % 101) - 50;
    if (values instanceof BigInt64Array || values instanceof BigUint64Array) values[i] = BigInt(value);
    else values[i] = value;
  }
  return values;
}

function timeAxis(spec: InputSpec, size: number): Coordinate {
  const [num, den] = spec.step ?? [10_000_000, 1];
  const step = BigInt(num);
  const dim = 'time';
  const dtype = 'datetime64[ns]';
  const span = step * BigInt(size - 1);
  switch (spec.time ?? 'regular') {
    case 'regular':
      return InterpCoordinate.fromBlock(start, size, [step, den], { dim, dtype });
    case 'sampled':
      return SampledCoordinate.fromBlock(start, size, step, { dim, dtype });
    case 'undeclared':
      return new InterpCoordinate({ tieIndices: [0, size - 1], tieValues: [start, start + span], dim, dtype });
    case 'jitter':
      return new InterpCoordinate({
        tieIndices: [0, size - 1],
        tieValues: [start, start + span + 700n],
        samplingInterval: step,
        tolerance: 1000n,
        dim,
        dtype,
      });
    default: {
      const cut = spec.cut!;
      const jump = start + step * BigInt(cut + 10);
      return new InterpCoordinate({
        tieIndices: [0, cut - 1, cut, size - 1],
        tieValues: [start, start + step * BigInt(cut - 1), jump, jump + step * BigInt(size - 1 - cut)],
        samplingInterval: step,
        dim,
        dtype,
      });
    }
  }
}

/** The array that a description stands for. */
export function describedInput(spec: InputSpec): DataArray {
  const { dims, shape, dtype = 'float64' } = spec;
  const coords: Record<string, Coordinate> = {};
  for (const [i, dim] of dims.entries()) {
    if (dim === 'time') coords[dim] = timeAxis(spec, shape[i]);
    if (dim === 'distance') coords[dim] = InterpCoordinate.fromBlock(5, shape[i], 2.5, { dim, dtype: 'float64' });
  }
  if (spec.labels) {
    const size = shape[dims.indexOf('time')];
    const values = BigInt64Array.from({ length: size }, (_, i) => BigInt(3 * i));
    coords.count = new DenseCoordinate({ values, dim: 'time', dtype: 'int64' });
    coords.shot = new ScalarCoordinate({ value: 7n, dtype: 'int64' });
  }
  const size = shape.reduce((a, b) => a * b, 1);
  return new DataArray({
    data: noise(size, dtype),
    shape,
    dims,
    coords,
    name: 'velocity',
    attrs: { units: 'nm/s' },
  });
}
