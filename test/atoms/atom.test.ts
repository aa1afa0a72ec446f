import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Atom, type CallFlags } from '../../lib/atoms/atom.js';
import { newCounters } from '../../lib/atoms/atom-report.js';
import type { Chunk } from '../../lib/atoms/chunk.js';
import { Filter } from '../../lib/atoms/filter.js';
import { LFilter } from '../../lib/atoms/lfilter.js';
import { Partial, wholeRecord } from '../../lib/atoms/partial.js';
import { Polyphase } from '../../lib/atoms/polyphase.js';
import { Resample } from '../../lib/atoms/resample.js';
import { Sequential } from '../../lib/atoms/sequential.js';
import { SOSFilter } from '../../lib/atoms/sos-filter.js';
import { UpSample } from '../../lib/atoms/up-sample.js';
import { DenseCoordinate } from '../../lib/coordinates/dense-coordinate.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { split } from '../../lib/dataarray/split.js';
import { Table } from '../../lib/table/table.js';
import { gappyInput } from './conformance.js';

const flags = { chunkDim: 'time' };
const da = gappyInput({ name: '', make: () => new LFilter({ b: [1], a: [1] }) });
const twoGaps = gappyInput({ name: '', make: () => new LFilter({ b: [1], a: [1] }) }, [20, 41]);
const lowpass = () => new LFilter({ b: [0.5], a: [1, -0.5], dim: 'time' });

describe('apply', () => {
  it('splits at gaps, says so, and joins with the gaps in the coordinate', () => {
    const atom = lowpass();
    const gaps: unknown[] = [];
    atom.onSeam = (seam) => gaps.push(seam.jump);
    const out = atom.apply(twoGaps) as DataArray;
    assert.deepEqual(gaps, [130_000_000n, 130_000_000n]);
    assert.equal(atom.counters.gaps, 2);
    assert.ok(out.coords.get('time')?.equals(twoGaps.coords.get('time')));
    const parts = split(twoGaps, [20, 41], 'time').map((part) => lowpass().apply(part) as DataArray);
    assert.deepEqual(
      [...out.values],
      parts.flatMap((part) => [...(part.values as Float64Array)]),
    );
  });
  it('drops what a stream had left', () => {
    const atom = lowpass();
    atom.push(da, flags);
    atom.apply(da);
    assert.deepEqual(atom.state, {});
  });
  it('says that nothing came out of an empty array', () => {
    assert.throws(() => lowpass().apply(da.isel({ time: { stop: 0 } })), { code: 'BAD_SHAPE', message: /LFilter/ });
  });
});

describe('push refuses', () => {
  it('an array without the dimension that is chunked', () => {
    assert.throws(() => lowpass().push(da, { chunkDim: 'tme' }), {
      code: 'BAD_DIM',
      message: /tme.*none|time, distance/,
    });
  });
  it('an array without the dimension of the atom', () => {
    const atom = new LFilter({ b: [1], a: [1], dim: 'depth' });
    assert.throws(() => atom.push(da, flags), { code: 'BAD_DIM', message: /depth.*time, distance/ });
  });
  it('a table where samples are needed', () => {
    assert.throws(() => lowpass().push(new Table({ x: new Float64Array(1) }), flags), { message: /table/ });
  });
  it('a chunk with other channels, or of another dtype', () => {
    const [a, b] = split(da, 2, 'time');
    const atom = lowpass();
    atom.push(a, flags);
    assert.throws(() => atom.push(b.isel({ distance: { stop: 1 } }), flags), {
      code: 'BAD_SHAPE',
      message: /distance: 1.*distance: 2/,
    });
    const single = b.with({ data: Float32Array.from(b.values as Float64Array) });
    assert.throws(() => atom.push(single, flags), { code: 'BAD_DTYPE', message: /float32.*float64/ });
    assert.equal(atom.push(b, flags).length, 1);
  });
  it('chunks of what is needed whole', () => {
    const whole = new Partial({ func: wholeRecord((x: DataArray) => x), dim: 'time', name: 'detrend' });
    assert.throws(() => whole.push(da, flags), { code: 'CHUNKED_WHOLE_RECORD', message: /detrend.*time/ });
    assert.equal(whole.apply(da), da);
    for (const zerophase of [
      new Filter({ freq: [1, 10], zerophase: true }),
      new Resample({ down: 2, method: 'iir', zerophase: true }),
    ])
      assert.throws(() => new Sequential([zerophase]).push(da, flags), {
        code: 'CHUNKED_WHOLE_RECORD',
        message: /fir/,
      });
    const other = new Partial({ func: wholeRecord((x: DataArray) => x), dim: 'distance' });
    assert.equal(other.push(da, flags)[0], da);
  });
});

