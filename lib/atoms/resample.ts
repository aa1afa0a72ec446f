import { z } from 'zod';
import type { DataArray } from '../dataarray/data-array.js';
import type { Delta } from '../dtype.js';
import { AtomError } from '../errors.js';
import { iirfilter } from '../signal/design/iirfilter.js';
import { lanesOf } from '../signal/lanes.js';
import { resampleFourierWithEdges } from '../signal/resample-fourier.js';
import type { Sos } from '../signal/sosfilt.js';
import { sosfiltfilt } from '../signal/sosfiltfilt.js';
import { nsToSeconds } from '../time.js';
import { Atom, type CallFlags } from './atom.js';
import { resampledLabels, withAxis } from './axis-labels.js';
import { castOption } from './cast-output.js';
import type { Chunk } from './chunk.js';
import { DownSample } from './down-sample.js';
import { FIRFilter } from './fir-filter.js';
import { dimSchema, optionsSchema, parseOptions, windowSchema } from './options.js';
import { checkTarget, solveResampling, targetRatio } from './resampling-ratio.js';
import { roundHalfEven, samplingDelta, samplingRest } from './sampling.js';
import { Sequential } from './sequential.js';
import { SOSFilter } from './sos-filter.js';
import { UpSample } from './up-sample.js';

const factor = z.int().positive().nullable().default(null);

/** Options of {@link Resample}. */
export type ResampleOptions = z.input<typeof Resample.schema>;

/**
 * Another sampling rate, with the filter that it needs; xdas's Resample.
 *
 * - The target is named in exactly one way: `rate` (Hz, or 1/m), `interval` (a number in seconds or units of the
 *   coordinate; bigint nanoseconds or text such as `'20ms'` is exact), or `up` and/or `down` (integers).
 * - `method`: `'fir'` (default): polyphase low-pass, values without delay, sample for sample scipy's resample_poly;
 *   `'iir'`: Chebyshev I, causal; `'fft'`: through the spectrum, any ratio to within half an output sample; it needs the
 *   whole record: chunks along `dim` are refused with `CHUNKED_WHOLE_RECORD`.
 * - `snap` (default false): the nearest whole factor, so that samples stay on the grid. `maxup` (default 10), `maxdown`
 *   (default none), `tolerance` (relative, default 1e-5): how a rate is approached.
 * - `window`: `'fir'`, default `['kaiser', 5]`; `'fft'`: a spectral window, default none. `numtaps`: `'fir'`, default 20 max(up, down) + 1. `order`: `'iir'`,
 *   default 8. `zerophase` (default false): `'iir'` forwards and backwards, which needs the whole record: chunks
 *   along `dim` are refused with `CHUNKED_WHOLE_RECORD`. `edge`: `'fft'`, what its ends
 *   are taken for: `'mirror'` (default), `'linear'`, `'none'` (periodic).
 * - `dim`: default `'time'`.
 *
 * `'fir'` and `'fft'`: float32 stays float32 (but for `edge: 'linear'`), else float64; `'iir'`: float64. An `'fft'` rate that is
 * not reached exactly is labelled with what it is, and refused with `BAD_ARGUMENT` if `tolerance` is given and is less. Nothing to do (a ratio of 1): the input as it is.
 * State: the interval of the input, `delta` and what is left of a tick, `rest / denominator`; and that of the stages inside.
 */
export class Resample extends Atom<
  z.output<typeof Resample.schema>,
  { delta: Delta; rest: bigint; denominator: bigint }
