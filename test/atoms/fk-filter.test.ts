import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FKFilter, type FKFilterOptions } from '../../lib/atoms/fk-filter.js';
import { fkFilter } from '../../lib/atoms/functions.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { DataArray } from '../../lib/dataarray/data-array.js';

const [samples, channels, dt, dx] = [200, 60, 0.01, 5];

/** Bursts of 8 Hz that run along the fibre at `velocity` m/s (negative: backward), time first. */
function wave(velocity: number): Float64Array {
  const values = new Float64Array(samples * channels);
  for (let t = 0; t < samples; t++)
    for (let x = 0; x < channels; x++) {
      const at = t * dt - 1 - ((x - channels / 2) * dx) / velocity;
      values[t * channels + x] = Math.cos(2 * Math.PI * 8 * at) * Math.exp(-((at / 0.15) ** 2));
    }
  return values;
}

function gather(values: Float64Array): DataArray {
  const time = InterpCoordinate.fromBlock(0n, samples, 10_000_000n, { dim: 'time', dtype: 'datetime64[ns]' });
  const distance = InterpCoordinate.fromBlock(100, channels, dx, { dim: 'distance' });
  return new DataArray({
    data: values,
    shape: [samples, channels],
    dims: ['time', 'distance'],
    coords: { time, distance },
    attrs: { units: 'nm/m/s' },
  });
}

const filtered = (values: Float64Array, options: Partial<FKFilterOptions>) =>
  fkFilter(gather(values), { wlen: 0.8, ...options }) as DataArray;

/** Energy away from the ends of the fibre. */
function energy(values: ArrayLike<number>): number {
  let sum = 0;
  for (let t = 0; t < samples; t++) for (let x = 15; x < channels - 15; x++) sum += values[t * channels + x] ** 2;
  return sum;
}

const share = (velocity: number, options: Partial<FKFilterOptions>) =>
  energy(filtered(wave(velocity), options).values as Float64Array) / energy(wave(velocity));

describe('FKFilter', () => {
  it('knows forward, towards larger distances, from backward', () => {
    assert.ok(share(400, { direction: 'forward' }) > 0.95);
    assert.ok(share(400, { direction: 'backward' }) < 0.01);
    assert.ok(share(-400, { direction: 'backward' }) > 0.95);
    assert.ok(share(-400, { direction: 'forward' }) < 0.01);
  });
  it('passes the velocities of its fan, in m/s', () => {
    for (const velocity of [400, -400]) {
      assert.ok(share(velocity, { vmin: 250, vmax: 700 }) > 0.9, String(share(velocity, { vmin: 250, vmax: 700 })));
      assert.ok(share(velocity, { vmin: 700 }) < 0.05);
      assert.ok(share(velocity, { vmax: 250 }) < 0.05);
      assert.ok(share(velocity, { vmin: 250, vmax: 700, mode: 'reject' }) < 0.02);
    }
  });
  it('pass and reject add up to the input; attributes stay', () => {
    const values = wave(300).map((value, i) => value + wave(-900)[i]);
    const options = { vmin: 200, vmax: 500, direction: 'forward' } as const;
    const [pass, reject] = [filtered(values, options), filtered(values, { ...options, mode: 'reject' })];
    assert.deepEqual(pass.attrs, { units: 'nm/m/s' });
    for (const [i, value] of values.entries())
      assert.ok(Math.abs((pass.values[i] as number) + (reject.values[i] as number) - value) < 1e-12);
  });
  it('refuses what has no wavenumbers', () => {
    const da = gather(wave(300));
    const gap = new InterpCoordinate({
      tieIndices: [0, 29, 30, 59],
      tieValues: [0, 145, 500, 645],
      samplingInterval: 5,
      dim: 'distance',
    });
    assert.throws(() => fkFilter(da.assignCoords({ distance: gap }), { wlen: 1, vmin: 1 }), {
      code: 'IRREGULAR',
      message: /distance has a gap/,
    });
    assert.throws(() => fkFilter(da.dropCoords('distance'), { wlen: 1, vmin: 1 }), { code: 'IRREGULAR' });
    assert.throws(() => new FKFilter({ wlen: 1, vmin: 1 }).push(da, { chunkDim: 'distance' }), {
      code: 'CHUNKED_WHOLE_RECORD',
    });
    assert.throws(() => new FKFilter({ wlen: 1, vmin: 1, distance: 'last' }).push(da, { chunkDim: 'distance' }), {
      code: 'CHUNKED_WHOLE_RECORD',
    });
    assert.throws(() => fkFilter(da, { wlen: 1, vmin: 1, distance: 'depth' }), {
      code: 'BAD_DIM',
      message: /depth is not/,
    });
  });
  it('refuses fans that are none', () => {
    for (const [options, message] of [
      [{}, /vmin: give vmin, vmax, both, or a direction/],
      [{ vmin: 500, vmax: 200 }, /vmax: must be above vmin/],
      [{ vmin: -3 }, /vmin/],
      [{ vmin: 3, taper: 2 }, /taper/],
    ] as const)
      assert.throws(() => new FKFilter({ wlen: 1, ...options }), { code: 'BAD_ARGUMENT', message });
    assert.throws(() => filtered(wave(300), { wlen: 0.01, vmin: 3 }), {
      code: 'BAD_ARGUMENT',
      message: /at least 3 samples/,
    });
  });
});
