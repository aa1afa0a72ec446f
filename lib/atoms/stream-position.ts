import { AxisCoordinate } from '../coordinates/coordinate.js';
import { DataArray } from '../dataarray/data-array.js';
import { split } from '../dataarray/split.js';
import type { AtomNotice } from './atom-report.js';
import type { Chunk } from './chunk.js';
import { expectLayout, layoutOf, type RunLayout } from './run-layout.js';
import { intervalText, judgeSeam, runStarts, type Seam, type StreamEdge, streamEdge } from './seam.js';

/** A {@link StreamPosition} as plain data. */
export interface SavedPosition {
  chunkDim: string | null;
  flushed: boolean;
  edge: StreamEdge | null;
  layout: RunLayout | null;
}

/** The names of a {@link SavedPosition}. */
export const positionNames: readonly (keyof SavedPosition)[] = ['chunkDim', 'flushed', 'edge', 'layout'];

/** What is said about a stream once. */
export type EdgeNotice = Pick<AtomNotice, 'code' | 'message'>;

/** Where an atom is in its stream: the labels at the end of the last chunk, and the layout that the next one must have. */
export class StreamPosition {
  /** The dimension along which the stream is chunked; null before the first chunk, and for whole arrays. */
  chunkDim: string | null = null;
  /** Whether the run has ended: the next chunk starts a new one. */
  flushed = false;
  #edge: StreamEdge | null = null;
  #layout: RunLayout | null = null;

  /** Forgets the stream. */
  reset(): void {
    this.restore({ chunkDim: null, flushed: false, edge: null, layout: null });
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
  ): { seam: Seam | null; edge: StreamEdge | null } {
    const previous = this.#edge;
    const edge = streamEdge(run, chunkDim);
    const judged = judgeSeam(previous, edge, atom);
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
    else if (judged === null && previous !== null && previous.chunkDim === chunkDim)
      notice({
        code: 'NO_INTERVAL',
        message: `${atom}: chunks of one sample whose ${chunkDim} declares no sampling interval, so gaps and overlaps cannot be seen`,
      });
    if (judged && !judged.seam && edge?.interval === null)
      return { seam: null, edge: { ...edge, interval: previous!.interval, inferred: previous!.inferred } };
    return { seam: judged?.seam ?? null, edge };
  }

  /** Throws `BAD_DTYPE` or `BAD_SHAPE` where `run` does not have the layout of the run so far. */
  expect(run: DataArray, chunkDim: string, atom: string): void {
    if (this.#layout) expectLayout(this.#layout, layoutOf(run, chunkDim), atom);
  }

  /** Goes on to the end of `run`; `edge` is what {@link meet} noted of it: null where there is nothing to judge the next one by. */
  advance(run: DataArray, chunkDim: string, edge: StreamEdge | null): void {
    this.#edge = edge;
    this.#layout = layoutOf(run, chunkDim);
  }

  /** An own copy as plain data. */
  save(): SavedPosition {
    const { chunkDim, flushed } = this;
    const edge = this.#edge && { ...this.#edge };
    return { chunkDim, flushed, edge, layout: this.#layout && { ...this.#layout, sizes: { ...this.#layout.sizes } } };
  }

  /** Goes to where {@link save} was called. */
  restore({ chunkDim, flushed, edge, layout }: SavedPosition): void {
    this.chunkDim = chunkDim;
    this.flushed = flushed;
    this.#edge = edge && { ...edge };
    this.#layout = layout && { ...layout };
  }
}

/** A chunk cut at the discontinuities inside it. */
export function splitRuns(chunk: Chunk, dim: string | null): Chunk[] {
  if (!(chunk instanceof DataArray) || dim === null) return [chunk];
  const coord = chunk.coords.get(dim);
  if (!(coord instanceof AxisCoordinate)) return [chunk];
  const indices = runStarts(coord);
  return indices.length === 0 ? [chunk] : split(chunk, indices, dim);
}
