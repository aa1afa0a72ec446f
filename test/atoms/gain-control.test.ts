/** GainControl against scipy's lfilter (test/fixtures/atoms/make_gain_control.py). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { GainControl } from '../../lib/atoms/gain-control.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { noise } from './described-input.js';

const path = join(process.cwd(), 'test', 'fixtures', 'atoms', 'gain-control.json');
const cases = JSON.parse(readFileSync(path, 'utf8')) as { tau: number; floor: number; values: number[] }[];

function input(): DataArray {
  const data = noise(240, 'float64') as Float64Array;
  for (let e = 90; e < 120; e++) data[e]! *= 50;
  const time = InterpCoordinate.fromBlock('2024-05-21T00:00:00', 80, '10ms', { dim: 'time' });
  return new DataArray({
    data,
    shape: [80, 3],
    dims: ['time', 'distance'],
    coords: { time },
    attrs: { units: 'nm/m' },
  });
}

describe('GainControl', () => {
  for (const { tau, floor, values } of cases)
    it(`is what scipy computes, tau ${tau}, floor ${floor}`, () => {
      const out = new GainControl({ tau, floor }).apply(input()) as DataArray;
      const some = [...(out.isel({ time: { step: 4 } }).values as Float64Array)];
      for (const [k, value] of values.entries())
        assert.ok(
          Math.abs(some[k]! - value) <= 1e-12 * Math.max(1, Math.abs(value)),
          `value ${k}: ${some[k]} is not ${value}`,
        );
      assert.deepEqual(out.attrs, { units: '1' });
      const largest = 1 / Math.sqrt(-Math.expm1(-0.01 / tau));
      assert.ok(out.values.every((y) => Math.abs(Number(y)) <= largest));
    });

  it('keeps zeros, passes NaN by, keeps float32', () => {
    const da = input();
    const data = Float32Array.from(da.values as Float64Array, (x, e) => (e % 3 === 0 ? 0 : e === 34 ? Number.NaN : x));
    const out = new GainControl({ tau: 0.1 }).apply(da.with({ data })) as DataArray;
    assert.equal(out.dtype, 'float32');
    for (const [e, y] of (out.values as Float32Array).entries())
      assert.ok(e % 3 === 0 ? y === 0 : e === 34 ? Number.isNaN(y) : Number.isFinite(y), `value ${e} is ${y}`);
  });

  it('refuses what makes no sense', () => {
    assert.throws(() => new GainControl({ tau: 0 }), { code: 'BAD_ARGUMENT', message: /GainControl: tau/ });
    assert.throws(() => new GainControl({ tau: 1, floor: -1 }), { code: 'BAD_ARGUMENT', message: /floor/ });
    assert.throws(() => new GainControl({ tau: 1, dim: 'depth' }).apply(input()), { code: 'BAD_DIM' });
  });
});
