import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { medianInPlace } from '../../lib/signal/median-in-place.js';

describe('medianInPlace', () => {
  it('is the middle of the sorted values, and leaves what is around the stretch alone', () => {
    const number = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true, min: -1e6, max: 1e6 }));
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 60 }), fc.nat(3), (values, before) => {
        const guard = new Array<number>(before).fill(777);
        const x = Float64Array.of(...guard, ...values, 777);
        const sorted = Float64Array.from(values).sort();
        const middle = sorted.length >> 1;
        const expected = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        assert.equal(medianInPlace(x, before, values.length) + 0, expected + 0);
        assert.deepEqual([...x.subarray(0, before), x.at(-1)], [...guard, 777]);
        assert.deepEqual(x.slice(before, -1).sort(), sorted);
      }),
      { numRuns: 300 },
    );
  });
  it('of infinities is one, and of nothing NaN', () => {
    assert.equal(medianInPlace(Float64Array.of(Infinity, -Infinity, Infinity), 0, 3), Infinity);
    assert.ok(Number.isNaN(medianInPlace(new Float64Array(2), 1, 0)));
  });
});
