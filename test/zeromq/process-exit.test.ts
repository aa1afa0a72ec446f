/** Processes that closed their streams exit, by themselves and in time; nothing is left unhandled. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { setTimeout as after } from 'node:timers/promises';
import { promisify } from 'node:util';
import { getFreePort } from '../../lib/zeromq/get-free-port.js';
import { ZMQSubscriber } from '../../lib/zeromq/zmq-subscriber.js';
import { held } from './chunks.js';

const run = promisify(execFile);
const modules = new URL('../../lib/', import.meta.url);

/** Runs a script as an ES module in a process of its own; whatever it leaves unhandled fails it. */
async function script(body: string): Promise<string> {
  const source = `
    import { ZMQPublisher } from '${new URL('zeromq/zmq-publisher.js', modules)}';
    import { ZMQSubscriber } from '${new URL('zeromq/zmq-subscriber.js', modules)}';
    import { DataArray } from '${new URL('dataarray/data-array.js', modules)}';
    const chunk = (samples = 10) => new DataArray({ data: new Float64Array(samples), shape: [samples], dims: ['time'] });
    ${body}`;
  const { stdout } = await run(
    process.execPath,
    ['--unhandled-rejections=strict', '--input-type=module', '--eval', source],
    { timeout: 20_000 },
  );
  return stdout;
}

test('after end() and the end of the stream', async () => {
  const stdout = await script(`
    const publisher = new ZMQPublisher('tcp://127.0.0.1:*');
    await publisher.ready;
    const subscriber = new ZMQSubscriber(publisher.address, { endOfStream: true });
    await publisher.waitForSubscribers();
    await publisher.submit(chunk());
    publisher.end();
    console.log((await subscriber.toArray()).length);`);
  assert.equal(stdout, '1\n');
});

test('after close() of streams that were never used, or are waiting', async () => {
  await script(`
    const publisher = new ZMQPublisher('tcp://127.0.0.1:*');
    const unused = new ZMQSubscriber('tcp://127.0.0.1:1');
    const waiting = new ZMQSubscriber('tcp://127.0.0.1:1', { timeout: 1000 });
    waiting.on('data', () => {});
    waiting.waitUntilSubscribed().catch(() => {});
    publisher.waitForSubscribers().catch(() => {});
    await publisher.ready;
    await Promise.all([publisher.close(), unused.close(), waiting.close()]);
    await Promise.all([publisher.close(), unused.close(), waiting.close()]);`);
});

test('with a subscriber that stalls: after linger, no later', async () => {
  await script(`
    const publisher = new ZMQPublisher('tcp://127.0.0.1:*', { linger: 0.05, sendBufferSize: 65536 });
    await publisher.ready;
    const subscriber = new ZMQSubscriber(publisher.address, { receiveHighWaterMark: 1, receiveBufferSize: 65536 });
    await publisher.waitForSubscribers();
    for (let index = 0; index < 20; index++) await publisher.submit(chunk(100000));
    publisher.end();
    await publisher.close();
    await subscriber.close();`);
});

test('with a subscriber that stalls, aborted: at once, whatever linger is', async (t) => {
  const address = `tcp://127.0.0.1:${await getFreePort()}`;
  // It lives on in this process, so that only the abort can end the other one before its linger.
  const stalled = held(t, new ZMQSubscriber(address, { receiveHighWaterMark: 1, receiveBufferSize: 65536 }));
  await script(`
    const abort = new AbortController();
    const options = { policy: 'block', sendBufferSize: 65536, sendHighWaterMark: 1, signal: abort.signal };
    const publisher = new ZMQPublisher('${address}', options);
    await publisher.ready;
    await publisher.waitForSubscribers();
    publisher.once('error', () => {});
    while (publisher.statistics.waits === 0) {
      publisher.submit(chunk(100000)).catch(() => {});
      await new Promise(setImmediate);
    }
    abort.abort();`);
  assert.ok(!stalled.destroyed);
});

test('after a constructor that threw: there is no socket behind it', async () => {
  await script(`
    for (const make of [
      () => new ZMQPublisher('tcp://127.0.0.1:*', { signal: 5 }),
      () => new ZMQSubscriber('tcp://127.0.0.1:1', { signal: 5 }),
    ]) {
      let error;
      try { make(); } catch (caught) { error = caught; }
      if (error?.code !== 'BAD_ARGUMENT') throw new Error('not refused');
    }`);
});

test('policy block: everything queued is delivered to a slow reader after the publisher has ended and its work is done', async (t) => {
  const port = await getFreePort();
  const subscriber = held(
    t,
    new ZMQSubscriber(`tcp://127.0.0.1:${port}`, {
      endOfStream: true,
      highWaterMark: 1,
      receiveHighWaterMark: 1,
      receiveBufferSize: 65536,
    }),
  );
  let hasEnded = false;
  const publishing = script(`
    const publisher = new ZMQPublisher('tcp://127.0.0.1:${port}', { policy: 'block', sendHighWaterMark: 100, sendBufferSize: 65536 });
    await publisher.waitForSubscribers();
    for (let index = 0; index < 50; index++) await publisher.submit(chunk(20000));
    publisher.end();
    publisher.on('close', () => console.log(JSON.stringify(publisher.statistics)));`).finally(() => {
    hasEnded = true;
  });
  let received = 0;
  for await (const _ of subscriber) {
    received++;
    await after(20);
    if (received === 25)
      assert.equal(hasEnded, false, 'the process ended before the half was read: what it still had is lost');
  }
  assert.equal(received, 50);
  assert.equal(subscriber.statistics.lost, 0);
  assert.equal(JSON.parse(await publishing).waits, 0);
});

test('a bad address that nobody catches ends the process with that error', async () => {
  await assert.rejects(script("new ZMQPublisher('tcp://192.0.2.1:5555');"), (error: Error & { stderr: string }) => {
    assert.match(error.stderr, /ADDRESS/);
    assert.match(error.stderr, /cannot bind to tcp:\/\/192\.0\.2\.1:5555/);
    return true;
  });
});
