import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Atom, type CallFlags } from '../../lib/atoms/atom.js';
import type { Chunk } from '../../lib/atoms/chunk.js';
import { detrend } from '../../lib/atoms/detrend.js';
import { Diff } from '../../lib/atoms/diff.js';
import { Differentiate } from '../../lib/atoms/differentiate.js';
import { DownSample } from '../../lib/atoms/down-sample.js';
import { Filter } from '../../lib/atoms/filter.js';
import { FIRFilter } from '../../lib/atoms/fir-filter.js';
import { GainControl } from '../../lib/atoms/gain-control.js';
import { hilbert } from '../../lib/atoms/hilbert.js';
import { IIRFilter } from '../../lib/atoms/iir-filter.js';
import { Integrate } from '../../lib/atoms/integrate.js';
import { LFilter } from '../../lib/atoms/lfilter.js';
import { slidingMeanRemoval } from '../../lib/atoms/mean-removal.js';
import { medfilt } from '../../lib/atoms/medfilt.js';
import { HERE, Partial } from '../../lib/atoms/partial.js';
import { Polyphase } from '../../lib/atoms/polyphase.js';
import { Rechunk } from '../../lib/atoms/rechunk.js';
import { decimate, resamplePoly } from '../../lib/atoms/record-resampling.js';
import { mean, median } from '../../lib/atoms/reductions.js';
import { Resample } from '../../lib/atoms/resample.js';
import { ResamplePoly } from '../../lib/atoms/resample-poly.js';
import { Sequential } from '../../lib/atoms/sequential.js';
import { SOSFilter } from '../../lib/atoms/sos-filter.js';
import { fft, rfft } from '../../lib/atoms/spectrum.js';
import { STALTA } from '../../lib/atoms/stalta.js';
import { STFT } from '../../lib/atoms/stft.js';
import { taper } from '../../lib/atoms/taper.js';
import { UpSample } from '../../lib/atoms/up-sample.js';
import type { DataArray } from '../../lib/dataarray/data-array.js';
import { absolute } from '../../lib/dataarray/elementwise.js';
import { lanesOf } from '../../lib/signal/lanes.js';
import { beyondEntries } from './beyond-entries.js';
import { type Entry, properties } from './conformance.js';

const sos = [
  [0.2, 0.4, 0.2, 1, -0.5, 0.25],
  [1, -2, 1, 1, -1.2, 0.5],
];
const taps = [0.01, -0.02, 0.05, 0.2, 0.3, 0.2, 0.05, -0.02, 0.01];
const dim = 'time';

/** A function with state: the sum so far of every channel, time first. */
function runningSum(da: DataArray, { sum }: { sum?: Float64Array }): [DataArray, { sum: Float64Array }] {
  const { outer, length, inner } = lanesOf(da.shape, da.dims.indexOf('time'));
  assert.equal(outer, 1);
  const next = sum?.slice() ?? new Float64Array(inner);
  const data = new Float64Array(da.size);
  for (let t = 0; t < length; t++)
    for (let i = 0; i < inner; i++) {
      next[i] += Number(da.values[t * inner + i]);
      data[t * inner + i] = next[i];
    }
  return [da.with({ data }), { sum: next }];
}

const doubled = (da: DataArray) => da.with({ data: (da.values as Float64Array).map((x) => 2 * x) });

const last = { dims: ['distance', 'time'], shape: [2, 60] };
const middle = { dims: ['distance', 'time', 'component'], shape: [2, 60, 3] };

