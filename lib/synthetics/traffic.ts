import { arrivals, Events, type TimedEvent } from './events.js';
import type { Contribution, Fibre } from './fibre.js';
import { uniformsAt } from './hash.js';

/** Seconds of a slot of the drawing. */
const SLOT = 10;
/** Metres beside a car that it is felt at. */
const REACH = 300;
/** Half width of the dent that a car presses into the ground, in metres. */
const DENT = 30;
/** Metres per second of the surface waves that it sends out. */
const SURFACE = 350;
/** Slowest and fastest, in metres per second. */
const SPEEDS = [8, 33] as const;

/** A stretch of the fibre along a road, in metres from its beginning. */
interface Road {
  from: number;
  to: number;
}

interface Car extends TimedEvent {
  /** Second and place of entry. */
  start: number;
  entry: number;
  /** Metres per second, negative for those that drive toward the beginning of the fibre. */
  speed: number;
  weight: number;
  /** Hertz of its rumble, and the phase. */
  frequency: number;
  phase: number;
}

const TABLE = 4096;
const cosines = Float32Array.from({ length: TABLE }, (_, k) => Math.cos((2 * Math.PI * k) / TABLE));

/**
 * Cars on the stretches of fibre that lie along a road, in both directions, at speeds of 8 to 33 m/s. Each is a dent in the
 * ground that travels (strain exp(-d^2 / 2w^2) at distance d, so the strain rate has its sign where the car comes from), and
 * a rumble of 6 to 16 Hz that runs ahead and behind at 350 m/s and dies away within 100 m. Only channels near a car cost anything.
 */
export class Traffic implements Contribution {
  readonly #fibre: Fibre;
  readonly #traffic: Events<Car>;
  readonly #envelope = Float32Array.from(
    { length: REACH + 2 },
    (_, d) => Math.exp(-d / 100) * Math.max(0, 1 - d / REACH),
  );
  readonly #dent = Float32Array.from({ length: REACH + 2 }, (_, d) => d * Math.exp(-(d * d) / (2 * DENT * DENT)));

  /** @param perHour Cars per hour and direction on each road. */
  constructor(fibre: Fibre, perHour: number) {
    this.#fibre = fibre;
    const roads = roadsOf(fibre);
    const longest = Math.max(...roads.map(({ from, to }) => to - from)) / SPEEDS[0] + SLOT;
    this.#traffic = new Events(SLOT, longest, (slot) =>
      roads.flatMap((road, index) =>
        [1, -1].flatMap((direction) => drawCars(fibre.seed, slot, index, road, direction, (perHour * SLOT) / 3600)),
      ),
    );
  }

  add(out: Float32Array, offset: number, sample: number): void {
    const { rate, channels, coupling } = this.#fibre;
    const dx = Math.abs(this.#fibre.dx);
    const [envelope, dent] = [this.#envelope, this.#dent];
    const time = sample / rate;
    for (const { start, until, entry, speed, weight, frequency, phase } of this.#traffic.at(time)) {
      if (time < start || time > until) continue;
      const place = entry + speed * (time - start);
      const first = Math.max(0, Math.ceil((place - REACH) / dx));
      const last = Math.min(channels - 1, Math.floor((place + REACH) / dx));
      const turns = frequency * time + phase;
      for (let x = first; x <= last; x++) {
        const ahead = x * dx - place;
        const apart = Math.abs(ahead);
        const pressed = (0.12 * speed * Math.sign(ahead) * dent[apart | 0]!) / DENT;
        const wave = turns - (frequency * apart) / SURFACE;
        const rumble = 30 * envelope[apart | 0]! * cosines[((wave - Math.floor(wave)) * TABLE) | 0]!;
        out[offset + x]! += weight * coupling[x]! * (10 * pressed + rumble);
      }
    }
  }
}

/** About a third of a long fibre lies along roads; a short one all of it. */
function roadsOf({ channels, dx, seed }: Fibre): Road[] {
  const length = (channels - 1) * Math.abs(dx);
  if (length <= 4000) return [{ from: 0, to: length }];
  const uniform = uniformsAt(seed, 5);
  const roads: Road[] = [];
  for (let from = 1000 * uniform(); from < length; ) {
    const to = Math.min(length, from + 2000 + 4000 * uniform());
    roads.push({ from, to });
    from = to + 4000 + 8000 * uniform();
  }
  return roads;
}

function drawCars(seed: number, slot: number, index: number, road: Road, direction: number, mean: number): Car[] {
  const uniform = uniformsAt(seed, 6, slot, index, direction);
  const cars: Car[] = [];
  for (const at of arrivals(mean, uniform)) {
    const speed = direction * (SPEEDS[0] + (SPEEDS[1] - SPEEDS[0]) * uniform());
    const start = (slot + at) * SLOT;
    cars.push({
      start,
      until: start + (road.to - road.from) / Math.abs(speed),
      entry: direction > 0 ? road.from : road.to,
      speed,
      weight: Math.exp(0.6 * (uniform() + uniform() + uniform() - 1.5)),
      frequency: 6 + 10 * uniform(),
      phase: uniform(),
    });
  }
  return cars;
}
