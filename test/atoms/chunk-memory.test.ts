import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { beforeEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  Atom,
  atomized,
  type Chunk,
  DataArray,
  DownSample,
  elementwise,
  HERE,
  InterpCoordinate,
  iirfilter,
  Partial,
  Rechunk,
  Resample,
  release,
  Sequential,
  SOSFilter,
  STALTA,
} from '../../lib/index.js';
import { dropRecycled, recyclingStatistics } from '../../lib/signal/recycled-memory.js';

const sections = iirfilter(4, [1, 10], { btype: 'bandpass', output: 'sos', fs: 100 });
const sos = Array.from({ length: sections.length / 6 }, (_, s) => Array.from(sections.subarray(6 * s, 6 * s + 6)));
const [rows, channels] = [200, 256];
const data = Float64Array.from({ length: rows * channels }, (_, k) => Math.sin(k * k));
const flags = { chunkDim: 'time' } as const;

/** Chunk after chunk of a stream. */
function chunks(): () => DataArray {
  let time = InterpCoordinate.fromBlock('2024-05-21T12:34:56', rows, '10ms', { dim: 'time', dtype: 'datetime64[ns]' });
  return () => {
    const chunk = new DataArray({ data, shape: [rows, channels], dims: ['time', 'distance'], coords: { time } });
    time = time.shift(BigInt(rows) * 10_000_000n);
    return chunk;
  };
}

const filter = () => new SOSFilter({ sos, dim: 'time' });
const valuesOf = (given: readonly Chunk[]) =>
  given.map((chunk) => Array.from((chunk as DataArray).values as Float64Array));

/** Feeds both the pipeline and its atoms one by one with the same chunks, and compares what comes out. */
function sameAsAlone(make: () => Atom[], count = 6): Chunk[] {
  const pipeline = new Sequential(make());
  const alone = make();
  const [next, again] = [chunks(), chunks()];
  const all: Chunk[] = [];
  for (let k = 0; k < count; k++) {
    const given = pipeline.push(next(), flags);
    let expected: Chunk[] = [again()];
    for (const atom of alone) expected = expected.flatMap((chunk) => atom.push(chunk, flags));
    assert.deepEqual(valuesOf(given), valuesOf(expected));
    all.push(...given);
  }
  return all;
}

