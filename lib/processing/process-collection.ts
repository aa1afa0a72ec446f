/** A collection processed leaf by leaf. */
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { cwd, emitWarning } from 'node:process';
import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { annotateTable, type Place } from '../atoms/annotate-table.js';
import type { Atom } from '../atoms/atom.js';
import type { AtomCounters, AtomNotice } from '../atoms/atom-report.js';
import type { Chunk } from '../atoms/chunk.js';
import { DataArray } from '../dataarray/data-array.js';
import {
  type CollectionItem,
  DataCollection,
  DataSequence,
  type LeafEntry,
} from '../datacollection/data-collection.js';
import { type CollectionLeaf, isLeaf } from '../datacollection/leaf.js';
import { namingLeaf, pathText } from '../datacollection/leaf-path.js';
import { ArgumentError } from '../errors.js';
import { Table } from '../table/table.js';
import { chunkBytes } from './chunk-bytes.js';
import { collectionStore } from './collection-store.js';
import { Monitor } from './monitor.js';
import type { ProcessOptions, SinkLike } from './process.js';
import { schemeOf } from './registry.js';
import { absolute, resolveSink } from './resolve-endpoint.js';
import { joinResult } from './result-writer.js';

/** Runs an atom over one source, as `process` does. */
type ProcessOne = (atom: Atom, source: object, out: SinkLike | null, options: ProcessOptions) => Promise<unknown>;

/** What `process()` does with a collection; see there. `one` processes a leaf. */
export async function processCollection(
  atom: Atom,
  collection: DataCollection,
  out: SinkLike | null,
  options: ProcessOptions,
  one: ProcessOne,
): Promise<unknown> {
  if (options.state !== undefined)
    throw new ArgumentError('BAD_ARGUMENT', 'state is of one stream: process the leaves of a collection one by one');
  const monitor = options.monitor === true ? new Monitor() : options.monitor || undefined;
  const run = new LeafRun(atom, { ...options, monitor }, one);
  try {
    if (out === null) return await inMemory(run, collection, options.memoryLimit ?? totalmem() / 4);
    const path = typeof out === 'string' || out instanceof URL ? String(out) : null;
    if (path !== null && schemeOf(path) === 'file') {
      const target = absolute(path, cwd());
      if (/\.(nc|nc4|h5|hdf5)$/i.test(target)) return await intoFile(run, collection, target);
      if (!/\.csv$/i.test(target)) return await intoFolders(run, collection, target);
    }
    return await intoShared(run, collection, out, options);
  } finally {
    if (options.monitor === true) monitor?.close();
  }
}

/** Processes leaves one by one, each with a fresh atom; what those count is added to the atom that was given. */
class LeafRun {
  readonly #atom: Atom;
  readonly #options: ProcessOptions;
  readonly #one: ProcessOne;
  readonly #noticed = new Set<string>();

  constructor(atom: Atom, options: ProcessOptions, one: ProcessOne) {
    this.#atom = atom;
    this.#options = options;
    this.#one = one;
  }

