import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { boxesOf } from '../../../lib/packets/zfp/boxes.js';

/** Places of the blocks' first values, in the order of ZFP's stream. */
function blockOrder(sizes: readonly number[]): string[] {
  const [size, ...inner] = sizes;
  const starts = Array.from({ length: Math.ceil(size / 4) }, (_, i) => 4 * i);
  if (inner.length === 0) return starts.map(String);
  return starts.flatMap((start) => blockOrder(inner).map((rest) => `${start},${rest}`));
}

test('boxes are small enough, have every value once, and keep the order of blocks', () => {
  const anySizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(anySizes, fc.integer({ min: 256, max: 3000 }), (sizes, most) => {
      const total = sizes.reduce((product, size) => product * size, 1);
      const strides = sizes.map((_, axis) => sizes.slice(axis + 1).reduce((product, size) => product * size, 1));
      const seen = new Uint8Array(total);
      const order: string[] = [];
      for (const { counts, starts, length } of boxesOf(sizes, most)) {
        const size = counts.reduce((product, count) => product * count, 1);
        assert.ok(size <= most && starts.length * length === size);
        const places = starts.flatMap((start) => Array.from({ length }, (_, i) => start + i));
        for (const place of places) seen[place]++;
        for (const block of blockOrder(counts)) {
          const at = block.split(',').map(Number);
          const inBox = at.reduce((place, each, axis) => place * counts[axis] + each, 0);
          order.push(strides.map((stride, axis) => Math.floor(places[inBox] / stride) % sizes[axis]).join(','));
        }
      }
      assert.ok(seen.every((times) => times === 1));
      assert.deepEqual(order, blockOrder(sizes));
    }),
  );
});
