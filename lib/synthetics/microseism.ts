import type { Contribution, Fibre } from './fibre.js';
import { uniformsAt } from './hash.js';

/** Plane waves that the microseism is made of: an even number. */
const WAVES = 8;
/** Strain rate of each, in 1e-9/s. */
const LEVEL = 3;

/**
 * The restlessness of the ground: plane surface waves of 0.1 to 0.4 Hz from all directions. Each is separable,
 * cos(wt - kx) = cos wt cos kx + sin wt sin kx, so the cosines along the fibre are computed once and a sample of all
 * channels takes two multiplications per wave and channel.
 */
export class Microseism implements Contribution {
  readonly #cosines: Float32Array[] = [];
  readonly #sines: Float32Array[] = [];
  /** Radians per sample, and at sample 0. */
  readonly #steps: number[] = [];
  readonly #phases: number[] = [];

  constructor({ channels, dx, rate, seed, coupling }: Fibre) {
    const uniform = uniformsAt(seed, 4);
    for (let wave = 0; wave < WAVES; wave++) {
      const frequency = 0.1 + 0.3 * uniform() ** 2;
      const wavenumber = (2 * Math.PI * frequency * Math.cos(Math.PI * uniform())) / (1500 + 2000 * uniform());
      const level = LEVEL * (0.5 + uniform());
      const [cosine, sine] = [new Float32Array(channels), new Float32Array(channels)];
      for (let x = 0; x < channels; x++) {
        cosine[x] = level * coupling[x]! * Math.cos(wavenumber * x * dx);
        sine[x] = level * coupling[x]! * Math.sin(wavenumber * x * dx);
      }
      this.#cosines.push(cosine);
      this.#sines.push(sine);
      this.#steps.push((2 * Math.PI * frequency) / rate);
      this.#phases.push(2 * Math.PI * uniform());
    }
  }

  add(out: Float32Array, offset: number, sample: number): void {
    for (let wave = 0; wave < WAVES; wave += 2) {
      // Two at a time: half as many passes over the samples.
      const [c1, s1, c2, s2] = [
        this.#cosines[wave]!,
        this.#sines[wave]!,
        this.#cosines[wave + 1]!,
        this.#sines[wave + 1]!,
      ];
      const [a, b] = [this.#angle(wave, sample), this.#angle(wave + 1, sample)];
      const [ca, sa, cb, sb] = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b)];
      for (let x = 0; x < c1.length; x++) out[offset + x]! += ca * c1[x]! + sa * s1[x]! + cb * c2[x]! + sb * s2[x]!;
    }
  }

  #angle(wave: number, sample: number): number {
    return this.#steps[wave]! * sample + this.#phases[wave]!;
  }
}
