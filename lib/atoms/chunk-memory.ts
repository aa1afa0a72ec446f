/**
 * Who owns the memory of a chunk. A chunk that an atom has just made is *owned* by whoever gets it, as long as nothing else
 * refers to its memory; the owner may release it. Chunks from elsewhere (a user, a source) are nobody's: they are left to the
 * garbage collector. See "Memory" in docs/architecture.md.
 */
import { DataArray } from '../dataarray/data-array.js';
import { ArgumentError } from '../errors.js';
import { returnMemory } from '../signal/recycled-memory.js';
import type { Chunk } from './chunk.js';

export { dropRecycled } from '../signal/recycled-memory.js';

const owned = new WeakSet<Chunk>();

/** Whether `chunk` is the only one that refers to its memory, as far as atoms know. */
export function isOwned(chunk: Chunk): boolean {
  return owned.has(chunk);
}

/** Whether two chunks are on the same memory. */
export function sharesMemory(a: Chunk, b: Chunk): boolean {
  if (!(a instanceof DataArray) || !(b instanceof DataArray) || a.released || b.released) return false;
  return a.data.data.buffer === b.data.data.buffer;
}

/**
 * Notes who owns what after an atom was given `input` (null at a flush) and gave `outputs`. Where the atom `consumes` its
 * input, new outputs are owned, and one that is on the memory of its input is so if the input was. Where it does not, neither
 * input nor outputs are: it may hold both.
 */
export function handOver(consumes: boolean, input: Chunk | null, outputs: readonly Chunk[]): void {
  const wasOwned = input !== null && owned.has(input);
  const shared = input === null ? [] : outputs.filter((output) => sharesMemory(input, output));
  if (!consumes || shared.length > 0) owned.delete(input!);
  for (const output of outputs) {
    if (consumes && (!shared.includes(output) || (wasOwned && shared.length === 1))) owned.add(output);
    else owned.delete(output);
  }
}

/** Releases the memory of `input`, which an atom that consumes its input was given, if it was owned and is not in `outputs`. */
export function releaseConsumed(input: Chunk, outputs: readonly Chunk[]): void {
  if (!owned.has(input) || outputs.some((output) => sharesMemory(input, output))) return;
  releaseUnneeded(input);
}

/** Releases the memory of a chunk, if it is a result's and was not released already. For who knows that nobody needs it. */
export function releaseUnneeded(chunk: Chunk): void {
  owned.delete(chunk);
  if (chunk instanceof DataArray && !chunk.released) returnMemory(chunk.data.data.buffer);
}

/** Whoever gave `chunk` from outside may hold it: nobody owns it. */
export function disown(chunk: Chunk): void {
  owned.delete(chunk);
}

/**
 * Gives the memory of an array back, so that the next result can use it: worth its while in a loop over large chunks, where
 * fresh memory costs more than many a filter. `process()` and declared pipelines do so by themselves.
 *
 * Call it when nobody will read `chunk` again, nor any array that is a view of the same memory (`isel`, `transpose`, `with`, ...),
 * nor an atom that keeps it: what is read afterwards throws `RELEASED` (a typed array taken from `values` has length 0). At most
 * 16 buffers and 128 MiB wait to be used again.
 *
 * Returns whether the memory was taken: only that of results of filters and detectors is (`SOSFilter`, `Polyphase`, `STALTA`, and the atoms made of
 * those); other arrays, and tables, are left as they are. Throws `RELEASED` the second time.
 */
export function release(chunk: Chunk): boolean {
  if (!(chunk instanceof DataArray)) return false;
  const { buffer } = chunk.data.data; // throws where it was released already
  owned.delete(chunk);
  return returnMemory(buffer);
}

/** Throws `BAD_ARGUMENT` unless `consumes` is undefined or a boolean. */
export function checkConsumes(consumes: unknown, who: string): void {
  if (consumes !== undefined && typeof consumes !== 'boolean')
    throw new ArgumentError('BAD_ARGUMENT', `${who}: consumesInput is ${String(consumes)}; allowed: true, false`);
}
