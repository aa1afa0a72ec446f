import { type FileHandle, mkdir, open, stat, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FileError } from '../../errors.js';
import { isFileBeingRead } from '../reading-claims.js';
import { lastSamples } from './last-samples.js';

/** At most so many files are open at once. */
export const OPEN_FILES = 16;
/** So many bytes wait for a common write. */
const GATHER = 1 << 20;

/**
 * Files that whole records are appended to, in the order in which they come for each. A file is open only while something is written:
 * at most 16 at a time. The first records for a file replace what it held, or with `keep` go behind it.
 */
export class RecordFiles {
  readonly counters = { files: 0, bytes: 0 };
  readonly #keep: boolean;
  readonly #waiting = new Map<string, Uint8Array[]>();
  readonly #begun = new Set<string>();
  readonly #ends = new Map<string, Map<string, bigint> | null>();
  #bytes = 0;
  #failure: unknown = null;

  constructor({ keep }: { keep: boolean }) {
    this.#keep = keep;
  }

  /**
   * When the next sample of each channel of a file that is kept is due, by id, as it was before anything was appended; null where nothing
   * is kept. Ask before the first {@link append} to it. Half a record at its end, which a crash left, is cut off. Throws `BAD_FILE`.
   */
  async endsOf(path: string): Promise<Map<string, bigint> | null> {
    if (!this.#keep) return null;
    // read once for all channels: the first of them writes before the others ask
    const known = this.#ends.get(path);
    if (known !== undefined) return known;
    const ends = await this.#readEnds(path);
    this.#ends.set(path, ends);
    return ends;
  }

  async #readEnds(path: string): Promise<Map<string, bigint> | null> {
    try {
      const old = await stat(path).catch(() => null);
      if (!old || old.size === 0) return null;
      if (!old.isFile()) throw new Error('it is no file');
      const { wholeBytes, ends } = await lastSamples(path, old.size);
      if (wholeBytes < old.size) await truncate(path, wholeBytes);
      return ends;
    } catch (cause) {
      throw refusal(path, cause);
    }
  }

  /** Appends records, soon: {@link settle} waits for all. Resolves when more may come. Throws what failed. */
  async append(path: string, records: readonly Uint8Array[]): Promise<void> {
    if (records.length === 0) return;
    const known = this.#waiting.get(path) ?? [];
    this.#waiting.set(path, known);
    for (const record of records) {
      known.push(record);
      this.#bytes += record.length;
    }
    if (this.#bytes >= GATHER || this.#waiting.size >= OPEN_FILES) await this.settle();
  }

  /** Resolves when all is handed to the operating system. Throws `BAD_FILE`, what failed first; after that nothing is written. */
  async settle(): Promise<void> {
    const all = this.#failure ? [] : [...this.#waiting];
    this.#waiting.clear();
    this.#bytes = 0;
    await Promise.all(
      all.map(async ([path, records]) => {
        try {
          await this.#write(path, records);
        } catch (cause) {
          this.#failure ??= refusal(path, cause);
        }
      }),
    );
    if (this.#failure) throw this.#failure;
  }

  /** Forgets which files were begun: the next ones have other names. */
  forget(): void {
    this.#begun.clear();
    this.#ends.clear();
  }

  async #write(path: string, records: readonly Uint8Array[]): Promise<void> {
    const isFirst = !this.#begun.has(path);
    const replaces = isFirst && !this.#keep;
    if (replaces && (await isFileBeingRead(path)))
      throw new Error('it is being read; write to another place, or with mode append');
    const file = await openInFolder(path, replaces ? 'w' : 'a');
    this.#begun.add(path);
    if (isFirst) this.counters.files++;
    try {
      const size = replaces ? 0 : (await file.stat()).size;
      try {
        await file.writeFile(records.length === 1 ? records[0]! : Buffer.concat(records));
      } catch (error) {
        // a full disk took a part of them
        await file.truncate(size);
        throw error;
      }
    } finally {
      await file.close();
    }
    for (const { length } of records) this.counters.bytes += length;
  }
}

/** Opens a file; its folders are made where they are not there. */
async function openInFolder(path: string, flags: 'w' | 'a'): Promise<FileHandle> {
  try {
    return await open(path, flags);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(dirname(path), { recursive: true });
    return await open(path, flags);
  }
}

function refusal(path: string, cause: unknown): FileError {
  if (cause instanceof FileError) return cause;
  return new FileError('BAD_FILE', path, `cannot be written: ${(cause as Error).message}`, { cause });
}
