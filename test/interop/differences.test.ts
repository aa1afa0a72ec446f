/** Where ours is right and xdas 0.2.10 is not, or gives up: what docs/differences.md tells, one test for each. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { joinChunks } from '../../lib/atoms/chunk.js';
import {
  type Atom,
  atomFromSpec,
  DataArray,
  DenseCoordinate,
  InterpCoordinate,
  SampledCoordinate,
  split,
  Table,
} from '../../lib/index.js';
import { relativeError } from './assert-close.js';
import { describePeers } from './describe-peers.js';
import { describeArray, unpack } from './description.js';
import { type Answer, judge } from './operations/judge.js';

const start = 1_716_249_600_000_000_123n;
const time = { dim: 'time', dtype: 'datetime64[ns]' } as const;
const step = 10_000_000n;
const regular = (size: number) => InterpCoordinate.fromBlock(start, size, step, time);
const sampled = (size: number) => SampledCoordinate.fromBlock(start, size, step, time);
const fractional = (size: number) => InterpCoordinate.fromBlock(start, size, [1_000_000_000n, 300n], time);
const jittery = (size: number) =>
  new InterpCoordinate({
    tieIndices: [0, size - 1],
    tieValues: [start, start + step * BigInt(size - 1) + 700n],
    samplingInterval: step,
    tolerance: 1000n,
    ...time,
  });

function recording(coord: InterpCoordinate | SampledCoordinate, data?: Float64Array | Uint8Array): DataArray {
  const values = data ?? Float64Array.from({ length: coord.size }, (_, k) => Math.sin(k) * 3 + Math.cos(k * k));
  return new DataArray({ data: values, shape: [coord.size], dims: ['time'], coords: { time: coord } });
}

function streamed(atom: Atom, input: DataArray, cuts: number[]) {
  const chunks = split(input, cuts, 'time').flatMap((piece) => atom.push(piece, { chunkDim: 'time' }));
  return joinChunks([...chunks, ...atom.flush()], 'time');
}

const exactly = () => ({ relative: 1e-12 });

describePeers(
  'differences from xdas',
  (suite) => {
    async function ask(
      target: string,
      options: object,
      input: DataArray,
      cuts: number[] | null = null,
    ): Promise<Answer> {
      const item = { array: 0, target, options, cuts, chunkDim: 'time', atom: false };
      const [answer] = await suite.peer.call<Answer[]>('evaluate', { arrays: [describeArray(input)], items: [item] });
      return answer!;
    }

    it('Trigger finds picks on a sampled axis; xdas cannot join its labels', suite.options, async () => {
      const options = { thresh: 2.5 };
      assert.match(
        (await ask('atoms.Trigger', options, recording(sampled(60)))).error!,
        /TypeError: cannot concatenate/,
      );
      const expected = await ask('atoms.Trigger', options, recording(regular(60)));
      const picks = atomFromSpec({ Trigger: options }).apply(recording(sampled(60)));
      assert.ok(picks instanceof Table && picks.length > 0);
      judge(picks, expected, exactly);
    });

    it('DownSample and UpSample label sampled axes; xdas gets their lengths wrong', suite.options, async () => {
      const input = recording(sampled(61));
      assert.match((await ask('atoms.DownSample', { factor: 4 }, input)).error!, /conflicting sizes/);
      assert.match((await ask('atoms.UpSample', { factor: 4 }, input)).error!, /conflicting sizes/);
      for (const [name, size, last] of [
        ['DownSample', 16, start + 60n * step],
        ['UpSample', 244, start + (243n * step) / 4n],
      ] as const) {
        const out = atomFromSpec({ [name]: { factor: 4, dim: 'time' } }).apply(input);
        assert.ok(out instanceof DataArray);
        assert.equal(out.sizes.time, size);
        assert.equal(out.coords.axis('time').end, last);
      }
    });

    it(
      'streams at a fractional rate are cut anywhere; xdas refuses, or takes the rounding for a gap',
      suite.options,
      async () => {
        const options = { sos: [[0.1, 0.2, 0.1, 1, -0.9, 0.3]], dim: 'time' };
        const input = recording(fractional(88));
        const whole = await ask('atoms.SOSFilter', options, input);
        assert.match((await ask('atoms.SOSFilter', options, input, [3, 7, 40])).error!, /not consistent with/);
        // the pieces' ends are rounded: their joined axis says so by a tolerance of 1 ns
        const out = streamed(atomFromSpec({ SOSFilter: options }), input, [3, 7, 40]) as DataArray;
        assert.equal(out.coords.axis('time').end, input.coords.axis('time').end);
        const { values } = whole.array!;
        assert.ok(relativeError(out.values, unpack(values) as Float64Array) <= 1e-12);
      },
    );

    it('Fourier resampling keeps the exact rate; xdas cuts it off to nanoseconds', suite.options, async () => {
      const expected = await ask('signal.resample', { num: 70, dim: 'time' }, recording(regular(100)));
      const out = atomFromSpec({ resampleFourier: { num: 70, dim: 'time' } }).apply(recording(regular(100)));
      assert.ok(out instanceof DataArray);
      const end = unpack(expected.array!.coords[0]!.tieValues!)[1];
      assert.equal(end, start + 69n * 14_285_714n);
      assert.equal(out.coords.axis('time').end, start + 985_714_286n);
    });

    it(
      'Resample to an exact interval takes the rate as it is; xdas cuts it off to nanoseconds',
      suite.options,
      async () => {
        // 300 Hz to 100 Hz is a third; xdas takes 3333333 / 10000000, a filter of 200 million taps (asked for few here)
        const input = recording(fractional(90));
        const expected = await ask('atoms.Resample', { down: 3 }, input);
        const own = await ask('atoms.Resample', { interval: '10000000ns', numtaps: 61 }, input);
        assert.match(own.error ?? '', /Error/);
        for (const interval of ['10ms', 10_000_000n]) {
          const out = atomFromSpec({ Resample: { interval } as never }).apply(input);
          judge(out, expected, exactly);
        }
        for (const cuts of [
          [3, 40],
          [1, 2, 3, 88],
        ])
          judge(streamed(atomFromSpec({ Resample: { interval: '10ms' } }), input, cuts), expected, exactly);
        const half = atomFromSpec({ Resample: { interval: '5ms', method: 'fft' } }).apply(input) as DataArray;
        assert.equal(half.sizes.time, 60);
        assert.equal(half.coords.axis('time').samplingInterval, 5_000_000n);
      },
    );

    it('a float axis keeps its tolerance; xdas widens it by that of samples it drops', suite.options, async () => {
      const seconds = InterpCoordinate.fromBlock(0.25, 24, 0.02, { dim: 'time', dtype: 'float64' });
      const data = Float64Array.from({ length: 24 }, (_, k) => Math.sin(k));
      const input = new DataArray({ data, shape: [24], dims: ['time'], coords: { time: seconds } });
      const options = { interval: 0.05, method: 'iir', dim: 'time' };
      const tolerance = ({ array }: Answer) => unpack(array!.coords[0]!.tolerance!)[0] as unknown as number;
      const whole = tolerance(await ask('atoms.Resample', options, input));
      // the last chunk, of one sample, makes two at the higher rate, of which none is kept
      const cut = tolerance(await ask('atoms.Resample', options, input, [2, 23]));
      assert.ok(Math.abs(whole - 1e-8) < 1e-15);
      assert.ok(Math.abs(cut - 2e-8) < 1e-15);
      const out = streamed(atomFromSpec({ Resample: options }), input, [2, 23]) as DataArray;
      assert.ok(Math.abs(Number((out.coords.axis('time') as InterpCoordinate).tolerance) - whole) < 1e-15);
    });

    it('Differentiate of unsigned integers does not wrap', suite.options, async () => {
      const input = recording(regular(3), Uint8Array.of(5, 3, 9));
      const expected = await ask('atoms.Differentiate', { dim: 'time' }, input);
      assert.deepEqual(Array.from(unpack(expected.array!.values) as Float64Array), [25400, 600]);
      const out = atomFromSpec({ Differentiate: { dim: 'time' } }).apply(input);
      assert.deepEqual(Array.from((out as DataArray).values as Float64Array), [-200, 600]);
    });

    it('further labels along the stream stay; xdas drops them', suite.options, async () => {
      const shot = new DenseCoordinate({
        values: BigInt64Array.from({ length: 20 }, (_, k) => BigInt(k)),
        dim: 'time',
        dtype: 'int64',
      });
      const input = recording(regular(20)).assignCoords({ shot });
      const options = { b: [1, 0.5], a: [1], dim: 'time' };
      const expected = await ask('atoms.LFilter', options, input, [7]);
      assert.deepEqual(
        expected.array!.coords.map(({ name }) => name),
        ['time'],
      );
      const out = streamed(atomFromSpec({ LFilter: options }), input, [7]) as DataArray;
      assert.ok(out.coords.get('shot')!.equals(shot));
    });

    it('a jittery axis: labels are within its tolerance, but not those of xdas', suite.options, async () => {
      const input = recording(jittery(41));
      for (const [name, options] of [
        ['UpSample', { factor: 2, dim: 'time' }],
        ['STFT', { wlen: 0.04, dim: 'time' }],
      ] as const) {
        const expected = await ask(`atoms.${name}`, options, input);
        const out = atomFromSpec({ [name]: options }).apply(input) as DataArray;
        const theirs = expected.array!.coords.find(({ name: of }) => of === 'time')!;
        const ends = unpack(theirs.tieValues!) as unknown as bigint[];
        const coord = out.coords.axis('time');
        for (const [ours, other] of [
          [coord.start, ends[0]!],
          [coord.end, ends.at(-1)!],
        ]) {
          const off = BigInt(ours!) - BigInt(other!);
          assert.ok(off >= -1000n && off <= 1000n, `${name}: ${off} ns`);
        }
      }
    });

    it('hilbert with another number of points than samples fails in xdas; ours has none', suite.options, async () => {
      const input = recording(regular(10));
      assert.match((await ask('signal.hilbert', { N: 12, dim: 'time' }, input)).error!, /conflicting sizes/);
      assert.equal((await ask('signal.hilbert', { N: 10, dim: 'time' }, input)).error, undefined);
      assert.throws(() => atomFromSpec({ hilbert: { N: 12, dim: 'time' } }));
    });

    it('diff keeps name and attributes; xdas swaps them, and fails where there is a name', suite.options, async () => {
      const input = recording(regular(5)).rename('velocity');
      assert.match((await ask('methods.diff', { dim: 'time' }, input)).error!, /AttributeError/);
      assert.equal((atomFromSpec({ Diff: { dim: 'time' } }).apply(input) as DataArray).name, 'velocity');
    });
  },
  ['0.2.10'],
);
