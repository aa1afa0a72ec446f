import { realDType } from '../dataarray/complex-parts.js';
import { DataArray } from '../dataarray/data-array.js';
import { AtomError } from '../errors.js';
import { Atom, type Memory } from './atom.js';
import type { Chunk } from './chunk.js';
import type { AtomOptions } from './options.js';

/**
 * An atom that looks along its dimension only and carries nothing from chunk to chunk: every sample of the other dimensions
 * is worked on by itself. Gaps along its dimension do not split an array; it streams along any other dimension.
 */
export abstract class AcrossChannels<O extends AtomOptions & { dim: string }> extends Atom<O, Memory> {
  /** Why its dimension is needed whole, for the error that refuses chunks. */
  protected abstract readonly why: string;

  override get consumesInput(): boolean {
    return true;
  }

  /** None: arrays are not split, nor results joined, along the dimension it looks along. */
  protected override get dim(): string | null {
    return null;
  }

  protected override checkChunkDim(chunk: Chunk, chunkDim: string | undefined): void {
    if (chunk instanceof DataArray) this.refuseChunkedAlong(this.along(chunk).dim, chunkDim, this.why);
  }

  /** The array, its dimension by name, and its axis. Throws `BAD_ARGUMENT` for a table, `BAD_DIM`, `BAD_DTYPE`. */
  protected along(chunk: Chunk): { array: DataArray; dim: string; axis: number } {
    if (!(chunk instanceof DataArray))
      throw new AtomError('BAD_ARGUMENT', `${this.name} works on arrays; it was given a table`);
    const { dim } = this.options;
    const { dims } = chunk;
    const axis = dims.includes(dim) ? dims.indexOf(dim) : dim === 'first' ? 0 : dim === 'last' ? dims.length - 1 : -1;
    if (axis < 0)
      throw new AtomError('BAD_DIM', `${this.name}: dim ${dim} is not a dimension of the array (${dims.join(', ')})`);
    realDType(chunk.dtype, this.name);
    return { array: chunk, dim: dims[axis]!, axis };
  }
}
