import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ArgumentError, FileError } from '../errors.js';
import { flagOption } from '../packets/known-options.js';
import { isBeingRead } from './reading-claims.js';
import { writeWholeFile } from './whole-file.js';

/** What happens to the chunk files that a folder already holds. */
export interface ChunkFolderOptions {
  /** Make the folder (and those above it) where it does not exist. Default false, as in xdas. */
  createDirs?: boolean;
  /** `'overwrite'` (default) removes the chunk files of an earlier run when the first file of this one is
   * ready to be written (a run in which nothing comes leaves them alone), `'append'` numbers on after them. */
  mode?: 'overwrite' | 'append';
}

export const chunkFolderOptions = ['createDirs', 'mode'] as const satisfies readonly (keyof ChunkFolderOptions)[];

const chunkName = /^\d{9}$/;
const leftOver = /^\.\d{9}\.part$/;

/** Name of chunk file number `index`, as xdas gives it: nine digits and no suffix. */
export function chunkFileName(index: number): string {
  return String(index).padStart(9, '0');
}

/**
 * A folder of numbered files `000000000`, `000000001`, ..., each there whole or not at all. Only files named so, and halves
 * of them that a crash left (`.000000000.part`), are ever removed.
 */
export class ChunkFolder {
  readonly path: string;
  readonly #options: ChunkFolderOptions;
  #first = 0;
  #count = 0;
  #isCleared = false;

  /** Throws `BAD_ARGUMENT` for an unknown mode, and where `createDirs` is neither true nor false. The folder is not touched before {@link prepare}. */
  constructor(path: string, options: ChunkFolderOptions = {}) {
    const { mode = 'overwrite' } = options;
    if (mode !== 'overwrite' && mode !== 'append')
      throw new ArgumentError('BAD_ARGUMENT', `mode is ${JSON.stringify(mode)}; allowed: overwrite, append`);
    flagOption('createDirs', options.createDirs ?? false);
    this.path = path;
    this.#options = options;
  }

  /** Files written. */
  get count(): number {
    return this.#count;
  }

  /** Paths of the files written, in order. */
  get paths(): string[] {
    return Array.from({ length: this.#count }, (_, i) => join(this.path, chunkFileName(this.#first + i)));
  }

  /** Makes or checks the folder; removes nothing. Throws `BAD_FILE`, also where files that would be removed are being read by a loader. */
  async prepare(): Promise<void> {
    try {
      if (this.#options.createDirs) await mkdir(this.path, { recursive: true });
      else if (!(await stat(this.path)).isDirectory()) throw new Error('it is not a folder');
      await this.#stale(await readdir(this.path));
    } catch (cause) {
      throw this.#error(cause);
    }
  }

  /** Names of what is to be removed; throws where a loader still reads there. */
  async #stale(names: readonly string[]): Promise<string[]> {
    const { mode = 'overwrite' } = this.#options;
    const stale = names.filter((name) => leftOver.test(name) || (mode === 'overwrite' && chunkName.test(name)));
    if (stale.length > 0 && (await isBeingRead(this.path)))
      throw new Error('its files are being read; write to another folder, or with mode append');
    return stale;
  }

  /** Removes what is to be removed, and finds the first number. */
  async #clear(): Promise<void> {
    try {
      const names = await readdir(this.path);
      for (const name of await this.#stale(names)) await rm(join(this.path, name));
      const last = names
        .filter((name) => chunkName.test(name))
        .sort()
        .at(-1);
      if (this.#options.mode === 'append' && last !== undefined) this.#first = Number(last) + 1;
    } catch (cause) {
      throw this.#error(cause);
    }
    this.#isCleared = true;
  }

  #error(cause: unknown): FileError {
    return new FileError('BAD_FILE', this.path, `cannot be written to: ${(cause as Error).message}`, { cause });
  }

  /** Writes the next file; before the first one, removes what is to be removed. Throws `BAD_FILE`. */
  async put(bytes: Uint8Array): Promise<void> {
    if (!this.#isCleared) await this.#clear();
    await writeWholeFile(join(this.path, chunkFileName(this.#first + this.#count)), bytes);
    this.#count++;
  }
}
