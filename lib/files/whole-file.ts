import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FileError } from '../errors.js';

/** Name of the file that bytes go to first: hidden, so that `*` does not find it. */
export function partName(name: string): string {
  return `.${name}.part`;
}

/**
 * Writes a file whole or not at all: to `.<name>.part` beside it, then renamed over it. A crash or a full disk never leaves a
 * file of that name with half of the bytes. Not synced to the disk: a power cut may lose the newest files.
 *
 * Throws `BAD_FILE`; the partial file is removed.
 */
export async function writeWholeFile(path: string, bytes: Uint8Array): Promise<void> {
  const part = join(dirname(path), partName(basename(path)));
  try {
    const file = await open(part, 'w');
    try {
      await file.writeFile(bytes);
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (cause) {
    await rm(part, { force: true }).catch(() => {});
    throw new FileError('BAD_FILE', path, `cannot be written: ${(cause as Error).message}`, { cause });
  }
}
