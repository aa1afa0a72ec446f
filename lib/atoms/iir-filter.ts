import { z } from 'zod';
import { type BandType, type FilterType, iirfilter } from '../signal/design/iirfilter.js';
import { Atom, type CallFlags } from './atom.js';
import { castOption } from './cast-output.js';
import type { Chunk } from './chunk.js';
import { LFilter } from './lfilter.js';
import { cutoffSchema, dimSchema, optionsSchema, parseOptions } from './options.js';
import { samplingInterval } from './sampling.js';
import { SOSFilter } from './sos-filter.js';

/** Options of {@link IIRFilter}. */
export type IIRFilterOptions = z.input<typeof IIRFilter.schema>;

/**
 * A recursive filter designed from the sampling rate of the first chunk (scipy.signal.iirfilter); xdas's IIRFilter.
 *
 * - `order`: of the prototype. `cutoff`: Hz (or 1/m), one number, or two for band filters.
 * - `btype`: default `'bandpass'`; `ftype`: default `'butter'`; scipy's names.
 * - `stype`: `'sos'` (default) or `'ba'`, the form that is applied.
 * - `rp`, `rs`: ripple and attenuation in dB, where the family needs them.
 * - `dim`: default `'last'`.
 *
 * Result float64, same coordinates. State: the rate `fs`, and that of the filter inside.
 */
export class IIRFilter extends Atom<z.output<typeof IIRFilter.schema>, { fs: number }> {
  static readonly schema = optionsSchema({
    order: z.int().positive(),
    cutoff: cutoffSchema,
    btype: z.string().default('bandpass'),
    ftype: z.string().default('butter'),
    stype: z.enum(['sos', 'ba']).default('sos'),
    rp: z.number().positive().nullable().default(null),
    rs: z.number().positive().nullable().default(null),
    dim: dimSchema.default('last'),
    ...castOption,
  });
  readonly #filter: SOSFilter | LFilter;

  constructor(options: IIRFilterOptions) {
    super(parseOptions('IIRFilter', IIRFilter.schema, options), ['fs']);
    const { stype, dim } = this.options;
    const filter = stype === 'sos' ? new SOSFilter({ sos: null, dim }) : new LFilter({ b: null, a: null, dim });
    this.#filter = this.nest('iirfilter', filter);
    this.#design(null); // a wrong band or family is told here, not at the first chunk
  }

  protected override initialize(chunk: Chunk): void {
    const { array, dim } = this.requireDim(chunk);
    this.memory = { fs: 1 / samplingInterval(array, dim, this.name, this.intervalAlong(dim)) };
    this.initializeFromState();
  }

  protected override initializeFromState(): void {
    this.#design(this.memory.fs);
  }

  override get consumesInput(): boolean {
    return this.constructor === IIRFilter; // a subclass may keep its input
  }

  protected override call(chunk: Chunk, flags: CallFlags): Chunk[] {
    return this.feed(this.#filter, chunk, flags);
  }

  /** Designs for a rate; null only checks what does not depend on it, at a rate far above the cut-off. */
  #design(rate: number | null): void {
    const { order, cutoff, rp, rs } = this.options;
    const [btype, ftype] = [this.options.btype as BandType, this.options.ftype as FilterType];
    const fs = rate ?? 4 * Math.max(...[cutoff].flat());
    if (this.#filter instanceof SOSFilter) {
      const sos = iirfilter(order, cutoff, { rp, rs, btype, ftype, output: 'sos', fs });
      if (rate !== null) this.#filter.design(sos);
    } else {
      const ba = iirfilter(order, cutoff, { rp, rs, btype, ftype, output: 'ba', fs });
      if (rate !== null) this.#filter.design(ba);
    }
  }
}
