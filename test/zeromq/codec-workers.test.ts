/** Several packets coded at once: order, numbers, refusals, the end and the bounds are those of one at a time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { XPublisher } from 'zeromq';
import type { DataArray } from '../../lib/dataarray/data-array.js';
import { codecPool } from '../../lib/packets/chunk-codecs/codec-pool.js';
import { gzip, zfp } from '../../lib/packets/codecs.js';
import { encodePacket } from '../../lib/packets/packet.js';
import { ZMQPublisher } from '../../lib/zeromq/zmq-publisher.js';
import { ZMQSubscriber } from '../../lib/zeromq/zmq-subscriber.js';
import { chunk, held, indexOf } from './chunks.js';

const COUNT = 24;
const SIDE = { samples: 200, channels: 16 };

test.after(() => codecPool.close());

/** An array that lossy ZFP refuses. */
function spoilt(index: number): DataArray {
  const da = chunk(index, SIDE);
  return da.with({ data: new Float64Array(da.size).fill(Number.NaN), shape: da.shape });
}

for (const codecWorkers of [1, 2, 4])
  test(`${codecWorkers} workers: all packets, in order, numbered without gaps, and the end`, async (t) => {
    const options = { policy: 'block' as const, encoding: { chunks: [50, 16], ...gzip() }, codecWorkers };
    const publisher = held(t, new ZMQPublisher('tcp://127.0.0.1:*', options));
    await publisher.ready;
    const subscriber = held(t, new ZMQSubscriber(publisher.address, { endOfStream: true, codecWorkers, timeout: 60 }));
    const received = (async () => {
      const all: number[] = [];
      for await (const da of subscriber) all.push(indexOf(da));
      return all;
    })();
    await publisher.waitForSubscribers();
    for (let index = 0; index < COUNT; index++)
      if (!publisher.write(chunk(index, SIDE))) await new Promise((resolve) => publisher.once('drain', resolve));
    publisher.end();
    assert.deepEqual(
      await received,
      Array.from({ length: COUNT }, (_, k) => k),
    );
    const { lost, malformed, received: count } = subscriber.statistics;
    assert.deepEqual({ lost, malformed, count }, { lost: 0, malformed: 0, count: COUNT });
    assert.equal(publisher.statistics.sent, COUNT);
    await publisher.close();
  });

test('an array that is refused among others that are coded at once uses up no number', async (t) => {
  const encoding = { chunks: [50, 16], ...zfp({ accuracy: 1e-3 }) };
  const publisher = held(t, new ZMQPublisher('tcp://127.0.0.1:*', { policy: 'block', encoding, codecWorkers: 2 }));
  await publisher.ready;
  const subscriber = held(t, new ZMQSubscriber(publisher.address, { endOfStream: true, codecWorkers: 2, timeout: 60 }));
  const received = (async () => {
    const all: number[] = [];
    for await (const da of subscriber) all.push(Math.round(indexOf(da)));
    return all;
  })();
  await publisher.waitForSubscribers();
  const isSpoilt = (index: number) => index % 5 === 3;
  const outcomes = await Promise.allSettled(
    Array.from({ length: 12 }, (_, k) => publisher.submit(isSpoilt(k) ? spoilt(k) : chunk(k, SIDE))),
  );
  for (const [k, outcome] of outcomes.entries()) {
    assert.equal(outcome.status, isSpoilt(k) ? 'rejected' : 'fulfilled');
    if (outcome.status === 'rejected') assert.equal(outcome.reason.code, 'NON_FINITE');
  }
  publisher.end();
  assert.deepEqual(await received, [0, 1, 2, 4, 5, 6, 7, 9, 10, 11]);
  assert.deepEqual([subscriber.statistics.lost, publisher.statistics.refused, publisher.statistics.sent], [0, 2, 10]);
});

test('a publisher that is destroyed while it codes rejects all that was submitted with CLOSED', async (t) => {
  const publisher = held(t, new ZMQPublisher('tcp://127.0.0.1:*', { encoding: gzip(), codecWorkers: 2 }));
  await publisher.ready;
  for (let k = 0; k < 3; k++) await publisher.submit(chunk(k, SIDE));
  const outcomes = Promise.allSettled(Array.from({ length: 6 }, (_, k) => publisher.submit(chunk(k, SIDE))));
  publisher.destroy();
  for (const outcome of await outcomes) {
    assert.equal(outcome.status, 'rejected');
    assert.equal((outcome as PromiseRejectedResult).reason.code, 'CLOSED');
  }
  assert.equal(publisher.statistics.refused, 0);
});

test('damaged packets among others are malformed, each alone and in its place', async (t) => {
  const socket = held(t, new XPublisher({ sendHighWaterMark: 100 }));
  await socket.bind('tcp://127.0.0.1:*');
  const subscriber = held(
    t,
    new ZMQSubscriber(socket.lastEndpoint!, { codecWorkers: 2, highWaterMark: 4, timeout: 60 }),
  );
  const told: string[] = [];
  subscriber.on('malformed', ({ code }) => told.push(code));
  const encoding = { ...gzip(), fletcher32: true };
  const packets: Uint8Array[] = [];
  for (let k = 0; k < 12; k++)
    packets.push(await encodePacket(chunk(k, SIDE), { encoding, stream: 's', sequence: BigInt(k) }));
  for (const k of [5, 6, 10]) packets[k]![packets[k]!.length - 20]! ^= 1;
  const received: number[] = [];
  const reading = (async () => {
    for await (const da of subscriber) if (received.push(indexOf(da)) === 9) break;
  })();
  // It tells of its subscriber.
  await socket.receive();
  for (const packet of packets) await socket.send(packet);
  await reading;
  assert.deepEqual(received, [0, 1, 2, 3, 4, 7, 8, 9, 11]);
  assert.deepEqual(told, ['MALFORMED_PACKET', 'MALFORMED_PACKET', 'MALFORMED_PACKET']);
});
