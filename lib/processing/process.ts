import { cwd } from 'node:process';
import { type Duplex, Readable } from 'node:stream';
import type { Atom, ChunkFunction } from '../atoms/atom.js';
import { type Chunk, joinChunks } from '../atoms/chunk.js';
import { dropRecycled } from '../atoms/chunk-memory.js';
import { Partial } from '../atoms/partial.js';
import { DataArray } from '../dataarray/data-array.js';
import { DataCollection } from '../datacollection/data-collection.js';
import type { Scalar } from '../dtype.js';
import { ArgumentError } from '../errors.js';
import { ChunkGate } from './chunk-gate.js';
import { ChunkHolders } from './chunk-holders.js';
import { expectAtom } from './expect-atom.js';
import { meterAtom, meterWrites, type Unmeter } from './metered.js';
import { Monitor } from './monitor.js';
import { processCollection } from './process-collection.js';
import { recyclingProcessor } from './processor.js';
import type { ChunkSink, ChunkSizes, ChunkSource } from './registry.js';
import { resolveSink, resolveSource } from './resolve-endpoint.js';
import { type ProcessResult, ResultWriter } from './result-writer.js';
import { runStreams } from './run-streams.js';
import { loadStates, saveStates } from './state-store.js';

/** Options of {@link process}. */
export interface ProcessOptions {
  /**
   * Sizes of chunks of arrays and files, `{ time: 1000 }`; larger than the array means all of it. Default: an array in
   * memory is processed at once, files by `'auto'` (see `DataArrayLoader`).
   */
  chunks?: ChunkSizes;
  /** Stop at this value of the chunked coordinate, inclusive as in xdas: bigint ns, `Date` or ISO text on times. Default: the source's end. */
  until?: Scalar | Date;
  /** Abort: all streams are destroyed and the promise rejects with an `AbortError`. Files are then whole or absent. */
  signal?: AbortSignal;
  /** Drain: reading ends, what was received is processed, atoms are flushed, writers finish, and the result is returned. */
  stop?: AbortSignal;
  /** A monitor to count with; true: one on stderr, drawn only on a terminal; default false. */
  monitor?: Monitor | boolean;
  /** Dimension that chunks follow each other along. Default: the source's own, else `'time'`. */
  chunkDim?: string;
  /**
   * A file for the atom's state (NetCDF, see `saveState`), so that a later call goes on where this one stopped. It is read at the
   * start if it is there, and written, whole or not at all, once the source has ended or was stopped and the sink has finished; not
   * after an error or `signal`. The run is not flushed: what the atom holds back is in the file, not in the output (to end it:
   * `loadState`, then `flush`). An array in memory is then cut into chunks too. Default: none.
   */
  state?: string;
  /** Threads for the kernels of the atom, this one included, if it was given none itself; see `AtomOptions.workers`. Default 1. */
  workers?: number;
  /** Most bytes of a result without `out`. Default: a quarter of the machine's memory, as in xdas. */
  memoryLimit?: number;
}

/** Anything that chunks can come from; see {@link process}. */
export type SourceLike = string | URL | object;

/** Anything that chunks can go to; see {@link process}. */
export type SinkLike = string | URL | ChunkSink | NodeJS.WritableStream;

/**
 * Runs an atom (or a function of a chunk, see `Partial`) over a source into a sink: exactly `stream.pipeline(source, processor(atom), sink)`, with a
 * `ChunkGate` behind the source where `until`, `stop` or `monitor` is given, or the source takes note of what was processed (`RealTimeLoader`). The atom is reset first (and restored, see `state`).
 *
 * `source`: a `DataArray` (without `chunks` in one call, `atom.apply`), an array still in its files, a path, a folder or glob (files joined as
 * one array), a URL such as `tcp://host:port`, a Readable (a loader, a subscriber), or any iterable of chunks.
 * `out`: a folder (NetCDF chunks `000000000`, `000000001`, ...; those of an earlier run are removed when the first comes), a `*.csv` or `*.parquet` path
 * (tables), a `*.zarr` path (a store for xarray), a `tcp://` address (published), a writer; `null` or nothing returns the result joined in memory.
 *
 * A `DataCollection` is processed leaf by leaf, by a fresh atom each, so that no state goes from one to another; `chunks` and `until` are for
 * each leaf. Without `out` the result is a collection of the same structure (a leaf of which nothing came gives an empty sequence, one whose
 * chunks do not join a sequence of them); a folder gets a folder of chunks for each leaf, named by its keys (`out/das1/0/`), and the
 * result is the collection of what was written; a path that ends in `.nc`, `.nc4`, `.h5` or `.hdf5` becomes one collection file, and the result is that, opened; a
 * `*.csv` path, a URL and a writer are shared by all leaves, one after the other. Tables get the keys that led to them as first columns, one for each level
 * with a name. Errors name the leaf. `state` is refused. (xdas's `process` takes a sequence as one stream in pieces, as `atom.apply` does here.)
 *
 * Resolves to the sink's `result()`: the joined output without `out`, the written arrays as a lazy array for a folder, null where
 * nothing came out. Relative paths stand against the working directory. Memory: what the stages hold, 1 or 2 chunks
 * each. xdas: `process(atom, source, out, chunks, until)`.
 */
