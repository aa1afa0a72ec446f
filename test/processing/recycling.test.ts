/** Memory that `process()` and declared pipelines use again: what comes out is the same, and who may keep a chunk keeps it. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { Filter } from '../../lib/atoms/filter.js';
import { Sequential } from '../../lib/atoms/sequential.js';
import type { DataArray } from '../../lib/dataarray/data-array.js';
import { DataArrayWriter } from '../../lib/files/data-array-writer.js';
import type { LazyArray } from '../../lib/files/lazy-array.js';
import { openMfDataArray } from '../../lib/files/open-data-array.js';
import { runPipeline } from '../../lib/processing/declared/run-pipeline.js';
import { process } from '../../lib/processing/process.js';
import '../../lib/register-kinds.js';
import { recyclingStatistics } from '../../lib/signal/recycled-memory.js';
import { ZMQPublisher } from '../../lib/zeromq/zmq-publisher.js';
import { ZMQSubscriber } from '../../lib/zeromq/zmq-subscriber.js';
import { temporaryFolder } from '../files/temporary-folder.js';
import { chunks, record } from './chunks.js';

const [count, size, width] = [12, 100, 100];
const filter = () => new Filter({ freq: [1, 10], dim: 'time' });
const parts = () => chunks(count, size, width);
const whole = record(0, count * size, width);
const expected = filter().apply(whole) as DataArray;

/** Buffers that were made and given back while `work` ran. */
async function counted(work: () => Promise<unknown>): Promise<{ allocated: number; returned: number }> {
  const before = recyclingStatistics();
  await work();
  const after = recyclingStatistics();
  assert.equal(after.waiting, 0, 'nothing waits after the run');
  return { allocated: after.allocated - before.allocated, returned: after.returned - before.returned };
}

test('a folder needs the memory of a few chunks', async (t) => {
  const out = join(await temporaryFolder(t), 'out');
  const memory = await counted(() => process(filter(), parts(), new DataArrayWriter(out, { createDirs: true })));
  assert.equal(memory.returned, count);
  assert.ok(memory.allocated <= 6, `${memory.allocated} results were allocated`);
  assert.ok((await (await openMfDataArray(out)).load()).equals(expected));
});

test('a publisher does, to the end of the stream', async () => {
  await using publisher = new ZMQPublisher('tcp://127.0.0.1:*', { policy: 'block' });
  await publisher.ready;
  const subscriber = new ZMQSubscriber(publisher.address, { timeout: 30, endOfStream: true });
  await publisher.waitForSubscribers();
  const received: DataArray[] = [];
  const reading = (async () => {
    for await (const da of subscriber) received.push(da as DataArray);
  })();
  const memory = await counted(async () => {
    await process(filter(), parts(), publisher);
    await reading;
  });
  assert.equal(memory.returned, count - 1); // the last one tells the end of the stream
  assert.ok(memory.allocated <= 8, `${memory.allocated} results were allocated`);
  assert.equal(received.length, count);
  for (const [k, da] of received.entries())
    assert.deepEqual(da.values, expected.isel({ time: { start: k * size, stop: (k + 1) * size } }).values);
});

test('a result in memory keeps its chunks', async () => {
  const memory = await counted(async () => {
    const result = (await process(filter(), parts())) as DataArray;
    assert.ok(result.equals(expected));
  });
  assert.deepEqual(memory, { allocated: count, returned: 0 });
});

test('a writer of the user keeps what it likes, also a pipeline between stages of which memory is used again', async () => {
  const kept: DataArray[] = [];
  const sink = new Writable({
    objectMode: true,
    highWaterMark: 1,
    write(chunk, _encoding, callback) {
      kept.push(chunk as DataArray);
      callback();
    },
  });
  const memory = await counted(() => process(new Sequential([filter(), filter()]), parts(), sink));
  assert.equal(memory.returned, count);
  const twice = filter().apply(expected) as DataArray;
  for (const [k, da] of kept.entries())
    assert.deepEqual(da.values, twice.isel({ time: { start: k * size, stop: (k + 1) * size } }).values);
});

test('branches share a chunk until the last is done with it', async (t) => {
  const folder = await temporaryFolder(t);
  const source = join(folder, 'in');
  await process((da: DataArray) => da, parts(), source);
  const first = { Filter: { freq: [1, 10], dim: 'time' } };
  const memory = await counted(async () => {
    await runPipeline({
      source: { url: source, chunks: { time: size } },
      process: [first],
      sink: join(folder, 'plain'),
      branches: [
        { process: [first], sink: join(folder, 'twice') },
        { process: [{ Resample: { up: 1, down: 1 } }], sink: join(folder, 'given on') },
        { process: [{ DownSample: { factor: 2, dim: 'time' } }], sink: join(folder, 'half') },
        { process: [{ Rechunk: { chunks: { time: 250 } } }], sink: join(folder, 'kept') },
      ],
    });
  });
  // The one that rechunks may keep what it gets; what the second filter made is used again.
  assert.equal(memory.returned, count);
  const load = async (name: string) => await ((await openMfDataArray(join(folder, name))) as LazyArray).load();
  for (const name of ['plain', 'given on', 'kept']) assert.deepEqual((await load(name)).values, expected.values, name);
  assert.deepEqual((await load('twice')).values, (filter().apply(expected) as DataArray).values);
  assert.deepEqual((await load('half')).values, expected.isel({ time: { step: 2 } }).values);
});

test('branches that all are done with a chunk let it be used again', async (t) => {
  const folder = await temporaryFolder(t);
  const source = join(folder, 'in');
  await process((da: DataArray) => da, parts(), source);
  const first = { Filter: { freq: [1, 10], dim: 'time' } };
  const memory = await counted(() =>
    runPipeline({
      source: { url: source, chunks: { time: size } },
      process: [first],
      sink: join(folder, 'plain'),
      branches: [
        { process: [{ Resample: { up: 1, down: 1 } }], sink: join(folder, 'given on') },
        { process: [first], sink: join(folder, 'twice') },
      ],
    }),
  );
  assert.equal(memory.returned, 2 * count);
  for (const name of ['plain', 'given on'])
    assert.deepEqual((await (await openMfDataArray(join(folder, name))).load()).values, expected.values, name);
});
