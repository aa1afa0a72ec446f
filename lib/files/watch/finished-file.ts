import { FileError } from '../../errors.js';
import type { ArrayFile } from '../array-file.js';
import { type ChosenFormat, openFormat } from '../formats/format-registry.js';
import { readSuperblock } from '../hdf5/superblock.js';
import { SourceFile } from '../source-file.js';

/** Opens files of a folder that grows, each of them only if it is whole by its own account. */
export class FinishedFiles {
  readonly #chosen: ChosenFormat;
  /** The format of the last file: those of a folder are alike, so it is tried before looking for one. */
  #guess: ChosenFormat | null = null;

  constructor(chosen: ChosenFormat) {
    this.#chosen = chosen;
  }

  /**
   * Opens a file that nobody seems to write to any more. Throws where it is not whole: no format knows it, HDF5 says that it ends somewhere
   * else or that its writer has it open, a TDMS segment or a miniSEED record is cut off.
   */
  async open(path: string): Promise<ArrayFile> {
    const source = await SourceFile.open(path);
    const superblock = source.hdf5 && readSuperblock(source.head);
    if (superblock?.isOpen) throw source.refuse('is marked as open for writing');
    if (superblock && superblock.end !== source.size)
      throw source.refuse(`has ${source.size} bytes, but says that it has ${superblock.end}`);
    const file = await this.#open(path);
    if (file.incomplete !== undefined) throw new FileError('BAD_FILE', path, file.incomplete);
    return file;
  }

  async #open(path: string): Promise<ArrayFile> {
    if (this.#guess)
      try {
        return (await openFormat(path, this.#guess)).file;
      } catch {
        // another format, or no whole file: the one that looks for a format tells
      }
    const { file, format } = await openFormat(path, this.#chosen);
    if (this.#chosen.format === null) this.#guess = { format, options: this.#chosen.options };
    return file;
  }
}
