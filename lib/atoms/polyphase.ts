import { z } from 'zod';
import { DataArray } from '../dataarray/data-array.js';
import { AtomError } from '../errors.js';
import { type Lanes, lanesOf } from '../signal/lanes.js';
import {
  flushPolyphase,
  type PolyphaseFilter,
  type PolyphaseOutput,
  type PolyphaseSamples,
  polyphase,
  polyphaseState,
} from '../signal/polyphase.js';
import { Atom, type CallFlags } from './atom.js';
import { castOption } from './cast-output.js';
import type { Chunk } from './chunk.js';
import {
  followAnchor,
  frameOf,
  frameTail,
  type GridAnchor,
  joinFrames,
  type LabelFrame,
  resampledCoords,
} from './label-frame.js';
import { dimSchema, optionsSchema, parseOptions } from './options.js';

const tapsSchema = z
  .custom<ArrayLike<number>>(
    (value) => Array.isArray(value) || value instanceof Float64Array,
    'must be a list of numbers',
  )
  .transform((value) => Float64Array.from(value))
  .refine((taps) => taps.length > 0 && taps.every(Number.isFinite), 'must be a list of finite numbers, at least one');

/** Options of {@link Polyphase}. */
export type PolyphaseOptions = z.input<typeof Polyphase.schema>;

interface PolyphaseMemory {
  axis: number;
  history: PolyphaseSamples | null;
  consumed: number | null;
  emitted: number | null;
  frame: LabelFrame | null;
  anchor: GridAnchor | null;
}

/**
 * Upsamples, filters with FIR taps and downsamples in one pass (scipy.signal.upfirdn); xdas's Polyphase.
 *
 * - `taps`: FIR coefficients designed at the upsampled rate, at least `up`. Null: designed by the atom around it.
 * - `up`, `down`: positive integers, default 1.
 * - `dim`: default `'last'`.
 * - `compensate`: false (default) takes the group delay of linear-phase taps off the coordinate and leaves the values
 *   as they come; true takes it out of the values, so that the first output is at the first input label and there are
 *   ceil(n * up / down) of them (scipy.signal.resample_poly). Then the last outputs of a run come with its flush.
 *
 * float32 stays float32 (the taps are rounded to it), all other dtypes give float64. The exact rate is kept in the
 * coordinate. State, where chunked along `dim`: input `history` (one branch of taps), `consumed` and `emitted` samples,
 * the `anchor` of the output labels, and with `compensate` the labels (`frame`) that held-back outputs need.
 */
export class Polyphase extends Atom<z.output<typeof Polyphase.schema>, PolyphaseMemory> {
  static readonly schema = optionsSchema({
    taps: tapsSchema.nullable(),
    up: z.int().positive().default(1),
    down: z.int().positive().default(1),
    dim: dimSchema.default('last'),
    compensate: z.boolean().default(false),
    ...castOption,
  });
  #filter: PolyphaseFilter | null = null;
  #compensate: boolean;

  constructor(options: PolyphaseOptions) {
    super(parseOptions('Polyphase', Polyphase.schema, options), [
      'axis',
      'history',
      'consumed',
      'emitted',
      'frame',
      'anchor',
    ]);
    const { taps, up, down, compensate } = this.options;
    this.#compensate = compensate;
    if (taps) this.design({ taps, up, down, compensate });
  }

  /** Sets taps and factors, before the first chunk of a run. */
  design({ taps, up, down, compensate }: { taps: Float64Array; up: number; down: number; compensate: boolean }): void {
    if (taps.length < up)
      throw new AtomError(
        'BAD_ARGUMENT',
        `Polyphase: ${taps.length} taps are too few to resample by ${up}/${down}; allowed: at least ${up}, one per branch`,
      );
    this.#compensate = compensate;
    this.#filter = { taps, up, down, lead: compensate ? Math.floor((taps.length - 1) / 2) : 0 };
  }

