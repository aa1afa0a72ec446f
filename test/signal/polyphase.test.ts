import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { TypedArray } from '../../lib/dtype.js';
import { firwin } from '../../lib/signal/design/firwin.js';
import { downsample, keptRows, upsample } from '../../lib/signal/downsample.js';
import { type Lanes, lanesOf } from '../../lib/signal/lanes.js';
import { flushPolyphase, type PolyphaseFilter, polyphase, polyphaseState } from '../../lib/signal/polyphase.js';
import { chunksOf, joinRows, type Packed, readFixture, rowsOf, samples } from './fixture.js';

interface Case {
  up: number;
  down: number;
  taps: Packed;
  axis: number;
  x: Packed<TypedArray>;
  causal: Packed<Float32Array | Float64Array>;
  centred: Packed<Float32Array | Float64Array> | null;
}

/** All rows of `x`, fed in chunks and flushed. */
function run(filter: PolyphaseFilter, x: TypedArray, lanes: Lanes, cuts: readonly number[]) {
  const state = polyphaseState(filter, lanes, x instanceof Float32Array);
  const outputs = chunksOf(lanes.length, cuts).map(([start, stop]) =>
    polyphase(filter, rowsOf(x, lanes, start, stop), { ...lanes, length: stop - start }, state),
  );
  outputs.push(flushPolyphase(filter, lanes, state));
  let next = 0;
  for (const { first, count, data } of outputs) {
    assert.equal(first, next);
    assert.equal(data.length, count * lanes.outer * lanes.inner);
    next += count;
  }
  assert.equal(flushPolyphase(filter, lanes, state).count, 0);
  return joinRows(
    outputs.map(({ data }) => data),
    lanes.outer,
  );
}

describe('polyphase', () => {
  for (const { up, down, taps, axis, x, causal, centred } of readFixture<Case[]>('resampling')) {
    const filter = { taps: taps.values, up, down, lead: 0 };
    const name = `${up}/${down}, ${taps.values.length} taps, ${x.values.constructor.name}, axis ${axis}`;
    const lanes = lanesOf(x.shape, axis);
    it(`${name}: scipy's upfirdn, bit for bit`, () => {
      assert.deepEqual(run(filter, x.values, lanes, []), causal.values);
      assert.deepEqual(run(filter, x.values, lanes, [5, 6, 17, 17, 30]), causal.values);
    });
    if (centred)
      it(`${name}: scipy's resample_poly with the delay taken out`, () => {
        const centredFilter = { ...filter, lead: Math.floor((taps.values.length - 1) / 2) };
        const y = run(centredFilter, x.values, lanes, [3, 20]);
        assert.equal(y.length, centred.values.length);
        // scipy is given taps / up and multiplies them again: float32 taps move by an ulp.
        const ulp = y instanceof Float32Array ? 2e-6 : 1e-13;
        const largest = Math.max(...Array.from<number>(centred.values).map(Math.abs));
        for (const [i, value] of y.entries()) assert.ok(Math.abs(value - centred.values[i]) <= ulp * largest, `${i}`);
      });
  }

  it('any cutting gives bitwise the same rows (property)', () => {
    const rate = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(
        rate,
        rate,
        fc.integer({ min: 6, max: 30 }),
        fc.boolean(),
        fc.array(fc.nat(50)),
        (up, down, n, lead, cuts) => {
          const taps = firwin(n, 0.15);
          const filter = { taps, up, down, lead: lead ? Math.floor((n - 1) / 2) : 0 };
          const lanes = { outer: 2, length: 50, inner: 5 };
          const x = samples(500);
          const whole = run(filter, x, lanes, []);
          assert.equal(whole.length, Math.ceil((50 * up) / down) * 10);
          assert.deepEqual(run(filter, x, lanes, cuts), whole);
          const single = Float32Array.from(x);
          assert.deepEqual(run(filter, single, lanes, cuts), run(filter, single, lanes, []));
        },
      ),
      { numRuns: 80 },
    );
  });

  it('a NaN reaches the outputs whose taps touch it, no other', () => {
    const x = new Float64Array(20);
    x[10] = Number.NaN;
    const y = run({ taps: Float64Array.of(1, 1, 1), up: 2, down: 1, lead: 0 }, x, lanesOf([20], 0), [9]);
    assert.deepEqual(
      Array.from(y.entries()).flatMap(([i, value]) => (Number.isNaN(value) ? [i] : [])),
      [20, 21, 22],
    );
  });

  it('refuses what it cannot do', () => {
    const filter = { taps: Float64Array.of(1, 1), up: 1, down: 1, lead: 0 };
    const lanes = lanesOf([4], 0);
    assert.throws(() => polyphaseState({ ...filter, up: 0 }, lanes, false), { code: 'BAD_ARGUMENT' });
    assert.throws(() => polyphaseState({ ...filter, down: 1.5 }, lanes, false), { code: 'BAD_ARGUMENT' });
    assert.throws(() => polyphaseState({ ...filter, lead: 2 }, lanes, false), { code: 'BAD_ARGUMENT' });
    assert.throws(() => polyphaseState({ ...filter, taps: new Float64Array(0) }, lanes, false), {
      code: 'BAD_ARGUMENT',
    });
    const state = polyphaseState(filter, lanes, false);
    assert.throws(() => polyphase(filter, new Float32Array(4), lanes, state), { code: 'BAD_DTYPE' });
    assert.throws(() => polyphase(filter, new Float64Array(3), lanes, state), { code: 'BAD_SHAPE' });
  });
});

describe('downsample and upsample', () => {
  it('keep and insert rows, in the dtype of the samples', () => {
    const lanes = { outer: 2, length: 5, inner: 2 };
    const x = Int16Array.from({ length: 20 }, (_, i) => i);
    assert.deepEqual(downsample(x, lanes, 2, 1), Int16Array.of(2, 3, 6, 7, 12, 13, 16, 17));
    assert.deepEqual(
      upsample(Int16Array.of(1, -2), { outer: 1, length: 2, inner: 1 }, 3),
      Int16Array.of(3, 0, 0, -6, 0, 0),
    );
    assert.deepEqual(
      upsample(Float32Array.of(1, 2), { outer: 2, length: 1, inner: 1 }, 2, false),
      Float32Array.of(1, 0, 2, 0),
    );
    assert.deepEqual(upsample(BigInt64Array.of(5n), { outer: 1, length: 1, inner: 1 }, 2), BigInt64Array.of(10n, 0n));
    const wide = samples(200);
    assert.deepEqual(
      downsample(wide, { outer: 1, length: 4, inner: 50 }, 3),
      joinRows([wide.subarray(0, 50), wide.subarray(150)], 1),
    );
    assert.throws(() => downsample(x, lanes, 0), { code: 'BAD_ARGUMENT' });
    assert.throws(() => upsample(x, lanes, 1.5), { code: 'BAD_ARGUMENT' });
  });

  it('the grid goes on from chunk to chunk (property)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.array(fc.nat(40)), (factor, cuts) => {
        const kept = chunksOf(40, cuts).flatMap(([start, stop]) => {
          const { first, count } = keptRows(factor, start, stop - start);
          return Array.from({ length: count }, (_, k) => start + first + k * factor);
        });
        assert.deepEqual(
          kept,
          Array.from({ length: Math.ceil(40 / factor) }, (_, k) => k * factor),
        );
      }),
    );
  });
});
