import { constants } from 'node:buffer';

/**
 * An array of `length` samples for a result, **not zeroed**: whoever asks for it writes every element. Zeroing and first
 * touching fresh pages costs more than many a filter. The array has an `ArrayBuffer` of its own.
 */
export function resultArray(length: number): Float64Array;
export function resultArray(length: number, single: boolean): Float32Array | Float64Array;
export function resultArray(length: number, single = false): Float32Array | Float64Array {
  const bytes = length * (single ? 4 : 8);
  // Node's allocator without zeroing; a slow buffer is never part of a pool. Buffers are not as large as arrays can be.
  const { buffer } = bytes <= constants.MAX_LENGTH ? Buffer.allocUnsafeSlow(bytes) : new Uint8Array(bytes);
  return single ? new Float32Array(buffer, 0, length) : new Float64Array(buffer, 0, length);
}
