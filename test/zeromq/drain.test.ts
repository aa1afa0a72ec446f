import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DataArray } from '../../lib/dataarray/data-array.js';
import { process } from '../../lib/processing/process.js';
import { ZMQPublisher } from '../../lib/zeromq/zmq-publisher.js';
import { ZMQSubscriber } from '../../lib/zeromq/zmq-subscriber.js';
import { chunk, held, indexOf, until } from './chunks.js';

// Over inproc what was sent is in the subscriber's queue at once: nothing to wait for.

test('drain ends the stream after all that ZeroMQ has received', async (t) => {
  const publisher = held(t, new ZMQPublisher('inproc://drain-all', { policy: 'block' }));
  await publisher.ready;
  const subscriber = held(t, new ZMQSubscriber('inproc://drain-all'));
  await publisher.waitForSubscribers();
  for (let index = 0; index < 12; index++) await publisher.submit(chunk(index));
  subscriber.drain();
  subscriber.drain();
  assert.deepEqual(
    (await subscriber.toArray()).map(indexOf),
    Array.from({ length: 12 }, (_, index) => index),
  );
  assert.equal(subscriber.statistics.received, 12);
});

test('drain ends a stream to which nothing has come', async (t) => {
  const subscriber = held(t, new ZMQSubscriber('tcp://127.0.0.1:1'));
  const all = subscriber.toArray();
  subscriber.drain();
  assert.deepEqual(await all, []);
});

test('a publisher that goes on cannot keep a draining stream open', async (t) => {
  const publisher = held(t, new ZMQPublisher('inproc://drain-busy', { policy: 'drop' }));
  await publisher.ready;
  const subscriber = held(t, new ZMQSubscriber('inproc://drain-busy', { receiveHighWaterMark: 4 }));
  await publisher.waitForSubscribers();
  const busy = async () => {
    for (let index = 0; !subscriber.closed; index++) await publisher.submit(chunk(index));
  };
  const publishing = busy();
  await until(() => publisher.statistics.sent > 8);
  subscriber.drain();
  const taken = await subscriber.toArray();
  await publishing;
  // those in ZeroMQ's queue, and those that Node had taken before
  assert.ok(taken.length > 0 && taken.length <= 4 + 1 + 2, `${taken.length} packets`);
});

test('process() stopped on a live stream writes what was received: nothing is dropped while it decodes or waits', async (t) => {
  const publisher = held(t, new ZMQPublisher('inproc://drain-process', { policy: 'block' }));
  await publisher.ready;
  const subscriber = held(t, new ZMQSubscriber('inproc://drain-process'));
  await publisher.waitForSubscribers();
  for (let index = 0; index < 12; index++) await publisher.submit(chunk(index));
  const stop = new AbortController();
  const atFirst = (data: DataArray) => {
    stop.abort();
    return data;
  };
  const result = (await process(atFirst, subscriber, null, { stop: stop.signal })) as DataArray;
  assert.deepEqual(result.shape, [120, 4]);
  assert.ok(subscriber.closed);
});
