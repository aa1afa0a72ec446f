/** What an atom tells about the stream that it sees, beside its output. */
import type { Seam } from './seam.js';

/** What an atom has seen since it was made; `reset()` leaves it alone. */
export interface AtomCounters {
  /** Non-empty chunks pushed, or runs of whole arrays. */
  chunks: number;
  /** Chunks given out, flushed ones included. */
  emitted: number;
  /** Seams of each kind, whatever was done there; nested atoms' included. */
  gaps: number;
  rateChanges: number;
  overlaps: number;
  /** Gaps that were filled, and samples (along the chunked dimension) put into them. */
  filledGaps: number;
  filledSamples: number;
  /** Samples (along the chunked dimension) dropped at overlaps. */
  trimmedSamples: number;
}

/** Something about a stream that users should know once. */
export interface AtomNotice {
  /**
   * `INFERRED_INTERVAL`: a coordinate declares no interval; `NO_COORDINATE`: without one, seams cannot be judged;
   * `NO_INTERVAL`: chunks of one sample that declare none, whose seams cannot be judged either;
   * `COSTLY`: another choice of options costs much less.
   */
  readonly code: 'INFERRED_INTERVAL' | 'NO_COORDINATE' | 'NO_INTERVAL' | 'COSTLY';
  readonly dim: string;
  readonly atom: string;
  readonly message: string;
}

/** Counters of an atom that has seen nothing. */
export function newCounters(): AtomCounters {
  return {
    chunks: 0,
    emitted: 0,
    gaps: 0,
    rateChanges: 0,
    overlaps: 0,
    filledGaps: 0,
    filledSamples: 0,
    trimmedSamples: 0,
  };
}

/** Counts a seam. */
export function countSeam(counters: AtomCounters, { kind, action, samples }: Seam): void {
  if (kind === 'gap') counters.gaps += 1;
  else if (kind === 'rate') counters.rateChanges += 1;
  else counters.overlaps += 1;
  if (action === 'filled') {
    counters.filledGaps += 1;
    counters.filledSamples += samples;
  } else if (action === 'trimmed') counters.trimmedSamples += samples;
}
