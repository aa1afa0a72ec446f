import { type FileHandle, open } from 'node:fs/promises';
import { FileError } from '../errors.js';

/** Bytes of a file, and where they go. */
export interface Piece {
  /** First byte in the file. */
  offset: number;
  length: number;
}

/** Pieces that lie closer are read at one go, with what is between them. */
const GAP = 4096;
/** Most bytes that are read at one go. */
const MOST = 4 * 2 ** 20;

/**
 * Reads pieces of a file (in ascending order, not overlapping) and hands each to `use`, as a view that is valid only during
 * the call. Neighbours are read together; memory: 4 MiB, or the largest piece. The file is open for the time of the call. Throws `BAD_FILE`,
 * also where the file ends before a piece does.
 */
export async function readPieces(
  path: string,
  pieces: readonly Piece[],
  use: (bytes: Buffer, index: number) => void,
): Promise<void> {
  if (pieces.length === 0) return;
  await withHandle(path, async (handle) => {
    let next = 0;
    let buffer = Buffer.alloc(0);
    while (next < pieces.length) {
      const first = pieces[next]!.offset;
      let last = next;
      let end = first + pieces[next]!.length;
      for (; last + 1 < pieces.length; last++) {
        const { offset, length } = pieces[last + 1]!;
        if (offset - end > GAP || offset + length - first > MOST) break;
        end = offset + length;
      }
      if (buffer.length < end - first) buffer = Buffer.allocUnsafe(end - first);
      await readFully(handle, path, buffer, first, end - first);
      for (; next <= last; next++) {
        const { offset, length } = pieces[next]!;
        use(buffer.subarray(offset - first, offset - first + length), next);
      }
    }
  });
}

/** Opens a file for the time of `work`. Throws `BAD_FILE` where it cannot be opened or read. */
export async function withHandle<T>(path: string, work: (handle: FileHandle) => Promise<T>): Promise<T> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    return await work(handle);
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause;
    throw new FileError('BAD_FILE', path, `cannot be read: ${cause.message}`, { cause });
  } finally {
    await handle?.close();
  }
}

/** Fills `buffer[0, length)` from byte `offset` on. Throws `BAD_FILE` where the file is shorter. */
export async function readFully(
  handle: FileHandle,
  path: string,
  buffer: Buffer,
  offset: number,
  length: number,
): Promise<void> {
  for (let done = 0; done < length; ) {
    const { bytesRead } = await handle.read(buffer, done, length - done, offset + done);
    if (bytesRead === 0)
      throw new FileError('BAD_FILE', path, `ends at byte ${offset + done}, where ${length - done} more are needed`);
    done += bytesRead;
  }
}
