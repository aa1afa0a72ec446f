import type { DType } from '../../dtype.js';

/** What a codec may need to know of the chunks of a dataset. */
export interface ChunkFacts {
  /** dtype of the numbers; of complex ones that of their parts. */
  readonly dtype: DType;
  /** Bytes of one element: of complex numbers, of both parts. */
  readonly itemSize: number;
  /** Elements of a chunk per dimension. */
  readonly chunkShape: readonly number[];
  /** Bytes of a chunk as it is. */
  readonly byteLength: number;
}

/**
 * One HDF5 filter without HDF5, for whole chunks. Neither function changes `bytes`; the result may be a view of them. Both give
 * null, or throw, where they cannot do it: then HDF5 does it, and says what is wrong if anything is.
 */
export interface ChunkCodec {
  /** HDF5's number of the filter. */
  readonly id: number;
  /** A chunk as this filter stores it, in a form that HDF5 reads. */
  encode(bytes: Uint8Array, clientData: readonly number[], facts: ChunkFacts): Uint8Array | null;
  /** What {@link encode} was given. Where HDF5 would see that `bytes` are damaged, this sees it too. */
  decode(bytes: Uint8Array, clientData: readonly number[], facts: ChunkFacts): Uint8Array | null;
}
