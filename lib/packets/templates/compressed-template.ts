/** Compressed frames that are known but for their values: taken apart without HDF5. */
import { type ArrayDType, type DType, partsDType, type TypedArray, typedArrayConstructor } from '../../dtype.js';
import { type ChunkedArray, chunkedArray } from '../chunk-codecs/chunk-pipeline.js';
import { decodeInPool } from '../chunk-codecs/code-in-pool.js';
import { codecPool } from '../chunk-codecs/codec-pool.js';
import { planDataArray } from '../content-to-data-array.js';
import type { NetcdfContent } from '../netcdf-content.js';
import type { Packet } from '../packet-numbers.js';
import { DecodeTemplate } from './decode-template.js';
import { findSkeleton } from './find-skeleton.js';
import { bytesOf } from './frame-layout.js';
import type { FrameSkeleton, StoredChunk } from './frame-skeleton.js';

/** A packet whose values are still compressed. */
export interface CompressedPacket {
  /** Views of the frame. */
  readonly chunks: readonly StoredChunk[];
  readonly array: ChunkedArray;
  /** The packet with its decoded values (C order), which it keeps. */
  finish(values: Uint8Array<ArrayBuffer>): Packet;
}

/** Milliseconds that the codecs may take for the frame that a template is made of. */
const PROVING_DEADLINE = 30_000;

/**
 * One kind of compressed frame: its skeleton, and what HDF5 has read from its metadata. The values of the frame that it is made
 * of have been decoded here to the very bits that HDF5 has.
 */
export class CompressedTemplate {
  /** When it was used last; see `DecodeTemplates`. */
  used = 0;

  private constructor(
    readonly skeleton: FrameSkeleton,
    readonly array: ChunkedArray,
    private readonly template: DecodeTemplate,
    private readonly dtype: DType,
  ) {}

  /** The template of `frame`, which HDF5 reads as `content` within `maxBytes`; null where it cannot be proved. */
  static async of(
    frame: Buffer,
    content: NetcdfContent,
    maxBytes: number,
    read: (frame: Uint8Array) => Promise<NetcdfContent>,
  ): Promise<CompressedTemplate | null> {
    const { main } = planDataArray(content);
    const array = chunkedArray(main);
    const found = array && (await findSkeleton(frame, content, main, read));
    if (!array || !found) return null;
    const { skeleton, layout, metadata } = found;
    const { chunks } = skeleton.take(frame)!;
    const values = await decodeInPool(codecPool, chunks, array, { workers: 1, deadline: PROVING_DEADLINE });
    if (values === null || !bytesOf(main.values as TypedArray).equals(values)) return null;
    const dtype = partsDType(main.dtype as ArrayDType);
    return new CompressedTemplate(skeleton, array, new DecodeTemplate(metadata, layout, content, maxBytes), dtype);
  }

  get maxBytes(): number {
    return this.template.maxBytes;
  }

  /** Bytes that it holds on to, more or less. */
  get byteLength(): number {
    return this.template.byteLength + 32 * this.skeleton.places.keys.length;
  }

  /** The packet in `frame` but for its values; null if it is of another kind. Throws `MALFORMED_PACKET` as the general way does. */
  take(frame: Buffer): CompressedPacket | null {
    const taken = this.skeleton.take(frame);
    if (taken === null || !this.template.matches(taken.metadata)) return null;
    const around = this.template.around(taken.metadata);
    return {
      chunks: taken.chunks,
      array: this.array,
      finish: (values) => around(new (typedArrayConstructor(this.dtype))(values.buffer) as TypedArray),
    };
  }
}
