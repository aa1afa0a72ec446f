import { z } from 'zod';
import type { AxisCoordinate } from '../coordinates/coordinate.js';
import { DataArray } from '../dataarray/data-array.js';
import { lanesOf } from '../signal/lanes.js';
import { type MovingWindows, movingPowerState, movingRms } from '../signal/running-power.js';
import { Atom, type CallFlags } from './atom.js';
import type { Chunk } from './chunk.js';
import { frameOf, frameTail, joinFrames, type LabelFrame } from './label-frame.js';
import { dimSchema, optionsSchema, parseOptions } from './options.js';
import { roundHalfEven, samplingInterval } from './sampling.js';
import { windowLabels, withoutSideLabels } from './window-labels.js';

/** Options of {@link RMS}. */
export type RMSOptions = z.input<typeof RMS.schema>;

interface RMSMemory {
  /** The sampling interval: the windows are designed from it. */
  step: number;
  /** Samples so far; null, as what follows, where the stream is not chunked along `dim`. */
  count: number | null;
  open: Float64Array | null;
  prefix: Float64Array | null;
  ring: Float64Array | null;
  /** The labels from the next window on; null before there are any. */
  frame: LabelFrame | null;
}

/**
 * The root mean square over moving windows, `sqrt((x[k]^2 + ... + x[k + n - 1]^2) / n)`, in the unit of the samples.
 *
 * - `wlen`: length of the window, seconds or units of the coordinate, rounded to samples, at least one.
 * - `hop`: from window to window, same unit, at most `wlen`; default null: `wlen`. Rounded to samples, at least one.
 * - `dim`: default `'time'`.
 *
 * The label of a window of n samples is that of its sample n / 2 (rounded down), the labels of {@link STFT}; for an even n
 * that is the middle of the stretch it covers. A result comes when its window is full, n / 2 samples after its label. Only
 * windows that lie wholly in a run are given: the rest is dropped at its end, and a shorter run gives none. Other labels
 * along `dim` are left out.
 *
 * float32 stays float32 (summed in float64, rounded once), all others are float64. There is no running difference, so no
 * drift, and what is loud leaves no trace; three additions per sample whatever the window; any cutting gives the same bits. A NaN
 * spoils just the windows that hold it.
 *
 * State, where chunked along `dim`, of each channel: `2 wlen / u + 2` numbers, u being the largest length of which `wlen`
 * and `hop` are multiples (in samples); and the labels from the next window on.
 */
export class RMS extends Atom<z.output<typeof RMS.schema>, RMSMemory> {
  static readonly schema = optionsSchema({
    wlen: z.number().positive(),
    hop: z.number().positive().nullable().default(null),
    dim: dimSchema.default('time'),
  }).refine(({ wlen, hop }) => hop === null || hop <= wlen, { message: 'must be at most wlen', path: ['hop'] });
  #windows: MovingWindows = { size: 1, hop: 1 };

  constructor(options: RMSOptions) {
    super(parseOptions('RMS', RMS.schema, options), ['step', 'count', 'open', 'prefix', 'ring', 'frame']);
  }

  override get consumesInput(): boolean {
    return true;
  }

  protected override initialize(chunk: Chunk, { chunkDim }: CallFlags): void {
    const { array, dim, axis } = this.requireDim(chunk);
    const step = samplingInterval(array, dim, this.name, this.intervalAlong(dim));
    this.memory = { step, count: null, open: null, prefix: null, ring: null, frame: null };
    this.initializeFromState();
    if (dim === chunkDim)
      this.memory = { step, ...movingPowerState(this.#windows, lanesOf(array.shape, axis)), frame: null };
  }

  protected override initializeFromState(): void {
    const { step } = this.memory;
    const { wlen, hop } = this.options;
    const size = Math.max(roundHalfEven(wlen / step), 1);
    this.#windows = { size, hop: hop === null ? size : Math.min(Math.max(roundHalfEven(hop / step), 1), size) };
  }

  protected override call(chunk: Chunk): Chunk[] {
    const { array, dim, axis } = this.requireDim(chunk);
    const { count, open, prefix, ring, frame } = this.memory;
    const lanes = lanesOf(array.shape, axis);
    const windows = this.#windows;
    const own = withoutSideLabels(frameOf(array), dim);
    const known = frame ? joinFrames(frame, own, dim) : own;
    const carried = count !== null ? { count, open: open!, prefix: prefix!, ring: ring! } : null;
    const state = carried ?? movingPowerState(windows, lanes);
    const result = movingRms(array.values, lanes, windows, state);
    if (carried) {
      this.memory.count = state.count;
      this.memory.frame = frameTail(known, dim, known.shape[axis]! - result.count * windows.hop);
    }
    if (result.count === 0) return [];
    const labels: AxisCoordinate = windowLabels(
      known,
      dim,
      { ...windows, count: result.count },
      this.name,
      this.intervalAlong(dim),
    );
    const shape = array.shape.map((size, at) => (at === axis ? result.count : size));
    const { dims, name, attrs } = array;
    const coords = { ...known.coords, [dim]: labels };
    return [new DataArray({ data: result.data, shape, dims: [...dims], coords, name, attrs })];
  }
}
