import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Atom } from '../../lib/atoms/atom.js';
import { type Chunk, joinChunks } from '../../lib/atoms/chunk.js';
import { compose } from '../../lib/atoms/compose.js';
import { Filter } from '../../lib/atoms/filter.js';
import { Integrate } from '../../lib/atoms/integrate.js';
import { LFilter } from '../../lib/atoms/lfilter.js';
import { Partial } from '../../lib/atoms/partial.js';
import { Resample } from '../../lib/atoms/resample.js';
import type { Seam } from '../../lib/atoms/seam.js';
import type { SeamOptions } from '../../lib/atoms/seam-policy.js';
import { Sequential } from '../../lib/atoms/sequential.js';
import { STALTA } from '../../lib/atoms/stalta.js';
import type { AtomState } from '../../lib/atoms/state.js';
import { splitRuns } from '../../lib/atoms/whole-runs.js';
import { DenseCoordinate } from '../../lib/coordinates/dense-coordinate.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { SampledCoordinate } from '../../lib/coordinates/sampled-coordinate.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { split } from '../../lib/dataarray/split.js';
import type { DType } from '../../lib/dtype.js';
import { Table } from '../../lib/table/table.js';
import { toTime } from '../../lib/time.js';
import { assertSameRows, gappyInput, stream } from './conformance.js';

const flags = { chunkDim: 'time' } as const;
const fill = { onDiscontinuity: 'fill' } as const;
const ms = 1_000_000n;
const start = toTime('2024-05-21T12:00:00.123456789');
const same = (options: SeamOptions = fill) =>
  new Partial({ func: (x: DataArray) => x, name: 'same', dim: 'time', ...options });

/** One lane, `values` from `start + at`, every 10 ms unless told otherwise. */
function lane(values: ArrayLike<number>, at: bigint, more: { step?: bigint; tolerance?: bigint } = {}): DataArray {
  const { step = 10n * ms, tolerance } = more;
  const time = InterpCoordinate.fromBlock(start + at, values.length, step, {
    dim: 'time',
    dtype: 'datetime64[ns]',
    tolerance,
  });
  return new DataArray({ data: Float64Array.from(values), coords: { time } });
}

const labels = (array: Chunk) => Array.from((array as DataArray).coords.axis('time').values as BigInt64Array);
const values = (array: Chunk) => Array.from((array as DataArray).values as Float64Array);
const joined = (chunks: Chunk[]) => joinChunks(chunks, 'time') as DataArray;

/** The input with its gaps (13 samples each) filled by hand. */
function filledByHand(da: DataArray): DataArray {
  const runs = splitRuns(da, 'time') as DataArray[];
  const parts: DataArray[] = [];
  for (const [k, run] of runs.entries()) {
    if (k > 0) {
      const before = runs[k - 1].isel({ time: { start: -1 } });
      const after = run.isel({ time: { stop: 1 } });
      const axis = before.axis('time');
      const mix = (a: number, b: number, at: number) => ((b - a) / 14) * at + a;
      for (let at = 1; at <= 13; at++) {
        const time = InterpCoordinate.fromBlock(
          BigInt(before.coords.axis('time').end) + BigInt(at) * 10n * ms,
          1,
          10n * ms,
          {
            dim: 'time',
            dtype: 'datetime64[ns]',
          },
        );
        const [a, b] = [before.values as Float64Array, after.values as Float64Array];
        const shape = before.shape.map((n, i) => (i === axis ? 1 : n));
        parts.push(before.with({ data: a.map((value, i) => mix(value, b[i], at)), shape }).assignCoords({ time }));
      }
    }
    parts.push(run);
  }
  return joinChunks(parts, 'time') as DataArray;
}

