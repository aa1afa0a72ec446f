/** Arrays of all shapes, dtypes and coordinates that a packet can carry, for properties. */
import fc from 'fast-check';
import {
  type ArrayDType,
  type Attrs,
  allocate,
  type Coordinate,
  complexDTypes,
  DataArray,
  DenseCoordinate,
  type DType,
  dtypes,
  InterpCoordinate,
  isComplexDType,
  partsDType,
  SampledCoordinate,
  ScalarCoordinate,
  type TypedArray,
} from '../../lib/index.js';

/** What of all that is made. */
export interface AnyArrayOptions {
  dtypes?: readonly ArrayDType[];
  /** Whether sampled coordinates are among them; default true. */
  sampled?: boolean;
  /** Whether attributes that are lists are among them; default true. xdas can't compare arrays that have such. */
  listAttrs?: boolean;
}

const epoch = 1_716_294_896_123_456_789n;
const words = ['STA1', 'STÉ2', 'ß', 'GRAF', 'a b'];

const times = fc.bigInt({ min: -1_000_000_000n, max: 4_000_000_000n }).map((ns) => epoch + ns * 1_000n);
const timeSteps = fc.oneof(
  fc.constantFrom(1_000_000n, 10_000_000n, 20_000_000n, 3_333_333n),
  fc.bigInt({ min: 1n, max: 10_000_000_000n }),
);
const floatSteps = fc.constantFrom(0.5, 1, 10, 1.0209523838714072, 25);

function values(dtype: DType, length: number): fc.Arbitrary<TypedArray> {
  const options = { minLength: length, maxLength: length };
  // all of float64, NaN, infinities and -0 among them
  if (dtype === 'float64') return fc.float64Array(options);
  if (dtype === 'float32') return fc.float32Array(options);
  const random =
    dtype === 'int64'
      ? fc.bigInt64Array(options)
      : dtype === 'uint64'
        ? fc.bigUint64Array(options)
        : fc.int32Array(options).map((array) => {
            const out = allocate(dtype, length);
            for (let k = 0; k < length; k++) (out as Int32Array)[k] = array[k]!;
            return out;
          });
  return random as fc.Arbitrary<TypedArray>;
}

/** Lengths of the continuous areas of an axis of `size` samples. */
function areas(size: number): fc.Arbitrary<number[]> {
  return fc.uniqueArray(fc.integer({ min: 1, max: Math.max(1, size - 1) }), { maxLength: 2 }).map((cuts) => {
    const edges = [0, ...cuts.filter((cut) => cut < size).sort((a, b) => a - b), size];
    return edges.slice(1).map((edge, k) => edge - edges[k]!);
  });
}

/** Start of each area, `step` apart inside of areas, with a gap of `gap` more between two. */
function starts<T extends bigint | number>(first: T, lengths: number[], step: T, gap: T): T[] {
  const out: T[] = [];
  let next = first;
  for (const length of lengths) {
    out.push(next);
    next = (
      typeof next === 'bigint'
        ? next + BigInt(length) * (step as bigint) + (gap as bigint)
        : (next as number) + length * (step as number) + (gap as number)
    ) as T;
  }
  return out;
}

function interpolated(dim: string, size: number, time: boolean): fc.Arbitrary<Coordinate> {
  return fc
    .tuple(times, time ? timeSteps : floatSteps, areas(size), fc.boolean())
    .map(([start, step, lengths, regular]) => {
      const first = time ? start : 0.25;
      const begins = starts<bigint | number>(first, lengths, step, time ? 5_000_000_000n : 1000);
      const tieIndices: number[] = [];
      const tieValues: (bigint | number)[] = [];
      let index = 0;
      for (const [k, length] of lengths.entries()) {
        const begin = begins[k]!;
        tieIndices.push(index);
        tieValues.push(begin);
        if (length > 1) {
          tieIndices.push(index + length - 1);
          tieValues.push(
            typeof begin === 'bigint'
              ? begin + BigInt(length - 1) * (step as bigint)
              : begin + (length - 1) * (step as number),
          );
        }
        index += length;
      }
      const sampling = regular ? { samplingInterval: step, tolerance: time ? 1_000n : 1e-6 } : {};
      const dtype = time ? 'datetime64[ns]' : 'float64';
      return new InterpCoordinate({ tieIndices, tieValues, dim, dtype, ...sampling });
    });
}

