import { DataSequence } from '../datacollection/data-collection.js';
import type { ArrayFile } from './array-file.js';
import { fittingRuns } from './fit-files.js';
import { type JoinOptions, LazyArray, type LeftOut } from './lazy-array.js';

/** How runs are joined: misfits begin a new run, so there is nothing to say about them. */
export type JoinRunsOptions = Omit<JoinOptions, 'onMisfit'>;

/** xdas's name of the level that joined files are in: each item is one record, gaps in its coordinate. */
export const RECORD = 'record';

/**
 * Files as a sequence of arrays: in order along `dim`, those that follow each other joined as long as they fit; what does not fit (another
 * rate, shape, dtype, other coordinates) begins the next item. Empty files are left out. What was left out is told by the first item.
 * Throws `OVERLAP` as `LazyArray.join`. xdas: `combine_by_coords`.
 */
export function joinRuns(
  files: readonly ArrayFile[],
  options: JoinRunsOptions = {},
  name: string = RECORD,
  leftOut: readonly LeftOut[] = [],
): DataSequence<LazyArray> {
  const filled = files.filter((file) => !file.outline.empty);
  const [first] = filled;
  if (!first) return new DataSequence<LazyArray>([], name);
  const axis = first.outline.axis(options.dim ?? 'first');
  const dim = first.outline.dims[axis]!;
  const runs = fittingRuns(filled, axis, dim);
  return new DataSequence<LazyArray>(
    runs.map((run, index) => LazyArray.join(run, { ...options, dim }, index === 0 ? leftOut : [])),
    name,
  );
}
