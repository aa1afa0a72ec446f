import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RMS } from '../../lib/atoms/rms.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { DataArray } from '../../lib/dataarray/data-array.js';

function record(values: Float64Array): DataArray {
  const time = InterpCoordinate.fromBlock(0n, values.length, 1_000_000n, { dim: 'time', dtype: 'datetime64[ns]' });
  return new DataArray({ data: values, shape: [values.length], dims: ['time'], coords: { time } });
}

describe('RMS', () => {
  it('keeps no trace of what was loud: quiet windows after it are exact', () => {
    const values = new Float64Array(4000).fill(1e-6);
    values.fill(1e6, 900, 1100);
    for (const hop of [0.001, 0.01, 0.03]) {
      const rms = new RMS({ wlen: 0.3, hop });
      const out = rms.apply(record(values)) as DataArray;
      const step = Math.round(hop * 1000);
      for (const [k, value] of (out.values as Float64Array).entries()) {
        const [start, stop] = [k * step, k * step + 300];
        if (stop <= 900 || start >= 1100) assert.ok(Math.abs(value / 1e-6 - 1) < 1e-14, `window ${k}: ${value}`);
      }
    }
  });
  it('holds what it says, whatever the stream does', () => {
    const rms = new RMS({ wlen: 0.3, hop: 0.1 });
    for (let k = 0; k < 20; k++) {
      const time = InterpCoordinate.fromBlock(BigInt(k) * 500_000_000n, 500, 1_000_000n, {
        dim: 'time',
        dtype: 'datetime64[ns]',
      });
      rms.push(new DataArray({ data: new Float64Array(500).fill(k), shape: [500], dims: ['time'], coords: { time } }), {
        chunkDim: 'time',
      });
    }
    const { own } = rms.state as { own: Record<string, { length: number }> };
    assert.deepEqual([own.open.length, own.prefix.length, own.ring.length], [1, 1, 6]);
  });
  it('refuses hops longer than windows', () => {
    assert.throws(() => new RMS({ wlen: 1, hop: 2 }), { code: 'BAD_ARGUMENT', message: /RMS: hop: must be at most/ });
  });
});
