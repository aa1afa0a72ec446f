import { z } from 'zod';
import { AtomError } from '../errors.js';
import { firwin } from '../signal/design/firwin.js';
import { Atom, type CallFlags } from './atom.js';
import { castOption } from './cast-output.js';
import type { Chunk } from './chunk.js';
import { cutoffSchema, dimSchema, optionsSchema, parseOptions, windowSchema } from './options.js';
import { Polyphase } from './polyphase.js';
import { samplingInterval } from './sampling.js';

/** Options of {@link FIRFilter}. */
export type FIRFilterOptions = z.input<typeof FIRFilter.schema>;

/**
 * A FIR filter designed by the window method from the sampling rate of the first chunk (scipy.signal.firwin), applied by
 * {@link Polyphase}; xdas's FIRFilter.
 *
 * - `numtaps`: number of coefficients. `cutoff`: Hz (or 1/m), one number or rising ones. Null: set by the atom around it.
 * - `btype`: `'bandpass'` (default), `'lowpass'`, `'highpass'`, `'bandstop'`.
 * - `window`: default `'hamming'`, or a list such as `['kaiser', 5]`; `width`: of the transition, Hz, chooses a Kaiser
 *   window instead; `scale` (default true): unit gain in the middle of the pass band.
 * - `up`, `down`: default 1. Where both are 1 the delay is taken off the coordinate, else out of the values.
 * - `dim`: default `'last'`.
 *
 * float32 stays float32, other dtypes give float64. State: the rate `fs`, and that of the filter inside.
 */
export class FIRFilter extends Atom<z.output<typeof FIRFilter.schema>, { fs: number }> {
  static readonly schema = optionsSchema({
    numtaps: z.int().positive().nullable(),
    cutoff: cutoffSchema.nullable(),
    btype: z.enum(['bandpass', 'lowpass', 'highpass', 'bandstop']).default('bandpass'),
    window: windowSchema.default('hamming'),
    width: z.number().positive().nullable().default(null),
    scale: z.boolean().default(true),
    up: z.int().positive().default(1),
    down: z.int().positive().default(1),
    dim: dimSchema.default('last'),
    ...castOption,
  });
  readonly #polyphase: Polyphase;
  #plan: { numtaps: number | null; cutoff: number | number[] | null; up: number; down: number };

  constructor(options: FIRFilterOptions) {
    super(parseOptions('FIRFilter', FIRFilter.schema, options), ['fs']);
    const { numtaps, cutoff, up, down, dim } = this.options;
    this.#plan = { numtaps, cutoff, up, down };
    this.#polyphase = this.nest('polyphase', new Polyphase({ taps: null, up, down, dim }));
  }

  /** Sets what was left null, or other factors, before the first chunk of a run. */
  design(plan: { numtaps?: number; cutoff?: number | number[]; up?: number; down?: number }): void {
    this.#plan = { ...this.#plan, ...plan };
  }

  protected override initialize(chunk: Chunk): void {
    const { array, dim } = this.requireDim(chunk);
    this.memory = { fs: 1 / samplingInterval(array, dim, this.name, this.intervalAlong(dim)) };
    this.initializeFromState();
  }

  protected override initializeFromState(): void {
    const { numtaps, cutoff, up, down } = this.#plan;
    if (numtaps === null || cutoff === null)
      throw new AtomError('BAD_ARGUMENT', 'FIRFilter: numtaps and cutoff are not set');
    const { width, window, btype, scale } = this.options;
    const taps = firwin(numtaps, cutoff, { width, window, passZero: btype, scale, fs: this.memory.fs * up });
    // one input sample is spread over `up` upsampled ones, which the taps make up for
    this.#polyphase.design({ taps: taps.map((tap) => up * tap), up, down, compensate: up !== 1 || down !== 1 });
  }

  override get consumesInput(): boolean {
    return this.constructor === FIRFilter; // a subclass may keep its input
  }

  protected override call(chunk: Chunk, flags: CallFlags): Chunk[] {
    return this.feed(this.#polyphase, chunk, flags);
  }

  protected override drain(): Chunk[] {
    return this.#polyphase.flush();
  }
}
