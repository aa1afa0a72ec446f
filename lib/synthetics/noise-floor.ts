import { normalNumbers } from '../synthetics.js';
import type { Contribution, Fibre } from './fibre.js';
import { hash } from './hash.js';

/** Strain rate of the instrument's own noise, standard deviation in 1e-9/s. */
const LEVEL = 3;

/**
 * Noise of the instrument: white in time and space, normal. Drawn once: each sample of all channels is a stretch of one long
 * table, from a place that the number of the sample decides.
 */
export class NoiseFloor implements Contribution {
  readonly #table: Float32Array;
  readonly #places: number;
  readonly #fibre: Fibre;

  constructor(fibre: Fibre) {
    this.#fibre = fibre;
    const length = Math.max(2 ** 18, 2 ** Math.ceil(Math.log2(8 * fibre.channels)));
    const normal = normalNumbers(hash(fibre.seed, 2) | 0);
    this.#table = Float32Array.from({ length }, () => LEVEL * normal());
    this.#places = length - fibre.channels + 1;
  }

  add(out: Float32Array, offset: number, sample: number): void {
    const { channels, seed } = this.#fibre;
    const table = this.#table;
    const from = hash(seed, 3, sample) % this.#places;
    for (let x = 0; x < channels; x++) out[offset + x]! += table[from + x]!;
  }
}
