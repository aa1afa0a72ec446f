import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AxisCoordinate } from '../../lib/coordinates/coordinate.js';
import { concat } from '../../lib/dataarray/concat.js';
import type { DataArray } from '../../lib/dataarray/data-array.js';
import { toStrainRate } from '../../lib/packets/asn/strain-rate.js';
import { fibreOf } from '../../lib/synthetics/fibre.js';
import { InstrumentSimulator, type SimulatorOptions } from '../../lib/synthetics/instrument-simulator.js';
import { Traffic } from '../../lib/synthetics/traffic.js';
import { Wavefield } from '../../lib/synthetics/wavefield.js';

const small: SimulatorOptions = { channels: 300, rate: 50, duration: 12 };

async function record(options: SimulatorOptions): Promise<DataArray> {
  const arrays: DataArray[] = [];
  for await (const da of new InstrumentSimulator(options)) arrays.push(da);
  return concat(arrays, 'time');
}

/** Root mean square of the samples of a block. */
function rms(da: DataArray): number {
  let sum = 0;
  for (const value of da.values as Float32Array) sum += value * value;
  return Math.sqrt(sum / da.size);
}

test('the same seed gives the same samples, however they are cut; another seed others', async () => {
  const whole = await record({ ...small, samples: 600 });
  assert.deepEqual(whole.shape, [600, 300]);
  for (const samples of [1, 7, 64]) assert.ok((await record({ ...small, samples })).equals(whole), `${samples}`);
  const other = await record({ ...small, seed: 2 });
  assert.ok(!other.with({ attrs: whole.attrs }).equals(whole));
  assert.equal(other.attrs.measurement, 'seed 2');
});

test('a wavefield can be asked for any samples in any order', () => {
  const make = () => new Wavefield({ channels: 40, dx: 10, rate: 20, seed: 5, cars: 2000, quakes: 200 });
  const forward = make();
  const rows = Array.from({ length: 60 }, (_, k) => forward.samples(100 * k, 1));
  const jumping = make();
  for (const k of [59, 3, 4, 30, 29, 0, 58, 57, 12]) assert.deepEqual(jumping.samples(100 * k, 1), rows[k], `row ${k}`);
});

test('coordinates: regular, without gaps, also at rates that nanoseconds cannot hold', async () => {
  for (const rate of [50, 3000, 33.3, 0.5]) {
    const [samples, duration] = [7, Math.max(30 / rate, 1 / rate)];
    const da = await record({ channels: 5, rate, samples, duration, start: '2024-05-21T12:00:00' });
    const time = da.coords.axis('time');
    assert.ok(time instanceof AxisCoordinate && time.isRegular(), `${rate}`);
    assert.deepEqual(time.getSplitIndices('discontinuities', 2n), []);
    assert.equal(time.size, 30);
  }
  const da = await record({ channels: 16002, samples: 3, rate: 1000, duration: 0.003, cars: 0, quakes: 0 });
  assert.equal(da.coords.axis('distance').end, 163418.2435258568);
});

test('cars drive: what they add is local and moves along the fibre', async () => {
  const [channels, rate, dx, seconds] = [390, 20, 10, 300];
  const traffic = new Traffic(fibreOf(channels, dx, rate, 1), 6);
  const row = new Float32Array(channels);
  let [touched, driven, moved] = [0, 0, 0];
  let before: number | null = null;
  for (let second = 0; second < seconds; second++) {
    const energy = new Float64Array(channels);
    for (let k = 0; k < rate; k++) {
      row.fill(0);
      traffic.add(row, 0, second * rate + k);
      for (let x = 0; x < channels; x++) energy[x]! += row[x]! ** 2;
    }
    const whole = energy.reduce((sum, one) => sum + one, 0);
    touched += energy.filter((one) => one > 0).length;
    const centre: number | null = whole > 0 ? energy.reduce((sum, one, x) => sum + one * x * dx, 0) / whole : null;
    if (centre !== null && before !== null) {
      driven++;
      const metres = Math.abs(centre - before);
      if (metres > 4 && metres < 45) moved++;
    }
    before = centre;
  }
  assert.ok(driven > 100, `${driven}`);
  assert.ok(moved > 0.7 * driven, `${moved} of ${driven}`);
  assert.ok(touched < 0.5 * seconds * channels, `${touched}`);
});

test('an earthquake arrives after 5 s: P before S, later where it is farther', async () => {
  const options = { channels: 2000, dx: 50, rate: 20, duration: 60, cars: 0, samples: 100 };
  const shaken = await record({ ...options, quakes: 1e-9 });
  const still = await record({ ...options, quakes: 0 });
  const before = { time: { stop: 100 } };
  assert.ok(shaken.isel(before).values.every((value, k) => value === still.isel(before).values[k]));
  const onset = (channel: number) =>
    (shaken.isel({ distance: channel }).values as Float32Array).findIndex(
      (value, k) => Math.abs(value - (still.isel({ distance: channel }).values[k] as number)) > 0.02,
    );
  const onsets = Array.from({ length: 20 }, (_, k) => onset(100 * k));
  const nearest = onsets.indexOf(Math.min(...onsets));
  for (let k = 1; k < onsets.length; k++)
    if (k <= nearest) assert.ok(onsets[k]! <= onsets[k - 1]! + 2, String(onsets));
    else assert.ok(onsets[k]! >= onsets[k - 1]! - 2, String(onsets));
  assert.ok(Math.max(...onsets) > Math.min(...onsets) + 40, String(onsets));
});

test('amplitudes are those of the ground: nanostrains per second at rest', async () => {
  const rest = toStrainRate(await record({ ...small, cars: 0, quakes: 0 }));
  assert.equal(rest.attrs.unit, 'strain/s');
  assert.ok(rms(rest) > 1e-9 && rms(rest) < 3e-8, `${rms(rest)}`);
});

test('options that are wrong are refused', () => {
  for (const [options, message] of [
    [{ channels: 0 }, /channels is 0; allowed: whole numbers from 1 on/],
    [{ samples: 1.5 }, /samples is 1.5/],
    [{ seed: 0.1 }, /seed is 0.1; allowed: whole numbers$/],
    [{ rate: 0 }, /rate is 0/],
    [{ rate: Number.NaN }, /rate is NaN/],
    [{ duration: -1 }, /duration is -1/],
    [{ dx: 0 }, /dx is 0/],
    [{ cars: -1 }, /cars is -1/],
    [{ quakes: 1e9 }, /quakes is 1000000000/],
  ] as const)
    assert.throws(() => new InstrumentSimulator(options), { code: 'BAD_ARGUMENT', message });
  assert.throws(() => new InstrumentSimulator({ start: 'now' }), { code: 'BAD_TIME' });
});
