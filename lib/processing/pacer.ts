import { Transform, type TransformCallback } from 'node:stream';
import type { Chunk } from '../atoms/chunk.js';
import type { AxisCoordinate } from '../coordinates/coordinate.js';
import { DataArray } from '../dataarray/data-array.js';
import { isTimeDType } from '../dtype.js';
import { ArgumentError } from '../errors.js';
import { nsToSeconds } from '../time.js';

/** Options of a {@link Pacer}. */
export interface PacerOptions {
  /** How many times faster than real time: 1 is real time, 10 ten times faster. Required, above 0. */
  pace: number;
  /** Dimension with the times. Default `'time'`. */
  dim?: string;
  /** Ends the waiting: once it is aborted, chunks go through as they come. Default: none. */
  stop?: AbortSignal;
}

/**
 * Lets chunks through at the pace of their own time coordinate, as an instrument would send them: a chunk leaves when
 * its last sample has been measured, counted from the start of the first chunk and divided by `pace`. The schedule is absolute, so
 * delays do not add up, and gaps last as long as they did. A stream that falls behind (a slow sink) is not slowed further.
 *
 * Holds one chunk. Throws `BAD_DIM` for a chunk without times along `dim`.
 */
export class Pacer extends Transform {
  readonly #pace: number;
  readonly #dim: string;
  #origin: { time: bigint; clock: number } | null = null;
  #waiting: { timer: NodeJS.Timeout; then: () => void } | null = null;
  readonly #stop: AbortSignal | null;

  constructor(options: PacerOptions) {
    if (!(options.pace > 0 && Number.isFinite(options.pace)))
      throw new ArgumentError('BAD_ARGUMENT', `pace is ${options.pace}; allowed: a number above 0`);
    super({ objectMode: true, highWaterMark: 1 });
    this.#pace = options.pace;
    this.#dim = options.dim ?? 'time';
    this.#stop = options.stop ?? null;
    this.#stop?.addEventListener('abort', this.#hurry, { once: true });
  }

  override _transform(chunk: Chunk, _encoding: BufferEncoding, callback: TransformCallback): void {
    if (!(chunk instanceof DataArray) || chunk.empty) {
      callback(null, chunk);
      return;
    }
    const coord = chunk.coords.has(this.#dim) ? (chunk.coords.get(this.#dim) as AxisCoordinate) : null;
    if (!coord || !isTimeDType(coord.dtype) || typeof coord.end !== 'bigint') {
      callback(new ArgumentError('BAD_DIM', `a pace needs times along ${this.#dim}; this chunk has none`));
      return;
    }
    this.#origin ??= { time: coord.start as bigint, clock: performance.now() };
    const due = this.#origin.clock + (nsToSeconds(coord.end - this.#origin.time) * 1000) / this.#pace;
    this.#wait(due, () => callback(null, chunk));
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#stop?.removeEventListener('abort', this.#hurry);
    clearTimeout(this.#waiting?.timer);
    callback(error);
  }

  readonly #hurry = (): void => {
    const waiting = this.#waiting;
    if (!waiting) return;
    clearTimeout(waiting.timer);
    this.#waiting = null;
    waiting.then();
  };

  /** Waits by the clock; a timer alone may fire early and cannot hold more than 24 days. */
  #wait(due: number, then: () => void): void {
    const left = this.#stop?.aborted ? 0 : due - performance.now();
    this.#waiting = null;
    if (left <= 0) {
      then();
      return;
    }
    const timer = setTimeout(() => this.#wait(due, then), Math.min(left, 86_400_000));
    this.#waiting = { timer, then };
  }
}
