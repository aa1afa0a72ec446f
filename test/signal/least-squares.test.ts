import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { leastSquares } from '../../lib/signal/least-squares.js';
import { relativeError, samples } from './fixture.js';

describe('leastSquares', () => {
  it('leaves a residual at right angles to every column', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 20 }),
        fc.nat(1e6),
        (columns, more, seed) => {
          const rows = columns + more;
          const a = samples(rows * columns, seed + 1);
          const b = samples(rows, seed + 77);
          const x = leastSquares(a, rows, columns)(b);
          for (let c = 0; c < columns; c++) {
            let [dot, scale] = [0, 1e-300];
            for (let r = 0; r < rows; r++) {
              let residual = b[r];
              for (let k = 0; k < columns; k++) {
                residual -= a[r * columns + k] * x[k];
                scale = Math.max(scale, Math.abs(a[r * columns + k] * x[k]));
              }
              dot += residual * a[r * columns + c];
            }
            assert.ok(Math.abs(dot) <= 1e-12 * scale * 10 * rows, `column ${c}: ${dot}, scale ${scale}`);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
  it('solves again for another right side', () => {
    const solve = leastSquares(Float64Array.from([2, 1, 1, 3, 0, 0]), 3, 2);
    assert.ok(relativeError(solve(Float64Array.from([5, 10, 9])), [1, 3]) < 1e-15);
    assert.ok(relativeError(solve(Float64Array.from([3, 4, -7])), [1, 1]) < 1e-15);
  });
  it('refuses what is not determined', () => {
    assert.throws(() => leastSquares(Float64Array.from([1, 2, 2, 4, 3, 6]), 3, 2), { code: 'BAD_ARGUMENT' });
    assert.throws(() => leastSquares(Float64Array.from([1, 2]), 1, 2), { code: 'BAD_ARGUMENT' });
  });
});
