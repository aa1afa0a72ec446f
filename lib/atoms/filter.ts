import { z } from 'zod';
import { AtomError } from '../errors.js';
import { Atom, type CallFlags } from './atom.js';
import type { Chunk } from './chunk.js';
import { FIRFilter } from './fir-filter.js';
import { IIRFilter } from './iir-filter.js';
import { dimSchema, optionsSchema, parseOptions } from './options.js';
import { samplingInterval } from './sampling.js';

const corner = z.number().positive().nullable();

/** Options of {@link Filter}. */
export type FilterOptions = z.input<typeof Filter.schema>;

/**
 * Band-pass, low-pass or high-pass with corner frequencies in Hz (1/m along distance); xdas's Filter.
 *
 * - `freq`: `[low, high]`; null opens an end: `[1, null]` is a high-pass, `[null, 10]` a low-pass.
 * - `ftype`: `'iir'` (default): Butterworth in second-order sections, causal; `'fir'`: windowed sinc, its delay taken
 *   off the coordinate, so effectively without phase shift.
 * - `order`: of the Butterworth filter, default 4.
 * - `transition`: width of the FIR transition band in Hz; default a tenth of the lowest corner.
 * - `zerophase`: true is not available for `'iir'` here (it needs the whole record); `'fir'` has no phase shift anyway.
 * - `dim`: default `'time'`.
 *
 * Result float64 (`'fir'`: float32 stays float32). State: that of the filter inside, and `fs` for `'fir'`.
 */
export class Filter extends Atom<z.output<typeof Filter.schema>, { fs: number }> {
  static readonly schema = optionsSchema({
    freq: z
      .tuple([corner, corner])
      .refine(
        ([low, high]) => low !== null || high !== null,
        'needs at least one corner frequency, [1, null] or [null, 10]',
      )
      .refine(([low, high]) => low === null || high === null || low < high, 'must rise, [1, 10]'),
    ftype: z.enum(['iir', 'fir']).default('iir'),
    order: z.int().positive().default(4),
    transition: z.number().positive().nullable().default(null),
    zerophase: z.boolean().default(false),
    dim: dimSchema.default('time'),
  });
  readonly #filter: IIRFilter | FIRFilter;

  constructor(options: FilterOptions) {
    const parsed = parseOptions('Filter', Filter.schema, options);
    super(parsed, parsed.ftype === 'fir' ? ['fs'] : []);
    const { freq, ftype, order, zerophase, dim } = this.options;
    if (zerophase && ftype === 'iir')
      throw new AtomError(
        'BAD_ARGUMENT',
        "Filter: zerophase is not available with ftype 'iir'; allowed: zerophase: false, or ftype: 'fir', which shifts no phase",
      );
    const [low, high] = freq;
    const btype = low === null ? 'lowpass' : high === null ? 'highpass' : 'bandpass';
    const cutoff = low !== null && high !== null ? [low, high] : (low ?? high)!;
    const filter =
      ftype === 'iir'
        ? new IIRFilter({ order, cutoff, btype, dim })
        : new FIRFilter({ numtaps: null, cutoff, btype, dim });
    this.#filter = this.nest('filter', filter);
  }

  protected override initialize(chunk: Chunk): void {
    if (this.options.ftype !== 'fir') return;
    const { array, dim } = this.requireDim(chunk);
    this.memory = { fs: 1 / samplingInterval(array, dim, this.name) };
    this.initializeFromState();
  }

  protected override initializeFromState(): void {
    if (!(this.#filter instanceof FIRFilter)) return;
    const { freq, transition } = this.options;
    const width = transition ?? 0.1 * Math.min(...freq.filter((f) => f !== null));
    const numtaps = Math.ceil((3.3 * this.memory.fs) / width);
    this.#filter.design({ numtaps: Math.floor(numtaps / 2) * 2 + 1 });
  }

  protected override call(chunk: Chunk, flags: CallFlags): Chunk[] {
    return this.feed(this.#filter, chunk, flags);
  }

  protected override drain(): Chunk[] {
    return this.#filter.flush();
  }
}