describe('memory of chunks', () => {
  beforeEach(dropRecycled);

  it('of SOSFilter, Resample and STALTA is the same over a thousand chunks', () => {
    const pipeline = new Sequential([filter(), new Resample({ rate: 30 }), new STALTA({ sta: 0.1, lta: 1 })]);
    const next = chunks();
    const step = () => pipeline.push(next(), flags).forEach(release);
    for (let k = 0; k < 10; k++) step();
    const before = recyclingStatistics();
    const held = process.memoryUsage().arrayBuffers;
    for (let k = 0; k < 1000; k++) step();
    const after = recyclingStatistics();
    assert.equal(after.allocated, before.allocated);
    assert.equal(after.reused - before.reused, 3000);
    assert.equal(after.waiting, before.waiting);
    // Labels and small buffers wait for the collector: not the 100 MB of a thousand results
    assert.ok(process.memoryUsage().arrayBuffers - held < 20e6);
  });

  it('between stages is used again without a release by the user', () => {
    const pipeline = new Sequential([filter(), filter(), filter()]);
    const next = chunks();
    pipeline.push(next(), flags);
    const before = recyclingStatistics();
    for (let k = 0; k < 10; k++) pipeline.push(next(), flags);
    const after = recyclingStatistics();
    assert.deepEqual([after.returned - before.returned, after.allocated - before.allocated], [20, 10]);
  });

  it('is left alone where a user function may keep it', () => {
    const kept: [DataArray, number][] = [];
    const keep = (da: DataArray) => {
      kept.push([da, Number(da.values[9])]);
      return da;
    };
    sameAsAlone(() => [filter(), new Partial({ func: keep }), filter(), filter()]);
    assert.equal(kept.length, 12);
    for (const [da, value] of kept) assert.equal(da.values[9], value);
  });

  it('is left alone where a class of the user may keep it', () => {
    class Last extends Atom {
      last: DataArray | null = null;
      protected override call(chunk: Chunk): Chunk[] {
        const given = this.last ? [this.last] : [];
        this.last = chunk as DataArray;
        return given;
      }
    }
    const all = sameAsAlone(() => [filter(), new Last({}), filter()]);
    assert.equal(all.length, 5);
  });

  it('is used again where a user function says that it consumes its input, and by element-wise functions', () => {
    const half = (da: DataArray) => elementwise.multiply(da, 0.5) as DataArray;
    for (const stage of [
      () => new Partial({ func: half, consumesInput: true }),
      () => atomized(elementwise.square)(HERE) as Atom,
    ]) {
      const before = recyclingStatistics().returned;
      sameAsAlone(() => [filter(), stage()]);
      assert.equal(recyclingStatistics().returned - before, 6);
    }
    assert.throws(() => new Partial({ func: half, consumesInput: 1 as never }), { code: 'BAD_ARGUMENT' });
  });

  it('follows a chunk through stages that give it on, or a view of it', () => {
    const before = recyclingStatistics().returned;
    sameAsAlone(() => [
      filter(),
      new Resample({ up: 1, down: 1 }),
      new DownSample({ factor: 2, dim: 'time' }),
      filter(),
    ]);
    assert.equal(recyclingStatistics().returned - before, 6);
  });

  it('is left alone where a stage gives several views of it', () => {
    const before = recyclingStatistics().returned;
    sameAsAlone(() => [filter(), new Rechunk({ chunks: { time: 50 } }), filter()]);
    assert.equal(recyclingStatistics().returned, before);
  });

  it('that the user holds is left alone: what was pushed, and what came out before', () => {
    const [first, second] = [filter(), new Sequential([new Resample({ up: 1, down: 1 }), filter(), filter()])];
    const next = chunks();
    const held: [DataArray, number][] = [];
    for (let k = 0; k < 5; k++) {
      const [made] = first.push(next(), flags) as DataArray[];
      held.push([made!, Number(made!.values[9])]);
      for (const da of second.push(made!, flags) as DataArray[]) held.push([da, Number(da.values[9])]);
      assert.ok((second.fresh().apply(made!) as DataArray).values.length);
    }
    for (const [da, value] of held) assert.equal(da.values[9], value);
  });

  it('is released once; reading it afterwards, or a view of it, is a clear error', () => {
    const [da] = filter().push(chunks()(), flags) as DataArray[];
    const view = da!.isel({ time: { start: 3 } });
    const copy = da!.copy();
    assert.equal(da!.released, false);
    assert.equal(release(da!), true);
    assert.equal(da!.released, true);
    for (const read of [
      () => da!.values,
      () => da!.data,
      () => view.values,
      () => da!.isel({ time: 1 }),
      () => da!.with({ name: 'x' }),
      () => filter().apply(da!),
      () => release(da!),
      () => release(view),
    ])
      assert.throws(read, { code: 'RELEASED' });
    assert.equal(da!.nbytes, 8 * rows * channels);
    assert.equal(copy.values.length, rows * channels);
    assert.match(String(da), /released/);
  });

  it('of arrays from elsewhere is not taken', () => {
    const da = chunks()();
    assert.equal(release(da), false);
    assert.equal(release(da), false);
    assert.equal(da.values.length, rows * channels);
  });

  const poisoned = (files: string[]) =>
    spawnSync(process.execPath, ['--import', fileURLToPath(new URL('poisoned-inputs.js', import.meta.url)), ...files], {
      env: { DASFLOW_CONFORMANCE_RUNS: '0.3', ...process.env, DASFLOW_RECYCLING: 'poison', NODE_TEST_CONTEXT: '' },
      encoding: 'utf8',
      maxBuffer: 1e9,
    });

  it('is nobody else’s at any moment: the conformance table with all memory taken away', () => {
    const folder = fileURLToPath(new URL('.', import.meta.url));
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /conformance\.test\.js$/.test(name))
      .map((name) => folder + name);
    assert.notEqual(files.length, 0);
    for (const file of files) {
      const { status, stdout } = poisoned([file]);
      assert.equal(status, 0, `${file}\n${stdout.slice(-4000)}`);
      assert.ok(Number(/poisoned inputs: (\d+)/.exec(stdout)?.[1]) > 1000, stdout.slice(-500));
    }
  });

  it('an atom that consumes its input and keeps it all the same is found', () => {
    const { status, stderr } = poisoned([fileURLToPath(new URL('wrong-consumer.js', import.meta.url))]);
    assert.notEqual(status, 0);
    assert.match(stderr, /RELEASED/);
  });
});
