import { totalmem } from 'node:os';
import { Writable } from 'node:stream';
import type { Chunk } from '../atoms/chunk.js';
import { concat } from '../dataarray/concat.js';
import { DataArray } from '../dataarray/data-array.js';
import { ArgumentError, DasflowError } from '../errors.js';
import { Table } from '../table/table.js';
import { chunkBytes } from './chunk-bytes.js';
import { formatBytes } from './monitor.js';
import type { ChunkSink } from './registry.js';

/** What chunks come to when they are joined: one array, one table, the chunks themselves where they do not fit together, null where there were none. */
export type ProcessResult = DataArray | Table | Chunk[] | null;

/**
 * Joins chunks as xdas does: arrays along `dim` with gaps kept in the coordinate, tables row by row. Arrays that do not
 * fit together (other shapes, other rates), and mixtures of arrays and tables, come back as the list of chunks.
 */
export function joinResult(chunks: readonly Chunk[], dim = 'time'): ProcessResult {
  if (chunks.length === 0) return null;
  if (chunks.length === 1) return chunks[0]!;
  if (chunks.every((chunk) => chunk instanceof Table)) return Table.concat(chunks as Table[]);
  if (chunks.every((chunk) => chunk instanceof DataArray)) {
    const arrays = chunks as DataArray[];
    try {
      return concat(arrays, arrays[0]!.dims.includes(dim) ? dim : 'first');
    } catch (error) {
      if (!(error instanceof DasflowError)) throw error;
    }
  }
  return [...chunks];
}

/** Options of a {@link ResultWriter}. */
export interface ResultWriterOptions {
  /** Dimension that arrays are joined along. Default `'time'`. */
  chunkDim?: string;
  /** Most bytes to hold. Default: a quarter of the machine's memory, as in xdas. */
  memoryLimit?: number;
}

/**
 * Keeps all chunks in memory and joins them: the sink of `process()` without `out`. Fails with `BAD_ARGUMENT` when the chunks exceed
 * `memoryLimit`.
 */
export class ResultWriter extends Writable implements ChunkSink {
  readonly #chunks: Chunk[] = [];
  readonly #chunkDim: string;
  readonly #limit: number;
  #bytes = 0;

  constructor(options: ResultWriterOptions = {}) {
    super({ objectMode: true, highWaterMark: 1 });
    this.#chunkDim = options.chunkDim ?? 'time';
    this.#limit = options.memoryLimit ?? totalmem() / 4;
  }

  override _write(chunk: Chunk, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#bytes += chunkBytes(chunk);
    if (this.#bytes > this.#limit) {
      const text = `the result held in memory exceeds ${formatBytes(this.#limit)}; write it to a folder, or raise memoryLimit`;
      callback(new ArgumentError('BAD_ARGUMENT', text));
      return;
    }
    if (!(chunk instanceof DataArray && chunk.empty)) this.#chunks.push(chunk);
    callback();
  }

  /** The joined chunks; see {@link joinResult}. */
  result(): ProcessResult {
    return joinResult(this.#chunks, this.#chunkDim);
  }
}
