import { join } from 'node:path';
import type { Scalar } from '../../dtype.js';
import { DasflowError, FileError } from '../../errors.js';
import type { ArrayFile } from '../array-file.js';
import { axisCoordinate } from '../fit-files.js';
import { type FileMark, isSameMark, markOf } from './file-mark.js';
import { FinishedFiles } from './finished-file.js';
import { FolderWatcher } from './folder-watcher.js';
import type { RealTimeSettings } from './real-time-options.js';
import { type Candidate, SettlingFiles } from './settling-files.js';

/** A whole file that can be read. */
export interface ReadyFile {
  readonly candidate: Candidate;
  readonly file: ArrayFile;
  /** Its first label along the dimension; null where it has none. */
  readonly start: Scalar | null;
  /** When it was found to be whole, by the clock of `performance.now()`. */
  readonly readyAt: number;
}

/** What becomes of files, as a {@link FolderIntake} tells it. Paths are relative to the folder. */
export interface IntakeListener {
  /** There may be something to take. */
  arrived(): void;
  waiting(path: string, error: FileError): void;
  broken(path: string, error: FileError): void;
  /** A file that was read has changed since. */
  changed(path: string): void;
  notice(text: string): void;
  failed(error: Error): void;
}

/** Files done with of which it is noticed that they change after all: those that were written last. */
const REMEMBERED = 256;
/** Files that are looked at together at the start. */
const AT_ONCE = 32;

type Fate = 'read' | 'skipped' | 'broken';

/**
 * The files of a folder on their way from their first byte to their turn: found, at rest, whole, in order. Nothing is opened unless somebody
 * asks ({@link refill}); until then only names pile up.
 */
export class FolderIntake {
  readonly #root: string;
  readonly #settings: RealTimeSettings;
  readonly #since: number | null;
  readonly #listener: IntakeListener;
  readonly #watcher: FolderWatcher;
  readonly #settling: SettlingFiles;
  readonly #finished: FinishedFiles;
  /** Files at rest, or there at the start and not looked at yet: the last name first. */
  readonly #queue: Candidate[] = [];
  /** Which of the queue still count, by their names: others are of files that were removed since. */
  readonly #queued = new Map<string, Candidate>();
  #isSorted = true;
  /** Whole files, by their start. */
  readonly #ready: ReadyFile[] = [];
  /** Files done with, the newest last. */
  readonly #remembered = new Map<string, { mark: FileMark; fate: Fate }>();
  #atStart: string[] | null = [];
  readonly counts = { found: 0, skipped: 0, broken: 0, changed: 0 };

