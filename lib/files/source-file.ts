import { open } from 'node:fs/promises';
import { FileError } from '../errors.js';
import type { Hdf5Objects } from './hdf5/hdf5-reader.js';
import { Hdf5Reader } from './hdf5/hdf5-reader.js';

const HEAD_BYTES = 4096;
const HDF5_SIGNATURE = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');
/** Where the signature of HDF5 may be: after a user block of a power of two from 512 bytes on, or at the start. */
const HDF5_PLACES = [0, 512, 1024, 2048];

/**
 * A file that a format is asked about: its first bytes and, where it is HDF5, its root. Nothing of it stays open. What was read is
 * kept, so that each format that is asked does not read it again.
 */
export class SourceFile {
  /** Path as it was given. */
  readonly path: string;
  /** Bytes of the file. */
  readonly size: number;
  /** When it was last written, in ms since 1970. */
  readonly modified: number;
  /** Its first 4096 bytes, or fewer. */
  readonly head: Buffer;
  /** Reads its objects; null where it is no HDF5 file. */
  readonly hdf5: Hdf5Reader | null;
  #root: Promise<Hdf5Objects> | undefined;

  private constructor(path: string, size: number, modified: number, head: Buffer) {
    this.path = path;
    this.size = size;
    this.modified = modified;
    this.head = head;
    const isHdf5 = HDF5_PLACES.some((place) => head.subarray(place, place + 8).equals(HDF5_SIGNATURE));
    this.hdf5 = isHdf5 ? new Hdf5Reader(path) : null;
  }

  /** Reads the first bytes. Throws `BAD_FILE` where there is no such file, or it cannot be read. */
  static async open(path: string): Promise<SourceFile> {
    try {
      const handle = await open(path, 'r');
      try {
        const { size, mtimeMs } = await handle.stat();
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
        return new SourceFile(path, size, mtimeMs, buffer.subarray(0, bytesRead));
      } finally {
        await handle.close();
      }
    } catch (cause) {
      throw new FileError('BAD_FILE', path, `cannot be read: ${(cause as Error).message}`, { cause });
    }
  }

  /** The root of an HDF5 file (`/`). Throws `BAD_FILE` where it is none. */
  root(): Promise<Hdf5Objects> {
    this.#root ??= this.reader().objects(['/']);
    return this.#root;
  }

  /** The reader of an HDF5 file. Throws `BAD_FILE` where it is none. */
  reader(): Hdf5Reader {
    if (this.hdf5) return this.hdf5;
    throw this.refuse('is no HDF5 file');
  }

  /** Names right under the root of an HDF5 file; none where it is none. */
  async rootNames(): Promise<ReadonlySet<string>> {
    return new Set(this.hdf5 ? Object.keys((await this.root()).group('/').children) : []);
  }

  /** An error that names the file. */
  refuse(text: string, cause?: unknown): FileError {
    return new FileError('BAD_FILE', this.path, text, { cause });
  }
}
