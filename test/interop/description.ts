/**
 * Arrays as descriptions that cross between this process and a Python peer without loss: raw little-endian bytes in
 * base64 with dtype and shape, coordinates by what defines them. `peer.py` has the same on its side.
 */
import assert from 'node:assert/strict';
import {
  type ArrayDType,
  type AttrValue,
  type ComplexDType,
  type CoordArray,
  type CoordDType,
  type Coordinate,
  DataArray,
  DenseCoordinate,
  type DType,
  dtypeOf,
  InterpCoordinate,
  isComplexDType,
  isTimeDType,
  SampledCoordinate,
  type Scalar,
  ScalarCoordinate,
  type TypedArray,
  typedArrayFromBytes,
} from '../../lib/index.js';

/** An array or scalar (shape `[]`): bytes in base64, or strings. */
export interface Packed<D extends CoordDType | ComplexDType = CoordDType> {
  dtype: D;
  shape: number[];
  base64?: string;
  text?: string[];
}

/** The values of an array, which can be complex. */
export type PackedValues = Packed<CoordDType | ComplexDType>;

/** A coordinate by what defines it. */
export interface CoordinateDescription {
  name: string;
  dim: string | null;
  type: 'scalar' | 'dense' | 'interpolated' | 'sampled';
  /** Of scalar and dense coordinates. */
  values?: Packed;
  tieValues?: Packed;
  tieIndices?: number[];
  tieLengths?: number[];
  samplingNumerator?: Packed;
  samplingDenominator?: Packed;
  tolerance?: Packed;
  /** What `isregular()` says; null where that xdas has no such question. */
  regular?: boolean | null;
}

/** A DataArray by everything it holds. */
export interface ArrayDescription {
  name: string | null;
  dims: string[];
  values: PackedValues;
  attrs: Record<string, Packed>;
  coords: CoordinateDescription[];
}

/** Packs values with their dtype; of complex ones real and imaginary part in turn. */
export function pack<D extends CoordDType | ComplexDType>(
  values: CoordArray,
  dtype: D,
  shape: readonly number[],
): Packed<D> {
  if (dtype === 'string') return { dtype, shape: [...shape], text: [...(values as string[])] };
  const array = values as TypedArray;
  const bytes = Buffer.from(array.buffer as ArrayBuffer, array.byteOffset, array.byteLength);
  return { dtype, shape: [...shape], base64: bytes.toString('base64') };
}

/** The values of a packed array, flat. */
export function unpack(packed: PackedValues): CoordArray {
  if (packed.dtype === 'string') return packed.text!;
  const bytes = Buffer.from(packed.base64!, 'base64');
  // a fresh buffer: Buffer.from may give a view of a shared pool
  const parts = { complex64: 'float32', complex128: 'float64' } as const;
  const { dtype } = packed;
  return typedArrayFromBytes(isComplexDType(dtype) ? parts[dtype] : dtype, new Uint8Array(bytes));
}

function packScalar(value: Scalar, dtype: CoordDType): Packed {
  if (dtype === 'string') return { dtype, shape: [], text: [String(value)] };
  const array = unpack({ dtype, shape: [], base64: Buffer.alloc(8).toString('base64') }) as TypedArray;
  const one = array.subarray(0, 1) as TypedArray;
  one[0] = value as never;
  return pack(one, dtype, []);
}

function describeAttr(value: AttrValue): Packed {
  if (typeof value === 'string') return { dtype: 'string', shape: [], text: [value] };
  if (typeof value === 'number') return packScalar(value, 'float64');
  if (typeof value === 'bigint') return packScalar(value, 'int64');
  if (Array.isArray(value)) return { dtype: 'string', shape: [value.length], text: [...value] };
  return pack(value, dtypeOf(value), [value.length]);
}

function deltaDType(dtype: CoordDType): CoordDType {
  return dtype === 'datetime64[ns]' ? 'timedelta64[ns]' : dtype;
}

function describeCoordinate(name: string, coordinate: Coordinate): CoordinateDescription {
  const { dim, dtype } = coordinate;
  const head = { name, dim, regular: coordinate.isRegular() };
  if (coordinate instanceof ScalarCoordinate)
    return { ...head, type: 'scalar', values: packScalar(coordinate.value, dtype) };
  if (coordinate instanceof DenseCoordinate)
    return { ...head, type: 'dense', values: pack(coordinate.values, dtype, coordinate.shape) };
  assert.ok(coordinate instanceof InterpCoordinate || coordinate instanceof SampledCoordinate, coordinate.ctype);
  const described: CoordinateDescription = {
    ...head,
    type: coordinate.ctype,
    tieValues: pack(coordinate.tieValues, dtype, [coordinate.tieValues.length]),
  };
  if (coordinate instanceof InterpCoordinate) described.tieIndices = [...coordinate.tieIndices];
  else described.tieLengths = [...coordinate.tieLengths];
  const ratio = coordinate.samplingRatio;
  if (ratio) {
    described.samplingNumerator = packScalar(ratio.numerator, deltaDType(dtype));
    described.samplingDenominator = packScalar(BigInt(ratio.denominator), 'int64');
  }
  if (coordinate.tolerance !== null && coordinate.tolerance !== undefined)
    described.tolerance = packScalar(coordinate.tolerance, deltaDType(dtype));
  return described;
}

