import { z } from 'zod';
import { DataArray } from '../dataarray/data-array.js';
import { joinArrays, view } from '../dataarray/strided.js';
import type { DType, TypedArray } from '../dtype.js';
import { lanesOf } from '../signal/lanes.js';
import { neighbourDifferences } from '../signal/neighbour-differences.js';
import { Atom, type CallFlags } from './atom.js';
import type { Chunk } from './chunk.js';
import { frameOf, frameTail, joinFrames, type LabelFrame } from './label-frame.js';
import { dimSchema, optionsSchema, parseOptions } from './options.js';

/** Options of {@link Diff}. */
export type DiffOptions = z.input<typeof Diff.schema>;

interface DiffMemory {
  /** The last `n` samples (fewer at first), and their labels; null before the first, and where the stream is not chunked along `dim`. */
  tail: TypedArray | null;
  frame: LabelFrame | null;
  carries: boolean;
}

/**
 * The `n`-th differences of neighbours, `x[k + 1] - x[k]`, in the unit of the samples; xdas's `diff` (numpy.diff) as a
 * stream. For a derivative see `Differentiate`. Every run gives `n` samples less than it has.
 *
 * - `dim`: required. - `n`: how often, default 1; 0 changes nothing. - `label`: `'upper'` (default: each difference has the
 *   label of its last sample) or `'lower'` (of its first).
 *
 * The dtype stays: integers wrap, as in numpy. (xdas takes neither an `n` of 2 or more nor the aliases `first` and
 * `last`, leaves labels beside the dimension's own as long as they were, and swaps name and attributes.)
 * State: `tail`, the last `n` samples, and their labels `frame`, where the stream is chunked along `dim`.
 */
export class Diff extends Atom<z.output<typeof Diff.schema>, DiffMemory> {
  static readonly schema = optionsSchema({
    dim: dimSchema,
    n: z.int().nonnegative().default(1),
    label: z.enum(['upper', 'lower']).default('upper'),
  });

  constructor(options: DiffOptions) {
    super(parseOptions('Diff', Diff.schema, options), ['tail', 'frame', 'carries']);
  }

  protected override initialize(chunk: Chunk, { chunkDim }: CallFlags): void {
    this.memory = { tail: null, frame: null, carries: this.requireDim(chunk).dim === chunkDim };
  }

  protected override call(chunk: Chunk): Chunk[] {
    const { array, dim, axis } = this.requireDim(chunk);
    const { n, label } = this.options;
    const { tail, frame, carries } = this.memory;
    const known = frame ? joinFrames(frame, frameOf(array), dim) : frameOf(array);
    const data = tail ? joinArrays([view(tail, frame!.shape), array.data], axis, array.dtype as DType) : array.data;
    const whole = new DataArray({ data, coords: { ...known.coords }, dims: [...known.dims] });
    const length = whole.shape[axis]!;
    if (carries && n > 0) {
      const kept = Math.min(n, length);
      const last = whole.isel({ [dim]: { start: length - kept } });
      this.memory = { carries, tail: last.values.slice() as TypedArray, frame: frameTail(known, dim, kept) };
    }
    if (length <= n) return [];
    const labels = whole.isel({ [dim]: label === 'upper' ? { start: n } : { stop: length - n } });
    const differences = neighbourDifferences(whole.values, lanesOf(whole.shape, axis), n);
    const { name, attrs } = known;
    return [new DataArray({ data: differences, shape: [...labels.shape], coords: labels.coords, name, attrs })];
  }
}
