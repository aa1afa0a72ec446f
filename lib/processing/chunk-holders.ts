import type { Chunk } from '../atoms/chunk.js';
import { releaseUnneeded } from '../atoms/chunk-memory.js';

/**
 * Who still needs the chunks of one run of streams: what an atom has made is held by each branch that it goes to, and its
 * memory is used again when the last of them is done with it. A chunk that a holder keeps, or gives on, is never done with and left
 * to the garbage collector; so are those that the source made.
 */
export class ChunkHolders {
  readonly #holders = new WeakMap<Chunk, number>();

  /** `chunk`, which is owned, goes to so many. */
  hold(chunk: Chunk, holders: number): void {
    this.#holders.set(chunk, holders);
  }

  /** One of the holders needs `chunk` no more. */
  done(chunk: Chunk): void {
    const left = (this.#holders.get(chunk) ?? 0) - 1;
    if (left > 0) this.#holders.set(chunk, left);
    else if (this.#holders.delete(chunk)) releaseUnneeded(chunk);
  }

  /** Somebody may keep `chunk`. */
  forget(chunk: Chunk): void {
    this.#holders.delete(chunk);
  }
}
