import type { Malformed } from '../index.js';
import { counted } from './shown-text.js';

/** Kinds of malformed frames told apart; more are put together by their code. */
const MOST_KINDS = 20;

/** Counts the malformed frames of a subscriber by their kind, so that a million of them are told in a few lines. */
export class MalformedTally {
  readonly #kinds = new Map<string, { reason: string; count: number }>();

  constructor(subscriber: NodeJS.EventEmitter) {
    subscriber.on('malformed', ({ reason, code }: Malformed) => {
      // Frames of a kind differ in numbers only: their size, their place.
      const kind = `${code} ${reason.replace(/\d+/g, '#')}`;
      const known = this.#kinds.get(kind) ?? this.#kinds.get(code);
      if (known) known.count++;
      else if (this.#kinds.size < MOST_KINDS) this.#kinds.set(kind, { reason, count: 1 });
      else this.#kinds.set(code, { reason: `others of ${code}`, count: 1 });
    });
  }

  /** One line for each kind. */
  get lines(): string[] {
    return [...this.#kinds.values()].map(({ reason, count }) => `left out ${counted(count, 'frame')}: ${reason}`);
  }
}
