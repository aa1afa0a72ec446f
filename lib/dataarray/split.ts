/** One array cut into several along a dimension. */
import type { SplitKind } from '../coordinates/coordinate.js';
import type { DeltaLike } from '../coordinates/delta.js';
import { ArgumentError } from '../errors.js';
import type { DataArray } from './data-array.js';

/**
 * Cuts along `dim` (views of the same memory): into a number of nearly equal sections, before each of the given ascending
 * indices, or at every seam of a kind (`'discontinuities'`, `'gaps'`, `'overlaps'`, `'reversals'`) whose jump is larger
 * than `tolerance` (default zero; `false`: at every one). As `xdas.split`. Throws `BAD_ARGUMENT`.
 */
export function split(
  da: DataArray,
  indicesOrSections: number | ArrayLike<number> | SplitKind = 'discontinuities',
  dim = 'first',
  tolerance: DeltaLike | null | false = null,
): DataArray[] {
  const axis = da.axis(dim);
  const size = da.shape[axis]!;
  const name = da.dims[axis]!;
  let cuts: number[];
  if (typeof indicesOrSections === 'string') cuts = da.coords.axis(name).getSplitIndices(indicesOrSections, tolerance);
  else {
    if (tolerance)
      throw new ArgumentError(
        'BAD_ARGUMENT',
        'a tolerance belongs to a kind of seam, not to indices or a number of sections',
      );
    cuts =
      typeof indicesOrSections === 'number'
        ? evenCuts(indicesOrSections, size, name)
        : Array.from(indicesOrSections, Number);
  }
  const bounds = [0, ...cuts, size];
  for (const [k, bound] of bounds.entries())
    if (!Number.isInteger(bound) || bound < 0 || bound > size || (k > 0 && bound < bounds[k - 1]!))
      throw new ArgumentError(
        'BAD_ARGUMENT',
        `indices to split ${name} at must be integers that ascend from 0 to ${size}; ${bound} is not${k > 0 ? ` after ${bounds[k - 1]}` : ''}`,
      );
  return bounds.slice(1).map((stop, k) => da.isel({ [name]: { start: bounds[k]!, stop } }));
}

/** Sections that differ by one sample at most, the longer ones first. */
function evenCuts(sections: number, size: number, dim: string): number[] {
  if (!Number.isInteger(sections) || sections <= 0)
    throw new ArgumentError('BAD_ARGUMENT', `the number of sections must be a positive integer, not ${sections}`);
  if (sections >= size)
    throw new ArgumentError('BAD_ARGUMENT', `${sections} sections are too many for ${size} samples along ${dim}`);
  const [length, longer] = [Math.floor(size / sections), size % sections];
  return Array.from({ length: sections - 1 }, (_, k) => (k + 1) * length + Math.min(k + 1, longer));
}
