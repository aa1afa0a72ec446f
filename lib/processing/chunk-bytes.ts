import type { Chunk } from '../atoms/chunk.js';
import { DataArray } from '../dataarray/data-array.js';

/** Bytes of a chunk's values: an array's `nbytes`, a table's columns (two bytes per character of a text). */
export function chunkBytes(chunk: Chunk): number {
  if (chunk instanceof DataArray) return chunk.nbytes;
  let bytes = 0;
  for (const name of chunk.columns) {
    const column = chunk.get(name);
    if (ArrayBuffer.isView(column)) bytes += column.byteLength;
    else for (const text of column) bytes += 2 * text.length;
  }
  return bytes;
}
