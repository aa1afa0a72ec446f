import type { Duplex } from 'node:stream';
import type { Atom, AtomCounters, AtomNotice } from '../../atoms/atom.js';
import { dropRecycled } from '../../atoms/chunk-memory.js';
import type { Seam } from '../../atoms/seam.js';
import type { SeamOptions } from '../../atoms/seam-policy.js';
import { Sequential } from '../../atoms/sequential.js';
import { ArgumentError } from '../../errors.js';
import { ChunkGate } from '../chunk-gate.js';
import { ChunkHolders } from '../chunk-holders.js';
import { meterAtom, meterWrites, type Unmeter } from '../metered.js';
import { Monitor } from '../monitor.js';
import { Pacer } from '../pacer.js';
import { recyclingProcessor } from '../processor.js';
import type { ChunkSink, ChunkSource } from '../registry.js';
import { absolute, openKind } from '../resolve-endpoint.js';
import { runStreams, type StreamBranch } from '../run-streams.js';
import { loadStates, saveStates } from '../state-store.js';
import type { Pipeline, PipelineDeclaration, Stage } from './declaration.js';
import { definePipeline, readPipeline } from './define-pipeline.js';
import type { YamlOptions } from './yaml-document.js';

/** Options of {@link runPipeline}. */
export interface RunPipelineOptions extends YamlOptions {
  /** Abort: everything is destroyed and the promise rejects with an `AbortError`. */
  signal?: AbortSignal;
  /** Drain: reading ends, what was received is processed, atoms are flushed, sinks finish, and the statistics are returned.
   * Before all is open (subscribers are still waited for) the promise rejects with the signal's reason. */
  stop?: AbortSignal;
  /** A monitor to count with; true: one on stderr, drawn only on a terminal; default false. */
  monitor?: Monitor | boolean;
  /** Called when all streams are open, before anything is waited for or read, with where each sink and the source really are. */
  onOpen?: (
    sinks: { name: string | null; url: string; address: string }[],
    source: { url: string; address: string; unbounded: boolean },
  ) => void;
  /** Threads for the kernels of its atoms, in place of what the pipeline says. */
  workers?: number;
  /** What the atoms have to say of the stream (`AtomNotice`), each thing once. Default: process warnings. */
  onNotice?: (notice: AtomNotice) => void;
  /** Every gap, rate change and overlap that the stages meet, with what was done. Default: they are only counted. */
  onSeam?: (seam: Seam) => void;
}

/** What one sink of a pipeline came to. */
export interface SinkStatistics {
  /** The branch's name, or null. */
  name: string | null;
  /** The URL or path as declared. */
  url: string;
  /** Where it really was: the end point that a publisher bound, the absolute path, else the URL. */
  address: string;
  /** Opens what was written: a `LazyArray`, a `Table`, or null; reads nothing before it is called. */
  result(): Promise<unknown>;
  /** What the sink counted (`statistics`), or null. */
  statistics: unknown;
}

/** What a run of a pipeline came to. */
export interface PipelineStatistics {
  /** Chunks and bytes of values that left the source. */
  chunks: number;
  bytes: number;
  seconds: number;
  source: {
    /** The URL or path as declared. */
    url: string;
    /** Where it really was: the absolute path, else the URL. */
    address: string;
    /** What the source counted (`statistics`: received, lost, malformed, ... of a subscriber), or null. */
    statistics: unknown;
  };
  /** What the stages counted: those of `process`, then those of each branch that has some. */
  stages: {
    /** `process`, or the branch by its name or by its place among the sinks (`branches[0]`). */
    name: string;
    counters: AtomCounters;
  }[];
  /** The file of the state, and whether this run went on from one; null without `state`. */
  state: { path: string; restored: boolean } | null;
  /** The main sink first, if there is one, then the branches in their order. */
  sinks: SinkStatistics[];
}

/**
 * Runs a pipeline to the end of its source: a YAML file (its path), an object, or what `definePipeline` made of it.
 * Builds the same streams as `stream.pipeline(source, processor(atom), sink)`.
 *
 * Branches: each chunk that leaves `process` goes to all of them; the next is read when all have room, so a slow branch
 * slows the stream (and nothing is dropped). Memory: 1 or 2 chunks per stage, plus what the source and sinks state. The
 * first error of any branch tears down all of them and is thrown.
 */
