/** Arrays of every kind that a packet can hold, for the tests here and for both xdas versions (`test/interop/packets`). */
import { DenseCoordinate } from '../../lib/coordinates/dense-coordinate.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { SampledCoordinate } from '../../lib/coordinates/sampled-coordinate.js';
import { ScalarCoordinate } from '../../lib/coordinates/scalar-coordinate.js';
import type { Attrs } from '../../lib/dataarray/attributes.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { allocate, type DType, dtypes } from '../../lib/dtype.js';
import { NAT, toTime } from '../../lib/time.js';

const T0 = toTime('2024-05-21T12:34:56.123456789');
const ms = (count: number) => BigInt(Math.round(count * 1e6));

/** Values that tell every element from every other, in C order. */
function values(dtype: DType, size: number) {
  const out = allocate(dtype, size);
  for (let k = 0; k < size; k++) {
    const value = (k * 7919) % 101;
    out[k] = dtype === 'int64' || dtype === 'uint64' ? BigInt(value) : value;
  }
  return out;
}

function array(
  shape: number[],
  coords: ConstructorParameters<typeof DataArray>[0]['coords'],
  options: { dims?: string[]; name?: string; attrs?: Attrs; dtype?: DType } = {},
): DataArray {
  const { dtype = 'float32', ...rest } = options;
  const size = shape.reduce((product, length) => product * length, 1);
  return new DataArray({ data: values(dtype, size), shape, coords, ...rest });
}

const line = (dim: string, size: number, more = {}) =>
  new InterpCoordinate({ dim, tieIndices: [0, size - 1], tieValues: Float64Array.of(0, 2.5 * (size - 1)), ...more });
const clock = (size: number, more = {}) =>
  new InterpCoordinate({
    dim: 'time',
    dtype: 'datetime64[ns]',
    tieIndices: [0, size - 1],
    tieValues: BigInt64Array.of(T0, T0 + ms(4) * BigInt(size - 1)),
    ...more,
  });
const sampledClock = (lengths: number[], more: object) =>
  new SampledCoordinate({
    dim: 'time',
    dtype: 'datetime64[ns]',
    tieValues: BigInt64Array.from(lengths.map((_, k) => T0 + BigInt(k) * 10n ** 9n)),
    tieLengths: lengths,
    ...more,
  } as ConstructorParameters<typeof SampledCoordinate>[0]);
const regular = { samplingInterval: ms(4) };
const gaps = {
  dim: 'time',
  dtype: 'datetime64[ns]' as const,
  tieIndices: [0, 3, 4, 7],
  tieValues: BigInt64Array.of(T0, T0 + ms(12), T0 + ms(900), T0 + ms(912)),
};

