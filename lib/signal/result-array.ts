import { lendMemory } from './recycled-memory.js';

/**
 * An array of `length` samples for a result, **not zeroed**: whoever asks for it writes every element. Zeroing and first
 * touching fresh pages costs more than many a filter, so it may be on memory that was given back (`returnMemory`). The
 * array begins its buffer, which nothing else is on and which may be somewhat larger. `shared`: a `SharedArrayBuffer`, which worker threads
 * can write.
 */
export function resultArray(length: number): Float64Array;
export function resultArray(length: number, single: boolean, shared?: boolean): Float32Array | Float64Array;
export function resultArray(length: number, single = false, shared = false): Float32Array | Float64Array {
  const buffer = lendMemory(length * (single ? 4 : 8), shared);
  return single ? new Float32Array(buffer, 0, length) : new Float64Array(buffer, 0, length);
}
