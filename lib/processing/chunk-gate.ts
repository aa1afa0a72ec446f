import { Readable } from 'node:stream';
import type { Chunk } from '../atoms/chunk.js';
import { toScalar } from '../coordinates/coord-array.js';
import { AxisCoordinate } from '../coordinates/coordinate.js';
import { DataArray } from '../dataarray/data-array.js';
import type { Scalar } from '../dtype.js';
import { ArgumentError, StreamError } from '../errors.js';
import { formatTime } from '../time.js';
import { chunkBytes } from './chunk-bytes.js';
import type { Monitor } from './monitor.js';
import type { ChunkSource } from './registry.js';

/** Options of a {@link ChunkGate}. */
export interface ChunkGateOptions {
  /** Last coordinate value along the chunked dimension, inclusive; times as bigint ns, `Date` or ISO text. Default: none. */
  until?: Scalar | Date;
  /** Ends the stream as if the source had ended: what was already received still goes through. Default: none. */
  stop?: AbortSignal;
  /** Counts chunks, bytes and the time waited for them. Default: none. */
  monitor?: Monitor;
  /** Dimension that `until` looks at. Default: the source's `chunkDim`, else `'time'`. */
  chunkDim?: string;
}

/**
 * Stands behind a source and ends the stream early: at a coordinate value (`until`, inclusive; the chunk that holds it
 * is cut there), or when `stop` is aborted. Either way the stages behind it see an ordinary end, so atoms are flushed and writers
 * finish; the source is destroyed. At `stop` a source that can `drain()` (a subscriber) ends by itself, after all that it has
 * received; of others the chunks that they had already buffered are still passed on.
 *
 * Holds one chunk at most (`highWaterMark` 1). Errors of the source are errors of the gate.
 */
export class ChunkGate extends Readable implements ChunkSource {
  readonly #source: ChunkSource;
  readonly #options: ChunkGateOptions;
  readonly #until: Scalar | Date | undefined;
  #wanted = false;
  #asked = 0;
  #over = false;
  /** Label of the last sample passed on. */
  #last: Scalar | null = null;
  /** Chunks passed on. */
  chunks = 0;
  /** Bytes passed on. */
  bytes = 0;

  constructor(source: ChunkSource, options: ChunkGateOptions = {}) {
    super({ objectMode: true, highWaterMark: 1 });
    this.#source = source;
    this.#options = options;
    this.#until = options.until;
    source.on('readable', this.#pump);
    source.once('end', () => this.#finish());
    source.once('error', (error) => this.destroy(error));
    source.once('close', () => {
      if (this.#over || source.readableEnded || source.errored) return;
      this.destroy(new StreamError('CLOSED', 'the source was closed before it ended'));
    });
    if (options.stop?.aborted) this.#stop();
    else options.stop?.addEventListener('abort', this.#stop, { once: true });
  }

  get chunkDim(): string {
    return this.#options.chunkDim ?? this.#source.chunkDim ?? 'time';
  }

  get nbytes(): number | null {
    return this.#source.nbytes ?? null;
  }

  get unbounded(): boolean {
    return this.#source.unbounded ?? false;
  }

  get statistics(): unknown {
    return this.#source.statistics;
  }

  /** Tells the source that all that was passed on has been processed; see {@link ChunkSource.commit}. */
  async commit(): Promise<void> {
    if (this.#last !== null) await this.#source.commit?.(this.#last);
  }

  override _read(): void {
    if (!this.#wanted) this.#asked = this.#options.monitor?.now() ?? 0;
    this.#wanted = true;
    this.#pump();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#over = true;
    this.#options.stop?.removeEventListener('abort', this.#stop);
    this.#source.off('readable', this.#pump);
    if (!this.#source.destroyed) {
      this.#source.on('error', () => {});
      this.#source.destroy();
    }
    callback(error);
  }

  readonly #pump = (): void => {
    if (!this.#wanted || this.#over) return;
    const chunk: Chunk | null = this.#source.read();
    if (chunk === null) return;
    this.#wanted = false;
    this.#pass(chunk);
  };

  readonly #stop = (): void => {
    if (this.#over) return;
    if (this.#source.drain) {
      this.#source.drain();
      return;
    }
    // Reading makes a source fetch more, so only what it holds now is taken.
    for (let left = this.#source.readableLength; left > 0 && !this.#over; left--) {
      const chunk: Chunk | null = this.#source.read();
      if (chunk !== null) this.#pass(chunk);
    }
    this.#finish();
  };

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.push(null);
    if (!this.#source.destroyed) {
      this.#source.on('error', () => {});
      this.#source.destroy();
    }
  }

  #pass(chunk: Chunk): void {
    const { monitor } = this.#options;
    try {
      const { part, last } = this.#cut(chunk);
      if (part) {
        const bytes = chunkBytes(part);
        this.chunks++;
        this.bytes += bytes;
        this.#last = lastLabel(part, this.chunkDim) ?? this.#last;
        if (monitor) {
          monitor.total = this.#source.nbytes ?? null;
          monitor.last = lastTime(part, this.chunkDim) ?? monitor.last;
          const lost = (this.#source.statistics as { lost?: unknown } | null | undefined)?.lost;
          if (typeof lost === 'number') monitor.lost = lost;
          // Until a live stream begins nobody is at work.
          if (!(this.unbounded && this.chunks === 1)) monitor.spent('read', monitor.now() - this.#asked);
          monitor.count(bytes);
        }
        this.push(part);
      }
      if (last) this.#finish();
      else if (!part) this._read();
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  #cut(chunk: Chunk): { part: Chunk | null; last: boolean } {
    if (this.#until === undefined || !(chunk instanceof DataArray) || chunk.empty) return { part: chunk, last: false };
    const dim = this.chunkDim;
    const coord = chunk.coords.has(dim) ? (chunk.coords.get(dim) as AxisCoordinate) : null;
    if (!coord || coord.dim !== dim)
      throw new ArgumentError(
        'BAD_DIM',
        `until: chunks have no coordinate along ${dim}; there are ${[...chunk.coords.keys()].join(', ') || 'none'}`,
      );
    const until = toScalar(this.#until, coord.dtype);
    if (Number.isNaN(until)) throw new ArgumentError('BAD_ARGUMENT', 'until is NaN; allowed: a label, or nothing');
    const values = [coord.start, coord.end] as [Scalar, Scalar];
    if (values[0] > until) return { part: null, last: true };
    if (values[1] < until) return { part: chunk, last: false };
    return { part: chunk.sel({ [dim]: { start: null, stop: until } }), last: true };
  }
}

/** The label of the last sample along `dim`. */
function lastLabel(chunk: Chunk, dim: string): Scalar | null {
  const coord = chunk instanceof DataArray ? chunk.coords.get(dim) : undefined;
  return coord instanceof AxisCoordinate && !coord.empty ? coord.end : null;
}

/** As text: of times only. */
function lastTime(chunk: Chunk, dim: string): string | null {
  const coord = chunk instanceof DataArray ? chunk.coords.get(dim) : undefined;
  return coord?.dtype === 'datetime64[ns]' ? formatOf(lastLabel(chunk, dim)) : null;
}

const formatOf = (label: Scalar | null) => (typeof label === 'bigint' ? formatTime(label) : null);
