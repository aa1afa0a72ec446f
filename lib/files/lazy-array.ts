import { type ConcatCoordinatesOptions, concatCoordinates } from '../coordinates/concat-coordinates.js';
import type { Coordinate } from '../coordinates/coordinate.js';
import { AxisCoordinate } from '../coordinates/coordinate.js';
import { lastNotAfter } from '../coordinates/piecewise-linear.js';
import { isSlice, resolveIndex, resolveSlice } from '../coordinates/slice.js';
import { DataArray, type Indexer, type LabelIndexer, type SelOptions } from '../dataarray/data-array.js';
import { view } from '../dataarray/strided.js';
import { type ArrayDType, allocate, isComplexDType, itemSize, partsDType, type TypedArray } from '../dtype.js';
import { ArgumentError, type ErrorCode } from '../errors.js';
import type { ArrayFile, Range } from './array-file.js';
import { fitFiles } from './fit-files.js';
import { zeros } from './outline.js';
import { type Window, windowedFile } from './windowed-file.js';

/** Options of {@link LazyArray.join}. */
export interface JoinOptions {
  /** Dimension along which the files follow each other; `'first'` (default) and `'last'` are allowed. */
  dim?: string;
  /** Jumps between files up to this are no gaps (a duration on times). Default: the coordinate's own tolerance, as in xdas. */
  tolerance?: ConcatCoordinatesOptions['tolerance'];
  /** Files of another shape, rate, dtype or other coordinates than most: `'error'` (default) or `'skip'`, see {@link LazyArray.leftOut}. */
  onMisfit?: 'error' | 'skip';
  /**
   * A file that starts before the one before it has ended: `'error'` (default), or `'trim'`: its samples up to the other's end are left out
   * (so that no sample is lost that is there once; xdas's `trim_overlaps` keeps those of the later file).
   */
  onOverlap?: 'error' | 'trim';
}

/** A file, or samples at its start, that is no part of an array of many files, and why. */
export interface LeftOut {
  path: string;
  code: ErrorCode;
  /** Samples left out along the joined dimension; null where the file could not be opened. */
  samples: number | null;
  text: string;
}

/**
 * An array whose values are still in one or more files: xdas's virtual array. What it tells (`shape`, `coords`, ...) was read when
 * it was opened; values are read by {@link load} and {@link read}, block by block, and not kept.
 */
export class LazyArray {
  /** The files, in order along the joined dimension. */
  readonly files: readonly ArrayFile[];
  /** The dimension that files follow each other along. */
  readonly joinDim: string;
  /** What of the files it was made of is no part of it: skipped or trimmed as the options asked for. */
  readonly leftOut: readonly LeftOut[];
  readonly #outline: DataArray;
  /** First index of each file along the joined dimension, and the size after the last. */
  readonly #edges: readonly number[];

  private constructor(
    files: readonly ArrayFile[],
    joinDim: string,
    outline: DataArray,
    edges: readonly number[],
    leftOut: readonly LeftOut[] = [],
  ) {
    this.leftOut = leftOut;
    this.files = files;
    this.joinDim = joinDim;
    this.#outline = outline;
    this.#edges = edges;
  }

  /** One file as a lazy array. */
  static of(file: ArrayFile, leftOut: readonly LeftOut[] = []): LazyArray {
    const joinDim = file.outline.dims[0] ?? 'time';
    return new LazyArray([file], joinDim, file.outline, [0, file.outline.shape[0] ?? 1], leftOut);
  }

