import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { z } from 'zod';
import { DownSample } from '../../../lib/atoms/down-sample.js';
import { Filter } from '../../../lib/atoms/filter.js';
import { Sequential } from '../../../lib/atoms/sequential.js';
import { concat } from '../../../lib/dataarray/concat.js';
import type { DataArray } from '../../../lib/dataarray/data-array.js';
import { split } from '../../../lib/dataarray/split.js';
import { DataArrayLoader } from '../../../lib/files/data-array-loader.js';
import { DataArrayWriter } from '../../../lib/files/data-array-writer.js';
import type { LazyArray } from '../../../lib/files/lazy-array.js';
import { runPipeline } from '../../../lib/processing/declared/run-pipeline.js';
import { process } from '../../../lib/processing/process.js';
import { processor } from '../../../lib/processing/processor.js';
import { sinkKinds, sourceKinds } from '../../../lib/processing/registry.js';
import { ResultWriter } from '../../../lib/processing/result-writer.js';
import '../../../lib/register-kinds.js';
import { ZMQPublisher } from '../../../lib/zeromq/zmq-publisher.js';
import { temporaryFolder } from '../../files/temporary-folder.js';
import { Counted, chunks, record } from '../chunks.js';

const stages = [{ Filter: { freq: [1, 10], dim: 'time' } }, { DownSample: { factor: 2, dim: 'time' } }];
const atom = () =>
  new Sequential([new Filter({ freq: [1, 10], dim: 'time' }), new DownSample({ factor: 2, dim: 'time' })]);

async function archive(folder: string): Promise<string> {
  const path = join(folder, 'in');
  await pipeline(Readable.from(chunks(4, 50)), new DataArrayWriter(path, { createDirs: true }));
  return path;
}

/** The bytes of the files of a folder, by name. */
async function contents(folder: string): Promise<Record<string, Buffer>> {
  const names = (await readdir(folder)).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)),
  );
}

test('stream.pipeline, process() and YAML write the same files', async (t) => {
  const folder = await temporaryFolder(t);
  const source = await archive(folder);
  const out = (name: string) => join(folder, name);
  await pipeline(
    new DataArrayLoader(source, { time: 32 }),
    processor(atom()),
    new DataArrayWriter(out('a'), { createDirs: true }),
  );
  const result = (await process(atom(), source, out('b'), { chunks: { time: 32 } })) as LazyArray;
  await writeFile(
    join(folder, 'job.yaml'),
    `source: { url: in, chunks: { time: 32 } }
process:
  - Filter: { freq: [1, 10], dim: time }
  - DownSample: { factor: 2, dim: time }
sink: c
branches: [{ sink: d }]
`,
  );
  const statistics = await runPipeline(join(folder, 'job.yaml'));
  const first = await contents(out('a'));
  assert.equal(Object.keys(first).length, 7);
  for (const name of ['b', 'c', 'd']) assert.deepEqual(await contents(out(name)), first, name);
  assert.ok((await result.load()).equals(atom().apply(record(0, 200))));
  assert.deepEqual([statistics.chunks, statistics.bytes], [7, 200 * 3 * 8]);
  assert.deepEqual(
    statistics.sinks.map(({ name, url, address }) => ({ name, url, address })),
    [
      { name: null, url: 'c', address: out('c') },
      { name: null, url: 'd', address: out('d') },
    ],
  );
  const again = (await statistics.sinks[1]!.result()) as LazyArray;
  assert.deepEqual(again.shape, [100, 3]);
});

test("the seed's case: split, publish, subscribe, concatenate, equal", async (t) => {
  const folder = await temporaryFolder(t);
  const da = record(0, 100);
  const publisher = new ZMQPublisher('tcp://127.0.0.1:*', { policy: 'block' });
  await publisher.ready;
  const running = runPipeline({ source: publisher.address, sink: join(folder, 'out') });
  await publisher.waitForSubscribers();
  for (const packet of split(da, 5)) await publisher.submit(packet);
  publisher.end();
  const { source, sinks } = await running;
  assert.ok((await ((await sinks[0]!.result()) as LazyArray).load()).equals(da));
  const { received, lost, malformed } = source.statistics as Record<string, number>;
  assert.deepEqual({ received, lost, malformed }, { received: 5, lost: 0, malformed: 0 });
});

test('a pipeline publishes, waits for its subscribers, and tells its real address', async (t) => {
  const folder = await temporaryFolder(t);
  const source = await archive(folder);
  let received: Promise<unknown> = Promise.resolve();
  const sent = await runPipeline(
    {
      source: { url: source, chunks: { time: 40 } },
      sink: { url: 'tcp://127.0.0.1:*', policy: 'block', waitForSubscribers: 1 },
    },
    {
      onOpen: ([sink]) => {
        assert.match(sink!.address, /^tcp:\/\/127\.0\.0\.1:\d+$/);
        received = process((chunk) => chunk, sink!.address);
      },
    },
  );
  assert.equal((sent.sinks[0]!.statistics as { sent: number }).sent, 5);
  assert.ok(((await received) as DataArray).equals(record(0, 200)));
});

