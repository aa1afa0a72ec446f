import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { concatCoordinates } from '../../lib/coordinates/concat-coordinates.js';
import { DenseCoordinate } from '../../lib/coordinates/dense-coordinate.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { SampledCoordinate } from '../../lib/coordinates/sampled-coordinate.js';

const SEGMENTS = 100_000;
const MS = 1_000_000n;

/** 100,000 segments of ten samples, 1 ms apart, with 11 ms from each first sample to the next. */
const firsts = BigInt64Array.from({ length: SEGMENTS }, (_, k) => BigInt(k) * 11n * MS);
const interpolated = new InterpCoordinate({
  tieIndices: Array.from({ length: 2 * SEGMENTS }, (_, k) => 10 * (k >> 1) + 9 * (k & 1)),
  tieValues: BigInt64Array.from({ length: 2 * SEGMENTS }, (_, k) => firsts[k >> 1]! + (k & 1 ? 9n * MS : 0n)),
  dtype: 'datetime64[ns]',
  samplingInterval: MS,
  dim: 'time',
});
const sampled = new SampledCoordinate({
  tieValues: firsts,
  tieLengths: new Array<number>(SEGMENTS).fill(10),
  dtype: 'datetime64[ns]',
  samplingInterval: MS,
  dim: 'time',
});
const dense = new DenseCoordinate({ values: interpolated.values, dtype: 'datetime64[ns]', dim: 'time' });

// Work that grows with ties times look-ups takes minutes here, the work that is needed a second.
describe('coordinates of 200,000 ties', { timeout: 30_000 }, () => {
  for (const axis of [interpolated, sampled, dense]) {
    it(`${axis.ctype}: thousands of look-ups and slices`, () => {
      const indices = Array.from({ length: 5_000 }, (_, k) => 200 * k + (k % 10));
      const labels = axis.getValues(indices);
      assert.deepEqual(axis.getIndexer(labels), indices);
      assert.deepEqual(axis.getIndexer(labels, 'nearest'), indices);
      for (const index of indices) {
        const part = axis.slice(index, index + 15);
        assert.equal(part.size, Math.min(15, axis.size - index));
        assert.equal(part.start, axis.getValue(index));
        assert.equal(part.end, axis.getValue(Math.min(index + 14, axis.size - 1)));
      }
    });
  }

  it('as many coordinates as that are joined', () => {
    const one = new InterpCoordinate({ tieIndices: [0], tieValues: [0], dim: 'x' });
    const parts = Array.from({ length: 200_000 }, (_, k) => one.shift(k));
    assert.equal(concatCoordinates(parts, { tolerance: false }).coordinate.size, 200_000);
  });

  it('mistakes are told in a line', () => {
    const bad = interpolated.tieIndices.map((index, k) => (k === 7 ? 0 : index));
    const tieLengths = new Array<number>(SEGMENTS).fill(0);
    for (const make of [
      () => new InterpCoordinate({ tieIndices: bad, tieValues: interpolated.tieValues }),
      () => new SampledCoordinate({ tieValues: firsts, tieLengths, samplingInterval: 1n }),
    ])
      assert.throws(make, (error: Error) => error.message.length < 200);
  });
});