describe("onDiscontinuity: 'fill'", () => {
  it('puts samples on the line between both sides, one interval apart to the nanosecond', () => {
    const atom = same();
    const seams: Seam[] = [];
    atom.onSeam = (seam) => seams.push(seam);
    atom.push(lane([0, 1, 2], 0n), flags);
    const out = joined(atom.push(lane([6, 7], 60n * ms), flags));
    assert.deepEqual(values(out), [3, 4, 5, 6, 7]);
    assert.deepEqual(
      labels(out),
      [30n, 40n, 50n, 60n, 70n].map((at) => start + at * ms),
    );
    assert.equal(out.coords.axis('time').samplingInterval, 10n * ms);
    assert.equal(seams.length, 1);
    const { kind, action, samples, reason, end, expected, start: begin, jump } = seams[0];
    assert.deepEqual(
      { kind, action, samples, reason, end, expected, begin, jump },
      {
        kind: 'gap',
        action: 'filled',
        samples: 3,
        reason: null,
        end: start + 20n * ms,
        expected: start + 30n * ms,
        begin: start + 60n * ms,
        jump: 30n * ms,
      },
    );
    const { gaps, filledGaps, filledSamples, trimmedSamples, chunks } = atom.counters;
    assert.deepEqual(
      { gaps, filledGaps, filledSamples, trimmedSamples, chunks },
      { gaps: 1, filledGaps: 1, filledSamples: 3, trimmedSamples: 0, chunks: 2 },
    );
  });
  it('or a number, of any dtype, rounded as numpy rounds', () => {
    for (const [dtype, number, expected] of [
      ['float64', 0.5, 0.5],
      ['float32', 0.1, Math.fround(0.1)],
      ['int16', 2.5, 2],
      ['uint8', 255, 255],
      ['int64', -1.5, -2n],
    ] as [DType, number, number | bigint][]) {
      const da = gappyInput({ name: '', make: same, dtype }, [20]);
      const out = joined(stream(same({ ...fill, fill: number }), da, [20]));
      assert.equal(out.dtype, dtype);
      assert.equal(out.values[20 * 2], expected, dtype);
      assert.equal(out.sizes.time, 73);
    }
    const out = joined(stream(same({ ...fill, fill: Number.NaN }), gappyInput({ name: '', make: same }, [20]), []));
    assert.ok(Number.isNaN(out.values[40]));
  });
  it('refuses numbers that the dtype cannot hold, with the first chunk', () => {
    const da = gappyInput({ name: '', make: same, dtype: 'int16' });
    for (const number of [Number.NaN, 1e6, Number.POSITIVE_INFINITY])
      assert.throws(() => same({ ...fill, fill: number }).push(da, flags), {
        code: 'BAD_ARGUMENT',
        message: /same: fill is .*int16/,
      });
    assert.throws(() => same({ ...fill, fill: -1 }).push(da.with({ data: new BigUint64Array(120) }), flags), {
      code: 'BAD_ARGUMENT',
    });
  });
  it('leaves gaps that are too long, or no whole number of samples, and says why', () => {
    const told = (at: bigint, options: SeamOptions = fill, second: Parameters<typeof lane>[2] = {}) => {
      const atom = same(options);
      let seam: Seam | null = null;
      atom.onSeam = (one) => {
        seam = one;
      };
      atom.push(lane([0, 1], 0n), flags);
      const out = joined(atom.push(lane([5, 6], at, second), flags));
      const { action, samples, reason } = seam as unknown as Seam;
      return [action, samples, reason, out.size];
    };
    assert.deepEqual(told(1020n * ms), ['filled', 100, null, 102]);
    assert.deepEqual(told(1030n * ms), ['reset', 0, '101 samples are missing, more than maxFill (1 s)', 2]);
    assert.deepEqual(told(1030n * ms, { ...fill, maxFill: 1.01 }), ['filled', 101, null, 103]);
    assert.deepEqual(told(1030n * ms, { ...fill, maxFill: 1_010n * ms }), ['filled', 101, null, 103]);
    assert.deepEqual(told(60n * ms + 1n), ['reset', 0, 'it is no whole number of samples (of 10 ms)', 2]);
    assert.deepEqual(told(60n * ms + 900n, fill, { tolerance: 1000n }), ['filled', 4, null, 6]);
    assert.deepEqual(told(60n * ms - 1001n, fill, { tolerance: 1000n }), [
      'reset',
      0,
      'it is no whole number of samples (of 10 ms)',
      2,
    ]);
    assert.deepEqual(told(60n * ms, fill, { step: 5n * ms }), ['reset', 0, 'another rate begins', 2]);
  });
  it('raises instead where a stage says so, and only at what cannot be filled', () => {
    const pipeline = new Sequential([same(), new LFilter({ b: [1], a: [1], dim: 'time', onDiscontinuity: 'raise' })]);
    pipeline.push(lane([0, 1], 0n), flags);
    assert.equal(joined(pipeline.push(lane([3, 4], 30n * ms), flags)).size, 3);
    assert.throws(() => pipeline.push(lane([3, 4], 3000n * ms), flags), { code: 'DISCONTINUITY' });
  });
  it('a chunk of another shape begins a new run', () => {
    const da = gappyInput({ name: '', make: same }, [20]);
    const [first, second] = split(da, [20], 'time');
    const atom = same();
    const seams: (string | null)[] = [];
    atom.onSeam = ({ reason }) => seams.push(reason);
    atom.push(first, flags);
    assert.equal(joined(atom.push(second.isel({ distance: { stop: 1 } }), flags)).sizes.time, 40);
    assert.deepEqual(seams, ['what follows has another shape or dtype']);
  });
  it('passes tables as they are', () => {
    const table = new Table({ x: new Float64Array(2) });
    assert.equal(same().push(table, flags)[0], table);
  });
  it('keeps what has no line between both sides: text stays, integers are rounded', () => {
    const da = gappyInput({ name: '', make: same }, [20]);
    const text = new DenseCoordinate({ values: Array.from({ length: 60 }, (_, i) => `n${i}`), dim: 'time' });
    const out = joined(stream(same(), da.assignCoords({ text }), [20]));
    assert.deepEqual((out.coords.get('text')!.values as string[]).slice(18, 35), [
      'n18',
      ...new Array(14).fill('n19'),
      'n20',
      'n21',
    ]);
    const count = out.coords.get('count')!.values as BigInt64Array;
    assert.deepEqual([count[19], count[26], count[33]], [133n, 136n, 140n]);
  });
});

