import { DataArray } from '../dataarray/data-array.js';

/** What was begun of an array: it has what `begin` returned, or throws what that threw. */
export interface Begun<B> {
  take(): B;
}

interface Turn<B> {
  readonly chunk: unknown;
  readonly data: DataArray | null;
  begun: Begun<B> | null;
}

/**
 * Begins to code arrays while they still wait in the queue of a Writable, so that several are coded at once. The order and all that
 * Node does with a Writable stay as they are: this only looks at what was written. At most `most` arrays are begun and not
 * done, the one whose turn it is included.
 */
export class CodingAhead<B> {
  readonly #most: number;
  readonly #begin: (data: DataArray) => B;
  /** What was written and whose turn has not come, in order. */
  readonly #turns: Turn<B>[] = [];
  #isBusy = false;

  constructor(most: number, begin: (data: DataArray) => B) {
    this.#most = most;
    this.#begin = begin;
  }

  /** Before a Writable takes a chunk that it will take; `data` is the array in it. */
  written(chunk: unknown, data: unknown): void {
    if (this.#most <= 1) return;
    this.#turns.push({ chunk, data: data instanceof DataArray ? data : null, begun: null });
    this.#go();
  }

  /** It is the chunk's turn: what was begun of it; null if nothing was. */
  taken(chunk: unknown): Begun<B> | null {
    this.#isBusy = true;
    // (What `end(chunk)` brings was never written.)
    return this.#turns[0]?.chunk === chunk ? this.#turns.shift()!.begun : null;
  }

  /** The turn is over. */
  done(): void {
    this.#isBusy = false;
    this.#go();
  }

  /** Forgets what waits. */
  clear(): void {
    this.#turns.length = 0;
  }

  #go(): void {
    for (const turn of this.#turns.slice(0, this.#most - (this.#isBusy ? 1 : 0))) {
      if (turn.begun || turn.data === null) continue;
      try {
        const value = this.#begin(turn.data);
        turn.begun = { take: () => value };
      } catch (error) {
        turn.begun = {
          take: () => {
            throw error;
          },
        };
      }
    }
  }
}
