import type { ChunkCodec } from './chunk-codec.js';

const CHECKSUM = 4;
/** Words after which the sums are folded, so that they stay below 2^32. */
const BLOCK = 360;

/** HDF5's fletcher32 filter: the chunk and four bytes of checksum, little-endian. No client data. */
export const fletcher32Codec: ChunkCodec = {
  id: 3,
  encode(bytes) {
    const out = new Uint8Array(bytes.length + CHECKSUM);
    out.set(bytes);
    new DataView(out.buffer).setUint32(bytes.length, fletcher32(bytes), true);
    return out;
  },
  decode(bytes) {
    if (bytes.length < CHECKSUM) return null;
    const length = bytes.length - CHECKSUM;
    const data = bytes.subarray(0, length);
    const stored = new DataView(bytes.buffer, bytes.byteOffset + length, CHECKSUM).getUint32(0, true);
    // (Another order of bytes, as HDF5 1.6.2 wrote it by mistake, is HDF5's to judge.)
    return stored === fletcher32(data) ? data : null;
  },
};

/** Fletcher's checksum of 16-bit words, each with its first byte as the high one; an odd last byte is a high byte too. */
export function fletcher32(bytes: Uint8Array): number {
  let low = 0;
  let high = 0;
  const words = bytes.length >> 1;
  for (let word = 0; word < words; ) {
    const end = Math.min(words, word + BLOCK);
    for (; word < end; word++) {
      low += (bytes[2 * word]! << 8) | bytes[2 * word + 1]!;
      high += low;
    }
    low = fold(low);
    high = fold(high);
  }
  if (bytes.length & 1) {
    low += bytes[bytes.length - 1]! << 8;
    high += low;
    low = fold(low);
    high = fold(high);
  }
  // Once more: the sums may have carried.
  low = fold(low);
  high = fold(high);
  return ((high << 16) | low) >>> 0;
}

function fold(sum: number): number {
  return (sum & 0xffff) + (sum >>> 16);
}