describe('push', () => {
  it('ignores empty chunks', () => {
    assert.deepEqual(lowpass().push(da.isel({ time: { stop: 0 } }), flags), []);
  });
  it('says once that gaps cannot be seen without a coordinate, and keeps its state', () => {
    const bare = da.dropCoords('time');
    const codes: string[] = [];
    const atom = lowpass();
    atom.onNotice = ({ code }) => codes.push(code);
    const out = split(bare, 3, 'time').flatMap((part) => atom.push(part, flags)) as DataArray[];
    assert.deepEqual(codes, ['NO_COORDINATE']);
    assert.deepEqual(
      out.flatMap((chunk) => [...(chunk.values as Float64Array)]),
      [...((lowpass().apply(da) as DataArray).values as Float64Array)],
    );
  });
  it('says once that gaps cannot be seen between single samples without a declared interval', () => {
    const codes: string[] = [];
    const atom = lowpass();
    atom.onNotice = ({ code }) => codes.push(code);
    for (const label of [0, 1, 50]) {
      const sample = da.isel({ time: { start: label, stop: label + 1 } });
      atom.push(sample.assignCoords({ time: { values: sample.coords.get('time')!.values } }), flags);
    }
    assert.deepEqual(codes, ['NO_INTERVAL']);
  });
  it('takes no stretch without a coordinate for a gap', () => {
    const atom = lowpass();
    atom.onNotice = () => {};
    const [first, second, third] = split(da, 3, 'time') as [DataArray, DataArray, DataArray];
    const out = [first, second.dropCoords('time'), third].flatMap((part) => atom.push(part, flags)) as DataArray[];
    assert.equal(atom.counters.gaps, 0);
    assert.deepEqual(
      out.flatMap((chunk) => [...(chunk.values as Float64Array)]),
      [...((lowpass().apply(da.dropCoords('time')) as DataArray).values as Float64Array)],
    );
  });
  it('lets a pipeline without state pass anything', () => {
    const atom = new Partial({ func: (x: DataArray) => x });
    atom.push(da, flags);
    assert.equal(atom.push(da, flags)[0], da);
    assert.deepEqual(atom.counters, { ...newCounters(), chunks: 2, emitted: 2 });
  });
});

describe('state', () => {
  it('is empty before the first chunk and after a reset', () => {
    const atom = new Filter({ freq: [1, 10] });
    assert.deepEqual(atom.state, {});
    atom.push(da, flags);
    assert.deepEqual(Object.keys(atom.state), ['own', 'nested', 'stream']);
    atom.reset();
    assert.deepEqual(atom.state, {});
    atom.setState({});
    assert.deepEqual(atom.state, {});
  });
  it('of another atom is refused by name', () => {
    const atom = new Filter({ freq: [1, 10], ftype: 'fir', transition: 20 });
    atom.push(da, flags);
    assert.throws(() => lowpass().setState(atom.state), { code: 'BAD_STATE', message: /LFilter.*axis, zi/ });
    assert.throws(() => lowpass().setState({ zi: 1 } as never), { code: 'BAD_STATE' });
  });
  it('is minimal: a few float64 per channel for a recursive filter', () => {
    const atom = new SOSFilter({ sos: [[1, 0, 0, 1, 0, 0]], dim: 'time' });
    atom.push(da, flags);
    const own = (atom.state as { own: { zi: Float64Array } }).own;
    assert.equal(own.zi.length, 2 * 2);
  });
});

describe('fresh', () => {
  it('keeps the options and the policy, not the state', () => {
    const atom = new LFilter({ b: [0.5], a: [1, -0.5], dim: 'time' });
    atom.onDiscontinuity = 'raise';
    atom.push(da, flags);
    const clone = atom.fresh();
    assert.deepEqual(clone.state, {});
    assert.equal(clone.onDiscontinuity, 'raise');
    assert.ok((clone.apply(da) as DataArray).equals(lowpass().apply(da)));
  });
});

