import { zfpDecodeChunk, zfpEncodeChunk } from '../zfp/zfp-chunk.js';
import type { ChunkCodec } from './chunk-codec.js';

/** H5Z-ZFP, bit for bit, for floats. Client data: zfp's header as it is in the file. */
export const zfpCodec: ChunkCodec = {
  id: 32013,
  encode(bytes, clientData, { dtype, itemSize, chunkShape, byteLength }) {
    if (bytes.length !== byteLength || !isFloat(dtype, itemSize)) return null;
    const own = bytes.byteOffset % itemSize === 0 ? bytes : bytes.slice();
    const values = new (dtype === 'float32' ? Float32Array : Float64Array)(
      own.buffer as ArrayBuffer,
      own.byteOffset,
      own.length / itemSize,
    );
    return zfpEncodeChunk(values, chunkShape, clientData);
  },
  decode(bytes, clientData, { dtype, itemSize, chunkShape }) {
    if (!isFloat(dtype, itemSize)) return null;
    const values = zfpDecodeChunk(bytes, dtype, chunkShape, clientData);
    return values && new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  },
};

/** Complex numbers have the dtype of their parts and twice their size. */
function isFloat(dtype: string, itemSize: number): dtype is 'float32' | 'float64' {
  return (dtype === 'float32' && itemSize === 4) || (dtype === 'float64' && itemSize === 8);
}
