import { z } from 'zod';
import type { DataArray } from '../dataarray/data-array.js';
import { allocate, type DType, type TypedArray } from '../dtype.js';
import { AtomError } from '../errors.js';
import { copyRows, prependRows } from '../signal/copy-rows.js';
import { hilbertTaps, magnitudes } from '../signal/hilbert-transformer.js';
import { laneCount, lanesOf } from '../signal/lanes.js';
import { Atom, type CallFlags } from './atom.js';
import type { Chunk } from './chunk.js';
import { dimSchema, optionsSchema, parseOptions, windowSchema } from './options.js';
import { Polyphase } from './polyphase.js';
import { roundHalfEven, samplingInterval } from './sampling.js';

/** Options of {@link Envelope}. */
export type EnvelopeOptions = z.input<typeof Envelope.schema>;

interface EnvelopeMemory {
  step: number;
  /** Samples whose quadrature is not known yet, oldest first; null where the stream is not chunked along `dim`. */
  tail: TypedArray | null;
  /** How many of them there are in each channel. */
  held: number;
}

/**
 * The envelope, the magnitude of the analytic signal `sqrt(x^2 + H(x)^2)`, in the unit of the samples. The Hilbert transform
 * H is a FIR filter of N = 2 M + 1 taps, so that it streams: `h[M + n] = 2 / (pi n)` for odd n, 0 for even n, times a
 * window (Oppenheim and Schafer, Discrete-Time Signal Processing, chapter on discrete Hilbert transforms).
 *
 * - `wlen`: length of the filter, seconds or units of the coordinate; made an odd number of samples, upwards, at least 3.
 * - `window`: default `['kaiser', 8]`.
 * - `compensate`: false (default): the delay of M samples is taken off the coordinate, as {@link FIRFilter} does: as many samples
 *   come out as go in, at once; the first M are labelled before the record begins (zeros are taken for it there) and its last
 *   M samples never come. True: labels stay, and the last M samples of a run come with its flush (zeros are taken for what follows).
 * - `dim`: default `'time'`.
 *
 * Beside scipy.signal.hilbert of the whole record, which takes the record for one period: with the default window the gain of H is 1 within 2e-4 from
 * 2.6 / wlen Hz up to as much below Nyquist, and so is the envelope of a signal in that band, M samples or more from the ends;
 * below it H fades, and the envelope becomes `|x|`. Choose wlen of about three of the longest periods, and filter first.
 *
 * float32 stays float32 (computed in it, as {@link FIRFilter}), all others are float64. State, where chunked along `dim`: 3 M
 * samples of each channel. Throws `BAD_ARGUMENT` where wlen is shorter than 1.5 samples.
 */
export class Envelope extends Atom<z.output<typeof Envelope.schema>, EnvelopeMemory> {
  static readonly schema = optionsSchema({
    wlen: z.number().positive(),
    window: windowSchema.default(['kaiser', 8]),
    compensate: z.boolean().default(false),
    dim: dimSchema.default('time'),
  });
  readonly #polyphase: Polyphase;

  constructor(options: EnvelopeOptions) {
    super(parseOptions('Envelope', Envelope.schema, options), ['step', 'tail', 'held']);
    const { compensate, dim } = this.options;
    this.#polyphase = this.nest('polyphase', new Polyphase({ taps: null, compensate, dim }));
  }

  override get consumesInput(): boolean {
    return true;
  }

  protected override initialize(chunk: Chunk, { chunkDim }: CallFlags): void {
    const { array, dim } = this.requireDim(chunk);
    this.memory = { step: samplingInterval(array, dim, this.name, this.intervalAlong(dim)), tail: null, held: 0 };
    this.initializeFromState();
    if (dim === chunkDim) this.memory = { ...this.memory, ...this.#before(array) };
  }

  protected override initializeFromState(): void {
    const { window, compensate } = this.options;
    const taps = hilbertTaps(this.#half, window);
    this.#polyphase.design({ taps, up: 1, down: 1, compensate });
  }

  protected override call(chunk: Chunk, flags: CallFlags): Chunk[] {
    const { array, axis } = this.requireDim(chunk);
    const carries = this.memory.tail !== null;
    const { tail, held } = carries ? { tail: this.memory.tail!, held: this.memory.held } : this.#before(array);
    const lanes = lanesOf(array.shape, axis);
    const known = held > 0 ? prependRows(tail, held, array.values, lanes) : array.values;
    const rows = held + lanes.length;
    const chunks = this.feed(this.#polyphase, array, flags) as DataArray[];
    const given = chunks.reduce((sum, { shape }) => sum + shape[axis]!, 0);
    if (carries) {
      const kept = copyRows(known, { ...lanes, length: rows }, given, rows);
      this.memory = { ...this.memory, tail: kept, held: rows - given };
    }
    return this.#combine(chunks, known, rows, axis);
  }

  protected override drain(): Chunk[] {
    const { tail, held } = this.memory;
    const chunks = this.#polyphase.flush() as DataArray[];
    if (tail === null || chunks.length === 0) return [];
    const axis = chunks[0]!.dims.indexOf(this.workingDim(chunks[0]!)!);
    return this.#combine(chunks, tail, held, axis);
  }

  /** The samples before a run: zeros where outputs are late, none where the delay is taken out. */
  #before(array: DataArray): { tail: TypedArray; held: number } {
    const { axis } = this.requireDim(array);
    const held = this.options.compensate ? 0 : this.#half;
    return { tail: allocate(array.dtype as DType, held * laneCount(lanesOf(array.shape, axis))), held };
  }

  /** The quadratures and the first rows of the samples as envelopes. */
  #combine(quadratures: readonly DataArray[], known: TypedArray, rows: number, axis: number): Chunk[] {
    let start = 0;
    return quadratures.map((quadrature) => {
      const lanes = lanesOf(quadrature.shape, axis);
      const data = magnitudes(quadrature.values as Float64Array, lanes, known, rows, start);
      start += lanes.length;
      return quadrature.with({ data });
    });
  }

  /** Samples on either side of the middle tap. */
  get #half(): number {
    const { wlen } = this.options;
    const { step } = this.memory;
    const size = roundHalfEven(wlen / step);
    if (size < 2)
      throw new AtomError('BAD_ARGUMENT', `Envelope: wlen is ${wlen}; allowed: more than 1.5 samples of ${step}`);
    return size >> 1;
  }
}
