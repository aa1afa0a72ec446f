/** Deterministic test data: small arrays with sequential values, and synthetic DAS records of a local earthquake. */

import type { DeltaLike } from './coordinates/delta.js';
import { DenseCoordinate } from './coordinates/dense-coordinate.js';
import { type BlockStep, InterpCoordinate } from './coordinates/interp-coordinate.js';
import { SampledCoordinate } from './coordinates/sampled-coordinate.js';
import { DataArray } from './dataarray/data-array.js';
import { split } from './dataarray/split.js';
import { allocate, type DType } from './dtype.js';
import { ArgumentError } from './errors.js';
import { type DurationLike, nsToSeconds, type TimeLike, toDuration, toTime } from './time.js';

/** Options of {@link dummy}. */
export interface DummyOptions {
  /** Names of the dimensions; default `['time', 'distance']`. */
  dims?: readonly string[];
  /** Samples along each; default `[100, 10]`. */
  shape?: readonly number[];
  /** Default float64. */
  dtype?: DType;
  /**
   * Step along each dimension, or one for all; default `[0.01, 10]`. On the time axis a number is seconds, with the
   * fraction of a nanosecond cut off.
   */
  step?: DeltaLike | readonly DeltaLike[];
  /** Type of all coordinates; default `'interpolated'`. */
  ctype?: 'interpolated' | 'sampled' | 'dense';
  /** Whether the first dimension is a time from 2024-05-21 on (others are float64 from 0); default true. */
  datetime?: boolean;
}

const coordinateTypes = { interpolated: InterpCoordinate, sampled: SampledCoordinate, dense: DenseCoordinate };

/** A small array of the numbers 0, 1, 2 ... in C order, as `xdas.testing.dummy`. Throws `BAD_ARGUMENT`. */
export function dummy(options: DummyOptions = {}): DataArray {
  const { dims = ['time', 'distance'], shape = [100, 10], dtype = 'float64', ctype = 'interpolated' } = options;
  const { step = [0.01, 10], datetime = true } = options;
  if (dims.length !== shape.length)
    throw new ArgumentError('BAD_ARGUMENT', `${dims.length} dims do not go with ${shape.length} sizes in shape`);
  if (Array.isArray(step) && step.length !== dims.length)
    throw new ArgumentError('BAD_ARGUMENT', `${step.length} steps do not go with ${dims.length} dims`);
  const kind = coordinateTypes[ctype];
  if (!kind)
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `ctype ${String(ctype)} is not one of ${Object.keys(coordinateTypes).join(', ')}`,
    );
  const size = shape.reduce((product, length) => product * length, 1);
  const data = allocate(dtype, size);
  const big = dtype === 'int64' || dtype === 'uint64';
  for (let k = 0; k < size; k++) (data as unknown as (number | bigint)[])[k] = big ? BigInt(k) : k;
  const coords = Object.fromEntries(
    dims.map((dim, axis) => {
      const own = Array.isArray(step) ? (step as DeltaLike[])[axis]! : (step as DeltaLike);
      if (!(datetime && axis === 0)) return [dim, kind.fromBlock(0, shape[axis]!, own, { dim, dtype: 'float64' })];
      const interval = typeof own === 'number' ? BigInt(Math.trunc(own * 1e9)) : toDuration(own);
      return [dim, kind.fromBlock(toTime('2024-05-21'), shape[axis]!, interval, { dim, dtype: 'datetime64[ns]' })];
    }),
  );
  return new DataArray({ data, shape, coords, dims });
}

/** Options of {@link waveletWavefronts}. */
export interface WaveletWavefrontsOptions {
  /** Time of the first sample; default 2023-01-01. */
  starttime?: TimeLike;
  /** Sampling intervals in time and in metres; default `['20ms', 25]`. */
  resolution?: readonly [DurationLike, number];
  /** Signal-to-noise ratio; default 10. `Infinity`: no noise. */
  snr?: number;
  /** Seed of the noise; default 42. The noise is not numpy's: same statistics, other numbers. */
  seed?: number;
}

/**
 * A P and an S wavelet (10 Hz) of a source 5 km beside a 10 km cable, 6 s long, as strain rate: the formula, shape and
 * coordinates of `xdas.synthetics.wavelet_wavefronts`. With `nchunk` split into so many arrays.
 */
export function waveletWavefronts(options: WaveletWavefrontsOptions & { nchunk: number }): DataArray[];
export function waveletWavefronts(options?: WaveletWavefrontsOptions & { nchunk?: undefined }): DataArray;
export function waveletWavefronts(
  options: WaveletWavefrontsOptions & { nchunk?: number | undefined } = {},
): DataArray | DataArray[] {
  const { starttime = '2023-01-01', resolution = ['20ms', 25], snr = 10, seed = 42, nchunk } = options;
  const record = new Wavefronts([toDuration(resolution[0]), resolution[1]], 6_000_000_000n, 10_000, 5_000, 1);
  const { nt, nx, data } = record;
  const pulse = gaussianPulse(10);
  for (let x = 0; x < nx; x++)
    for (let k = 0; k < nt; k++)
      data[k * nx + x] =
        pulse(record.time(k) - record.p(x) - record.origin) / 2 + pulse(record.time(k) - record.s(x) - record.origin);
  record.normalize();
  record.addNoise(snr, normalNumbers(seed));
  // strain rate: difference along the cable, then in time, the first samples against zero
  for (let k = 0; k < nt; k++) for (let x = nx - 1; x > 0; x--) data[k * nx + x]! -= data[k * nx + x - 1]!;
  for (let k = nt - 1; k > 0; k--) for (let x = 0; x < nx; x++) data[k * nx + x]! -= data[(k - 1) * nx + x]!;
  const da = record.toDataArray(toTime(starttime));
  return nchunk === undefined ? da : split(da, nchunk);
}

