import { stat } from 'node:fs/promises';
import { DasflowError, FileError } from '../errors.js';
import { type ArchiveIndex, indexedFile, readIndex, writeIndex } from './archive-index.js';
import type { ArrayFile } from './array-file.js';
import { type ChosenFormat, chooseFormat, type Engine, openFormat } from './formats/format-registry.js';
import { type JoinOptions, LazyArray, type LeftOut } from './lazy-array.js';

/** How far {@link openMfDataArray} has come. */
export interface OpenProgress {
  /** Files that are open, or were left out. */
  done: number;
  total: number;
  /** The file that was the last. */
  path: string;
}

/** Options of `openMfDataArray`. */
export interface OpenMfDataArrayOptions extends JoinOptions {
  /** The format of all files, with options of its own if need be. Default: found by content, for each file. */
  engine?: Engine;
  /**
   * Files that are missing, damaged, of no known format, or incomplete (half-written, cut off; a single one is opened): `'error'` (default) or `'skip'`;
   * what was skipped is in `leftOut` of the result.
   */
  onBroken?: 'error' | 'skip';
  /** Called after each file. What it throws ends the opening. */
  onProgress?: (progress: OpenProgress) => void;
  /**
   * Path of an index of the archive (JSON): files that are in it and have the same size and time of change are not opened before
   * they are read; afterwards it is written anew, whole or not at all. Default none.
   */
  index?: string;
  /** Ends the opening with its reason. */
  signal?: AbortSignal;
}

/** Files that are on their way at once: reading one's head and another's HDF5 overlap; HDF5 itself does one at a time. */
const AT_ONCE = 8;

/** Opens the files at `paths` as one array; see `openMfDataArray`. */
export async function openManyFiles(paths: readonly string[], options: OpenMfDataArrayOptions): Promise<LazyArray> {
  const { files, broken } = await openEach(paths, options);
  return LazyArray.join(files, options, broken);
}

/** Opens the files at `paths`, each for itself; `broken` tells of those that were skipped. */
export async function openEach(
  paths: readonly string[],
  options: Omit<OpenMfDataArrayOptions, keyof JoinOptions>,
): Promise<{ files: ArrayFile[]; broken: LeftOut[] }> {
  const { engine = null, onBroken = 'error', onProgress, index: indexPath, signal } = options;
  const chosen = chooseFormat(engine);
  const index = indexPath === undefined ? null : await readIndex(indexPath, engine);
  const opener = new Opener(chosen, index);
  const opened: (ArrayFile | LeftOut)[] = new Array(paths.length);
  let next = 0;
  let done = 0;
  const work = async () => {
    while (next < paths.length) {
      signal?.throwIfAborted();
      const place = next++;
      const path = paths[place]!;
      try {
        const file = await opener.open(path);
        opened[place] = paths.length > 1 ? complete(file) : file;
      } catch (error) {
        if (onBroken === 'error' || !(error instanceof FileError)) {
          next = paths.length;
          throw error;
        }
        opened[place] = { path, code: error.code, samples: null, text: error.message };
      }
      onProgress?.({ done: ++done, total: paths.length, path });
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, paths.length) }, work));
  const files = opened.filter((each): each is ArrayFile => 'outline' in each);
  const broken = opened.filter((each): each is LeftOut => !('outline' in each));
  if (files.length === 0 && broken.length > 0)
    throw new FileError(
      broken[0]!.code,
      broken[0]!.path,
      `none of ${paths.length} files can be opened; the first: ${broken[0]!.text}`,
    );
  if (indexPath !== undefined) await writeIndex(indexPath, engine, opener.index);
  return { files, broken };
}

function complete(file: ArrayFile): ArrayFile {
  if (file.incomplete === undefined) return file;
  throw new FileError('BAD_FILE', file.path, `${file.incomplete}; openDataArray opens what there is`);
}

/** Opens files one by one, from an index where that has them. */
class Opener {
  /** What a new index has. */
  readonly index: ArchiveIndex = new Map();
  readonly #chosen: ChosenFormat;
  readonly #known: ArchiveIndex | null;
  /** The format that a file was found to be of: files of an archive are alike, so it is tried before looking for one. */
  #guess: ChosenFormat | null = null;

  constructor(chosen: ChosenFormat, known: ArchiveIndex | null) {
    this.#chosen = chosen;
    this.#known = known;
  }

  async open(path: string): Promise<ArrayFile> {
    const entry = this.#known?.get(path);
    if (entry) {
      const now = await stat(path).catch(() => null);
      if (now && now.size === entry.size && now.mtimeMs === entry.modified) {
        this.index.set(path, entry);
        return indexedFile(path, entry, async () => (await openFormat(path, this.#chosen)).file);
      }
    }
    const { file, source, format } = await this.#openAnew(path);
    if (this.#chosen.format === null) this.#guess = { format, options: this.#chosen.options };
    this.index.set(path, {
      size: source.size,
      modified: source.modified,
      outline: file.outline,
      incomplete: file.incomplete,
    });
    return file;
  }

  async #openAnew(path: string) {
    if (this.#guess)
      try {
        return await openFormat(path, this.#guess);
      } catch (error) {
        if (!(error instanceof DasflowError)) throw error;
      }
    return await openFormat(path, this.#chosen);
  }
}
