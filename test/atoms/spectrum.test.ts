/** Spectra with their labels: round trips, gaps, what is refused. Values: operations.test.ts. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { detrend } from '../../lib/atoms/detrend.js';
import { DownSample } from '../../lib/atoms/down-sample.js';
import { Filter } from '../../lib/atoms/filter.js';
import { stft } from '../../lib/atoms/functions.js';
import { hilbert } from '../../lib/atoms/hilbert.js';
import { Integrate } from '../../lib/atoms/integrate.js';
import { HERE } from '../../lib/atoms/partial.js';
import { Rechunk } from '../../lib/atoms/rechunk.js';
import { mean } from '../../lib/atoms/reductions.js';
import { atomFromSpec } from '../../lib/atoms/registry.js';
import { fft, ifft, irfft, rfft } from '../../lib/atoms/spectrum.js';
import { STALTA } from '../../lib/atoms/stalta.js';
import { STFT } from '../../lib/atoms/stft.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { absolute, real } from '../../lib/dataarray/elementwise.js';
import { relativeError } from '../signal/fixture.js';
import { gappyInput } from './conformance.js';

const entry = { name: '', make: () => new Filter({ freq: [1, 10] }) };
const da = gappyInput(entry);
const values = (array: DataArray) => array.values as Float64Array;
const forth = { dim: { time: 'frequency' } };
const back = { dim: { frequency: 'time' } };

/** `amplitude` cos(2 pi f t), 100 Hz, `size` samples. */
function cosine(frequency: number, size: number, amplitude = 1): DataArray {
  const data = Float64Array.from({ length: size }, (_, k) => amplitude * Math.cos((2 * Math.PI * frequency * k) / 100));
  const time = InterpCoordinate.fromBlock(0n, size, 10_000_000n, { dim: 'time', dtype: 'datetime64[ns]' });
  return new DataArray({ data, coords: { time } });
}

describe('spectra', () => {
  it('come back', () => {
    assert.ok(relativeError(values(real(ifft(fft(da, forth), back))), values(da)) < 1e-15);
    assert.ok(relativeError(values(irfft(rfft(da, forth), back)), values(da)) < 1e-15);
    const odd = da.isel({ time: { stop: 59 } });
    assert.ok(relativeError(values(irfft(rfft(odd, forth), { ...back, n: 59 })), values(odd)) < 1e-14);
  });
  it('have a peak where the frequency is', () => {
    const magnitude = values(absolute(rfft(cosine(25, 200, 3), forth)));
    const peak = magnitude.indexOf(Math.max(...magnitude));
    const labels = rfft(cosine(25, 200), forth).coords.axis('frequency');
    assert.equal(labels.getValue(peak), 25);
    assert.ok(Math.abs(magnitude[peak] - 300) < 1e-11);
  });
  it('keep dims, other labels, name; float32 gives complex64', () => {
    const out = fft(da.with({ data: Float32Array.from(values(da)) }), forth);
    assert.deepEqual([out.dtype, ...out.dims, out.name], ['complex64', 'frequency', 'distance', 'rate']);
    assert.deepEqual([...out.coords.keys()].sort(), ['distance', 'frequency', 'station']);
    assert.equal(irfft(rfft(da.with({ data: Float32Array.from(values(da)) }), forth), back).dtype, 'float32');
  });
  it('are refused over gaps (xdas takes the ends for neighbours), for complex input of rfft, in chunks', () => {
    assert.throws(() => fft(gappyInput(entry, [20]), forth), { code: 'DISCONTINUITY', message: /sample 20/ });
    assert.throws(() => rfft(fft(da, forth), { dim: { frequency: 'x' } }), { code: 'BAD_DTYPE' });
    assert.throws(() => hilbert(hilbert(da)), { code: 'BAD_DTYPE' });
    assert.throws(() => rfft(HERE, forth).push(da, { chunkDim: 'time' }), { code: 'CHUNKED_WHOLE_RECORD' });
    assert.throws(() => hilbert(HERE).push(da, { chunkDim: 'time' }), { code: 'CHUNKED_WHOLE_RECORD' });
    assert.throws(() => fft(da, { dim: { time: 'f', distance: 'k' } }), { code: 'BAD_ARGUMENT', message: /one pair/ });
  });
});

