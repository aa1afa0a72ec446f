import { realDType } from '../dataarray/complex-parts.js';
import { DataArray } from '../dataarray/data-array.js';
import { DataCollection } from '../datacollection/data-collection.js';
import type { Delta } from '../dtype.js';
import { AtomError } from '../errors.js';
import { applyToCollection } from './apply-to-collection.js';
import { type AtomCounters, type AtomNotice, countSeam, newCounters } from './atom-report.js';
import { briefText } from './brief-text.js';
import { castOutput } from './cast-output.js';
import { type Chunk, expectChunk, isEmptyArray, joinChunks } from './chunk.js';
import { disown, handOver } from './chunk-memory.js';
import { type ChunkFunction, composeStages } from './composer.js';
import { crossSeam } from './cross-seam.js';
import { checkFillValue } from './filler.js';
import type { AtomOptions } from './options.js';
import { raisedSeam } from './raised-seam.js';
import { type Seam, seamError } from './seam.js';
import { checkSeamOptions, type OnDiscontinuity, type OnOverlap, type SeamPolicy, seamPolicy } from './seam-policy.js';
import { type AtomState, expectNames, loadValue, type MemoryValue, type StateValue, saveValue } from './state.js';
import { positionNames, type SavedPosition, StreamPosition } from './stream-position.js';
import { splitRuns, wholeRuns } from './whole-runs.js';

export type { AtomCounters, AtomNotice } from './atom-report.js';
export type { ChunkFunction } from './composer.js';

/** How a chunk reaches an atom. */
export interface CallFlags {
  /** The dimension along which the stream is chunked; undefined for a whole array at once. */
  readonly chunkDim?: string;
}

/** What an atom carries between chunks: plain values, arrays with a shape, or labelled arrays, by name. */
// biome-ignore lint/suspicious/noExplicitAny: a memory is any interface whose fields are MemoryValue; saveValue checks them
export type Memory = any;

/**
 * A stateful processing unit: it is designed from the first chunk, carries state from chunk to chunk, and answers the
 * same for any cutting of a stream as for the whole array.
 *
 * Users call {@link apply} (a whole array) or {@link push} and {@link flush} (a stream). To make an atom, extend this
 * class: hand the options and the names of its state to `super`, set `this.memory` in {@link initialize}, work in
 * {@link call}, give held-back samples in {@link drain}, and register nested atoms with {@link nest}.
 *
 * - `O`: its options, one object, the same as in YAML.
 * - `M`: its state between chunks; every field must be listed in `stateNames` and be savable ({@link MemoryValue}).
 *   `memory` may be replaced or changed in place: what {@link state} gives is always a copy.
 */
export abstract class Atom<O extends AtomOptions = AtomOptions, M = Memory> {
  /** The options it was made with, defaults filled in. Never changed. */
  readonly options: Readonly<O>;
  /** What a gap or a rate change does; see {@link AtomOptions.onDiscontinuity}. */
  onDiscontinuity: OnDiscontinuity;
  /** What an overlap does; see {@link AtomOptions.onOverlap}. */
  onOverlap: OnOverlap;
  /** Threads for its kernels, null for those of the atom around it; see {@link AtomOptions.workers}. */
  workers: number | null;
  /** Called with every gap, rate change and overlap, nested atoms' included, before anything is flushed or thrown. */
  onSeam?: (seam: Seam) => void;
  /** Called once per kind and dimension; without it the notice is a Node process warning (`DasflowWarning`). */
  onNotice?: (notice: AtomNotice) => void;
  /** What it has seen since it was made. */
  readonly counters: AtomCounters = newCounters();

  readonly #stateNames: readonly string[];
  readonly #nested = new Map<string, Atom>();
  readonly #noticed = new Set<string>();
  #parent: Atom | null = null;
  #memory: M | undefined;
  #started = false;
  readonly #position = new StreamPosition();

  /** `stateNames`: the fields of `M`, all of them; none for an atom without state of its own. */
  constructor(options: O, stateNames: readonly (keyof M & string)[] = []) {
    this.options = Object.freeze({ ...options });
    this.onDiscontinuity = options.onDiscontinuity ?? 'reset';
    this.onOverlap = options.onOverlap ?? 'raise';
    this.workers = options.workers ?? null;
    if (this.workers !== null && !(Number.isInteger(this.workers) && this.workers > 0))
      throw new AtomError('BAD_ARGUMENT', `${this.name}: workers is ${this.workers}; allowed: positive integers`);
    checkSeamOptions(options, this.name);
    this.#stateNames = stateNames;
  }

  /** Its name in errors and events: the class name, unless it was named otherwise. */
  get name(): string {
    return this.constructor.name;
  }

