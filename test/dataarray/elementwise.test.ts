import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { astype } from '../../lib/dataarray/astype.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import {
  add,
  type BinaryFunction,
  elementwise,
  multiply,
  square,
  type UnaryFunction,
} from '../../lib/dataarray/elementwise.js';
import { dummy } from '../../lib/synthetics.js';
import { readFixture } from '../coordinates/xdas-cases.js';
import { type JsonValues, valuesOf } from './xdas-arrays.js';

interface MathCase {
  name: keyof typeof elementwise;
  inputs: (JsonValues | number)[];
  output: JsonValues | null;
}

const operand = (json: JsonValues | number) =>
  typeof json === 'number' ? json : new DataArray({ data: valuesOf(json), shape: json.shape });

/** What may differ in the last places: functions whose libraries do not round correctly. */
const exact = new Set(
  'absolute negative sign square floor ceil trunc round sqrt add subtract multiply divide maximum minimum'.split(' '),
);

function assertClose(found: DataArray, expected: JsonValues, what: string, tolerance: number): void {
  assert.equal(found.dtype, expected.dtype, what);
  const [a, b] = [found.values, valuesOf(expected)];
  for (let k = 0; k < b.length; k++) {
    const [x, y] = [a[k]!, b[k]!];
    if (Object.is(x, y) || (x === y && typeof x === 'number')) continue;
    if (typeof x === 'bigint' || typeof y === 'bigint') assert.fail(`${what}: element ${k} is ${x}, numpy has ${y}`);
    assert.ok(Math.abs(x - y) <= tolerance * Math.abs(y), `${what}: element ${k} is ${x}, numpy has ${y}`);
  }
}

describe('element-wise maths gives what numpy 2 gives', () => {
  const cases = readFixture<MathCase[]>('maths.json.gz');
  for (const name of new Set(cases.map((one) => one.name)))
    it(name, () => {
      const fn = elementwise[name] as UnaryFunction & BinaryFunction;
      for (const { inputs, output } of cases.filter((one) => one.name === name)) {
        const operands = inputs.map(operand);
        const what = `${name}(${inputs.map((input) => (typeof input === 'number' ? input : input.dtype)).join(', ')})`;
        if (output === null) {
          assert.throws(() => fn(operands[0] as DataArray, operands[1]!), { code: 'BAD_ARGUMENT' }, what);
          continue;
        }
        const single = output.dtype === 'float32';
        const tolerance = exact.has(name) ? 0 : single ? 3e-7 : 3e-15;
        assertClose(fn(operands[0] as DataArray, operands[1]!), output, what, tolerance);
      }
    });

  it('works on views of any strides, and without dimensions', () => {
    const da = dummy({ shape: [6, 4], dtype: 'int16' });
    const view = da.transpose().isel({ time: { start: 1, step: 2 }, distance: [3, 0] });
    assert.deepEqual(
      [...square(view).values],
      [...view.values].map((x) => (x as number) ** 2),
    );
    const scalar = da.isel({ time: 2, distance: 3 });
    assert.deepEqual([...multiply(scalar, 3).values], [33]);
  });

  it('aligns arrays by the names of their dimensions', () => {
    const da = dummy({ shape: [3, 2] });
    const row = da.isel({ time: 0 }, { drop: true });
    assert.deepEqual([...add(da, row).values], [0, 2, 2, 4, 4, 6]);
    assert.deepEqual(add(row, da).dims, ['distance', 'time']);
    assert.deepEqual([...add(da.transpose(), da).transpose('time', 'distance').values], [0, 2, 4, 6, 8, 10]);
    const moved = da.assignCoords({ distance: { tieIndices: [0, 1], tieValues: [5, 15] } });
    assert.throws(() => add(da, moved), { code: 'BAD_COORDINATE', message: /distance/ });
    assert.throws(() => add(da, dummy({ shape: [2, 2] }).dropCoords('time')), { code: 'BAD_SHAPE', message: /time/ });
  });

  it('refuses numbers that do not fit, and what is no number', () => {
    const da = dummy({ shape: [3, 2], dtype: 'uint8' });
    assert.throws(() => add(da, -1), { code: 'BAD_DTYPE' });
    assert.throws(() => add(1, 2), { code: 'BAD_ARGUMENT' });
    assert.throws(() => add(da, '2' as never), { code: 'BAD_ARGUMENT' });
  });

  it('casts as C does', () => {
    const da = new DataArray({ data: Float64Array.of(1.9, -1.9, 300) });
    assert.deepEqual([...astype(da, 'int8').values], [1, -1, 44]);
    assert.deepEqual([...astype(da, 'int64').values], [1n, -1n, 300n]);
    assert.deepEqual([...astype(astype(da, 'int64'), 'float32').values], [1, -1, 300]);
    assert.deepEqual([...astype(new DataArray({ data: BigInt64Array.of(2n ** 40n + 5n) }), 'int16').values], [5]);
  });
});
