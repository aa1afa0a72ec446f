import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { oneBit, strainRateToStrain } from '../../lib/atoms/functions.js';
import { withoutPerSecond } from '../../lib/atoms/unit-attributes.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import type { Attrs } from '../../lib/dataarray/attributes.js';
import { DataArray } from '../../lib/dataarray/data-array.js';

function record(attrs: Attrs, values = Float64Array.from({ length: 5 }, (_, i) => i)): DataArray {
  const time = InterpCoordinate.fromBlock(0n, values.length, 500_000_000n, { dim: 'time', dtype: 'datetime64[ns]' });
  return new DataArray({ data: values, shape: [values.length], dims: ['time'], coords: { time }, attrs });
}

describe('units of rates', () => {
  const known: [string, string | null][] = [
    ['nm/m/s', 'nm/m'],
    ['1/s', '1'],
    ['strain/s', 'strain'],
    ['nm/s/m', 'nm/m'],
    ['rad/(s*m)', 'rad/m'],
    ['rad/(m*s)', 'rad/m'],
    ['nm / (m s)', 'nm/m'],
    ['strain s-1', 'strain'],
    ['nm m-1 s^-1', 'nm m-1'],
    ['s-1', '1'],
    ['Hz', '1'],
    ['counts', null],
    ['nm/m', null],
    ['m/s2', null],
    ['s', null],
  ];
  for (const [rate, unit] of known) it(`${rate} becomes ${unit}`, () => assert.equal(withoutPerSecond(rate), unit));
});

describe('StrainRateToStrain', () => {
  it('integrates a line exactly, and changes the unit', () => {
    const out = strainRateToStrain(record({ units: 'nm/m/s', gauge: 10 }), {}) as DataArray;
    assert.deepEqual([...(out.values as Float64Array)], [0, 0.25, 1, 2.25, 4]);
    assert.deepEqual(out.attrs, { units: 'nm/m', gauge: 10 });
    assert.deepEqual((strainRateToStrain(record({ unit: 'strain/s' }), {}) as DataArray).attrs, { unit: 'strain' });
    assert.deepEqual((strainRateToStrain(record({}), {}) as DataArray).attrs, {});
  });
  it('refuses what is no rate unless it is told the unit', () => {
    assert.throws(() => strainRateToStrain(record({ units: 'counts' }), {}), {
      code: 'BAD_ARGUMENT',
      message: /is counts; allowed/,
    });
    const out = strainRateToStrain(record({ units: 'counts' }), { units: 'counts s' }) as DataArray;
    assert.deepEqual(out.attrs, { units: 'counts s' });
    assert.deepEqual((strainRateToStrain(record({}), { units: 'm/m' }) as DataArray).attrs, { units: 'm/m' });
  });
  it('with a high-pass ends an offset at r / (2 pi f), not in a ramp', () => {
    const steady = record({ units: '1/s' }, new Float64Array(4000).fill(3));
    const strain = (strainRateToStrain(steady, { highpass: 0.01 }) as DataArray).values as Float64Array;
    const expected = 3 / (2 * Math.PI * 0.01);
    assert.ok(Math.abs(strain[3999] / expected - 1) < 1e-3, String(strain[3999]));
  });
  it('refuses a corner at or above Nyquist', () => {
    assert.throws(() => strainRateToStrain(record({}), { highpass: 1 }), {
      code: 'BAD_ARGUMENT',
      message: /below 1 Hz/,
    });
  });
});

describe('OneBit', () => {
  it('has no unit, no negative zero, and keeps NaN', () => {
    const out = oneBit(
      record({ units: 'nm/m/s', unit: 'nm/m/s' }, Float64Array.of(-2, -0, 0, 7, Number.NaN)),
      {},
    ) as DataArray;
    assert.deepEqual(out.attrs, { units: '1', unit: '1' });
    assert.deepEqual(
      [...(out.values as Float64Array)].map((v) => v + 0),
      [-1, 0, 0, 1, Number.NaN],
    );
  });
});
