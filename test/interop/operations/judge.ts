/** A result beside that of xdas: coordinates and integers exactly, floats within a bound. */
import assert from 'node:assert/strict';
import { type Chunk, DataArray, isFloatDType, type Scalar, Table } from '../../../lib/index.js';
import { type PeerResult, relativeError } from '../assert-close.js';
import {
  type ArrayDescription,
  type CoordinateDescription,
  describeArray,
  type Packed,
  type PackedValues,
  unpack,
} from '../description.js';
import type { Bound } from './entry.js';

/** What `evaluate` in `peer.py` answers for one configuration. */
export interface Answer extends PeerResult {
  /** Values without labels. */
  values?: PackedValues;
  /** Results that do not join. */
  arrays?: ArrayDescription[];
  /** Why xdas refused. */
  error?: string;
}

function near(got: Packed | undefined, expected: Packed | undefined, what: string): void {
  assert.equal(got?.dtype, expected?.dtype, `dtype of ${what}`);
  if (!got || !expected) return;
  const [a, b] = [unpack(got), unpack(expected)];
  assert.equal(a.length, b.length, `length of ${what}`);
  if (!isFloatDType(expected.dtype)) {
    const k = a.findIndex((value: unknown, index: number) => value !== b[index]);
    if (k >= 0) assert.fail(`${what}: element ${k} of ${a.length} is ${String(a[k])}, expected ${String(b[k])}`);
    return;
  }
  const error = relativeError(a as Float64Array, b as Float64Array);
  assert.ok(error <= 1e-12, `${what} differ by ${error}`);
}

function judgeCoordinate(got: CoordinateDescription, expected: CoordinateDescription): void {
  const what = (part: string) => `${part} of coordinate ${expected.name}`;
  assert.equal(got.dim, expected.dim, what('dim'));
  assert.equal(got.type, expected.type, what('type'));
  assert.deepEqual(got.tieIndices, expected.tieIndices, what('tie indices'));
  assert.deepEqual(got.tieLengths, expected.tieLengths, what('tie lengths'));
  for (const key of ['values', 'tieValues', 'samplingNumerator', 'samplingDenominator'] as const)
    near(got[key], expected[key], what(key));
  // of float axes it is made of rounding errors, which depend on the order of operations
  if (!got.tolerance && !expected.tolerance) return;
  if (expected.tieValues && !isFloatDType(expected.tieValues.dtype))
    near(got.tolerance, expected.tolerance, what('tolerance'));
  else {
    const one = (packed: Packed | undefined) => (packed ? Number(unpack(packed)[0]) : Number.NaN);
    const off = Math.abs(one(got.tolerance) - one(expected.tolerance));
    assert.ok(off <= 1e-9 * Math.abs(one(expected.samplingNumerator)), `${what('tolerance')} is off by ${off}`);
  }
}

/** What a result is held against besides what xdas made of the same. */
export interface Context {
  /** Of a stream: the dimension it is chunked along, and what xdas made of the whole record. */
  stream?: { chunkDim: string; whole: Answer };
  /** Name and attributes are not compared. */
  nameless?: boolean;
}

/**
 * Fails where coordinates differ: times, integers, texts and ties at all, floats beyond 1e-12. Of streams xdas drops all
 * further labels along the chunked dimension; ours keeps them: they must be those that xdas gives for the whole record.
 */
export function judgeCoordinates(got: ArrayDescription, expected: ArrayDescription, { stream }: Context): void {
  const names = (coords: CoordinateDescription[]) => coords.map(({ name }) => name).sort();
  const coords = [...expected.coords];
  for (const coord of stream?.whole.array?.coords ?? [])
    if (coord.dim === stream!.chunkDim && !coords.some(({ name }) => name === coord.name)) coords.push(coord);
  assert.deepEqual(names(got.coords), names(coords), 'coordinates');
  for (const coord of coords) judgeCoordinate(got.coords.find(({ name }) => name === coord.name)!, coord);
}

