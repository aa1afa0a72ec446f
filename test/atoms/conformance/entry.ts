/** A row of the table of atoms that are held to the contract. */
import type { Atom } from '../../../lib/atoms/atom.js';
import type { ArrayDType } from '../../../lib/dtype.js';

/** One atom, and which streams it is fed; all streams are cut along `time`. */
export interface Entry {
  name: string;
  make: () => Atom;
  /**
   * A fixed order of dimensions, with their sizes (that of `time` counts where the input is one record only). Default:
   * any order of one to four dimensions.
   */
  dims?: string[];
  shape?: number[];
  /** Dimensions that there must be, and at least how many samples along them. */
  needs?: Readonly<Record<string, number>>;
  /** A fixed dtype, or those that may be drawn; default: all real ones. */
  dtype?: ArrayDType;
  dtypes?: readonly ArrayDType[];
  /** Nanoseconds between samples; default 10 ms. */
  step?: bigint;
  /** The interval cannot change to 20 or 5 ms in this stream: the options would not fit it. */
  oneRate?: true;
  /** Largest difference of a label in ns, where a rate is no whole number of them; default 0. */
  labelSlack?: bigint;
  /** Largest difference of a value, relative to the largest of the whole; default 0: the same bits. */
  bound?: number;
  /**
   * Where the axis declares no interval, samples that the first chunk of a stream must have, and of a run at another rate, so that
   * every stage sees two of them at once; default 4.
   */
  tells?: number;
  /**
   * Its labels are fractions of the input's interval that binary numbers do not hold (thirds, fifths): floats are off in the last
   * bits, by where the arithmetic began, even where the input's are exact.
   */
  fractions?: true;
  /**
   * A stage gives a rate of no whole ns, which an axis that declares no interval cannot keep (xdas infers whole ticks): the next stage
   * would be designed from what it infers of its first chunk, so that there is no whole to compare with.
   */
  needsDeclared?: true;
  /** Its options name a rate that is no ratio of small integers to one of 2^k Hz, so that no axis has such an interval. */
  notBinary?: true;
  /** Its input's labels are never off: what is computed of them would be as well, and picks cannot be told apart then. */
  noJitter?: true;
  /** It judges seams, though it has no state: it could be told to stream. Default: where it has state after a chunk. */
  judges?: true;
}