describe('labels of a filled stretch', () => {
  const t = (k: number, rate: bigint) => start + (BigInt(k) * 1_000_000_000n) / rate;
  const array = (time: InterpCoordinate | SampledCoordinate | DenseCoordinate) =>
    new DataArray({ data: new Float64Array(time.size), coords: { time } });
  const common = { dim: 'time', dtype: 'datetime64[ns]' } as const;

  it('of a rate of no whole nanoseconds are rounded once', () => {
    for (const missing of [1, 2, 5, 100, 299]) {
      const part = (from: number, to: number) =>
        array(
          new InterpCoordinate({
            tieIndices: [0, to - from - 1],
            tieValues: [t(from, 300n), t(to - 1, 300n)],
            samplingNumerator: 10_000_000n,
            samplingDenominator: 3,
            tolerance: 1n,
            ...common,
          }),
        );
      const atom = new Sequential({ atoms: [new LFilter({ b: [1], a: [1], dim: 'time' })], ...fill });
      atom.push(part(0, 10), flags);
      const out = joined(atom.push(part(10 + missing, 20 + missing), flags));
      assert.equal(out.size, 10 + missing);
      assert.equal(atom.counters.filledGaps, atom.counters.gaps);
      assert.ok(out.coords.axis('time').isRegular());
      for (const [k, label] of labels(out).entries()) {
        const off = label - t(10 + k, 300n);
        assert.ok(off >= -1n && off <= 1n, `label ${k} is off by ${off} ns`);
      }
    }
  });
  it('of sampled, dense and undeclared coordinates are of their kind', () => {
    const sampled = (at: number) =>
      array(SampledCoordinate.fromBlock(start + BigInt(at) * 10n * ms, 4, 10n * ms, common));
    const dense = (at: number) =>
      array(
        new DenseCoordinate({
          values: Array.from({ length: 4 }, (_, k) => start + BigInt(at + k) * 10n * ms),
          ...common,
        }),
      );
    const undeclared = (at: number) =>
      array(
        new InterpCoordinate({
          tieIndices: [0, 3],
          tieValues: [at, at + 3].map((k) => start + BigInt(k) * 10n * ms),
          ...common,
        }),
      );
    for (const make of [sampled, dense, undeclared])
      for (const missing of [1, 2, 6]) {
        const atom = same();
        atom.onNotice = () => undefined;
        atom.push(make(0), flags);
        const out = joined(atom.push(make(4 + missing), flags));
        assert.equal(out.coords.axis('time').ctype, make(0).coords.axis('time').ctype);
        assert.deepEqual(
          labels(out),
          Array.from({ length: 4 + missing }, (_, k) => start + BigInt(4 + k) * 10n * ms),
        );
      }
  });
  it('works on axes that are no times, where maxFill is a number', () => {
    const metres = (first: number) =>
      new DataArray({
        data: Float64Array.of(first, first + 1),
        coords: { x: InterpCoordinate.fromBlock(first, 2, 1, { dim: 'x' }) },
      });
    const run = (maxFill?: number | string) => {
      const atom = new Partial({ func: (x: DataArray) => x, ...fill, maxFill });
      atom.push(metres(0), { chunkDim: 'x' });
      return values(joinChunks(atom.push(metres(5), { chunkDim: 'x' }), 'x'));
    };
    assert.deepEqual(run(3), [2, 3, 4, 5, 6]);
    assert.deepEqual(run(2), [5, 6]);
    assert.deepEqual(run('3s'), [5, 6]);
    assert.deepEqual(run(), [5, 6]);
  });
});

