import { join, resolve } from 'node:path';
import { addAbortSignal, Readable } from 'node:stream';
import { AxisCoordinate } from '../../coordinates/coordinate.js';
import { DataArray } from '../../dataarray/data-array.js';
import { itemSize, type Scalar } from '../../dtype.js';
import { ArgumentError, DasflowError, FileError, StreamError } from '../../errors.js';
import { cut, regularized, samplesOf } from '../chunk-sizes.js';
import { AUTO_CHUNK_BYTES } from '../data-array-loader.js';
import { axisCoordinate, countUpTo, labelText, withoutFirst } from '../fit-files.js';
import { LazyArray } from '../lazy-array.js';
import { claimForReading } from '../reading-claims.js';
import { isSameMark, markOf } from './file-mark.js';
import { FolderIntake, type ReadyFile } from './folder-intake.js';
import type { LateFile, RealTimeStatistics, UnreadFile } from './real-time-news.js';
import { type RealTimeLoaderOptions, type RealTimeSettings, realTimeSettings } from './real-time-options.js';
import { readPosition, type SavedPosition, writePosition } from './saved-position.js';
import type { Candidate } from './settling-files.js';

/** A file being read. */
interface Current {
  readonly candidate: Candidate;
  readonly path: string;
  readonly array: LazyArray;
  readonly edges: readonly number[];
  next: number;
}

/**
 * Reads the files of a folder as they come, in the order of time: xdas's `RealTimeLoader`. An object-mode Readable and an async iterator
 * of DataArray, without an end of its own.
 *
 * ```ts
 * const loader = new RealTimeLoader('/data/live', { engine: 'asn', position: 'live.json' });
 * for await (const da of loader) console.log(String(da));
 * ```
 *
 * A file is read once it is whole: it was renamed into place (Linux), or has kept its size and time of change for `settle` seconds; and it opens, and
 * holds all that it says: the end of file in an HDF5 superblock, TDMS segments, miniSEED records. One that is at rest and not whole is tried again,
 * and given up `patience` seconds after its last change; if it then changes after all, it is read. A writer that pauses for longer than `settle` in a file
 * that is whole by its form cannot be told from one that is done: let it rename, or raise `settle` (`changed` tells of it).
 *
 * Files that are whole at the same time are sorted by their first label (`lookAhead` of them at most; `window`). What comes after later labels were given is late
 * (`onLate`). Files are not held against each other; gaps, changes of rate and of shape are for the atoms behind. A file is given once, whatever becomes of it later, unless it is removed and comes again.
 *
 * Events besides those of a Readable, each with one argument:
 * - `open`: the folder is watched, and what is there was looked at.
 * - `waiting` ({@link UnreadFile}): a file is at rest and not whole yet; once for each try.
 * - `broken` ({@link UnreadFile}), `late` ({@link LateFile}), `changed` ({ path }: written to after it was read), `notice` (text: the file system tells
 *   of no changes, or the folder is out of reach). Those that nobody listens to are process warnings.
 *
 * Not reading: nothing is opened, only names wait. Memory: `highWaterMark` chunks, the one being read and the one that was handed out; what describes
 * `lookAhead` files; some hundred bytes for each file in the folder. One watch of the file system for each folder.
 *
 * Errors: constructor: `BAD_ARGUMENT`. Stream: `BAD_FILE` (no such folder; a damaged position; broken files with `onBroken: 'error'`), `TIMEOUT`, `OVERLAP`
 * (`onLate: 'error'`), and what reading files throws with `onBroken: 'error'`.
 */
export class RealTimeLoader extends Readable {
  /** It has no end of its own. */
  readonly unbounded = true;
  /** The folder, absolute. */
  readonly path: string;
  readonly #settings: RealTimeSettings;
  #intake: FolderIntake | null = null;
  #release: (() => void) | null = null;
  #current: Current | null = null;
  #wanted = false;
  #isWorking = false;
  #isAskedAgain = false;
  #work: Promise<void> = Promise.resolve();
  #turn: NodeJS.Timeout | undefined;
  #patience: NodeJS.Timeout | undefined;
  /** Files that {@link drain} may still open; null before it is called. */
  #left: number | null = null;
  /** The last label given, and the one that an earlier stream had come to. */
  #last: Scalar | null = null;
  #resumed: SavedPosition | null = null;
  #since: number | null = null;
  /** The last label handed out. */
  #handed: Pick<SavedPosition, 'last' | 'dtype' | 'file'> | null = null;
  readonly #files = new WeakMap<DataArray, string>();
  #saving: Promise<void> = Promise.resolve();
  readonly #counts = { read: 0, skipped: 0, late: 0, lateSamples: 0, chunks: 0, samples: 0 };

