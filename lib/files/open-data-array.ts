import { findFiles } from './find-files.js';
import { chooseFormat, type Engine, openFormat } from './formats/format-registry.js';
import { LazyArray } from './lazy-array.js';
import { type OpenMfDataArrayOptions, openManyFiles } from './open-many-files.js';

/** Options of {@link openDataArray}. */
export interface OpenDataArrayOptions {
  /** The format, with options of its own if need be. Default: found by content. */
  engine?: Engine;
}

/**
 * Opens one file as a lazy array: coordinates and attributes are read, values not. docs/formats.md has the formats, and what is read of
 * each. Of a file that is half-written or cut off, what is there is opened (`files[0].incomplete` says so). Throws `BAD_FILE` that says
 * what is missing or wrong, `BAD_ARGUMENT` for an engine or option that does not exist. xdas: `open_dataarray`.
 */
export async function openDataArray(path: string, options: OpenDataArrayOptions = {}): Promise<LazyArray> {
  return LazyArray.of((await openFormat(path, chooseFormat(options.engine))).file);
}

/**
 * Opens many files as one lazy array: a folder, a glob or a list of paths, sorted by time, gaps kept in the coordinate. What does not
 * fit, overlaps or is broken is an error that names it, or is left out, as the options say; `leftOut` of the result tells. Memory: the
 * coordinates of all files; no file stays open. Throws `BAD_FILE`, `BAD_SHAPE`, `BAD_DTYPE`, `BAD_COORDINATE`, `DISCONTINUITY`, `OVERLAP`
 * and `BAD_ARGUMENT`. xdas: `open_mfdataarray` (which gives a list of arrays where files do not fit together).
 */
export async function openMfDataArray(
  paths: string | readonly string[],
  options: OpenMfDataArrayOptions = {},
): Promise<LazyArray> {
  return await openFiles(typeof paths === 'string' ? await findFiles(paths) : paths, options);
}

/** As {@link openMfDataArray}, for paths that are known. */
export async function openFiles(paths: readonly string[], options: OpenMfDataArrayOptions = {}): Promise<LazyArray> {
  return await openManyFiles(paths, options);
}