/** Every case by name. Names that begin with `ratio-` or `auxiliary-interpolated` are beyond the words of CF-1.9. */
export const packetCases: Record<string, DataArray> = {
  ...Object.fromEntries(
    dtypes.map((dtype) => [
      `dtype-${dtype}`,
      array([6, 3], { time: clock(6), distance: line('distance', 3) }, { dtype }),
    ]),
  ),
  regular: array([6, 3], { time: clock(6, regular), distance: line('distance', 3, { samplingInterval: 2.5 }) }),
  'regular-tolerance': array([6, 3], {
    time: clock(6, { samplingInterval: ms(4), tolerance: 1234n }),
    distance: line('distance', 3, { samplingInterval: 2.5, tolerance: 0.25 }),
  }),
  'regular-ratio': array([31], {
    time: new InterpCoordinate({
      dim: 'time',
      dtype: 'datetime64[ns]',
      tieIndices: [0, 30],
      tieValues: BigInt64Array.of(T0, T0 + ms(100)),
      samplingNumerator: ms(10),
      samplingDenominator: 3,
      tolerance: 1n,
    }),
  }),
  'regular-gaps': array([8], { time: new InterpCoordinate({ ...gaps, samplingInterval: ms(4) }) }),
  'irregular-gaps': array([8], { time: new InterpCoordinate(gaps) }),
  'regular-one-sample': array([1, 3], {
    time: new InterpCoordinate({
      dim: 'time',
      dtype: 'datetime64[ns]',
      tieIndices: [0],
      tieValues: BigInt64Array.of(T0),
      samplingInterval: ms(4),
    }),
    distance: line('distance', 3),
  }),
  'regular-zero-length': array([6, 3], { time: clock(6, regular), distance: line('distance', 3) }).isel({
    time: { start: 0, stop: 0 },
  }),
  'interpolated-zero-length': array([6, 3], { time: clock(6), distance: line('distance', 3) }).isel({
    time: { start: 0, stop: 0 },
  }),
  'interpolated-int32': array([5], {
    channel: new InterpCoordinate({
      dim: 'channel',
      tieIndices: [0, 4],
      tieValues: Int32Array.of(10, 30),
      samplingInterval: 5,
    }),
  }),
  'interpolated-int64': array([5], {
    channel: new InterpCoordinate({
      dim: 'channel',
      tieIndices: [0, 4],
      tieValues: BigInt64Array.of(-10n, 30n),
      samplingInterval: 10n,
    }),
  }),
  'interpolated-float32': array([5], {
    distance: new InterpCoordinate({
      dim: 'distance',
      tieIndices: [0, 4],
      tieValues: Float32Array.of(0, 40.8),
      samplingInterval: 10.2,
      tolerance: 0.5,
    }),
  }),
  sampled: array([7], { time: sampledClock([7], regular) }),
  'sampled-gaps': array([9], { time: sampledClock([4, 5], regular) }),
  'sampled-zero-length': array([7], { time: sampledClock([7], regular) }).isel({ time: { start: 0, stop: 0 } }),
  'sampled-without-interval': array([0], {
    time: new SampledCoordinate({ dim: 'time', dtype: 'datetime64[ns]', tieValues: [], tieLengths: [] }),
  }),
  'sampled-distance': array([6], {
    distance: new SampledCoordinate({
      dim: 'distance',
      tieValues: Float64Array.of(0, 100),
      tieLengths: [4, 2],
      samplingInterval: 10.2,
    }),
  }),
  'sampled-float32': array([4], {
    distance: new SampledCoordinate({
      dim: 'distance',
      tieValues: Float32Array.of(0.1),
      tieLengths: [4],
      samplingInterval: 10.2,
    }),
  }),
  'sampled-int64': array([4], {
    channel: new SampledCoordinate({
      dim: 'channel',
      tieValues: BigInt64Array.of(100n),
      tieLengths: [4],
      samplingInterval: 2n,
    }),
  }),
  'sampled-int16': array([4], {
    channel: new SampledCoordinate({
      dim: 'channel',
      tieValues: Int16Array.of(100),
      tieLengths: [4],
      samplingInterval: 2,
    }),
  }),
  'sampled-and-interpolated': array([7, 3], {
    time: sampledClock([3, 4], regular),
    distance: line('distance', 3, { samplingInterval: 2.5 }),
  }),
  'auxiliary-sampled': array([7, 3], {
    time: clock(7),
    distance: line('distance', 3),
    channel: new SampledCoordinate({
      dim: 'distance',
      tieValues: BigInt64Array.of(0n),
      tieLengths: [3],
      samplingInterval: 1n,
    }),
  }),
  'ratio-sampled': array([9], { time: sampledClock([4, 5], { samplingNumerator: ms(10), samplingDenominator: 3 }) }),
  'ratio-sampled-beside-interpolated': array([9, 3], {
    time: sampledClock([9], { samplingNumerator: 1000n, samplingDenominator: 7 }),
    distance: line('distance', 3, { samplingInterval: 2.5 }),
  }),
  'auxiliary-interpolated': array([7, 5], {
    time: clock(7, regular),
    distance: line('distance', 5),
    depth: new InterpCoordinate({ dim: 'distance', tieIndices: [0, 2, 4], tieValues: Float64Array.of(0, 5, 7) }),
  }),
  'auxiliary-interpolated-alone': array([5], {
    depth: new InterpCoordinate({ dim: 'distance', tieIndices: [0, 2, 4], tieValues: Float64Array.of(0, 5, 7) }),
  }),
  dense: array([3, 2], {
    time: new DenseCoordinate({
      dim: 'time',
      dtype: 'datetime64[ns]',
      values: BigInt64Array.of(T0, T0 + 1n, T0 + 10n ** 18n),
    }),
    distance: new DenseCoordinate({ dim: 'distance', values: Float64Array.of(-0.1, 1e300) }),
  }),
  'dense-not-a-time': array([3], {
    time: new DenseCoordinate({ dim: 'time', dtype: 'datetime64[ns]', values: BigInt64Array.of(T0, NAT, T0 + 5n) }),
  }),
  'dense-nan': array([3], { x: new DenseCoordinate({ dim: 'x', values: Float64Array.of(1, Number.NaN, 3) }) }),
  'dense-before-1970': array([2], {
    time: new DenseCoordinate({
      dim: 'time',
      dtype: 'datetime64[ns]',
      values: BigInt64Array.of(toTime('1700-02-03T04:05:06.000000007'), -1n),
    }),
  }),
  'dense-zero-length': array([0], {
    time: new DenseCoordinate({ dim: 'time', dtype: 'datetime64[ns]', values: new BigInt64Array(0) }),
  }),
  'dense-durations': array([2], {
    lag: new DenseCoordinate({ dim: 'lag', dtype: 'timedelta64[ns]', values: BigInt64Array.of(-5n, 7_000_000_001n) }),
  }),
  text: array(
    [4, 3],
    {
      time: clock(4),
      station: new DenseCoordinate({ dim: 'station', values: ['ALPE', 'Ünïcødé 🌍', ''] }),
    },
    { dims: ['time', 'station'] },
  ),
  'auxiliary-and-scalar': array([4, 3], {
    time: clock(4, regular),
    distance: line('distance', 3),
    latitude: new DenseCoordinate({ dim: 'distance', values: Float64Array.of(45.1, 45.2, 45.3) }),
    station: new DenseCoordinate({ dim: 'distance', values: ['A', 'B', 'C'] }),
    network: new ScalarCoordinate({ value: 'XX' }),
    shot: new ScalarCoordinate({ value: T0, dtype: 'datetime64[ns]' }),
    azimuth: new ScalarCoordinate({ value: 12.5 }),
    count: new ScalarCoordinate({ value: 3n }),
  }),
  'no-coordinates': array([4, 3], {}, { dims: ['time', 'distance'] }),
  'no-dimensions': array([], {}, { dims: [], name: 'level' }),
  'four-dimensions': array(
    [2, 3, 4, 5],
    { time: clock(3) },
    { dims: ['shot', 'time', 'distance', 'lane'], dtype: 'int16' },
  ),
  'name-and-attributes': array(
    [4],
    { time: clock(4, regular) },
    {
      name: 'verschiebungsgröße',
      attrs: {
        units: 'nm/m/s',
        größe: 'größer als 3 µm ≥ 🌍',
        gauge_length: 10.2,
        big: 2n ** 62n,
        negative: -7n,
        empty: '',
        words: ['alpha', 'βeta'],
        ints: Int32Array.of(1, -2, 3),
        floats: Float64Array.of(0.5, Number.NaN),
        longs: BigInt64Array.of(1n, -(2n ** 60n)),
      },
    },
  ),
};