  /** @param path The folder, which must exist. */
  constructor(path: string, options: RealTimeLoaderOptions = {}) {
    if (typeof path !== 'string' || path === '')
      throw new ArgumentError('BAD_ARGUMENT', `RealTimeLoader watches a folder by its path, not ${String(path)}`);
    const settings = realTimeSettings(options);
    // Checks come first: Node goes on to construct a stream whose constructor threw after super().
    super({ objectMode: true, highWaterMark: settings.highWaterMark });
    this.path = resolve(path);
    this.#settings = settings;
    // Not through super(): an aborted signal would destroy what is not made yet.
    if (options.signal) addAbortSignal(options.signal, this);
  }

  /** Dimension that files follow each other along. */
  get chunkDim(): string {
    return this.#settings.dim;
  }

  /** What was seen so far (a copy). */
  get statistics(): RealTimeStatistics {
    const { found = 0, skipped = 0, broken = 0, changed = 0 } = this.#intake?.counts ?? {};
    const { read, late, lateSamples, chunks, samples } = this.#counts;
    const waiting = (this.#intake?.waiting ?? 0) + (this.#current ? 1 : 0);
    const passedOver = skipped + this.#counts.skipped;
    return { found, read, skipped: passedOver, broken, waiting, late, lateSamples, changed, chunks, samples };
  }

  /**
   * Ends the stream soon: after the file being read, and those that are whole by now (`lookAhead` at most). What is still written to,
   * and what comes later, is for another stream.
   */
  drain(): void {
    if (this.#left !== null) return;
    this.#left = this.#settings.lookAhead;
    this.#advance();
  }

  /**
   * Writes the position (option `position`; without it nothing is done): a later stream goes on after the last sample of `upTo`, which is a chunk of this stream, or
   * the label of one of its samples; default: all that was handed out. Call it when what was made of the chunk is safe; `process()` and declared
   * pipelines call it once, at an orderly end (of the folder by `stop`, `until`), after sinks have finished and the state was saved. After a crash the later
   * stream repeats what came after the last call, and leaves nothing out. Rejects with `BAD_FILE`.
   */
  async commit(upTo?: DataArray | Scalar): Promise<void> {
    const { position, dim } = this.#settings;
    if (position === null) return;
    const place = upTo instanceof DataArray ? this.#placeOf(upTo) : this.#handed;
    if (!place) return;
    const last = upTo === undefined || upTo instanceof DataArray ? place.last : upTo;
    const since = this.#since;
    this.#saving = this.#saving.then(() => writePosition(position, { ...place, last, dim, since }));
    await this.#saving;
  }

  override [Symbol.asyncIterator](): NodeJS.AsyncIterator<DataArray> {
    return super[Symbol.asyncIterator]();
  }

  override read(size?: number): DataArray | null {
    const chunk = super.read(size) as DataArray | null;
    if (chunk) this.#handed = this.#placeOf(chunk) ?? this.#handed;
    return chunk;
  }

  override _construct(callback: (error?: Error | null) => void): void {
    this.#open().then(() => {
      callback();
      this.emit('open');
    }, callback);
  }

