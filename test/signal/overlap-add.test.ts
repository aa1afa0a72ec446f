import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { movingMean } from '../../lib/signal/moving-mean.js';
import { endOverlapAdd, overlapAdd, overlapAddState, sineWindow } from '../../lib/signal/overlap-add.js';
import { joinRows, rowsOf, samples } from './fixture.js';

describe('overlap-add', () => {
  it('of a transform that only weights gives the samples back, at any cutting and length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(40), fc.integer({ min: 1, max: 8 }), (length, at, half) => {
        const lanes = { outer: 2, length, inner: 3 };
        const size = 2 * half;
        const window = sineWindow(size);
        const x = samples(2 * length * 3);
        const weigh = (block: Float64Array, out: Float64Array) => {
          for (let e = 0; e < block.length; e++) out[e] = block[e] * window[Math.floor(e / 3) % size] ** 2;
        };
        const state = overlapAddState(lanes, size);
        const cut = at % (length + 1);
        const parts: Float64Array[] = [];
        let out = 0;
        for (const [start, stop] of [
          [0, cut],
          [cut, length],
        ] as const) {
          const { data, rows } = overlapAdd(
            rowsOf(x, lanes, start, stop),
            { ...lanes, length: stop - start },
            size,
            state,
            weigh,
          );
          parts.push(data);
          out += rows;
        }
        if (out < length) parts.push(endOverlapAdd(lanes, size, length - out, state, weigh));
        const y = joinRows(parts, 2);
        assert.equal(y.length, x.length);
        for (const [i, value] of x.entries()) assert.ok(Math.abs(y[i] - value) < 1e-13, `${i}`);
      }),
    );
  });
  it('refuses odd blocks', () => {
    assert.throws(() => overlapAddState({ outer: 1, length: 1, inner: 1 }, 3), { code: 'BAD_ARGUMENT' });
  });
});

describe('movingMean', () => {
  it('keeps the digits of small values beside large ones', () => {
    const x = Float64Array.from({ length: 50 }, (_, k) => (k === 20 ? 1e12 : 1e-6 * (k + 1)));
    for (const half of [0, 1, 4, 30, 60]) {
      const out = new Float64Array(50);
      movingMean(x, 50, half, out, new Float64Array(2 * (50 + 2 * half)));
      for (let k = 0; k < 50; k++) {
        const window = x.subarray(Math.max(0, k - half), k + half + 1);
        const mean = window.reduce((sum, value) => sum + value, 0) / window.length;
        assert.ok(Math.abs(out[k] / mean - 1) < 1e-14, `half ${half}, ${k}: ${out[k]} is not ${mean}`);
      }
    }
  });
});
