import ndarray from 'ndarray';
import { z } from 'zod';
import { concat } from '../dataarray/concat.js';
import type { DataArray } from '../dataarray/data-array.js';
import { AtomError } from '../errors.js';
import { lanesOf } from '../signal/lanes.js';
import { returnMemory } from '../signal/recycled-memory.js';
import {
  type BoxcarWindow,
  boxcarStaLta,
  boxcarStaLtaState,
  energyOf,
  recursiveStaLtaOf,
  recursiveStaLtaState,
} from '../signal/sta-lta.js';
import { Atom, type CallFlags } from './atom.js';
import { castOption } from './cast-output.js';
import type { Chunk } from './chunk.js';
import { dimSchema, optionsSchema, parseOptions } from './options.js';
import { samplingInterval } from './sampling.js';

const methods = ['recursive', 'classic', 'delayed', 'centered'] as const;

/** Options of {@link STALTA}. */
export type STALTAOptions = z.input<typeof STALTA.schema>;

interface STALTAMemory {
  /** Sampling interval of the run, in the units of `dim` (seconds for times). All null where each chunk is a record. */
  delta: number | null;
  /** Samples of the run so far. */
  count: number | null;
  /** The two running averages (`recursive`) or sums of every lane. */
  sums: Float64Array | null;
  /** The last energies of every lane; null for `recursive`. */
  ring: Float64Array | null;
  /** Input whose ratio is not known yet (`centered`). */
  held: DataArray | null;
}

/** Window lengths and delays, in samples. */
interface Windows {
  readonly delta: number;
  readonly nsta: number;
  readonly nlta: number;
  readonly sta: BoxcarWindow;
  readonly lta: BoxcarWindow;
  /** Samples that a window reaches into the future. */
  readonly lag: number;
}

/**
 * Short-term over long-term average of the squared signal, the characteristic function that {@link Trigger} picks on;
 * xdas's STALTA.
 *
 * - `sta`, `lta`: lengths of the two windows in the units of `dim` (seconds for times), 0 < sta < lta; each is rounded to
 *   samples, halves to even.
 * - `method`: `'recursive'` (default), exponential averages with those time constants, as ObsPy's `recursive_sta_lta`;
 *   `'classic'`, trailing means, as ObsPy's `classic_sta_lta`; `'delayed'`, trailing means, the long window ending where
 *   the short one starts, so that a transient does not raise its own reference; `'centered'`, means about the sample,
 *   which reach `lta` / 2 into the future, so that the last samples of a run come with its flush.
 * - `dim`: default `'time'`.
 *
 * Result float64, same coordinates; samples whose windows are not full are zero. State, where chunked along `dim`: two
 * numbers for each lane, and for the boxcar methods the energies of a window. Any cutting gives bitwise the same.
 *
 * Throws `BAD_ARGUMENT` where a window is shorter than a sample or the two are equal in samples, `IRREGULAR` without a
 * sampling interval.
 */
export class STALTA extends Atom<z.output<typeof STALTA.schema>, STALTAMemory> {
  static readonly schema = optionsSchema({
    sta: z.number().positive(),
    lta: z.number().positive(),
    method: z.enum(methods).default('recursive'),
    dim: dimSchema.default('time'),
    ...castOption,
  });
  #windows: Windows | null = null;

  constructor(options: STALTAOptions) {
    super(parseOptions('STALTA', STALTA.schema, options), ['delta', 'count', 'sums', 'ring', 'held']);
    const { sta, lta } = this.options;
    if (!(lta > sta)) throw new AtomError('BAD_ARGUMENT', `STALTA: lta is ${lta}; allowed: longer than sta, ${sta}`);
  }

  protected override initialize(chunk: Chunk, { chunkDim }: CallFlags): void {
    const { array, dim } = this.requireDim(chunk);
    this.#design(samplingInterval(array, dim, 'STALTA', this.intervalAlong(dim)));
    this.memory =
      dim === chunkDim ? this.#fresh(array) : { delta: null, count: null, sums: null, ring: null, held: null };
  }

  protected override initializeFromState(): void {
    if (this.memory.delta !== null) this.#design(this.memory.delta);
  }