const table: Entry[] = [
  { name: 'LFilter', make: () => new LFilter({ b: [0.1, 0.2, 0.1], a: [1, -0.6, 0.3], dim }) },
  { name: 'LFilter, FIR, time last', make: () => new LFilter({ b: [0.1, 0.2, 0.3], a: [1], dim }), ...last },
  { name: 'SOSFilter', make: () => new SOSFilter({ sos, dim }) },
  { name: 'SOSFilter, int16, time in the middle', make: () => new SOSFilter({ sos, dim }), ...middle, dtype: 'int16' },
  { name: 'SOSFilter along distance', make: () => new SOSFilter({ sos, dim: 'distance' }), shape: [60, 7] },
  { name: 'IIRFilter', make: () => new IIRFilter({ order: 3, cutoff: [2, 20], dim }) },
  { name: 'IIRFilter, ba', make: () => new IIRFilter({ order: 2, cutoff: 9, btype: 'lowpass', stype: 'ba', dim }) },
  { name: 'FIRFilter', make: () => new FIRFilter({ numtaps: 13, cutoff: 15, btype: 'lowpass', dim }) },
  {
    name: 'FIRFilter, float32',
    make: () => new FIRFilter({ numtaps: 13, cutoff: [5, 15], dim }),
    dtype: 'float32',
    ...last,
  },
  { name: 'FIRFilter, down 3', make: () => new FIRFilter({ numtaps: 13, cutoff: 15, btype: 'lowpass', down: 3, dim }) },
  { name: 'Filter', make: () => new Filter({ freq: [1, 10] }), ...last },
  { name: 'Filter, high-pass', make: () => new Filter({ freq: [1, null] }), dims: ['time'], shape: [60] },
  { name: 'Filter, fir', make: () => new Filter({ freq: [null, 20], ftype: 'fir', transition: 20 }) },
  { name: 'DownSample', make: () => new DownSample({ factor: 7, dim }) },
  { name: 'DownSample by 1', make: () => new DownSample({ factor: 1, dim }) },
  { name: 'DownSample along distance', make: () => new DownSample({ factor: 2, dim: 'distance' }), shape: [60, 5] },
  { name: 'UpSample', make: () => new UpSample({ factor: 4, dim }), ...middle },
  { name: 'Rechunk', make: () => new Rechunk({ chunks: { time: 8 } }) },
  { name: 'Polyphase', make: () => new Polyphase({ taps, dim }) },
  { name: 'Polyphase 2/5', make: () => new Polyphase({ taps, up: 2, down: 5, dim }), ...middle },
  { name: 'Polyphase 1/4, compensated', make: () => new Polyphase({ taps, down: 4, compensate: true, dim }) },
  {
    name: 'Polyphase 3/2, compensated',
    make: () => new Polyphase({ taps, up: 3, down: 2, compensate: true, dim }),
    labelSlack: 1n,
    ...last,
  },
  { name: 'Resample to 50 Hz', make: () => new Resample({ rate: 50 }) },
  { name: 'Resample 2/5', make: () => new Resample({ up: 2, down: 5 }), dtype: 'float32' },
  { name: 'Resample, nothing to do', make: () => new Resample({ rate: 100 }) },
  { name: 'Resample by 1/4, iir', make: () => new Resample({ down: 4, method: 'iir' }) },
  { name: 'Resample, odd rate', make: () => new Resample({ down: 3 }), step: 3_333_333n, ...last },
  {
    name: 'Resample 3/2 and on, labels of 20/3 ms rounded to ns',
    make: () =>
      new Sequential([
        new Resample({ up: 3, down: 2 }),
        new LFilter({ b: [1], a: [1, -0.9], dim }),
        new Resample({ up: 2, down: 3 }),
        new LFilter({ b: [1], a: [1, -0.9], dim }),
      ]),
  },
  {
    name: 'Resample 3/2 by iir and on',
    make: () =>
      new Sequential([
        new Resample({ up: 3, down: 2, method: 'iir' }),
        new LFilter({ b: [1], a: [1, -0.9], dim }),
        new Resample({ up: 2, down: 3 }),
        new LFilter({ b: [1], a: [1, -0.9], dim }),
      ]),
    labelSlack: 2n,
  },
  {
    name: 'Sequential along two dimensions',
    make: () =>
      new Sequential([new DownSample({ factor: 2, dim: 'distance' }), new LFilter({ b: [1], a: [1, -0.9], dim })]),
    shape: [60, 5],
  },
  { name: 'STALTA', make: () => new STALTA({ sta: 0.03, lta: 0.2 }), ...last },
  { name: 'STALTA, classic', make: () => new STALTA({ sta: 0.03, lta: 0.2, method: 'classic' }) },
  { name: 'STALTA, delayed', make: () => new STALTA({ sta: 0.03, lta: 0.2, method: 'delayed' }), ...middle },
  { name: 'STALTA, centered', make: () => new STALTA({ sta: 0.03, lta: 0.2, method: 'centered' }) },
  { name: 'ResamplePoly', make: () => new ResamplePoly({ target: 40, dim }) },
  {
    name: 'Resample along distance, fft',
    make: () => new Resample({ up: 3, down: 2, method: 'fft', dim: 'distance' }),
  },
  { name: 'Integrate', make: () => new Integrate({}), ...middle },
  { name: 'Integrate, float32, midpoints', make: () => new Integrate({ midpoints: true }), ...last, dtype: 'float32' },
  { name: 'Integrate along distance', make: () => new Integrate({ dim: 'distance' }) },
  { name: 'Differentiate', make: () => new Differentiate({}), ...middle },
  { name: 'Differentiate, int64', make: () => new Differentiate({ midpoints: true }), dtype: 'int64' },
  { name: 'Differentiate along distance', make: () => new Differentiate({ dim: 'distance' }), shape: [60, 4] },
  { name: 'Diff', make: () => new Diff({ dim }), ...middle },
  { name: 'Diff, third, int16, lower labels', make: () => new Diff({ dim, n: 3, label: 'lower' }), dtype: 'int16' },
  { name: 'Diff, not at all', make: () => new Diff({ dim, n: 0 }), ...last },
  { name: 'Diff along distance', make: () => new Diff({ dim: 'distance', n: 2 }), shape: [60, 5] },
  { name: 'GainControl', make: () => new GainControl({ tau: 0.1 }), ...middle },
  {
    name: 'GainControl, float32, floor',
    make: () => new GainControl({ tau: 0.03, floor: 0.2 }),
    ...last,
    dtype: 'float32',
  },
  { name: 'GainControl, int16', make: () => new GainControl({ tau: 1 }), dtype: 'int16' },
  { name: 'GainControl along distance', make: () => new GainControl({ tau: 5, dim: 'distance' }), shape: [60, 5] },
  { name: 'STFT', make: () => new STFT({ wlen: 0.08 }) },
  {
    name: 'STFT, psd, padded, time last',
    make: () => new STFT({ wlen: 0.11, hop: 0.02, scaling: 'psd', nfft: 16 }),
    ...last,
  },
  { name: 'STFT, no overlap, float32', make: () => new STFT({ wlen: 0.07, hop: 0.07 }), ...middle, dtype: 'float32' },
  { name: 'STFT, odd rate', make: () => new STFT({ wlen: 0.02 }), step: 3_333_333n },
  { name: 'STFT longer than the record', make: () => new STFT({ wlen: 3 }) },
  { name: 'STFT along distance', make: () => new STFT({ wlen: 6, hop: 2, dim: 'distance' }), shape: [60, 6] },
  {
    name: 'STFT of an analytic signal, and its magnitude',
    make: () =>
      new Sequential({
        atoms: [hilbert(HERE, { dim: 'distance' }), new STFT({ wlen: 0.05 }), new Partial({ func: absolute })],
      }),
    shape: [60, 3],
  },
  { name: 'rfft along distance', make: () => rfft(HERE, { dim: { distance: 'wavenumber' } }), shape: [60, 5] },
  { name: 'hilbert along distance', make: () => hilbert(HERE, { dim: 'distance' }), shape: [60, 5], dtype: 'float32' },
  {
    name: 'fft along distance, then DownSample',
    make: () => new Sequential([fft(HERE, { dim: { distance: 'wavenumber' } }), new DownSample({ factor: 3, dim })]),
    shape: [60, 4],
  },
  { name: 'detrend along distance', make: () => detrend(HERE, { dim: 'distance' }), shape: [60, 5] },
  { name: 'taper along distance', make: () => taper(HERE, { dim: 'distance' }), ...last },
  { name: 'slidingMeanRemoval along distance', make: () => slidingMeanRemoval(HERE, { wlen: 6, dim: 'distance' }) },
  { name: 'medfilt along distance', make: () => medfilt(HERE, { kernel: { distance: 6 } }), shape: [60, 5] },
  {
    name: 'decimate along distance',
    make: () => decimate(HERE, { q: 2, ftype: 'fir', dim: 'distance' }),
    shape: [60, 6],
  },
  { name: 'resamplePoly along distance', make: () => resamplePoly(HERE, { up: 3, down: 2, dim: 'distance' }) },
  { name: 'median over distance', make: () => median(HERE, { dim: 'distance' }), ...middle },
  { name: 'mean over the last dimension', make: () => mean(HERE, { dim: 'last' }), shape: [60, 5], dtype: 'float32' },
  { name: 'Partial', make: () => new Partial({ func: doubled }) },
  { name: 'Partial with state', make: () => new Partial({ func: runningSum, state: ['sum'], dim }) },
  {
    name: 'Sequential, nested',
    make: () =>
      new Sequential({
        atoms: [
          new Filter({ freq: [1, 20] }),
          new Sequential({ atoms: [new Resample({ down: 2 }), doubled], name: 'inner' }),
          new DownSample({ factor: 3, dim }),
          new Rechunk({ chunks: { time: 4 } }),
          new LFilter({ b: [1, -1], a: [1, -0.9], dim }),
        ],
      }),
  },
  ...beyondEntries,
];

