import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { TypedArray } from '../../lib/dtype.js';
import { iirfilter } from '../../lib/signal/design/iirfilter.js';
import { lanesOf } from '../../lib/signal/lanes.js';
import { lfilter, lfilterOrder } from '../../lib/signal/lfilter.js';
import { sosfilt, sosfiltStateSize, toSos } from '../../lib/signal/sosfilt.js';
import { chunksOf, joinRows, type Packed, readFixture, relativeError, rowsOf, samples } from './fixture.js';

interface Case extends Record<'zi' | 'lzi' | 'fzi' | 'y' | 'zf', Packed> {
  axis: number;
  x: Packed<TypedArray>;
  ly?: Packed;
  lzf?: Packed;
  fy?: Packed;
  fzf?: Packed;
}

const { sos, b, a, fir, cases } = readFixture<{ sos: Packed; b: Packed; a: Packed; fir: Packed; cases: Case[] }>(
  'filters',
);

describe('sosfilt', () => {
  for (const { axis, x, zi, y, zf } of cases)
    it(`axis ${axis}, ${x.values.constructor.name}: samples and state are scipy's, bit for bit`, () => {
      const state = zi.values.slice();
      const untouched = x.values.slice();
      assert.deepEqual(sosfilt(sos.values, x.values, lanesOf(x.shape, axis), state), y.values);
      assert.deepEqual(state, zf.values);
      assert.deepEqual(x.values, untouched);
    });

  it('any cutting with carried state gives bitwise the same (property)', () => {
    const filter = iirfilter(4, [0.05, 0.5], { output: 'sos' });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.nat(60)),
        (o, i, cuts) => {
          const lanes = { outer: o, length: 60, inner: i };
          const x = samples(o * 60 * i);
          const state = new Float64Array(sosfiltStateSize(filter, lanes));
          const parts = chunksOf(60, cuts).map(([start, stop]) =>
            sosfilt(filter, rowsOf(x, lanes, start, stop), { ...lanes, length: stop - start }, state),
          );
          const whole = new Float64Array(state.length);
          assert.deepEqual(joinRows(parts, o), sosfilt(filter, x, lanes, whole));
          assert.deepEqual(state, whole);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('long rows are cut in blocks without a trace', () => {
    const filter = iirfilter(2, 0.2, { btype: 'low', output: 'sos' });
    const lanes = { outer: 1, length: 7, inner: 9000 };
    const x = samples(7 * 9000);
    const y = sosfilt(filter, x, lanes);
    for (const lane of [0, 1, 8999]) {
      const column = x.filter((_, k) => k % 9000 === lane);
      const expected = sosfilt(filter, column, { outer: 1, length: 7, inner: 1 });
      assert.deepEqual(
        y.filter((_, k) => k % 9000 === lane),
        expected,
      );
    }
  });

  it('refuses what is no sections, or sizes that do not fit', () => {
    assert.throws(() => toSos([[1, 0, 0, 1, 0]]), { code: 'BAD_ARGUMENT', message: /row 0 has 5/ });
    assert.throws(() => toSos([[1, 0, 0, 2, 0, 0]]), { code: 'BAD_ARGUMENT', message: /a0/ });
    assert.throws(() => toSos([[1, 0, 0, 1, Number.NaN, 0]]), { code: 'BAD_ARGUMENT', message: /section 0 has NaN/ });
    assert.throws(() => toSos([]), { code: 'BAD_ARGUMENT' });
    assert.throws(() => toSos('sos' as never), { code: 'BAD_ARGUMENT' });
    assert.deepEqual(toSos([[1, 0, 0, 1, 0, 0]]), Float64Array.of(1, 0, 0, 1, 0, 0));
    const lanes = { outer: 1, length: 3, inner: 2 };
    assert.throws(() => sosfilt(sos.values, new Float64Array(5), lanes), { code: 'BAD_SHAPE', message: /\(1, 3, 2\)/ });
    assert.throws(() => sosfilt(sos.values, new Float64Array(6), lanes, new Float64Array(3)), { code: 'BAD_SHAPE' });
    assert.throws(() => lanesOf([3, 2], 2), { code: 'BAD_SHAPE' });
    assert.throws(() => lanesOf([], -1), { code: 'BAD_SHAPE' });
    assert.deepEqual(lanesOf([3, 4, 5, 6], -3), { outer: 3, length: 4, inner: 30 });
  });
});

describe('lfilter', () => {
  for (const { axis, x, lzi, ly, lzf, fzi, fy, fzf } of cases)
    if (ly && lzf && fy && fzf) {
      it(`axis ${axis}, ${x.values.constructor.name}: samples and state are scipy's, bit for bit`, () => {
        const state = lzi.values.slice();
        const y = lfilter({ b: b.values, a: a.values }, x.values, lanesOf(x.shape, axis), state);
        assert.deepEqual(y, ly.values);
        assert.deepEqual(state, lzf.values);
      });

      it(`axis ${axis}, ${x.values.constructor.name}: taps alone, within rounding`, () => {
        const state = fzi.values.slice();
        const y = lfilter({ b: fir.values, a: Float64Array.of(2) }, x.values, lanesOf(x.shape, axis), state);
        assert.ok(relativeError(y, fy.values) <= 1e-14);
        assert.ok(relativeError(state, fzf.values) <= 1e-14);
      });
    }

  it('any cutting with carried state gives bitwise the same (property)', () => {
    const filters = [
      iirfilter(3, [0.1, 0.5], { output: 'ba' }),
      { b: fir.values, a: Float64Array.of(1) },
      { b: Float64Array.of(2), a: Float64Array.of(4) },
      { b: Float64Array.of(1), a: Float64Array.of(1, -0.5, 0.1) },
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...filters),
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.nat(40)),
        (filter, i, cuts) => {
          const lanes = { outer: 2, length: 40, inner: i };
          const x = samples(80 * i);
          const state = new Float64Array(lfilterOrder(filter) * 2 * i);
          const parts = chunksOf(40, cuts).map(([start, stop]) =>
            lfilter(filter, rowsOf(x, lanes, start, stop), { ...lanes, length: stop - start }, state),
          );
          assert.deepEqual(joinRows(parts, 2), lfilter(filter, x, lanes));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('refuses coefficients that cannot be normalised', () => {
    const lanes = { outer: 1, length: 1, inner: 1 };
    const one = Float64Array.of(1);
    assert.throws(() => lfilter({ b: one, a: Float64Array.of(0, 1) }, one, lanes), { code: 'BAD_ARGUMENT' });
    assert.throws(() => lfilter({ b: new Float64Array(0), a: one }, one, lanes), { code: 'BAD_ARGUMENT' });
  });
});
