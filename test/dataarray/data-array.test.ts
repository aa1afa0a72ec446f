import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import ndarray from 'ndarray';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { concat } from '../../lib/dataarray/concat.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { promoteTypes } from '../../lib/dataarray/promotion.js';
import { split } from '../../lib/dataarray/split.js';
import { contiguous, gather, joinArrays, stridedView, view } from '../../lib/dataarray/strided.js';
import { dummy } from '../../lib/synthetics.js';

describe('DataArray', () => {
  it('is made of views, typed arrays and lists', () => {
    const data = Float32Array.from({ length: 6 }, (_, k) => k);
    const shaped = new DataArray({ data, shape: [2, 3] });
    assert.deepEqual(shaped.dims, ['dim_0', 'dim_1']);
    assert.equal(shaped.values, data, 'the same memory');
    assert.equal(shaped.nbytes, 24);
    const byCoords = new DataArray({ data, coords: { time: [0, 1], distance: [0, 1, 2] } });
    assert.deepEqual(byCoords.shape, [2, 3]);
    assert.deepEqual(byCoords.sizes, { time: 2, distance: 3 });
    const strided = new DataArray({ data: ndarray(data, [3, 2], [1, 3]) as never });
    assert.deepEqual([...strided.values], [0, 3, 1, 4, 2, 5]);
    const nested = new DataArray({
      data: [
        [1, 2],
        [3, 4],
      ],
      dtype: 'int16',
    });
    assert.ok(nested.values instanceof Int16Array);
    assert.equal(new DataArray({ data: [[1n]] }).dtype, 'int64');
    assert.equal(new DataArray({ data: 5 }).ndim, 0);
    assert.equal(new DataArray({ data: new Uint8Array(0), shape: [0, 4] }).empty, true);
  });

  it('cannot be changed through what it hands out', () => {
    const shape = [2, 3];
    const da = new DataArray({ data: { data: new Float32Array(6), shape, stride: [3, 1], offset: 0 } });
    shape[0] = 9;
    assert.deepEqual(da.shape, [2, 3]);
    assert.throws(() => (da.shape as number[]).push(1), TypeError);
    assert.throws(() => {
      da.data.shape[0] = 5;
    }, TypeError);
    assert.throws(() => {
      da.data.stride[0] = 5;
    }, TypeError);
    const time = dummy().coords.get('time') as InterpCoordinate;
    assert.throws(() => {
      (time.tieIndices as number[])[1] = 7;
    }, TypeError);
  });

  it('refuses shapes that are none, and views that leave their memory', () => {
    const data = new Float32Array(10);
    for (const shape of [
      [-2, -5],
      [2.5, 4],
    ])
      assert.throws(() => new DataArray({ data, shape }), { code: 'BAD_SHAPE' });
    for (const [shape, stride, offset] of [
      [[20], [1], 0],
      [[5], [-1], 3],
      [[5], [1], 6],
      [[5], [1, 1], 0],
      [[5], [1], 0.5],
    ] as const) {
      const view = { data, shape: [...shape], stride: [...stride], offset };
      assert.throws(() => new DataArray({ data: view }), { code: 'BAD_SHAPE' }, JSON.stringify(view));
    }
    assert.deepEqual([...new DataArray({ data: { data, shape: [5], stride: [-2], offset: 8 } }).values].length, 5);
  });

  it('takes integers for indices, no masks and no text', () => {
    for (const odd of [[true, false], ['1'], [null], [Number.NaN]])
      assert.throws(() => dummy().isel({ distance: odd as never }), { code: 'BAD_INDEX' }, JSON.stringify(odd));
    assert.deepEqual(dummy().isel({ distance: BigInt64Array.of(1n, 2n) as never }).shape, [100, 2]);
  });

  it('respects where a typed array begins', () => {
    const memory = Float64Array.from({ length: 10 }, (_, k) => k);
    const part = memory.subarray(4, 8);
    const da = new DataArray({ data: part, shape: [2, 2] });
    assert.deepEqual([...da.values], [4, 5, 6, 7]);
    const row = da.isel({ dim_0: { start: 1 } });
    assert.deepEqual([...row.values], [6, 7]);
    assert.equal(row.values.buffer, memory.buffer, 'a slice of rows is the same memory');
    assert.deepEqual([...da.isel({ dim_1: 1 }).values], [5, 7]);
  });

  it('refuses parts that do not fit, and says where', () => {
    const data = new Float64Array(6);
    assert.throws(() => new DataArray({ data, shape: [4] }), { code: 'BAD_SHAPE' });
    assert.throws(() => new DataArray({ data, shape: [2, 3], dims: ['time'] }), { code: 'BAD_DIM', message: /time/ });
    assert.throws(() => new DataArray({ data, shape: [2, 3], coords: { time: [1, 2] } }), { code: 'BAD_DIM' });
    assert.throws(() => new DataArray({ data, shape: [2, 3], coords: { x: [1, 2], y: [1] } }), {
      code: 'BAD_SHAPE',
      message: /"y" has 1 labels, dimension y has 3/,
    });
    assert.throws(() => new DataArray({ data: new DataView(new ArrayBuffer(8)) as never }), { code: 'BAD_DTYPE' });
    assert.throws(() => new DataArray({ data: [[1], [2, 3]] }), { code: 'BAD_SHAPE' });
    assert.throws(() => new DataArray({ data: ['a'] as never }), { code: 'BAD_ARGUMENT' });
  });

  it('names dimensions in errors of selection', () => {
    const da = dummy();
    assert.throws(() => da.isel({ depth: 1 }), { code: 'BAD_DIM', message: /"depth".*time, distance/ });
    assert.throws(() => da.isel({ time: 1.5 }), { code: 'BAD_INDEX' });
    assert.throws(() => da.isel({ time: 'a' as never }), { code: 'BAD_INDEX', message: /time/ });
    assert.throws(() => da.sel({ time: '2020-01-01' }), { code: 'BAD_INDEX', message: /"time"/ });
    assert.throws(() => da.dropCoords('time').sel({ time: 1 }), { code: 'BAD_DIM' });
    assert.throws(() => da.transpose('time', 'time'), { code: 'BAD_DIM' });
    assert.throws(() => da.axis('depth'), { code: 'BAD_DIM' });
    assert.equal(da.axis('last'), 1);
    assert.equal(da.getAxisNum('time'), 0);
  });

  it('replaces parts, and is not changed by that', () => {
    const da = dummy({ shape: [4, 3] });
    const before = da.toString();
    const other = da.with({ data: new Int8Array(12), name: 'x', attrs: { units: 'm' } });
    assert.equal(other.dtype, 'int8');
    assert.deepEqual(other.dims, da.dims);
    assert.ok(other.coords.equals(da.coords));
    assert.equal(other.rename('y').name, 'y');
    assert.deepEqual(other.withAttrs({}).attrs, {});
    assert.equal(da.toString(), before);
    assert.throws(() => da.assignCoords({ depth: ['depth', [1, 2]] }), { code: 'BAD_DIM' });
    assert.throws(() => da.assignCoords({ distance: [1, 2] }), { code: 'BAD_SHAPE' });
    assert.throws(() => da.with({ data: new Int8Array(11) }), { code: 'BAD_SHAPE' });
    assert.ok(Object.isFrozen(da.attrs));
  });

  it('drops and opens dimensions of one sample', () => {
    const da = dummy({ shape: [4, 1] });
    assert.deepEqual(da.dropDims('distance').dims, ['time']);
    assert.throws(() => da.dropDims('time'), { code: 'BAD_SHAPE', message: /time has 4/ });
    assert.ok(da.isel({ distance: 0 }).expandDims('distance', 1).coords.get('distance')!.values.length === 1);
    assert.throws(() => da.expandDims('time'), { code: 'BAD_DIM' });
  });

  it('compares attributes of all kinds', () => {
    const base = { a: 'x', b: [1, 2].map(String), c: 5n, d: Float64Array.of(1, Number.NaN), e: Number.NaN };
    const da = dummy({ shape: [2, 2] }).withAttrs(base);
    assert.ok(da.equals(da.withAttrs({ ...base, d: Float64Array.of(1, Number.NaN) })));
    for (const change of [
      { a: 'y' },
      { b: ['1'] },
      { c: 6n },
      { d: Float32Array.of(1, Number.NaN) },
      { d: Float64Array.of(1, 2) },
      { e: 0 },
    ])
      assert.ok(!da.equals(da.withAttrs({ ...base, ...change })), JSON.stringify(Object.keys(change)));
    const { a: _, ...less } = base;
    assert.ok(!da.equals(da.withAttrs(less)));
  });

  it('knows its sampling interval, declared or inferred', () => {
    const da = dummy();
    assert.equal(da.getSamplingInterval('time'), 0.01);
    assert.equal(da.getSamplingInterval('first', { cast: false }), 10_000_000n);
    assert.equal(da.getSamplingInterval('distance'), 10);
    // as streams of xdas 0.2.7 come: ties only
    const { tieIndices, tieValues, dtype } = da.coords.get('time') as InterpCoordinate;
    const undeclared = da.assignCoords({ time: new InterpCoordinate({ tieIndices, tieValues, dtype }) });
    assert.ok(!undeclared.coords.axis('time').isRegular());
    assert.equal(undeclared.getSamplingInterval('time'), 0.01);
    assert.equal(undeclared.getSamplingInterval('time', { cast: false }), 10_000_000n);
    assert.equal(dummy({ ctype: 'dense' }).getSamplingInterval('time'), 0.01);
    const uneven = dummy({ shape: [4, 3] }).assignCoords({ distance: [0, 1, 5] });
    assert.throws(() => uneven.getSamplingInterval('distance'), { code: 'IRREGULAR', message: /distance/ });
    assert.throws(
      () =>
        dummy({ shape: [1, 3] })
          .dropCoords('time')
          .getSamplingInterval('time'),
      { code: 'BAD_DIM' },
    );
  });

  it('shows its text in the console', () => {
    const da = dummy({ shape: [2, 2] });
    assert.equal(inspect(da), da.toString());
  });
});

