import type { Duplex, Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FanOut } from './fan-out.js';

/** One way out of a stream: some stages of its own, then a sink. */
export interface StreamBranch {
  readonly stages: readonly Duplex[];
  readonly sink: Writable;
}

/** Streams that are not connected yet. */
export interface StreamPlan {
  readonly source: Readable;
  /** Stages that all branches share. */
  readonly stages: readonly Duplex[];
  /** At least one. */
  readonly branches: readonly StreamBranch[];
}

/**
 * Connects and runs streams to their end. One branch is `stream.pipeline(source, ...stages, sink)` and nothing else; several are
 * fed by a {@link FanOut}, so the slowest sets the pace.
 *
 * The first error, one from before the call too, tears everything down and is the one that is thrown, after all streams are closed. An aborted `signal` does the same with
 * an `AbortError` that has the signal's reason as cause.
 */
export async function runStreams(plan: StreamPlan, signal?: AbortSignal): Promise<void> {
  const { source, stages, branches } = plan;
  const streams = [source, ...stages, ...branches.flatMap((branch) => [...branch.stages, branch.sink])];
  const failed = new AbortController();
  let first: { error: unknown } | null = null;
  const fail = (error: unknown): void => {
    if (first) return;
    first = { error };
    failed.abort(error);
  };
  for (const stream of streams) {
    if (stream.errored) fail(stream.errored);
    stream.once('error', fail);
  }
  const signals = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const options = { signal: signals };
  const connect = (chain: (Readable | Duplex | Writable)[]) => pipeline(chain as [Readable, Writable], options);
  const runs: Promise<void>[] = [];
  if (branches.length === 1) runs.push(connect([source, ...stages, ...branches[0]!.stages, branches[0]!.sink]));
  else {
    const heads = branches.map((branch) => branch.stages[0] ?? branch.sink);
    const fanOut = new FanOut(heads);
    fanOut.once('error', fail);
    runs.push(connect([source, ...stages, fanOut]));
    for (const { stages: own, sink } of branches)
      runs.push(own.length > 0 ? connect([...own, sink]) : untilFinished(sink, signals));
  }
  await Promise.all(runs.map((run) => run.catch(fail)));
  for (const stream of streams) stream.off('error', fail);
  if (!first) return;
  for (const stream of streams) if (!stream.destroyed) stream.on('error', ignore).destroy();
  await Promise.all(streams.map(untilClosed));
  throw (first as { error: unknown }).error;
}

const ignore = (): void => {};

/** Resolves when a sink has finished; rejects with its error, or destroys it when the signal is aborted. */
async function untilFinished(sink: Writable, signal: AbortSignal): Promise<void> {
  const { finished } = await import('node:stream/promises');
  const abort = () => sink.destroy(signal.reason as Error);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  try {
    await finished(sink, { readable: false });
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Resolves when a destroyed stream has released what it held; at once for streams that never say so. */
function untilClosed(stream: Readable | Writable): Promise<void> {
  const { _writableState: writable, _readableState: readable } = stream as unknown as Record<
    string,
    { emitClose?: boolean } | undefined
  >;
  const tells = (writable ?? readable)?.emitClose !== false;
  if (stream.closed || !tells) return Promise.resolve();
  return new Promise((resolve) => stream.once('close', () => resolve()));
}