  protected override initialize(chunk: Chunk, { chunkDim }: CallFlags): void {
    const { array, dim, axis } = this.requireDim(chunk);
    if (dim !== chunkDim) {
      this.memory = { axis, history: null, consumed: null, emitted: null, frame: null, anchor: null };
      return;
    }
    const state = polyphaseState(this.#designed, lanesOf(array.shape, axis), array.dtype === 'float32');
    this.memory = { axis, ...state, frame: null, anchor: null };
  }

  override get consumesInput(): boolean {
    return this.constructor === Polyphase; // a subclass may keep its input
  }

  protected override call(chunk: Chunk): Chunk[] {
    const { array, dim, axis } = this.requireDim(chunk);
    const lanes = lanesOf(array.shape, axis);
    const frame = frameOf(array);
    const { history, consumed, emitted } = this.memory;
    if (history === null || consumed === null || emitted === null) return this.#whole(array, dim, lanes, frame);
    const state = { history, consumed, emitted };
    const known = this.memory.frame ? joinFrames(this.memory.frame, frame, dim) : frame;
    const frameStart = consumed - (known.shape[axis] - lanes.length);
    const anchor = followAnchor(this.memory.anchor, array, dim, consumed, this.intervalAlong(dim));
    const output = polyphase(this.#designed, array.values, lanes, state, this.threads);
    const kept = this.#compensate ? frameTail(known, dim, this.#reach) : null;
    this.memory = { axis, ...state, frame: kept, anchor };
    return this.#give(output, known, dim, frameStart, anchor);
  }

  protected override drain(): Chunk[] {
    const { axis, history, consumed, emitted, frame } = this.memory;
    if (history === null || consumed === null || emitted === null || frame === null) return [];
    const state = { history, consumed, emitted };
    const output = flushPolyphase(this.#designed, lanesOf(frame.shape, axis), state);
    this.memory = { ...this.memory, ...state };
    return this.#give(output, frame, frame.dims[axis], consumed - frame.shape[axis], this.memory.anchor);
  }

  /** A whole array (or one chunked along another dimension): all outputs of the run as one. */
  #whole(array: DataArray, dim: string, lanes: Lanes, frame: LabelFrame): Chunk[] {
    const state = polyphaseState(this.#designed, lanes, array.dtype === 'float32');
    const body = polyphase(this.#designed, array.values, lanes, state, this.threads);
    const tail = this.#compensate ? flushPolyphase(this.#designed, lanes, state) : null;
    return this.#give(tail && tail.count > 0 ? joinOutputs(body, tail, lanes) : body, frame, dim, 0, null);
  }

  #give(
    { data, first, count }: PolyphaseOutput,
    frame: LabelFrame,
    dim: string,
    frameStart: number,
    anchor: GridAnchor | null,
  ): Chunk[] {
    if (count === 0) return [];
    const { taps, up, down } = this.#designed;
    const lag = this.#compensate ? 0 : Math.floor((taps.length - 1) / 2);
    const coords = resampledCoords(frame, dim, { up, down, lo: first, hi: first + count, lag, frameStart, anchor });
    const shape = frame.shape.map((size, i) => (frame.dims[i] === dim ? count : size));
    const { dims, name, attrs } = frame;
    return [new DataArray({ data, shape, coords, dims: [...dims], name, attrs })];
  }

  get #designed(): PolyphaseFilter {
    if (this.#filter === null) throw new AtomError('BAD_ARGUMENT', 'Polyphase: taps are not set');
    return this.#filter;
  }

  /** Input samples whose labels held-back outputs can be drawn from: the padded taps and one period of the grid. */
  get #reach(): number {
    const { taps, up, down, lead } = this.#designed;
    const padded = taps.length + down - (lead % down);
    return Math.ceil((padded - 1) / up) + Math.ceil(down / up);
  }
}

/** Two successive outputs as one: blocks of rows side by side in every outer block. */
function joinOutputs(body: PolyphaseOutput, tail: PolyphaseOutput, { outer, inner }: Lanes): PolyphaseOutput {
  const count = body.count + tail.count;
  const size = outer * count * inner;
  const data = body.data instanceof Float32Array ? new Float32Array(size) : new Float64Array(size);
  for (let o = 0; o < outer; o++) {
    const at = o * count * inner;
    data.set(body.data.subarray(o * body.count * inner, (o + 1) * body.count * inner), at);
    data.set(tail.data.subarray(o * tail.count * inner, (o + 1) * tail.count * inner), at + body.count * inner);
  }
  return { data, first: body.first, count };
}
