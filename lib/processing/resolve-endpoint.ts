import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { ArgumentError } from '../errors.js';
import { checkOptions } from './check-options.js';
import {
  type ChunkSink,
  type ChunkSource,
  type Kind,
  type OpenContext,
  type SinkKind,
  schemeOf,
  sinkKinds,
  sourceKinds,
} from './registry.js';

/** Opens an array, in memory or still in its files, as a stream of chunks. */
export type OpenArray = (array: object, context: OpenContext) => ChunkSource;

let openArray: OpenArray | null = null;

/** Says how arrays become streams; called once by `lib/register-kinds.ts`. */
export function registerArrays(open: OpenArray): void {
  openArray = open;
}

/**
 * The stream of chunks behind anything that `process()` takes: a Readable as it is, an array in memory or in files, a path, a
 * glob, a URL, an iterable or async iterable (read one chunk ahead at most). Throws `BAD_ARGUMENT` or `ADDRESS`.
 */
export async function resolveSource(source: unknown, context: OpenContext): Promise<ChunkSource> {
  if (source instanceof Readable) return source;
  if (typeof source === 'string' || source instanceof URL)
    return await openKind(sourceKinds.find(urlText(source)), urlText(source), {}, context);
  if (typeof source === 'object' && source !== null) {
    if (openArray && 'dims' in source && 'shape' in source) return openArray(source, context);
    if (Symbol.asyncIterator in source || Symbol.iterator in source) {
      const { chunkDim, nbytes } = source as { chunkDim?: string; nbytes?: number };
      const stream = Readable.from(source as AsyncIterable<unknown>, { objectMode: true, highWaterMark: 1 });
      return Object.assign(stream, { chunkDim, nbytes });
    }
  }
  throw new ArgumentError(
    'BAD_ARGUMENT',
    `${describe(source)} is no source; allowed: an array, a path, folder or glob, a URL, a Readable or an iterable of chunks`,
  );
}

/** The sink behind a writer, a folder, a `*.csv` path or a URL. Throws `BAD_ARGUMENT` or `ADDRESS`. */
export async function resolveSink(out: unknown, context: OpenContext): Promise<ChunkSink> {
  if (typeof out === 'string' || out instanceof URL) {
    const kind: SinkKind = sinkKinds.find(urlText(out));
    return await openKind(kind, urlText(out), {}, context);
  }
  if (typeof out === 'object' && out !== null && 'write' in out && 'end' in out) return out as ChunkSink;
  throw new ArgumentError(
    'BAD_ARGUMENT',
    `${describe(out)} is no sink; allowed: a folder, a *.csv, *.parquet or *.zarr path, a URL, a Writable, or nothing`,
  );
}

/** Opens a URL or path with a kind, its options checked, its path made absolute. Throws `BAD_ARGUMENT`. */
export async function openKind<S>(
  kind: Kind & { open(url: string, options: Record<string, unknown>, context: OpenContext): S | Promise<S> },
  url: string,
  options: Record<string, unknown>,
  context: OpenContext,
): Promise<S> {
  const { value, mistakes } = checkOptions(kind.options, options);
  if (mistakes.length > 0)
    throw new ArgumentError('BAD_ARGUMENT', `${url}: ${mistakes.map((mistake) => mistake.text).join('; ')}`);
  return await kind.open(absolute(url, context.baseDir), value as Record<string, unknown>, context);
}

/** A path made absolute against a folder, that of `watch://PATH` too; `file://` URLs become paths; other URLs stay. */
export function absolute(url: string, baseDir: string): string {
  const watched = /^watch:\/\/(.+)$/is.exec(url)?.[1];
  if (watched !== undefined) return `watch://${resolve(baseDir, watched)}`;
  if (schemeOf(url) !== 'file') return url;
  const trailing = /[/\\]$/.test(url) ? '/' : '';
  if (/^file:\/\//i.test(url)) return decodeURIComponent(new URL(url).pathname);
  return resolve(baseDir, url) + trailing;
}

const urlText = (url: string | URL) => (typeof url === 'string' ? url : url.href);

function describe(value: unknown): string {
  if (value === null || typeof value !== 'object') return String(value);
  return `a ${value.constructor?.name ?? 'object'}`;
}
