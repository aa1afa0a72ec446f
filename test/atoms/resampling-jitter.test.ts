/** Labels that are off within their tolerance, time and again: no seam may come of them behind a resampler. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Resample, type ResampleOptions } from '../../lib/atoms/resample.js';
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
