import { z } from 'zod';
import { DataArray } from '../dataarray/data-array.js';
import type { TypedArray } from '../dtype.js';
import { copyRows, prependRows } from '../signal/copy-rows.js';
import { type HampelRule, hampel } from '../signal/hampel.js';
import { lanesOf } from '../signal/lanes.js';
import { Atom, type CallFlags } from './atom.js';
import type { Chunk } from './chunk.js';
import { frameHead, frameOf, frameTail, joinFrames, type LabelFrame } from './label-frame.js';
import { dimSchema, optionsSchema, parseOptions } from './options.js';
import { roundHalfEven, samplingInterval } from './sampling.js';

/** Options of {@link Despike}. */
export type DespikeOptions = z.input<typeof Despike.schema>;

interface DespikeMemory {
  step: number;
  /** Whether the stream is chunked along `dim`. */
  carries: boolean;
  /** The last samples: `context` rows that are out already, then those that `frame` labels. */
  tail: TypedArray | null;
  context: number;
  frame: LabelFrame | null;
}

/**
 * Replaces spikes by the running median: the Hampel identifier (Pearson et al., 2016, "Generalized Hampel filters", EURASIP
 * Journal on Advances in Signal Processing 2016:87). With the median m of the window about a sample x and the median
 * absolute deviation S from m in it, x becomes m where
 *
 *     |x - m| > nsigma * 1.4826 * S   (and more than `floor`)
 *
 * - `wlen`: length of the window, seconds or units of the coordinate; made an odd number of samples, upwards, at least 3.
 *   Spikes of up to half a window are found. - `nsigma`: default 3; 0 is a running median.
 * - `floor`: deviations up to this stay, in the unit of the samples; default 0. Where more than half of a window is equal, S is 0
 *   and whatever differs is a spike: give integers a floor of some counts.
 * - `dim`: default `'time'`.
 *
 * At the ends of a run the window is shorter: the samples up to half a window away that there are. NaN samples are left out of medians and
 * stay NaN. Labels and units stay. float32 stays float32, all others are float64; what is no spike keeps its value exactly.
 *
 * Streamed with a look-ahead of half a window: samples come when it is full, the last ones of a run with its flush. State: the
 * last window of samples, and labels. Any cutting gives the same bits.
 */
export class Despike extends Atom<z.output<typeof Despike.schema>, DespikeMemory> {
  static readonly schema = optionsSchema({
    wlen: z.number().positive(),
    nsigma: z.number().nonnegative().default(3),
    floor: z.number().nonnegative().default(0),
    dim: dimSchema.default('time'),
  });

  constructor(options: DespikeOptions) {
    super(parseOptions('Despike', Despike.schema, options), ['step', 'carries', 'tail', 'context', 'frame']);
  }

  override get consumesInput(): boolean {
    return true;
  }

  protected override initialize(chunk: Chunk, { chunkDim }: CallFlags): void {
    const { array, dim } = this.requireDim(chunk);
    const step = samplingInterval(array, dim, this.name, this.intervalAlong(dim));
    this.memory = { step, carries: dim === chunkDim, tail: null, context: 0, frame: null };
  }

  protected override call(chunk: Chunk): Chunk[] {
    const { array, dim, axis } = this.requireDim(chunk);
    const { carries, tail, context, frame } = this.memory;
    const rule = this.#rule;
    const own = lanesOf(array.shape, axis);
    if (!carries) return [array.with({ data: hampel(array.values, own, rule, 0, own.length) })];
    const held = tail && frame ? context + frame.shape[axis]! : 0;
    const known = held > 0 ? prependRows(tail!, held, array.values, own) : array.values;
    const labels = frame ? joinFrames(frame, frameOf(array), dim) : frameOf(array);
    const lanes = { ...own, length: held + own.length };
    const stop = Math.max(context, lanes.length - rule.half);
    const out =
      stop > context ? [labelled(hampel(known, lanes, rule, context, stop), labels, dim, stop - context)] : [];
    const kept = Math.min(rule.half, stop);
    this.memory = {
      ...this.memory,
      tail: copyRows(known, lanes, stop - kept, lanes.length),
      context: kept,
      frame: frameTail(labels, dim, lanes.length - stop),
    };
    return out;
  }

  protected override drain(): Chunk[] {
    const { carries, tail, context, frame } = this.memory;
    if (!carries || tail === null || frame === null) return [];
    const dim = this.#dimOf(frame);
    const axis = frame.dims.indexOf(dim);
    const pending = frame.shape[axis]!;
    if (pending === 0) return [];
    const lanes = { ...lanesOf(frame.shape, axis), length: context + pending };
    this.memory = { ...this.memory, tail: null, context: 0, frame: null };
    return [labelled(hampel(tail, lanes, this.#rule, context, lanes.length), frame, dim, pending)];
  }

  #dimOf({ dims }: LabelFrame): string {
    const { dim } = this.options;
    if (dims.includes(dim)) return dim;
    return dim === 'first' ? dims[0]! : dims.at(-1)!;
  }

  get #rule(): HampelRule {
    const { wlen, nsigma, floor } = this.options;
    return { half: Math.max(1, roundHalfEven(wlen / this.memory.step) >> 1), threshold: nsigma, floor };
  }
}

/** Rows with the first `count` labels of a frame. */
function labelled(data: TypedArray, frame: LabelFrame, dim: string, count: number): DataArray {
  const { shape, coords, dims, name, attrs } = frameHead(frame, dim, count);
  return new DataArray({ data, shape: [...shape], coords: { ...coords }, dims: [...dims], name, attrs });
}
