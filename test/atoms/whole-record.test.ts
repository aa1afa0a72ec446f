/** Functions on whole records: how they are called, what they refuse, and where they are right and xdas 0.2.10 is not. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Atom } from '../../lib/atoms/atom.js';
import { detrend } from '../../lib/atoms/detrend.js';
import { Differentiate } from '../../lib/atoms/differentiate.js';
import { Filter } from '../../lib/atoms/filter.js';
import { Integrate } from '../../lib/atoms/integrate.js';
import { segmentMeanRemoval, slidingMeanRemoval } from '../../lib/atoms/mean-removal.js';
import { medfilt } from '../../lib/atoms/medfilt.js';
import { HERE } from '../../lib/atoms/partial.js';
import { decimate, resampleFourier } from '../../lib/atoms/record-resampling.js';
import { all, any, argmax, max, mean, median, percentile, quantile, std, sum } from '../../lib/atoms/reductions.js';
import { atomFromSpec, atomNames } from '../../lib/atoms/registry.js';
import { Resample } from '../../lib/atoms/resample.js';
import { taper } from '../../lib/atoms/taper.js';
import { wholeRecordFunctions } from '../../lib/atoms/whole-record-functions.js';
import { sosfiltfilt } from '../../lib/atoms/zerophase.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { SampledCoordinate } from '../../lib/coordinates/sampled-coordinate.js';
import { concat } from '../../lib/dataarray/concat.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { split } from '../../lib/dataarray/split.js';
import type { TypedArray } from '../../lib/dtype.js';
import { relativeError } from '../signal/fixture.js';
import { gappyInput } from './conformance.js';

const entry = { name: '', make: () => new Filter({ freq: [1, 10] }) };
const da = gappyInput(entry);
const gappy = gappyInput(entry, [20, 33]);
const time = { chunkDim: 'time' };

function labelled(data: TypedArray, step = 1): DataArray {
  return new DataArray({ data, coords: { x: InterpCoordinate.fromBlock(0, data.length, step, { dim: 'x' }) } });
}

describe('a function on whole records', () => {
  it('works at once, or gives an atom or a pipeline', () => {
    const atom = detrend(HERE, { type: 'constant' });
    assert.ok((atom.apply(da) as DataArray).equals(detrend(da, { type: 'constant' })));
    const pipeline = detrend(new Filter({ freq: [1, 10] }));
    const expected = detrend(new Filter({ freq: [1, 10] }).apply(da) as DataArray);
    assert.ok((pipeline.apply(da) as DataArray).equals(expected));
    assert.equal(detrend.name, 'detrend');
    assert.match(atom.toString(), /^detrend\(.*constant/);
  });
  it('is named in declared pipelines as it is called', () => {
    for (const { name } of wholeRecordFunctions) assert.ok(atomNames().includes(name), name);
    const atom = atomFromSpec([{ detrend: { type: 'constant' } }, { mean: { dim: 'distance' } }]);
    assert.ok((atom.apply(da) as DataArray).equals(mean(detrend(da, { type: 'constant' }), { dim: 'distance' })));
    assert.throws(() => atomFromSpec({ detrend: { typ: 'constant' } }), {
      code: 'BAD_ARGUMENT',
      message: /typ.*type\?/,
    });
    assert.throws(() => atomFromSpec({ quantile: { q: 2 } }), { code: 'BAD_ARGUMENT', message: /q/ });
  });
  it('refuses a stream chunked along its own dimension, and takes one along another', () => {
    const refused: Atom[] = [
      detrend(HERE),
      taper(HERE),
      slidingMeanRemoval(HERE, { wlen: 0.05 }),
      segmentMeanRemoval(HERE, { limits: ['2024-05-21T00:00:00.1', '2024-05-21T00:00:00.3'], dim: 'first' }),
      medfilt(HERE, { kernel: { distance: 2, time: 0.05 } }),
      sosfiltfilt(HERE, { sos: [[1, 0, 0, 1, 0, 0]], dim: 'time' }),
      resampleFourier(HERE, { num: 30, dim: 'first' }),
      mean(HERE, { dim: 'time' }),
      mean(HERE),
      quantile(HERE, { q: 0.5 }),
      new Resample({ rate: 50, method: 'fft' }),
    ];
    for (const atom of refused) {
      assert.throws(() => atom.push(da, time), { code: 'CHUNKED_WHOLE_RECORD' }, atom.name);
      assert.ok(atom.apply(da) instanceof DataArray, atom.name);
    }
    const parts = split(da, 4, 'time').flatMap((part) => median(HERE, { dim: 'distance' }).push(part, time));
    assert.ok(concat(parts as DataArray[], 'time').equals(median(da, { dim: 'distance' })));
  });
  it('works on each stretch between gaps by itself, also when called at once (xdas: only as an atom)', () => {
    for (const form of [(x: DataArray) => detrend(x), (x: DataArray) => medfilt(x, { kernel: { time: 0.05 } })]) {
      const expected = concat(split(gappy, [20, 33], 'time').map(form), 'time');
      assert.ok(form(gappy).equals(expected));
    }
  });
  it('reduces over gaps: all samples count', () => {
    const [first, second] = mean(gappy, { dim: 'time' }).values as Float64Array;
    const whole = mean(da, { dim: 'time' });
    assert.deepEqual([first, second], [...(whole.values as Float64Array)]);
    assert.deepEqual([...whole.dims], ['distance']);
    assert.deepEqual([...whole.coords.keys()].sort(), ['distance', 'station']);
    assert.equal(sum(gappy).ndim, 0);
  });
  it('names what it does not find', () => {
    assert.throws(() => detrend(da, { dim: 'depth' }), { code: 'BAD_DIM', message: /depth/ });
    assert.throws(() => medfilt(da, { kernel: { depth: 1 } }), { code: 'BAD_DIM', message: /depth/ });
    const bare = new DataArray({ data: new Float64Array(5), dims: ['time'] });
    assert.throws(() => slidingMeanRemoval(bare, { wlen: 1 }), { code: 'IRREGULAR' });
  });
});

describe('where xdas 0.2.10 is not right', () => {
  it('detrend: a NaN spoils its own channel only (scipy refuses the whole array)', () => {
    const data = da.values.slice() as Float64Array;
    data[0] = Number.NaN;
    const out = detrend(da.with({ data })).values;
    const clean = detrend(da).values;
    for (let e = 0; e < out.length; e++) {
      if (e % 2 === 0) assert.ok(Number.isNaN(out[e]));
      else assert.equal(out[e], clean[e]);
    }
  });
  it('sosfiltfilt: small integers do not wrap at the ends (scipy extends them in their own dtype)', () => {
    const sos = [[0.2, 0.4, 0.2, 1, -0.5, 0.25]];
    const bytes = labelled(Uint8Array.from({ length: 40 }, (_, i) => (i * 37) % 256));
    const wide = bytes.with({ data: Float64Array.from(bytes.values as Uint8Array) });
    assert.deepEqual(sosfiltfilt(bytes, { sos }).values, sosfiltfilt(wide, { sos }).values);
  });
  it('Differentiate: unsigned integers do not wrap (numpy.diff gives 254 for a step of -2)', () => {
    const out = new Differentiate({ dim: 'x' }).apply(labelled(Uint8Array.from([5, 3, 200]))) as DataArray;
    assert.deepEqual([...(out.values as Float64Array)], [-2, 197]);
  });
  it('Integrate: float32 is summed in float64 (xdas: float32, whose error grows)', () => {
    const out = new Integrate({ dim: 'x' }).apply(labelled(new Float32Array(20000).fill(0.1))) as DataArray;
    const exact = Math.fround(0.1) * 20000;
    assert.ok(relativeError([out.values[19999] as number], [exact]) < 1e-12);
  });
  it('midpoints on a time axis, to the nanosecond (xdas: a TypeError)', () => {
    const labels = (x: DataArray) => [x.coords.axis('time').start, x.coords.axis('time').end];
    const half = 5_000_000n;
    const [start, end] = labels(da) as [bigint, bigint];
    assert.deepEqual(labels(new Integrate({ midpoints: true }).apply(da) as DataArray), [start + half, end + half]);
    assert.deepEqual(labels(new Differentiate({ midpoints: true }).apply(da) as DataArray), [start + half, end - half]);
  });
  it('slidingMeanRemoval: means of integers beyond the ends are not rounded (numpy.pad rounds them)', () => {
    const data = Int16Array.from({ length: 30 }, (_, i) => (i * i) % 11);
    const options = { wlen: 7, padMode: 'mean' as const, dim: 'x' };
    const wide = slidingMeanRemoval(labelled(Float64Array.from(data)), options);
    assert.deepEqual(slidingMeanRemoval(labelled(data), options).values, wide.values);
  });
  it('segmentMeanRemoval: any dimension, integers too (xdas: the first one; integers are cut off)', () => {
    const first = da.transpose('distance', 'time').isel({ time: { stop: 12 } });
    const integers = first.with({ data: Int32Array.from({ length: 24 }, (_, e) => (e * 7) % 10) });
    const limits = [first.coords.axis('time').getValue(2) as bigint, first.coords.axis('time').getValue(9) as bigint];
    const out = segmentMeanRemoval(integers, { limits, window: 'boxcar', dim: 'last' });
    assert.equal(out.dtype, 'float64');
    for (let d = 0; d < 2; d++) {
      const row = Array.from(integers.values.subarray(12 * d, 12 * d + 12) as Int32Array);
      const average = row.slice(2, 9).reduce((a, b) => a + b) / 7;
      const expected = row.map((value, t) => (t >= 2 && t < 9 ? value - average : value));
      const actual = out.values.subarray(12 * d, 12 * d + 12) as Float64Array;
      assert.ok(relativeError(actual, expected) < 1e-15);
    }
    assert.throws(() => segmentMeanRemoval(integers, { limits: [limits[1], limits[0]], dim: 'last' }), {
      code: 'BAD_ARGUMENT',
    });
  });
  it('decimate: a sampled axis keeps as many labels as samples (xdas: a ValueError where the factor does not divide)', () => {
    const time = SampledCoordinate.fromBlock(0n, 73, 10_000_000n, { dim: 'time', dtype: 'datetime64[ns]' });
    const sampled = new DataArray({ data: new Float64Array(73), coords: { time } });
    const out = decimate(sampled, { q: 4, dim: 'time' });
    assert.deepEqual([...out.shape], [19]);
    assert.equal(out.coords.axis('time').end, 720_000_000n);
  });
  it('resampleFourier: the exact rate, whatever it is (xdas: cut off to nanoseconds, labels drift)', () => {
    const out = resampleFourier(da, { num: 7, dim: 'time' });
    const coord = out.coords.axis('time');
    assert.deepEqual(coord.samplingRatio, { numerator: 600_000_000n, denominator: 7 });
    assert.equal((coord.end as bigint) - (coord.start as bigint), 514_285_714n); // 6 * 600 ms / 7
  });
});

describe('reductions', () => {
  const x = new DataArray({
    data: [
      [1, Number.NaN, 3],
      [Number.NaN, Number.NaN, 0],
    ],
    dims: ['a', 'b'],
  });
  const list = (array: DataArray) => Array.from(array.values as Float64Array);
  it('leave NaN out, or do not', () => {
    assert.deepEqual(list(mean(x, { dim: 'b' })), [2, 0]);
    assert.deepEqual(list(mean(x, { dim: 'a' })), [1, Number.NaN, 1.5]);
    assert.deepEqual(list(sum(x, { dim: 'a' })), [1, 0, 3]);
    assert.deepEqual(list(max(x, { dim: 'b', skipna: false })), [Number.NaN, Number.NaN]);
    assert.deepEqual(list(std(x, { dim: 'b', ddof: 1 })), [Math.SQRT2, Number.NaN]);
    assert.throws(() => argmax(x, { dim: 'a' }), { code: 'BAD_ARGUMENT' });
    assert.equal(argmax(x).values[0], 2n);
  });
  it('are exact for 64 bit integers', () => {
    const big = new DataArray({ data: BigInt64Array.from([2n ** 62n + 1n, 2n ** 62n + 3n, -5n]), dims: ['a'] });
    assert.equal(max(big).values[0], 2n ** 62n + 3n);
    assert.equal(sum(big).values[0], BigInt.asIntN(64, 2n ** 63n - 1n));
    assert.equal(percentile(big, { q: 60, method: 'higher' }).values[0], 2n ** 62n + 3n);
  });
  it('answer any and all with 0 and 1', () => {
    const flags = new DataArray({
      data: [
        [0, 2],
        [0, 0],
      ],
      dims: ['a', 'b'],
      dtype: 'int8',
    });
    assert.deepEqual(list(any(flags, { dim: 'b' })), [1, 0]);
    assert.deepEqual(list(all(flags, { dim: 'a' })), [0, 0]);
    assert.equal(any(flags).dtype, 'uint8');
  });
});