/** Describes an array. */
export function describeArray(da: DataArray): ArrayDescription {
  return {
    name: da.name,
    dims: [...da.dims],
    values: pack(da.values, da.dtype, da.shape),
    attrs: Object.fromEntries(Object.entries(da.attrs).map(([key, value]) => [key, describeAttr(value)])),
    coords: [...da.coords.entries()].map(([name, coordinate]) => describeCoordinate(name, coordinate)),
  };
}

function buildCoordinate(described: CoordinateDescription): Coordinate {
  const { dim, type } = described;
  if (type === 'scalar')
    return new ScalarCoordinate({ value: unpack(described.values!)[0]!, dtype: described.values!.dtype });
  if (type === 'dense')
    return new DenseCoordinate({ values: unpack(described.values!), dim, dtype: described.values!.dtype });
  const { dtype } = described.tieValues!;
  const one = (packed: Packed | undefined) => (packed ? (unpack(packed)[0] as number | bigint) : undefined);
  const sampling = {
    samplingNumerator: one(described.samplingNumerator),
    samplingDenominator: one(described.samplingDenominator),
    tolerance: one(described.tolerance),
  };
  const tieValues = unpack(described.tieValues!);
  return type === 'interpolated'
    ? new InterpCoordinate({ tieIndices: described.tieIndices!, tieValues, dim, dtype, ...sampling })
    : new SampledCoordinate({ tieLengths: described.tieLengths!, tieValues, dim, dtype, ...sampling });
}

/** Builds the array that a description describes. */
export function buildArray(described: ArrayDescription): DataArray {
  const attr = (packed: Packed): AttrValue => {
    const values = unpack(packed);
    return packed.shape.length === 0 ? (values[0] as AttrValue) : (values as AttrValue);
  };
  return new DataArray({
    data: unpack(described.values) as TypedArray,
    dtype: described.values.dtype as ArrayDType,
    shape: described.values.shape,
    dims: described.dims,
    coords: Object.fromEntries(described.coords.map((coord) => [coord.name, buildCoordinate(coord)])),
    name: described.name,
    attrs: Object.fromEntries(Object.entries(described.attrs).map(([key, packed]) => [key, attr(packed)])),
  });
}

/** Whether regularity is compared: xdas 0.2.7 knows none on interpolated coordinates. */
export interface CompareOptions {
  regularity?: boolean;
}

/** What the two descriptions differ in, as texts; empty if they are the same, values bit for bit. */
export function differences(
  got: ArrayDescription,
  expected: ArrayDescription,
  { regularity = true }: CompareOptions = {},
): string[] {
  const found: string[] = [];
  const compare = (what: string, a: unknown, b: unknown) => {
    if (text(a) !== text(b)) found.push(`${what} is ${text(a)}, expected ${text(b)}`);
  };
  compare('name', got.name, expected.name);
  compare('dims', got.dims, expected.dims);
  compare('dtype', got.values.dtype, expected.values.dtype);
  compare('shape', got.values.shape, expected.values.shape);
  if (found.length === 0 && got.values.base64 !== expected.values.base64) {
    const [a, b] = [unpack(got.values), unpack(expected.values)];
    const first = [...a.keys()].find((k) => !Object.is(a[k], b[k])) ?? 'only in the bits of a NaN';
    found.push(`values differ, first at ${first}: ${a[first as number]}, expected ${b[first as number]}`);
  }
  const keys = (record: object) => Object.keys(record).sort();
  compare('attributes', keys(got.attrs), keys(expected.attrs));
  for (const key of keys(got.attrs))
    if (expected.attrs[key])
      compare(`attribute ${key}`, readable(got.attrs[key]!, false), readable(expected.attrs[key]!, false));
  const byName = (described: ArrayDescription) => new Map(described.coords.map((coord) => [coord.name, coord]));
  const [mine, theirs] = [byName(got), byName(expected)];
  compare('coordinates', [...mine.keys()].sort(), [...theirs.keys()].sort());
  for (const [name, coord] of mine) {
    const other = theirs.get(name);
    if (!other) continue;
    for (const key of ['dim', 'type', 'tieIndices', 'tieLengths'] as const)
      compare(`${key} of coordinate ${name}`, coord[key], other[key]);
    for (const key of ['values', 'tieValues'] as const)
      compare(`${key} of coordinate ${name}`, readable(coord[key], true), readable(other[key], true));
    if (!regularity && coord.type === 'interpolated') continue;
    for (const key of ['samplingNumerator', 'samplingDenominator', 'tolerance'] as const)
      compare(`${key} of coordinate ${name}`, readable(coord[key], false), readable(other[key], false));
    if (typeof coord.regular === 'boolean' && typeof other.regular === 'boolean')
      compare(`regularity of coordinate ${name}`, coord.regular, other.regular);
  }
  return found;
}

/** Fails with what differs. */
export function assertSame(
  got: DataArray | ArrayDescription,
  expected: DataArray | ArrayDescription,
  options: CompareOptions = {},
): void {
  const described = (x: DataArray | ArrayDescription) => (x instanceof DataArray ? describeArray(x) : x);
  assert.deepEqual(differences(described(got), described(expected), options), []);
}

function readable(packed: Packed | undefined, withDType: boolean): unknown {
  if (packed === undefined) return undefined;
  const values = Array.from(unpack(packed) as ArrayLike<Scalar>, String);
  return withDType ? { dtype: packed.dtype, shape: packed.shape, values } : { shape: packed.shape, values };
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing';
}

/** The dtype of a packed array of values, which is no time and no text. */
export function valueDType({ dtype }: PackedValues): DType {
  assert.ok(dtype !== 'string' && !isComplexDType(dtype) && !isTimeDType(dtype), dtype);
  return dtype;
}