export async function runPipeline(
  definition: string | PipelineDeclaration | Pipeline,
  options: RunPipelineOptions = {},
): Promise<PipelineStatistics> {
  const pipeline = await asPipeline(definition, options);
  options.signal?.throwIfAborted();
  const { workers } = options;
  if (workers !== undefined && !(Number.isInteger(workers) && workers > 0))
    throw new ArgumentError('BAD_ARGUMENT', `workers is ${workers}; allowed: positive integers`);
  const monitor = options.monitor === true ? new Monitor() : options.monitor || null;
  const undo: Unmeter[] = [];
  const opened: (ChunkSource | ChunkSink)[] = [];
  // What fails while the others are being opened, or waited for, ends the waiting.
  const early = new AbortController();
  const failEarly = (error: Error) => early.abort(error);
  const ends = [options.signal, options.stop, early.signal].filter((one) => one !== undefined);
  const context = { baseDir: pipeline.baseDir, abort: options.signal, signal: AbortSignal.any(ends) };
  const keep = async <S extends ChunkSource | ChunkSink>(opening: S | Promise<S>): Promise<S> => {
    const stream = await opening;
    stream.once('error', failEarly);
    opened.push(stream);
    return stream;
  };
  const start = performance.now();
  try {
    const { kind, url, options: sourceOptions, until, pace } = pipeline.source;
    const source = await keep(openKind(kind, url, sourceOptions, context));
    const gate = await keep(new ChunkGate(source, { until, stop: options.stop, monitor: monitor ?? undefined }));
    const { chunkDim } = gate;
    const tell = noticesOnce(options.onNotice);
    const holders = new ChunkHolders();
    const atoms: Record<string, Atom> = {};
    const path = pipeline.state === null ? null : absolute(pipeline.state, pipeline.baseDir);
    const atEnd = path === null ? 'flush' : 'keep';
    const stage = (name: string, stages: readonly Stage[], seams: SeamOptions | null, branches: number): Duplex[] => {
      const atom = joinStages(stages, seams);
      if (!atom) return [];
      atoms[name] = atom;
      atom.workers = options.workers ?? atom.workers ?? pipeline.workers;
      if (monitor) undo.push(meterAtom(atom, monitor));
      const stream = recyclingProcessor(atom, { chunkDim, atEnd }, holders, branches).on('notice', tell);
      if (options.onSeam) stream.on('seam', options.onSeam);
      return [stream];
    };
    const stages: Duplex[] = [
      ...(pace ? [new Pacer({ pace, dim: chunkDim, stop: options.stop })] : []),
      ...stage('process', pipeline.process, pipeline.seams, pipeline.branches.length),
    ];
    const branches: (StreamBranch & { sink: ChunkSink })[] = [];
    for (const [index, branch] of pipeline.branches.entries()) {
      const { kind, url, options: sinkOptions } = branch.sink;
      const sink = await keep(openKind(kind, url, sinkOptions, { ...context, chunkDim }));
      if (monitor) undo.push(meterWrites(sink, monitor));
      sink.doneWith = (chunk) => holders.done(chunk);
      const { name } = branch;
      const named = name === null || name in atoms ? `branches[${index}]` : name;
      branches.push({ stages: stage(named, branch.process, null, 1), sink });
    }
    const restored = path !== null && (await loadStates(atoms, path));
    const address = absolute(url, pipeline.baseDir);
    options.onOpen?.(
      branches.map(({ sink }, index) => whereabouts(pipeline, index, sink)),
      { url, address, unbounded: gate.unbounded },
    );
    for (const [index, { sink: declared }] of pipeline.branches.entries())
      await declared.kind.wait?.(branches[index]!.sink, declared.options, context);
    early.signal.throwIfAborted();
    await runStreams({ source: gate, stages, branches }, options.signal);
    if (path !== null) await saveStates(atoms, path);
    await gate.commit();
    const sinks: SinkStatistics[] = [];
    for (const [index, { sink }] of branches.entries())
      sinks.push({
        ...whereabouts(pipeline, index, sink),
        result: async () => (await sink.result?.()) ?? null,
        statistics: sink.statistics ?? null,
      });
    return {
      chunks: gate.chunks,
      bytes: gate.bytes,
      seconds: (performance.now() - start) / 1000,
      source: { url, address, statistics: source.statistics ?? null },
      stages: Object.entries(atoms).map(([name, { counters }]) => ({ name, counters: { ...counters } })),
      state: path === null ? null : { path, restored },
      sinks,
    };
  } catch (error) {
    for (const stream of opened) if (!stream.destroyed) stream.on('error', () => {}).destroy();
    throw error;
  } finally {
    dropRecycled();
    for (const step of undo.reverse()) step();
    if (options.monitor === true) monitor?.close();
  }
}

async function asPipeline(
  definition: string | PipelineDeclaration | Pipeline,
  options: YamlOptions,
): Promise<Pipeline> {
  if (typeof definition === 'string') return await readPipeline(definition, options);
  if ('baseDir' in definition) return definition as Pipeline;
  return definePipeline(definition);
}

/** One atom for a list of stages: none for an empty list, the atom itself for one, a `Sequential` for more or for `seams`. */
function joinStages(stages: readonly Stage[], seams: SeamOptions | null): Atom | null {
  if (stages.length === 0 && !seams) return null;
  if (stages.length === 1 && !seams) return stages[0]!.make();
  return new Sequential({ atoms: stages.map((stage) => stage.make()), ...seams });
}

function whereabouts(
  { branches, baseDir }: Pipeline,
  index: number,
  sink: ChunkSink,
): { name: string | null; url: string; address: string } {
  const { name, sink: declared } = branches[index]!;
  return { name, url: declared.url, address: sink.address ?? absolute(declared.url, baseDir) };
}

/** The same thing is said once, whichever branch notices it: of an axis by code and dimension, of options by its text. */
function noticesOnce(onNotice: ((notice: AtomNotice) => void) | undefined): (notice: AtomNotice) => void {
  const told = new Set<string>();
  return (notice) => {
    const key = notice.code === 'COSTLY' ? notice.message : `${notice.code} ${notice.dim}`;
    if (told.has(key)) return;
    told.add(key);
    if (onNotice) onNotice(notice);
    else process.emitWarning(notice.message, { type: 'DasflowWarning', code: notice.code });
  };
}
