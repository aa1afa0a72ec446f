import { z } from 'zod';
import type { AxisCoordinate, Coordinate } from '../coordinates/coordinate.js';
import { DataArray } from '../dataarray/data-array.js';
import { joinArrays, view } from '../dataarray/strided.js';
import { type ArrayDType, isComplexDType, partsDType, type TypedArray } from '../dtype.js';
import { AtomError } from '../errors.js';
import { getWindow } from '../signal/design/windows.js';
import { nextFastLength } from '../signal/fft/next-fast-length.js';
import { frameCount, frequencyCount, type StftPlan, stft } from '../signal/fft/stft.js';
import { lanesOf } from '../signal/lanes.js';
import { Atom, type CallFlags } from './atom.js';
import { blockLike } from './axis-labels.js';
import { castOption } from './cast-output.js';
import type { Chunk } from './chunk.js';
import { frameOf, frameTail, joinFrames, type LabelFrame } from './label-frame.js';
import { dimSchema, optionsSchema, parseOptions, windowSchema } from './options.js';
import { roundHalfEven, samplingInterval } from './sampling.js';
import { windowLabels, withoutSideLabels } from './window-labels.js';

/** Options of {@link STFT}. */
export type STFTOptions = z.input<typeof STFT.schema>;

interface STFTMemory {
  /** Seconds (or units of the coordinate) between samples: the transform is designed from it. */
  step: number;
  complex: boolean;
  /** Whether the stream is chunked along `dim`. */
  carries: boolean;
  /** Samples from the next frame on, and their labels; null before there are any. */
  tail: TypedArray | null;
  frame: LabelFrame | null;
}

/**
 * The short-time Fourier transform; xdas's STFT (the frames of scipy.signal.ShortTimeFFT without padding). The array gets a
 * last dimension `frequency`, Hz (1 over the unit of the coordinate), and labels along `dim` become those of the frames'
 * middles.
 *
 * - `wlen`: length of a frame, seconds or units of the coordinate; made a fast number of samples, upwards
 *   (scipy.fft.next_fast_len). - `hop`: from frame to frame, same unit, at most `wlen`; default half a frame; rounded to
 *   samples, at least one.
 * - `window`: default `'hann'`, periodic. - `scaling`: `'spectrum'` (default: a sine's peak keeps its amplitude, halved as
 *   the other half is at the negative frequency) or `'psd'` (the squared magnitude is a power spectral density, two-sided).
 * - `nfft`: points of the transform, at least the samples of a frame; default as many. - `dim`: default `'time'`.
 *
 * Result complex128: frequencies from 0 of real samples, rising from negative ones of complex samples. Only frames that
 * lie wholly in a run are given: the rest is dropped at its end, and a run shorter than a frame gives none (xdas throws
 * for a whole array). Other labels along `dim` are left out. State: `tail`, the samples from the next frame on, and their
 * labels; memory is bounded by one frame.
 */
export class STFT extends Atom<z.output<typeof STFT.schema>, STFTMemory> {
  static readonly schema = optionsSchema({
    wlen: z.number().positive(),
    hop: z.number().positive().nullable().default(null),
    window: windowSchema.default('hann'),
    scaling: z.enum(['spectrum', 'psd']).default('spectrum'),
    nfft: z.int().positive().nullable().default(null),
    dim: dimSchema.default('time'),
    ...castOption,
  }).refine(({ wlen, hop }) => hop === null || hop <= wlen, { message: 'must be at most wlen', path: ['hop'] });
  #plan: StftPlan | null = null;

  constructor(options: STFTOptions) {
    super(parseOptions('STFT', STFT.schema, options), ['step', 'complex', 'carries', 'tail', 'frame']);
  }

  protected override get takesComplex(): boolean {
    return true;
  }

  protected override initialize(chunk: Chunk, { chunkDim }: CallFlags): void {
    const { array, dim } = this.requireDim(chunk);
    const step = samplingInterval(array, dim, this.name, this.intervalAlong(dim));
    this.memory = { step, complex: isComplexDType(array.dtype), carries: dim === chunkDim, tail: null, frame: null };
    this.initializeFromState();
  }

