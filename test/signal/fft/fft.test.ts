/** Transforms against numpy.fft (test/fixtures/signal/make_fft.py). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { fft, ifft, irfft, rfft, toComplex } from '../../../lib/signal/fft/fft.js';
import { nextFastLength } from '../../../lib/signal/fft/next-fast-length.js';
import { readFixture, relativeError } from '../fixture.js';

type Picks = [number, number][];
interface Case extends Record<string, Picks | number> {
  n: number;
}

const { cases, fast } = readFixture<{ cases: Case[]; fast: Record<string, [number, number][]> }>('fft');

/** The same integer noise as in make_fft.py. */
function noise(n: number, shift = 0): Float64Array {
  return Float64Array.from({ length: n }, (_, k) => {
    const i = k + shift;
    return ((i * i * 31 + i * 7919 + 17) % 10007) / 10007 - 0.5;
  });
}

function complexNoise(n: number): Float64Array {
  const [x, y] = [noise(n), noise(n, 1234)];
  return Float64Array.from({ length: 2 * n }, (_, k) => (k % 2 ? y : x)[k >> 1]);
}

function assertPicks(actual: Float64Array, picks: Picks, width: 1 | 2, what: string): void {
  const n = actual.length / width;
  const scale = actual.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  assert.equal(picks.length, Math.min(n, 4), what);
  for (const [k, [re, im]] of picks.entries()) {
    const at = width * (n <= 4 ? k : Math.floor(((2 * k + 1) * n) / 8));
    assert.ok(Math.abs(actual[at] - re) <= 2e-14 * scale, `${what}: real part ${k}: ${actual[at]} is not ${re}`);
    if (width === 2)
      assert.ok(
        Math.abs(actual[at + 1] - im) <= 2e-14 * scale,
        `${what}: imaginary part ${k}: ${actual[at + 1]} ${im}`,
      );
  }
}

describe('fft', () => {
  it('answers as numpy for every length', () => {
    for (const one of cases) {
      const { n } = one;
      const lanes = { outer: 1, length: n, inner: 1 };
      const z = complexNoise(n);
      assertPicks(fft(z, lanes), one.fft as Picks, 2, `fft ${n}`);
      assertPicks(ifft(z, lanes), one.ifft as Picks, 2, `ifft ${n}`);
      assertPicks(rfft(noise(n), lanes), one.rfft as Picks, 2, `rfft ${n}`);
      for (const [key, picks] of Object.entries(one)) {
        const [kind, points] = key.split(' ');
        if (points === undefined) continue;
        const out =
          kind === 'rfft'
            ? rfft(noise(n), lanes, { n: Number(points), norm: 'ortho' })
            : irfft(z, lanes, { n: Number(points), norm: 'forward' });
        assertPicks(out, picks as Picks, kind === 'rfft' ? 2 : 1, `${key} of ${n}`);
      }
    }
  });
  it('comes back, along any axis and for any length', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 3 }),
        (length, outer, inner) => {
          const lanes = { outer, length, inner };
          const x = noise(outer * length * inner);
          const half = { ...lanes, length: Math.floor(length / 2) + 1 };
          assert.ok(relativeError(irfft(rfft(x, lanes), half, { n: length }), x) < 1e-14);
          const z = complexNoise(outer * length * inner);
          assert.ok(relativeError(ifft(fft(z, lanes), lanes), z) < 1e-14);
        },
      ),
      { numRuns: 60 },
    );
  });
  it('of a lane does not depend on the other lanes, however large or spoilt they are', () => {
    for (const length of [30, 31, 34]) {
      const lanes = { outer: 1, length, inner: 2 };
      const x = Float64Array.from({ length: 2 * length }, (_, e) => (e % 2 ? Number.NaN : noise(length)[e >> 1]));
      const alone = rfft(noise(length), { ...lanes, inner: 1 });
      const both = rfft(x, lanes);
      for (let k = 0; k < alone.length; k += 2) {
        assert.equal(both[2 * k], alone[k]);
        assert.equal(both[2 * k + 1], alone[k + 1]);
      }
    }
  });
  it('takes real samples of any dtype', () => {
    const lanes = { outer: 1, length: 6, inner: 1 };
    const integers = [3, -1, 4, 1, -5, 9];
    const expected = fft(toComplex(Float64Array.from(integers)), lanes);
    assert.deepEqual(rfft(Int16Array.from(integers), lanes), rfft(BigInt64Array.from(integers, BigInt), lanes));
    assert.ok(relativeError(rfft(Int16Array.from(integers), lanes), expected.subarray(0, 8)) < 1e-15);
  });
  it('refuses no points at all, and arrays that do not fit', () => {
    const lanes = { outer: 1, length: 4, inner: 1 };
    assert.throws(() => rfft(new Float64Array(4), lanes, { n: 0 }), { code: 'BAD_ARGUMENT' });
    assert.throws(() => irfft(new Float64Array(2), { ...lanes, length: 1 }), { code: 'BAD_ARGUMENT' });
    assert.throws(() => fft(new Float64Array(4), lanes), { code: 'BAD_SHAPE' });
  });
});

describe('nextFastLength', () => {
  it("is scipy's", () => {
    for (const real of [false, true])
      for (const [target, length] of fast[real ? 'True' : 'False']!) assert.equal(nextFastLength(target, real), length);
    assert.throws(() => nextFastLength(0), { code: 'BAD_ARGUMENT' });
  });
});
