import { type ConcatCoordinatesOptions, concatCoordinates } from '../coordinates/concat-coordinates.js';
import type { Coordinate } from '../coordinates/coordinate.js';
import { AxisCoordinate } from '../coordinates/coordinate.js';
import { DataArray } from '../dataarray/data-array.js';
import { view } from '../dataarray/strided.js';
import { type ArrayDType, allocate, isComplexDType, itemSize, partsDType, type TypedArray } from '../dtype.js';
import { ArgumentError, FileError } from '../errors.js';
import { formatTime } from '../time.js';
import type { ArrayFile, Range } from './array-file.js';
import { zeros } from './outline.js';

/** Options of {@link LazyArray.join}. */
export interface JoinOptions {
  /** Dimension along which the files follow each other; `'first'` (default) and `'last'` are allowed. */
  dim?: string;
  /** Jumps between files up to this are no gaps (a duration on times). Default: the coordinate's own tolerance, as in xdas. */
  tolerance?: ConcatCoordinatesOptions['tolerance'];
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
  readonly #outline: DataArray;
  /** First index of each file along the joined dimension, and the size after the last. */
  readonly #edges: readonly number[];

  private constructor(files: readonly ArrayFile[], joinDim: string, outline: DataArray, edges: readonly number[]) {
    this.files = files;
    this.joinDim = joinDim;
    this.#outline = outline;
    this.#edges = edges;
  }

  /** One file as a lazy array. */
  static of(file: ArrayFile): LazyArray {
    const joinDim = file.outline.dims[0] ?? 'time';
    return new LazyArray([file], joinDim, file.outline, [0, file.outline.shape[0] ?? 1]);
  }

  /**
   * Files as one array along `dim`, sorted by the start of their coordinate (by their order where there is none); gaps stay
   * in the coordinate; empty files are left out. Throws `BAD_SHAPE`, `BAD_DTYPE`, `BAD_COORDINATE` or `DISCONTINUITY` (another rate),
   * naming the file that does not fit and the one it was held against, and `OVERLAP` where a file starts before the one before it has ended.
   */
  static join(files: readonly ArrayFile[], options: JoinOptions = {}): LazyArray {
    const filled = files.filter((file) => !file.outline.empty);
    const used = filled.length > 0 ? filled : files.slice(0, 1);
    if (!used[0]) throw new ArgumentError('BAD_ARGUMENT', 'no files to join');
    if (used.length === 1 && options.dim === undefined) return LazyArray.of(used[0]);
    const axis = used[0].outline.axis(options.dim ?? 'first');
    const dim = used[0].outline.dims[axis]!;
    const sorted = inOrder(used, dim);
    const model = sorted[0]!;
    for (const file of sorted) checkLayout(file, model, axis);
    checkOrder(sorted, dim);
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
    return new LazyArray(sorted, dim, outline, edges);
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
    return new LazyArray(this.files, this.joinDim, this.#outline.assignCoords(coords), this.#edges);
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
    for (const [index, file] of this.files.entries()) {
      const begin = this.#edges[index]!;
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

function checkLayout(file: ArrayFile, model: ArrayFile, axis: number): void {
  const [mine, theirs] = [file.outline, model.outline];
  const dim = theirs.dims[axis]!;
  const refuse = (code: 'BAD_SHAPE' | 'BAD_DTYPE' | 'BAD_COORDINATE' | 'DISCONTINUITY', text: string) => {
    throw new FileError(code, file.path, `does not fit ${model.path}: ${text}`);
  };
  if (mine.dims.join() !== theirs.dims.join())
    refuse('BAD_SHAPE', `dimensions (${mine.dims.join(', ')}) instead of (${theirs.dims.join(', ')})`);
  if (mine.shape.some((size, i) => i !== axis && size !== theirs.shape[i]))
    refuse(
      'BAD_SHAPE',
      `shape (${mine.shape.join(', ')}) instead of (${theirs.shape.join(', ')}); only ${dim} may differ`,
    );
  if (mine.dtype !== theirs.dtype) refuse('BAD_DTYPE', `${mine.dtype} instead of ${theirs.dtype}`);
  const names = [...theirs.coords.keys()];
  const other = [...mine.coords.keys()];
  if (names.length !== other.length || names.some((name) => !mine.coords.has(name)))
    refuse('BAD_COORDINATE', `coordinates ${other.join(', ') || 'none'} instead of ${names.join(', ') || 'none'}`);
  for (const name of names) {
    const a = theirs.coords.get(name)!;
    const b = mine.coords.get(name)!;
    if (a.dim !== dim) {
      if (!a.equals(b)) refuse('BAD_COORDINATE', `coordinate ${name} is ${String(b)} instead of ${String(a)}`);
      continue;
    }
    if (!(a instanceof AxisCoordinate && b instanceof AxisCoordinate) || a.ctype !== b.ctype || a.dtype !== b.dtype)
      refuse('BAD_COORDINATE', `coordinate ${name} is ${b.ctype} ${b.dtype} instead of ${a.ctype} ${a.dtype}`);
    else if (String(a.samplingInterval) !== String(b.samplingInterval))
      refuse('DISCONTINUITY', `${name} has the interval ${intervalText(b)} instead of ${intervalText(a)}`);
  }
}

function intervalText(coord: AxisCoordinate): string {
  const { samplingInterval } = coord;
  if (samplingInterval === null) return 'none';
  return typeof samplingInterval === 'bigint' ? `${samplingInterval} ns` : String(samplingInterval);
}

function axisCoordinate(file: ArrayFile, name: string): AxisCoordinate | null {
  const coord = file.outline.coords.has(name) ? file.outline.coords.get(name) : null;
  return coord instanceof AxisCoordinate && !coord.empty ? coord : null;
}

function inOrder(files: readonly ArrayFile[], dim: string): ArrayFile[] {
  const starts = new Map(files.map((file) => [file, axisCoordinate(file, dim)?.start]));
  return [...files].sort((a, b) => {
    const [x, y] = [starts.get(a), starts.get(b)];
    if (x === undefined || y === undefined || x === y) return 0;
    return x < y ? -1 : 1;
  });
}

function checkOrder(files: readonly ArrayFile[], dim: string): void {
  for (let i = 1; i < files.length; i++) {
    const [before, after] = [axisCoordinate(files[i - 1]!, dim), axisCoordinate(files[i]!, dim)];
    if (!before || !after || before.end < after.start) continue;
    const text = (value: unknown) =>
      typeof value === 'bigint' && after.dtype === 'datetime64[ns]' ? formatTime(value) : String(value);
    throw new FileError(
      'OVERLAP',
      files[i]!.path,
      `starts at ${dim} ${text(after.start)}, but ${files[i - 1]!.path} ends at ${text(before.end)}: overlapping files cannot be one array`,
    );
  }
}

function joinCoordinate(name: string, files: readonly ArrayFile[], tolerance: JoinOptions['tolerance']): Coordinate {
  const parts = files.map((file) => file.outline.coords.get(name) as AxisCoordinate);
  return concatCoordinates(parts, { tolerance }).coordinate;
}
