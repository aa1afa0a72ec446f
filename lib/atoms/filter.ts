import { z } from 'zod';
import { iirfilter } from '../signal/design/iirfilter.js';
import { lanesOf } from '../signal/lanes.js';
import { sosfiltfilt } from '../signal/sosfiltfilt.js';
import { Atom, type CallFlags } from './atom.js';
import { castOption } from './cast-output.js';
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
 * - `zerophase` (default false): `'iir'` runs forwards and backwards (scipy.signal.sosfiltfilt), which doubles its order
 *   and needs the whole record: chunks along `dim` are refused with `CHUNKED_WHOLE_RECORD`. `'fir'` shifts no phase anyway.
 * - `dim`: default `'time'`.
 *
 * Result float64 (`'fir'`: float32 stays float32). State: that of the filter inside, and `fs` for `'fir'`.
 */
export class Filter extends Atom<z.output<typeof Filter.schema>, { fs: number }> {
  static readonly schema = optionsSchema({
    freq: z
      .tuple([corner, corner], 'expected a list of two, as in [1, 10] or [null, 10]')
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
    ...castOption,
  });
  readonly #filter: IIRFilter | FIRFilter;
  readonly #btype: 'lowpass' | 'highpass' | 'bandpass';
  readonly #cutoff: number | number[];

  constructor(options: FilterOptions) {
    const parsed = parseOptions('Filter', Filter.schema, options);
    super(parsed, parsed.ftype === 'fir' ? ['fs'] : []);
    const { freq, ftype, order, dim } = this.options;
    const [low, high] = freq;
    const btype = low === null ? 'lowpass' : high === null ? 'highpass' : 'bandpass';
    const cutoff = low !== null && high !== null ? [low, high] : (low ?? high)!;
    this.#btype = btype;
    this.#cutoff = cutoff;
    const filter =
      ftype === 'iir'
        ? new IIRFilter({ order, cutoff, btype, dim })
        : new FIRFilter({ numtaps: null, cutoff, btype, dim });
    this.#filter = this.nest('filter', filter);
  }

  protected override checkChunkDim(chunk: Chunk, chunkDim: string | undefined): void {
    if (this.#zerophase)
      this.refuseChunkedAlong(
        this.workingDim(chunk),
        chunkDim,
        "zerophase runs backwards too; ftype: 'fir' can be streamed",
      );
  }

  protected override initialize(chunk: Chunk): void {
    if (this.options.ftype !== 'fir') return;
    const { array, dim } = this.requireDim(chunk);
    this.memory = { fs: 1 / samplingInterval(array, dim, this.name, this.intervalAlong(dim)) };
    this.initializeFromState();
  }

  protected override initializeFromState(): void {
    if (!(this.#filter instanceof FIRFilter)) return;
    const { freq, transition } = this.options;
    const width = transition ?? 0.1 * Math.min(...freq.filter((f) => f !== null));
    const numtaps = Math.ceil((3.3 * this.memory.fs) / width);
    this.#filter.design({ numtaps: Math.floor(numtaps / 2) * 2 + 1 });
  }

  override get consumesInput(): boolean {
    return this.constructor === Filter; // a subclass may keep its input
  }

  protected override call(chunk: Chunk, flags: CallFlags): Chunk[] {
    if (!this.#zerophase) return this.feed(this.#filter, chunk, flags);
    const { array, dim, axis } = this.requireDim(chunk);
    const fs = 1 / samplingInterval(array, dim, this.name, this.intervalAlong(dim));
    const sos = iirfilter(this.options.order, this.#cutoff, { btype: this.#btype, output: 'sos', fs });
    return [array.with({ data: sosfiltfilt(sos, array.values, lanesOf(array.shape, axis)) })];
  }

  get #zerophase(): boolean {
    return this.options.zerophase && this.options.ftype === 'iir';
  }

  protected override drain(): Chunk[] {
    return this.#filter.flush();
  }
}
