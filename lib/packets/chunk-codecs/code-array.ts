/** All chunks of an array, one after the other: what a codec worker does. */
import { contiguousChunk, copyChunk, gridOf } from './chunk-boxes.js';
import { type ChunkedArray, decodeChunk, encodeChunk } from './chunk-pipeline.js';

/** Chunks as they are stored, in C order of their grid. */
export interface CodedChunks {
  /** The chunks one after the other, behind as many bytes as were asked for. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Bytes of each. */
  sizes: number[];
  /** Of each, bit i says that filter i was left out. */
  masks: number[];
}

/** The chunks of an array (C order), with `room` bytes before the first; null where a codec cannot do it. */
export function encodeArray(values: Uint8Array, array: ChunkedArray, room: number): CodedChunks | null {
  const box = boxesOf(array);
  const chunks: Uint8Array[] = [];
  for (let index = 0; index < countOf(array); index++) {
    const range = contiguousChunk(index, box);
    let chunk: Uint8Array;
    if (range) chunk = values.subarray(...range);
    else {
      // What lies outside of the array is zero, as HDF5 has it.
      chunk = new Uint8Array(array.facts.byteLength);
      copyChunk('gather', values, chunk, index, box);
    }
    const encoded = encodeChunk(chunk, array);
    if (encoded === null) return null;
    chunks.push(encoded);
  }
  const bytes = new Uint8Array(Buffer.allocUnsafeSlow(chunks.reduce((sum, chunk) => sum + chunk.length, room)).buffer);
  let at = room;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return { bytes, sizes: chunks.map(({ length }) => length), masks: chunks.map(() => 0) };
}

/** The array in chunks, in memory of its own; null where a codec cannot do it. */
export function decodeArray({ bytes, sizes, masks }: CodedChunks, array: ChunkedArray): Uint8Array<ArrayBuffer> | null {
  const box = boxesOf(array);
  const size = array.shape.reduce((product, count) => product * count, array.facts.itemSize);
  let values: Uint8Array<ArrayBuffer> | null = null;
  let at = 0;
  for (const [index, length] of sizes.entries()) {
    const chunk = decodeChunk(bytes.subarray(at, at + length), masks[index]!, array);
    if (chunk === null) return null;
    at += length;
    // Not before the first chunk has turned out to be one.
    values ??= new Uint8Array(Buffer.allocUnsafeSlow(size).buffer);
    const range = contiguousChunk(index, box);
    if (range) values.set(chunk, range[0]);
    else copyChunk('scatter', values, chunk, index, box);
  }
  return values;
}

/** Chunks of an array. */
export function countOf({ shape, facts }: ChunkedArray): number {
  return gridOf(shape, facts.chunkShape).reduce((product, count) => product * count, 1);
}

function boxesOf({ shape, facts: { chunkShape, itemSize } }: ChunkedArray) {
  return { shape, chunkShape, itemSize };
}