describe('complex chunks', () => {
  it('are taken where that has a meaning, and refused elsewhere', () => {
    const complex = hilbert(da);
    const flags = { chunkDim: 'time' };
    for (const atom of [new DownSample({ factor: 2, dim: 'time' }), new Rechunk({ chunks: { time: 7 } })]) {
      const out = [...atom.push(complex, flags), ...atom.flush()];
      assert.deepEqual([...new Set(out.map((chunk) => (chunk as DataArray).dtype))], ['complex128']);
    }
    const refusing = [
      new Filter({ freq: [1, 10] }),
      new STALTA({ sta: 0.05, lta: 0.2 }),
      new Integrate({}),
      detrend(HERE),
      mean(HERE),
    ];
    for (const atom of refusing)
      assert.throws(() => atom.apply(complex), { code: 'BAD_DTYPE', message: /complex128/ }, atom.name);
  });
});

describe('hilbert', () => {
  it('gives the envelope of a modulated sine', () => {
    const carrier = values(cosine(25, 400));
    const slow = values(cosine(1, 400));
    const modulated = cosine(25, 400).with({ data: carrier.map((x, k) => x * (2 + slow[k]!)) });
    const expected = slow.map((x) => 2 + x);
    assert.ok(relativeError(values(absolute(hilbert(modulated))), expected) < 1e-13);
  });
});

describe('STFT', () => {
  it('keeps the peak amplitude of a sine (half of it at each sign), and the power of noise as psd', () => {
    const spectrum = absolute(stft(cosine(25, 200, 3), { wlen: 0.4 }) as DataArray);
    assert.deepEqual([...spectrum.shape], [9, 21]);
    assert.ok(Math.abs(Math.max(...values(spectrum)) - 1.5) < 1e-12);
    // white samples of variance s^2 at 100 Hz have the two-sided density s^2 / 100
    let seed = 1;
    const next = () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return seed / 2 ** 32 - 0.5;
    };
    const noise = cosine(1, 40000).with({ data: Float64Array.from({ length: 40000 }, next) });
    const density = values(absolute(stft(noise, { wlen: 0.64, scaling: 'psd' }) as DataArray));
    const mean = density.reduce((sum, x) => sum + x * x, 0) / density.length;
    assert.ok(Math.abs(mean * 100 * 12 - 1) < 0.05, `${mean}`);
  });
  it('labels frames by their middle and frequencies in Hz', () => {
    const out = stft(da, { wlen: 0.1, hop: 0.04 }) as DataArray;
    assert.deepEqual([...out.dims], ['time', 'distance', 'frequency']);
    const time = out.coords.axis('time');
    assert.equal((time.start as bigint) - (da.coords.axis('time').start as bigint), 50_000_000n);
    assert.equal(time.samplingInterval, 40_000_000n);
    assert.deepEqual([...(out.coords.axis('frequency').values as Float64Array)], [0, 10, 20, 30, 40, 50]);
    assert.ok(!out.coords.has('count') && out.coords.has('station'));
  });
  it('gives no frame of a run that is shorter (xdas throws for a whole array)', () => {
    const out = new STFT({ wlen: 0.25 }).run(gappyInput(entry, [20]));
    assert.equal(out.length, 1);
    assert.throws(() => stft(da, { wlen: 2 }), { code: 'BAD_SHAPE' });
  });
  it('is declared by name, mistakes are told', () => {
    const atom = atomFromSpec([{ STFT: { wlen: 0.1, window: ['tukey', 0.3] } }, { Partial: { func: 'abs' } }]);
    assert.equal((atom.apply(da) as DataArray).dtype, 'float64');
    for (const options of [
      { wlen: 0 },
      { wlen: 0.1, hop: 0.2 },
      { wlen: 0.1, scaling: 'power' },
      { wlen: 0.1, hopp: 1 },
    ])
      assert.throws(() => atomFromSpec({ STFT: options }), { code: 'BAD_ARGUMENT' });
    assert.throws(() => stft(da, { wlen: 0.1, nfft: 5 }), { code: 'BAD_ARGUMENT', message: /nfft/ });
  });
});