describe('every atom keeps the contract', () => {
  for (const entry of table)
    for (const [property, check] of Object.entries(properties)) it(`${entry.name}: ${property}`, () => check(entry));
});

/** Atoms that break the contract in one way each, and the properties that must see it. */
class Forgetful extends Atom {
  protected override call(chunk: Chunk): Chunk[] {
    // a filter that starts from zero at every chunk
    return new SOSFilter({ sos, dim }).run(chunk);
  }
}

const shared = { sum: 0 };
class Sharing extends Atom<object, { on: number }> {
  constructor() {
    super({}, ['on']);
  }
  protected override initialize(): void {
    shared.sum = 0;
    this.memory = { on: 1 };
  }
  protected override call(chunk: Chunk): Chunk[] {
    const da = chunk as DataArray;
    return [da.with({ data: Float64Array.from(da.values as Float64Array, (x) => (shared.sum += x)) })];
  }
}

class Hoarding extends Atom<object, { kept: DataArray | null }> {
  constructor() {
    super({}, ['kept']);
  }
  protected override initialize(): void {
    this.memory = { kept: null };
  }
  protected override call(chunk: Chunk, { chunkDim }: CallFlags): Chunk[] {
    if (chunkDim === undefined) return [chunk];
    const { kept } = this.memory; // one chunk late, and the last one is never given
    this.memory = { kept: chunk as DataArray };
    return kept ? [kept] : [];
  }
}

