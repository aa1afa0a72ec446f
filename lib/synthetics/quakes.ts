import { arrivals, Events, type TimedEvent } from './events.js';
import type { Contribution, Fibre } from './fibre.js';
import { uniformsAt } from './hash.js';

/** Seconds of a slot of the drawing. */
const SLOT = 60;
/** Positions of a wavelet per sample: delays are exact to half of one. */
const FINE = 4;
/** Metres per second. */
const [P_SPEED, S_SPEED] = [6000, 3400];
/** Seconds of the P and the S wave train. */
const [P_LENGTH, S_LENGTH] = [12, 30];

interface Quake extends TimedEvent {
  /** Position of the origin, in positions of a wavelet. */
  origin: number;
  /** Delays of P and S to each channel, in positions of a wavelet, and their amplitudes. */
  pDelay: Int32Array;
  sDelay: Int32Array;
  pLevel: Float32Array;
  sLevel: Float32Array;
  /** When the first P arrives, in positions of a wavelet. */
  first: number;
}

/**
 * Local earthquakes beside the fibre: P and S wave trains (band-limited noise of 1 to 10 Hz under an envelope) with hyperbolic
 * arrivals at 6.0 and 3.4 km/s, amplitudes that fall off with the distance. Wave trains are drawn once, delays and
 * amplitudes once per quake; a sample of all channels then takes two look-ups per channel, and only while waves pass.
 */
export class Quakes implements Contribution {
  readonly #fibre: Fibre;
  readonly #quakes: Events<Quake>;
  readonly #p: Float32Array;
  readonly #s: Float32Array;

  /** @param perHour Quakes per hour; with any at all the first one comes 5 s after the start. */
  constructor(fibre: Fibre, perHour: number) {
    this.#fibre = fibre;
    this.#p = wavelet(fibre, 7, P_LENGTH, 3, [2, 12]);
    this.#s = wavelet(fibre, 8, S_LENGTH, 7, [1, 8]);
    const length = fibre.channels * Math.abs(fibre.dx);
    const longest = (length + 60_000) / S_SPEED + S_LENGTH;
    this.#quakes = new Events(SLOT, SLOT + longest, (slot) => this.#draw(slot, (perHour * SLOT) / 3600));
  }

  add(out: Float32Array, offset: number, sample: number): void {
    const [p, s] = [this.#p, this.#s];
    for (const { origin, first, pDelay, sDelay, pLevel, sLevel } of this.#quakes.at(sample / this.#fibre.rate)) {
      const position = FINE * sample - origin;
      if (position < first) continue;
      for (let x = 0; x < pDelay.length; x++) {
        const inP = position - pDelay[x]!;
        if (inP < 0) continue;
        let value = 0;
        if (inP < p.length) value = pLevel[x]! * p[inP]!;
        const inS = position - sDelay[x]!;
        if (inS >= 0 && inS < s.length) value += sLevel[x]! * s[inS]!;
        out[offset + x]! += value;
      }
    }
  }

  #draw(slot: number, mean: number): Quake[] {
    const uniform = uniformsAt(this.#fibre.seed, 9, slot);
    const quakes: Quake[] = [];
    if (slot === 0 && mean > 0) quakes.push(this.#quake(5, uniform));
    if (slot < 0) return quakes;
    for (const at of arrivals(mean, uniform)) quakes.push(this.#quake((slot + at) * SLOT, uniform));
    return quakes;
  }

  #quake(start: number, uniform: () => number): Quake {
    const { channels, rate, coupling } = this.#fibre;
    const dx = Math.abs(this.#fibre.dx);
    const [place, offset, depth] = [uniform() * channels * dx, 3000 + 30_000 * uniform(), 4000 + 10_000 * uniform()];
    const strength = 200 * 10 ** (1.2 * uniform());
    const [pDelay, sDelay] = [new Int32Array(channels), new Int32Array(channels)];
    const [pLevel, sLevel] = [new Float32Array(channels), new Float32Array(channels)];
    let [first, last] = [Infinity, 0];
    for (let x = 0; x < channels; x++) {
      const along = x * dx - place;
      const distance = Math.hypot(along, offset, depth);
      // A fibre feels what is stretched along it: P from the ends, S most of all in between.
      const slant = along / distance;
      const level = (strength * coupling[x]!) / (1 + distance / 5000);
      pLevel[x] = 0.5 * level * (0.2 + slant * slant);
      sLevel[x] = level * (0.3 + 2 * Math.abs(slant) * Math.sqrt(1 - slant * slant));
      pDelay[x] = Math.round((distance / P_SPEED) * rate * FINE);
      sDelay[x] = Math.round((distance / S_SPEED) * rate * FINE);
      first = Math.min(first, pDelay[x]!);
      last = Math.max(last, sDelay[x]!);
    }
    const origin = Math.round(start * rate * FINE);
    return { origin, first, pDelay, sDelay, pLevel, sLevel, until: start + last / (rate * FINE) + S_LENGTH };
  }
}

/** Many cosines of a band, below half the sampling rate, under an envelope that rises in half a second and dies away. */
function wavelet({ rate, seed }: Fibre, stream: number, seconds: number, decay: number, band: number[]): Float32Array {
  const uniform = uniformsAt(seed, stream);
  const fine = rate * FINE;
  const out = new Float32Array(Math.ceil(seconds * fine));
  const [low, high] = band.map((frequency) => Math.min(frequency, 0.4 * rate)) as [number, number];
  const count = 40;
  for (let wave = 0; wave < count; wave++) {
    const step = (2 * Math.PI * (low + (high - low) * uniform())) / fine;
    const [turnCos, turnSin] = [Math.cos(step), Math.sin(step)];
    const phase = 2 * Math.PI * uniform();
    let [cos, sin] = [Math.cos(phase), Math.sin(phase)];
    for (let k = 0; k < out.length; k++) {
      out[k]! += cos;
      [cos, sin] = [cos * turnCos - sin * turnSin, sin * turnCos + cos * turnSin];
    }
  }
  for (let k = 0; k < out.length; k++) {
    const time = k / fine;
    out[k]! *= (Math.min(1, time / 0.5) * Math.exp(-time / decay)) / Math.sqrt(count / 2);
  }
  return out;
}