  /**
   * Files as one array along `dim`, sorted by the start of their coordinate (by their order where there is none); gaps stay
   * in the coordinate; empty files are left out. Throws `BAD_SHAPE`, `BAD_DTYPE`, `BAD_COORDINATE` or `DISCONTINUITY` (another rate),
   * naming the files that do not fit and the one they were held against (the first of the most alike), and `OVERLAP` where a file
   * starts before the one before it has ended; unless the options say otherwise.
   */
  static join(files: readonly ArrayFile[], options: JoinOptions = {}, leftOut: readonly LeftOut[] = []): LazyArray {
    const filled = files.filter((file) => !file.outline.empty);
    const used = filled.length > 0 ? filled : files.slice(0, 1);
    if (!used[0]) throw new ArgumentError('BAD_ARGUMENT', 'no files to join');
    if (used.length === 1 && options.dim === undefined) return LazyArray.of(used[0], leftOut);
    const axis = used[0].outline.axis(options.dim ?? 'first');
    const dim = used[0].outline.dims[axis]!;
    const fitted = fitFiles(used, axis, dim, options);
    const sorted = fitted.files;
    const model = sorted[0]!;
    const coords: Record<string, Coordinate> = {};
    for (const [name, coord] of model.outline.coords.entries()) {
      if (coord.dim === dim && coord instanceof AxisCoordinate)
        coords[name] = joinCoordinate(name, sorted, options.tolerance);
      else coords[name] = coord;
    }
    const edges = [0];
    for (const file of sorted) edges.push(edges.at(-1)! + file.outline.shape[axis]!);
    const shape = model.outline.shape.map((size, i) => (i === axis ? edges.at(-1)! : size));
    const outline = new DataArray({
      data: zeros(model.outline.dtype, shape),
      dtype: model.outline.dtype,
      dims: [...model.outline.dims],
      coords,
      name: model.outline.name,
      attrs: model.outline.attrs,
    });
    return new LazyArray(sorted, dim, outline, edges, [...leftOut, ...fitted.leftOut]);
  }

  get dims(): readonly string[] {
    return this.#outline.dims;
  }

  get shape(): readonly number[] {
    return this.#outline.shape;
  }

  get sizes(): Record<string, number> {
    return this.#outline.sizes;
  }

  get dtype(): ArrayDType {
    return this.#outline.dtype;
  }

  get coords(): DataArray['coords'] {
    return this.#outline.coords;
  }

  get name(): string | null {
    return this.#outline.name;
  }

  get attrs(): DataArray['attrs'] {
    return this.#outline.attrs;
  }

  get size(): number {
    return this.shape.reduce((product, size) => product * size, 1);
  }

  /** Bytes of all values once they are read. */
  get nbytes(): number {
    return this.size * itemSize(this.dtype);
  }

  /** Indices along the joined dimension at which files begin, and the size at the end. */
  get fileEdges(): readonly number[] {
    return this.#edges;
  }