  async #open(): Promise<void> {
    const { position, dim, existing } = this.#settings;
    const now = Date.now();
    if (position !== null) this.#resumed = await readPosition(position, dim);
    this.#last = this.#resumed?.last ?? null;
    this.#since = this.#resumed ? this.#resumed.since : existing === 'skip' ? now : null;
    if (this.#resumed) {
      const { last, dtype, file } = this.#resumed;
      if (last !== null) this.#handed = { last, dtype, file };
    }
    const { path } = this;
    const settings: RealTimeSettings = this.#resumed ? { ...this.#settings, existing: 'process' } : this.#settings;
    this.#intake = new FolderIntake(path, settings, this.#resumed ? this.#since : null, {
      arrived: () => this.#advance(),
      waiting: (file, error) => this.emit('waiting', { path: join(path, file), error } satisfies UnreadFile),
      broken: (file, error) => {
        this.#tell('broken', { path: join(path, file), error } satisfies UnreadFile, error.message);
        if (settings.onBroken === 'error') this.destroy(error);
      },
      changed: (file) =>
        this.#tell('changed', { path: join(path, file) }, `${join(path, file)} was written to after it had been read`),
      notice: (text) => this.#tell('notice', text, text),
      failed: (error) => this.destroy(error),
    });
    this.#release = claimForReading([join(path, '**')]);
    await this.#intake.start();
    // What is skipped now is skipped later too, also if nothing comes before that.
    if (position !== null && !this.#resumed && existing === 'skip')
      await writePosition(position, { dim, last: null, dtype: null, file: null, since: now });
  }

  override _read(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    const { timeout } = this.#settings;
    if (timeout !== null)
      this.#patience = setTimeout(() => {
        const text = `${this.path}: no file was complete within ${timeout} s`;
        this.destroy(new StreamError('TIMEOUT', text, { address: this.path }));
      }, timeout * 1000);
    this.#advance();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    clearTimeout(this.#turn);
    clearTimeout(this.#patience);
    this.#intake?.close();
    Promise.allSettled([this.#work, this.#saving]).then(() => {
      this.#release?.();
      callback(error);
    });
  }

  /** Never silent: an event, or a warning where nobody listens. */
  #tell(event: string, what: unknown, text: string): void {
    if (this.destroyed) return;
    if (!this.emit(event, what)) process.emitWarning(text, { code: 'DASFLOW_LEFT_OUT' });
  }

  /** Does what can be done, one thing at a time. */
  #advance(): void {
    this.#isAskedAgain = true;
    if (this.#isWorking) return;
    this.#isWorking = true;
    this.#work = this.#step().then(
      () => {
        this.#isWorking = false;
      },
      (error: Error) => {
        this.#isWorking = false;
        this.destroy(error);
      },
    );
  }

  async #step(): Promise<void> {
    while (this.#isAskedAgain) {
      this.#isAskedAgain = false;
      while (this.#wanted && !this.destroyed && this.#intake) {
        if (this.#current) await this.#give(this.#current);
        else if (!(await this.#next(this.#intake))) break;
      }
    }
  }

  /** Turns to the next file; false where there is none yet, or none any more. */
  async #next(intake: FolderIntake): Promise<boolean> {
    clearTimeout(this.#turn);
    const looked = await intake.refill(this.#left ?? Number.POSITIVE_INFINITY);
    if (this.#left !== null) this.#left -= looked;
    if (this.destroyed) return false;
    const found = await intake.take(this.#left !== null);
    if (this.destroyed) return false;
    if (typeof found === 'number') this.#turn = setTimeout(() => this.#advance(), Math.ceil(found));
    else if (found) this.#begin(found, intake);
    else if (this.#left !== null && intake.hasNoneReady && (this.#left === 0 || intake.isEmpty)) this.#finish();
    return found !== null && typeof found !== 'number';
  }

  #finish(): void {
    this.#wanted = false;
    clearTimeout(this.#patience);
    this.push(null);
  }

  #begin(ready: ReadyFile, intake: FolderIntake): void {
    const { dim, chunks, regular } = this.#settings;
    const { candidate } = ready;
    const { path } = ready.file;
    try {
      const skipped = this.#late(ready);
      const whole = ready.file.outline.sizes[dim]!;
      if (skipped >= whole) {
        intake.remember(candidate.path, candidate.mark!, 'read');
        return;
      }
      const axis = ready.file.outline.axis(dim);
      const lazy = LazyArray.of(skipped > 0 ? withoutFirst(ready.file, axis, dim, skipped) : ready.file);
      const array = (regular ? regularized(lazy, dim) : lazy) as LazyArray;
      const total = array.sizes[dim]!;
      const edges = chunks === null ? [0, total] : cut([0, total], sizeOf(array, dim, chunks));
      this.#current = { candidate, path, array, edges, next: 0 };
    } catch (cause) {
      if (!(cause instanceof DasflowError) || cause.code === 'OVERLAP') throw cause;
      intake.giveUp(
        candidate,
        cause instanceof FileError ? cause : new FileError(cause.code, path, cause.message, { cause }),
      );
    }
  }

  /** How many samples at the start of a file are not after the last one given. */
  #late({ file }: ReadyFile): number {
    const coord = axisCoordinate(file, this.#settings.dim);
    const last = this.#last;
    if (!coord || last === null || coord.start > last) return 0;
    const samples = countUpTo(coord, last);
    const resumed = this.#resumed?.last ?? null;
    if (resumed !== null && (this.#counts.chunks === 0 || coord.end <= resumed)) {
      if (samples === coord.size) this.#counts.skipped++;
      return samples;
    }
    const text =
      `${file.path}: ${samples} of its ${coord.size} samples, from ${labelText(coord, coord.start)} on, ` +
      `are not after ${labelText(coord, last)}, where the stream has come to`;
    this.#counts.late++;
    this.#counts.lateSamples += samples;
    const late: LateFile = { path: file.path, samples, of: coord.size, start: coord.start, last, text };
    this.#tell('late', late, `left out: ${text}`);
    if (this.#settings.onLate === 'error') throw new FileError('OVERLAP', file.path, text.slice(file.path.length + 2));
    return samples;
  }

  /** Reads and gives the next chunk of a file. */
  async #give(current: Current): Promise<void> {
    const { candidate, path, array, edges } = current;
    const { dim } = this.#settings;
    const intake = this.#intake!;
    let chunk: DataArray | null = null;
    let failure: FileError | null = null;
    try {
      chunk = await array.read(dim, edges[current.next]!, edges[current.next + 1]!);
    } catch (cause) {
      if (!(cause instanceof DasflowError)) throw cause;
      failure = cause instanceof FileError ? cause : new FileError(cause.code, path, cause.message, { cause });
    }
    if (this.destroyed) return;
    const mark = await markOf(path);
    if (this.destroyed) return;
    const isChanged = !mark || !isSameMark(mark, candidate.mark!);
    if (mark && isChanged && current.next === 0) {
      // It was not whole after all, and nothing of it was given.
      this.#current = null;
      intake.settleAgain(candidate, mark);
      return;
    }
    if (isChanged && (!chunk || mark))
      failure = new FileError('BAD_FILE', path, 'was written to, or removed, while it was read');
    if (failure || !chunk) {
      this.#current = null;
      const given = current.next === 0 ? '' : `; ${edges[current.next]} of ${edges.at(-1)} samples had been given`;
      intake.giveUp(
        candidate,
        new FileError(failure!.code, path, failure!.message.replace(`${path}: `, '') + given, { cause: failure }),
      );
      return;
    }
    current.next++;
    if (current.next === edges.length - 1) {
      this.#current = null;
      this.#counts.read++;
      intake.remember(candidate.path, candidate.mark!, 'read');
    }
    if (chunk.empty) return;
    this.#counts.chunks++;
    this.#counts.samples += chunk.sizes[dim]!;
    this.#files.set(chunk, candidate.path);
    this.#last = this.#placeOf(chunk)?.last ?? this.#last;
    this.#wanted = false;
    clearTimeout(this.#patience);
    this.push(chunk);
  }

  #placeOf(chunk: DataArray): Pick<SavedPosition, 'last' | 'dtype' | 'file'> | null {
    const { dim } = this.#settings;
    const coord = chunk.coords.has(dim) ? chunk.coords.get(dim) : null;
    if (!(coord instanceof AxisCoordinate) || coord.empty || typeof coord.end === 'string') return null;
    return { last: coord.end, dtype: coord.dtype, file: this.#files.get(chunk) ?? null };
  }
}

/** Samples of a chunk. */
function sizeOf(array: LazyArray, dim: string, chunks: NonNullable<RealTimeSettings['chunks']>): number {
  if (chunks === 'auto') {
    const others = array.size / Math.max(1, array.sizes[dim]!);
    return Math.max(1, Math.floor(AUTO_CHUNK_BYTES / Math.max(1, others * itemSize(array.dtype))));
  }
  const size = Object.values(chunks)[0]!;
  return typeof size === 'string' ? samplesOf(array, dim, size) : size;
}

/** Reads the files of a folder as they come: `new RealTimeLoader(path, options)`. xdas: `watch(path, engine)`. */
export function watch(path: string, options: RealTimeLoaderOptions = {}): RealTimeLoader {
  return new RealTimeLoader(path, options);
}
