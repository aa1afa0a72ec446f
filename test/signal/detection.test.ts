import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Lanes, lanesOf } from '../../lib/signal/lanes.js';
import {
  boxcarStaLta,
  boxcarStaLtaState,
  energyOf,
  recursiveStaLta,
  recursiveStaLtaState,
} from '../../lib/signal/sta-lta.js';
import { closeTriggers, type Picks, thresholdTrigger, triggerState } from '../../lib/signal/threshold-trigger.js';
import { chunksOf, joinRows, type Packed, readFixture, relativeError, rowsOf, samples } from './fixture.js';

const fixture = readFixture<{
  x: Packed;
  ratios: Record<'recursive' | 'classic' | 'delayed', Packed>;
  thresh: number;
  lanes: Packed;
  indices: Packed;
  values: Packed;
}>('detection');
const lanes = lanesOf(fixture.x.shape, 0);
const [NSTA, NLTA] = [5, 40];
const windows = {
  classic: [
    { size: NSTA, delay: 0 },
    { size: NLTA, delay: 0 },
  ],
  delayed: [
    { size: NSTA, delay: 0 },
    { size: NLTA, delay: NSTA },
  ],
} as const;

function recursive(x: Float64Array, shape: Lanes, cuts: readonly number[] = []) {
  const state = recursiveStaLtaState(shape);
  const parts = chunksOf(shape.length, cuts).map(([start, stop]) =>
    recursiveStaLta(energyOf(rowsOf(x, shape, start, stop)), { ...shape, length: stop - start }, NSTA, NLTA, state),
  );
  return joinRows(parts, shape.outer);
}

function boxcar(x: Float64Array, shape: Lanes, method: 'classic' | 'delayed', cuts: readonly number[] = []) {
  const [sta, lta] = windows[method];
  const state = boxcarStaLtaState(shape, sta, lta);
  const parts = chunksOf(shape.length, cuts).map(([start, stop]) =>
    boxcarStaLta(energyOf(rowsOf(x, shape, start, stop)), { ...shape, length: stop - start }, sta, lta, state),
  );
  return joinRows(parts, shape.outer);
}

describe('STA/LTA', () => {
  it('is xdas’s', () => {
    assert.ok(relativeError(recursive(fixture.x.values, lanes), fixture.ratios.recursive.values) <= 1e-12);
    for (const method of ['classic', 'delayed'] as const)
      assert.ok(relativeError(boxcar(fixture.x.values, lanes, method), fixture.ratios[method].values) <= 1e-12);
  });

  it('any cutting gives bitwise the same (property)', () => {
    const shape = { outer: 2, length: 100, inner: 3 };
    const x = samples(600);
    fc.assert(
      fc.property(fc.array(fc.nat(100)), (cuts) => {
        assert.deepEqual(recursive(x, shape, cuts), recursive(x, shape));
        for (const method of ['classic', 'delayed'] as const)
          assert.deepEqual(boxcar(x, shape, method, cuts), boxcar(x, shape, method));
      }),
      { numRuns: 30 },
    );
  });

  it('silence gives zero, not NaN', () => {
    const shape = { outer: 1, length: 100, inner: 1 };
    for (const y of [recursive(new Float64Array(100), shape), boxcar(new Float64Array(100), shape, 'classic')])
      assert.ok(y.every((value) => value === 0));
  });

  it('energy is computed in float64', () => {
    assert.deepEqual(energyOf(Int16Array.of(-300)), Float64Array.of(90000));
    assert.deepEqual(energyOf(BigInt64Array.of(-3n)), Float64Array.of(9));
  });
});

const rows = (...picks: Picks[]) =>
  picks.flatMap((p) => p.lanes.map((lane, i) => `${lane} ${p.indices[i]} ${p.values[i]}`)).sort();

function trigger(x: Float64Array, shape: Lanes, on: Float64Array, cuts: readonly number[]) {
  const state = triggerState(shape);
  const picks = chunksOf(shape.length, cuts).map(([start, stop]) =>
    thresholdTrigger(rowsOf(x, shape, start, stop), { ...shape, length: stop - start }, on, state),
  );
  return rows(...picks, closeTriggers(state));
}

describe('threshold trigger', () => {
  it('picks what xdas picks', () => {
    const expected = rows({
      lanes: Array.from(fixture.lanes.values),
      indices: Array.from(fixture.indices.values),
      values: Array.from(fixture.values.values),
    });
    assert.ok(expected.length >= 4);
    const on = new Float64Array(3).fill(fixture.thresh);
    assert.deepEqual(trigger(fixture.ratios.recursive.values, lanes, on, []), expected);
  });

  it('same rows at any cutting (property)', () => {
    const shape = { outer: 2, length: 80, inner: 2 };
    const x = samples(320).map(Math.abs);
    const on = Float64Array.of(2, 1, Number.POSITIVE_INFINITY, 3);
    const whole = trigger(x, shape, on, []);
    assert.ok(whole.length > 5);
    assert.ok(!whole.some((row) => row.startsWith('2 ')));
    fc.assert(fc.property(fc.array(fc.nat(80)), (cuts) => assert.deepEqual(trigger(x, shape, on, cuts), whole)));
  });

  it('on at the threshold itself, off below half of it, first sample of the maximum, NaN ignored', () => {
    const shape = { outer: 1, length: 8, inner: 1 };
    const x = Float64Array.of(0.9, 1, 3, Number.NaN, 3, 0.5, 0.49, 1);
    const state = triggerState(shape);
    assert.deepEqual(thresholdTrigger(x, shape, Float64Array.of(1), state), { lanes: [0], indices: [2], values: [3] });
    assert.deepEqual(closeTriggers(state), { lanes: [0], indices: [7], values: [1] });
    assert.deepEqual(closeTriggers(state), { lanes: [], indices: [], values: [] });
  });
});