  /** The same array with other coordinates in place of, or beside, its own. */
  assignCoords(coords: Record<string, Coordinate>): LazyArray {
    return new LazyArray(this.files, this.joinDim, this.#outline.assignCoords(coords), this.#edges, this.leftOut);
  }

  /** True if it holds no sample. */
  get empty(): boolean {
    return this.size === 0;
  }

  /** The same array under another name. */
  rename(name: string | null): LazyArray {
    return new LazyArray(this.files, this.joinDim, this.#outline.rename(name), this.#edges, this.leftOut);
  }

  /**
   * Samples by index, still in their files: slices without a step, or single indices. Throws `BAD_DIM`, `BAD_INDEX`, and `BAD_ARGUMENT`
   * for lists and steps, which take `load()` first.
   */
  isel(indexers: Record<string, Indexer>, options: { drop?: boolean } = {}): LazyArray {
    const windows: Window[] = this.shape.map((size): Range => [0, size]);
    for (const [key, indexer] of Object.entries(indexers)) {
      const axis = this.#outline.axis(key);
      windows[axis] = windowOf(this.dims[axis]!, indexer, this.shape[axis]!);
    }
    const outline = this.#outline.isel(indexers, options);
    const join = this.dims.indexOf(this.joinDim);
    const along = windows[join];
    if (along === undefined) return this;
    const [first, last] = typeof along === 'number' ? [along, along + 1] : along;
    const files: ArrayFile[] = [];
    const edges = [0];
    for (const [index, file] of this.files.entries()) {
      const begin = this.#edges[index]!;
      const from = Math.max(first, begin);
      const to = Math.min(last, this.#edges[index + 1]!);
      if (from >= to && !(first === last && files.length === 0)) continue;
      const stop = Math.max(from, to);
      const own: Window = typeof along === 'number' ? along - begin : [from - begin, stop - begin];
      files.push(windowedFile(file, windows.toSpliced(join, 1, own)));
      edges.push(edges.at(-1)! + stop - from);
      if (first === last) break;
    }
    if (typeof along !== 'number') return new LazyArray(files, this.joinDim, outline, edges, this.leftOut);
    const joinDim = outline.dims[0] ?? this.joinDim;
    return new LazyArray(files, joinDim, outline, [0, outline.shape[0] ?? 1], this.leftOut);
  }

  /**
   * Samples by label, still in their files: slices (which include their stop) or single labels. Throws as `DataArray.sel`, and
   * `BAD_ARGUMENT` for lists of labels and along labels that go backward, which take `load()` first.
   */
  sel(
    indexers: Record<string, LabelIndexer>,
    { method = null, endpoint = true, drop = false }: SelOptions = {},
  ): LazyArray {
    const query: Record<string, Indexer> = {};
    for (const [key, item] of Object.entries(indexers)) {
      const dim = this.coords.resolveDim(key);
      const coord = this.coords.axis(dim);
      if ((isSlice(item) || method !== null) && !coord.isMonotonicIncreasing())
        throw new ArgumentError('BAD_ARGUMENT', `labels along ${dim} go backward somewhere: load() the array first`);
      query[dim] = coord.toIndex(item, { method, endpoint });
    }
    return this.isel(query, { drop });
  }

  /** Reads everything. */
  async load(): Promise<DataArray> {
    return await this.read(this.joinDim, 0, this.sizes[this.joinDim] ?? 0);
  }

  /** Reads samples `start` up to but without `stop` along `dim`, all of the other dimensions. Throws `BAD_DIM`, and what files throw. */
  async read(dim: string, start: number, stop: number): Promise<DataArray> {
    if (this.dims.length === 0) return this.#filled(this.#outline, await this.files[0]!.read([]));
    const axis = this.#outline.axis(dim);
    const part = this.#outline.isel({ [this.dims[axis]!]: { start, stop } });
    const ranges = this.shape.map((size, i): Range => (i === axis ? [start, start + part.shape[axis]!] : [0, size]));
    const values = await this.#block(ranges, part.size);
    return this.#filled(part, values);
  }

  #filled(outline: DataArray, values: TypedArray): DataArray {
    const shape = isComplexDType(this.dtype) ? [...outline.shape, 2] : outline.shape;
    return outline.with({ data: view(values, shape), dtype: this.dtype });
  }

  async #block(ranges: readonly Range[], size: number): Promise<TypedArray> {
    const join = this.dims.indexOf(this.joinDim);
    const [first, last] = ranges[join]!;
    const pieces: { values: TypedArray; count: number }[] = [];
    for (let index = lastNotAfter(this.#edges, first); index < this.files.length; index++) {
      const file = this.files[index]!;
      const begin = this.#edges[index]!;
      if (begin >= last) break;
      const from = Math.max(first, begin);
      const to = Math.min(last, this.#edges[index + 1]!);
      if (from >= to) continue;
      const values = await file.read(
        ranges.map((range, i): Range => (i === join ? [from - begin, to - begin] : range)),
      );
      pieces.push({ values, count: to - from });
    }
    if (pieces.length === 1) return pieces[0]!.values;
    const numbers = isComplexDType(this.dtype) ? 2 : 1;
    const out = allocate(partsDType(this.dtype), numbers * size) as TypedArray;
    const inner = ranges.slice(join + 1).reduce((product, [a, b]) => product * (b - a), numbers);
    const outer = ranges.slice(0, join).reduce((product, [a, b]) => product * (b - a), 1);
    const row = (last - first) * inner;
    let at = 0;
    for (const { values, count } of pieces) {
      const length = count * inner;
      for (let i = 0; i < outer; i++)
        (out as Float64Array).set((values as Float64Array).subarray(i * length, (i + 1) * length), i * row + at);
      at += length;
    }
    return out;
  }

  toString(): string {
    const files = this.files.length === 1 ? this.files[0]!.path : `${this.files.length} files`;
    const sizes = this.dims.map((dim, i) => `${dim}: ${this.shape[i]}`).join(', ');
    const coords = [...this.coords.entries()].map(([name, coord]) => `  * ${name}: ${String(coord)}`);
    return [
      `<LazyArray (${sizes}) ${this.dtype} in ${files}>`,
      ...(coords.length ? ['Coordinates:', ...coords] : []),
    ].join('\n');
  }
}

function windowOf(dim: string, indexer: Indexer, size: number): Window {
  if (typeof indexer === 'number') return resolveIndex(indexer, size);
  if (isSlice(indexer)) {
    const { start, stop, step } = resolveSlice(indexer, size);
    if (step === 1) return [start, stop];
  }
  throw new ArgumentError(
    'BAD_ARGUMENT',
    `along ${dim} an array in files takes an index or a slice without a step; load() it first for others`,
  );
}

function joinCoordinate(name: string, files: readonly ArrayFile[], tolerance: JoinOptions['tolerance']): Coordinate {
  const parts = files.map((file) => file.outline.coords.get(name) as AxisCoordinate);
  return concatCoordinates(parts, { tolerance }).coordinate;
}