class Secretive extends Atom<object, { on: number }> {
  #sum = 0; // state that is not declared, so not saved
  constructor() {
    super({}, ['on']);
  }
  protected override initialize(): void {
    this.#sum = 0;
    this.memory = { on: 1 };
  }
  protected override call(chunk: Chunk): Chunk[] {
    const da = chunk as DataArray;
    return [da.with({ data: Float64Array.from(da.values as Float64Array, (x) => (this.#sum += x)) })];
  }
}

class InPlace extends Atom {
  protected override call(chunk: Chunk): Chunk[] {
    const values = (chunk as DataArray).values as Float64Array;
    for (let i = 0; i < values.length; i++) values[i] += 1;
    return [chunk];
  }
}

describe('a wrong atom fails', () => {
  const one = { dims: ['time'], shape: [60] };
  const wrong: [Entry, string][] = [
    [{ name: 'forgets its state', make: () => new Forgetful({}) }, 'chunked is whole at any cutting'],
    [{ name: 'shares its state', make: () => new Sharing(), ...one }, 'two instances share nothing'],
    [{ name: 'never gives its last chunk', make: () => new Hoarding() }, 'chunked is whole at any cutting'],
    [{ name: 'does not save its state', make: () => new Secretive(), ...one }, 'a restored state goes on bit for bit'],
    [{ name: 'writes into its input', make: () => new InPlace({}) }, 'neither inputs nor outputs change later'],
  ];
  for (const [entry, property] of wrong)
    it(`${entry.name}: ${property}`, () => {
      assert.throws(() => properties[property](entry));
    });
});
