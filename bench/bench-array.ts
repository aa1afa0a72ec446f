/** The arrays that the benches send: a travelling wave with noise, the same on every run. */
import { DataArray, InterpCoordinate } from '../lib/index.js';

/** Shape and dtype of a bench array. */
export interface BenchArraySpec {
  /** Samples in time and channels. */
  shape: readonly [number, number];
  dtype: 'float32' | 'float64';
}

/** Noise that does not compress away, from a small generator with a fixed seed (xorshift32). */
function noise(): () => number {
  let state = 0x2545f491;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 31 - 1;
  };
}

/** Name of a spec, for tables. */
export function specTitle({ shape, dtype }: BenchArraySpec): string {
  return `${shape[0]} x ${shape[1]} ${dtype}`;
}

/** The array of a spec: 100 Hz, 10 m, regular coordinates. */
export function benchArray({ shape: [samples, channels], dtype }: BenchArraySpec): DataArray {
  const random = noise();
  const data = dtype === 'float32' ? new Float32Array(samples * channels) : new Float64Array(samples * channels);
  for (let k = 0; k < data.length; k++) {
    const time = Math.floor(k / channels) * 0.01;
    data[k] = Math.sin(2 * Math.PI * 3 * time + (k % channels) / 7) + 0.05 * random();
  }
  return new DataArray({
    data,
    shape: [samples, channels],
    dims: ['time', 'distance'],
    coords: {
      time: InterpCoordinate.fromBlock('2024-05-21T12:34:56.123456789', samples, '10ms', {
        dim: 'time',
        dtype: 'datetime64[ns]',
      }),
      distance: InterpCoordinate.fromBlock(0, channels, 10, { dim: 'distance' }),
    },
  });
}

/** `count` arrays of a spec that follow each other in time, the same values in each. */
export function* benchChunks(spec: BenchArraySpec, count: number): Generator<DataArray> {
  const array = benchArray(spec);
  let time = array.coords.axis('time') as InterpCoordinate;
  for (let k = 0; k < count; k++) {
    yield array.assignCoords({ time });
    time = time.shift(BigInt(spec.shape[0]) * 10_000_000n);
  }
}