  /** The windows at a sampling interval. */
  #design(delta: number): void {
    const { sta, lta, method } = this.options;
    const nsta = roundHalfToEven(sta / delta);
    const nlta = roundHalfToEven(lta / delta);
    if (nsta < 1)
      throw new AtomError('BAD_ARGUMENT', `STALTA: sta is ${sta}; allowed: more than half a sample of ${delta}`);
    if (nlta <= nsta)
      throw new AtomError(
        'BAD_ARGUMENT',
        `STALTA: lta is ${lta}, ${nlta} samples of ${delta}; allowed: more samples than sta, ${nsta}`,
      );
    const lag = method === 'centered' ? Math.floor(nlta / 2) : 0;
    this.#windows = {
      delta,
      nsta,
      nlta,
      lag,
      sta: { size: nsta, delay: method === 'centered' ? lag - Math.floor(nsta / 2) : 0 },
      lta: { size: nlta, delay: method === 'delayed' ? nsta : 0 },
    };
  }

  /** `centered` holds its input back. */
  override get consumesInput(): boolean {
    return this.constructor === STALTA && this.options.method !== 'centered';
  }

  protected override call(chunk: Chunk): Chunk[] {
    const { array, dim, axis } = this.requireDim(chunk);
    if (this.memory.count === null) {
      this.#design(samplingInterval(array, dim, 'STALTA', this.intervalAlong(dim)));
      return [withRows(array, this.#advance(array, axis, this.#fresh(array)), axis, this.#known.lag)];
    }
    const { lag } = this.#known;
    const { held } = this.memory;
    // ties stay: fused ones would be rounded anew with each chunk that is cut off
    const known = held && held.sizes[dim] > 0 ? concat([held, array], dim, { tolerance: false }) : array;
    const ratio = this.#advance(array, axis, this.memory);
    const ready = Math.max(known.sizes[dim] - lag, 0);
    if (lag > 0) this.memory.held = known.isel({ [dim]: { start: ready } });
    if (ready === 0) return [];
    return [withRows(known.isel({ [dim]: { stop: ready } }), ratio, axis, array.sizes[dim] - ready)];
  }

  protected override drain(): Chunk[] {
    const { held } = this.memory;
    this.memory.held = null;
    return held === null || held.empty
      ? []
      : [held.with({ data: ndarray(new Float64Array(held.size), [...held.shape]) })];
  }

  /** The memory of a run that starts with `array`. */
  #fresh(array: DataArray): STALTAMemory {
    const lanes = lanesOf(array.shape, this.requireDim(array).axis);
    const { delta, sta, lta } = this.#known;
    if (this.options.method === 'recursive')
      return { delta, count: 0, sums: recursiveStaLtaState(lanes).averages, ring: null, held: null };
    const { sums, ring } = boxcarStaLtaState(lanes, sta, lta);
    return { delta, count: 0, sums, ring, held: null };
  }

  /** The ratios of `array`'s samples, in its layout; `memory` goes on. */
  #advance(array: DataArray, axis: number, memory: STALTAMemory): Float64Array {
    const { nsta, nlta, sta, lta } = this.#known;
    const lanes = lanesOf(array.shape, axis);
    const count = memory.count!;
    memory.count = count + lanes.length;
    const sums = memory.sums!;
    if (memory.ring === null)
      return recursiveStaLtaOf(array.values, lanes, nsta, nlta, { count, averages: sums }, this.threads);
    const energy = energyOf(array.values);
    const ratio = boxcarStaLta(energy, lanes, sta, lta, { count, sums, ring: memory.ring });
    returnMemory(energy.buffer);
    return ratio;
  }

  get #known(): Windows {
    if (this.#windows === null) throw new AtomError('BAD_STATE', 'STALTA: used before its first chunk');
    return this.#windows;
  }
}

/** `array` with the rows of `ratio` from row `start` on as its values; rows that are missing at the end are zero. */
function withRows(array: DataArray, ratio: Float64Array, axis: number, start: number): DataArray {
  if (start === 0) return array.with({ data: ndarray(ratio, [...array.shape]) });
  const { outer, length, inner } = lanesOf(array.shape, axis);
  const rows = ratio.length / (outer * inner);
  const data = new Float64Array(outer * length * inner);
  const kept = Math.max(0, Math.min(length, rows - start)) * inner;
  for (let o = 0; o < outer; o++) {
    const from = (o * rows + start) * inner;
    data.set(ratio.subarray(from, from + kept), o * length * inner);
  }
  return array.with({ data: ndarray(data, [...array.shape]) });
}

/** Python's `round`. */
function roundHalfToEven(x: number): number {
  const floor = Math.floor(x);
  const over = x - floor;
  if (over === 0.5) return floor % 2 === 0 ? floor : floor + 1;
  return over < 0.5 ? floor : floor + 1;
}
