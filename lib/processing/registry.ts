/**
 * Where sources and sinks come from. A kind of source or sink has a name, the URL schemes it answers to and the options
 * it takes; `lib/processing` knows kinds only through here, so that it imports neither sockets nor files. The package's
 * own kinds are put in by `lib/register-kinds.ts`; programs may add theirs.
 */
import type { Readable, Writable } from 'node:stream';
import type { z } from 'zod';
import type { DataArray } from '../dataarray/data-array.js';
import type { Scalar } from '../dtype.js';
import { ArgumentError } from '../errors.js';
import { hint } from './did-you-mean.js';

/** Sizes of chunks along one dimension, `{ time: 1000 }`, or `'auto'`. */
export type ChunkSizes = Readonly<Record<string, number>> | 'auto';

/**
 * An object-mode Readable of chunks. What it may tell beside: the dimension that it is cut along (`chunkDim`, default
 * `'time'`), its size in bytes (`nbytes`, unless unknown), that it has no end of its own (`unbounded`), what it
 * counted (`statistics`).
 */
export interface ChunkSource extends Readable {
  readonly chunkDim?: string;
  readonly nbytes?: number | null;
  readonly unbounded?: boolean;
  readonly statistics?: unknown;
  /** Ends the stream soon, after all that has been received so far. Without it, what is in the stream's buffer is taken and the rest let go. */
  drain?(): void;
  /**
   * Called once by `process()` and declared pipelines at an orderly end, after the sinks have finished and the state was saved: all up to the label `last`
   * was processed. A source that can go on from there later takes note of it.
   */
  commit?(last: Scalar): Promise<void>;
}

/**
 * An object-mode Writable of chunks. `result()`, where there is one, resolves after `'finish'` to what was written;
 * `statistics` is what it counted.
 */
export interface ChunkSink extends Writable {
  result?(): unknown;
  readonly statistics?: unknown;
  /**
   * Set by `process()` and declared pipelines: to be called with each array when nothing of the sink needs its memory any more, which is then used
   * for other results. A sink that keeps arrays, or does not know, never calls it.
   */
  doneWith?: ((array: DataArray) => void) | null;
  /** The real end point of a sink that binds one, where the declared one leaves something open (`tcp://127.0.0.1:*`). */
  readonly address?: string;
}

/** What an opener is told beside the URL and the options. */
export interface OpenContext {
  /** Relative paths stand against this folder. */
  readonly baseDir: string;
  /** Sizes of chunks that the caller asked for, where it did. */
  readonly chunks?: ChunkSizes;
  /** Dimension that chunks follow each other along, where known: sinks join what they wrote along it. */
  readonly chunkDim?: string;
  /** Aborts the run: a sink then drops what it would go on delivering after it is closed. */
  readonly abort?: AbortSignal;
  /** Ends whatever opening waits for. */
  readonly signal?: AbortSignal;
}

/** What all kinds have. */
export interface Kind {
  /** Stable name, for messages and for `inspect`. */
  readonly name: string;
  /** URL schemes without `://`; `'file'` answers to plain paths too. */
  readonly schemes: readonly string[];
  /** True where this kind takes a path or URL; among kinds of one scheme the first that says yes is taken. Default: all. */
  readonly accepts?: (url: string) => boolean;
  /** Schema of the options that an object with `url` may have beside it. */
  readonly options: z.ZodObject;
}

/** A kind of source. */
export interface SourceKind extends Kind {
  open(url: string, options: Record<string, unknown>, context: OpenContext): ChunkSource | Promise<ChunkSource>;
}

/** A kind of sink. */
export interface SinkKind extends Kind {
  /** What the sink takes; a folder takes arrays, a CSV file tables. Default: both. */
  readonly takes?: 'arrays' | 'tables';
  open(url: string, options: Record<string, unknown>, context: OpenContext): ChunkSink | Promise<ChunkSink>;
  /** Waits, once all is open and before anything is read, until the sink may be written to: for subscribers. */
  wait?(sink: ChunkSink, options: Record<string, unknown>, context: OpenContext): Promise<void>;
}

/** Scheme of a URL in lower case, or `'file'` for a plain path (a Windows drive letter is no scheme). */
export function schemeOf(url: string): string {
  return /^([a-z][a-z0-9+.-]+):\/\//i.exec(url)?.[1]?.toLowerCase() ?? 'file';
}

/** A list of kinds, found by the scheme of a URL. */
export class Registry<K extends Kind> {
  /** `'source'` or `'sink'`, for messages. */
  readonly role: string;
  readonly #kinds: K[] = [];

  constructor(role: string) {
    this.role = role;
  }

  /** Adds a kind; later ones go before earlier ones, so that a program can put its own in place of one. */
  register(kind: K): this {
    this.#kinds.unshift(kind);
    return this;
  }

  /** All schemes, sorted. */
  get schemes(): string[] {
    return [...new Set(this.#kinds.flatMap((kind) => kind.schemes))].sort();
  }

  /** The kinds, last registered first. */
  get kinds(): readonly K[] {
    return this.#kinds;
  }

  /** The kind for a URL or path. Throws `ADDRESS` with the schemes that there are. */
  find(url: string): K {
    const scheme = schemeOf(url);
    const kind = this.#kinds.find((known) => known.schemes.includes(scheme) && (known.accepts?.(url) ?? true));
    if (kind) return kind;
    const allowed = this.schemes.map((known) => (known === 'file' ? 'a path' : `${known}://`)).join(', ');
    throw new ArgumentError(
      'ADDRESS',
      `no ${this.role} for ${JSON.stringify(url)}${hint(scheme, this.schemes)}; allowed: ${allowed || 'nothing is registered'}`,
    );
  }
}

/** The kinds of sources that `process()` and declared pipelines know. */
export const sourceKinds = new Registry<SourceKind>('source');

/** The kinds of sinks that `process()` and declared pipelines know. */
export const sinkKinds = new Registry<SinkKind>('sink');
