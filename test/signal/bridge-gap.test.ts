import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type DType, typedArrayConstructor } from '../../lib/dtype.js';
import { bridgeGap, rint } from '../../lib/signal/bridge-gap.js';

interface Case {
  dtype: DType;
  missing: number;
  ends: (number | string)[][];
  values: (number | string)[][];
}
const numbers = { inf: Number.POSITIVE_INFINITY, '-inf': Number.NEGATIVE_INFINITY, nan: Number.NaN };
const cases = JSON.parse(readFileSync('test/fixtures/seams/bridge.json', 'utf8'), (_, value) =>
  typeof value === 'string' && value in numbers ? numbers[value as keyof typeof numbers] : value,
) as Case[];

describe('bridgeGap', () => {
  it('gives the bits of numpy.interp, and of numpy.rint for integers', () => {
    for (const { dtype, missing, ends, values } of cases) {
      const array = (rows: (number | string)[][]) => new (typedArrayConstructor(dtype))(rows.flat() as number[]);
      const span = { outer: 1, inner: 6, missing, from: 0, count: missing };
      const out = bridgeGap(array([ends[0]]), array([ends[1]]), span);
      assert.deepEqual(out, array(values), `${dtype}, ${missing} missing`);
    }
  });
  it('rounds 64-bit integers exactly, halves to even', () => {
    const [a, b] = [2n ** 62n, 2n ** 62n + 3n];
    const span = { outer: 1, inner: 2, missing: 1, from: 0, count: 1 };
    const out = bridgeGap(BigInt64Array.of(a, -3n), BigInt64Array.of(b, -2n), span);
    assert.deepEqual(out, BigInt64Array.of(2n ** 62n + 2n, -2n));
    assert.deepEqual(
      [0.5, 1.5, 2.5, -0.5, -1.5, 2.4, 2.6].map((value) => rint(value) + 0),
      [0, 2, 2, 0, -2, 2, 3],
    );
  });
  it('gives the same in parts, whatever lies behind the axis', () => {
    const shapes = fc.record({ outer: fc.integer({ min: 1, max: 3 }), inner: fc.integer({ min: 1, max: 3 }) });
    const cuts = fc.record({ missing: fc.integer({ min: 1, max: 9 }), at: fc.nat(8) });
    fc.assert(
      fc.property(shapes, cuts, ({ outer, inner }, { missing, at }) => {
        const lanes = outer * inner;
        const before = Float64Array.from({ length: lanes }, (_, i) => Math.sin(i));
        const after = Float64Array.from({ length: lanes }, (_, i) => Math.cos(3 * i));
        const part = (from: number, count: number) => bridgeGap(before, after, { outer, inner, missing, from, count });
        const whole = part(0, missing);
        const middle = Math.min(at, missing);
        const [first, second] = [part(0, middle), part(middle, missing - middle)];
        for (let o = 0; o < outer; o++)
          for (let k = 0; k < missing; k++)
            for (let i = 0; i < inner; i++) {
              const piece =
                k < middle
                  ? first[(o * middle + k) * inner + i]
                  : second[(o * (missing - middle) + k - middle) * inner + i];
              assert.equal(whole[(o * missing + k) * inner + i], piece);
            }
      }),
    );
  });
});
