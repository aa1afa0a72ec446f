/** Results as rows along `time`, whatever chunks they came in: what two cuttings of one stream must have in common. */
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { Chunk } from '../../../lib/atoms/chunk.js';
import { AxisCoordinate, type Coordinate } from '../../../lib/coordinates/coordinate.js';
import { DataArray } from '../../../lib/dataarray/data-array.js';
import { Table } from '../../../lib/table/table.js';

/** How exact results must be. */
export interface Exactness {
  /** Nanoseconds. */
  labelSlack?: bigint;
  /** Of labels that are floats, relative to the label. */
  floatSlack?: number;
  /** Relative to the largest value. */
  bound?: number;
}

/** The same rows: values bit for bit, labels to the nanosecond, other coordinates, dims, dtype, name, attributes; picks as a set. */
export function assertSameRows(actual: readonly Chunk[], expected: readonly Chunk[], exactness: Exactness = {}): void {
  const [a, b] = [actual, expected].map((chunks) => ({
    stretches: arrayRows(chunks.filter((chunk) => chunk instanceof DataArray)),
    picks: pickRows(
      chunks.filter((chunk) => chunk instanceof Table),
      (exactness.floatSlack ?? 0) > 0,
    ),
  }));
  assert.deepEqual(a.picks, b.picks);
  const heads = [a, b].map(({ stretches }) => stretches.map(({ head, size }) => ({ ...head, size })));
  assert.deepEqual(heads[0], heads[1]);
  for (const [k, rows] of a.stretches.entries()) {
    const { values, labels, others } = b.stretches[k];
    if (exactness.bound) assertNear(rows.values as Float64Array, values as Float64Array, exactness.bound);
    else assertSameBits(rows.values as Float64Array, values as Float64Array);
    assertLabels(rows.labels, labels, exactness);
    assert.deepEqual(rows.others, others);
  }
}

/** Successive chunks that have all but their rows in common, as one. */
interface Rows {
  head: object;
  size: number;
  values: ArrayLike<number | bigint>;
  labels: (number | bigint | string)[];
  /** Other labels along time. */
  others: Record<string, unknown[]>;
}

function arrayRows(arrays: readonly DataArray[]): Rows[] {
  const stretches: (Rows & { parts: Float64Array[] })[] = [];
  for (const array of arrays) {
    assert.ok(!array.empty, 'an empty array came out');
    const head = headOf(array);
    let rows = stretches.at(-1);
    if (!rows || !isDeepStrictEqual(rows.head, head)) {
      rows = { head, size: 0, values: [], labels: [], others: {}, parts: [] };
      stretches.push(rows);
    }
    rows.size += array.sizes.time;
    const rest = array.dims.filter((dim) => dim !== 'time');
    rows.parts.push(array.transpose('time', ...rest).copy().values as Float64Array);
    for (const [name, coord] of array.coords) {
      if (coord.dim !== 'time') continue;
      const labels = Array.from(coord.values as ArrayLike<number>);
      assert.equal(labels.length, array.sizes.time, `labels of ${name}`);
      if (name === 'time') rows.labels.push(...labels);
      else rows.others[name] = [...(rows.others[name] ?? []), ...labels];
    }
  }
  return stretches.map(({ parts, ...rows }) => ({ ...rows, values: joined(parts) }));
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const values = new (parts[0].constructor as Float64ArrayConstructor)(
    parts.reduce((sum, part) => sum + part.length, 0),
  );
  let at = 0;
  for (const part of parts) {
    values.set(part, at);
    at += part.length;
  }
  return values;
}

function intervalText(coord: Coordinate): string {
  if (!(coord instanceof AxisCoordinate)) return 'no axis';
  const ratio = coord.samplingRatio;
  return `${coord.ctype} ${coord.dtype} ${ratio ? `${ratio.numerator}/${ratio.denominator}` : 'undeclared'}`;
}

/** What all chunks of a result have in common. */
function headOf(array: DataArray): object {
  const { dims, dtype, name, attrs, sizes } = array;
  // their order is left out: concat, as xdas's, gives another one
  const coords = [...array.coords.entries()]
    .sort(([x], [y]) => (x < y ? -1 : 1))
    .map(([key, coord]) =>
      coord.dim === 'time'
        ? [key, 'time', intervalText(coord)]
        : [key, coord.dim, coord.dtype, coord.ctype, Array.from(coord.values as ArrayLike<unknown>)],
    );
  return { dims: [...dims], dtype, name, attrs: { ...attrs }, sizes: { ...sizes, time: -1 }, coords };
}

function assertLabels(actual: Rows['labels'], expected: Rows['labels'], exactness: Exactness): void {
  const { labelSlack: slack = 0n, floatSlack = 0 } = exactness;
  for (const [i, label] of expected.entries()) {
    if (typeof label !== 'bigint') {
      const near = typeof label === 'number' && Math.abs((actual[i] as number) - label) <= floatSlack * Math.abs(label);
      if (!near) assert.equal(actual[i], label, `label ${i}`);
      continue;
    }
    const off = BigInt(actual[i]) - label;
    assert.ok(off <= slack && -off <= slack, `label ${i} is ${actual[i]}, not ${label}: off by ${off} ns of ${slack}`);
  }
}

/** The same numbers, signs of zeros included; any NaN is as good as another. */
function assertSameBits(actual: Float64Array, expected: Float64Array): void {
  assert.equal(actual.constructor, expected.constructor);
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < expected.length; i++)
    if (!Object.is(actual[i], expected[i])) assert.fail(`value ${i} is ${actual[i]}, not ${expected[i]}`);
}

function assertNear(actual: Float64Array, expected: Float64Array, bound: number): void {
  assert.equal(actual.constructor, expected.constructor);
  assert.equal(actual.length, expected.length);
  const largest = expected.reduce((most, x) => Math.max(most, Number.isFinite(x) ? Math.abs(x) : 0), 0);
  for (const [i, x] of expected.entries())
    if (!Object.is(actual[i], x) && !(Math.abs(actual[i] - x) <= bound * largest))
      assert.fail(`value ${i} is ${actual[i]}, not ${x}: off by more than ${bound} of ${largest}`);
}

/**
 * Rows of tables, in an order of their own: triggers turn off in that of the chunks. `rounded`: float labels count to 12 digits,
 * as they are off in the last ones; values count as they are.
 */
function pickRows(tables: readonly Table[], rounded: boolean): string[] {
  return tables
    .flatMap((table) => {
      const types = table.columns.map((name) => table.dtype(name)).join();
      return table.rows().map((row) => `${types} ${rowText(row, rounded)}`);
    })
    .sort();
}

function rowText(row: Record<string, unknown>, rounded: boolean): string {
  const text = (name: string, value: unknown) =>
    rounded && name === 'time' && typeof value === 'number' ? value.toPrecision(12) : String(value);
  return Object.entries(row)
    .map(([name, value]) => `${name}=${text(name, value)}`)
    .join(' ');
}
