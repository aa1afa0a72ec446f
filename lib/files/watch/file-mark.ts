import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';

/** By what a file is known to be the same, unchanged one. */
export interface FileMark {
  readonly size: number;
  /** When it was last written, in ms since 1970, by the clock of the file system. */
  readonly modified: number;
  /** Number of the file in its file system: another one if it was replaced. */
  readonly inode: number;
}

/** The mark of a regular file; null where there is none. */
export async function markOf(path: string): Promise<FileMark | null> {
  const found = await statOrNull(path);
  return found?.isFile() ? toMark(found) : null;
}

export function toMark({ size, mtimeMs, ino }: Stats): FileMark {
  return { size, modified: mtimeMs, inode: ino };
}

/** Null where there is nothing of that name, or it is out of reach for now: a scan comes back to it. */
export async function statOrNull(path: string): Promise<Stats | null> {
  return await stat(path).catch(() => null);
}

export function isSameMark(a: FileMark, b: FileMark): boolean {
  return a.size === b.size && a.modified === b.modified && a.inode === b.inode;
}
