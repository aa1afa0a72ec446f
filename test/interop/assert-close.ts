/** Results of atoms beside those of xdas: values within a tolerance, all else exactly. */
import assert from 'node:assert/strict';
import { DataArray, type Scalar, Table } from '../../lib/index.js';
import { type ArrayDescription, describeArray, differences, type Packed, unpack } from './description.js';

/** What xdas made of an input, as `peer.py` answers. */
export interface PeerResult {
  array?: ArrayDescription;
  columns?: Record<string, Packed>;
  csv?: string;
  /** True where nothing came out. */
  nothing?: boolean;
}

/** `max |a - b| / max |b|`; infinite where one is NaN or infinite and the other is not the same. */
export function relativeError(a: ArrayLike<number | bigint>, b: ArrayLike<number | bigint>): number {
  assert.equal(a.length, b.length);
  let [error, size] = [0, 0];
  for (let k = 0; k < b.length; k++) {
    const [x, y] = [Number(a[k]), Number(b[k])];
    if (Object.is(x, y)) {
      if (Number.isFinite(y)) size = Math.max(size, Math.abs(y));
      continue;
    }
    const difference = Math.abs(x - y);
    error = Math.max(error, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
    size = Math.max(size, Math.abs(y));
  }
  return error === 0 ? 0 : error / size;
}

/** Fails where an array of ours is not that of xdas: values within `tolerance`, coordinates, name and attributes exactly. */
export function assertClose(got: DataArray, expected: ArrayDescription, tolerance = 1e-12): void {
  const described = describeArray(got);
  assert.deepEqual(differences({ ...described, values: expected.values }, expected), []);
  assert.equal(described.values.dtype, expected.values.dtype);
  assert.deepEqual(described.values.shape, expected.values.shape);
  const error = relativeError(got.values, unpack(expected.values) as Float64Array);
  assert.ok(error <= tolerance, `values differ by ${error}, allowed is ${tolerance}`);
}

/** Fails where a table of ours is not that of xdas as a set of rows: floats within `tolerance`, all else exactly. */
export function assertSameRows(got: Table, expected: Record<string, Packed>, tolerance = 1e-12): void {
  const names = Object.keys(expected);
  assert.deepEqual(got.columns, names);
  const rows = (column: (name: string) => ArrayLike<Scalar>, count: number) =>
    Array.from({ length: count }, (_, k) => names.map((name) => column(name)[k]!)).sort(compareRows);
  const columns = Object.fromEntries(names.map((name) => [name, unpack(expected[name]!) as ArrayLike<Scalar>]));
  const count = columns[names[0]!]!.length;
  assert.equal(got.length, count);
  for (const name of names) assert.equal(got.dtype(name), expected[name]!.dtype, name);
  const mine = rows((name) => got.get(name) as ArrayLike<Scalar>, count);
  for (const [index, row] of rows((name) => columns[name]!, count).entries())
    for (const [k, value] of row.entries()) {
      const other = mine[index]![k]!;
      const close =
        typeof value === 'number' && typeof other === 'number'
          ? Math.abs(other - value) <= tolerance * Math.abs(value)
          : other === value;
      assert.ok(close, `row ${index}: ${names[k]} is ${other}, expected ${value}`);
    }
}

function compareRows(a: readonly Scalar[], b: readonly Scalar[]): number {
  for (const [k, x] of a.entries()) if (x !== b[k]) return x < b[k]! ? -1 : 1;
  return 0;
}

/** Fails where a result of ours, an array or a table, is not that of xdas. */
export function assertSameResult(got: unknown, expected: PeerResult, tolerance = 1e-12): void {
  if (expected.nothing) assert.equal(got, null);
  else if (expected.columns) {
    assert.ok(got instanceof Table, 'a table');
    assertSameRows(got, expected.columns, tolerance);
  } else {
    assert.ok(got instanceof DataArray, 'an array');
    assertClose(got, expected.array!, tolerance);
  }
}
