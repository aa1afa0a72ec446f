import { ArgumentError } from '../../errors.js';
import { knownOptions } from '../../packets/known-options.js';
import { checkSizes } from '../chunk-sizes.js';
import type { LoaderChunks } from '../data-array-loader.js';
import { type ChosenFormat, chooseFormat, type Engine } from '../formats/format-registry.js';

/** Options of {@link RealTimeLoader}. Times are seconds. */
export interface RealTimeLoaderOptions {
  /** The format of the files, with options of its own if need be. Default: found by content, for each file. */
  engine?: Engine;
  /**
   * Which files, as a glob relative to the folder (`*`, `?`, `[abc]`, `**`, `{a,b}`). Default: all, in sub-folders too (instruments write a folder a
   * day); `'*'` are those right in the folder. Hidden files and folders are passed over: writers write there before they rename.
   */
  pattern?: string;
  /** How files are cut: `{ time: 1000 }`, `{ time: '10s' }`, or `'auto'` (parts of about 64 MiB). A chunk never spans two files. Default: one chunk a file. */
  chunks?: LoaderChunks;
  /** Dimension that files follow each other along. Default: that of `chunks`, else `'time'`. */
  dim?: string;
  /** Declare the sampling interval of evenly spaced axes that do not; see `DataArrayLoader`. Default false. */
  regular?: boolean;
  /** Files that are there, and at rest, at the start: `'skip'` (default, as xdas) or `'process'`. A saved `position` goes before it. */
  existing?: 'skip' | 'process';
  /** How long a file must keep its size and time of change before it counts as closed by its writer. Default 1. Renamed into place, it counts at once (Linux). */
  settle?: number;
  /** How long a file that is at rest and cannot be opened as a whole one is waited for, since it last changed. Default 30. */
  patience?: number;
  /** Between two scans of the folder. Default 5. Scans find what the file system does not tell of (over a network it tells of nothing). */
  interval?: number;
  /** Whether to listen to the file system too, which tells of changes at once. Default true; false: scans alone. */
  events?: boolean;
  /** How long a whole file waits for others that start before it. Default 0: those that are ready at the same time are sorted. */
  window?: number;
  /** Files that are open ahead (what describes them, no values) and sorted by their start; a full window waits no longer. Default 16. */
  lookAhead?: number;
  /** Samples that are not after the last one given: `'trim'` (default): left out, counted, told by the event `late`; `'error'`: the stream fails with `OVERLAP`. */
  onLate?: 'trim' | 'error';
  /** Files that are still not whole after `patience`, or fail while being read: `'skip'` (default): counted, told by the event `broken`; `'error'`: the stream fails. */
  onBroken?: 'skip' | 'error';
  /** A JSON file with the last sample that was processed: a later stream goes on after it. Written by {@link RealTimeLoader.commit}. Default none. */
  position?: string;
  /** How long each chunk is waited for before the stream fails with `TIMEOUT`. Default null: for ever. */
  timeout?: number | null;
  /** Chunks that are read ahead of the reader (Node's). Default 1. */
  highWaterMark?: number;
  /** Destroys the stream with an `AbortError`. */
  signal?: AbortSignal;
}

/** {@link RealTimeLoaderOptions} checked, defaults filled in; times still in seconds. */
export interface RealTimeSettings
  extends Required<Omit<RealTimeLoaderOptions, 'engine' | 'chunks' | 'position' | 'signal'>> {
  format: ChosenFormat;
  chunks: LoaderChunks | null;
  position: string | null;
}

const names = [
  'engine',
  'pattern',
  'chunks',
  'dim',
  'regular',
  'existing',
  'settle',
  'patience',
  'interval',
  'events',
  'window',
  'lookAhead',
  'onLate',
  'onBroken',
  'position',
  'timeout',
  'highWaterMark',
  'signal',
] as const satisfies readonly (keyof RealTimeLoaderOptions)[];

/** Timers of Node count milliseconds in 31 bits. */
const LONGEST = 2_147_483;

/** Throws `BAD_ARGUMENT` for unknown options and wrong values. */
export function realTimeSettings(options: RealTimeLoaderOptions): RealTimeSettings {
  knownOptions('RealTimeLoader', options, names);
  const { chunks = null, position = null, timeout = null } = options;
  if (chunks !== null && chunks !== 'auto') checkSizes(chunks);
  const cut = chunks !== null && chunks !== 'auto' ? Object.keys(chunks)[0]! : null;
  const named = cut === 'first' || cut === 'last' ? null : cut;
  const dim = text('dim', options.dim ?? named ?? 'time');
  if (named !== null && named !== dim)
    throw wrong('chunks', chunks, `sizes along ${dim}, the dimension that files follow each other along`);
  return {
    format: chooseFormat(options.engine),
    pattern: text('pattern', options.pattern ?? '**/*'),
    chunks,
    dim,
    regular: choice('regular', options.regular ?? false, [true, false]),
    existing: choice('existing', options.existing ?? 'skip', ['skip', 'process']),
    settle: seconds('settle', options.settle ?? 1, 0),
    patience: seconds('patience', options.patience ?? 30, 0),
    interval: seconds('interval', options.interval ?? 5, 0.01),
    events: choice('events', options.events ?? true, [true, false]),
    window: seconds('window', options.window ?? 0, 0),
    lookAhead: count('lookAhead', options.lookAhead ?? 16),
    onLate: choice('onLate', options.onLate ?? 'trim', ['trim', 'error']),
    onBroken: choice('onBroken', options.onBroken ?? 'skip', ['skip', 'error']),
    position: position === null ? null : text('position', position),
    timeout: timeout === null || timeout === Infinity ? null : seconds('timeout', timeout, 0),
    highWaterMark: count('highWaterMark', options.highWaterMark ?? 1),
  };
}

function wrong(name: string, value: unknown, allowed: string): ArgumentError {
  return new ArgumentError('BAD_ARGUMENT', `${name} is ${JSON.stringify(value) ?? String(value)}; allowed: ${allowed}`);
}

function text(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw wrong(name, value, 'text');
}

function choice<T>(name: string, value: T, allowed: readonly T[]): T {
  if (allowed.includes(value)) return value;
  throw wrong(name, value, allowed.join(', '));
}

function seconds(name: string, value: unknown, least: number): number {
  if (typeof value === 'number' && value >= least && value <= LONGEST) return value;
  throw wrong(name, value, `seconds from ${least} to ${LONGEST}`);
}

function count(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw wrong(name, value, 'whole numbers from 1 on');
}