function sampled(dim: string, size: number, time: boolean): fc.Arbitrary<Coordinate> {
  return fc.tuple(times, time ? timeSteps : floatSteps, areas(size)).map(([start, step, tieLengths]) => {
    const tieValues = starts<bigint | number>(time ? start : 0.25, tieLengths, step, time ? 5_000_000_000n : 1000);
    const dtype = time ? 'datetime64[ns]' : 'float64';
    return new SampledCoordinate({ tieLengths, tieValues, samplingInterval: step, dim, dtype });
  });
}

function dense(dim: string, size: number): fc.Arbitrary<Coordinate> {
  const increasing = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: size, maxLength: size }).map((steps) => {
    let sum = 0;
    return steps.map((step) => (sum += step));
  });
  return fc.oneof(
    increasing.map((list) => new DenseCoordinate({ values: list.map((x) => x / 8), dim, dtype: 'float64' })),
    increasing.map((list) => new DenseCoordinate({ values: list.map(BigInt), dim, dtype: 'int64' })),
    increasing.map(
      (list) =>
        new DenseCoordinate({ values: list.map((x) => epoch + BigInt(x) * 1_000_000n), dim, dtype: 'datetime64[ns]' }),
    ),
    fc
      .array(fc.constantFrom(...words), { minLength: size, maxLength: size })
      .map((list) => new DenseCoordinate({ values: list, dim, dtype: 'string' })),
  );
}

const scalars: fc.Arbitrary<Coordinate> = fc.oneof(
  fc.constantFrom(...words).map((value) => new ScalarCoordinate({ value, dtype: 'string' })),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => new ScalarCoordinate({ value, dtype: 'float64' })),
  fc.bigInt({ min: -(2n ** 53n), max: 2n ** 53n }).map((value) => new ScalarCoordinate({ value, dtype: 'int64' })),
  times.map((value) => new ScalarCoordinate({ value, dtype: 'datetime64[ns]' })),
);

function attributes(lists: boolean): fc.Arbitrary<Attrs> {
  const one = fc.oneof(
    fc.constantFrom(...words),
    fc.double({ noNaN: true }),
    ...(lists
      ? [
          fc.float64Array({ minLength: 2, maxLength: 5, noNaN: true }),
          fc.array(fc.constantFrom(...words), { minLength: 2, maxLength: 3 }),
        ]
      : []),
  );
  return fc.dictionary(fc.constantFrom('units', 'gauge_length', 'note', 'läge'), one, {
    maxKeys: 3,
  }) as fc.Arbitrary<Attrs>;
}

/** An array with one to three dimensions of up to twelve samples each. */
export function anyArray(options: AnyArrayOptions = {}): fc.Arbitrary<DataArray> {
  const { dtypes: allowed = [...dtypes, ...complexDTypes], sampled: withSampled = true, listAttrs = true } = options;
  const sizes = fc.record({
    dims: fc.constantFrom(['time'], ['time', 'distance'], ['distance', 'time'], ['component', 'time', 'distance']),
    sizes: fc.tuple(...[1, 2, 3].map(() => fc.integer({ min: 1, max: 12 }))),
    dtype: fc.constantFrom(...allowed),
  });
  return sizes.chain(({ dims, sizes, dtype }) => {
    const shape = dims.map((_, axis) => sizes[axis]!);
    const axes = dims.map((dim, axis) => {
      const [size, time] = [shape[axis]!, dim === 'time'];
      return fc.oneof(
        { weight: 4, arbitrary: interpolated(dim, size, time) },
        ...(withSampled ? [{ weight: 1, arbitrary: sampled(dim, size, time) }] : []),
        { weight: 1, arbitrary: dense(dim, size) },
        { weight: 1, arbitrary: fc.constant(null) },
      );
    });
    const last = dims.at(-1)!;
    return fc
      .record({
        data: values(
          partsDType(dtype),
          shape.reduce((product, size) => product * size, isComplexDType(dtype) ? 2 : 1),
        ),
        axes: fc.tuple(...axes),
        scalar: fc.option(scalars),
        auxiliary: fc.option(dense(last, shape.at(-1)!)),
        name: fc.constantFrom(null, 'strain_rate', 'vitesse_é'),
        attrs: attributes(listAttrs),
      })
      .map(({ data, axes, scalar, auxiliary, name, attrs }) => {
        const coords: Record<string, Coordinate> = {};
        for (const [axis, coord] of axes.entries()) if (coord) coords[dims[axis]!] = coord;
        if (scalar) coords.origin = scalar;
        if (auxiliary) coords.label = auxiliary;
        return new DataArray({ data, dtype, shape, dims, coords, name, attrs });
      });
  });
}
