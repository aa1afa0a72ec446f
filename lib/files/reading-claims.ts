import { realpath, stat } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';

const claims = new Set<readonly string[]>();

/**
 * Says that files (paths, folders or globs) are being read by this process until the returned function is called, so that
 * no writer of this process removes them meanwhile.
 */
export function claimForReading(paths: readonly string[]): () => void {
  const claim = paths.map((path) => resolve(path));
  claims.add(claim);
  return () => {
    claims.delete(claim);
  };
}

/** True if files right in `folder` are being read. */
export async function isBeingRead(folder: string): Promise<boolean> {
  const real = await realPath(resolve(folder));
  const folders = new Set<string>();
  for (const path of [...claims].flat()) {
    const kind = await stat(path).catch(() => null);
    folders.add(kind?.isDirectory() ? path : dirname(path));
  }
  for (const path of folders) if (await reads(path, real)) return true;
  return false;
}

/** True if the file `path` is being read, or files of its folder that may be this one. */
export async function isFileBeingRead(path: string): Promise<boolean> {
  if (claims.size === 0) return false;
  const real = await realPath(resolve(path));
  for (const claimed of [...claims].flat()) {
    const kind = await stat(claimed).catch(() => null);
    if (kind?.isFile() ? (await realPath(claimed)) === real : await reads(claimed, dirname(real))) return true;
  }
  return false;
}

/** True if `path`, a folder or a glob of folders, may be `folder`. */
async function reads(path: string, folder: string): Promise<boolean> {
  const glob = path.search(/[*?[{]/);
  if (glob < 0) return (await realPath(path)) === folder;
  const fixed = await realPath(path.slice(0, path.lastIndexOf(sep, glob)) || sep);
  return folder === fixed ? path.includes('**') : folder.startsWith(fixed === sep ? sep : `${fixed}${sep}`);
}

const realPath = (path: string) => realpath(path).catch(() => path);
