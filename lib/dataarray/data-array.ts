/** A labelled N-dimensional array that is never changed in place. */
import type { CoordValues, ScalarLike } from '../coordinates/coord-array.js';
import { AxisCoordinate, type Coordinate } from '../coordinates/coordinate.js';
import { Coordinates, type CoordsInput, denseAt, scalarAt } from '../coordinates/coordinates.js';
import { inferredInterval } from '../coordinates/inferred-interval.js';
import { selectStretches } from '../coordinates/label-slices.js';
import type { LookupMethod } from '../coordinates/piecewise-linear.js';
import { isSlice, resolveIndex, resolveSlice, type Slice } from '../coordinates/slice.js';
import { type ArrayDType, type Delta, dtypeOf, isComplexDType, itemSize, type TypedArray } from '../dtype.js';
import { ArgumentError, CoordinateError } from '../errors.js';
import { isReleased } from '../released-memory.js';
import { type Attrs, attrsEqual } from './attributes.js';
import { type DataArrayInit, toView } from './data-array-init.js';
import { dataArrayText } from './data-array-text.js';
import { contiguous, gather, type NdArray, sizeOf, stridedView, view } from './strided.js';

export type { DataArrayInit } from './data-array-init.js';

/** What `isel` takes per dimension: an index, several, or a slice; negative ones count from the end. */
export type Indexer = number | Slice<number> | ArrayLike<number>;

/** What `sel` takes per dimension: a label, several, or a slice of labels. */
export type LabelIndexer = ScalarLike | CoordValues | Slice<ScalarLike>;

/** Options of {@link DataArray.sel}. */
export interface SelOptions {
  /** How a label that no sample has is resolved; default `null`: not at all. Not for slices. */
  method?: LookupMethod;
  /** Whether slices include their stop; default true. */
  endpoint?: boolean;
  /** Drop coordinates that become scalar; default false. */
  drop?: boolean;
}

/** An immutable labelled array: values, dimensions, coordinates, name, attributes. */
export class DataArray {
  readonly coords: Coordinates;
  readonly name: string | null;
  readonly attrs: Attrs;
  readonly dtype: ArrayDType;
  /** Samples along each dimension. */
  readonly shape: readonly number[];
  readonly #data: NdArray;
  #values: TypedArray | undefined;

  /** Throws `BAD_SHAPE` or `BAD_DIM` where values, shape, dims and coordinates do not fit together. */
  constructor(init: DataArrayInit) {
    let coords = new Coordinates(init.coords ?? null, init.dims ?? null);
    this.#data = toView(init, coords);
    this.#expectMemory();
    // What says how the values lie is handed out as it is: nobody may change it.
    for (const part of [this.data, this.data.shape, this.data.stride]) Object.freeze(part);
    this.dtype = isComplexDType(init.dtype) ? init.dtype : dtypeOf(this.data.data);
    const shape = isComplexDType(this.dtype) ? Object.freeze(this.data.shape.slice(0, -1)) : this.data.shape;
    this.shape = shape;
    if (coords.dims.length !== shape.length) {
      if (coords.dims.length > 0 || coords.size > 0 || init.dims)
        throw new ArgumentError(
          'BAD_DIM',
          `values of shape (${shape.join(', ')}) have ${shape.length} dimensions, dims and coords name ${coords.dims.length}: ${coords.dims.join(', ')}`,
        );
      coords = new Coordinates(
        null,
        shape.map((_, axis) => `dim_${axis}`),
      );
    }
    for (const [name, coord] of coords) {
      if (coord.dim === null) continue;
      const size = shape[coords.dims.indexOf(coord.dim)]!;
      if (coord.shape[0] !== size)
        throw new ArgumentError(
          'BAD_SHAPE',
          `coordinate ${JSON.stringify(name)} has ${coord.shape[0]} labels, dimension ${coord.dim} has ${size} samples`,
        );
    }
    this.coords = coords;
    this.name = init.name ?? null;
    this.attrs = Object.freeze({ ...(init.attrs ?? {}) });
  }

  /**
   * The values as a view, which may be strided. Not to be written to. Complex values have a last axis of 2 here, real and
   * imaginary part, beyond the dimensions of the array. Throws `RELEASED` where their memory was given back.
   */
  get data(): NdArray {
    this.#expectMemory();
    return this.#data;
  }

