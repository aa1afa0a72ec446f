/**
 * Compressed frames taken apart and put together: the chunks of the array, and all the rest ("metadata"), which is the same for
 * all frames of a kind but for the places that depend on how long chunks are.
 */

import { type CheckedBlock, checksumOf } from './checked-blocks.js';
import { addressAt, type ChunkIndex, readChunkIndex, writeAddress } from './chunk-index.js';

/** Where the superblock of version 0 has the length of the file. */
const END_OF_FILE = 40;

/** A chunk as it is stored. */
export interface StoredChunk {
  readonly bytes: Uint8Array;
  /** Bit i says that filter i was left out. */
  readonly mask: number;
}

/** A stretch of the frame that holds no chunk. */
export interface Segment {
  readonly start: number;
  readonly end: number;
}

/** A frame cut into chunks and the stretches between them. */
export interface CutFrame {
  readonly segments: readonly Segment[];
  /** The segments one after the other, in memory of their own. */
  readonly metadata: Buffer;
  /** Views of the frame, in the order of the index. */
  readonly chunks: readonly StoredChunk[];
  readonly index: ChunkIndex;
}

/** The dataset whose chunks are cut out. */
export interface ChunkedDataset {
  /** The address of its index, which lies before all chunks. */
  readonly root: number;
  readonly shape: readonly number[];
  readonly chunkShape: readonly number[];
}

/** Cuts the chunks of a dataset out of a frame; null where the index is not sound or chunks overlap anything. */
export function cutFrame(frame: Buffer, { root, shape, chunkShape }: ChunkedDataset): CutFrame | null {
  const index = readChunkIndex(frame, root, shape, chunkShape);
  if (index === null) return null;
  const ranges = [...index.chunks].sort((a, b) => a.start - b.start);
  const segments: Segment[] = [];
  let end = 0;
  for (const { start, size } of ranges) {
    if (start < end) return null;
    if (start > end) segments.push({ start: end, end: start });
    end = start + size;
  }
  if (end < frame.length) segments.push({ start: end, end: frame.length });
  const metadata = Buffer.concat(segments.map(({ start, end }) => frame.subarray(start, end)));
  const inside = (at: number, size: number) => segments.some(({ start, end }) => at >= start && at + size <= end);
  const keySize = 8 + 8 * (shape.length + 1);
  // What of the index lies in a chunk is no index.
  if (!index.idleKeys.every((key) => inside(key, keySize)) || !index.links.every((link) => inside(link, 8)))
    return null;
  if (!index.chunks.every(({ key, child }) => inside(key, keySize) && inside(child, 8))) return null;
  const chunks = index.chunks.map(({ start, size, mask }) => ({ bytes: frame.subarray(start, start + size), mask }));
  return { segments, metadata, chunks, index };
}

/** Where a place of the frame is in its metadata; -1 for places that are in no segment. A place may be the end of the frame. */
export function metadataPlace(segments: readonly Segment[], address: number): number {
  let at = 0;
  for (const { start, end } of segments) {
    if (address >= start && address < end) return at + address - start;
    at += end - start;
  }
  return -1;
}

/** All that is known of a kind of compressed frames. Places are those in the metadata, whose addresses count from its start. */
export interface SkeletonPlaces {
  readonly dataset: ChunkedDataset;
  /** Lengths of the segments. */
  readonly segments: readonly number[];
  /** Places of the keys of chunks, and of their addresses, in the order of the index. */
  readonly keys: readonly number[];
  readonly children: readonly number[];
  readonly idleKeys: readonly number[];
  /** Places of addresses that point into the second segment or one behind it. */
  readonly pointers: readonly number[];
  /** Blocks with checksums, of which something may change. */
  readonly checked: readonly CheckedBlock[];
}

/** What comes next in a frame that is put together: a segment, a chunk, or bytes that mean nothing. */
export type Item = { segment: number } | { chunk: number } | { gap: number };

/**
 * A kind of compressed frames. Frames of it differ in their chunks, and in what depends on the lengths of those: addresses of
 * what lies behind chunks, the index, the length of the file, checksums of blocks that hold any of that.
 */
export class FrameSkeleton {
  /** Bytes of the metadata. */
  readonly length: number;

