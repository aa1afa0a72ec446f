import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { commonModeRemoval, stack } from '../../lib/atoms/functions.js';
import { Stack } from '../../lib/atoms/stack.js';
import type { AxisCoordinate } from '../../lib/coordinates/coordinate.js';
import { DenseCoordinate } from '../../lib/coordinates/dense-coordinate.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { DataArray } from '../../lib/dataarray/data-array.js';

const time = InterpCoordinate.fromBlock(0n, 2, 1_000_000n, { dim: 'time', dtype: 'datetime64[ns]' });

function section(distance: AxisCoordinate | null): DataArray {
  const size = distance?.size ?? 9;
  const data = Float64Array.from({ length: 2 * size }, (_, i) => i % size);
  const coords = { time, ...(distance === null ? {} : { distance }) };
  return new DataArray({ data, shape: [2, size], dims: ['time', 'distance'], coords });
}

describe('Stack', () => {
  it('never makes one channel of both sides of a gap', () => {
    const distance = new InterpCoordinate({
      tieIndices: [0, 4, 5, 8],
      tieValues: [0, 8, 100, 106],
      samplingInterval: 2,
      dim: 'distance',
    });
    const out = stack(section(distance), { size: 2 }) as DataArray;
    assert.deepEqual([...(out.values as Float64Array)], [0.5, 2.5, 5.5, 7.5, 0.5, 2.5, 5.5, 7.5]);
    assert.deepEqual([...(out.coords.axis('distance').values as Float64Array)], [1, 5, 101, 105]);
    assert.equal(out.coords.axis('distance').samplingInterval, 4);
  });
  it('labels a smaller group by its own centre', () => {
    const distance = InterpCoordinate.fromBlock(0, 5, 2, { dim: 'distance' });
    const out = stack(section(distance), { size: 2, rest: 'keep' }) as DataArray;
    assert.deepEqual([...(out.coords.axis('distance').values as Float64Array)], [1, 5, 8]);
    assert.deepEqual([...(out.values as Float64Array)].slice(0, 3), [0.5, 2.5, 4]);
  });
  it('takes labels that are not even, text, or none at all', () => {
    const uneven = new DenseCoordinate({ values: [0, 1, 10, 12, 30], dim: 'distance' });
    assert.deepEqual(
      [...((stack(section(uneven), { size: 2 }) as DataArray).coords.get('distance') as AxisCoordinate).values],
      [0.5, 11],
    );
    const names = new DenseCoordinate({ values: ['A', 'B', 'C', 'D'], dim: 'distance' });
    assert.deepEqual((stack(section(names), { size: 2 }) as DataArray).coords.axis('distance').values, ['A', 'C']);
    assert.ok(!(stack(section(null), { size: 2 }) as DataArray).coords.has('distance'));
  });
  it('is refused along the dimension that is cut, by name or alias', () => {
    const da = section(InterpCoordinate.fromBlock(0, 5, 2, { dim: 'distance' }));
    for (const dim of ['distance', 'last'])
      assert.throws(() => new Stack({ size: 2, dim }).push(da, { chunkDim: 'distance' }), {
        code: 'CHUNKED_WHOLE_RECORD',
      });
    assert.throws(() => stack(da, { size: 2, dim: 'depth' }), { code: 'BAD_DIM', message: /Stack: dim depth is not/ });
    assert.throws(() => new Stack({ size: 0 }), { code: 'BAD_ARGUMENT' });
  });
  it('gives nothing of too few channels', () => {
    const da = section(InterpCoordinate.fromBlock(0, 5, 2, { dim: 'distance' }));
    assert.deepEqual(new Stack({ size: 6 }).run(da), []);
  });
});

describe('CommonModeRemoval', () => {
  it('is refused along the dimension that is cut, and does not mind gaps along it', () => {
    const distance = new InterpCoordinate({
      tieIndices: [0, 1, 2, 4],
      tieValues: [0, 2, 50, 54],
      samplingInterval: 2,
      dim: 'distance',
    });
    const out = commonModeRemoval(section(distance), {}) as DataArray;
    assert.deepEqual([...(out.values as Float64Array)].slice(0, 5), [-2, -1, 0, 1, 2]);
    assert.throws(() => commonModeRemoval(section(distance), { dim: 'depth' }), { code: 'BAD_DIM' });
  });
  it('leaves no group too small to have a common mode', () => {
    assert.throws(() => commonModeRemoval(section(null), { group: 1 }), { code: 'BAD_ARGUMENT' });
    const out = commonModeRemoval(section(null), { group: 4 }) as DataArray;
    assert.deepEqual([...(out.values as Float64Array)].slice(0, 9), [-1.5, -0.5, 0.5, 1.5, -2, -1, 0, 1, 2]);
  });
});
