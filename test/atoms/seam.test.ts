import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Atom, AtomNotice } from '../../lib/atoms/atom.js';
import type { Chunk } from '../../lib/atoms/chunk.js';
import { Differentiate } from '../../lib/atoms/differentiate.js';
import { Filter } from '../../lib/atoms/filter.js';
import { Integrate } from '../../lib/atoms/integrate.js';
import { Resample } from '../../lib/atoms/resample.js';
import { RMS } from '../../lib/atoms/rms.js';
import type { Seam } from '../../lib/atoms/seam.js';
import { judgeSeam } from '../../lib/atoms/seam.js';
import { Sequential } from '../../lib/atoms/sequential.js';
import { SOSFilter } from '../../lib/atoms/sos-filter.js';
import { STFT } from '../../lib/atoms/stft.js';
import { inferRegular, runStarts, streamEdge } from '../../lib/atoms/stream-edge.js';
import { DenseCoordinate } from '../../lib/coordinates/dense-coordinate.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { split } from '../../lib/dataarray/split.js';
import { toTime } from '../../lib/time.js';

const ms = 1_000_000n;
const start = toTime('2024-05-21T12:00:00.123456789');
const flags = { chunkDim: 'time' };

interface Block {
  at?: bigint;
  size?: number;
  step?: bigint | null;
  tolerance?: bigint;
}

/** One-channel chunk of ones from `start + at`, every 10 ms; `step: null` declares no interval. */
function block({ at = 0n, size = 10, step = 10n * ms, tolerance }: Block): DataArray {
  const first = start + at;
  const common = { dim: 'time', dtype: 'datetime64[ns]' } as const;
  const time =
    step === null
      ? new InterpCoordinate({
          tieIndices: [0, size - 1],
          tieValues: [first, first + 10n * ms * BigInt(size - 1)],
          ...common,
        })
      : InterpCoordinate.fromBlock(first, size, step, { ...common, tolerance });
  return new DataArray({ data: new Float64Array(size).fill(1), coords: { time } });
}

const verdict = (a: Block, b: Block) =>
  judgeSeam(streamEdge(block(a), 'time'), streamEdge(block(b), 'time'), 'test')?.verdict ?? null;

const filter = () => new SOSFilter({ sos: [[0.5, 0, 0, 1, -0.5, 0]], dim: 'time' });

