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
  /** Bytes per second since the first chunk came (which itself does not count then); of one chunk alone since the start. */
  rate: number;
  /** Label of the last sample read, as text; null where nobody knows. */
  last: string | null;
  /** Packets that the source knows to be lost; null where it does not tell. */
  lost: number | null;
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
  /**
   * True: where nothing is drawn because the output is no terminal, write a line at most every 10 s instead. Default false.
   */
  lines?: boolean;
  /** Least time between two drawings, in milliseconds. Default 100. */
  interval?: number;
  /** Clock in milliseconds. Default `performance.now`. */
  now?: () => number;
}

/**
 * Counts and draws one line on a terminal, as xdas does: bytes of the total, rate, and the share of time of each phase.
 * Phases of neighbouring chunks overlap here (a loader reads ahead while an atom works), so shares are of the three
 * times added up, not of the wall clock. Costs two clock readings per chunk and phase. Quiet where the output is no
 * terminal, unless `enabled` or `lines`.
 */
export class Monitor {
  total: number | null;
  /** Label of the last sample read, as text; null where nobody knows. */
  last: string | null = null;
  /** Packets that the source knows to be lost; null where it does not tell. */
  lost: number | null = null;
  readonly #output: NonNullable<MonitorOptions['output']>;
  readonly #enabled: boolean;
  readonly #lines: boolean;
  readonly #interval: number;
  readonly #now: () => number;
  readonly #start: number;
  readonly #times: Record<Phase, number> = { read: 0, process: 0, write: 0 };
  #chunks = 0;
  #bytes = 0;
  #first: { time: number; bytes: number } | null = null;
  #drawn = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(options: MonitorOptions = {}) {
    this.total = options.total ?? null;
    this.#output = options.output ?? process.stderr;
    this.#enabled = options.enabled ?? this.#output.isTTY === true;
    this.#lines = !this.#enabled && options.enabled === undefined && options.lines === true;
    this.#interval = this.#lines ? LINE_INTERVAL : (options.interval ?? 100);
    this.#now = options.now ?? (() => performance.now());
    this.#start = this.#now();
    // The first line only when there is something to tell.
    if (this.#lines) this.#drawn = this.#start;
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
    this.#first ??= { time: this.#now(), bytes };
    this.#draw(false);
  }

  /** What was counted so far. */
  snapshot(): MonitorSnapshot {
    const now = this.#now();
    const seconds = (now - this.#start) / 1000;
    const counting = this.#chunks > 1 ? this.#first! : { time: this.#start, bytes: 0 };
    const since = (now - counting.time) / 1000;
    const sum = phases.reduce((all, phase) => all + this.#times[phase], 0);
    const share = (phase: Phase) => (sum > 0 ? this.#times[phase] / sum : 0);
    return {
      chunks: this.#chunks,
      bytes: this.#bytes,
      total: this.total,
      seconds,
      rate: since > 0 ? (this.#bytes - counting.bytes) / since : 0,
      last: this.last,
      lost: this.lost,
      shares: { read: share('read'), process: share('process'), write: share('write') },
    };
  }

  /** Writes a line of text of its own, above the one that is drawn. */
  say(text: string): void {
    const isDrawn = this.#enabled && !this.#closed && this.#drawn > Number.NEGATIVE_INFINITY;
    this.#output.write(`${isDrawn ? '\r\u001b[K' : ''}${text}\n`);
    if (isDrawn) this.#draw(true);
  }

  /** Draws the last state and ends the line. Again: nothing. */
  close(): void {
    if (this.#closed) return;
    if (this.#enabled) this.#draw(true);
    this.#closed = true;
    if (this.#enabled) this.#output.write('\n');
  }

  #draw(now: boolean): void {
    if (!(this.#enabled || this.#lines) || this.#closed) return;
    const time = this.#now();
    if (!now && time - this.#drawn < this.#interval) return;
    this.#drawn = time;
    const line = monitorLine(this.snapshot());
    if (this.#lines) {
      this.#output.write(`${line}\n`);
      return;
    }
    const width = this.#output.columns;
    this.#output.write(`\r${width ? line.slice(0, Math.max(0, width - 1)) : line}\u001b[K`);
  }
}

/**
 * A snapshot as one line: `27% 12.3MiB/45.0MiB in 9 chunks 4.1s 3.0MiB/s lost 0 up to 2024-05-21T12:00:00 read 12% process 80% write 8%`;
 * losses and the last label where they are known.
 */
export function monitorLine(snapshot: MonitorSnapshot): string {
  const { bytes, total, seconds, rate, shares, chunks, last, lost } = snapshot;
  const amount = total
    ? `${percent(Math.min(1, bytes / total))} ${formatBytes(bytes)}/${formatBytes(total)}`
    : formatBytes(bytes);
  const usage = phases.map((phase) => `${phase} ${percent(shares[phase])}`).join(' ');
  const stream = `${lost === null ? '' : ` lost ${lost}`}${last === null ? '' : ` up to ${last}`}`;
  return `${amount} in ${chunks} chunk${chunks === 1 ? '' : 's'} ${seconds.toFixed(1)}s ${formatBytes(rate)}/s${stream} ${usage}`;
}

/** Milliseconds between lines where nothing can be drawn. */
const LINE_INTERVAL = 10_000;

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