describe('concat and split', () => {
  it('keep labels beside the dimension, and everything else of the first', () => {
    const da = dummy({ shape: [6, 2] })
      .assignCoords({ sample: ['time', [5n, 4n, 3n, 2n, 1n, 0n]], shot: 3 })
      .rename('v');
    assert.ok(concat(split(da, [1, 4])).equals(da));
  });

  it('promote dtypes as numpy does', () => {
    const a = dummy({ shape: [2, 2], dtype: 'int16' });
    const b = dummy({ shape: [2, 2], dtype: 'float32' });
    assert.equal(concat([a, b]).dtype, 'float32');
    assert.equal(promoteTypes('int32', 'float32'), 'float64');
    assert.equal(promoteTypes('int8', 'uint8'), 'int16');
    assert.equal(promoteTypes('int64', 'uint64'), 'float64');
    assert.equal(promoteTypes('uint32', 'int64'), 'int64');
  });

  it('say what does not fit', () => {
    const da = dummy({ shape: [4, 3] });
    assert.throws(() => concat([]), { code: 'BAD_ARGUMENT' });
    assert.throws(() => concat([da, da.isel({ distance: [0, 1] })]), { code: 'BAD_SHAPE' });
    assert.throws(() => concat([da, da.transpose()]), { code: 'BAD_DIM' });
    assert.throws(() => concat([da, dummy({ shape: [4, 3], ctype: 'sampled' })]), { code: 'BAD_COORDINATE' });
    assert.throws(() => concat([da, da.dropCoords('time')], 'shot'), { code: 'BAD_COORDINATE' });
    assert.throws(() => concat([da, da.isel({ time: [1, 2, 3, 0] })], 'shot'), {
      code: 'BAD_COORDINATE',
      message: /"time"/,
    });
    assert.throws(() => split(da, 0), { code: 'BAD_ARGUMENT' });
    assert.throws(() => split(da, [3, 1]), { code: 'BAD_ARGUMENT' });
    assert.throws(() => split(da, [9]), { code: 'BAD_ARGUMENT' });
    assert.throws(() => split(da, 2, 'first', 0.5), { code: 'BAD_ARGUMENT' });
  });

  it('empty arrays change nothing', () => {
    const da = dummy({ shape: [4, 3] });
    const none = da.isel({ time: { stop: 0 } });
    assert.ok(concat([none, da, none]).equals(da));
    assert.ok(concat([none, none]).equals(none));
  });
});