  /**
   * @param since Files that were last written before this (ms since 1970) are passed over; null: those that are there and at rest at the start
   *   are, if `existing` says so.
   */
  constructor(root: string, settings: RealTimeSettings, since: number | null, listener: IntakeListener) {
    this.#root = root;
    this.#settings = settings;
    this.#since = since;
    this.#listener = listener;
    this.#finished = new FinishedFiles(settings.format);
    this.#settling = new SettlingFiles(root, settings.settle * 1000, (candidate) => this.#rested(candidate));
    this.#watcher = new FolderWatcher(root, settings, {
      found: (paths, moved) => this.#found(paths, moved),
      touched: (path) => this.#touched(path),
      gone: (path) => {
        this.#remembered.delete(path);
        this.#queued.delete(path);
      },
      scanned: () => void this.#recheck(),
      notice: (text) => listener.notice(text),
      failed: (error) => listener.failed(error),
    });
  }

  /** Files that are written to, or whole and not taken. */
  get waiting(): number {
    return this.#settling.size + this.#queued.size + this.#ready.length;
  }

  /** Throws `BAD_FILE` where the folder cannot be watched. */
  async start(): Promise<void> {
    await this.#watcher.start();
    const paths = this.#atStart!;
    this.#atStart = null;
    if (this.#settings.existing === 'process' && this.#since === null) {
      for (const path of paths) this.#enqueue(candidateOf(path, false));
    } else await this.#passOver(paths);
  }

  close(): void {
    this.#watcher.close();
    this.#settling.close();
  }

  /** Sorts out those of the files that are there at the start which are old; the others may still be written to. */
  async #passOver(paths: readonly string[]): Promise<void> {
    const old: { path: string; mark: FileMark }[] = [];
    for (let at = 0; at < paths.length; at += AT_ONCE) {
      const some = paths.slice(at, at + AT_ONCE);
      const marks = await Promise.all(some.map((path) => markOf(join(this.#root, path))));
      for (const [i, path] of some.entries()) {
        const mark = marks[i];
        if (!mark) continue;
        const age = Math.max(0, Date.now() - mark.modified);
        const isOld = this.#since === null ? age >= this.#settings.settle * 1000 : mark.modified < this.#since;
        if (isOld) old.push({ path, mark });
        else
          this.#settling.add({ ...candidateOf(path, this.#since === null), mark, changedAt: performance.now() - age });
      }
    }
    this.counts.skipped += old.length;
    old.sort((a, b) => a.mark.modified - b.mark.modified);
    for (const { path, mark } of old.slice(-REMEMBERED)) this.remember(path, mark, 'skipped');
  }

  #found(paths: readonly string[], moved: boolean): void {
    this.counts.found += paths.length;
    for (const path of paths) {
      this.#remembered.delete(path);
      if (this.#atStart) this.#atStart.push(path);
      else if (moved) this.#rested({ ...candidateOf(path, false), isMoved: true });
      else this.#settling.add(candidateOf(path, false));
    }
  }

  #rested(candidate: Candidate): void {
    if (candidate.existed) {
      this.counts.skipped++;
      this.remember(candidate.path, candidate.mark!, 'skipped');
      return;
    }
    this.#enqueue(candidate);
    this.#listener.arrived();
  }

  #enqueue(candidate: Candidate): void {
    if (this.#queued.has(candidate.path)) return;
    if (this.#queue.length > 2 * this.#queued.size + 64) {
      const counting = this.#queue.filter((other) => this.#queued.get(other.path) === other);
      this.#queue.splice(0, this.#queue.length, ...counting);
    }
    this.#queued.set(candidate.path, candidate);
    this.#queue.push(candidate);
    this.#isSorted = this.#queue.length === 1;
  }

  #touched(path: string): void {
    if (this.#settling.has(path)) this.#settling.touched(path);
    else if (this.#remembered.has(path)) void this.#checkAgain(path);
  }

  async #recheck(): Promise<void> {
    for (const path of [...this.#remembered.keys()]) await this.#checkAgain(path);
  }

  /** Whether a file that is done with has changed: one that was not read comes back, of one that was it is told. */
  async #checkAgain(path: string): Promise<void> {
    const mark = await markOf(join(this.#root, path));
    const known = this.#remembered.get(path);
    if (!mark || !known || isSameMark(mark, known.mark)) return;
    if (known.fate === 'read') {
      this.remember(path, mark, 'read');
      this.counts.changed++;
      this.#listener.changed(path);
      return;
    }
    this.#remembered.delete(path);
    this.counts[known.fate]--;
    this.#settling.add({ ...candidateOf(path, false), mark });
  }

  /** A file is done with; it is noticed if it changes after all. */
  remember(path: string, mark: FileMark, fate: Fate): void {
    this.#remembered.delete(path);
    this.#remembered.set(path, { mark, fate });
    if (this.#remembered.size > REMEMBERED) this.#remembered.delete(this.#remembered.keys().next().value!);
  }

  /** It will not be read, or no further. */
  giveUp(candidate: Candidate, error: FileError): void {
    this.counts.broken++;
    if (candidate.mark) this.remember(candidate.path, candidate.mark, 'broken');
    this.#listener.broken(candidate.path, error);
  }

  /** It has changed since it was whole: it is waited for again. */
  settleAgain(candidate: Candidate, mark: FileMark): void {
    // one that was replaced may be on its way already
    const { path } = candidate;
    if (this.#settling.has(path) || this.#queued.has(path)) return;
    if (this.#ready.some((other) => other.candidate.path === path)) return;
    this.#settling.add({ ...candidateOf(candidate.path, false), mark });
  }

  /** Opens files that are at rest, in the order of their names, while fewer than `lookAhead` are ready; at most `most`. Gives how many it looked at. */
  async refill(most: number): Promise<number> {
    let looked = 0;
    while (looked < most && this.#ready.length < this.#settings.lookAhead && this.#queue.length > 0) {
      if (!this.#isSorted) this.#queue.sort((a, b) => (a.path < b.path ? 1 : -1));
      this.#isSorted = true;
      const candidate = this.#queue.pop()!;
      if (this.#queued.get(candidate.path) !== candidate) continue;
      this.#queued.delete(candidate.path);
      await this.#open(candidate);
      looked++;
    }
    return looked;
  }

  async #open(candidate: Candidate): Promise<void> {
    const path = join(this.#root, candidate.path);
    const mark = await markOf(path);
    if (!mark) return;
    if (candidate.mark && !isSameMark(mark, candidate.mark)) {
      this.settleAgain(candidate, mark);
      return;
    }
    if (!candidate.mark) {
      candidate.mark = mark;
      const age = Math.max(0, Date.now() - mark.modified);
      candidate.changedAt = performance.now() - age;
      if (!candidate.isMoved && age < this.#settings.settle * 1000) {
        this.#settling.add(candidate);
        return;
      }
    }
    const isReady = (other: ReadyFile) =>
      other.candidate.path === candidate.path && isSameMark(other.candidate.mark!, mark);
    if (this.#ready.some(isReady)) return;
    let file: ArrayFile;
    try {
      file = await this.#finished.open(path);
    } catch (cause) {
      await this.#notWhole(candidate, mark, cause);
      return;
    }
    const after = await markOf(path);
    if (!after || !isSameMark(after, mark)) {
      if (after) this.settleAgain(candidate, after);
      return;
    }
    const { dim } = this.#settings;
    const { dims } = file.outline;
    if (!dims.includes(dim)) {
      const text = `has no dimension ${dim}, along which files follow each other; it has ${dims.join(', ') || 'none'}`;
      this.giveUp(candidate, new FileError('BAD_DIM', path, text));
      return;
    }
    const start = axisCoordinate(file, dim)?.start ?? null;
    this.#insert({ candidate, file, start, readyAt: performance.now() });
  }

  async #notWhole(candidate: Candidate, mark: FileMark, cause: unknown): Promise<void> {
    const path = join(this.#root, candidate.path);
    if (!(cause instanceof DasflowError)) throw cause;
    const error = cause instanceof FileError ? cause : new FileError(cause.code, path, cause.message, { cause });
    const after = await markOf(path);
    if (!after) return;
    candidate.tries++;
    if (!isSameMark(after, mark)) this.settleAgain(candidate, after);
    else if (performance.now() - candidate.changedAt >= this.#settings.patience * 1000) {
      this.giveUp(candidate, error);
      return;
    } else this.#settling.retry(candidate);
    this.#listener.waiting(candidate.path, error);
  }

  #insert(ready: ReadyFile): void {
    const isBefore = ({ start }: ReadyFile) =>
      start === null || (ready.start !== null && typeof start === typeof ready.start && start <= ready.start);
    const at = this.#ready.findIndex((other) => !isBefore(other));
    this.#ready.splice(at < 0 ? this.#ready.length : at, 0, ready);
  }

  /** The next file, which is then no longer here; null where there is none, or the number of ms after which its turn comes. */
  async take(atOnce: boolean): Promise<ReadyFile | number | null> {
    for (;;) {
      const [first] = this.#ready;
      if (!first) return null;
      const wait = first.readyAt + this.#settings.window * 1000 - performance.now();
      if (!atOnce && this.#ready.length < this.#settings.lookAhead && wait > 0) return wait;
      this.#ready.shift();
      const { candidate } = first;
      const mark = await markOf(join(this.#root, candidate.path));
      if (mark && isSameMark(mark, candidate.mark!)) return first;
      if (mark) this.settleAgain(candidate, mark);
      else this.giveUp(candidate, new FileError('BAD_FILE', first.file.path, 'was removed before it was read'));
    }
  }

  /** Whether nothing is left that is at rest. */
  get isEmpty(): boolean {
    return this.#ready.length === 0 && this.#queued.size === 0;
  }

  /** Whether nothing is left that was opened. */
  get hasNoneReady(): boolean {
    return this.#ready.length === 0;
  }
}

function candidateOf(path: string, existed: boolean): Candidate {
  return { path, mark: null, changedAt: performance.now(), tries: 0, existed, isMoved: false };
}
