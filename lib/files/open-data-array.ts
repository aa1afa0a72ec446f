import type { ArrayFile } from './array-file.js';
import { findFiles } from './find-files.js';
import { type JoinOptions, LazyArray } from './lazy-array.js';
import { openArrayFile } from './netcdf-file.js';

/**
 * Opens one NetCDF file of xdas as a lazy array: coordinates and attributes are read, values not. Throws `BAD_FILE`, or
 * `MALFORMED_PACKET` where the file is no array of xdas. xdas: `open_dataarray`.
 */
export async function openDataArray(path: string): Promise<LazyArray> {
  return LazyArray.of(await openArrayFile(path));
}

/**
 * Opens many files as one lazy array: a folder, a glob or a list of paths; see `LazyArray.join` for what fits together. Memory: the
 * coordinates of all files. A file that cannot be opened is an error that names it. xdas: `open_mfdataarray` (which gives a list of arrays
 * where files do not fit together).
 */
export async function openMfDataArray(
  paths: string | readonly string[],
  options: JoinOptions = {},
): Promise<LazyArray> {
  return await openFiles(typeof paths === 'string' ? await findFiles(paths) : paths, options);
}

/** As {@link openMfDataArray}, for paths that are known. */
export async function openFiles(paths: readonly string[], options: JoinOptions = {}): Promise<LazyArray> {
  const files: ArrayFile[] = [];
  for (const path of paths) files.push(await openArrayFile(path));
  return LazyArray.join(files, options);
}