/** Fails where values differ by more than the bound. */
export function judgeValues(got: PackedValues, expected: PackedValues, bound: (dtype: string) => Bound): void {
  assert.equal(got.dtype, expected.dtype, 'dtype');
  const { relative, scale = 0, absolute = 0 } = bound(expected.dtype);
  const [a, b] = [unpack(got) as Float64Array, unpack(expected) as Float64Array];
  const own = b.reduce(
    (size: number, x) => (Number.isFinite(Number(x)) ? Math.max(size, Math.abs(Number(x))) : size),
    0,
  );
  const error = relativeError(a, b) * (own === 0 ? 1 : Math.min(1, own / Math.max(own, scale)));
  const worst = a.findIndex((value: number, k: number) => !Object.is(value, b[k]));
  assert.ok(
    error <= relative ||
      error * Math.max(own, scale) <= absolute ||
      (own === 0 && scale > 0 && a.every((x) => Math.abs(Number(x)) <= Math.max(absolute, relative * scale))),
    `values differ by ${error}, allowed is ${relative}; the first that differs is ${worst} of ${a.length}: ${a[worst]}, expected ${b[worst]}`,
  );
}

/** Fails where two tables are not the same set of rows: floats within 1e-12, all else exactly. */
function judgeRows(got: Table, expected: Record<string, Packed>): void {
  const names = Object.keys(expected);
  assert.deepEqual(got.columns, names, 'columns');
  for (const name of names) assert.equal(got.dtype(name), expected[name]!.dtype, `dtype of ${name}`);
  const theirs = new Map(names.map((name) => [name, unpack(expected[name]!) as ArrayLike<Scalar>]));
  const count = theirs.get(names[0]!)!.length;
  assert.equal(got.length, count, 'rows');
  // rows are put in order by what is left of floats when their last digits are off
  const sorted = (column: (name: string) => ArrayLike<Scalar>) =>
    Array.from({ length: count }, (_, k) => names.map((name) => column(name)[k]!))
      .map((row) => [row.map((x) => (typeof x === 'number' ? x.toPrecision(9) : String(x))).join(' '), row] as const)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([, row]) => row);
  const mine = sorted((name) => got.get(name) as ArrayLike<Scalar>);
  for (const [index, row] of sorted((name) => theirs.get(name)!).entries())
    for (const [k, value] of row.entries()) {
      const other = mine[index]![k]!;
      const close =
        typeof value === 'number' && typeof other === 'number'
          ? Math.abs(other - value) <= 1e-12 * Math.abs(value)
          : other === value;
      assert.ok(close, `row ${index}: ${names[k]} is ${other}, expected ${value}`);
    }
}

/** Fails where a result of ours is not that of xdas. */
export function judge(
  got: Chunk | null,
  expected: Answer,
  bound: (dtype: string) => Bound,
  context: Context = {},
): void {
  if (expected.error) throw new Error(`xdas does not answer, ours does: ${expected.error}`);
  if (expected.nothing || expected.arrays?.length === 0) {
    assert.ok(
      got === null || (got instanceof Table && got.empty),
      `nothing comes out of xdas, ours gives ${String(got)}`,
    );
    return;
  }
  if (expected.columns) {
    const rows = Math.max(...Object.values(expected.columns).map(({ shape }) => shape[0]!));
    if (rows === 0) {
      assert.ok(got === null || (got instanceof Table && got.empty), 'xdas has no rows');
      return;
    }
    assert.ok(got instanceof Table, 'a table');
    judgeRows(got, expected.columns);
    return;
  }
  assert.ok(got instanceof DataArray, `an array, not ${String(got)}`);
  const described = describeArray(got);
  if (expected.values) {
    assert.deepEqual(described.values.shape, expected.values.shape, 'shape');
    judgeValues(described.values, expected.values, bound);
    return;
  }
  const { array } = expected;
  assert.ok(array, 'xdas gave arrays that do not join');
  assert.deepEqual(described.dims, array.dims, 'dims');
  assert.deepEqual(described.values.shape, array.values.shape, 'shape');
  judgeValues(described.values, array.values, bound);
  judgeCoordinates(described, array, context);
  if (context.nameless) return;
  assert.equal(described.name, array.name, 'name');
  assert.deepEqual(described.attrs, array.attrs, 'attributes');
}
