import assert from 'node:assert/strict';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { DownSample } from '../../lib/atoms/down-sample.js';
import { Filter } from '../../lib/atoms/filter.js';
import { Sequential } from '../../lib/atoms/sequential.js';
import { concat } from '../../lib/dataarray/concat.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { Monitor } from '../../lib/processing/monitor.js';
import { process } from '../../lib/processing/process.js';
import { processor } from '../../lib/processing/processor.js';
import { ResultWriter } from '../../lib/processing/result-writer.js';
import '../../lib/register-kinds.js';
import { Counted, chunks, record, STEP, T0 } from './chunks.js';

const atom = () =>
  new Sequential([new Filter({ freq: [1, 10], dim: 'time' }), new DownSample({ factor: 2, dim: 'time' })]);
const whole = record(0, 200);
const expected = atom().apply(whole) as DataArray;

async function* generated() {
  yield* chunks(8, 25);
}

test('every kind of source gives what the whole array gives', async () => {
  const loader = Readable.from(chunks(8, 25), { objectMode: true, highWaterMark: 1 });
  for (const [name, source, options] of [
    ['array at once', whole, {}],
    ['array in chunks', whole, { chunks: { time: 33 } }],
    ['chunks larger than the array', whole, { chunks: { time: 1000 } }],
    ['async iterable', generated(), {}],
    ['list', chunks(8, 25), {}],
    ['Readable', loader, {}],
  ] as const) {
    const got = await process(atom(), source, null, options);
    assert.ok(got instanceof DataArray, name);
    assert.ok(got.equals(expected), name);
  }
});

test('the streams are those of stream.pipeline', async () => {
  const sink = new ResultWriter();
  await pipeline(Readable.from(chunks(8, 25)), processor(atom()), sink);
  assert.ok((sink.result() as DataArray).equals(expected));
});

test('a function is an atom, null is no chunk, nothing at all is null', async () => {
  const twice = (da: DataArray) =>
    da.with({ data: { ...da.data, data: (da.values as Float64Array).map((x) => 2 * x) } });
  const got = (await process(twice as never, chunks(2, 10))) as DataArray;
  assert.equal(got.values[5], 2 * (record(0, 20).values[5] as number));
  assert.equal(await process(() => null, chunks(2, 10)), null);
});

test('an atom that was used before begins afresh', async () => {
  const one = atom();
  one.push(record(1000, 50), { chunkDim: 'time' });
  assert.ok(((await process(one, chunks(8, 25))) as DataArray).equals(expected));
  assert.ok(((await process(one, chunks(8, 25))) as DataArray).equals(expected));
});

test('until cuts arrays and streams alike', async () => {
  const until = T0 + 120n * STEP;
  const cut = atom().apply(record(0, 121)) as DataArray;
  for (const source of [whole, chunks(8, 25), new Counted()])
    assert.ok(((await process(atom(), source, null, { until })) as DataArray).equals(cut));
});

test('stop drains: what was read comes out, atoms are flushed', async () => {
  const stop = new AbortController();
  const seen: DataArray[] = [];
  const sink = Object.assign(
    new Writable({
      objectMode: true,
      highWaterMark: 1,
      write(chunk: DataArray, _encoding, callback) {
        seen.push(chunk);
        if (seen.length === 5) stop.abort();
        callback();
      },
    }),
    { result: () => concat(seen) },
  );
  const source = new Counted();
  const got = (await process(new DownSample({ factor: 2, dim: 'time' }), source, sink, {
    stop: stop.signal,
  })) as DataArray;
  const read = (got.sizes.time! * 2) / 10;
  assert.ok(read >= 5 && read >= source.pulled - 1, `${read} of ${source.pulled}`);
  assert.ok(got.equals(new DownSample({ factor: 2, dim: 'time' }).apply(record(0, read * 10))));
  assert.ok(source.destroyed);
});

test('signal aborts: an AbortError with the reason, everything destroyed', async () => {
  const abort = new AbortController();
  const reason = new Error('enough');
  const source = new Counted();
  const sink = new Writable({
    objectMode: true,
    highWaterMark: 1,
    write(_chunk, _encoding, callback) {
      if (source.pulled === 5) abort.abort(reason);
      setImmediate(callback);
    },
  });
  await assert.rejects(process(atom(), source, sink, { signal: abort.signal }), (error: Error) => {
    assert.equal(error.name, 'AbortError');
    assert.equal(error.cause, reason);
    return true;
  });
  assert.ok(source.destroyed && sink.destroyed);
  await assert.rejects(process(atom(), new Counted(), null, { signal: abort.signal }), (error) => error === reason);
});

test('what is no source or sink is told, and nothing is left open', async () => {
  await assert.rejects(process(atom(), 5 as never), { code: 'BAD_ARGUMENT', message: /^5 is no source; allowed: / });
  await assert.rejects(process(atom(), 'htp://x'), { code: 'ADDRESS' });
  const source = new Counted();
  await assert.rejects(process(atom(), source, 5 as never), {
    code: 'BAD_ARGUMENT',
    message: /^5 is no sink; allowed: /,
  });
  assert.ok(source.destroyed);
  await assert.rejects(process(atom(), chunks(2, 10), null, { memoryLimit: 100 }), {
    code: 'BAD_ARGUMENT',
    message: /exceeds 100B/,
  });
});

test('the monitor counts, and leaves atom and sink as they were', async () => {
  const monitor = new Monitor({ enabled: false });
  const one = atom();
  const sink = new ResultWriter();
  await process(one, chunks(8, 25), sink, { monitor });
  const { chunks: count, bytes, shares } = monitor.snapshot();
  assert.equal(count, 8);
  assert.equal(bytes, whole.nbytes);
  assert.ok(shares.process > 0 && Math.abs(shares.read + shares.process + shares.write - 1) < 1e-9);
  assert.equal(Object.hasOwn(one, 'push') || Object.hasOwn(sink, '_write'), false);
});

test('a stalled sink bounds what is read', async () => {
  const stalled = () => new Writable({ objectMode: true, highWaterMark: 1, write() {} });
  const pulledBy = async (start: (source: Counted, sink: Writable) => void) => {
    const source = new Counted(300);
    const sink = stalled();
    start(source, sink);
    for (let before = -1; before !== source.pulled; ) {
      before = source.pulled;
      for (let turn = 0; turn < 30; turn++) await new Promise(setImmediate);
    }
    source.destroy();
    sink.destroy();
    return source.pulled;
  };
  const bounded = await pulledBy((source, sink) => {
    process(new DownSample({ factor: 2, dim: 'time' }), source, sink).catch(() => {});
  });
  assert.ok(bounded <= 8, `${bounded} chunks`);
  // The broken control: a source that is not paused is read to the end, so the number above means something.
  const broken = await pulledBy((source, sink) =>
    source.on('data', (chunk) => sink.write(chunk)).on('error', () => {}),
  );
  assert.ok(broken === 300, `${broken} chunks`);
});
