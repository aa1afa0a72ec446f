/** What a `RealTimeLoader` tells of its files. */
import type { Scalar } from '../../dtype.js';
import type { FileError } from '../../errors.js';

/** A file that is at rest and not whole (yet), or will not be read (any further). */
export interface UnreadFile {
  /** Absolute. */
  readonly path: string;
  readonly error: FileError;
}

/** A file with samples that are not after the last one given. */
export interface LateFile {
  /** Absolute. */
  readonly path: string;
  /** Samples left out along the dimension, of so many. */
  readonly samples: number;
  readonly of: number;
  /** The first label of the file, and the last one that was given before. */
  readonly start: Scalar;
  readonly last: Scalar;
  readonly text: string;
}

/** What a {@link RealTimeLoader} has seen so far. */
export interface RealTimeStatistics {
  /** Files that match the pattern. */
  found: number;
  /** Of these: given whole; there at the start or before the saved position; not whole, or failed; still written to or not yet taken. */
  read: number;
  skipped: number;
  broken: number;
  waiting: number;
  /** Files that came too late, in part or as a whole, and their samples that were left out. */
  late: number;
  lateSamples: number;
  /** Files that were written to after they had been read. */
  changed: number;
  /** Chunks given, and their samples along the dimension. */
  chunks: number;
  samples: number;
}
