import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { allocate, dtypeOf, dtypes, isDType, itemSize, typedArrayFromBytes } from '../lib/dtype.js';

describe('dtype', () => {
  it('literal, typed array and size agree for every dtype', () => {
    for (const dtype of dtypes) {
      const array = allocate(dtype, 3);
      assert.equal(dtypeOf(array), dtype);
      assert.equal(array.byteLength, 3 * itemSize(dtype));
    }
    assert.ok(!isDType('float16'));
    assert.throws(() => dtypeOf(new DataView(new ArrayBuffer(1))), { code: 'BAD_DTYPE' });
  });

  it('is a view where alignment allows, a copy otherwise', () => {
    const bytes = new Uint8Array(new Float64Array([1, 2, 3]).buffer);
    const view = typedArrayFromBytes('float64', bytes, 8, 2);
    assert.deepEqual([...view], [2, 3]);
    assert.equal(view.buffer, bytes.buffer);
    const shifted = new Uint8Array(25);
    shifted.set(bytes, 1);
    const copy = typedArrayFromBytes('float64', shifted, 1, 3);
    assert.deepEqual([...copy], [1, 2, 3]);
    assert.notEqual(copy.buffer, shifted.buffer);
    assert.throws(() => typedArrayFromBytes('float64', bytes, 8, 3), { code: 'BAD_SHAPE' });
  });
});
