import { lendMemory } from './recycled-memory.js';

/**
 * An array of `length` samples for a result, **not zeroed**: whoever asks for it writes every element. Zeroing and first
 * touching fresh pages costs more than many a filter, so it may be on memory that was given back (`returnMemory`). The
 * array begins its buffer, which no other result is on and which may be larger. `threads`: so many threads can write it; it is on a
 * `SharedArrayBuffer` where they are more than one.
 */
export function resultArray(length: number): Float64Array;
export function resultArray(length: number, single: boolean, threads?: number): Float32Array | Float64Array;
export function resultArray(length: number, single = false, threads = 1): Float32Array | Float64Array {
  const buffer = lendMemory(length * (single ? 4 : 8), threads);
  return single ? new Float32Array(buffer, 0, length) : new Float64Array(buffer, 0, length);
}