describe('judging a seam', () => {
  const cases: [string, Block, Block, string | null][] = [
    ['one interval later', {}, { at: 100n * ms }, 'continuous'],
    ['a nanosecond late without tolerance', {}, { at: 100n * ms + 1n }, 'gap'],
    ['a nanosecond early without tolerance', {}, { at: 100n * ms - 1n }, 'overlap'],
    ['late within the tolerance of the later side', {}, { at: 100n * ms + 900n, tolerance: 1000n }, 'continuous'],
    ['late within the tolerance of the earlier side', { tolerance: 1000n }, { at: 100n * ms + 1000n }, 'continuous'],
    ['just beyond the tolerance', { tolerance: 1000n }, { at: 100n * ms + 1001n }, 'gap'],
    ['early within the tolerance', { tolerance: 1000n }, { at: 100n * ms - 1000n }, 'continuous'],
    ['another interval', {}, { at: 100n * ms, step: 5n * ms }, 'rate'],
    [
      'an interval that differs within the tolerance',
      { tolerance: 1000n },
      { at: 100n * ms, step: 10n * ms + 500n },
      'continuous',
    ],
    ['the same chunk again', {}, {}, 'overlap'],
    ['one declared, one inferred', {}, { at: 100n * ms, step: null }, 'continuous'],
    [
      'both inferred, off by a tenth of a percent of a sample',
      { step: null },
      { at: 100n * ms + 10_000n, step: null },
      'continuous',
    ],
    ['both inferred, one sample missing', { step: null }, { at: 110n * ms, step: null }, 'gap'],
    ['inferred, half a sample early', { step: null }, { at: 95n * ms, step: null }, 'overlap'],
  ];
  for (const [what, a, b, expected] of cases) it(what, () => assert.equal(verdict(a, b), expected));

  it('judges one-sample chunks by the rate of the side that knows one', () => {
    const single = (at: bigint) =>
      new DataArray({
        data: new Float64Array(1),
        coords: {
          time: new InterpCoordinate({
            tieIndices: [0],
            tieValues: [start + at],
            dim: 'time',
            dtype: 'datetime64[ns]',
          }),
        },
      });
    const edge = (da: DataArray) => streamEdge(da, 'time');
    assert.equal(judgeSeam(edge(single(0n)), edge(single(10n * ms)), 'test'), null);
    assert.equal(judgeSeam(edge(block({})), edge(single(100n * ms)), 'test')?.verdict, 'continuous');
    assert.equal(judgeSeam(edge(block({})), edge(single(110n * ms)), 'test')?.verdict, 'gap');
    assert.equal(judgeSeam(edge(single(-10n * ms)), edge(block({})), 'test')?.verdict, 'continuous');
  });

  it('samples one by one keep the tolerance of the rate that they are judged by', () => {
    // 300 Hz, labels rounded to ns, no interval declared: as xdas 0.2.7 sends them
    const at = (index: number) => start + BigInt(Math.round((index * 1e9) / 300));
    const chunk = (first: number, size: number) => {
      const tieIndices = size > 1 ? [0, size - 1] : [0];
      const time = new InterpCoordinate({
        tieIndices,
        tieValues: tieIndices.map((index) => at(first + index)),
        dim: 'time',
        dtype: 'datetime64[ns]',
      });
      return new DataArray({ data: new Float64Array(size).fill(1), coords: { time } });
    };
    const atom = filter();
    const seams: Seam[] = [];
    atom.onSeam = (seam) => seams.push(seam);
    atom.onNotice = () => {};
    atom.push(chunk(0, 20), flags);
    for (let index = 20; index < 40; index++) atom.push(chunk(index, 1), flags);
    assert.deepEqual(seams, []);
    atom.push(chunk(42, 1), flags);
    assert.deepEqual(
      seams.map(({ kind }) => kind),
      ['gap'],
    );
  });

  it('works on axes that are no times', () => {
    const metres = (first: number) =>
      new DataArray({
        data: new Float64Array(4),
        coords: { x: InterpCoordinate.fromBlock(first, 4, 0.1, { dim: 'x' }) },
      });
    const judge = (first: number) => judgeSeam(streamEdge(metres(0), 'x'), streamEdge(metres(first), 'x'), 'test');
    assert.equal(judge(0.4)?.verdict, 'continuous');
    assert.equal(judge(0.1 * 4)?.verdict, 'continuous');
    const gap = judge(1);
    assert.equal(gap?.verdict, 'gap');
    assert.ok(Math.abs(Number(gap?.seam?.jump) - 0.6) < 1e-12);
  });
});

