import type { ArrayFile } from './array-file.js';
import { findFiles } from './find-files.js';
import { chooseFormat, type Engine, openFormat } from './formats/format-registry.js';
import { type JoinOptions, LazyArray } from './lazy-array.js';

/** Options of {@link openDataArray}. */
export interface OpenDataArrayOptions {
  /** The format, with options of its own if need be. Default: found by content. */
  engine?: Engine;
}

/**
 * Opens one file as a lazy array: coordinates and attributes are read, values not. docs/formats.md has the formats, and what is read of
 * each. Throws `BAD_FILE` that says what is missing or wrong, `BAD_ARGUMENT` for an engine or option that does not exist. xdas: `open_dataarray`.
 */
export async function openDataArray(path: string, options: OpenDataArrayOptions = {}): Promise<LazyArray> {
  return LazyArray.of((await openFormat(path, chooseFormat(options.engine))).file);
}

/**
 * Opens many files as one lazy array: a folder, a glob or a list of paths; see `LazyArray.join` for what fits together. Memory: the
 * coordinates of all files. A file that cannot be opened is an error that names it. xdas: `open_mfdataarray` (which gives a list of arrays
 * where files do not fit together).
 */
export async function openMfDataArray(
  paths: string | readonly string[],
  options: JoinOptions & OpenDataArrayOptions = {},
): Promise<LazyArray> {
  return await openFiles(typeof paths === 'string' ? await findFiles(paths) : paths, options);
}

/** As {@link openMfDataArray}, for paths that are known. */
export async function openFiles(
  paths: readonly string[],
  options: JoinOptions & OpenDataArrayOptions = {},
): Promise<LazyArray> {
  const chosen = chooseFormat(options.engine);
  const files: ArrayFile[] = [];
  for (const path of paths) files.push((await openFormat(path, chosen)).file);
  return LazyArray.join(files, options);
}
