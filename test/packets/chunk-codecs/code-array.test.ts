import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { copyChunk, gridOf } from '../../../lib/packets/chunk-codecs/chunk-boxes.js';
import { type ChunkedArray, chunkedArray } from '../../../lib/packets/chunk-codecs/chunk-pipeline.js';
import { countOf, decodeArray, encodeArray } from '../../../lib/packets/chunk-codecs/code-array.js';
import { fletcher32 } from '../../../lib/packets/chunk-codecs/fletcher32-codec.js';

const shapes = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 })), { minLength: 1, maxLength: 4 })
  .map((axes) => ({ shape: axes.map(([size]) => size), chunks: axes.map(([size, chunk]) => Math.min(size, chunk)) }));

const filters = [
  [],
  [{ id: 1, clientData: [6] }],
  [
    { id: 2, clientData: [] },
    { id: 1, clientData: [1] },
    { id: 3, clientData: [] },
  ],
];

function numbered(shape: readonly number[]): Uint16Array {
  return Uint16Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, k) => k * 257 + 1);
}

function arrayOf(shape: number[], chunks: number[], which: (typeof filters)[number]): ChunkedArray {
  return chunkedArray({ dtype: 'uint16', shape, storage: { chunks, filters: which } })!;
}

describe('an array in chunks', () => {
  test('comes back, whatever its shape, chunks and filters', () => {
    fc.assert(
      fc.property(shapes, fc.constantFrom(...filters), fc.nat({ max: 20 }), ({ shape, chunks }, which, room) => {
        const array = arrayOf(shape, chunks, which);
        const values = new Uint8Array(numbered(shape).buffer);
        const before = values.slice();
        const coded = encodeArray(values, array, room)!;
        assert.deepEqual(values, before, 'what it was given is as it was');
        assert.equal(coded.sizes.length, countOf(array));
        const { bytes, sizes, masks } = coded;
        assert.deepEqual(decodeArray({ bytes: bytes.slice(room), sizes, masks }, array), values);
      }),
    );
  });

  test('chunks are boxes, with zeros where they go beyond the array', () => {
    fc.assert(
      fc.property(shapes, ({ shape, chunks }) => {
        const values = numbered(shape);
        const grid = gridOf(shape, chunks);
        const size = chunks.reduce((product, each) => product * each, 1);
        const chunk = new Uint16Array(size);
        const box = { shape, chunkShape: chunks, itemSize: 2 };
        const index = grid.reduce((product, each) => product * each, 1) - 1;
        copyChunk('gather', new Uint8Array(values.buffer), new Uint8Array(chunk.buffer), index, box);
        for (let k = 0; k < size; k++) {
          let rest = k;
          const position = new Array<number>(shape.length);
          for (let axis = shape.length - 1; axis >= 0; axis--) {
            position[axis] = (grid[axis]! - 1) * chunks[axis]! + (rest % chunks[axis]!);
            rest = Math.floor(rest / chunks[axis]!);
          }
          const isInside = position.every((at, axis) => at < shape[axis]!);
          const flat = position.reduce((sum, at, axis) => sum * shape[axis]! + at, 0);
          assert.equal(chunk[k], isInside ? values[flat] : 0);
        }
      }),
    );
  });

  test('damage is left to HDF5: null or an error, for any byte', () => {
    const array = arrayOf([40], [40], filters[2]!);
    const coded = encodeArray(new Uint8Array(numbered([40]).buffer), array, 0)!;
    for (let at = 0; at < coded.bytes.length; at++) {
      const bytes = coded.bytes.slice();
      bytes[at]! ^= 1;
      let values: Uint8Array | null = null;
      try {
        values = decodeArray({ ...coded, bytes }, array);
      } catch {}
      assert.equal(values, null, `byte ${at}`);
    }
  });

  test('a small chunk that inflates to something large is given up early', () => {
    const large = arrayOf([2 ** 22], [2 ** 22], filters[1]!);
    const coded = encodeArray(new Uint8Array(2 ** 23), large, 0)!;
    const small = arrayOf([100], [100], filters[1]!);
    assert.throws(() => decodeArray(coded, small), { code: 'ERR_BUFFER_TOO_LARGE' });
  });

  test('filters that a mask names were left out', () => {
    const array = arrayOf([40], [40], filters[2]!);
    const raw = new Uint8Array(numbered([40]).buffer).slice();
    assert.deepEqual(decodeArray({ bytes: raw, sizes: [80], masks: [7] }, array), raw);
    assert.equal(decodeArray({ bytes: raw.slice(1), sizes: [79], masks: [7] }, array), null);
  });

  test('what codecs here cannot do is said beforehand', () => {
    const lzf = { chunks: [2], filters: [{ id: 32000, clientData: [] }] };
    assert.equal(chunkedArray({ dtype: 'uint16', shape: [2], storage: lzf }), null);
    assert.equal(chunkedArray({ dtype: 'uint16', shape: [2] }), null);
    assert.equal(chunkedArray({ dtype: 'string', shape: [2], storage: { chunks: [2], filters: [] } }), null);
  });
});

test("Fletcher's checksum of nothing, of odd lengths, and of sums that carry", () => {
  assert.equal(fletcher32(new Uint8Array(0)), 0);
  assert.equal(fletcher32(Uint8Array.of(1, 2)), 0x01020102);
  assert.equal(fletcher32(Uint8Array.of(1, 2, 3)), 0x05040402);
  assert.equal(fletcher32(new Uint8Array(2 * 1000).fill(0xff)), 0xffffffff);
});
