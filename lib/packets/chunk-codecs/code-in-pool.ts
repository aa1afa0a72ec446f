/** Arrays to chunks and back in the threads of a pool: a packet alone is divided among those that are idle. */
import { gridOf } from './chunk-boxes.js';
import type { ChunkedArray } from './chunk-pipeline.js';
import type { CodedChunks } from './code-array.js';
import type { CodecResults } from './codec-job.js';
import type { CodecPool, JobOptions } from './codec-pool.js';

/** {@link JobOptions}, and how many threads one packet may use. */
export interface CodingOptions extends JobOptions {
  workers: number;
}

/**
 * The chunks of an array, whose values (C order) are copied before the call returns, with `room` bytes before the first. Null
 * where the codecs cannot do it. Rejects as `CodecPool.run`.
 */
export async function encodeInPool(
  pool: CodecPool,
  values: Uint8Array,
  array: ChunkedArray,
  room: number,
  options: CodingOptions,
): Promise<CodedChunks | null> {
  const slabs = slabsOf(pool, array, options.workers);
  const results = await Promise.all(
    slabs.map((slab, k) =>
      pool.run<CodecResults['encode']>(
        { kind: 'encode', values: copied(values, ...slab.bytes), array: slab.array, room: k === 0 ? room : 0 },
        options,
      ),
    ),
  );
  if (!results.every((result) => result !== null)) return null;
  if (results.length === 1) return results[0]!;
  return {
    bytes: joined(results.map(({ bytes }) => bytes)),
    sizes: results.flatMap(({ sizes }) => sizes),
    masks: results.flatMap(({ masks }) => masks),
  };
}

/** The values of an array in memory of their own; the chunks are copied before the call returns. Null and rejects as {@link encodeInPool}. */
export async function decodeInPool(
  pool: CodecPool,
  chunks: readonly { bytes: Uint8Array; mask: number }[],
  array: ChunkedArray,
  options: CodingOptions,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const results = await Promise.all(
    slabsOf(pool, array, options.workers).map((slab) => {
      const own = chunks.slice(...slab.chunks);
      const coded = {
        bytes: joined(own.map(({ bytes }) => bytes)),
        sizes: own.map(({ bytes }) => bytes.length),
        masks: own.map(({ mask }) => mask),
      };
      return pool.run<CodecResults['decode']>({ kind: 'decode', chunks: coded, array: slab.array }, options);
    }),
  );
  if (!results.every((result) => result !== null)) return null;
  return results.length === 1 ? results[0]! : joined(results);
}

/** A part of an array along its first dimension, an array of its own. */
interface Slab {
  array: ChunkedArray;
  /** First chunk, and the one behind the last. */
  chunks: [number, number];
  /** First byte of the values, and the one behind the last. */
  bytes: [number, number];
}

/** The array in as many slabs as there are threads for it. With one row of chunks there is one slab. */
function slabsOf(pool: CodecPool, array: ChunkedArray, workers: number): Slab[] {
  pool.grow(workers);
  const { shape, facts } = array;
  const grid = gridOf(shape, facts.chunkShape);
  const rows = grid[0]!;
  const count = Math.max(1, Math.min(workers, pool.idle, rows));
  const chunksInRow = grid.slice(1).reduce((product, size) => product * size, 1);
  const bytesOfOne = shape.slice(1).reduce((product, size) => product * size, facts.itemSize);
  return Array.from({ length: count }, (_, k) => {
    const [first, last] = [Math.floor((k * rows) / count), Math.floor(((k + 1) * rows) / count)];
    const [start, end] = [first, last].map((row) => Math.min(row * facts.chunkShape[0]!, shape[0]!)) as [
      number,
      number,
    ];
    return {
      array: { ...array, shape: [end - start, ...shape.slice(1)] },
      chunks: [first * chunksInRow, last * chunksInRow],
      bytes: [start * bytesOfOne, end * bytesOfOne],
    };
  });
}

function copied(bytes: Uint8Array, start: number, end: number): Uint8Array<ArrayBuffer> {
  return joined([bytes.subarray(start, end)]);
}

/** One after the other, in memory of their own that is not filled with zeros first. */
function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(Buffer.allocUnsafeSlow(parts.reduce((sum, { length }) => sum + length, 0)).buffer);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
