/** Random recordings for operations: any layout, dtype and time axis that an instrument or a pipeline can give. */
import fc from 'fast-check';
import {
  type ArrayDType,
  allocate,
  type Coordinate,
  DataArray,
  DenseCoordinate,
  InterpCoordinate,
  isComplexDType,
  SampledCoordinate,
  ScalarCoordinate,
  type TypedArray,
} from '../../../lib/index.js';

/** How a time axis says where its samples are; `float` is one of seconds as float64. */
export type TimeAxis = 'regular' | 'rational' | 'sampled' | 'undeclared' | 'jitter' | 'gap' | 'float' | 'dense';

/** What recordings are made; all of it by default, but rational rates and dense axes. */
export interface RecordingOptions {
  dtypes?: readonly ArrayDType[];
  /** Samples along time. */
  low?: number;
  high?: number;
  time?: readonly TimeAxis[];
  /** Nanoseconds between samples. */
  steps?: readonly bigint[];
  /** How many dimensions at most, of four. */
  maxDims?: number;
  /** Samples along distance, where there is such a dimension. */
  channels?: readonly [number, number];
  /** Dimensions that must be there besides time. */
  with?: readonly ('distance' | 'component' | 'lag')[];
  /** Whether NaN may be among the samples; default false. */
  nan?: boolean;
  /** Largest size of integers; default 100. */
  integers?: number;
  /** Further labels along time, and a scalar; default true. */
  labels?: boolean;
}

/** dtypes of samples that instruments and pipelines have. */
export const sampleDTypes = ['float64', 'float64', 'float32', 'int16', 'int32', 'uint8', 'int64'] as const;

const start = 1_716_249_600_000_000_123n;
const axes: readonly TimeAxis[] = ['regular', 'regular', 'sampled', 'undeclared', 'jitter', 'gap', 'float'];
const steps = [10_000_000n, 4_000_000n, 2_000_000n, 5_000_000n, 20_000_000n];

/** Uniform numbers between 0 and 1 from a seed (mulberry32): the same samples for the same seed. */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Samples {
  seed: number;
  /** Power of ten of float samples. */
  scale: number;
  nan: boolean;
  integers: number;
}

function samples(dtype: ArrayDType, count: number, { seed, scale, nan, integers }: Samples): TypedArray {
  const next = uniform(seed);
  const length = isComplexDType(dtype) ? 2 * count : count;
  const parts = dtype === 'complex64' ? 'float32' : dtype === 'complex128' ? 'float64' : dtype;
  const values = allocate(parts, length);
  const unsigned = dtype.startsWith('u');
  for (let k = 0; k < length; k++) {
    const x = 2 * next() - 1;
    if (parts === 'float32' || parts === 'float64') {
      values[k] = nan && next() < 0.15 ? Number.NaN : x * 10 ** scale;
      continue;
    }
    const integer = Math.round((unsigned ? Math.abs(x) : x) * integers);
    if (values instanceof BigInt64Array || values instanceof BigUint64Array) values[k] = BigInt(integer);
    else values[k] = integer;
  }
  return values;
}

function timeAxis(kind: TimeAxis, size: number, step: bigint, cuts: readonly number[]): Coordinate {
  const options = { dim: 'time', dtype: 'datetime64[ns]' } as const;
  const span = step * BigInt(size - 1);
  switch (kind) {
    case 'regular':
      return InterpCoordinate.fromBlock(start, size, step, options);
    case 'rational':
      return InterpCoordinate.fromBlock(start, size, [1_000_000_000n, 300n], options);
    case 'sampled':
      return SampledCoordinate.fromBlock(start, size, step, options);
    case 'float':
      return InterpCoordinate.fromBlock(0.25, size, Number(step) / 1e9, { dim: 'time', dtype: 'float64' });
    case 'dense':
      return new DenseCoordinate({
        values: Array.from({ length: size }, (_, k) => start + step * BigInt(k)),
        ...options,
      });
    case 'undeclared':
      return size === 1
        ? InterpCoordinate.fromBlock(start, size, step, options)
        : new InterpCoordinate({ tieIndices: [0, size - 1], tieValues: [start, start + span], ...options });
    case 'jitter':
      return size === 1
        ? InterpCoordinate.fromBlock(start, size, step, options)
        : new InterpCoordinate({
            tieIndices: [0, size - 1],
            tieValues: [start, start + span + 700n],
            samplingInterval: step,
            tolerance: 1000n,
            ...options,
          });
    default: {
      const tieIndices: number[] = [];
      const tieValues: bigint[] = [];
      const edges = [0, ...cuts, size];
      for (let k = 0; k + 1 < edges.length; k++) {
        const [first, last] = [edges[k]!, edges[k + 1]! - 1];
        const begin = start + step * BigInt(first + 10 * k);
        tieIndices.push(first);
        tieValues.push(begin);
        if (last > first) {
          tieIndices.push(last);
          tieValues.push(begin + step * BigInt(last - first));
        }
      }
      return new InterpCoordinate({ tieIndices, tieValues, samplingInterval: step, ...options });
    }
  }
}

