import { Readable } from 'node:stream';
import { DataArray } from '../dataarray/data-array.js';
import { ArgumentError } from '../errors.js';
import { checkSizes, cut, regularized, samplesOf } from './chunk-sizes.js';
import { chooseFormat } from './formats/format-registry.js';
import { LazyArray, type LeftOut } from './lazy-array.js';
import { openMfDataArray } from './open-data-array.js';
import type { OpenMfDataArrayOptions } from './open-many-files.js';
import { claimForReading } from './reading-claims.js';

/** What of the options of {@link DataArrayLoader} is for opening files; see `openMfDataArray`. */
export type LoaderFileOptions = Pick<
  OpenMfDataArrayOptions,
  'engine' | 'tolerance' | 'onBroken' | 'onMisfit' | 'onOverlap' | 'onProgress' | 'index'
>;

/** Options of {@link DataArrayLoader}. Those of {@link LoaderFileOptions} have no effect on arrays that are open. */
export interface DataArrayLoaderOptions extends LoaderFileOptions {
  /** Chunks that are read ahead of the one that was asked for. Default 1. */
  prefetch?: number;
  /** Dimension that files are joined along. Default `'first'`. */
  dim?: string;
  /**
   * Declare the sampling interval of axes that are evenly spaced without saying so (files of xdas before 0.2.9): Python's xdas
   * 0.2.10 refuses chunks of an axis without one. Dense axes are left alone but for the chunked one. Default false: coordinates stay as they are. An unevenly spaced axis that chunks
   * follow each other along is `BAD_COORDINATE`; other axes then stay as they are.
   */
  regular?: boolean;
}

/** Sizes of chunks along one dimension (or `first`, `last`): samples, or a duration as text (`'0.5s'`, rounded to samples, at least one). */
export type LoaderChunks = Readonly<Record<string, number | string>> | 'auto';

/** Bytes that chunks of `'auto'` come near to: 64 MiB (xdas: 256 MiB). */
export const AUTO_CHUNK_BYTES = 64 * 2 ** 20;

/**
 * Reads an array chunk by chunk: a `DataArray`, a `LazyArray`, or a path, folder or glob of files of any format (`engine`) taken as
 * one array (files sorted by time, gaps kept; `array.leftOut` has what was skipped or trimmed, where that was asked for;
 * `'leftOut'` is emitted with it, or a warning `DASFLOW_LEFT_OUT`).
 *
 * `chunks`: `{ time: 1000 }`, or `{ time: '0.5s' }`, more than the array has means all of it; or `'auto'`: the boundaries of the files along the joined dimension, merged
 * (or cut, where one file is larger) to about 64 MiB. The last chunk may be shorter. xdas: `DataArrayLoader(da, chunks)`.
 *
 * Until it has ended or is destroyed no writer of this process removes the files it reads (`BAD_FILE` there).
 *
 * An object-mode Readable and async iterable; `highWaterMark` 1. Memory: `prefetch` chunks being read, one in the stream's buffer and
 * the one that was handed out, so `(prefetch + 2)` chunks. Fails with `BAD_FILE`, `BAD_DIM`, and what `openMfDataArray` throws.
 */
export class DataArrayLoader extends Readable {
  /** The array behind it, once it is open (`'open'` was emitted). */
  array: DataArray | LazyArray | null = null;
  readonly #source: DataArray | LazyArray | string | readonly string[];
  readonly #sizes: LoaderChunks;
  readonly #options: Required<Pick<DataArrayLoaderOptions, 'prefetch' | 'dim' | 'regular'>>;
  readonly #fileOptions: LoaderFileOptions;
  readonly #pending: Promise<DataArray>[] = [];
  #chunkDim: string | undefined;
  #edges: readonly number[] = [0];
  #next = 0;
  #release: (() => void) | null = null;

  constructor(
    source: DataArray | LazyArray | string | readonly string[],
    chunks: LoaderChunks = 'auto',
    options: DataArrayLoaderOptions = {},
  ) {
    const { prefetch = 1, dim = 'first', regular = false, ...fileOptions } = options;
    chooseFormat(fileOptions.engine);
    if (!(Number.isInteger(prefetch) && prefetch >= 0))
      throw new ArgumentError('BAD_ARGUMENT', `prefetch is ${prefetch}; allowed: an integer of at least 0`);
    if (chunks !== 'auto') checkSizes(chunks);
    // Checks come first: Node goes on to construct a stream whose constructor threw after super().
    super({ objectMode: true, highWaterMark: 1 });
    this.#source = source;
    this.#sizes = chunks;
    this.#options = { prefetch, dim, regular };
    this.#fileOptions = fileOptions;
    if (chunks !== 'auto') this.#chunkDim = namedDim(Object.keys(chunks)[0]!);
  }

  /** Dimension that chunks follow each other along; undefined where it is not known before it is open. */
  get chunkDim(): string | undefined {
    return this.#chunkDim;
  }

