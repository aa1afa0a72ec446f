import { deflateSync, inflateSync } from 'node:zlib';
import type { ChunkCodec } from './chunk-codec.js';

/** HDF5's deflate filter: a zlib stream. Client data: the level. */
export const gzipCodec: ChunkCodec = {
  id: 1,
  encode(bytes, [level]) {
    if (level === undefined || level < 0 || level > 9) return null;
    // One block of output for all of it: zlib would make many small ones.
    return deflateSync(bytes, { level, chunkSize: roomFor(bytes.length) });
  },
  decode(bytes, _clientData, { byteLength }) {
    // Four bytes more than the chunk: a checksum that was added before.
    const most = byteLength + 4;
    return inflateSync(bytes, { chunkSize: Math.max(64, most), maxOutputLength: most });
  },
};

/** As many bytes as zlib's stream of `length` bytes can have. */
function roomFor(length: number): number {
  return length + Math.ceil(length / 1000) + 64;
}