  constructor(readonly places: SkeletonPlaces) {
    this.length = places.segments.reduce((sum, length) => sum + length, 0);
  }

  /**
   * The chunks of a frame and its metadata with everything that depends on the lengths of chunks made the same for all
   * frames of the kind. Null where that cannot be: another kind, damage, a wrong checksum.
   */
  take(frame: Buffer): { metadata: Buffer; chunks: readonly StoredChunk[] } | null {
    const { dataset, segments: lengths } = this.places;
    const cut = cutFrame(frame, dataset);
    if (cut?.segments.length !== lengths.length) return null;
    if (!cut.segments.every(({ start, end }, k) => end - start === lengths[k])) return null;
    const metadata = this.normal(frame, cut);
    return metadata && { metadata, chunks: cut.chunks };
  }

  /** The metadata of a cut frame, made normal in its own memory; null where that cannot be. */
  normal(frame: Buffer, { metadata, segments }: CutFrame): Buffer | null {
    const { keys, children, idleKeys, pointers, checked } = this.places;
    for (const block of checked) if (metadata.readUInt32LE(block.checksum) !== checksumOf(metadata, block)) return null;
    for (const { checksum } of checked) metadata.writeUInt32LE(0, checksum);
    if (addressAt(metadata, END_OF_FILE) !== frame.length) return null;
    writeAddress(metadata, END_OF_FILE, 0);
    for (const place of pointers) {
      const address = addressAt(metadata, place);
      const target = address === null ? -1 : metadataPlace(segments, address);
      if (target < segments[0]!.end) return null;
      writeAddress(metadata, place, target);
    }
    for (const key of keys) metadata.fill(0, key, key + 8);
    for (const key of idleKeys) metadata.fill(0, key, key + 8);
    for (const child of children) metadata.fill(0, child, child + 8);
    return metadata;
  }

  /**
   * Completes normal `metadata` in place for a frame in which the chunks follow it one after the other. Its addresses need no
   * change: they count from its start already.
   */
  seal(metadata: Buffer, sizes: readonly number[], masks: readonly number[]): void {
    let at = this.length;
    for (const [k, size] of sizes.entries()) {
      this.#enter(metadata, k, at, size, masks[k]!);
      at += size;
    }
    this.#finish(metadata, at);
  }

  /** A frame with segments and chunks in any order, the first segment first: the same to HDF5 if this is a skeleton. */
  frameOf(metadata: Buffer, chunks: readonly StoredChunk[], items: readonly Item[]): Buffer {
    const { segments, pointers } = this.places;
    const starts = [0];
    for (const length of segments) starts.push(starts.at(-1)! + length);
    const moved = new Array<number>(segments.length).fill(0);
    const own = Buffer.from(metadata);
    let at = 0;
    for (const item of items) {
      if ('segment' in item) {
        moved[item.segment] = at;
        at += segments[item.segment]!;
      } else if ('chunk' in item) {
        const { bytes, mask } = chunks[item.chunk]!;
        this.#enter(own, item.chunk, at, bytes.length, mask);
        at += bytes.length;
      } else at += item.gap;
    }
    for (const place of pointers) {
      const target = addressAt(own, place)!;
      const k = starts.findLastIndex((start) => start <= target);
      writeAddress(own, place, moved[k]! + target - starts[k]!);
    }
    this.#finish(own, at);
    const parts = items.map((item) => {
      if ('segment' in item) return own.subarray(starts[item.segment], starts[item.segment + 1]);
      return 'chunk' in item ? chunks[item.chunk]!.bytes : Buffer.alloc(item.gap, 0xa5);
    });
    return Buffer.concat(parts);
  }

  #enter(metadata: Buffer, chunk: number, address: number, size: number, mask: number): void {
    const key = this.places.keys[chunk]!;
    metadata.writeUInt32LE(size, key);
    metadata.writeUInt32LE(mask, key + 4);
    writeAddress(metadata, this.places.children[chunk]!, address);
  }

  #finish(metadata: Buffer, length: number): void {
    writeAddress(metadata, END_OF_FILE, length);
    for (const block of this.places.checked) metadata.writeUInt32LE(checksumOf(metadata, block), block.checksum);
  }
}
