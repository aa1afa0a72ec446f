import { InterpCoordinate } from '../coordinates/interp-coordinate.js';
import { DataArray } from '../dataarray/data-array.js';
import type { Delta } from '../dtype.js';
import { allowDrift } from './allow-drift.js';
import { loadArray, saveArray } from './array-state.js';
import type { AtomNotice } from './atom-report.js';
import type { Chunk } from './chunk.js';
import type { SeamPlace } from './cross-seam.js';
import { expectLayout, layoutOf, type RunLayout } from './run-layout.js';
import { intervalText, meetEdge } from './seam.js';
import { type StreamEdge, streamEdge } from './stream-edge.js';

/** A {@link StreamPosition} as plain data. */
export interface SavedPosition {
  chunkDim: string | null;
  flushed: boolean;
  edge: StreamEdge | null;
  layout: RunLayout | null;
  /** The last sample, an array of length 1 along `chunkDim`; null unless gaps are filled. */
  last: ReturnType<typeof saveArray> | null;
  /** The end of what was given last in this run. */
  given: StreamEdge | null;
  /** The end of what came before the gap that this run follows. */
  before: StreamEdge | null;
}

/** The names of a {@link SavedPosition}. */
export const positionNames: readonly (keyof SavedPosition)[] = [
  'chunkDim',
  'flushed',
  'edge',
  'layout',
  'last',
  'given',
  'before',
];

/** What is said about a stream once. */
export type EdgeNotice = Pick<AtomNotice, 'code' | 'message'>;

/**
 * Where an atom is in its stream: the labels at the end of the last chunk, the layout that the next one must have, and, where
 * gaps are filled, the last sample.
 */
export class StreamPosition {
  /** The dimension along which the stream is chunked; null before the first chunk, and for whole arrays. */
  chunkDim: string | null = null;
  /** Whether the run has ended: the next chunk starts a new one. */
  flushed = false;
  #edge: StreamEdge | null = null;
  #layout: RunLayout | null = null;
  #last: DataArray | null = null;
  #given: StreamEdge | null = null;
  #before: StreamEdge | null = null;

  /** Forgets the stream. */
  reset(): void {
    this.restore({ chunkDim: null, flushed: false, edge: null, layout: null, last: null, given: null, before: null });
  }

  /** Begins a new run behind a gap: forgets the stream, but for its interval. */
  beginBehindGap(): void {
    const before = this.#edge ?? this.#before;
    this.reset();
    this.#before = before;
  }

  /** What the next chunk is to follow; null at the beginning of a run. */
  get edge(): StreamEdge | null {
    return this.flushed ? null : this.#edge;
  }

  /**
   * How `run` follows the stream so far: the seam before it, if there is one, and what is to be noted of it. `notice`
   * hears what cannot be judged, or only on an assumption. Throws `IRREGULAR`.
   */
  meet(
    run: DataArray,
    chunkDim: string,
    atom: string,
    notice: (notice: EdgeNotice) => void,
  ): { place: SeamPlace | null; edge: StreamEdge | null } {
    const previous = this.#edge;
    const { seam, edge, judged } = meetEdge(previous, this.#told(streamEdge(run, chunkDim)), atom);
    if (edge === null)
      notice({
        code: 'NO_COORDINATE',
        message: `${atom}: chunks have no coordinate along ${chunkDim}, so gaps and overlaps cannot be seen`,
      });
    else if (edge.inferred)
      notice({
        code: 'INFERRED_INTERVAL',
        message: `${chunkDim} declares no sampling interval; using ${intervalText(edge.interval!, edge.dtype)}, inferred from evenly spaced labels`,
      });
    else if (!judged && previous !== null && previous.chunkDim === chunkDim)
      notice({
        code: 'NO_INTERVAL',
        message: `${atom}: chunks of one sample whose ${chunkDim} declares no sampling interval, so gaps and overlaps cannot be seen`,
      });
    const place = seam && { seam, previous: previous!, edge: edge!, last: this.#last, run };
    return { place, edge };
  }

  /** At the beginning of a run behind a gap: one sample that tells no interval has that of the stream. */
  #told(edge: StreamEdge | null): StreamEdge | null {
    const before = this.#edge === null ? this.#before : null;
    if (edge === null || edge.interval !== null || edge.size > 1 || before?.chunkDim !== edge.chunkDim) return edge;
    const { interval, inferred, tolerance } = before;
    return before.dtype === edge.dtype ? { ...edge, interval, inferred, tolerance } : edge;
  }

  /** Throws `BAD_DTYPE` or `BAD_SHAPE` where `run` does not have the layout of the run so far. */
  expect(run: DataArray, chunkDim: string, atom: string): void {
    if (this.#layout) expectLayout(this.#layout, layoutOf(run, chunkDim), atom);
  }

  /**
   * Goes on to the end of `run`; `edge` is what {@link meet} noted of it: null where there is nothing to judge the next one by.
   * `keepsLast`: its last sample is kept, as an own copy.
   */
  advance(run: DataArray, chunkDim: string, edge: StreamEdge | null, keepsLast: boolean): void {
    this.#edge = edge;
    this.#layout = layoutOf(run, chunkDim);
    const size = run.sizes[chunkDim]!;
    this.#last = keepsLast ? run.isel({ [chunkDim]: { start: size - 1, stop: size } }).copy() : null;
  }

  /** `chunk` as the next one that is given: see {@link allowDrift}. */
  give(chunk: Chunk): Chunk {
    if (this.chunkDim === null || !(chunk instanceof DataArray)) return chunk;
    const coord = chunk.coords.get(this.chunkDim);
    // Other axes have no tolerance to widen, and to infer an interval of them costs a walk over their labels.
    const edge = coord instanceof InterpCoordinate && coord.samplingRatio ? streamEdge(chunk, this.chunkDim) : null;
    this.#given = edge && this.#given;
    if (edge === null) return chunk;
    const given = allowDrift(this.#given, chunk, edge);
    this.#given = given === chunk ? edge : streamEdge(given, this.chunkDim);
    return given;
  }

  /** The interval along `dim` as of the last chunk, also behind a gap: declared or inferred; null where it is not known. */
  intervalAlong(dim: string): Delta | null {
    const edge = this.#edge ?? this.#before;
    return edge?.chunkDim === dim ? edge.interval : null;
  }

  /** Another one at the same place; where the run has ended, at the beginning of the next. */
  copy(): StreamPosition {
    const copy = new StreamPosition();
    if (!this.flushed) copy.restore(this.save());
    return copy;
  }

  /** An own copy as plain data. */
  save(): SavedPosition {
    const { chunkDim, flushed } = this;
    return {
      chunkDim,
      flushed,
      edge: this.#edge && { ...this.#edge },
      layout: this.#layout && { ...this.#layout, sizes: { ...this.#layout.sizes } },
      last: this.#last && saveArray(this.#last),
      given: this.#given && { ...this.#given },
      before: this.#before && { ...this.#before },
    };
  }

  /** Goes to where {@link save} was called. */
  restore({ chunkDim, flushed, edge, layout, last, given, before }: SavedPosition): void {
    this.chunkDim = chunkDim;
    this.flushed = flushed;
    this.#edge = edge && { ...edge };
    this.#layout = layout && { ...layout };
    this.#last = last && loadArray(last, 'stream.last');
    this.#given = given && { ...given };
    this.#before = before && { ...before };
  }
}
