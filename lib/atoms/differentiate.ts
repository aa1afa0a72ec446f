import { z } from 'zod';
import { DataArray } from '../dataarray/data-array.js';
import { joinArrays, view } from '../dataarray/strided.js';
import type { DType, TypedArray } from '../dtype.js';
import { lanesOf } from '../signal/lanes.js';
import { differences } from '../signal/running-integral.js';
import { Atom, type CallFlags } from './atom.js';
import { midpointLabels } from './axis-labels.js';
import { castOption } from './cast-output.js';
import type { Chunk } from './chunk.js';
import { frameOf, frameTail, joinFrames, type LabelFrame } from './label-frame.js';
import { dimSchema, optionsSchema, parseOptions } from './options.js';
import { samplingInterval } from './sampling.js';

/** Options of {@link Differentiate}. */
export type DifferentiateOptions = z.input<typeof Differentiate.schema>;

interface DifferentiateMemory {
  step: number;
  /** The sample before the chunk, and its labels; null before the first, and where the stream is not chunked along `dim`. */
  last: TypedArray | null;
  frame: LabelFrame | null;
  carries: boolean;
}

/**
 * Differences of neighbours over the sampling interval d, `(x[k + 1] - x[k]) / d`; xdas's Differentiate (numpy.diff). The
 * unit is that of the samples per second (or per unit of the coordinate). Every run gives one sample less than it has.
 *
 * - `midpoints`: default false: the label is that of `x[k]`; true: half an interval later. - `dim`: default `'time'`.
 *
 * Result float64; integers do not wrap (xdas's do). State: `last`, the last sample and its
 * labels `frame`, where the stream is chunked along `dim`; `step`, the interval.
 */
export class Differentiate extends Atom<z.output<typeof Differentiate.schema>, DifferentiateMemory> {
  static readonly schema = optionsSchema({
    midpoints: z.boolean().default(false),
    dim: dimSchema.default('time'),
    ...castOption,
  });

  constructor(options: DifferentiateOptions = {}) {
    super(parseOptions('Differentiate', Differentiate.schema, options), ['step', 'last', 'frame', 'carries']);
  }

  protected override initialize(chunk: Chunk, { chunkDim }: CallFlags): void {
    const { array, dim } = this.requireDim(chunk);
    const step = samplingInterval(array, dim, this.name, this.intervalAlong(dim));
    this.memory = { step, last: null, frame: null, carries: dim === chunkDim };
  }

  override get consumesInput(): boolean {
    return this.constructor === Differentiate; // a subclass may keep its input
  }

  protected override call(chunk: Chunk): Chunk[] {
    const { array, dim, axis } = this.requireDim(chunk);
    const { step, last, frame, carries } = this.memory;
    const one = array.shape.map((size, at) => (at === axis ? 1 : size));
    const known = frame ? joinFrames(frame, frameOf(array), dim) : frameOf(array);
    const values = last ? joinArrays([view(last, one), array.data], axis, array.dtype as DType).data : array.values;
    if (carries) {
      const tail = array.isel({ [dim]: { start: -1 } }).values.slice() as TypedArray;
      this.memory = { step, carries, last: tail, frame: frameTail(known, dim, 1) };
    }
    const rows = known.shape[axis]! - 1;
    if (rows < 1) return [];
    const shape = known.shape.map((size, at) => (at === axis ? rows : size));
    const { dims, name, attrs } = known;
    const whole = new DataArray({
      data: values,
      shape: [...known.shape],
      coords: { ...known.coords },
      dims: [...dims],
    });
    const labels = whole.isel({ [dim]: { stop: rows } }).coords;
    const data = differences(values, lanesOf(known.shape, axis), step);
    const out = new DataArray({ data, shape, coords: labels, name, attrs });
    if (!this.options.midpoints) return [out];
    // of one sample more than there are results: two labels tell an interval
    const midpoints = midpointLabels(whole, dim, this.name, null).slice(0, rows);
    return [out.with({ coords: labels.assign({ [dim]: midpoints }) })];
  }
}