/** A recording with 1 to 4 dimensions in any order, `time` among them; a gap has at least three samples on either side. */
export function recording(options: RecordingOptions = {}): fc.Arbitrary<DataArray> {
  const {
    dtypes = sampleDTypes,
    low = 2,
    high = 90,
    time = axes,
    maxDims = 4,
    channels = [1, 4],
    nan = false,
    integers = 100,
    labels = true,
  } = options;
  const needed = options.with ?? [];
  const others = fc
    .subarray(['distance', 'component', 'lag'].filter((dim) => !(needed as string[]).includes(dim)))
    .map((chosen) => ['time', ...needed, ...chosen.slice(0, Math.max(0, maxDims - 1 - needed.length))]);
  return others
    .chain((dims) => fc.shuffledSubarray(dims, { minLength: dims.length, maxLength: dims.length }))
    .chain((dims) =>
      fc
        .record({
          sizes: fc.tuple(
            ...dims.map((dim) =>
              dim === 'time'
                ? fc.integer({ min: low, max: high })
                : dim === 'distance'
                  ? fc.integer({ min: channels[0], max: channels[1] })
                  : fc.integer({ min: 1, max: 3 }),
            ),
          ),
          dtype: fc.constantFrom(...dtypes),
          kind: fc.constantFrom(...time),
          step: fc.constantFrom(...(options.steps ?? steps)),
          gaps: fc.tuple(fc.double({ min: 0.34, max: 0.66, noNaN: true }), fc.boolean()),
          seed: fc.integer({ min: 0, max: 2 ** 31 }),
          scale: fc.integer({ min: -3, max: 4 }),
          spoiled: nan ? fc.boolean() : fc.constant(false),
          labelled: labels ? fc.boolean() : fc.constant(false),
        })
        .map(({ sizes, dtype, kind, step, gaps, seed, scale, spoiled, labelled }) => {
          const coords: Record<string, Coordinate> = {};
          for (const [axis, dim] of dims.entries()) {
            const size = sizes[axis]!;
            const cut = Math.min(Math.max(3, Math.round(gaps[0] * size)), size - 3);
            if (dim === 'time') coords.time = timeAxis(kind, size, step, size > 5 ? [cut] : []);
            else if (dim === 'distance')
              coords.distance = InterpCoordinate.fromBlock(5, size, 2.5, { dim, dtype: 'float64' });
            else if (dim === 'component')
              coords.component = new DenseCoordinate({ values: ['N', 'E', 'Z'].slice(0, size), dim, dtype: 'string' });
          }
          // xdas drops further labels where it joins runs
          if (labelled && kind !== 'gap') {
            const size = sizes[dims.indexOf('time')]!;
            const shot = BigInt64Array.from({ length: size }, (_, k) => BigInt(3 * k));
            coords.shot = new DenseCoordinate({ values: shot, dim: 'time', dtype: 'int64' });
            coords.fibre = new ScalarCoordinate({ value: 7n, dtype: 'int64' });
          }
          const count = sizes.reduce((product, size) => product * size, 1);
          return new DataArray({
            data: samples(dtype, count, { seed, scale, nan: spoiled, integers }),
            dtype,
            shape: sizes,
            dims,
            coords,
            name: 'velocity',
            attrs: { units: 'nm/s' },
          });
        }),
    );
}

/** Where a stream is cut along a dimension: none to seven cuts, sometimes every sample for a while. */
export function cuttings(size: number): fc.Arbitrary<number[]> {
  if (size < 2) return fc.constant([]);
  const sorted = (cuts: number[]) => [...new Set(cuts)].sort((a, b) => a - b);
  const anywhere = fc.array(fc.integer({ min: 1, max: size - 1 }), { minLength: 1, maxLength: 7 }).map(sorted);
  const dense = fc
    .integer({ min: 1, max: size - 1 })
    .map((first) => Array.from({ length: Math.min(6, size - first) }, (_, k) => first + k));
  return fc.oneof({ weight: 4, arbitrary: anywhere }, { weight: 1, arbitrary: dense });
}