> {
  static readonly schema = optionsSchema({
    rate: z.number().positive().nullable().default(null),
    interval: z.union([z.number().positive(), z.bigint().positive(), z.string()]).nullable().default(null),
    up: factor,
    down: factor,
    method: z.enum(['fir', 'iir', 'fft']).default('fir'),
    snap: z.boolean().default(false),
    maxup: z.int().positive().default(10),
    maxdown: z.int().positive().nullable().default(null),
    tolerance: z.number().nonnegative().nullable().default(null),
    window: windowSchema.nullable().default(null),
    numtaps: z.int().positive().nullable().default(null),
    order: z.int().positive().nullable().default(null),
    zerophase: z.boolean().default(false),
    edge: z.enum(['mirror', 'linear', 'none']).nullable().default(null),
    dim: dimSchema.default('time'),
    ...castOption,
  });
  readonly #fir: FIRFilter | null = null;
  readonly #iir: { up: UpSample; filter: SOSFilter; down: DownSample; all: Sequential } | null = null;
  #identity = false;
  #sos: Sos | null = null;

  constructor(options: ResampleOptions) {
    super(parseOptions('Resample', Resample.schema, options), ['delta', 'rest', 'denominator']);
    const { method, window, dim } = this.options;
    this.#checkOptions();
    if (method === 'fir') {
      const plan = { numtaps: null, cutoff: null, btype: 'lowpass', window: window ?? ['kaiser', 5], dim } as const;
      this.#fir = this.nest('child', new FIRFilter({ ...plan, window: plan.window as string | [string, ...number[]] }));
    } else if (method === 'iir') {
      const up = new UpSample({ factor: 1, dim });
      const filter = new SOSFilter({ sos: null, dim });
      const down = new DownSample({ factor: 1, dim });
      this.#iir = { up, filter, down, all: this.nest('child', new Sequential({ atoms: [up, filter, down] })) };
    }
  }

  #checkOptions(): void {
    const { method, snap, up, down, window, numtaps, order, zerophase, edge } = this.options;
    const refuse = (what: string, allowed: string) => {
      throw new AtomError('BAD_ARGUMENT', `Resample: ${what}; allowed: ${allowed}`);
    };
    if (numtaps !== null && method !== 'fir') refuse(`numtaps with method '${method}'`, "method 'fir'");
    if (order !== null && method !== 'iir') refuse(`order with method '${method}'`, "method 'iir'");
    if (window !== null && method === 'iir') refuse("window with method 'iir'", "method 'fir'");
    if (edge !== null && method !== 'fft') refuse(`edge with method '${method}'`, "method 'fft'");
    if (snap && method === 'fft') refuse("snap with method 'fft', which keeps to no grid", "method 'fir', 'iir'");
    if (zerophase && method !== 'iir')
      refuse(`zerophase with method '${method}'`, "method 'iir'; 'fir' shifts no phase");
    if (snap && (up !== null || down !== null)) refuse('snap with up/down', 'snap with rate or interval');
    checkTarget(this.options);
  }

  protected override checkChunkDim(chunk: Chunk, chunkDim: string | undefined): void {
    if (this.options.method === 'fft')
      this.refuseChunkedAlong(
        this.workingDim(chunk),
        chunkDim,
        "method 'fft' takes its spectrum; 'fir' can be streamed",
      );
    if (this.options.zerophase)
      this.refuseChunkedAlong(
        this.workingDim(chunk),
        chunkDim,
        "zerophase runs backwards too; method: 'fir' can be streamed",
      );
  }

  protected override initialize(chunk: Chunk): void {
    const { array, dim } = this.requireDim(chunk);
    const [rest, denominator] = samplingRest(array, dim);
    this.memory = { delta: samplingDelta(array, dim, this.name, this.intervalAlong(dim)), rest, denominator };
    this.initializeFromState();
  }

  protected override initializeFromState(): void {
    if (this.options.method === 'fft') return;
    const { delta, rest, denominator } = this.memory;
    const { up, down } = solveResampling(this.options, delta, this.options, [rest, denominator]);
    this.#identity = up === 1 && down === 1;
    if (this.#fir) {
      const fs = 1 / (typeof delta === 'bigint' ? nsToSeconds(delta) : delta);
      const numtaps = this.options.numtaps ?? 20 * Math.max(up, down) + 1;
      if (this.options.numtaps === null && down > 100)
        this.notice(
          'COSTLY',
          this.options.dim,
          `Resample: down ${down} needs ${numtaps} taps; method: 'iir', numtaps, or two stages cost less`,
        );
      this.#fir.design({ numtaps, cutoff: Math.min((fs * up) / down, fs) / 2, up, down });
    } else if (this.#iir) {
      const order = this.options.order ?? 8;
      const wn = 0.8 / Math.max(up, down);
      this.#iir.up.design(up);
      this.#sos = iirfilter(order, wn, { rp: 0.05, btype: 'lowpass', ftype: 'cheby1', output: 'sos' });
      this.#iir.filter.design(this.#sos);
      this.#iir.down.design(down);
    }
  }

  override get consumesInput(): boolean {
    return this.constructor === Resample; // a subclass may keep its input
  }

  protected override call(chunk: Chunk, flags: CallFlags): Chunk[] {
    if (this.options.method === 'fft') return [this.#fourier(chunk)];
    if (this.#identity) return [chunk];
    if (this.options.zerophase && this.#iir) return this.#zerophase(chunk, this.#iir);
    return this.feed(this.#child, chunk, flags);
  }

  protected override drain(): Chunk[] {
    return this.options.method === 'fft' ? [] : this.#child.flush();
  }

  /** A whole run, low-passed forwards and backwards at the upsampled rate. */
  #zerophase(chunk: Chunk, { up, down }: { up: UpSample; down: DownSample }): Chunk[] {
    return up.run(chunk).flatMap((dense) => {
      const { array, axis } = this.requireDim(dense);
      return down.run(array.with({ data: sosfiltfilt(this.#sos!, array.values, lanesOf(array.shape, axis)) }));
    });
  }

  /** A whole run, through its spectrum. */
  #fourier(chunk: Chunk): DataArray {
    const { array, dim, axis } = this.requireDim(chunk);
    const { tolerance, window, edge } = this.options;
    const { delta, rest, denominator } = this.memory;
    const { ratio, exact } = targetRatio(this.options, delta, [rest, denominator]);
    if (ratio === 1) return array;
    const size = array.shape[axis]!;
    const num = Math.max(1, exact ? Math.ceil((size * exact.up) / exact.down) : roundHalfEven(size * ratio));
    const deviation = Math.abs(num / size - ratio) / ratio;
    if (tolerance !== null && deviation > tolerance)
      throw new AtomError(
        'BAD_ARGUMENT',
        `Resample: method 'fft' makes ${num} samples of ${size}, which is off the ratio ${ratio} by ${deviation.toPrecision(2)}; allowed: a tolerance of that size, or a longer record`,
      );
    const coord = resampledLabels(array, dim, num, exact ? [exact.down, exact.up] : [size, num], this.name);
    const lanes = lanesOf(array.shape, axis);
    const data = resampleFourierWithEdges(array.values, lanes, num, window as string | null, edge ?? 'mirror');
    const shape = array.shape.map((old, at) => (at === axis ? num : old));
    return array.with({ data, shape, coords: withAxis(array, dim, coord) });
  }

  get #child(): Atom {
    return (this.#fir ?? this.#iir?.all)!;
  }
}
