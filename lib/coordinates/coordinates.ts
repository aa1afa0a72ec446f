/** The coordinates of an array: an ordered, read-only map from names to coordinates, and the order of the dimensions. */
import type { CoordDType } from '../dtype.js';
import { ArgumentError, CoordinateError } from '../errors.js';
import type { CoordValues, ScalarLike } from './coord-array.js';
import { AxisCoordinate, Coordinate } from './coordinate.js';
import { DenseCoordinate } from './dense-coordinate.js';
import { InterpCoordinate, type InterpInit } from './interp-coordinate.js';
import { SampledCoordinate, type SampledInit } from './sampled-coordinate.js';
import { ScalarCoordinate, type ScalarInit } from './scalar-coordinate.js';
import { resolveIndex } from './slice.js';

/** Anything that a coordinate can be made of: one, its constructor's object, labels, or a single value. */
export type CoordinateLike =
  | Coordinate
  | InterpInit
  | SampledInit
  | ScalarInit
  | { values: CoordValues; dim?: string | null; dtype?: CoordDType }
  | CoordValues
  | ScalarLike;

/**
 * Coordinates by name. Along the dimension of its own name a coordinate needs no more; for another one write
 * `[dim, labels]`, for none `[null, value]` or the plain value.
 */
export type CoordsInput = Coordinates | Record<string, CoordinateLike | readonly [dim: string | null, CoordinateLike]>;

/**
 * A coordinate of whatever it can be made of: objects with `tieIndices` are interpolated, with `tieLengths` sampled, with
 * `values` dense, with `value` scalar; arrays are dense; anything else is scalar. Throws `BAD_COORDINATE`.
 */
export function toCoordinate(data: CoordinateLike, dim: string | null = null): Coordinate {
  if (data instanceof Coordinate) return dim === null || data.dim === dim ? data : data.withDim(dim);
  if (ArrayBuffer.isView(data) || Array.isArray(data)) return new DenseCoordinate({ values: data as CoordValues, dim });
  if (typeof data === 'object' && data !== null && !(data instanceof Date)) {
    const own = 'dim' in data ? (data.dim ?? null) : null;
    const along = dim ?? own;
    if ('tieIndices' in data) return new InterpCoordinate({ ...data, dim: along });
    if ('tieLengths' in data) return new SampledCoordinate({ ...data, dim: along });
    if ('values' in data) return new DenseCoordinate({ ...(data as { values: CoordValues }), dim: along });
    if ('value' in data) {
      const scalar = new ScalarCoordinate(data);
      return along === null ? scalar : scalar.withDim(along);
    }
    throw new CoordinateError(
      'BAD_COORDINATE',
      `an object with the keys ${Object.keys(data).join(', ')} is no coordinate; allowed: tieIndices and tieValues, tieValues and tieLengths, values, or value`,
    );
  }
  const scalar = new ScalarCoordinate({ value: data as ScalarLike });
  return dim === null ? scalar : scalar.withDim(dim);
}

/** `[dim, data]`, as opposed to two labels: the first is null, or text and the second no single label. */
function isNamed(input: unknown): input is readonly [string | null, CoordinateLike] {
  if (!Array.isArray(input) || input.length !== 2) return false;
  const [dim, data] = input as [unknown, unknown];
  return dim === null || (typeof dim === 'string' && typeof data === 'object' && !(data instanceof Date));
}

/** An ordered, read-only map from names to coordinates. `'first'` and `'last'` name the outer dimensions, as in xdas. */
export class Coordinates implements Iterable<[string, Coordinate]> {
  /** The dimensions in axis order; some may have no coordinate. */
  readonly dims: readonly string[];
  readonly #map = new Map<string, Coordinate>();

  /** `dims` default to those that the coordinates lie along, in their order; given ones come first. */
  constructor(coords: CoordsInput | null = null, dims: readonly string[] | null = null) {
    const order = [...(dims ?? (coords instanceof Coordinates ? coords.dims : []))];
    if (new Set(order).size !== order.length)
      throw new ArgumentError('BAD_DIM', `dimensions must have different names: ${order.join(', ')}`);
    const entries: Iterable<[string, unknown]> =
      coords === null ? [] : coords instanceof Coordinates ? coords : Object.entries(coords);
    for (const [key, input] of entries) {
      const name =
        key === 'first' && order.length > 0 ? order[0]! : key === 'last' && order.length > 0 ? order.at(-1)! : key;
      const [dim, data] = isNamed(input) ? input : [undefined, input as CoordinateLike];
      let coord = dim === null && data instanceof ScalarCoordinate ? data : toCoordinate(data, dim ?? null);
      if (coord instanceof AxisCoordinate && coord.dim === null) coord = coord.withDim(name);
      if (coord.dim !== null && !order.includes(coord.dim)) {
        if (dims !== null && dims.length > 0)
          throw new CoordinateError(
            'BAD_DIM',
            `coordinate ${JSON.stringify(name)} lies along ${coord.dim}, which is none of the dimensions ${order.join(', ')}`,
          );
        order.push(coord.dim);
      }
      this.#map.set(name, coord);
    }
    this.dims = Object.freeze(order);
  }