describe('strided views', () => {
  const anyView = fc
    .record({
      shape: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 }),
      offset: fc.nat(3),
      seed: fc.nat(),
    })
    .map(({ shape, offset, seed }) => {
      const axes = shape.map((_, axis) => axis).sort((a, b) => ((seed >> a) & 1) - ((seed >> b) & 1) || a - b);
      const stride = new Array<number>(shape.length);
      let step = 1 + (seed % 2);
      for (const axis of axes) {
        stride[axis] = step;
        step *= Math.max(1, shape[axis]!);
      }
      const data = Int32Array.from({ length: offset + step }, (_, k) => k);
      return stridedView(data, shape, stride, offset);
    });

  it('are copied, gathered and joined in C order', () => {
    fc.assert(
      fc.property(anyView, fc.nat(3), (array, at) => {
        const axis = at % array.shape.length;
        const flat: number[] = [];
        const visit = (depth: number, position: number): void => {
          if (depth === array.shape.length) flat.push(position);
          else for (let k = 0; k < array.shape[depth]!; k++) visit(depth + 1, position + k * array.stride[depth]!);
        };
        visit(0, array.offset);
        assert.deepEqual([...contiguous(array)], flat);
        const indices = Array.from({ length: array.shape[axis]! }, (_, k) => k);
        assert.deepEqual([...gather(array, axis, indices).data], flat);
        const parts = indices.map((k) => gather(array, axis, [k]));
        if (parts.length > 0) assert.deepEqual([...joinArrays(parts, axis, 'int32').data], flat);
      }),
    );
    assert.throws(() => view(new Int8Array(3), [2]), { code: 'BAD_SHAPE' });
  });
});
