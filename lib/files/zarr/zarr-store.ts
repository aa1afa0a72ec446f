import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ArgumentError, FileError } from '../../errors.js';
import type { JsonObject } from './zarr-json.js';
import type { ArrayMetadata } from './zarr-metadata.js';

/** A store that is there: descriptions of its arrays by name, and the attributes of its group. */
export interface StoredZarr {
  attributes: JsonObject;
  arrays: Readonly<Record<string, ArrayMetadata>>;
}

/** Checks that a store may be made at `path`: nothing is there, or an empty folder, or a Zarr v3 group. Throws `BAD_FILE`. */
export async function prepareStore(path: string, createDirs: boolean): Promise<void> {
  const folder = dirname(path);
  try {
    if (createDirs) await mkdir(folder, { recursive: true });
    else if (!(await stat(folder)).isDirectory()) throw new Error(`${folder} is not a folder`);
  } catch (cause) {
    throw refuse(path, (cause as Error).message, cause);
  }
  await readStore(path, 'overwrite');
}

/**
 * The arrays of the store at `path`; null where nothing is there yet, and where a run was cut off before its first chunk. The description inside that of the
 * group counts, as it was written last. Throws `BAD_FILE` where something else is there, and where that description names what is no array in the store.
 */
export async function readStore(path: string, mode: 'overwrite' | 'append'): Promise<StoredZarr | null> {
  try {
    // read before the arrays, as it is written after them: who writes there meanwhile is seen whole
    const group = await readJson(join(path, 'zarr.json'));
    const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      if (error.code === 'ENOTDIR') throw new Error('it is a file; a Zarr store is a folder');
      throw error;
    });
    if (!names) return null;
    const arrays: Record<string, ArrayMetadata> = {};
    for (const name of names) {
      const own = await readJson(join(path, name, 'zarr.json'));
      if (own?.node_type === 'array') arrays[name] = own as ArrayMetadata;
    }
    if (group === null) {
      const strange = names.filter((name) => !Object.hasOwn(arrays, name) && !isPart(name));
      if (strange.length > 0)
        throw new Error(
          `it is a folder with other things in it (${strange.slice(0, 3).join(', ')}) and no Zarr v3 store`,
        );
      return mode === 'append' ? null : { attributes: {}, arrays };
    }
    if (group.zarr_format !== 3 || group.node_type !== 'group') throw new Error('it is no group of Zarr v3');
    const inside = (group.consolidated_metadata as { metadata?: Record<string, ArrayMetadata> } | undefined)?.metadata;
    // what the group names is removed or appended to: a name that is none of a folder of this store must lead nowhere
    const absent = inside && Object.keys(inside).find((name) => !Object.hasOwn(arrays, name));
    if (absent !== undefined) throw new Error(`its zarr.json names ${JSON.stringify(absent)}, which is no array in it`);
    return { attributes: (group.attributes as JsonObject | undefined) ?? {}, arrays: inside ?? arrays };
  } catch (cause) {
    throw refuse(path, (cause as Error).message, cause);
  }
}

/** Removes the description of a store, then its arrays, and nothing else; makes the folder. Throws `BAD_FILE`. */
export async function clearStore(path: string, stored: StoredZarr | null): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
    await rm(join(path, 'zarr.json'), { force: true });
    for (const name of Object.keys(stored?.arrays ?? {})) await rm(join(path, name), { recursive: true, force: true });
  } catch (cause) {
    throw refuse(path, (cause as Error).message, cause);
  }
}

/** Throws `BAD_ARGUMENT` for another mode than the two. */
export function checkMode(mode: unknown): void {
  if (mode !== 'overwrite' && mode !== 'append')
    throw new ArgumentError('BAD_ARGUMENT', `mode is ${JSON.stringify(mode)}; allowed: overwrite, append`);
}

const isPart = (name: string) => name === '.zarr.json.part';

async function readJson(path: string): Promise<JsonObject | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
  return JSON.parse(text) as JsonObject;
}

function refuse(path: string, why: string, cause: unknown): FileError {
  return new FileError('BAD_FILE', path, `cannot be written to: ${why}`, { cause });
}
