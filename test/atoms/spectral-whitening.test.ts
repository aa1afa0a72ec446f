import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { spectralWhitening } from '../../lib/atoms/functions.js';
import { SpectralWhitening } from '../../lib/atoms/spectral-whitening.js';
import { rfft } from '../../lib/atoms/spectrum.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { samples } from '../signal/fixture.js';

function record(values: Float64Array, channels = 1): DataArray {
  const count = values.length / channels;
  const time = InterpCoordinate.fromBlock(0n, count, 10_000_000n, { dim: 'time', dtype: 'datetime64[ns]' });
  return new DataArray({
    data: values,
    shape: [count, channels],
    dims: ['time', 'distance'],
    coords: { time },
    attrs: { units: '1/s' },
  });
}

/** Red noise: a random walk that forgets. */
function red(count: number): Float64Array {
  const values = samples(count);
  for (let i = 1; i < count; i++) values[i] += 0.98 * values[i - 1];
  return values;
}

/** Mean power from `low` to `high` Hz. */
function power(da: DataArray, low: number, high: number): number {
  const spectrum = rfft(da, { dim: { time: 'frequency' } }).sel({ frequency: { start: low, stop: high } });
  return (spectrum.values as Float64Array).reduce((sum, part) => sum + part * part, 0) / spectrum.size / da.size;
}

describe('SpectralWhitening', () => {
  it('makes red noise white with a standard deviation of 1, in its band', () => {
    const da = record(red(6000));
    assert.ok(power(da, 2, 4) / power(da, 30, 40) > 20);
    const all = spectralWhitening(da, { wlen: 2 }) as DataArray;
    for (const low of [2, 10, 20, 30, 40])
      assert.ok(Math.abs(power(all, low, low + 8) - 1) < 0.15, String(power(all, low, low + 8)));
    const band = spectralWhitening(da, { wlen: 2, freq: [10, 20], smoothing: 2 }) as DataArray;
    for (const low of [11, 14, 17])
      assert.ok(Math.abs(power(band, low, low + 2) - 1.27) < 0.3, String(power(band, low, low + 2)));
    assert.ok(power(band, 0, 7) < 1e-3);
    assert.ok(power(band, 23, 50) < 1e-3);
    assert.deepEqual(band.attrs, { units: '1' });
  });
  it('leaves dead channels dead, and does not make noise of a constant one', () => {
    const values = new Float64Array(800);
    for (let t = 0; t < 400; t++) values[2 * t + 1] = 3;
    const out = spectralWhitening(record(values, 2), { wlen: 0.5, freq: [20, 40], taper: 0 }) as DataArray;
    for (let t = 0; t < 400; t++) assert.equal(out.values[2 * t], 0);
  });
  it('refuses bands that are none', () => {
    assert.throws(() => spectralWhitening(record(red(100)), { wlen: 0.5, freq: [10, 50] }), {
      code: 'BAD_ARGUMENT',
      message: /freq has 50 Hz; allowed: below 50/,
    });
    assert.throws(() => new SpectralWhitening({ wlen: 1, freq: [20, 10] }), {
      code: 'BAD_ARGUMENT',
      message: /freq: must rise/,
    });
    assert.throws(() => new SpectralWhitening({ wlen: 1, water: 2 }), { code: 'BAD_ARGUMENT' });
    assert.throws(
      () => new SpectralWhitening({ wlen: 1, dim: 'distance' }).push(record(red(100)), { chunkDim: 'time' }),
      { code: 'IRREGULAR' },
    );
  });
});
