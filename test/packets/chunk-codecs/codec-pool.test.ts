import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { describe, test } from 'node:test';
import { type ChunkedArray, chunkedArray } from '../../../lib/packets/chunk-codecs/chunk-pipeline.js';
import { decodeInPool, encodeInPool } from '../../../lib/packets/chunk-codecs/code-in-pool.js';
import type { CodecJob } from '../../../lib/packets/chunk-codecs/codec-job.js';
import { CodecPool } from '../../../lib/packets/chunk-codecs/codec-pool.js';

const DEADLINE = 60_000;
const array = (length: number): ChunkedArray =>
  chunkedArray({ dtype: 'uint8', shape: [length], storage: { chunks: [10], filters: [{ id: 1, clientData: [6] }] } })!;
const bytesFrom = (length: number, first = 0) => Uint8Array.from({ length }, (_, k) => (k + first) % 251);

/** A worker that does what the first byte of its values says: 1 hangs, 2 ends the thread, 3 throws, all else works. */
const moody = new URL(
  `data:text/javascript,${encodeURIComponent(`
  import { parentPort } from 'node:worker_threads';
  parentPort.on('message', (job) => {
    const [mood] = job.values;
    while (mood === 1);
    if (mood === 2) process.exit(7);
    if (mood === 3) throw new Error('out of sorts');
    parentPort.postMessage({ result: { bytes: job.values, sizes: [], masks: [] } });
  });
  parentPort.postMessage({ ready: true });
`)}`,
);
const job = (mood: number): CodecJob => ({ kind: 'encode', values: Uint8Array.of(mood), array: array(1), room: 0 });

describe('CodecPool', () => {
  test('divides an array among its threads; the chunks are those of one thread', async (t) => {
    const pools = [new CodecPool(), new CodecPool()];
    t.after(() => Promise.all(pools.map((pool) => pool.close())));
    const values = bytesFrom(95);
    const [one, several] = await Promise.all(
      [1, 4].map((workers, k) => encodeInPool(pools[k]!, values, array(95), 7, { workers, deadline: DEADLINE })),
    );
    // (What is in the room before the chunks means nothing yet.)
    for (const coded of [one!, several!]) coded.bytes.fill(0, 0, 7);
    assert.deepEqual(several, one);
    assert.equal(pools[0]!.size, 1);
    assert.equal(pools[1]!.size, Math.min(4, availableParallelism()));
    assert.equal(values.length, 95, 'the values of the caller are still there');
    let end = 7;
    const chunks = one!.sizes.map((size, k) => {
      end += size;
      return { bytes: one!.bytes.subarray(end - size, end), mask: one!.masks[k]! };
    });
    for (const workers of [1, 4])
      assert.deepEqual(await decodeInPool(pools[1]!, chunks, array(95), { workers, deadline: DEADLINE }), values);
  });

  test('a job that hangs fails alone, at its deadline; those after it are done', async (t) => {
    const pool = new CodecPool(moody);
    t.after(() => pool.close());
    await pool.run(job(0), { deadline: DEADLINE });
    const hung = pool.run(job(1), { deadline: 200 });
    const next = pool.run(job(9), { deadline: DEADLINE });
    await assert.rejects(hung, { code: 'DEADLINE', direction: 'encode', message: /200 ms/ });
    assert.deepEqual(((await next) as { bytes: Uint8Array }).bytes, Uint8Array.of(9));
  });

  test('a job that kills its thread fails alone', async (t) => {
    const pool = new CodecPool(moody);
    t.after(() => pool.close());
    const outcomes = await Promise.allSettled([2, 9, 3, 9].map((mood) => pool.run(job(mood), { deadline: DEADLINE })));
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['rejected', 'fulfilled', 'rejected', 'fulfilled'],
    );
    assert.match(String((outcomes[0] as PromiseRejectedResult).reason), /exit code 7/);
    assert.match(String((outcomes[2] as PromiseRejectedResult).reason), /out of sorts/);
    for (const outcome of [outcomes[0], outcomes[2]])
      assert.equal((outcome as PromiseRejectedResult).reason.code, 'WORKER_LOST');
  });

  test('a worker that cannot start fails all who wait for it, not for ever', async (t) => {
    const pool = new CodecPool(new URL('data:text/javascript,throw new Error("no start")'));
    t.after(() => pool.close());
    const jobs = [pool.run(job(0), { deadline: DEADLINE }), pool.run(job(0), { deadline: DEADLINE })];
    await Promise.all(jobs.map((each) => assert.rejects(each, { code: 'WORKER_LOST', message: /no start/ })));
  });

  test('gives up what waits when its signal is aborted, and refuses more than may wait', async (t) => {
    const pool = new CodecPool(moody);
    t.after(() => pool.close());
    await pool.run(job(0), { deadline: DEADLINE });
    const hung = pool.run(job(1), { deadline: DEADLINE });
    const controller = new AbortController();
    const waiting = pool.run(job(0), { deadline: DEADLINE, signal: controller.signal });
    controller.abort(new Error('enough'));
    await assert.rejects(waiting, { message: 'enough' });
    await assert.rejects(pool.run(job(0), { deadline: DEADLINE, signal: controller.signal }), { message: 'enough' });
    const jobs = Array.from({ length: 256 }, () => pool.run(job(0), { deadline: DEADLINE }));
    await assert.rejects(pool.run(job(0), { deadline: DEADLINE }), { code: 'QUEUE_FULL', message: /256/ });
    const lost = assert.rejects(hung, { code: 'WORKER_LOST', message: /closed/ });
    await pool.close();
    await lost;
    assert.equal((await Promise.all(jobs)).length, 256, 'those that wait get another worker');
  });

  test('keeps no process alive', () => {
    const url = new URL('../../../lib/index.js', import.meta.url).href;
    const code = `
      const { encodePacket, decodePacket, syntheticDas, DataArray, gzip } = await import('${url}');
      const da = new DataArray({ data: new Float32Array(600), shape: [20, 30], dims: ['time', 'distance'] });
      for (let k = 0; k < 4; k++) await decodePacket(await encodePacket(da, { encoding: gzip(), codecWorkers: 2 }));
      console.log('done');`;
    const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
    assert.deepEqual([stdout.trim(), status], ['done', 0]);
  });
});
