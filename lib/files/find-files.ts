import { readdir, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve, sep } from 'node:path';
import { FileError } from '../errors.js';

/**
 * The files behind a path, sorted by name: a file itself, the files right in a folder (hidden ones and sub-folders left
 * out, as `xdas.open_mfdataarray('folder/*')`), or what a glob matches (`*`, `?`, `[abc]`, `**`, `{a,b}`; hidden files only by name).
 * A path that exists is never taken for a glob. Throws `BAD_FILE` where there is none.
 */
export async function findFiles(path: string): Promise<string[]> {
  const kind = await stat(path).catch(() => null);
  if (kind?.isFile()) return [path];
  if (kind?.isDirectory()) {
    const names = (await readdir(path, { withFileTypes: true }))
      .filter((entry) => !entry.name.startsWith('.') && !entry.isDirectory())
      .map((entry) => entry.name)
      .sort(byName);
    if (names.length === 0) throw new FileError('BAD_FILE', path, 'the folder holds no files');
    return names.map((name) => join(path, name));
  }
  if (kind) throw new FileError('BAD_FILE', path, 'is neither a file nor a folder');
  if (!/[*?[{]/.test(path)) throw new FileError('BAD_FILE', path, 'there is no such file or folder');
  const { glob } = await import('tinyglobby');
  const pattern = path.split(sep).join('/');
  const found = await glob(pattern, { absolute: isAbsolute(path), onlyFiles: true, expandDirectories: false });
  if (found.length === 0) throw new FileError('BAD_FILE', path, 'no file matches this pattern');
  return found.map((name) => (isAbsolute(path) ? resolve(name) : name)).sort(byName);
}

const byName = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
