import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadArray, saveArray } from '../../lib/atoms/array-state.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { astype } from '../../lib/dataarray/astype.js';
import { concat } from '../../lib/dataarray/concat.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { absolute, add, angle, conj, imag, real, sqrt } from '../../lib/dataarray/elementwise.js';
import { split } from '../../lib/dataarray/split.js';

/** Value (x, y) is `x + 10 y + i (100 + x)`. */
function grid(nx = 4, ny = 3, dtype: 'complex64' | 'complex128' = 'complex128'): DataArray {
  const data = dtype === 'complex64' ? new Float32Array(2 * nx * ny) : new Float64Array(2 * nx * ny);
  for (let x = 0; x < nx; x++)
    for (let y = 0; y < ny; y++) {
      data[2 * (x * ny + y)] = x + 10 * y;
      data[2 * (x * ny + y) + 1] = 100 + x;
    }
  const coords = { x: InterpCoordinate.fromBlock(0, nx, 1, { dim: 'x', dtype: 'float64' }), name: 'fibre' };
  return new DataArray({
    data,
    dtype,
    shape: [nx, ny],
    dims: ['x', 'y'],
    coords,
    name: 'spectrum',
    attrs: { unit: 'm' },
  });
}

/** The number at (x, y) of a two-dimensional complex array. */
const at = (da: DataArray, x: number, y: number) => {
  const k = 2 * (x * da.shape[1]! + y);
  return [da.values[k], da.values[k + 1]];
};

describe('a complex array', () => {
  const da = grid();
  it('has the shape of its dimensions, and pairs of numbers as values', () => {
    assert.deepEqual([da.dtype, da.ndim, da.size, da.nbytes], ['complex128', 2, 12, 192]);
    assert.deepEqual([...da.shape], [4, 3]);
    assert.equal(da.values.length, 24);
    assert.deepEqual([...da.data.shape], [4, 3, 2]);
    assert.equal(grid(2, 2, 'complex64').nbytes, 32);
    const line = new DataArray({ data: Float64Array.from([1, 2, 3, 4]), dtype: 'complex128' });
    assert.deepEqual([...line.shape], [2]);
  });
  it('is selected from, turned, copied, opened and closed as a real one', () => {
    assert.deepEqual(at(da.isel({ x: { start: 1, step: 2 } }), 1, 2), [23, 103]);
    assert.deepEqual(at(da.isel({ x: [3, 0] }), 0, 1), [13, 103]);
    assert.deepEqual([...da.isel({ x: 2, y: 1 }).values], [12, 102]);
    assert.deepEqual([...da.sel({ x: 3 }).shape], [3]);
    const turned = da.transpose('y', 'x');
    assert.deepEqual([...turned.shape], [3, 4]);
    assert.deepEqual(at(turned, 2, 1), [21, 101]);
    assert.ok(turned.transpose('x', 'y').equals(da));
    assert.ok(turned.copy().equals(turned));
    const opened = da.expandDims('shot', 2);
    assert.deepEqual([...opened.shape], [4, 3, 1]);
    assert.ok(opened.dropDims('shot').equals(da));
    for (const one of [
      da.rename('a'),
      da.assignCoords({ y: ['y', [1, 2, 3]] }),
      da.swapDims({ x: 'k' }),
      da.dropCoords('x'),
    ]) {
      assert.equal(one.dtype, 'complex128');
      assert.deepEqual([...one.shape], [4, 3]);
      assert.deepEqual(one.values, da.values);
    }
  });
  it('is cut and joined, also along its last dimension; complex64 with complex128 is complex128', () => {
    assert.ok(concat(split(da, 3, 'x'), 'x').equals(da));
    assert.ok(concat([da.isel({ y: { stop: 1 } }), da.isel({ y: { start: 1 } })], 'y').equals(da));
    const parts = [grid(2, 3, 'complex64'), da.isel({ x: { start: 2 } })];
    const joined = concat(parts, 'x');
    assert.equal(joined.dtype, 'complex128');
    assert.deepEqual(at(joined, 1, 2), [21, 101]);
    assert.throws(() => concat([real(parts[0]!), parts[1]!], 'x'), { code: 'BAD_DTYPE' });
  });
  it('equals only what is complex too', () => {
    const flat = new DataArray({ data: da.values, shape: [4, 6], dims: ['x', 'y'] });
    assert.ok(!flat.equals(da) && !da.equals(flat) && da.equals(grid()) && !da.equals(conj(da)));
    assert.ok(!da.equals(grid(4, 3, 'complex64')));
  });
  it('has parts, a magnitude and an angle', () => {
    assert.deepEqual(real(da).values.slice(0, 3), Float64Array.from([0, 10, 20]));
    assert.deepEqual(imag(da).values.slice(2, 4), Float64Array.from([100, 101]));
    assert.equal(absolute(da).values[4], Math.hypot(11, 101));
    assert.equal(angle(da).values[4], Math.atan2(101, 11));
    assert.deepEqual(at(conj(da), 1, 1), [11, -101]);
    assert.equal(absolute(grid(2, 2, 'complex64')).dtype, 'float32');
    assert.deepEqual([...real(da).dims, real(da).name], ['x', 'y', 'spectrum']);
    assert.ok(real(real(da)).equals(real(da)));
    assert.equal(angle(new DataArray({ data: Float64Array.from([-2, 3]) })).values[0], Math.PI);
    assert.deepEqual([...imag(real(da)).values], new Array(12).fill(0));
    // of a view that is not contiguous
    assert.deepEqual(imag(da.transpose('y', 'x')).values, imag(da).transpose('y', 'x').values);
  });
  it('is saved in the state of an atom, and read back', () => {
    assert.ok(loadArray(saveArray(da), 'state').equals(da));
  });
  it('prints', () => {
    assert.match(da.toString(), /0\+100j {1,3}10\+100j/);
  });
  it('is refused where only real values have a meaning or a form', async () => {
    for (const refused of [() => sqrt(da), () => add(da, 1), () => add(real(da), da)])
      assert.throws(refused, { code: 'BAD_DTYPE', message: /complex128/ });
    assert.throws(() => astype(da, 'float64'), { code: 'BAD_DTYPE', message: /astype to float64.*complex128/ });
  });
  it('is made of real values by astype, and halved or doubled', () => {
    const halved = astype(da, 'complex64');
    assert.deepEqual([halved.dtype, halved.values.constructor.name], ['complex64', 'Float32Array']);
    assert.deepEqual([...halved.values], [...da.values]);
    assert.ok(astype(halved, 'complex128').equals(da));
    const view = real(da).transpose('y', 'x');
    const made = astype(view, 'complex128');
    assert.ok(real(made).equals(view));
    assert.ok(imag(made).values.every((x) => x === 0));
    assert.deepEqual([...astype(new DataArray({ data: [1n, -2n] }), 'complex64').values], [1, 0, -2, 0]);
  });
  it('refuses memory that is no pairs of its precision', () => {
    const bad = [
      { data: new Float32Array(4), dtype: 'complex128' },
      { data: new Float64Array(3), dtype: 'complex128' },
      { data: [1, 2], dtype: 'complex128' },
      { data: new Float64Array(4), dtype: 'complex128', shape: [4] },
      { data: real(da).data, dtype: 'complex128' },
    ] as const;
    for (const init of bad) assert.throws(() => new DataArray(init as never), { name: 'ArgumentError' });
  });
});
