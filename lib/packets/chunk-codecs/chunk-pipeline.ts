/** The filters of a dataset, one after the other, without HDF5. */
import { itemSize, partsDType } from '../../dtype.js';
import type { NetcdfVariable } from '../netcdf-content.js';
import type { ChunkCodec, ChunkFacts } from './chunk-codec.js';
import { fletcher32Codec } from './fletcher32-codec.js';
import { gzipCodec } from './gzip-codec.js';
import { shuffleCodec } from './shuffle-codec.js';
import { zfpCodec } from './zfp-codec.js';

/** All filters that need no HDF5. */
const codecs = new Map<number, ChunkCodec>(
  [gzipCodec, shuffleCodec, fletcher32Codec, zfpCodec].map((codec) => [codec.id, codec]),
);

/** A dataset in chunks, as plain data that can cross a thread. */
export interface ChunkedArray {
  readonly facts: ChunkFacts;
  readonly shape: readonly number[];
  /** In the order in which they are applied on writing. */
  readonly filters: readonly { readonly id: number; readonly clientData: readonly number[] }[];
}

/** A variable that can be coded here; null where HDF5 has to do it. */
export function chunkedArray({
  dtype,
  shape,
  storage,
}: Pick<NetcdfVariable, 'dtype' | 'shape' | 'storage'>): ChunkedArray | null {
  if (!storage || dtype === 'string' || shape.length === 0 || shape.includes(0)) return null;
  if (!storage.filters.every(({ id }) => codecs.has(id))) return null;
  const chunkShape = storage.chunks.map((size, axis) => Math.min(size, shape[axis]!));
  return {
    facts: {
      dtype: partsDType(dtype),
      itemSize: itemSize(dtype),
      chunkShape,
      byteLength: chunkShape.reduce((product, size) => product * size, itemSize(dtype)),
    },
    shape: [...shape],
    filters: storage.filters.map(({ id, clientData }) => ({ id, clientData: [...clientData] })),
  };
}

/** One chunk through all filters; null where one cannot do it. */
export function encodeChunk(bytes: Uint8Array, { facts, filters }: ChunkedArray): Uint8Array | null {
  let encoded: Uint8Array | null = bytes;
  for (const { id, clientData } of filters) {
    encoded = codecs.get(id)!.encode(encoded, clientData, facts);
    if (encoded === null) return null;
  }
  return encoded;
}

/** One chunk back, without the filters that `mask` names; null where one cannot do it or the result is no whole chunk. */
export function decodeChunk(bytes: Uint8Array, mask: number, { facts, filters }: ChunkedArray): Uint8Array | null {
  let decoded: Uint8Array | null = bytes;
  for (let k = filters.length - 1; k >= 0; k--) {
    if ((mask >>> k) & 1) continue;
    const { id, clientData } = filters[k]!;
    decoded = codecs.get(id)!.decode(decoded, clientData, facts);
    if (decoded === null) return null;
  }
  return decoded.length === facts.byteLength ? decoded : null;
}
