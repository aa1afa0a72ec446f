/** Labels that are off within their tolerance, time and again: no seam may come of them behind a resampler. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DownSample } from '../../lib/atoms/down-sample.js';
import { Filter } from '../../lib/atoms/filter.js';
import { OneBit } from '../../lib/atoms/one-bit.js';
import { Resample, type ResampleOptions } from '../../lib/atoms/resample.js';
import { RMS } from '../../lib/atoms/rms.js';
import { Sequential } from '../../lib/atoms/sequential.js';
import { STALTA } from '../../lib/atoms/stalta.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { DataArray } from '../../lib/dataarray/data-array.js';

/** 40 samples of a clock that loses a microsecond, its tolerance, at every fourth of them. */
function drifting(): DataArray {
  const tieIndices: number[] = [];
  const tieValues: bigint[] = [];
  for (let k = 0; k < 40; k += 4)
    for (const index of [k, k + 3]) {
      tieIndices.push(index);
      tieValues.push(1716249600_000000000n + BigInt(index) * 10_000_000n - BigInt(k / 4) * 1000n);
    }
  const time = new InterpCoordinate({
    tieIndices,
    tieValues,
    samplingInterval: 10_000_000n,
    tolerance: 1000n,
    dim: 'time',
    dtype: 'datetime64[ns]',
  });
  return new DataArray({ data: Float64Array.from({ length: 40 }, (_, k) => k % 7), dims: ['time'], coords: { time } });
}

/** Packets of 10 samples at 1000 Hz, each later (or earlier) than due by half of what the axis allows. */
function* wanderingPackets(offset: bigint): Generator<DataArray> {
  for (let k = 0; k < 200; k++) {
    const start = 1716249600_000000000n + BigInt(k) * (10_000_000n + offset);
    const time = InterpCoordinate.fromBlock(start, 10, '1ms', {
      dim: 'time',
      dtype: 'datetime64[ns]',
      tolerance: 1000n,
    });
    const data = Float64Array.from({ length: 10 }, (_, i) => Math.sin(k * 10 + i));
    yield new DataArray({ data, dims: ['time'], coords: { time } });
  }
}

for (const offset of [500n, -500n])
  for (const behind of [
    () => new STALTA({ sta: 0.1, lta: 0.4 }),
    () => new DownSample({ factor: 3, dim: 'time' }),
    () => new Resample({ down: 2 }),
    () => new RMS({ wlen: 0.2 }),
  ])
    test(`packets that come ${offset} ns late make no seam for ${behind().name} behind a resampler`, () => {
      const last = behind();
      const pipeline = new Sequential([new Filter({ freq: [1, 8] }), new Resample({ rate: 25 }), last, new OneBit({})]);
      let end = 0n;
      for (const chunk of wanderingPackets(offset)) {
        for (const out of pipeline.push(chunk, { chunkDim: 'time' }))
          end = (out as DataArray).coords.axis('time').end as bigint;
      }
      const { gaps, overlaps, rateChanges } = last.counters;
      assert.deepEqual([gaps, overlaps, rateChanges], [0, 0, 0]);
      // the labels follow the clock: 200 packets later it is off by 0.1 ms, and they are with it
      const due = (end - 1716249600_000000000n) % 40_000_000n;
      const off = due > 20_000_000n ? due - 40_000_000n : due;
      assert.ok(offset > 0 ? off > 0n : off < 0n, String(off));
    });

test('a step of half an interval is a seam, whoever made it', () => {
  const late = (da: DataArray) =>
    da.coords.axis('time').start === 1716249600_010000000n
      ? da.assignCoords({ time: (da.coords.axis('time') as InterpCoordinate).shift(600_000n) })
      : da;
  const pipeline = new Sequential([late, new Filter({ freq: [1, 8] })]);
  assert.throws(
    () => {
      for (const chunk of wanderingPackets(0n)) pipeline.push(chunk, { chunkDim: 'time' });
    },
    { code: 'OVERLAP', message: /off by -600 µs, tolerance 1 µs/ },
  );
});

const methods: ResampleOptions[] = [
  { up: 3, down: 2, method: 'iir' },
  { up: 3, down: 2, method: 'fir' },
  { down: 2, method: 'iir' },
];

for (const options of methods)
  test(`a clock that drifts within its tolerance goes through ${JSON.stringify(options)} at any cutting`, () => {
    const da = drifting();
    for (let size = 1; size <= 9; size++) {
      const atom = new Resample(options);
      let count = 0;
      for (let k = 0; k < 40; k += size)
        for (const out of atom.push(da.isel({ time: { start: k, stop: k + size } }), { chunkDim: 'time' }))
          count += (out as DataArray).size;
      for (const out of atom.flush()) count += (out as DataArray).size;
      assert.equal(count, (40 * (options.up ?? 1)) / options.down!, `chunks of ${size}`);
      assert.equal(atom.counters.gaps + atom.counters.overlaps, 0);
    }
  });