export async function process(
  operation: Atom | ChunkFunction,
  source: DataCollection,
  out?: null,
  options?: ProcessOptions,
): Promise<DataCollection<Chunk>>;
export async function process(
  operation: Atom | ChunkFunction,
  source: SourceLike,
  out?: null,
  options?: ProcessOptions,
): Promise<ProcessResult>;
export async function process(
  operation: Atom | ChunkFunction,
  source: SourceLike,
  out: SinkLike | null | undefined,
  options?: ProcessOptions,
): Promise<unknown>;
export async function process(
  operation: Atom | ChunkFunction,
  source: SourceLike,
  out: SinkLike | null = null,
  options: ProcessOptions = {},
): Promise<unknown> {
  options.signal?.throwIfAborted();
  const atom = typeof operation === 'function' ? new Partial({ func: operation }) : operation;
  expectAtom(atom, 'process');
  if (source instanceof DataCollection) return await processCollection(atom, source, out, options, process);
  const monitor = options.monitor === true ? new Monitor() : options.monitor || null;
  const undo: Unmeter[] = [];
  let input: ChunkSource | null = null;
  const { workers = null } = options;
  if (workers !== null && !(Number.isInteger(workers) && workers > 0))
    throw new ArgumentError('BAD_ARGUMENT', `workers is ${workers}; allowed: positive integers`);
  const ownWorkers = atom.workers;
  let sink: ChunkSink | null = null;
  const holders = new ChunkHolders();
  try {
    atom.reset();
    atom.workers ??= workers;
    if (monitor) undo.push(meterAtom(atom, monitor));
    const { state } = options;
    if (state !== undefined) await loadStates({ process: atom }, state);
    const whole = source instanceof DataArray && options.chunks === undefined && state === undefined;
    const stages: Duplex[] = [];
    if (whole) {
      const result = applyWhole(atom, source, options);
      if (out === null) return result;
      input = Readable.from(result === null ? [] : [result], { objectMode: true, highWaterMark: 1 });
    } else {
      input = await resolveSource(source, { baseDir: cwd(), chunks: options.chunks });
      const { until, stop, chunkDim } = options;
      if (until !== undefined || stop || monitor || input.commit)
        input = new ChunkGate(input, { until, stop, monitor: monitor ?? undefined, chunkDim });
      // What fails while the sink is being opened is thrown by runStreams.
      input.once('error', () => {});
      const atEnd = state === undefined ? 'flush' : 'keep';
      const flow = { chunkDim: chunkDim ?? input.chunkDim ?? 'time', atEnd } as const;
      stages.push(recyclingProcessor(atom, flow, holders, 1));
    }
    const chunkDim = options.chunkDim ?? input.chunkDim;
    sink =
      out === null
        ? new ResultWriter({ chunkDim, memoryLimit: options.memoryLimit })
        : await resolveSink(out, { baseDir: cwd(), chunkDim, abort: options.signal });
    sink.doneWith = (chunk) => holders.done(chunk);
    if (monitor) undo.push(meterWrites(sink, monitor));
    await runStreams({ source: input, stages, branches: [{ stages: [], sink }] }, options.signal);
    if (state !== undefined) await saveStates({ process: atom }, state);
    if (input instanceof ChunkGate) await input.commit();
    return (await sink.result?.()) ?? null;
  } catch (error) {
    if (input && !input.destroyed) input.on('error', () => {}).destroy();
    throw error;
  } finally {
    atom.workers = ownWorkers;
    if (sink) sink.doneWith = null;
    dropRecycled();
    for (const step of undo.reverse()) step();
    if (options.monitor === true) monitor?.close();
  }
}

function applyWhole(atom: Atom, source: DataArray, options: ProcessOptions): Chunk | null {
  const { until, chunkDim = 'time' } = options;
  const array = until === undefined ? source : source.sel({ [chunkDim]: { start: null, stop: until } });
  const chunks = atom.run(array);
  return chunks.length === 0 ? null : joinChunks(chunks, atom.workingDim(array), atom.name);
}