test('waiting for subscribers ends with the signal', async () => {
  const abort = new AbortController();
  registered('waiting', () => new Counted(), new ResultWriter());
  const running = runPipeline(
    { source: 'waiting://a', sink: { url: 'tcp://127.0.0.1:*', waitForSubscribers: 1 } },
    { signal: abort.signal, onOpen: () => setImmediate(() => abort.abort(new Error('enough'))) },
  );
  await assert.rejects(running, { message: 'enough' });
  await assert.rejects(
    runPipeline({ source: 'none/at/all', sink: { url: 'tcp://127.0.0.1:*', waitForSubscribers: 1 } }),
    { code: 'BAD_FILE', message: /none\/at\/all: there is no such file or folder/ },
  );
});

test('until and stop end a pipeline in good order', async () => {
  const seen = new ResultWriter();
  registered('endless', () => new Counted(), seen);
  await runPipeline({
    source: { url: 'endless://a', until: '2023-11-14T22:13:20.555' },
    process: [],
    sink: 'endless://b',
  });
  assert.ok((seen.result() as DataArray).equals(record(0, 56)));
  const stop = new AbortController();
  const sink = new ResultWriter();
  const source = new Counted();
  registered('stopped', () => source, sink);
  const read = source._read.bind(source);
  source._read = () => {
    if (source.pulled === 6) stop.abort();
    read();
  };
  const { chunks: count } = await runPipeline(
    { source: 'stopped://a', process: stages, sink: 'stopped://b' },
    { stop: stop.signal },
  );
  assert.ok(count >= 4, `${count} chunks`);
  assert.ok((sink.result() as DataArray).equals(atom().apply(record(0, count * 10))));
});

test('the first error of any branch tears down all and is the one thrown', async () => {
  const broken = new Error('disk full');
  const source = new Counted();
  const good = new ResultWriter();
  const bad = new ResultWriter();
  registered('good', () => source, good);
  registered('bad', () => source, bad);
  bad._write = (_chunk, _encoding, callback) => {
    setImmediate(callback, source.pulled > 5 ? broken : null);
  };
  await assert.rejects(
    runPipeline({ source: 'good://a', branches: [{ process: stages, sink: 'good://b' }, { sink: 'bad://b' }] }),
    (error) => error === broken,
  );
  assert.ok(source.destroyed && good.destroyed && bad.destroyed);
});

test('an atom that throws names itself, with several branches too', async () => {
  const source = Readable.from([record(0, 10), record(5, 10)], { objectMode: true, highWaterMark: 1 });
  registered('overlapping', () => source, new ResultWriter());
  registered('beside', () => source, new ResultWriter());
  await assert.rejects(
    runPipeline({
      source: 'overlapping://a',
      branches: [{ process: stages, sink: 'overlapping://b' }, { sink: 'beside://c' }],
    }),
    { code: 'OVERLAP' },
  );
});

test('a sink that cannot be opened leaves nothing open', async () => {
  const source = new Counted();
  registered('unopened', () => source, new ResultWriter());
  const occupied = new ZMQPublisher('tcp://127.0.0.1:*');
  await occupied.ready;
  await assert.rejects(runPipeline({ source: 'unopened://a', sink: occupied.address }), { code: 'ADDRESS' });
  assert.ok(source.destroyed);
  await occupied.close();
});

test('gaps are seams, in branches as elsewhere', async () => {
  const parts = [record(0, 50), record(80, 50)];
  const sink = new ResultWriter();
  registered('gappy', () => Readable.from(parts, { objectMode: true, highWaterMark: 1 }), sink);
  await runPipeline({ source: 'gappy://a', process: stages, sink: 'gappy://b' });
  assert.ok((sink.result() as DataArray).equals(concat(parts.map((part) => atom().apply(part) as DataArray))));
});

test('a pace is kept by the time coordinate', async () => {
  const sink = new ResultWriter();
  registered('paced', () => Readable.from(chunks(5, 10), { objectMode: true, highWaterMark: 1 }), sink);
  const start = performance.now();
  await runPipeline({ source: { url: 'paced://a', pace: 4 }, sink: 'paced://b' });
  const took = performance.now() - start;
  assert.ok(took >= 122, `${took} ms for 0.49 s at 4 times real time`);
  const stop = new AbortController();
  registered('hurried', () => Readable.from(chunks(5, 10), { objectMode: true, highWaterMark: 1 }), new ResultWriter());
  const hurried = runPipeline(
    { source: { url: 'hurried://a', pace: 1e-6 }, sink: 'hurried://b' },
    { stop: stop.signal },
  );
  await once(globalThis.process, 'nothing', { signal: AbortSignal.timeout(20) }).catch(() => {});
  stop.abort();
  await hurried;
});

/** Registers a scheme of this test's own. */
function registered(scheme: string, source: () => Readable, sink: ResultWriter): void {
  sourceKinds.register({ name: scheme, schemes: [scheme], options: z.strictObject({}), open: () => source() as never });
  sinkKinds.register({ name: scheme, schemes: [scheme], options: z.strictObject({}), open: () => sink });
}