const makers: Record<string, () => Atom> = {
  LFilter: () => new LFilter({ b: [0.5], a: [1, -0.5], dim: 'time', ...fill }),
  Filter: () => new Filter({ freq: [2, 30], ...fill }),
  'Filter, fir': () => new Filter({ freq: [null, 30], ftype: 'fir', transition: 20, ...fill }),
  Resample: () => new Resample({ down: 4, ...fill }),
  Integrate: () => new Integrate({ ...fill }),
  STALTA: () => new STALTA({ sta: 0.05, lta: 0.2, ...fill }),
  'a pipeline': () => new Sequential({ atoms: [new Filter({ freq: [2, 30] }), new Resample({ down: 3 })], ...fill }),
  'a stage of a pipeline': () => new Sequential([new Filter({ freq: [2, 30] }), new Integrate({ ...fill })]),
  'no state': () => same(),
  'a constant': () => new Sequential({ atoms: [new Filter({ freq: [2, 30] })], ...fill, fill: 0 }),
  'distance first': () =>
    new Sequential({
      atoms: [new LFilter({ b: [1, 1], a: [1], dim: 'distance' }), new Filter({ freq: [2, 30] })],
      ...fill,
    }),
};
const cuts = fc.array(fc.nat(1000), { maxLength: 8 });
const holes = fc.array(fc.nat(59), { maxLength: 3 });
const runs = { numRuns: 15 };