  async process({ leaf, path }: LeafEntry, out: SinkLike | null, memoryLimit?: number): Promise<unknown> {
    const { chunks, until, signal, stop } = this.#options;
    signal?.throwIfAborted();
    const atom = this.#fresh();
    const options = { ...this.#options, ...(memoryLimit !== undefined && { memoryLimit }) };
    try {
      if (stop?.aborted) return null;
      if (leaf instanceof Table) return await this.#one(atom, [leaf], out, options);
      // apply() throws where nothing comes out; here that is an answer.
      if (leaf instanceof DataArray && out === null && chunks === undefined && until === undefined)
        return joinResult(atom.run(leaf), atom.workingDim(leaf) ?? 'first');
      return await this.#one(atom, leaf, out, options);
    } catch (error) {
      throw namingLeaf(path, error);
    } finally {
      for (const name of Object.keys(atom.counters) as (keyof AtomCounters)[])
        this.#atom.counters[name] += atom.counters[name];
    }
  }

  /** Says what there is to know once, not for every leaf. */
  #notice(notice: AtomNotice): void {
    const key = `${notice.code} ${notice.dim} ${notice.atom}`;
    if (this.#noticed.has(key)) return;
    this.#noticed.add(key);
    if (this.#atom.onNotice) this.#atom.onNotice(notice);
    else emitWarning(notice.message, { type: 'DasflowWarning', code: notice.code });
  }

  #fresh(): Atom {
    const atom = this.#atom.fresh();
    atom.workers ??= this.#options.workers ?? null;
    if (this.#atom.onSeam) atom.onSeam = this.#atom.onSeam;
    atom.onNotice = (notice) => this.#notice(notice);
    return atom;
  }
}

/** Results in memory, within one limit for all of them. */
async function inMemory(run: LeafRun, collection: DataCollection, limit: number): Promise<DataCollection<Chunk>> {
  let bytes = 0;
  return await collection.mapAsync<Chunk>(async (_leaf, entry) => {
    const result = asItem(await run.process(entry, null, limit - bytes), entry);
    const chunks = result instanceof DataCollection ? Array.from(result.leaves(), ({ leaf }) => leaf) : [result];
    bytes += chunks.reduce((sum, chunk) => sum + chunkBytes(chunk), 0);
    if (bytes > limit)
      throw new ArgumentError(
        'BAD_ARGUMENT',
        `${pathText(entry.path)}: the results exceed memoryLimit (${limit} bytes); give an out`,
      );
    return result;
  });
}

/** A result as an item of a collection: nothing is an empty sequence, chunks that do not join are a sequence. */
function asItem(result: unknown, place: Place): CollectionItem<Chunk> {
  if (Array.isArray(result))
    return new DataSequence<Chunk>((result as Chunk[]).map((each) => annotateTable(each, place)));
  return result === null ? new DataSequence<Chunk>([]) : annotateTable(result as Chunk, place);
}

/** A folder of chunks for each leaf. */
async function intoFolders(run: LeafRun, collection: DataCollection, folder: string): Promise<DataCollection> {
  for (const { path } of collection.leaves())
    for (const key of path)
      if (/^\.{0,2}$|[/\\\0]/.test(String(key)))
        throw new ArgumentError(
          'BAD_ARGUMENT',
          `${JSON.stringify(key)} in ${pathText(path)} cannot be the name of a folder: empty, dots, slash or NUL`,
        );
  return await collection.mapAsync<CollectionLeaf>(async (_leaf, entry) => {
    const result = await run.process(entry, `${join(folder, ...entry.path.map(String))}/`);
    return isLeaf(result) ? result : new DataSequence<CollectionLeaf>([]);
  });
}

/** One collection file. */
async function intoFile(run: LeafRun, collection: DataCollection, path: string): Promise<DataCollection> {
  const store = collectionStore();
  await store.write(path, collection, async (entry) => {
    const result = await run.process(entry, null);
    if (result === null || result instanceof DataArray) return result;
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `${pathText(entry.path)}: ${result instanceof Table ? 'a table came out' : 'what came out does not join to one array'}; a collection file holds arrays: give a folder, or a *.csv path for tables`,
    );
  });
  return await store.open(path);
}

/** One sink for all leaves, one after the other. */
async function intoShared(
  run: LeafRun,
  collection: DataCollection,
  out: SinkLike,
  { signal, chunkDim }: ProcessOptions,
): Promise<unknown> {
  const sink = await resolveSink(out, { baseDir: cwd(), chunkDim, abort: signal });
  const done = finished(sink, { readable: false });
  done.catch(() => {}); // told below
  try {
    for (const entry of collection.leaves()) await run.process(entry, new PartOfSink(sink, entry));
    sink.end();
    await done;
    return (await sink.result?.()) ?? null;
  } catch (error) {
    sink.on('error', () => {}).destroy(error as Error);
    throw error;
  }
}

/** What one leaf sends to a sink that others go on with: handed on chunk by chunk, and not ended. Holds the chunk being written and one more. */
class PartOfSink extends Writable {
  readonly #sink: Writable;
  readonly #place: Place;
  readonly #fail = (error: Error) => this.destroy(error);

  constructor(sink: Writable, place: Place) {
    super({ objectMode: true, highWaterMark: 1 });
    this.#sink = sink;
    this.#place = place;
    sink.once('error', this.#fail);
  }

  override _write(chunk: Chunk, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#sink.write(annotateTable(chunk, this.#place), (error) => callback(error));
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#sink.off('error', this.#fail);
    callback(error);
  }
}
