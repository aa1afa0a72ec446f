import { z } from 'zod';
import { Atom, type CallFlags } from './atom.js';
import { castOption } from './cast-output.js';
import type { Chunk } from './chunk.js';
import { dimSchema, optionsSchema, parseOptions, windowSchema } from './options.js';
import { Resample } from './resample.js';

/** Options of {@link ResamplePoly}. */
export type ResamplePolyOptions = z.input<typeof ResamplePoly.schema>;

/**
 * xdas's older name of `new Resample({ rate, method: 'fir' })`, which new code should use. (`resamplePoly()` is the
 * function for whole records, by factors.)
 *
 * - `target`: the rate, Hz or 1/m. - `maxfactor`: the largest upsampling that is tried, default 100. - `window`: default
 *   `['kaiser', 5]`. - `dim`: default `'last'`.
 *
 * Values, labels, state: those of {@link Resample}.
 */
export class ResamplePoly extends Atom<z.output<typeof ResamplePoly.schema>> {
  static readonly schema = optionsSchema({
    target: z.number().positive(),
    maxfactor: z.int().positive().default(100),
    window: windowSchema.default(['kaiser', 5]),
    dim: dimSchema.default('last'),
    ...castOption,
  });
  readonly #resample: Resample;

  constructor(options: ResamplePolyOptions) {
    super(parseOptions('ResamplePoly', ResamplePoly.schema, options));
    const { target, maxfactor, window, dim } = this.options;
    const plan = { rate: target, maxup: maxfactor, window: window as string | [string, ...number[]], dim };
    this.#resample = this.nest('resample', new Resample(plan));
  }

  override get consumesInput(): boolean {
    return this.constructor === ResamplePoly; // a subclass may keep its input
  }

  protected override call(chunk: Chunk, flags: CallFlags): Chunk[] {
    return this.feed(this.#resample, chunk, flags);
  }

  protected override drain(): Chunk[] {
    return this.#resample.flush();
  }
}
