import type { LeafEntry } from '../datacollection/data-collection.js';
import type { ColumnInput } from '../table/table.js';
import { Table } from '../table/table.js';
import type { Chunk } from './chunk.js';

/** Where a result belongs: the keys that lead there, and the names of their levels. */
export type Place = Pick<LeafEntry, 'path' | 'levels'>;

/**
 * A table with the keys of its leaf as first columns, one for each level with a name (text; int64 for positions), as xdas has them; a column of
 * that name goes. Arrays stay as they are.
 */
export function annotateTable(chunk: Chunk, { path, levels }: Place): Chunk {
  if (!(chunk instanceof Table)) return chunk;
  const columns: Record<string, ColumnInput> = {};
  for (const [depth, level] of levels.entries()) {
    const key = path[depth]!;
    if (level === null) continue;
    const values = Array.from({ length: chunk.length }, () => key);
    columns[level] =
      typeof key === 'string'
        ? { dtype: 'string', values: values as string[] }
        : { dtype: 'int64', values: BigInt64Array.from(values as number[], BigInt) };
  }
  for (const name of chunk.columns)
    if (!Object.hasOwn(columns, name)) columns[name] = { dtype: chunk.dtype(name), values: chunk.get(name) };
  return new Table(columns);
}