  protected override initializeFromState(): void {
    const { step, complex } = this.memory;
    const { wlen, hop, window: shape, scaling, nfft } = this.options;
    const rate = 1 / step;
    const length = nextFastLength(Math.max(roundHalfEven(wlen * rate), 1));
    const window = getWindow(shape as string, length);
    const total = window.reduce((sum, weight) => sum + weight, 0);
    const power = window.reduce((sum, weight) => sum + weight * weight, 0);
    const scale = scaling === 'spectrum' ? 1 / Math.abs(total) : Math.sqrt(step / power);
    if (nfft !== null && nfft < length)
      throw new AtomError('BAD_ARGUMENT', `STFT: nfft is ${nfft}; allowed: at least ${length}, the samples of a frame`);
    this.#plan = {
      window: window.map((weight) => weight * scale),
      hop: hop === null ? Math.max(length >> 1, 1) : Math.min(Math.max(roundHalfEven(hop * rate), 1), length),
      nfft: nfft ?? length,
      complex,
    };
  }

  override get consumesInput(): boolean {
    return this.constructor === STFT; // a subclass may keep its input
  }

  protected override call(chunk: Chunk): Chunk[] {
    const { array, dim, axis } = this.requireDim(chunk);
    const { carries, tail, frame } = this.memory;
    const plan = this.#plan!;
    const own = withoutSideLabels(frameOf(array), dim);
    const known = frame ? joinFrames(frame, own, dim) : own;
    const values = tail ? joined(tail, frame!.shape, array, axis) : array.values;
    const lanes = lanesOf(known.shape, axis);
    const frames = frameCount(plan, lanes.length);
    if (carries) {
      const rest = lanes.length - frames * plan.hop;
      this.memory = {
        ...this.memory,
        tail: lastRows(values, known.shape, axis, rest, array.dtype),
        frame: frameTail(known, dim, rest),
      };
    }
    if (frames === 0) return [];
    return [this.#label(stft(values, lanes, plan), known, dim, axis, frames)];
  }

  #label(data: Float64Array, known: LabelFrame, dim: string, axis: number, frames: number): DataArray {
    const plan = this.#plan!;
    const like = known.coords[dim] as AxisCoordinate;
    const bins = frequencyCount(plan);
    const step = 1 / (plan.nfft * this.memory.step);
    const first = plan.complex ? -Math.floor(plan.nfft / 2) * step : 0;
    const coords: Record<string, Coordinate> = {
      ...known.coords,
      [dim]: windowLabels(
        known,
        dim,
        { size: plan.window.length, hop: plan.hop, count: frames },
        this.name,
        this.intervalAlong(dim),
      ),
      frequency: blockLike(like, first, bins, step, { dim: 'frequency', dtype: 'float64', tolerance: null }),
    };
    const shape = [...known.shape.map((size, at) => (at === axis ? frames : size)), bins];
    const dims = [...known.dims, 'frequency'];
    return new DataArray({ data, dtype: 'complex128', shape, dims, coords, name: known.name, attrs: known.attrs });
  }
}

/** Complex values have a last axis of 2 in views. */
function viewOf(values: TypedArray, shape: readonly number[], dtype: ArrayDType) {
  return view(values, isComplexDType(dtype) ? [...shape, 2] : shape);
}

function joined(tail: TypedArray, shape: readonly number[], array: DataArray, axis: number): TypedArray {
  return joinArrays([viewOf(tail, shape, array.dtype), array.data], axis, partsDType(array.dtype)).data;
}

function lastRows(
  values: TypedArray,
  shape: readonly number[],
  axis: number,
  rows: number,
  dtype: ArrayDType,
): TypedArray {
  const whole = new DataArray({ data: viewOf(values, shape, dtype), dtype });
  return whole.isel({ [`dim_${axis}`]: { start: shape[axis]! - rows } }).copy().values;
}