  // ---------------------------------------------------------------- for users

  /**
   * Processes a whole array at once: splits it at discontinuities (or fills them, and trims overlaps, as in a stream: along the
   * dimension that it works along, and along other axes of times), processes each run with a fresh state, flushes, and joins.
   * Whatever state a stream had left is dropped. Throws `BAD_SHAPE` where nothing comes out or does not join.
   *
   * A collection gives a collection, as in xdas: each item of a mapping is processed for itself. A sequence of arrays is one stream in
   * pieces along the dimension that it works along: state is carried on where they continue each other, and what comes out are the chunks
   * of that stream; without such a dimension each is processed for itself. Tables get the keys that led to them as their first
   * columns, one for each level with a name. (`process()` takes every leaf for itself.)
   */
  apply(x: Chunk): Chunk;
  apply(x: DataCollection): DataCollection<Chunk>;
  apply(x: Chunk | DataCollection): Chunk | DataCollection<Chunk> {
    if (x instanceof DataCollection) return applyToCollection(this, x);
    return joinChunks(this.run(x), this.workingDim(x), this.name);
  }

  /** As {@link apply}, with the chunks not joined: zero or more for each run. */
  run(x: Chunk): Chunk[] {
    expectChunk(x, this.name);
    if (this.#parent === null) disown(x);
    this.checkChunkDim(x, undefined);
    const chunks: Chunk[] = [];
    for (const run of wholeRuns(x, this.workingDim(x), this.policy, this.name, (seam) => this.#report(seam))) {
      this.reset();
      this.#started = true;
      this.counters.chunks += 1;
      this.initialize(run, {});
      chunks.push(...this.#called(run, {}));
      chunks.push(...this.flush());
    }
    this.reset();
    this.counters.emitted += chunks.length;
    return chunks;
  }

  /**
   * Processes the next chunk of a stream that is chunked along `chunkDim`; gives zero or more chunks. A chunk with
   * discontinuities inside is split at them. At a gap or a change of rate the atom flushes, resets and starts a new
   * run, unless the gap is filled (in blocks of about 1 MiB; what comes out of all of them is returned at once). Tables are
   * not judged: they pass as they are. Empty arrays are ignored. After {@link flush} the next push starts a new run.
   *
   * Throws `OVERLAP` where the coordinate goes backward, unless `onOverlap` is `'trim'`; `DISCONTINUITY` at a gap or rate
   * change if `onDiscontinuity` is `'raise'`; `BAD_ARGUMENT` where `fill` is a number that the dtype cannot hold;
   * `IRREGULAR` where no interval is declared or can be inferred; `BAD_DIM` where the array has no such dimension;
   * `BAD_SHAPE` or `BAD_DTYPE` where a chunk does not fit the run; `CHUNKED_WHOLE_RECORD` where the operation needs the
   * whole record. A chunk that is refused at a seam, before it or inside, leaves the state as it was.
   */
  push(chunk: Chunk, flags: { chunkDim: string }): Chunk[] {
    if (typeof flags?.chunkDim !== 'string')
      throw new AtomError('BAD_ARGUMENT', `${this.name}: push(chunk, { chunkDim }) needs the dimension of the stream`);
    const { chunkDim } = flags;
    expectChunk(chunk, this.name);
    if (this.#parent === null && chunk instanceof DataArray && !chunk.dims.includes(chunkDim))
      throw new AtomError(
        'BAD_DIM',
        `${this.name}: a chunk has dimensions ${chunk.dims.join(', ')}; chunkDim ${chunkDim} is none of them`,
      );
    if (isEmptyArray(chunk)) return [];
    if (this.#parent === null) disown(chunk);
    this.checkChunkDim(chunk, chunkDim);
    const chunks: Chunk[] = [];
    const runs = splitRuns(chunk, chunkDim, this.#judges ? this.#position.edge : null);
    if (runs.length > 1) this.#refuseRaised(runs as DataArray[], chunkDim);
    for (const run of runs) this.#pushRun(run, chunkDim, chunks);
    return chunks;
  }

  /**
   * Ends the run: gives what was held back, as zero or more chunks. Called at the end of a stream and at every seam.
   * A second flush gives nothing; the next {@link push} starts a new run.
   */
  flush(): Chunk[] {
    const { flushed, chunkDim } = this.#position;
    if (!this.#started || flushed) return [];
    this.#position.flushed = true;
    const kept = this.#given(this.drain(chunkDim === null ? {} : { chunkDim }));
    this.handOver(null, kept);
    if (chunkDim !== null) this.counters.emitted += kept.length;
    return kept;
  }

  /** Forgets the stream: all state, nested atoms' included. What was held back is dropped (see {@link flush}). */
  reset(): void {
    this.#memory = undefined;
    this.#started = false;
    this.#position.reset();
    for (const atom of this.#nested.values()) atom.reset();
  }

  /** A new atom with the same options and no state; this one is left alone. Listeners are not copied. */
  fresh(): Atom {
    const clone = new (this.constructor as new (options: O) => Atom)(this.options);
    clone.onDiscontinuity = this.onDiscontinuity;
    clone.onOverlap = this.onOverlap;
    clone.workers = this.workers;
    return clone;
  }

  /** Whether a first chunk was seen since the last reset. */
  get initialized(): boolean {
    return this.#started;
  }

  /**
   * Everything the atom carries, as a copy in plain data: its own state under `own`, where the stream is under `stream`,
   * nested atoms under `nested`. `{}` before the first chunk. {@link setState} of an atom with the same options goes on
   * from it bit for bit.
   */
  get state(): AtomState {
    if (!this.#started) return {};
    const own: Record<string, StateValue> = {};
    for (const name of this.#stateNames)
      own[name] = saveValue((this.#memory as Record<string, MemoryValue>)[name] ?? null, `${this.name}.${name}`);
    const nested: Record<string, StateValue> = {};
    for (const [name, atom] of this.#nested) nested[name] = atom.state;
    return { own, nested, stream: this.#position.save() as unknown as AtomState };
  }

  /** Sets a state that {@link state} gave, exactly. Throws `BAD_STATE` where names do not fit this atom. */
  setState(state: AtomState): void {
    if (state === null || typeof state !== 'object')
      throw new AtomError('BAD_STATE', `${this.name}: a saved state is an object; this is ${String(state)}`);
    this.reset();
    if (Object.keys(state).length === 0) return;
    const { own, nested, stream } = state as unknown as { own: AtomState; nested: AtomState; stream: SavedPosition };
    expectNames(this.name, 'own', own, this.#stateNames);
    expectNames(this.name, 'nested', nested, [...this.#nested.keys()]);
    expectNames(this.name, 'stream', stream, positionNames);
    const memory: Record<string, MemoryValue> = {};
    for (const name of this.#stateNames) memory[name] = loadValue(own[name]!, `${this.name}.${name}`);
    if (this.#stateNames.length) this.#memory = memory as M;
    this.#started = true;
    this.#position.restore(stream);
    this.initializeFromState();
    for (const [name, atom] of this.#nested) atom.setState(nested[name] as AtomState);
  }

  /** One line: its name and the options it was given. */
  toString(): string {
    const options = Object.entries(this.options).filter(([, value]) => value !== undefined && value !== null);
    return `${this.name}(${options.map(([key, value]) => `${key}: ${briefText(value)}`).join(', ')})`;
  }

  /** A new pipeline: this atom, then each of `next` (atoms or functions). Neither is changed. */
  pipe(...next: (Atom | ChunkFunction)[]): Atom {
    return composeStages(this, ...next);
  }

  // ---------------------------------------------------------- for implementers

  /** Designs the atom and sets `memory` from the first chunk of a run. */
  protected initialize(_chunk: Chunk, _flags: CallFlags): void {}

  /** Designs what follows from `memory` alone: called after a state was set, and by `initialize` where it is useful. */
  protected initializeFromState(): void {}

  /** Processes one chunk of a run; gives zero or more chunks, in order. */
  protected abstract call(chunk: Chunk, flags: CallFlags): Chunk[];

  /** Gives what was held back at the end of a run. `flags.chunkDim` is that of the run; undefined for a whole array. */
  protected drain(_flags: CallFlags): Chunk[] {
    return [];
  }

  /** Throws `CHUNKED_WHOLE_RECORD` where the atom cannot be fed chunks along `chunkDim`; see {@link refuseChunkedAlong}. */
  protected checkChunkDim(_chunk: Chunk, _chunkDim: string | undefined): void {}

  /** The dimension it works along, as the user named it; null if it has none. */
  protected get dim(): string | null {
    return (this.options as { dim?: string }).dim ?? null;
  }

  /** {@link dim} with the aliases `first` and `last` resolved; null for tables, or where the array has no such dimension. */
  workingDim(chunk: Chunk): string | null {
    const { dim } = this;
    if (dim === null || !(chunk instanceof DataArray)) return null;
    if (dim === 'first') return chunk.dims[0] ?? null;
    if (dim === 'last') return chunk.dims[chunk.dims.length - 1] ?? null;
    return chunk.dims.includes(dim) ? dim : null;
  }

  /** Threads that its kernels run on: its own {@link workers}, or those of the atom around it. */
  protected get threads(): number {
    return this.workers ?? this.#parent?.threads ?? 1;
  }

  /** Whether complex arrays are taken; {@link requireDim} refuses them otherwise. Default false. */
  protected get takesComplex(): boolean {
    return false;
  }

  /**
   * Whether nothing refers to the memory of a chunk once it was processed: not the state, not what is given later, and not
   * what was given, unless that is the chunk itself or one view of it; and what is given otherwise is on memory of its own, each on another.
   * Then the memory of chunks between the stages of a pipeline is used again. Default false: the atom may keep what it gets. If an
   * atom says so and keeps a view all the same, reading that throws `RELEASED`.
   */
  get consumesInput(): boolean {
    return false;
  }

  /** Notes who owns the memory of what was given; null at a flush. Pipelines leave that to their stages. */
  protected handOver(input: Chunk | null, outputs: readonly Chunk[]): void {
    handOver(this.consumesInput, input, outputs);
  }

  /** As {@link workingDim}, but throws `BAD_DIM` for an array without it, `BAD_ARGUMENT` for a table, `BAD_DTYPE` for what is not taken. */
  protected requireDim(chunk: Chunk): { array: DataArray; dim: string; axis: number } {
    if (!(chunk instanceof DataArray))
      throw new AtomError('BAD_ARGUMENT', `${this.name} works on arrays; it was given a table`);
    const dim = this.workingDim(chunk);
    if (dim === null)
      throw new AtomError(
        'BAD_DIM',
        `${this.name}: dim ${this.dim} is not a dimension of the array (${chunk.dims.join(', ')})`,
      );
    if (!this.takesComplex) realDType(chunk.dtype, this.name);
    return { array: chunk, dim, axis: chunk.dims.indexOf(dim) };
  }

  /**
   * The interval of the stream along `dim`, from the chunks before, also behind a gap; null in the first one, and where it is not chunked along `dim`.
   * One sample of an axis that declares none tells none: with this, its labels can be computed all the same.
   */
  protected intervalAlong(dim: string): Delta | null {
    return this.#position.intervalAlong(dim);
  }

  /** Throws `CHUNKED_WHOLE_RECORD` if `chunkDim` is the dimension (resolved) that is needed whole. */
  protected refuseChunkedAlong(dim: string | null, chunkDim: string | undefined, why: string): void {
    if (chunkDim === undefined || (dim !== null && dim !== chunkDim)) return;
    throw new AtomError(
      'CHUNKED_WHOLE_RECORD',
      `${this.name} needs the whole record along ${dim ?? 'its dimension'} (${why}), so it cannot process a stream ` +
        `chunked along ${chunkDim}: apply it to the whole array, or chunk along another dimension`,
    );
  }

  /** Registers a nested atom: it is reset, saved and restored with this one, and its events come out here. */
  protected nest<A extends Atom>(name: string, atom: A): A {
    const inner: Atom = atom;
    if (inner.#parent !== null)
      throw new AtomError('BAD_ARGUMENT', `${atom.name} is already part of ${inner.#parent.name}; nest atom.fresh()`);
    if (this.#nested.has(name))
      throw new AtomError('BAD_ARGUMENT', `${this.name} already has a nested atom called ${name}`);
    inner.#parent = this;
    this.#nested.set(name, inner);
    return atom;
  }

  /** Feeds a nested atom as this one is fed: the whole array, or the next chunk. */
  protected feed(atom: Atom, chunk: Chunk, flags: CallFlags): Chunk[] {
    if (flags.chunkDim !== undefined) return atom.push(chunk, { chunkDim: flags.chunkDim });
    const chunks = atom.run(chunk);
    const dim = atom.workingDim(chunk);
    // runs along a dimension of the nested atom are one array again for what comes after it
    return chunks.length > 1 && dim !== null ? [joinChunks(chunks, dim, atom.name)] : chunks;
  }

  /** Says something once per kind and dimension; a nested atom's notices come out of the outermost one. */
  protected notice(code: AtomNotice['code'], dim: string, message: string): void {
    if (this.#parent) {
      this.#parent.notice(code, dim, message);
      return;
    }
    const key = `${code} ${dim}`;
    if (this.#noticed.has(key)) return;
    this.#noticed.add(key);
    if (this.onNotice) this.onNotice({ code, dim, atom: this.name, message });
    else process.emitWarning(message, { type: 'DasflowWarning', code });
  }

  /** What errors about the stream call this stage. Default: its name. */
  protected get stageText(): string {
    return this.name;
  }

  /** The state between chunks, set in {@link initialize}. Reading it earlier is a mistake of the atom. */
  protected get memory(): M {
    if (this.#memory === undefined)
      throw new AtomError('BAD_STATE', `${this.name}: its state is read before initialize() has set it`);
    return this.#memory;
  }

  protected set memory(memory: M) {
    this.#memory = memory;
  }

  /** Whether state is carried that a discontinuity would spoil: its own or a nested atom's. */
  protected get live(): boolean {
    if (this.#stateNames.length > 0) {
      if (!this.#started || this.#memory === undefined) return true;
      const values = this.#memory as Record<string, MemoryValue | undefined>;
      if (this.#stateNames.some((name) => values[name] !== null && values[name] !== undefined)) return true;
    }
    for (const atom of this.#nested.values()) if (atom.live) return true;
    return false;
  }

  // ------------------------------------------------------------------ internal

  /** Whether seams are judged: where there is nothing to spoil and nothing to mend, anything passes. */
  get #judges(): boolean {
    if (this.live) return true;
    const { fill, trims } = this.policy;
    return fill !== null || trims;
  }

  /** Seams inside a chunk are judged before any of it is worked on: it is refused as a whole, or not at all. */
  #refuseRaised(runs: readonly DataArray[], chunkDim: string): void {
    const { policy } = this;
    if (!this.#judges) return;
    const seam = raisedSeam(runs, this.#position, policy, chunkDim, this.name);
    if (seam === null) return;
    this.#report(seam);
    throw seamError(seam, this.stageText);
  }

  #pushRun(run: Chunk, chunkDim: string, chunks: Chunk[]): void {
    const position = this.#position;
    if (position.flushed) this.reset();
    const { policy } = this;
    if (!(run instanceof DataArray) || !this.#judges) {
      this.#work(run, chunkDim, chunks);
      this.counters.chunks += 1;
      return;
    }
    const { place, edge } = position.meet(run, chunkDim, this.name, ({ code, message }) =>
      this.notice(code, chunkDim, message),
    );
    if (policy.fill) checkFillValue(policy.fill.fill, run, this.name);
    if (place) {
      const { seam, blocks, rest } = crossSeam(place, policy);
      this.#report(seam);
      if (seam.action === 'raised') throw seamError(seam, this.stageText);
      if (seam.action === 'trimmed') {
        if (rest) this.#pushRun(rest, chunkDim, chunks);
        return;
      }
      for (const block of blocks) this.#work(block, chunkDim, chunks);
      if (seam.action === 'reset') {
        chunks.push(...this.flush());
        if (seam.kind === 'gap') this.#beginBehindGap();
        else this.reset();
      }
    }
    position.expect(run, chunkDim, this.name);
    this.#work(run, chunkDim, chunks);
    this.counters.chunks += 1;
    position.advance(run, chunkDim, edge, policy.fill !== null);
  }

  /** As {@link reset}, but for the interval of the stream: one sample behind the gap tells none. */
  #beginBehindGap(): void {
    this.#memory = undefined;
    this.#started = false;
    this.#position.beginBehindGap();
    for (const atom of this.#nested.values()) atom.#beginBehindGap();
  }

  #work(chunk: Chunk, chunkDim: string, chunks: Chunk[]): void {
    this.#position.chunkDim = chunkDim;
    if (!this.#started) {
      this.initialize(chunk, { chunkDim });
      this.#started = true;
    }
    const given = this.#called(chunk, { chunkDim });
    chunks.push(...given);
    this.counters.emitted += given.length;
  }

  /** What goes out of what was made: without empty arrays, cast where that is an option ({@link castOption}) and asked for. */
  #given(chunks: Chunk[]): Chunk[] {
    const kept = chunks.filter((chunk) => !isEmptyArray(chunk)).map((chunk) => this.#position.give(chunk));
    return (this.options as { dtype?: string }).dtype === 'float32' ? kept.map(castOutput) : kept;
  }

  #called(run: Chunk, flags: CallFlags): Chunk[] {
    const given = this.#given(this.call(run, flags));
    this.handOver(run, given);
    return given;
  }

  /** What it does at seams, nested atoms considered. */
  get policy(): SeamPolicy {
    const { fill, maxFill } = this.options;
    const { onDiscontinuity, onOverlap } = this;
    const nested = Array.from(this.#nested.values(), (atom) => atom.policy);
    return seamPolicy({ onDiscontinuity, fill, maxFill, onOverlap }, nested);
  }

  #report(seam: Seam): void {
    countSeam(this.counters, seam);
    this.onSeam?.(seam);
    if (this.#parent) this.#parent.#report(seam);
  }
}
