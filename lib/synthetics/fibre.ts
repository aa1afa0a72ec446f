import { normalNumbers } from '../synthetics.js';
import { hash } from './hash.js';

/** A fibre that something is simulated on. */
export interface Fibre {
  readonly channels: number;
  /** Channel spacing in metres. */
  readonly dx: number;
  /** Samples per second. */
  readonly rate: number;
  /** Seed of everything random. */
  readonly seed: number;
  /** How well each channel is coupled to the ground, about 1: smooth over a kilometre, rough from channel to channel. */
  readonly coupling: Float32Array;
}

/** What adds its part of a wavefield to rows of samples: strain rate in 1e-9 per second. */
export interface Contribution {
  /** Adds sample `sample` (counted from the start, from 0) of all channels to `out` from `offset` on. */
  add(out: Float32Array, offset: number, sample: number): void;
}

/** A fibre with its coupling drawn from the seed. */
export function fibreOf(channels: number, dx: number, rate: number, seed: number): Fibre {
  const coupling = new Float32Array(channels);
  const normal = normalNumbers(hash(seed, 1) | 0);
  const memory = Math.exp(-Math.abs(dx) / 1000);
  let slow = normal();
  for (let x = 0; x < channels; x++) {
    slow = memory * slow + Math.sqrt(1 - memory * memory) * normal();
    coupling[x] = Math.max(0.1, 1 + 0.3 * slow + 0.15 * normal());
  }
  return { channels, dx, rate, seed, coupling };
}
