/** `workers` as an option of atoms, of `process()`, of declared pipelines and of the command; shared memory wherever it goes. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { release } from '../../lib/atoms/chunk-memory.js';
import { Filter } from '../../lib/atoms/filter.js';
import { Resample } from '../../lib/atoms/resample.js';
import { Sequential } from '../../lib/atoms/sequential.js';
import { STALTA } from '../../lib/atoms/stalta.js';
import { Trigger } from '../../lib/atoms/trigger.js';
import { run } from '../../lib/cli/run.js';
import { concat } from '../../lib/dataarray/concat.js';
import type { DataArray } from '../../lib/dataarray/data-array.js';
import { elementwise } from '../../lib/dataarray/elementwise.js';
import { DataArrayWriter } from '../../lib/files/data-array-writer.js';
import { openMfDataArray } from '../../lib/files/open-data-array.js';
import { encodeASNFrames } from '../../lib/packets/asn/asn-frame.js';
import { zfp } from '../../lib/packets/codecs.js';
import { decodePacket, encodePacket } from '../../lib/packets/packet.js';
import { waterfall } from '../../lib/plot/waterfall.js';
import { definePipeline } from '../../lib/processing/declared/define-pipeline.js';
import { runPipeline } from '../../lib/processing/declared/run-pipeline.js';
import { process } from '../../lib/processing/process.js';
import '../../lib/register-kinds.js';
import { awaitWorkers } from '../../lib/signal/parallel/kernel-pool.js';
import { smallJobs } from '../../lib/signal/parallel/run-lanes.js';
import { isLent } from '../../lib/signal/recycled-memory.js';
import type { Table } from '../../lib/table/table.js';
import { ZMQPublisher } from '../../lib/zeromq/zmq-publisher.js';
import { ZMQSubscriber } from '../../lib/zeromq/zmq-subscriber.js';
import { temporaryFolder } from '../files/temporary-folder.js';
import { chunks, record } from './chunks.js';

const [count, size, width] = [6, 100, 60];
const parts = () => chunks(count, size, width);
const atoms = () => [new Filter({ freq: [1, 10] }), new Resample({ down: 2 }), new STALTA({ sta: 0.1, lta: 1 })];
const expected = new Sequential(atoms()).apply(record(0, count * size, width)) as DataArray;
const isShared = (da: DataArray) => da.data.data.buffer instanceof SharedArrayBuffer;
const flags = { chunkDim: 'time' } as const;

before(() => {
  smallJobs.divided = true;
  assert.equal(awaitWorkers(1).length, 1);
});
after(() => {
  smallJobs.divided = false;
});

test('an atom hands its workers to the atoms inside it, which may have their own; copies keep them', () => {
  const [part] = parts();
  const given = (atom: Filter | Sequential) => isShared(atom.push(part!, flags)[0] as DataArray);
  assert.equal(given(new Filter({ freq: [1, 10] })), false);
  assert.equal(given(new Filter({ freq: [1, 10], workers: 2 })), true);
  assert.equal(given(new Sequential({ atoms: [new Filter({ freq: [1, 10] })], workers: 2 })), true);
  assert.equal(given(new Sequential({ atoms: [new Filter({ freq: [1, 10], workers: 1 })], workers: 2 })), false);
  assert.equal(given(new Filter({ freq: [1, 10], workers: 2 }).fresh() as Filter), true);
  const pipeline = new Sequential({ atoms: [new Filter({ freq: [1, 10] })], workers: 2 });
  assert.equal(given(pipeline.fresh()), true);
  assert.equal(given(new Filter({ freq: [2, 5] }).pipe(pipeline) as Sequential), true);
  for (const workers of [0, 1.5, '2'])
    for (const make of [
      () => new Filter({ freq: [1, 10], workers: workers as number }),
      () => new Sequential({ atoms: [], workers: workers as number }),
    ])
      assert.throws(make, { code: 'BAD_ARGUMENT' });
});

test('process() runs the kernels on workers, and leaves the atom as it was', async () => {
  const pipeline = new Sequential(atoms());
  const result = (await process(pipeline, parts(), null, { workers: 2 })) as DataArray;
  assert.ok(result.equals(expected));
  assert.equal(pipeline.workers, null);
  const whole = (await process(new Filter({ freq: [1, 10] }), record(0, 200, width), null, {
    workers: 2,
  })) as DataArray;
  assert.ok(isShared(whole));
  await assert.rejects(process(pipeline, parts(), null, { workers: 0 }), { code: 'BAD_ARGUMENT' });
});

test('a pipeline does, by its file, its caller or the command', async (t) => {
  const folder = await temporaryFolder(t);
  await process((da: DataArray) => da, parts(), join(folder, 'in'));
  const stages = '[{ Filter: { freq: [1, 10] } }, { Resample: { down: 2 } }, { STALTA: { sta: 0.1, lta: 1 } }]';
  const file = join(folder, 'job.yaml');
  const yaml = (out: string) =>
    `workers: 2\nsource: { url: in, chunks: { time: ${size} } }\nprocess: ${stages}\nsink: ${out}\n`;
  const load = async (name: string) => (await openMfDataArray(join(folder, name))).load();
  await writeFile(file, yaml('a'));
  await runPipeline(file);
  await writeFile(file, yaml('b'));
  await runPipeline(file, { workers: 1 });
  await writeFile(file, yaml('c'));
  await run(file, { workers: 2, quiet: true });
  for (const name of ['a', 'b', 'c']) assert.deepEqual((await load(name)).values, expected.values, name);
  assert.throws(
    () => definePipeline({ workers: 0, source: 'in', sink: 'out' }),
    /workers: expected a positive integer/,
  );
  await assert.rejects(runPipeline(file, { workers: -1 }), { code: 'BAD_ARGUMENT' });
});

test('shared memory is used again, and told of where it was released', () => {
  const next = new Filter({ freq: [1, 10], workers: 2 });
  const [[first], [second]] = parts()
    .slice(0, 2)
    .map((part) => next.push(part, flags)) as [[DataArray], [DataArray]];
  const { buffer } = first.data.data;
  const view = first.isel({ time: { start: 3 } });
  const values = first.values.slice();
  assert.ok(release(first));
  for (const read of [() => first.values, () => view.values, () => release(first), () => release(view)])
    assert.throws(read, { code: 'RELEASED' });
  assert.equal(second.released, false);
  assert.equal(isLent(buffer), false);
  const other = new Filter({ freq: [1, 10], workers: 2 }).push(parts()[0]!, flags)[0] as DataArray;
  assert.notEqual(other.data.data.buffer, buffer);
  assert.deepEqual(other.values, values);
});

test('what is on shared memory goes everywhere', async (t) => {
  const folder = await temporaryFolder(t);
  const [part] = parts();
  const [shared] = new Filter({ freq: [1, 10], workers: 2 }).push(part!, flags) as DataArray[];
  assert.ok(isShared(shared!));
  const [same] = new Filter({ freq: [1, 10] }).push(part!, flags) as DataArray[];
  assert.ok(shared!.equals(same));
  // Packets, plain and compressed, files
  for (const encoding of [undefined, zfp({ accuracy: 1e-9 }), { compression: 'gzip' }] as never[]) {
    const { data } = await decodePacket(await encodePacket(shared!, { encoding }));
    const other = await decodePacket(await encodePacket(same!, { encoding }));
    assert.deepEqual(data.values, other.data.values);
  }
  const out = join(folder, 'out');
  const writer = new DataArrayWriter(out, { createDirs: true });
  await writer.submit(shared!);
  await new Promise<void>((resolve) => writer.end(resolve));
  assert.deepEqual((await (await openMfDataArray(out)).load()).values, same!.values);
  assert.ok((await readFile(join(out, '000000000'))).length > shared!.nbytes);
  // The wire
  await using publisher = new ZMQPublisher('tcp://127.0.0.1:*', { policy: 'block' });
  await publisher.ready;
  const subscriber = new ZMQSubscriber(publisher.address, { timeout: 30 });
  await publisher.waitForSubscribers();
  const next = subscriber[Symbol.asyncIterator]().next();
  await publisher.submit(shared!);
  assert.deepEqual(((await next).value as DataArray).values, same!.values);
  subscriber.destroy();
  // Arithmetic, selection, joining, saved states, pictures, picks
  assert.deepEqual((elementwise.square(shared!) as DataArray).values, (elementwise.square(same!) as DataArray).values);
  assert.deepEqual(
    concat([shared!, shared!.isel({ time: { start: 5 } })], 'time').values.length,
    (2 * size - 5) * width,
  );
  assert.deepEqual(shared!.transpose().values, same!.transpose().values);
  assert.equal(shared!.copy().data.data.buffer instanceof ArrayBuffer, true);
  const trigger = () => new Trigger({ thresh: 0.5 });
  assert.equal((trigger().apply(shared!) as Table).toCsv(), (trigger().apply(same!) as Table).toCsv());
  const picture = (da: DataArray) => waterfall([{ data: da }], { width: 400, height: 300 });
  assert.deepEqual(await picture(shared!), await picture(same!));
  const atom = new STALTA({ sta: 0.1, lta: 0.5, method: 'centered' });
  atom.push(shared!, flags);
  const twin = new STALTA({ sta: 0.1, lta: 0.5, method: 'centered' });
  twin.setState(structuredClone(atom.state));
  assert.deepEqual(twin.flush()[0], atom.flush()[0]);
  // The wire of instruments
  assert.deepEqual(encodeASNFrames(shared!), encodeASNFrames(same!));
});