describe('nested atoms', () => {
  it("raise for the pipeline around them with onDiscontinuity: 'raise'", () => {
    const pipeline = new Sequential([new LFilter({ b: [1], a: [1], dim: 'time', onDiscontinuity: 'raise' })]);
    assert.throws(() => pipeline.push(twoGaps, flags), { code: 'DISCONTINUITY' });
  });
  it('report through the outermost', () => {
    class Jump extends Atom {
      protected override call(chunk: Chunk, _flags: CallFlags): Chunk[] {
        const array = chunk as DataArray; // drops every chunk's first half: a gap that only later stages see
        return [array.isel({ time: { start: Math.floor(array.sizes.time / 2) } })];
      }
    }
    const pipeline = new Sequential([new Jump({}), lowpass()]);
    const kinds: string[] = [];
    pipeline.onSeam = ({ kind, atom }) => kinds.push(`${kind} ${atom}`);
    for (const part of split(da, 3, 'time')) pipeline.push(part, flags);
    assert.deepEqual(kinds, ['gap LFilter', 'gap LFilter']);
    assert.equal(pipeline.counters.gaps, 2);
  });
  it('belong to one pipeline only', () => {
    const atom = lowpass();
    new Sequential([atom]);
    assert.throws(() => new Sequential([atom]), { code: 'BAD_ARGUMENT', message: /fresh/ });
  });
});

describe('float32', () => {
  it('stays float32 through FIR filters and becomes float64 in recursive ones', () => {
    const single = da.with({ data: Float32Array.from(da.values as Float64Array) });
    assert.equal((new Polyphase({ taps: [0.5, 0.5], dim: 'time' }).apply(single) as DataArray).dtype, 'float32');
    assert.equal((lowpass().apply(single) as DataArray).dtype, 'float64');
  });
});

describe('samples one by one without a declared interval', () => {
  const step = 10_000_000n;
  const chunk = (first: number, size: number) =>
    new DataArray({
      data: Float64Array.from({ length: size }, (_, k) => first + k),
      coords: {
        time: new DenseCoordinate({
          values: BigInt64Array.from({ length: size }, (_, k) => BigInt(first + k) * step),
          dim: 'time',
          dtype: 'datetime64[ns]',
        }),
      },
    });
  const labels = (chunks: readonly unknown[]) =>
    chunks.flatMap((one) => Array.from((one as DataArray).coords.axis('time').values as BigInt64Array));

  it('keep the delay that is taken off the labels', () => {
    const make = () => new Polyphase({ taps: [1, 2, 3, 2, 1], dim: 'time' });
    const atom = make();
    const cuts = [0, 4, 5, 6, 8, 9];
    const out = cuts.slice(1).flatMap((stop, k) => atom.push(chunk(cuts[k]!, stop - cuts[k]!), flags));
    assert.deepEqual(labels(out), labels(make().run(chunk(0, 9))));
  });

  it('keep it after a restore', () => {
    const before = new Polyphase({ taps: [1, 2, 3, 2, 1], dim: 'time' });
    before.push(chunk(0, 4), flags);
    const after = before.fresh();
    after.setState(before.state);
    assert.deepEqual(labels(after.push(chunk(4, 1), flags)), [2n * step]);
  });

  it('are refused where labels between them, or before the first, are needed', () => {
    const first = new Polyphase({ taps: [1, 2, 3, 2, 1], dim: 'time' });
    assert.throws(() => first.push(chunk(0, 1), flags), { code: 'IRREGULAR' });
    assert.throws(() => new UpSample({ factor: 3, dim: 'time' }).push(chunk(0, 1), flags), { code: 'IRREGULAR' });
  });
});

it('what is no chunk, and push without a dimension, are told', () => {
  const atom = new Filter({ freq: [1, 10] });
  class StillInFiles {
    load() {}
  }
  assert.throws(() => atom.apply(new StillInFiles() as never), {
    code: 'BAD_ARGUMENT',
    message: /^Filter works on a DataArray or a Table; it was given StillInFiles; .*load\(\) it first/,
  });
  assert.throws(() => atom.push(null as never, { chunkDim: 'time' }), { code: 'BAD_ARGUMENT', message: /given null$/ });
  assert.throws(() => atom.push(null as never, undefined as never), { code: 'BAD_ARGUMENT', message: /chunkDim/ });
});