describe('a coordinate without a declared interval', () => {
  const dense = (values: bigint[]) => new DenseCoordinate({ values, dim: 'time', dtype: 'datetime64[ns]' });
  it('is inferred from evenly spaced labels', () => {
    assert.equal(inferRegular(dense([0n, 10n * ms, 20n * ms + 50_000n, 30n * ms]))?.samplingInterval, 10n * ms);
    assert.equal(inferRegular(block({ step: null }).coords.axis('time'))?.samplingInterval, 10n * ms);
  });
  it('is inferred from ties one sample apart', () => {
    const ties = { tieIndices: [0, 1, 2], tieValues: [0n, 10n * ms, 20n * ms] };
    const coord = new InterpCoordinate({ ...ties, dim: 'time', dtype: 'datetime64[ns]' });
    assert.equal(inferRegular(coord)?.samplingInterval, 10n * ms);
    assert.deepEqual(runStarts(coord), []);
  });
  it('is that of the stream for chunks of one sample, whose labels are computed by it', () => {
    const t = (k: number) => start + BigInt(k) * 10n * ms;
    const da = new DataArray({
      data: Float64Array.from({ length: 12 }, (_, k) => Math.sin(k)),
      coords: { time: dense(Array.from({ length: 12 }, (_, k) => t(k))) },
    });
    const makers: (() => Atom)[] = [
      () => new Integrate({ midpoints: true }),
      () => new Differentiate({ midpoints: true }),
      () => new RMS({ wlen: 0.03, hop: 0.01 }),
      () => new STFT({ wlen: 0.02, hop: 0.02 }),
    ];
    for (const make of makers) {
      const atom = make();
      atom.onNotice = () => undefined;
      const chunks = split(da, [2, 3, 4, 5, 6, 7, 8, 9, 10, 11], 'time').flatMap((chunk) => atom.push(chunk, flags));
      const labels = (arrays: Chunk[]) =>
        arrays.flatMap((array) => Array.from((array as DataArray).coords.axis('time').values as BigInt64Array));
      assert.deepEqual(labels([...chunks, ...atom.flush()]), labels(make().run(da)), atom.name);
    }
  });
  it('is not inferred from uneven ones, fewer than two, or backward ones', () => {
    assert.equal(inferRegular(dense([0n, 10n * ms, 25n * ms, 30n * ms])), null);
    assert.equal(inferRegular(dense([0n])), null);
    assert.equal(inferRegular(dense([30n * ms, 20n * ms])), null);
  });
  it('is refused in a stream where it is uneven', () => {
    const uneven = (at: bigint) =>
      new DataArray({
        data: new Float64Array(3),
        coords: { time: dense([start + at, start + at + 1n * ms, start + at + 5n * ms]) },
      });
    const atom = filter();
    atom.push(uneven(0n), flags);
    assert.throws(() => atom.push(uneven(6n * ms), flags), {
      name: 'AtomError',
      code: 'IRREGULAR',
      message: /toRegular/,
    });
  });
  it('is said once, with the interval', () => {
    const notices: AtomNotice[] = [];
    const atom = filter();
    atom.onNotice = (notice) => notices.push(notice);
    for (let k = 0n; k < 4n; k++) atom.push(block({ at: 100n * ms * k, step: null }), flags);
    assert.equal(notices.length, 1);
    assert.equal(notices[0].code, 'INFERRED_INTERVAL');
    assert.equal(
      notices[0].message,
      'time declares no sampling interval; using 10 ms (100 Hz), inferred from evenly spaced labels',
    );
    assert.equal(atom.counters.gaps + atom.counters.overlaps + atom.counters.rateChanges, 0);
  });
  it('stays undeclared in what comes out', () => {
    const atom = filter();
    atom.onNotice = () => undefined;
    const [out] = atom.push(block({ step: null }), flags);
    assert.equal((out as DataArray).coords.axis('time').isRegular(), false);
  });
});

