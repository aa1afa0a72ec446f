import { uniformNumbers } from '../synthetics.js';

/**
 * 32 bits from whole numbers (the finalizer of MurmurHash3, public domain, applied to each in turn): what happens at a place
 * or in a stretch of time follows from its number alone, in whatever order it is asked for.
 */
export function hash(...numbers: number[]): number {
  let state = 0x9e3779b9 | 0;
  for (const number of numbers) {
    state = mixed(state ^ (number | 0));
    state = mixed(state ^ Math.floor(number / 2 ** 32));
  }
  return state >>> 0;
}

function mixed(value: number): number {
  let bits = value;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

/** Uniform numbers in [0, 1) of their own for each list of whole numbers. */
export function uniformsAt(...numbers: number[]): () => number {
  return uniformNumbers(hash(...numbers) | 0);
}
