import { Readable } from 'node:stream';
import { type BlockStep, InterpCoordinate } from '../coordinates/interp-coordinate.js';
import type { Attrs } from '../dataarray/attributes.js';
import { DataArray } from '../dataarray/data-array.js';
import { ArgumentError } from '../errors.js';
import { floorDivide, type TimeLike, toTime } from '../time.js';
import { Wavefield } from './wavefield.js';

/** Channel spacing and sensitivity of a real OptoDAS. */
const DX = 10.213001907746815;
const SENSITIVITY = 9112677.961649183;

/** Options of {@link InstrumentSimulator}. */
export interface SimulatorOptions {
  /** Channels; default 16002. */
  channels?: number;
  /** Samples per second; default 100. */
  rate?: number;
  /** Samples in each array; default 10. */
  samples?: number;
  /** Seed of everything random, a whole number; default 1. */
  seed?: number;
  /** Time of the first sample; default 2024-01-01. */
  start?: TimeLike;
  /** Seconds after which the stream ends, rounded up to whole samples; default Infinity. */
  duration?: number;
  /** Channel spacing in metres; default 10.213001907746815. */
  dx?: number;
  /** Cars per hour and direction on each road; default 120. */
  cars?: number;
  /** Earthquakes per hour, the first of them 5 s after the start; default 20. */
  quakes?: number;
}

/**
 * A made-up OptoDAS instrument: an object-mode Readable of DataArray (time x distance, float32, phase rate in `rad/(s*m)` with
 * the attributes of an instrument's header), as fast as it is read; put a `Pacer` behind it for real time. By default 6.4 MB/s of
 * data per second of time, as of a real one.
 *
 * The wavefield (noise, microseism, cars, earthquakes; see `Wavefield`) follows from the seed alone: the same seed gives the
 * same samples, whatever `samples` and `duration` are.
 *
 * Memory: one array ahead of the reader, and 100 to 200 bytes per channel of tables and 1 MB or more of noise.
 * Throws `BAD_ARGUMENT`, `BAD_TIME`.
 */
export class InstrumentSimulator extends Readable {
  readonly chunkDim = 'time';
  /** Whether it ends only when it is destroyed. */
  readonly unbounded: boolean;

  readonly #samples: number;
  readonly #total: number;
  readonly #start: bigint;
  readonly #numerator: bigint;
  readonly #denominator: bigint;
  readonly #distance: InterpCoordinate;
  readonly #attrs: Attrs;
  readonly #channels: number;
  readonly #wavefield: Wavefield;
  #next = 0;

  constructor(options: SimulatorOptions = {}) {
    const { channels = 16002, rate = 100, samples = 10, seed = 1, dx = DX, cars = 120, quakes = 20 } = options;
    const { duration = Number.POSITIVE_INFINITY } = options;
    whole('channels', channels, 1);
    whole('samples', samples, 1);
    whole('seed', seed, Number.MIN_SAFE_INTEGER);
    if (!(rate >= 1e-3 && rate <= 1e6)) throw wrong('rate', rate, 'samples per second from 0.001 to 1,000,000');
    if (!(duration > 0)) throw wrong('duration', duration, 'seconds above 0');
    if (!(dx > 0 && Number.isFinite(dx))) throw wrong('dx', dx, 'metres above 0');
    if (!(cars >= 0 && cars <= 1e5)) throw wrong('cars', cars, 'cars per hour from 0 to 100,000');
    if (!(quakes >= 0 && quakes <= 1e4)) throw wrong('quakes', quakes, 'earthquakes per hour from 0 to 10,000');
    const start = toTime(options.start ?? '2024-01-01');
    super({ objectMode: true, highWaterMark: 1 });
    this.unbounded = duration === Number.POSITIVE_INFINITY;
    this.#channels = channels;
    this.#samples = samples;
    this.#total = Math.ceil(duration * rate - 1e-9);
    this.#start = start;
    // A whole number of hertz is exact even where nanoseconds are not.
    [this.#numerator, this.#denominator] = Number.isInteger(rate)
      ? [1_000_000_000n, BigInt(rate)]
      : [BigInt(Math.round(1e9 / rate)), 1n];
    this.#distance = InterpCoordinate.fromBlock(0, channels, dx, { dim: 'distance', dtype: 'float64' });
    this.#attrs = {
      dataScale: 1,
      experiment: 'simulation',
      gaugeLength: 2 * dx,
      gaugeLengthUnit: 'm',
      instrument: 'dasflow simulator',
      measurement: `seed ${seed}`,
      'sensitivities.factor': SENSITIVITY,
      'sensitivities.unit': 'rad/(strain*m)',
      sensorType: 'D',
      unit: 'rad/(s*m)',
      version: 2,
    };
    this.#wavefield = new Wavefield({ channels, dx, rate, seed, cars, quakes });
  }

  override _read(): void {
    const first = this.#next;
    const count = Math.min(this.#samples, this.#total - first);
    if (count <= 0) {
      this.push(null);
      return;
    }
    this.#next += count;
    const start = this.#start + floorDivide(BigInt(first) * this.#numerator, this.#denominator);
    const step: BlockStep =
      this.#numerator % this.#denominator === 0n
        ? this.#numerator / this.#denominator
        : [this.#numerator, this.#denominator];
    this.push(
      new DataArray({
        data: this.#wavefield.samples(first, count, SENSITIVITY * 1e-9),
        shape: [count, this.#channels],
        dims: ['time', 'distance'],
        coords: {
          time: InterpCoordinate.fromBlock(start, count, step, { dim: 'time', dtype: 'datetime64[ns]' }),
          distance: this.#distance,
        },
        attrs: this.#attrs,
      }),
    );
  }

  override [Symbol.asyncIterator](): NodeJS.AsyncIterator<DataArray> {
    return super[Symbol.asyncIterator]();
  }
}

function whole(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw wrong(name, value, `whole numbers${least > 0 ? ` from ${least} on` : ''}`);
}

function wrong(name: string, value: unknown, allowed: string): ArgumentError {
  return new ArgumentError('BAD_ARGUMENT', `${name} is ${String(value)}; allowed: ${allowed}`);
}
