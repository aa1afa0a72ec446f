import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { despike } from '../../lib/atoms/functions.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import type { TypedArray } from '../../lib/dtype.js';

function record(data: TypedArray): DataArray {
  const time = InterpCoordinate.fromBlock(0n, data.length, 10_000_000n, { dim: 'time', dtype: 'datetime64[ns]' });
  return new DataArray({ data, shape: [data.length], dims: ['time'], coords: { time } });
}

function median(values: number[]): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  if (sorted.length === 0) return Number.NaN;
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** By definition: every window sorted anew. */
function reference(x: number[], half: number, nsigma: number, floor: number): number[] {
  return x.map((value, t) => {
    const window = x.slice(Math.max(0, t - half), t + half + 1);
    const m = median(window);
    const s = median(window.map((one) => Math.abs(one - m)));
    const off = Math.abs(value - m);
    return off > floor && off > nsigma * 1.4826 * s ? m : value;
  });
}

describe('Despike', () => {
  it('is its definition, with ties, zeros of both signs and NaN', () => {
    const value = fc.oneof(
      fc.integer({ min: -3, max: 3 }),
      fc.constantFrom(-0, Number.NaN, 1e9),
      fc.double({ min: -5, max: 5, noNaN: true }),
    );
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 50 }),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom(0, 0.5, 1, 3),
        fc.constantFrom(0, 2),
        (x, half, nsigma, floor) => {
          const wlen = (2 * half + 1) / 100;
          const da = despike(record(Float64Array.from(x)).assignCoords({ time: regular(x.length) }), {
            wlen,
            nsigma,
            floor,
          }) as DataArray;
          const expected = reference(x, half, nsigma, floor);
          assert.deepEqual(
            [...(da.values as Float64Array)].map((v) => v + 0),
            expected.map((v) => v + 0),
          );
        },
      ),
      { numRuns: 200 },
    );
  });
  it('takes single samples of counts out, and leaves all others exactly', () => {
    const x = Int16Array.from({ length: 200 }, (_, i) => Math.round(20 * Math.sin(i / 10)));
    const spiked = x.slice();
    for (const at of [0, 57, 58, 130, 199]) spiked[at] = 3000;
    const out = despike(record(spiked), { wlen: 0.09, floor: 10 }) as DataArray;
    assert.equal(out.dtype, 'float64');
    for (const [i, value] of x.entries())
      if (x[i] === spiked[i]) assert.equal(out.values[i], value);
      else assert.ok(Math.abs((out.values[i] as number) - value) <= 10, `sample ${i}: ${out.values[i]}`);
  });
});

/** Regular also for a single sample. */
function regular(size: number): InterpCoordinate {
  return InterpCoordinate.fromBlock(0n, size, 10_000_000n, { dim: 'time', dtype: 'datetime64[ns]' });
}
