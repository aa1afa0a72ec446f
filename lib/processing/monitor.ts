/** How a stream of chunks spends its time: shares of reading, processing and writing, bytes per second, and the total. */
import type { Writable } from 'node:stream';

/** The three phases of a chunk. */
export const phases = ['read', 'process', 'write'] as const;

/** A phase of a chunk. */
export type Phase = (typeof phases)[number];

/** What a monitor has counted so far. */
export interface MonitorSnapshot {
  /** Chunks read. */
  chunks: number;
  /** Bytes read, of array values and table columns. */
  bytes: number;
  /** Bytes that there will be, or null where nobody knows. */
  total: number | null;
  /** Seconds since the start. */
  seconds: number;
  /** Bytes per second since the start. */
  rate: number;
  /** Share of each phase in the time that the three took together, 0 to 1; all 0 before anything was timed. */
  shares: Record<Phase, number>;
}

/** Options of a {@link Monitor}. */
export interface MonitorOptions {
  /** Bytes that there will be. Default: unknown. */
  total?: number | null;
  /** Where the line goes. Default `process.stderr`. */
  output?: Writable & { isTTY?: boolean; columns?: number };
  /** True: draw even where the output is no terminal; false: never. Default: only on a terminal. */
  enabled?: boolean;
  /** Least time between two drawings, in milliseconds. Default 100. */
  interval?: number;
  /** Clock in milliseconds. Default `performance.now`. */
  now?: () => number;
}

/**
 * Counts and draws one line on a terminal, as xdas does: bytes of the total, rate, and the share of time of each phase.
 * Phases of neighbouring chunks overlap here (a loader reads ahead while an atom works), so shares are of the three
 * times added up, not of the wall clock. Costs two clock readings per chunk and phase. Quiet where the output is no
 * terminal, unless `enabled`.
 */
export class Monitor {
  total: number | null;
  readonly #output: NonNullable<MonitorOptions['output']>;
  readonly #enabled: boolean;
  readonly #interval: number;
  readonly #now: () => number;
  readonly #start: number;
  readonly #times: Record<Phase, number> = { read: 0, process: 0, write: 0 };
  #chunks = 0;
  #bytes = 0;
  #drawn = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(options: MonitorOptions = {}) {
    this.total = options.total ?? null;
    this.#output = options.output ?? process.stderr;
    this.#enabled = options.enabled ?? this.#output.isTTY === true;
    this.#interval = options.interval ?? 100;
    this.#now = options.now ?? (() => performance.now());
    this.#start = this.#now();
  }

  /** The clock, in milliseconds. */
  now(): number {
    return this.#now();
  }

  /** Adds time to a phase, in milliseconds. */
  spent(phase: Phase, milliseconds: number): void {
    this.#times[phase] += milliseconds;
    this.#draw(false);
  }

  /** Counts one chunk that was read. */
  count(bytes: number): void {
    this.#chunks++;
    this.#bytes += bytes;
    this.#draw(false);
  }

  /** What was counted so far. */
  snapshot(): MonitorSnapshot {
    const seconds = (this.#now() - this.#start) / 1000;
    const sum = phases.reduce((all, phase) => all + this.#times[phase], 0);
    const share = (phase: Phase) => (sum > 0 ? this.#times[phase] / sum : 0);
    return {
      chunks: this.#chunks,
      bytes: this.#bytes,
      total: this.total,
      seconds,
      rate: seconds > 0 ? this.#bytes / seconds : 0,
      shares: { read: share('read'), process: share('process'), write: share('write') },
    };
  }

  /** Draws the last state and ends the line. Again: nothing. */
  close(): void {
    if (this.#closed) return;
    this.#draw(true);
    this.#closed = true;
    if (this.#enabled) this.#output.write('\n');
  }

  #draw(now: boolean): void {
    if (!this.#enabled || this.#closed) return;
    const time = this.#now();
    if (!now && time - this.#drawn < this.#interval) return;
    this.#drawn = time;
    const line = monitorLine(this.snapshot());
    const width = this.#output.columns;
    this.#output.write(`\r${width ? line.slice(0, Math.max(0, width - 1)) : line}\u001b[K`);
  }
}

/** A snapshot as one line: `27% 12.3MiB/45.0MiB 4.1s 3.0MiB/s read 12% process 80% write 8%`. */
export function monitorLine(snapshot: MonitorSnapshot): string {
  const { bytes, total, seconds, rate, shares, chunks } = snapshot;
  const amount = total
    ? `${percent(Math.min(1, bytes / total))} ${formatBytes(bytes)}/${formatBytes(total)}`
    : formatBytes(bytes);
  const usage = phases.map((phase) => `${phase} ${percent(shares[phase])}`).join(' ');
  return `${amount} in ${chunks} chunk${chunks === 1 ? '' : 's'} ${seconds.toFixed(1)}s ${formatBytes(rate)}/s ${usage}`;
}

const percent = (share: number) => `${Math.round(100 * share)}%`;

/** Bytes for people, in powers of 1024 as xdas counts them: `812B`, `12.3MiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  for (const unit of ['B', 'KiB', 'MiB', 'GiB']) {
    if (value < 1024) return unit === 'B' ? `${Math.round(value)}B` : `${value.toFixed(1)}${unit}`;
    value /= 1024;
  }
  return `${value.toFixed(1)}TiB`;
}
