import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Envelope } from '../../lib/atoms/envelope.js';
import { envelope } from '../../lib/atoms/functions.js';
import { hilbert } from '../../lib/atoms/hilbert.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { absolute } from '../../lib/dataarray/elementwise.js';

const rate = 100;

function record(signal: (seconds: number) => number, count = 1000): DataArray {
  const time = InterpCoordinate.fromBlock(0n, count, 10_000_000n, { dim: 'time', dtype: 'datetime64[ns]' });
  const data = Float64Array.from({ length: count }, (_, i) => signal(i / rate));
  return new DataArray({ data, shape: [count], dims: ['time'], coords: { time } });
}

describe('Envelope', () => {
  it('of a sine in its band is its amplitude within 2e-4, as documented', () => {
    for (const frequency of [2.6, 5, 17.3, 40, 47.4]) {
      const da = record((t) => 3 * Math.sin(2 * Math.PI * frequency * t + 0.3));
      const out = envelope(da, { wlen: 1.01, compensate: true }) as DataArray;
      for (const value of (out.values as Float64Array).subarray(50, 950))
        assert.ok(Math.abs(value / 3 - 1) < 2e-4, `${frequency} Hz: ${value}`);
    }
  });
  it('is that of scipy.signal.hilbert away from the ends', () => {
    const da = record((t) => Math.sin(2 * Math.PI * 12 * t) * Math.exp(-((t - 5) ** 2)));
    const whole = absolute(hilbert(da)).values as Float64Array;
    const out = (envelope(da, { wlen: 1, compensate: true }) as DataArray).values as Float64Array;
    for (let i = 0; i < 1000; i++) assert.ok(Math.abs(out[i] - whole[i]) < 2e-4, `sample ${i}`);
  });
  it('takes its delay off the coordinate, or out of the values', () => {
    const da = record((t) => (t === 3 ? 1 : 0));
    const late = envelope(da, { wlen: 0.2 }) as DataArray;
    const ready = envelope(da, { wlen: 0.2, compensate: true }) as DataArray;
    assert.equal(late.coords.axis('time').start, -100_000_000n);
    assert.deepEqual(ready.coords.axis('time').values, da.coords.axis('time').values);
    assert.deepEqual(late.sel({ time: { start: 0n } }).values, ready.isel({ time: { stop: 990 } }).values);
    assert.equal(ready.values[300], 1);
  });
  it('refuses filters that are too short', () => {
    assert.throws(() => envelope(record(Math.sin), { wlen: 0.01 }), {
      code: 'BAD_ARGUMENT',
      message: /more than 1.5 samples/,
    });
    assert.throws(() => new Envelope({ wlen: 1, window: 'no such window' }).apply(record(Math.sin)), {
      code: 'BAD_ARGUMENT',
    });
  });
});