  /** Bytes of all values, or null before it is open. */
  get nbytes(): number | null {
    return this.array?.nbytes ?? null;
  }

  /** How many chunks there are; 0 before it is open. */
  get length(): number {
    return this.#edges.length - 1;
  }

  override _construct(callback: (error?: Error | null) => void): void {
    this.#open().then(() => {
      callback();
      this.emit('open');
    }, callback);
  }

  async #open(): Promise<void> {
    const source = this.#source;
    if (!(source instanceof DataArray)) this.#release = claimForReading(pathsOf(source));
    const array =
      typeof source === 'string' || Array.isArray(source)
        ? await openMfDataArray(source, { ...this.#fileOptions, dim: this.#options.dim })
        : (source as DataArray | LazyArray);
    const named = this.#sizes === 'auto' ? autoDim(array) : chunkedDim(array, Object.keys(this.#sizes)[0]!);
    const used = this.#options.regular ? regularized(array, named) : array;
    const { dim, edges } = this.#sizes === 'auto' ? autoEdges(used, named) : fixedEdges(used, named, this.#sizes);
    this.array = used;
    if (used instanceof LazyArray && used.leftOut.length > 0 && !(source instanceof LazyArray))
      this.#tellLeftOut(used.leftOut);
    this.#chunkDim = dim;
    this.#edges = edges;
  }

  /** Never silent: an event, or a warning where nobody listens. */
  #tellLeftOut(leftOut: readonly LeftOut[]): void {
    if (this.emit('leftOut', leftOut)) return;
    const more = leftOut.length > 3 ? `; and ${leftOut.length - 3} more` : '';
    process.emitWarning(
      `left out: ${leftOut
        .slice(0, 3)
        .map(({ text }) => text)
        .join('; ')}${more}`,
      { code: 'DASFLOW_LEFT_OUT' },
    );
  }

  override _read(): void {
    this.#fill(this.#options.prefetch + 1);
    const first = this.#pending.shift();
    if (!first) {
      this.push(null);
      return;
    }
    first.then(
      (chunk) => {
        this.push(chunk);
      },
      (error: Error) => this.destroy(error),
    );
    this.#fill(this.#options.prefetch);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    Promise.allSettled(this.#pending).then(() => {
      this.#release?.();
      callback(error);
    });
  }

  #fill(count: number): void {
    while (this.#pending.length < count && this.#next < this.length) {
      const index = this.#next++;
      const reading = this.#load(this.#edges[index]!, this.#edges[index + 1]!);
      reading.catch(() => {});
      this.#pending.push(reading);
    }
  }

  async #load(start: number, stop: number): Promise<DataArray> {
    const dim = this.#chunkDim!;
    if (this.array instanceof LazyArray) return await this.array.read(dim, start, stop);
    return this.array!.isel({ [dim]: { start, stop } });
  }
}

function pathsOf(source: LazyArray | string | readonly string[]): readonly string[] {
  if (source instanceof LazyArray) return source.files.map((file) => file.path);
  return typeof source === 'string' ? [source] : source;
}

const namedDim = (dim: string) => (dim === 'first' || dim === 'last' ? undefined : dim);

function chunkedDim(array: DataArray | LazyArray, dim: string): string {
  if (dim === 'first' && array.dims.length > 0) return array.dims[0]!;
  if (dim === 'last' && array.dims.length > 0) return array.dims.at(-1)!;
  if (array.dims.includes(dim)) return dim;
  throw new ArgumentError(
    'BAD_DIM',
    `chunks along ${dim}: the array has dimensions ${array.dims.join(', ') || 'none'}`,
  );
}

function autoDim(array: DataArray | LazyArray): string {
  const dim = array instanceof LazyArray ? array.joinDim : array.dims[0];
  if (dim !== undefined && array.dims.includes(dim)) return dim;
  throw new ArgumentError('BAD_DIM', 'an array without dimensions cannot be read in chunks');
}

function fixedEdges(array: DataArray | LazyArray, dim: string, chunks: Readonly<Record<string, number | string>>) {
  const size = Object.values(chunks)[0]!;
  const samples = typeof size === 'string' ? samplesOf(array, dim, size) : size;
  return { dim, edges: cut([0, array.sizes[dim]!], samples) };
}

function autoEdges(array: DataArray | LazyArray, dim: string) {
  const total = array.sizes[dim]!;
  const size = Math.max(1, Math.floor((AUTO_CHUNK_BYTES * total) / Math.max(array.nbytes, 1)));
  const edges = array instanceof LazyArray ? array.fileEdges : [0, total];
  return { dim, edges: cut(merge(edges, size), size) };
}

/** Leaves out edges where the parts on both sides together are no larger than `size`. */
function merge(edges: readonly number[], size: number): number[] {
  const merged = [edges[0]!];
  for (let i = 1; i < edges.length - 1; i++) if (edges[i + 1]! - merged.at(-1)! > size) merged.push(edges[i]!);
  merged.push(edges.at(-1)!);
  return merged;
}
