import { join } from 'node:path';
import { type FileMark, isSameMark, markOf } from './file-mark.js';

/** A file that may become part of the stream. */
export interface Candidate {
  /** Relative to the folder. */
  readonly path: string;
  /** What it was when it was last looked at. */
  mark: FileMark | null;
  /** When it was last seen to change, by the clock of `performance.now()`. */
  changedAt: number;
  /** How often it was opened in vain since. */
  tries: number;
  /** Whether it was there at the start, and has not changed since. */
  existed: boolean;
  /** Whether it had all its bytes when it got its name. */
  readonly isMoved: boolean;
}

/** Longest pause between two looks at a file that is at rest and not whole, in ms. */
const LONGEST = 5000;

/**
 * Files that are, or may be, written to: each is looked at until it has kept its size and time of change for `settle` ms. Memory: a small
 * record for each.
 */
export class SettlingFiles {
  readonly #root: string;
  readonly #settle: number;
  readonly #onRest: (candidate: Candidate) => void;
  readonly #files = new Map<string, { candidate: Candidate; due: number }>();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(root: string, settle: number, onRest: (candidate: Candidate) => void) {
    this.#root = root;
    this.#settle = settle;
    this.#onRest = onRest;
  }

  get size(): number {
    return this.#files.size;
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  /** Waits until the file is at rest. One without a mark is looked at first. */
  add(candidate: Candidate): void {
    this.#put(candidate, candidate.mark ? candidate.changedAt + this.#settle : 0);
  }

  /** Waits a while longer for a file that is at rest and not whole, longer each time. */
  retry(candidate: Candidate): void {
    const pause = Math.min(
      Math.max(this.#settle, 20) * 2 ** Math.min(candidate.tries, 20),
      Math.max(this.#settle, LONGEST),
    );
    this.#put(candidate, performance.now() + pause);
  }

  /** The file was written to. */
  touched(path: string): void {
    const file = this.#files.get(path);
    if (!file) return;
    // Only by its mark is it known whether it has changed; the next look is soon enough if it has.
    const due = performance.now() + this.#settle;
    if (due < file.due) {
      file.due = due;
      this.#schedule();
    }
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#files.clear();
  }

  #put(candidate: Candidate, due: number): void {
    if (this.#isClosed) return;
    this.#files.set(candidate.path, { candidate, due });
    this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#files.size === 0 || this.#isClosed) return;
    let next = Number.POSITIVE_INFINITY;
    for (const { due } of this.#files.values()) next = Math.min(next, due);
    this.#timer = setTimeout(() => void this.#look(), Math.max(0, Math.ceil(next - performance.now())));
  }

  async #look(): Promise<void> {
    const now = performance.now();
    const due = [...this.#files.values()].filter((file) => file.due <= now);
    for (const file of due) {
      const { candidate } = file;
      const mark = await markOf(join(this.#root, candidate.path));
      if (this.#isClosed) return;
      if (this.#files.get(candidate.path) !== file) continue;
      if (!mark) {
        // a file that was renamed or removed before it was whole
        this.#files.delete(candidate.path);
        continue;
      }
      const clock = performance.now();
      if (!candidate.mark || !isSameMark(mark, candidate.mark)) {
        if (candidate.mark) candidate.existed = false;
        candidate.mark = mark;
        candidate.changedAt = clock;
        candidate.tries = 0;
        file.due = clock + this.#settle;
      } else {
        this.#files.delete(candidate.path);
        this.#onRest(candidate);
      }
    }
    this.#schedule();
  }
}
