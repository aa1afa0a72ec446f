import type { Attrs } from '../dataarray/attributes.js';
import { DataArray } from '../dataarray/data-array.js';
import { AtomError } from '../errors.js';
import { prependRows } from '../signal/copy-rows.js';
import { type Lanes, lanesOf } from '../signal/lanes.js';
import {
  type BlockTransform,
  endOverlapAdd,
  type OverlapAddState,
  overlapAdd,
  overlapAddState,
} from '../signal/overlap-add.js';
import { Atom, type CallFlags } from './atom.js';
import type { Chunk } from './chunk.js';
import { frameHead, frameOf, frameTail, joinFrames, type LabelFrame } from './label-frame.js';
import type { AtomOptions } from './options.js';
import { roundHalfEven, samplingInterval } from './sampling.js';

/** What an {@link OverlapAddAtom} carries. */
export interface OverlapAddMemory {
  /** The sampling interval along `dim`. */
  step: number;
  /** The sampling interval along the other dimension that matters; null where there is none. */
  spacing: number | null;
  /** {@link OverlapAddState}; null where the stream is not chunked along `dim`. */
  block: Float64Array | null;
  overlap: Float64Array | null;
  filled: number;
  started: boolean;
  /** The labels of the samples that are not out yet. */
  frame: LabelFrame | null;
  /** Whether samples are float32. */
  single: boolean;
}

const names = ['step', 'spacing', 'block', 'overlap', 'filled', 'started', 'frame', 'single'] as const;

/**
 * An atom that works on blocks of `wlen` which overlap by half, weighted by a sine before and after, and adds them up. Blocks are counted from
 * the start of the run, half a block of zeros before it and zeros after its end, so that any cutting gives the same bits.
 */
export abstract class OverlapAddAtom<O extends AtomOptions & { wlen: number; dim: string }> extends Atom<
  O,
  OverlapAddMemory
> {
  #transform: { lanes: Lanes; run: BlockTransform } | null = null;

  constructor(options: O) {
    super(options, names);
  }

  override get consumesInput(): boolean {
    return true;
  }

  /** The dimensions in the order that the transform wants, or null to leave them. */
  protected order(_dims: readonly string[]): string[] | null {
    return null;
  }

  /** The sampling interval along another dimension that the transform depends on. */
  protected spacingOf(_array: DataArray): number | null {
    return null;
  }

  /** Makes the transform of blocks of {@link blockSize} samples of these lanes. Throws where options do not fit the rates. */
  protected abstract design(lanes: Lanes): BlockTransform;

  /** The attributes of results. */
  protected attrsOf(attrs: Attrs): Attrs {
    return attrs;
  }

  /** Samples of a block: `wlen` made an even number, upwards. */
  protected get blockSize(): number {
    const { wlen } = this.options;
    const { step } = this.memory;
    const half = Math.ceil(roundHalfEven(wlen / step) / 2);
    if (half < 2)
      throw new AtomError('BAD_ARGUMENT', `${this.name}: wlen is ${wlen}; allowed: at least 3 samples of ${step}`);
    return 2 * half;
  }

  protected override initialize(chunk: Chunk, { chunkDim }: CallFlags): void {
    const { array, dim } = this.requireDim(chunk);
    this.memory = {
      step: samplingInterval(array, dim, this.name, this.intervalAlong(dim)),
      spacing: this.spacingOf(array),
      block: null,
      overlap: null,
      filled: 0,
      started: false,
      frame: null,
      single: array.dtype === 'float32',
    };
    this.#transform = null;
    const lanes = this.#lanes(frameOf(array), dim);
    this.#transformOf(lanes);
    if (dim === chunkDim) this.memory = { ...this.memory, ...overlapAddState(lanes, this.blockSize) };
  }

  protected override initializeFromState(): void {
    this.#transform = null;
  }

  protected override call(chunk: Chunk): Chunk[] {
    const { array, dim } = this.requireDim(chunk);
    const { frame } = this.memory;
    const labels = frame ? joinFrames(frame, frameOf(array), dim) : frameOf(array);
    const order = this.order(array.dims);
    const arranged = order ? array.transpose(...order) : array;
    const lanes = lanesOf(arranged.shape, arranged.dims.indexOf(dim));
    const transform = this.#transformOf(lanes);
    const size = this.blockSize;
    const carried = this.#state;
    const state = carried ?? overlapAddState(lanes, size);
    const { data, rows } = overlapAdd(arranged.values, lanes, size, state, transform);
    if (carried) {
      const { filled, started } = state;
      const left = labels.shape[labels.dims.indexOf(dim)]! - rows;
      this.memory = { ...this.memory, filled, started, frame: frameTail(labels, dim, left) };
      return rows > 0 ? [this.#give(data, labels, dim, rows)] : [];
    }
    const pending = lanes.length - rows;
    const rest = pending > 0 ? endOverlapAdd(lanes, size, pending, state, transform) : null;
    const whole = rest ? prependRows(data, rows, rest, { ...lanes, length: pending }) : data;
    return [this.#give(whole, labels, dim, lanes.length)];
  }

  protected override drain(): Chunk[] {
    const { frame } = this.memory;
    const state = this.#state;
    if (state === null || frame === null) return [];
    const dim = this.#dimOf(frame.dims);
    const pending = frame.shape[frame.dims.indexOf(dim)]!;
    if (pending === 0) return [];
    const lanes = this.#lanes(frame, dim);
    const data = endOverlapAdd(lanes, this.blockSize, pending, state, this.#transformOf(lanes));
    const { filled, started } = state;
    this.memory = { ...this.memory, filled, started, frame: frameTail(frame, dim, 0) };
    return [this.#give(data, frame, dim, pending)];
  }

  /** The first `count` labels of `frame` with their samples, in the order of dimensions that the input has. */
  #give(data: Float64Array, frame: LabelFrame, dim: string, count: number): DataArray {
    const { shape, dims, coords, name, attrs } = frameHead(frame, dim, count);
    const order = this.order(dims) ?? [...dims];
    const array = new DataArray({
      data: this.memory.single ? Float32Array.from(data) : data,
      shape: order.map((one) => shape[dims.indexOf(one)]!),
      dims: order,
      coords: { ...coords },
      name,
      attrs: this.attrsOf(attrs),
    });
    return order.every((one, k) => one === dims[k]) ? array : array.transpose(...dims).copy();
  }

  #lanes({ dims, shape }: LabelFrame, dim: string): Lanes {
    const order = this.order(dims) ?? [...dims];
    const sizes = order.map((one) => shape[dims.indexOf(one)]!);
    return lanesOf(sizes, order.indexOf(dim));
  }

  #transformOf(lanes: Lanes): BlockTransform {
    const known = this.#transform;
    if (known?.lanes.outer === lanes.outer && known.lanes.inner === lanes.inner) return known.run;
    const run = this.design(lanes);
    this.#transform = { lanes, run };
    return run;
  }

  get #state(): OverlapAddState | null {
    const { block, overlap, filled, started } = this.memory;
    return block && overlap ? { block, overlap, filled, started } : null;
  }

  #dimOf(dims: readonly string[]): string {
    const { dim } = this.options;
    if (dims.includes(dim)) return dim;
    return dim === 'first' ? dims[0]! : dims.at(-1)!;
  }
}