describe('a filled stream', () => {
  for (const [name, make] of Object.entries(makers)) {
    it(`is the same at any cutting, and as a whole: ${name}`, () => {
      fc.assert(
        fc.property(cuts, holes, (at, gaps) => {
          const da = gappyInput({ name: '', make }, gaps);
          const atom = make();
          // cuts right at the gaps too
          const streamed = stream(atom, da, [...at, ...gaps.slice(0, at.length % 3)]);
          const whole = make();
          assertSameRows(streamed, whole.run(da));
          assert.equal(atom.counters.filledSamples, whole.counters.filledSamples);
          assert.equal(atom.counters.filledGaps, atom.counters.gaps);
        }),
        runs,
      );
    });
    it(`goes on from a saved state bit for bit: ${name}`, () => {
      fc.assert(
        fc.property(cuts, holes, fc.nat(8), (at, gaps, where) => {
          const da = gappyInput({ name: '', make }, gaps);
          const inside = [...new Set([...at, ...gaps].map((c) => c % 60))].filter((c) => c > 0).sort((a, b) => a - b);
          const chunks = inside.length ? split(da, inside, 'time') : [da];
          const atom = make();
          const restored = make();
          const [expected, actual]: [Chunk[], Chunk[]] = [[], []];
          for (const [i, chunk] of chunks.entries()) {
            if (i === where % chunks.length) restored.setState(structuredClone(atom.state) as AtomState);
            const out = atom.push(chunk, flags);
            if (i < where % chunks.length) continue;
            expected.push(...out);
            actual.push(...restored.push(chunk, flags));
          }
          expected.push(...atom.flush());
          actual.push(...restored.flush());
          assert.equal(actual.length, expected.length);
          for (const [i, chunk] of actual.entries()) assert.ok((chunk as DataArray).equals(expected[i]), `chunk ${i}`);
        }),
        runs,
      );
    });
  }
  it('is what the atom makes of a record filled by hand', () => {
    fc.assert(
      fc.property(cuts, holes, (at, gaps) => {
        const da = gappyInput({ name: '', make: same }, gaps).dropCoords('count');
        const filter = () => new Filter({ freq: [2, 30] });
        const atom = new Sequential({ atoms: [filter()], ...fill });
        assertSameRows(stream(atom, da, at), filter().run(filledByHand(da)));
      }),
      runs,
    );
  });
  it('does not depend on the blocks that a long gap is filled in', () => {
    const wide = (at: bigint, seed: number) =>
      new DataArray({
        data: Float64Array.from({ length: 3 * 40_000 }, (_, i) => Math.sin(i * seed)),
        shape: [3, 40_000],
        dims: ['time', 'distance'],
        coords: { time: InterpCoordinate.fromBlock(start + at, 3, 10n * ms, { dim: 'time', dtype: 'datetime64[ns]' }) },
      });
    const [a, b] = [wide(0n, 0.1), wide(130n * ms, 0.7)];
    const atom = same();
    atom.push(a, flags);
    const out = atom.push(b, flags) as DataArray[];
    assert.deepEqual(
      out.map((chunk) => chunk.sizes.time),
      [3, 3, 3, 1, 3], // 40 000 float64 are 320 kB: three of them in a block of 1 MiB
    );
    const [last, first] = [a.values as Float64Array, b.values as Float64Array];
    for (const lane of [0, 12_345, 39_999]) {
      const [x, y] = [last[2 * 40_000 + lane], first[lane]];
      const column = out.slice(0, 4).flatMap((chunk) => values(chunk.isel({ distance: lane })));
      assert.deepEqual(
        column,
        Array.from({ length: 10 }, (_, k) => ((y - x) / 11) * (k + 1) + x),
      );
    }
  });
  it('keeps one sample more than the atom itself, and only if gaps are filled', () => {
    const da = gappyInput({ name: '', make: same });
    const last = (options: SeamOptions) => {
      const atom = same(options);
      atom.push(da, flags);
      return (atom.state.stream as { last: { data: Float64Array } | null } | undefined)?.last ?? null;
    };
    assert.equal(last(fill)?.data.length, 2);
    assert.equal(last(fill)?.data.buffer.byteLength, 16);
    assert.equal(last({}), null);
  });
});

describe('options of seams', () => {
  it('are checked by every atom', () => {
    for (const make of [
      (options: object) => new LFilter({ b: [1], a: [1], ...options }),
      (options: object) => new Sequential({ atoms: [], ...options }),
      (options: object) => new Partial({ func: (x: DataArray) => x, ...options }),
    ])
      for (const [options, message] of [
        [{ onDiscontinuity: 'ignore' }, /onDiscontinuity/],
        [{ onOverlap: 'drop' }, /onOverlap/],
        [{ fill: 0 }, /fill has no effect without onDiscontinuity: 'fill'/],
        [{ maxFill: '2s', onDiscontinuity: 'raise' }, /maxFill has no effect/],
        [{ ...fill, maxFill: 'soon' }, /maxFill/],
        [{ ...fill, maxFill: 0 }, /maxFill/],
        [{ ...fill, fill: 'cubic' }, /fill/],
      ] as [object, RegExp][])
        assert.throws(() => make(options), { code: 'BAD_ARGUMENT', message });
  });
  it('go with fresh atoms and composed pipelines', () => {
    const filling = new Sequential({
      atoms: [new LFilter({ b: [1], a: [1], dim: 'time' })],
      ...fill,
      fill: 7,
      onOverlap: 'trim',
    });
    const da = gappyInput({ name: '', make: same }, [20]);
    for (const atom of [filling.fresh(), filling.pipe(same({})), same({}).pipe(filling), compose(filling, filling)]) {
      const out = joined(stream(atom, da, [20]));
      assert.equal(out.sizes.time, 73);
      assert.equal(out.values[40], 7);
      assert.ok(atom.policy.trims);
    }
  });
});
