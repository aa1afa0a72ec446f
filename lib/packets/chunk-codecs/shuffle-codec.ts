import type { ChunkCodec } from './chunk-codec.js';

/**
 * HDF5's shuffle filter: all first bytes of the elements, then all second ones ... What is left behind the last whole element
 * stays where it is. Client data: bytes of an element.
 */
export const shuffleCodec: ChunkCodec = {
  id: 2,
  encode(bytes, [given], { itemSize }) {
    const size = given ?? itemSize;
    const count = wholeElements(bytes.length, size);
    if (count === null) return null;
    if (size === 1 || count <= 1) return bytes;
    const out = new Uint8Array(bytes.length);
    for (let k = 0; k < size; k++)
      for (let i = 0, to = k * count, from = k; i < count; i++, from += size) out[to + i] = bytes[from]!;
    out.set(bytes.subarray(count * size), count * size);
    return out;
  },
  decode(bytes, [given], { itemSize }) {
    const size = given ?? itemSize;
    const count = wholeElements(bytes.length, size);
    if (count === null) return null;
    if (size === 1 || count <= 1) return bytes;
    const out = new Uint8Array(bytes.length);
    for (let k = 0; k < size; k++)
      for (let i = 0, from = k * count, to = k; i < count; i++, to += size) out[to] = bytes[from + i]!;
    out.set(bytes.subarray(count * size), count * size);
    return out;
  },
};

function wholeElements(length: number, size: number): number | null {
  return Number.isInteger(size) && size > 0 && size <= 4096 ? Math.floor(length / size) : null;
}
