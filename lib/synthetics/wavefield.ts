import { type Contribution, type Fibre, fibreOf } from './fibre.js';
import { Microseism } from './microseism.js';
import { NoiseFloor } from './noise-floor.js';
import { Quakes } from './quakes.js';
import { Traffic } from './traffic.js';

/** Options of {@link Wavefield}. */
export interface WavefieldOptions {
  /** Channels of the fibre. */
  channels: number;
  /** Channel spacing in metres. */
  dx: number;
  /** Samples per second. */
  rate: number;
  /** Seed of everything random. */
  seed: number;
  /** Cars per hour and direction on each road; default 120. */
  cars?: number;
  /** Earthquakes per hour, the first of them 5 s after the start; default 20. */
  quakes?: number;
}

/**
 * What a long fibre feels, made up: noise of the instrument, microseism, cars that drive along it, local earthquakes. A sample
 * follows from seed and number alone: the same whatever was computed before it and however it is cut into messages.
 * Strain rate in 1e-9 per second.
 *
 * It is made to be cheap (all that is expensive is separable, in tables, or near a car): about 10 ns per sample.
 */
export class Wavefield {
  readonly #fibre: Fibre;
  readonly #contributions: Contribution[];

  /** The options are to be checked already. */
  constructor({ channels, dx, rate, seed, cars = 120, quakes = 20 }: WavefieldOptions) {
    this.#fibre = fibreOf(channels, dx, rate, seed);
    this.#contributions = [
      new NoiseFloor(this.#fibre),
      new Microseism(this.#fibre),
      ...(cars > 0 ? [new Traffic(this.#fibre, cars)] : []),
      ...(quakes > 0 ? [new Quakes(this.#fibre, quakes)] : []),
    ];
  }

  /** Samples `first` to `first + count - 1` of all channels times `scale`, one sample after the other. */
  samples(first: number, count: number, scale = 1): Float32Array {
    const { channels } = this.#fibre;
    const out = new Float32Array(count * channels);
    for (const one of this.#contributions) for (let k = 0; k < count; k++) one.add(out, k * channels, first + k);
    if (scale !== 1) for (let k = 0; k < out.length; k++) out[k]! *= scale;
    return out;
  }
}
