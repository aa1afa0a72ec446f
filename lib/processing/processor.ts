import type { Duplex, DuplexOptions } from 'node:stream';
import { asStream, flushable, gen, many } from 'stream-chain';
import type { Atom, AtomNotice } from '../atoms/atom.js';
import type { Chunk } from '../atoms/chunk.js';
import { isOwned, sharesMemory } from '../atoms/chunk-memory.js';
import type { Seam } from '../atoms/seam.js';
import { DataArray } from '../dataarray/data-array.js';
import { ArgumentError } from '../errors.js';
import { Table } from '../table/table.js';
import type { ChunkHolders } from './chunk-holders.js';
import { expectAtom } from './expect-atom.js';

/** Options of {@link processor}. */
export interface ProcessorOptions {
  /** The dimension along which the stream is chunked. Default `'time'`. */
  chunkDim?: string;
  /**
   * Chunks held on each side (Node's highWaterMark, in chunks). Default 1. With a stalled reader behind it the stage takes
   * `2 * highWaterMark - 1` chunks, so one by default, before `write` returns false and stays so; what one of them turned
   * into (the held-back samples at a gap, the pieces of `Rechunk`) waits with it.
   */
  highWaterMark?: number;
  /**
   * What the end of the stream does: `'flush'` (default) gives what the atom held back and resets it; `'keep'` leaves the atom as
   * it is, so that its state can be saved and another stream goes on from it.
   */
  atEnd?: 'flush' | 'keep';
}

/** A Duplex of chunks with the events of its atom. */
export interface Processor extends Duplex {
  /** The atom inside. */
  readonly atom: Atom;
  on(event: 'seam', listener: (seam: Seam) => void): this;
  on(event: 'notice', listener: (notice: AtomNotice) => void): this;
  // biome-ignore lint/suspicious/noExplicitAny: Node's own signature
  on(event: string | symbol, listener: (...args: any[]) => void): this;
}

/**
 * An atom as an object-mode Duplex: chunks in, zero or more chunks out for each, the held-back ones at the end, after
 * which the atom is reset (see `atEnd`). It goes on from the state that the atom has, so a restored atom continues its stream. The
 * stage owns its atom: do not share it.
 *
 * Emits `'seam'` at every gap, rate change and overlap, before what was held back comes out, and `'notice'`; a notice
 * that nobody listens to is a process warning. What the atom throws destroys the stream (`OVERLAP`, `DISCONTINUITY`,
 * ...); so does anything written that is no chunk (`BAD_ARGUMENT`). A full reader slows the writer down; nothing is
 * dropped. Fits into `stream.pipeline` and into stream-chain's `chain([...])`.
 *
 * Throws `BAD_ARGUMENT` for what is no atom, and options that do not exist or have a wrong value.
 */
export function processor(atom: Atom, options: ProcessorOptions = {}): Processor {
  return recyclingProcessor(atom, options, null, 1);
}

/**
 * As {@link processor}, in streams that nobody else sees: what the atom is done with is told to `holders`, and what it makes is held by
 * as many as it goes to.
 */
export function recyclingProcessor(
  atom: Atom,
  options: ProcessorOptions,
  holders: ChunkHolders | null,
  branches: number,
): Processor {
  const { chunkDim = 'time', highWaterMark = 1, atEnd = 'flush', ...unknown } = options;
  expectAtom(atom, 'processor');
  for (const name of Object.keys(unknown))
    throw new ArgumentError('BAD_ARGUMENT', `processor has no option ${name}; allowed: chunkDim, highWaterMark, atEnd`);
  if (typeof chunkDim !== 'string' || chunkDim === '')
    throw new ArgumentError('BAD_ARGUMENT', `chunkDim is ${String(chunkDim)}; allowed: the name of a dimension`);
  if (!Number.isInteger(highWaterMark) || highWaterMark < 1)
    throw new ArgumentError('BAD_ARGUMENT', `highWaterMark is ${highWaterMark}; allowed: positive integers (chunks)`);
  if (atEnd !== 'flush' && atEnd !== 'keep')
    throw new ArgumentError('BAD_ARGUMENT', `atEnd is ${String(atEnd)}; allowed: 'flush', 'keep'`);
  const stage = flushable(
    (chunk: Chunk) => {
      if (!(chunk instanceof DataArray) && !(chunk instanceof Table))
        throw new ArgumentError(
          'BAD_ARGUMENT',
          `${atom.name}: ${Object.prototype.toString.call(chunk)} was written; allowed: a DataArray or a Table`,
        );
      const given = atom.push(chunk, { chunkDim });
      if (holders) passOn(atom, chunk, given, holders, branches);
      return many(given);
    },
    () => {
      if (atEnd === 'keep') return many([]);
      const held = atom.flush();
      if (holders) passOn(atom, null, held, holders, branches);
      atom.reset();
      return many(held);
    },
  );
  const buffering: DuplexOptions = { highWaterMark };
  const stream = asStream(gen(stage), buffering) as Duplex as Processor;
  Object.defineProperty(stream, 'atom', { value: atom, enumerable: true });
  forwardEvents(atom, stream);
  return stream;
}

/** Tells who holds what after `atom` was given a chunk (null: flushed). */
function passOn(
  atom: Atom,
  chunk: Chunk | null,
  given: readonly Chunk[],
  holders: ChunkHolders,
  branches: number,
): void {
  const isGivenOn = (one: Chunk) => chunk !== null && sharesMemory(chunk, one);
  for (const one of given) if (isOwned(one) && !isGivenOn(one)) holders.hold(one, branches);
  if (chunk === null) return;
  if (!atom.consumesInput) holders.forget(chunk);
  else if (!given.some(isGivenOn)) holders.done(chunk);
}

/** The atom's events come out of the stream; listeners that the atom already had are called first. */
function forwardEvents(atom: Atom, stream: Processor): void {
  const { onSeam, onNotice } = atom;
  atom.onSeam = (seam) => {
    onSeam?.(seam);
    stream.emit('seam', seam);
  };
  atom.onNotice = (notice) => {
    onNotice?.(notice);
    if (!stream.emit('notice', notice) && !onNotice)
      process.emitWarning(notice.message, { type: 'DasflowWarning', code: notice.code });
  };
}
