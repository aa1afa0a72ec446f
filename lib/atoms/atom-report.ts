/** What an atom tells about the stream that it sees, beside its output. */

/** What an atom has seen since it was made; `reset()` leaves it alone. */
export interface AtomCounters {
  /** Non-empty chunks pushed, or runs of whole arrays. */
  chunks: number;
  /** Chunks given out, flushed ones included. */
  emitted: number;
  gaps: number;
  rateChanges: number;
  overlaps: number;
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