describe('cutting at discontinuities inside', () => {
  it('finds seams beside stretches of two samples and of one', () => {
    const t = (k: number) => start + BigInt(k) * 10n * ms;
    const coord = new InterpCoordinate({
      tieIndices: [0, 1, 2, 3, 4, 8],
      tieValues: [t(0), t(1), t(5), t(9), t(10), t(14)],
      samplingInterval: 10n * ms,
      dim: 'time',
      dtype: 'datetime64[ns]',
    });
    assert.deepEqual(runStarts(coord), [2, 3]);
  });
  it('finds them where labels are stored one by one, and no interval is declared', () => {
    const starts = (steps: number[], dtype: 'datetime64[ns]' | 'float64' = 'datetime64[ns]') => {
      let at = 0;
      const ticks = [0, ...steps.map((step) => (at += step))];
      const values =
        dtype === 'float64'
          ? ticks.map((tick) => tick / 1000)
          : ticks.map((tick) => start + BigInt(Math.round(tick * 1000)) * 1000n);
      return runStarts(new DenseCoordinate({ values: values as bigint[], dim: 'time', dtype }));
    };
    for (const dtype of ['datetime64[ns]', 'float64'] as const) {
      assert.deepEqual(starts([10, 10, 10, 10], dtype), []);
      assert.deepEqual(starts([10, 10, 50, 10, 10, 3, 10, 10], dtype), [3, 6], 'two gaps, one shorter than a sample');
      assert.deepEqual(starts([10, 10, -500, 10, 10], dtype), [3], 'an overlap');
      assert.deepEqual(starts([10, 10, 10, 10.2, 10, 10, 10], dtype), [4], 'a gap that a line would hide');
      assert.deepEqual(starts([50, 10, 10], dtype), [1], 'a gap after the first sample');
      assert.deepEqual(starts([10, 10, 10, 20, 20, 20], dtype), [4], 'another rate');
      assert.deepEqual(starts([20, 20, 20, 10, 10, 10], dtype), [4], 'another rate');
      assert.deepEqual(starts([10, 10, 10, 70, 20, 20], dtype), [4], 'another rate after a gap');
      assert.deepEqual(starts([1, 4, 9, 2, 7, 3, 11], dtype), [], 'uneven labels');
    }
  });
  it('finds them between short stretches of ties, too', () => {
    const t = (k: number) => start + BigInt(k) * 10n * ms;
    const ties = [t(0), t(1), t(7), t(8)];
    const common = { dim: 'time', dtype: 'datetime64[ns]' } as const;
    assert.deepEqual(runStarts(new InterpCoordinate({ tieIndices: [0, 1, 2, 3], tieValues: ties, ...common })), [2]);
  });
  it('so a gap between labels stored one by one ends a run, in a stream and as a whole', () => {
    const t = (k: number) => start + BigInt(k) * 10n * ms;
    const time = new DenseCoordinate({
      values: [0, 1, 2, 3, 9, 10, 11, 12].map(t),
      dim: 'time',
      dtype: 'datetime64[ns]',
    });
    const da = new DataArray({ data: new Float64Array(8).fill(1), coords: { time } });
    const make = () => new Integrate();
    assert.deepEqual(Array.from((make().apply(da) as DataArray).values, Number).slice(4), [0.01, 0.02, 0.03, 0.04]);
    for (const cuts of [[], [2], [4], [6]]) {
      const atom = make();
      atom.onNotice = () => undefined;
      const out = split(da, cuts, 'time').flatMap((chunk) => atom.push(chunk, flags) as DataArray[]);
      assert.equal(atom.counters.gaps, 1);
      assert.equal(out.at(-1)!.values.at(-1), 0.04);
    }
  });
});

describe('a seam in a stream', () => {
  it('is an event with exact nanoseconds, is counted, and starts a new run', () => {
    const seams: Seam[] = [];
    const atom = filter();
    atom.onSeam = (seam) => seams.push(seam);
    const [first] = atom.push(block({}), flags) as DataArray[];
    const [second] = atom.push(block({ at: 1100n * ms + 3n }), flags) as DataArray[];
    assert.deepEqual(seams, [
      {
        kind: 'gap',
        dim: 'time',
        dtype: 'datetime64[ns]',
        atom: 'SOSFilter',
        end: start + 90n * ms,
        expected: start + 100n * ms,
        start: start + 1100n * ms + 3n,
        jump: 1000n * ms + 3n,
        interval: 10n * ms,
        nextInterval: 10n * ms,
        tolerance: 0n,
        action: 'reset',
        samples: 0,
        reason: null,
      },
    ]);
    assert.deepEqual(second.values, first.values);
    assert.equal(atom.counters.gaps, 1);
  });
  it('that is not crossed is told in times, units and stages', () => {
    const stages = (onDiscontinuity: 'reset' | 'raise') =>
      new Sequential({ atoms: [filter(), new Filter({ freq: [null, 30] })], onDiscontinuity });
    for (const [at, onDiscontinuity, code, message] of [
      [
        500n * ms + 1n,
        'raise',
        'DISCONTINUITY',
        "Sequential (SOSFilter, Filter): a gap in time: the stream ended at 2024-05-21T12:00:00.213456789 and goes on at 2024-05-21T12:00:00.623456790 (expected 2024-05-21T12:00:00.223456789, off by 400.000001 ms, tolerance 0 s); onDiscontinuity is 'raise', without it a new run would begin here",
      ],
      [
        0n,
        'reset',
        'OVERLAP',
        'Sequential (SOSFilter, Filter): time goes backward: the stream ended at 2024-05-21T12:00:00.213456789 and goes on at 2024-05-21T12:00:00.123456789 (expected 2024-05-21T12:00:00.223456789, off by -100 ms, tolerance 0 s); sort the chunks or remove what is double; if the source began afresh, start a new run (in code: reset() the atom)',
      ],
    ] as const) {
      const atom = stages(onDiscontinuity);
      atom.push(block({}), flags);
      assert.throws(() => atom.push(block({ at }), flags), { code, message });
    }
  });
  it('of a changed rate starts a new run', () => {
    const atom = filter();
    atom.push(block({}), flags);
    const [out] = atom.push(block({ at: 100n * ms, step: 5n * ms }), flags) as DataArray[];
    assert.deepEqual(out.values, (filter().apply(block({})) as DataArray).values);
    assert.equal(atom.counters.rateChanges, 1);
  });
  it('raises if asked, and leaves the state as it was', () => {
    const atom = new SOSFilter({ sos: [[0.5, 0, 0, 1, -0.5, 0]], dim: 'time', onDiscontinuity: 'raise' });
    atom.push(block({}), flags);
    const { state } = atom;
    assert.throws(() => atom.push(block({ at: 200n * ms }), flags), { code: 'DISCONTINUITY', message: /gap/ });
    assert.throws(() => atom.push(block({ at: 100n * ms, step: 5n * ms }), flags), { code: 'DISCONTINUITY' });
    assert.deepEqual(atom.state, state);
    assert.equal(atom.push(block({ at: 100n * ms }), flags).length, 1);
  });
  it('raises always where labels go backward, and after reset a new run is welcome', () => {
    const atom = filter();
    atom.push(block({}), flags);
    assert.throws(() => atom.push(block({ at: 50n * ms }), flags), { code: 'OVERLAP', message: /backward/ });
    assert.equal(atom.counters.overlaps, 1);
    atom.reset();
    assert.equal(atom.push(block({ at: 50n * ms }), flags).length, 1);
  });
  it('is still seen after a restored state', () => {
    const atom = filter();
    atom.push(block({}), flags);
    const restored = filter();
    restored.setState(atom.state);
    restored.push(block({ at: 150n * ms }), flags);
    assert.equal(restored.counters.gaps, 1);
  });
});

