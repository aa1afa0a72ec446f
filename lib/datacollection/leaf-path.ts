/** The way to a leaf, in texts and errors. */
import { ArgumentError, DasflowError } from '../errors.js';

/** Keys from the top of a collection down to one of its items. */
export type LeafPath = readonly (string | number)[];

/** The keys that lead to a leaf, as in `das1/0`. */
export function pathText(path: LeafPath): string {
  return path.map(String).join('/');
}

/** Runs `work` on a leaf; errors name it, see {@link namingLeaf}. */
export function atLeaf<T>(path: LeafPath, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw namingLeaf(path, error);
  }
}

/** The error with the way to the leaf in its text; errors of others are as they were. */
export function namingLeaf(path: LeafPath, error: unknown): unknown {
  if (!(error instanceof DasflowError) || path.length === 0) return error;
  return new ArgumentError(error.code, `${pathText(path)}: ${error.message}`, { cause: error });
}