/** Options of {@link randnWavefronts}. */
export interface RandnWavefrontsOptions {
  /** Signal-to-noise ratio; default 20. `Infinity`: no noise under the bursts. */
  snr?: number;
  /** Seed of bursts and noise; default 42. */
  seed?: number;
}

/**
 * Bursts of noise that begin with P and get stronger with S, of a source 20 km beside a 100 km cable: 200 s at 100 Hz, a
 * channel every 100 m (20,000 x 1,001 float64, 160 MB), from 2024-01-01: `xdas.synthetics.randn_wavefronts` with other
 * random numbers.
 */
export function randnWavefronts({ snr = 20, seed = 42 }: RandnWavefrontsOptions = {}): DataArray {
  const record = new Wavefronts([10_000_000n, 100], 200_000_000_000n, 100_000, 20_000, 30);
  const { nt, nx, data } = record;
  const normal = normalNumbers(seed);
  for (let x = 0; x < nx; x++) {
    const [p, s] = [record.origin + record.p(x), record.origin + record.s(x)];
    for (let k = 0; k < nt; k++) {
      const time = record.time(k);
      if (time > p) data[k * nx + x] = normal() / 2;
      if (time > s) data[k * nx + x]! += normal();
    }
  }
  record.normalize();
  record.addNoise(snr, normal);
  return record.toDataArray(toTime('2024-01-01'));
}

/** A record of a straight cable, a source beside its middle, and the travel times from there. */
class Wavefronts {
  readonly nt: number;
  readonly nx: number;
  readonly data: Float64Array;
  private readonly distances: Float64Array;

  constructor(
    readonly resolution: readonly [bigint, number],
    duration: bigint,
    length: number,
    offset: number,
    /** Origin time in seconds after the first sample. */
    readonly origin: number,
  ) {
    this.nt = Number(duration / resolution[0]);
    this.nx = Math.floor(length / resolution[1]) + 1;
    this.data = new Float64Array(this.nt * this.nx);
    const middle = ((this.nx - 1) * resolution[1]) / 2;
    this.distances = Float64Array.from({ length: this.nx }, (_, x) => Math.hypot(offset, x * resolution[1] - middle));
  }

  /** Seconds from the first sample. */
  time(k: number): number {
    return nsToSeconds(BigInt(k) * this.resolution[0]);
  }

  /** Travel time of P at 4 km/s. */
  p(x: number): number {
    return this.distances[x]! / 4000;
  }

  /** Travel time of S, 1.75 times slower. */
  s(x: number): number {
    return this.distances[x]! / (4000 / 1.75);
  }

  /** Every channel divided by its largest absolute value. */
  normalize(): void {
    for (let x = 0; x < this.nx; x++) {
      let largest = 0;
      for (let k = 0; k < this.nt; k++) largest = Math.max(largest, Math.abs(this.data[k * this.nx + x]!));
      for (let k = 0; k < this.nt; k++) this.data[k * this.nx + x]! /= largest;
    }
  }

  addNoise(snr: number, normal: () => number): void {
    if (snr === Number.POSITIVE_INFINITY) return;
    for (let k = 0; k < this.data.length; k++) this.data[k]! += normal() / snr;
  }

  toDataArray(starttime: bigint): DataArray {
    const block = (start: bigint | number, size: number, step: BlockStep, dim: string) =>
      InterpCoordinate.fromBlock(start, size, step, {
        dim,
        dtype: typeof start === 'bigint' ? 'datetime64[ns]' : 'float64',
      });
    return new DataArray({
      data: this.data,
      shape: [this.nt, this.nx],
      coords: {
        time: block(starttime, this.nt, this.resolution[0], 'time'),
        distance: block(0, this.nx, this.resolution[1], 'distance'),
      },
    });
  }
}

/** A cosine of `frequency` under a Gaussian whose spectrum is 6 dB down at half the frequency's width (scipy.signal.gausspulse). */
function gaussianPulse(frequency: number): (time: number) => number {
  const [bandwidth, level] = [0.5, 10 ** (-6 / 20)];
  const decay = -((Math.PI * frequency * bandwidth) ** 2) / (4 * Math.log(level));
  return (time) => Math.exp(-decay * time * time) * Math.cos(2 * Math.PI * frequency * time);
}

/** Normal numbers of mean 0 and variance 1 from a seed (sfc32 and the polar method of Marsaglia): the same on every machine. */
export function normalNumbers(seed: number): () => number {
  const uniform = uniformNumbers(seed);
  let spare: number | null = null;
  return () => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    for (;;) {
      const [u, v] = [2 * uniform() - 1, 2 * uniform() - 1];
      const square = u * u + v * v;
      if (square === 0 || square >= 1) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      spare = v * scale;
      return u * scale;
    }
  };
}

/** Uniform numbers in [0, 1) from a seed (sfc32 of PractRand, public domain). */
export function uniformNumbers(seed: number): () => number {
  let [a, b, c, counter] = [0x9e3779b9 | 0, 0x243f6a88 | 0, seed | 0, 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4294967296;
  };
  for (let k = 0; k < 15; k++) next();
  return next;
}
