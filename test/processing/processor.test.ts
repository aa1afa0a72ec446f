import assert from 'node:assert/strict';
import { type Duplex, Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, it } from 'node:test';
import { chain } from 'stream-chain';
import { DownSample } from '../../lib/atoms/down-sample.js';
import { Filter } from '../../lib/atoms/filter.js';
import { Partial } from '../../lib/atoms/partial.js';
import { Resample } from '../../lib/atoms/resample.js';
import type { Seam } from '../../lib/atoms/seam.js';
import { Sequential } from '../../lib/atoms/sequential.js';
import { DenseCoordinate } from '../../lib/coordinates/dense-coordinate.js';
import { concat } from '../../lib/dataarray/concat.js';
import type { DataArray } from '../../lib/dataarray/data-array.js';
import { split } from '../../lib/dataarray/split.js';
import { processor } from '../../lib/processing/processor.js';
import { gappyInput } from '../atoms/conformance.js';

const make = () => new Sequential([new Filter({ freq: [1, 20] }), new Resample({ down: 3 })]);
const da = gappyInput({ name: '', make });
const gappy = gappyInput({ name: '', make }, [25]);

/** Collects what is written to it. */
function collector(): { sink: Writable; chunks: DataArray[] } {
  const chunks: DataArray[] = [];
  const sink = new Writable({
    objectMode: true,
    highWaterMark: 1,
    write(chunk: DataArray, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { sink, chunks };
}

describe('processor', () => {
  it('streams, flushes at the end and resets its atom', async () => {
    const { sink, chunks } = collector();
    const stage = processor(make());
    await pipeline(Readable.from(split(da, 7, 'time')), stage, sink);
    assert.ok(concat(chunks, 'time').equals(make().apply(da)));
    assert.deepEqual(stage.atom.state, {});
  });

  it("fits into stream-chain's chain", async () => {
    const { sink, chunks } = collector();
    const stages = chain([processor(new Filter({ freq: [1, 20] })), processor(new Resample({ down: 3 }))] as const);
    await pipeline(Readable.from(split(da, 5, 'time')), stages, sink);
    assert.ok(concat(chunks, 'time').equals(make().apply(da)));
  });

  it('forwards seams, before what was held back comes out', async () => {
    const { sink, chunks } = collector();
    const stage = processor(make());
    const seen: [Seam, number][] = [];
    stage.on('seam', (seam) => seen.push([seam, chunks.length]));
    await pipeline(Readable.from(split(gappy, [10, 25, 40], 'time')), stage, sink);
    assert.equal(seen.length, 1);
    assert.equal(seen[0][0].kind, 'gap');
    assert.equal(seen[0][0].jump, 130_000_000n);
    assert.ok(concat(chunks, 'time').equals(make().apply(gappy)));
  });

  it('goes on from a restored state', async () => {
    const parts = split(da, 6, 'time');
    const before = make();
    const head = parts.slice(0, 3).flatMap((part) => before.push(part, { chunkDim: 'time' })) as DataArray[];
    const atom = make();
    atom.setState(before.state);
    const { sink, chunks } = collector();
    await pipeline(Readable.from(parts.slice(3)), processor(atom), sink);
    assert.ok(concat([...head, ...chunks], 'time').equals(make().apply(da)));
  });

  it('is destroyed by what its atom throws', async () => {
    const { sink } = collector();
    const stage = processor(make());
    const [first] = split(da, 2, 'time');
    await assert.rejects(pipeline(Readable.from([first, first]), stage, sink), { code: 'OVERLAP' });
    assert.ok(stage.destroyed);
  });

  it('is destroyed by an error at the flush', async () => {
    const { sink } = collector();
    const atom = new Partial({ func: (x: DataArray) => x });
    atom.flush = () => {
      throw new RangeError('at the end');
    };
    await assert.rejects(pipeline(Readable.from([da]), processor(atom), sink), RangeError);
  });

  it('refuses what is no chunk, and a highWaterMark that is none', async () => {
    const { sink } = collector();
    await assert.rejects(pipeline(Readable.from([new Float64Array(3)]), processor(make()), sink), {
      code: 'BAD_ARGUMENT',
      message: /Float64Array/,
    });
    assert.throws(() => processor(make(), { highWaterMark: 0 }), { code: 'BAD_ARGUMENT' });
    assert.throws(() => processor(make(), { chunkDim: 5 as never }), {
      code: 'BAD_ARGUMENT',
      message: /chunkDim is 5/,
    });
    assert.throws(() => processor(make(), { chunkdim: 'time' } as never), {
      code: 'BAD_ARGUMENT',
      message: /no option chunkdim; allowed: chunkDim, highWaterMark/,
    });
    assert.throws(() => processor({} as never), { code: 'BAD_ARGUMENT', message: /no atom/ });
  });

  it('says a notice as an event', async () => {
    const { sink } = collector();
    const stage = processor(make());
    const codes: string[] = [];
    stage.on('notice', ({ code }) => codes.push(code));
    const seconds = Float64Array.from({ length: 60 }, (_, i) => i / 100);
    const undeclared = da
      .dropCoords('time')
      .assignCoords({ time: new DenseCoordinate({ values: seconds, dim: 'time' }) });
    await pipeline(Readable.from([undeclared]), stage, sink);
    assert.ok(codes.includes('INFERRED_INTERVAL'));
  });
});

/** How many chunks a stalled sink makes `stage` take before `write` returns false. */
async function held(stage: Duplex): Promise<number> {
  const parts = split(da, 59, 'time');
  let taken = 0;
  for (const part of parts) {
    taken += 1;
    if (!stage.write(part)) {
      const drained = await Promise.race([
        new Promise((resolve) => stage.once('drain', () => resolve(true))),
        new Promise((resolve) => setImmediate(() => setImmediate(() => resolve(false)))),
      ]);
      if (!drained) return taken;
    }
  }
  return taken;
}

describe('memory behind a stalled sink', () => {
  const identity = () => new DownSample({ factor: 1, dim: 'time' });
  it('is one chunk', async () => {
    assert.equal(await held(processor(identity())), 1);
  });
  it('is one chunk where each gives many', async () => {
    const many = new Partial({ func: (chunk: DataArray) => [chunk, chunk, chunk, chunk, chunk] });
    assert.equal(await held(processor(many)), 1);
  });
  it('is what highWaterMark says', async () => {
    for (const highWaterMark of [2, 4])
      assert.equal(await held(processor(identity(), { highWaterMark })), 2 * highWaterMark - 1);
  });
  it('is not bounded so by a control with the default highWaterMark, so this test can fail', async () => {
    const control = chain([(chunk: DataArray) => chunk]);
    assert.ok((await held(control as unknown as Duplex)) > 3);
  });
});