  /** The dimension that `dim` names (`first` and `last` resolved). Throws `BAD_DIM` if it is none of this array's. */
  resolveDim(dim: string): string {
    if (this.dims.includes(dim)) return dim;
    if (dim === 'first' && this.dims.length > 0) return this.dims[0]!;
    if (dim === 'last' && this.dims.length > 0) return this.dims.at(-1)!;
    throw new CoordinateError(
      'BAD_DIM',
      `no dimension ${JSON.stringify(dim)}; there are ${this.dims.join(', ') || 'none'}`,
    );
  }

  private nameOf(name: string): string {
    if (this.#map.has(name) || (name !== 'first' && name !== 'last')) return name;
    return this.dims.at(name === 'first' ? 0 : -1) ?? name;
  }

  /** The coordinate of that name (or `first`, `last`), or `undefined`. */
  get(name: string): Coordinate | undefined {
    return this.#map.get(this.nameOf(name));
  }

  /** The coordinate along dimension `dim`. Throws `BAD_DIM` where there is no such dimension or it has no coordinate. */
  axis(dim: string): AxisCoordinate {
    const name = this.resolveDim(dim);
    const coord = this.#map.get(name);
    if (!(coord instanceof AxisCoordinate))
      throw new CoordinateError('BAD_DIM', `dimension ${JSON.stringify(name)} has no coordinate`);
    return coord;
  }

  has(name: string): boolean {
    return this.#map.has(this.nameOf(name));
  }

  /** Number of coordinates. */
  get size(): number {
    return this.#map.size;
  }

  keys(): IterableIterator<string> {
    return this.#map.keys();
  }

  values(): IterableIterator<Coordinate> {
    return this.#map.values();
  }

  entries(): IterableIterator<[string, Coordinate]> {
    return this.#map.entries();
  }

  [Symbol.iterator](): IterableIterator<[string, Coordinate]> {
    return this.#map.entries();
  }

  /** True if `name` labels the dimension of the same name. */
  isDim(name: string): boolean {
    const own = this.nameOf(name);
    return this.#map.get(own)?.dim === own;
  }

  /** These coordinates and others, which replace those of the same name. New dimensions are not allowed (`BAD_DIM`). */
  assign(coords: CoordsInput): Coordinates {
    const added = coords instanceof Coordinates ? Object.fromEntries(coords) : coords;
    const resolved = Object.fromEntries(Object.entries(added).map(([name, coord]) => [this.nameOf(name), coord]));
    return new Coordinates({ ...Object.fromEntries(this.#map), ...resolved }, this.dims);
  }

  /** Without the coordinates of these names; the dimensions stay. */
  dropCoords(...names: string[]): Coordinates {
    const dropped = new Set(names.map((name) => this.nameOf(name)));
    return new Coordinates(Object.fromEntries([...this.#map].filter(([name]) => !dropped.has(name))), this.dims);
  }

  /** Without these dimensions and all coordinates along them. */
  dropDims(...dims: string[]): Coordinates {
    const dropped = new Set(dims.map((dim) => this.resolveDim(dim)));
    return new Coordinates(
      Object.fromEntries([...this.#map].filter(([, coord]) => coord.dim === null || !dropped.has(coord.dim))),
      this.dims.filter((dim) => !dropped.has(dim)),
    );
  }

  /** The same coordinates with the dimensions in another order, or renamed by `names`. */
  withDims(dims: readonly string[], names: Record<string, string> = {}): Coordinates {
    return new Coordinates(
      Object.fromEntries(
        [...this.#map].map(([name, coord]) => {
          const dim = coord.dim === null ? null : (names[coord.dim] ?? coord.dim);
          return [name, dim === coord.dim ? coord : coord.withDim(dim)];
        }),
      ),
      dims,
    );
  }

  /** True if `other` has the same names with equal coordinates, in any order. */
  equals(other: unknown): boolean {
    if (!(other instanceof Coordinates) || other.size !== this.size) return false;
    for (const [name, coord] of this.#map) if (!coord.equals(other.#map.get(name))) return false;
    return true;
  }

  /** The text that xdas prints: `*` marks the labels of dimensions. */
  toString(): string {
    const lines = [...this.#map].map(([name, coord]) => {
      if (coord.dim === null) return `    ${name}: ${coord}`;
      return `  ${coord.dim === name ? '*' : ' '} ${name} (${coord.dim}): ${coord}`;
    });
    return ['Coordinates:', ...lines].join('\n');
  }
}

/** What is left of a coordinate at one sample of its axis: the label as a scalar. */
export function scalarAt(coord: AxisCoordinate, index: number): ScalarCoordinate {
  return new ScalarCoordinate({ value: coord.getValue(index), dtype: coord.dtype });
}

/** The labels of some samples, in the order asked for, as a dense coordinate. */
export function denseAt(coord: AxisCoordinate, indices: ArrayLike<number>): DenseCoordinate {
  const resolved = Array.from(indices, (index) => resolveIndex(index, coord.size));
  return new DenseCoordinate({ values: coord.getValues(resolved), dim: coord.dim, dtype: coord.dtype });
}
