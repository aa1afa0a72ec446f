import type { DataArray } from '../dataarray/data-array.js';
import { AtomError } from '../errors.js';

/** What all chunks of a run have in common: dtype, and the sizes of the dimensions (-1: the one that is chunked). */
export interface RunLayout {
  readonly dtype: string;
  readonly sizes: Readonly<Record<string, number>>;
}

/** The layout of a chunk. */
export function layoutOf(array: DataArray, chunkDim: string): RunLayout {
  const sizes: Record<string, number> = {};
  for (const [i, dim] of array.dims.entries()) sizes[dim] = dim === chunkDim ? -1 : array.shape[i];
  return { dtype: array.dtype, sizes };
}

/** True if two layouts are the same. */
export function sameLayout(a: RunLayout, b: RunLayout): boolean {
  const dims = Object.keys(a.sizes);
  return (
    a.dtype === b.dtype &&
    dims.join() === Object.keys(b.sizes).join() &&
    dims.every((dim) => a.sizes[dim] === b.sizes[dim])
  );
}

/** Throws `BAD_DTYPE` or `BAD_SHAPE` where a chunk does not fit the run so far. */
export function expectLayout(was: RunLayout, next: RunLayout, who: string): void {
  if (next.dtype !== was.dtype)
    throw new AtomError('BAD_DTYPE', `${who}: a chunk is ${next.dtype}, the run so far ${was.dtype}; reset() first`);
  const same = Object.keys(was.sizes).join() === Object.keys(next.sizes).join();
  if (!same || Object.entries(next.sizes).some(([dim, size]) => was.sizes[dim] !== size))
    throw new AtomError(
      'BAD_SHAPE',
      `${who}: a chunk has ${describe(next.sizes)}, the run so far ${describe(was.sizes)}; reset() to start a new run`,
    );
}

function describe(sizes: Readonly<Record<string, number>>): string {
  return Object.entries(sizes)
    .map(([dim, size]) => (size < 0 ? dim : `${dim}: ${size}`))
    .join(', ');
}