describe('a stream that declares no interval (xdas 0.2.7)', () => {
  const size = 90;
  const values = Float64Array.from({ length: size }, (_, i) => ((i * i * 31 + i * 17) % 101) / 101 - 0.5);
  const label = (i: number) => start + BigInt(i) * 3_333_333n + BigInt(Math.floor(i / 3));
  const stretch = (from: number, to: number) =>
    new DataArray({
      data: values.subarray(from, to),
      coords: {
        time: new InterpCoordinate({
          tieIndices: [0, to - from - 1],
          tieValues: [label(from), label(to - 1)],
          dim: 'time',
          dtype: 'datetime64[ns]',
        }),
      },
    });
  const makers: [string, () => Atom][] = [
    ['Filter', () => new Filter({ freq: [2, 30] })],
    ['Filter, fir', () => new Filter({ freq: [null, 40], ftype: 'fir', transition: 40 })],
    ['Resample', () => new Resample({ down: 4 })],
    ['both', () => new Sequential([new Filter({ freq: [2, 30] }), new Resample({ down: 3 })])],
  ];
  for (const [name, make] of makers)
    it(`is processed without false seams: ${name}`, () => {
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 2, max: 30 }), { minLength: 1 }), (lengths) => {
          const atom = make();
          atom.onNotice = () => undefined;
          const out: DataArray[] = [];
          let end = 0;
          for (let from = 0, k = 0; from < size; k++) {
            const to = Math.min(from + lengths[k % lengths.length], size);
            if (to - from < 2) break;
            out.push(...(atom.push(stretch(from, to), flags) as DataArray[]));
            from = to;
            end = to;
          }
          out.push(...(atom.flush() as DataArray[]));
          const { gaps, rateChanges, overlaps } = atom.counters;
          assert.deepEqual({ gaps, rateChanges, overlaps }, { gaps: 0, rateChanges: 0, overlaps: 0 });
          const whole = make();
          whole.onNotice = () => undefined;
          const expected = whole.apply(stretch(0, end)) as DataArray;
          const joined = out.flatMap((chunk) => [...(chunk.values as Float64Array)]);
          assert.equal(joined.length, expected.size);
          for (let i = 0; i < joined.length; i++)
            assert.ok(Math.abs(joined[i] - Number(expected.values[i])) < 1e-6, `sample ${i}`);
        }),
        { numRuns: 20 },
      );
    });
});
