import type { DataArray } from '../dataarray/data-array.js';
import type { TypedArray } from '../dtype.js';

/** A half-open range of indices, one per axis. */
export type Range = readonly [start: number, stop: number];

/**
 * One file that holds one array, its values still in it. The file is not kept open; each read opens it.
 */
export interface ArrayFile {
  /** Path as it was given. */
  readonly path: string;
  /**
   * Everything but the values: shape, dtype, coordinates, name, attributes. Its `data` is one zero with strides 0, so that
   * it takes no memory and may be sliced and asked like any other array.
   */
  readonly outline: DataArray;
  /** Why the file holds less than it says, where it does (its writer has not finished, or it was cut off); what is there can be read. */
  readonly incomplete?: string;
  /** Values of a block, in C order, owned by the caller. Throws `BAD_FILE`, `MALFORMED_PACKET`, `UNSUPPORTED_FILTER`. */
  read(ranges: readonly Range[]): Promise<TypedArray>;
}
