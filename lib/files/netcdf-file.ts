import { readFile, stat } from 'node:fs/promises';
import type { DataArray } from '../dataarray/data-array.js';
import type { TypedArray } from '../dtype.js';
import { DasflowError, FileError } from '../errors.js';
import { decodePacket } from '../packets/packet.js';
import type { ArrayFile, Range } from './array-file.js';
import { outlineOf } from './outline.js';

/** The file that was decoded last: reading it chunk by chunk decodes it once. */
let last: { path: string; stamp: string; array: DataArray } | null = null;

/** Opens a NetCDF file of xdas. Throws `BAD_FILE`, and as `decodePacket` with the path in the text. */
export async function openNetcdfFile(path: string): Promise<ArrayFile> {
  const outline = outlineOf(await decodeFile(path));
  return {
    path,
    outline,
    async read(ranges: readonly Range[]): Promise<TypedArray> {
      const array = await decodeFile(path);
      const query = Object.fromEntries(
        array.dims.map((dim, i) => [dim, { start: ranges[i]![0], stop: ranges[i]![1] }]),
      );
      return array.isel(query).copy().values;
    },
  };
}

async function decodeFile(path: string): Promise<DataArray> {
  let bytes: Uint8Array;
  let stamp: string;
  try {
    const { size, mtimeMs, ino } = await stat(path);
    stamp = `${size} ${mtimeMs} ${ino}`;
    if (last?.path === path && last.stamp === stamp) return last.array;
    bytes = await readFile(path);
  } catch (cause) {
    throw new FileError('BAD_FILE', path, `cannot be read: ${(cause as Error).message}`, { cause });
  }
  try {
    const { data } = await decodePacket(bytes);
    last = { path, stamp, array: data };
    return data;
  } catch (cause) {
    if (!(cause instanceof DasflowError)) throw cause;
    throw new FileError(cause.code, path, cause.message, { cause });
  }
}
