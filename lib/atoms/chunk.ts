import { concat } from '../dataarray/concat.js';
import { DataArray } from '../dataarray/data-array.js';
import { AtomError } from '../errors.js';
import { Table } from '../table/table.js';

/** What travels between the stages of a pipeline: a part of a labelled array, or a table of picks or statistics. */
export type Chunk = DataArray | Table;

/** True if `chunk` is an array without a single sample: it carries nothing and is dropped between stages, as in xdas. */
export function isEmptyArray(chunk: Chunk): boolean {
  return chunk instanceof DataArray && chunk.empty;
}

/** Throws `BAD_ARGUMENT` for what is neither an array nor a table; an array that is still in its files is told how to get out. */
export function expectChunk(given: unknown, who: string): void {
  if (given instanceof DataArray || given instanceof Table) return;
  const kind = (given as object | null)?.constructor?.name ?? String(given);
  const isLazy = typeof (given as { load?: unknown } | null)?.load === 'function';
  const cure = isLazy ? '; its values are still in its files: load() it first, or hand it to process()' : '';
  throw new AtomError('BAD_ARGUMENT', `${who} works on a DataArray or a Table; it was given ${kind}${cure}`);
}

/**
 * One object out of the chunks that an atom gave: arrays are concatenated along `dim` (gaps stay in the coordinate),
 * tables are concatenated row by row, a single chunk is returned as it is.
 *
 * Throws `BAD_SHAPE` where there is nothing to join, or where the chunks do not fit into one object (the cause is kept).
 */
export function joinChunks(chunks: readonly Chunk[], dim: string | null, who = 'the pipeline'): Chunk {
  if (chunks.length === 0)
    throw new AtomError('BAD_SHAPE', `${who} gave no chunk at all, so there is nothing to join; see run()`);
  if (chunks.length === 1) return chunks[0]!;
  const arrays = chunks.filter((chunk) => chunk instanceof DataArray);
  const tables = chunks.filter((chunk) => chunk instanceof Table);
  if (tables.length === chunks.length) return Table.concat(tables);
  if (arrays.length !== chunks.length)
    throw new AtomError('BAD_SHAPE', `${who} gave both arrays and tables, which do not join; see run()`);
  if (dim === null)
    throw new AtomError(
      'BAD_DIM',
      `${who} gave ${arrays.length} arrays and no dimension to join them along; see run()`,
    );
  try {
    return concat(arrays, dim);
  } catch (cause) {
    throw new AtomError(
      'BAD_SHAPE',
      `the ${arrays.length} arrays that ${who} gave do not join along ${dim}; see run()`,
      {
        cause,
      },
    );
  }
}