  /** Whether the memory of its values was given back (`release`): there is nothing to be read any more. */
  get released(): boolean {
    return isReleased(this.#data.data) && sizeOf(this.#data.shape) > 0;
  }

  /** Values in C order without holes (complex ones as real and imaginary part in turn): the memory of `data` where it is so already, a copy (made once) otherwise. */
  get values(): TypedArray {
    const { data } = this;
    this.#values ??= contiguous(data);
    return this.#values;
  }

  /** Released memory is detached: what was on it has length 0. */
  #expectMemory(): void {
    if (this.released)
      throw new ArgumentError(
        'RELEASED',
        `an array of shape (${this.#data.shape.join(', ')}) was released: its memory is used for other results; keep a copy()`,
      );
  }

  get dims(): readonly string[] {
    return this.coords.dims;
  }

  get ndim(): number {
    return this.shape.length;
  }

  /** Number of values. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** Bytes of the values. */
  get nbytes(): number {
    return this.size * itemSize(this.dtype);
  }

  /** True if some dimension has no samples. */
  get empty(): boolean {
    return this.size === 0;
  }

  /** Samples per dimension. */
  get sizes(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.dims.map((dim, axis) => [dim, this.shape[axis]!]));
  }

  /** The axis of a dimension (`first` and `last` are allowed). Throws `BAD_DIM`. */
  axis(dim: string): number {
    return this.dims.indexOf(this.coords.resolveDim(dim));
  }

  /** The same as {@link axis}, under xdas's name. */
  getAxisNum(dim: string): number {
    return this.axis(dim);
  }

  /** The same array with some parts replaced. New values of the same number of dimensions keep the dims. */
  with(parts: Partial<DataArrayInit>): DataArray {
    return new DataArray({
      data: parts.data ?? this.data,
      shape: parts.shape ?? (ArrayBuffer.isView(parts.data) ? this.shape : undefined),
      dtype: parts.dtype ?? (parts.data === undefined ? this.dtype : undefined),
      coords: parts.coords === undefined ? this.coords : parts.coords,
      dims: parts.dims === undefined ? (parts.coords instanceof Coordinates ? null : this.dims) : parts.dims,
      name: parts.name === undefined ? this.name : parts.name,
      attrs: parts.attrs === undefined ? this.attrs : parts.attrs,
    });
  }

  /**
   * Samples by position. An index drops the dimension and leaves its labels as scalars (with `drop`: leaves none),
   * several indices give a dense coordinate, slices a view of the same memory. Throws `BAD_INDEX`, `BAD_DIM`.
   */
  isel(indexers: Record<string, Indexer>, { drop = false }: { drop?: boolean } = {}): DataArray {
    const query = new Map<string, Indexer>();
    for (const [dim, indexer] of Object.entries(indexers)) query.set(this.coords.resolveDim(dim), indexer);
    let data = this.data;
    const dropped = new Set<string>();
    const relabel = new Map<string, (coord: AxisCoordinate) => Coordinate>();
    for (const [axis, dim] of this.dims.entries()) {
      const indexer = query.get(dim);
      if (indexer === undefined) continue;
      const size = data.shape[axis]!;
      if (typeof indexer === 'number') {
        const index = resolveIndex(indexer, size);
        data = stridedView(
          data.data,
          data.shape.map((length, k) => (k === axis ? 1 : length)),
          data.stride,
          data.offset + index * data.stride[axis]!,
        );
        dropped.add(dim);
        relabel.set(dim, (coord) => scalarAt(coord, index));
      } else if (isSlice(indexer)) {
        const { start, stop, step, count } = resolveSlice(indexer, size);
        data = stridedView(
          data.data,
          data.shape.map((length, k) => (k === axis ? count : length)),
          data.stride.map((stride, k) => (k === axis ? stride * step : stride)),
          count === 0 ? data.offset : data.offset + start * data.stride[axis]!,
        );
        relabel.set(dim, (coord) => coord.slice(start, stop, step));
      } else if (Array.isArray(indexer) || ArrayBuffer.isView(indexer)) {
        const indices = Array.from(indexer as ArrayLike<number | bigint>, (index) =>
          resolveIndex(typeof index === 'bigint' ? Number(index) : index, size),
        );
        data = gather(data, axis, indices);
        relabel.set(dim, (coord) => denseAt(coord, indices));
      } else
        throw new ArgumentError(
          'BAD_INDEX',
          `${String(indexer)} cannot index dimension ${JSON.stringify(dim)}; allowed: an index, indices, or { start, stop, step }`,
        );
    }
    const keep = this.dims.map((dim) => !dropped.has(dim));
    const coords: [string, Coordinate][] = [];
    for (const [name, coord] of this.coords) {
      const change = coord.dim === null ? undefined : relabel.get(coord.dim);
      if (drop && coord.dim !== null && dropped.has(coord.dim)) continue;
      coords.push([name, change ? change(coord as AxisCoordinate) : coord]);
    }
    const dims = this.dims.filter((_, axis) => keep[axis]);
    return new DataArray({
      data: stridedView(
        data.data,
        data.shape.filter((_, axis) => keep[axis] ?? true),
        data.stride.filter((_, axis) => keep[axis] ?? true),
        data.offset,
      ),
      coords: new Coordinates(Object.fromEntries(coords), dims),
      dtype: this.dtype,
      name: this.name,
      attrs: this.attrs,
    });
  }

  /**
   * Samples by label. Slices include their stop. Where labels go backward, slices are taken from each increasing stretch
   * and put together in the order of their first labels; other inexact look-ups throw `OVERLAP`. Throws `BAD_INDEX` where
   * a label is not found.
   */
  sel(
    indexers: Record<string, LabelIndexer>,
    { method = null, endpoint = true, drop = false }: SelOptions = {},
  ): DataArray {
    const query: Record<string, Indexer> = {};
    let ordered: { dim: string; indices: number[]; coord: AxisCoordinate } | null = null;
    for (const [key, item] of Object.entries(indexers)) {
      const dim = this.coords.resolveDim(key);
      const coord = this.coords.axis(dim);
      if ((isSlice(item) || method !== null) && !coord.isMonotonicIncreasing()) {
        if (!isSlice(item))
          throw new CoordinateError(
            'OVERLAP',
            `labels along ${dim} go backward somewhere: method ${method} has no meaning`,
          );
        const found = selectStretches(coord, item as Slice<ScalarLike>, endpoint);
        if (ordered === null) ordered = { dim, ...found };
        else
          throw new CoordinateError(
            'OVERLAP',
            `labels go backward along ${ordered.dim} and ${dim}: select along one at a time`,
          );
      } else query[dim] = coord.toIndex(item, { method, endpoint });
    }
    if (ordered === null) return this.isel(query, { drop });
    const { dim, indices, coord } = ordered;
    const picked = this.isel({ [dim]: indices });
    return picked.with({ coords: picked.coords.assign({ [dim]: coord }) }).isel(query, { drop });
  }

  /** Dimensions in another order (a view); without names reversed. `'...'` stands for those not named. */
  transpose(...dims: string[]): DataArray {
    const named = dims.filter((dim) => dim !== '...').map((dim) => this.coords.resolveDim(dim));
    const missing = this.dims.filter((dim) => !named.includes(dim));
    const order =
      dims.length === 0
        ? [...this.dims].reverse()
        : dims.flatMap((dim) => (dim === '...' ? missing : [this.coords.resolveDim(dim)]));
    if (order.length !== this.ndim || new Set(order).size !== this.ndim)
      throw new ArgumentError(
        'BAD_DIM',
        `(${dims.join(', ')}) is no order of the dimensions (${this.dims.join(', ')})`,
      );
    const axes = order.map((dim) => this.dims.indexOf(dim));
    if (isComplexDType(this.dtype)) axes.push(this.ndim); // real and imaginary parts stay last
    return new DataArray({
      data: stridedView(
        this.data.data,
        axes.map((axis) => this.data.shape[axis]!),
        axes.map((axis) => this.data.stride[axis]!),
        this.data.offset,
      ),
      coords: this.coords.withDims(order),
      dtype: this.dtype,
      name: this.name,
      attrs: this.attrs,
    });
  }

  /** With a new dimension of one sample in front of `axis`. A scalar coordinate of that name becomes its label. */
  expandDims(dim: string, axis = 0): DataArray {
    if (this.dims.includes(dim)) throw new ArgumentError('BAD_DIM', `dimension ${JSON.stringify(dim)} exists already`);
    const scalar = this.coords.get(dim);
    if (scalar instanceof AxisCoordinate)
      throw new ArgumentError('BAD_DIM', `coordinate ${JSON.stringify(dim)} lies along ${scalar.dim}: drop it first`);
    const dims = this.dims.toSpliced(axis, 0, dim);
    const coords = Object.fromEntries(this.coords);
    return new DataArray({
      data: stridedView(
        this.data.data,
        this.data.shape.toSpliced(axis, 0, 1),
        this.data.stride.toSpliced(axis, 0, 1),
        this.data.offset,
      ),
      coords: new Coordinates(
        scalar === undefined ? coords : { ...coords, [dim]: { values: scalar.values, dtype: scalar.dtype } },
        dims,
      ),
      dtype: this.dtype,
      name: this.name,
      attrs: this.attrs,
    });
  }

  /** Dimensions renamed, with the coordinates along them keeping their names. Throws `BAD_DIM`. */
  swapDims(names: Record<string, string>): DataArray {
    const resolved = Object.fromEntries(
      Object.entries(names).map(([dim, name]) => [this.coords.resolveDim(dim), name]),
    );
    const dims = this.dims.map((dim) => resolved[dim] ?? dim);
    return this.with({ coords: this.coords.withDims(dims, resolved) });
  }

  /** The same array on memory of its own, in C order. */
  copy(): DataArray {
    const values = contiguous(this.data);
    return this.with({ data: view(values.slice() as TypedArray, this.data.shape), dtype: this.dtype });
  }

  /** True if dtype, values (NaN equals NaN), coordinates, dims, name and attributes are the same. */
  equals(other: unknown): boolean {
    if (!(other instanceof DataArray) || other.dtype !== this.dtype) return false;
    if (other.ndim !== this.ndim || this.dims.some((dim, axis) => dim !== other.dims[axis])) return false;
    if (this.shape.some((size, axis) => size !== other.shape[axis])) return false;
    if (this.name !== other.name || !attrsEqual(this.attrs, other.attrs)) return false;
    if (!this.coords.equals(other.coords)) return false;
    const [a, b] = [this.values, other.values];
    for (let k = 0; k < a.length; k++) {
      const [x, y] = [a[k]!, b[k]!];
      if (x !== y && !(Number.isNaN(x) && Number.isNaN(y))) return false;
    }
    return true;
  }

  /** The same array under another name. */
  rename(name: string | null): DataArray {
    return this.with({ name });
  }

  /** With coordinates added or replaced; new dimensions are not allowed. */
  assignCoords(coords: CoordsInput): DataArray {
    return this.with({ coords: this.coords.assign(coords) });
  }

  /** With other attributes, in place of all there were. */
  withAttrs(attrs: Attrs): DataArray {
    return this.with({ attrs });
  }

  /** Without the coordinates of these names; the dimensions stay. */
  dropCoords(...names: string[]): DataArray {
    return this.with({ coords: this.coords.dropCoords(...names) });
  }

  /** Without these dimensions, which must have one sample each, and without all coordinates along them. */
  dropDims(...dims: string[]): DataArray {
    const axes = new Set(dims.map((dim) => this.axis(dim)));
    for (const axis of axes)
      if (this.shape[axis] !== 1)
        throw new ArgumentError(
          'BAD_SHAPE',
          `dimension ${this.dims[axis]} has ${this.shape[axis]} samples: only one of a single sample can be dropped`,
        );
    return new DataArray({
      data: stridedView(
        this.data.data,
        this.data.shape.filter((_, axis) => !axes.has(axis)),
        this.data.stride.filter((_, axis) => !axes.has(axis)),
        this.data.offset,
      ),
      coords: this.coords.dropDims(...dims),
      dtype: this.dtype,
      name: this.name,
      attrs: this.attrs,
    });
  }

  /**
   * The nominal sample spacing along `dim`: declared, or else inferred from evenly spaced labels (streams of xdas 0.2.7
   * declare none). Times: seconds, or with `cast: false` bigint ns. Throws `IRREGULAR` where there is none.
   */
  getSamplingInterval(dim: string, options: { cast?: boolean } = {}): Delta {
    const coord = this.coords.axis(dim);
    const declared = coord.getSamplingInterval(options);
    if (declared !== null) return declared;
    const inferred = inferredInterval(coord, options);
    if (inferred === null)
      throw new CoordinateError(
        'IRREGULAR',
        `dimension ${dim} has no sampling interval and none can be inferred: make its coordinate regular (toRegular)`,
      );
    return inferred;
  }

  /** The text that xdas prints. */
  toString(): string {
    return dataArrayText(this);
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
