import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { test } from 'node:test';
import { Publisher, XPublisher } from 'zeromq';
import { encodePacket, endOfStreamPacket } from '../../lib/packets/packet.js';
import type { Lost, Restart } from '../../lib/zeromq/delivery-counter.js';
import { ZMQPublisher } from '../../lib/zeromq/zmq-publisher.js';
import { type Malformed, ZMQSubscriber } from '../../lib/zeromq/zmq-subscriber.js';
import { chunk, held, indexOf, next, until } from './chunks.js';

const ANY = 'tcp://127.0.0.1:*';
const NOWHERE = 'tcp://127.0.0.1:1';

/** A raw publisher that sends whatever a test likes, with or without the greeting. */
async function rawPublisher({ greeting = true, address = ANY } = {}): Promise<XPublisher> {
  const socket = new XPublisher({
    verbosity: 'allSubsUnsubs',
    linger: 1000,
    ...(greeting ? { welcomeMessage: 'xdas' } : {}),
  });
  await socket.bind(address);
  return socket;
}

/** Waits until somebody has subscribed to everything. */
async function subscribed(socket: XPublisher): Promise<void> {
  const [message] = await socket.receive();
  assert.deepEqual([...message], [1]);
}

const packet = (index: number, sequence: bigint, stream = 'a') => encodePacket(chunk(index), { stream, sequence });
const end = (sequence: bigint) => endOfStreamPacket(chunk(0), { stream: 'a', sequence });

test('numbers skipped by a publisher are counted and told, to the packet', async (t) => {
  const socket = held(t, await rawPublisher());
  const subscriber = held(t, new ZMQSubscriber(socket.lastEndpoint!, { endOfStream: true }));
  await subscribed(socket);
  const lost: Lost[] = [];
  subscriber.on('lost', (news: Lost) => lost.push(news));
  for (const number of [3, 4, 7, 8, 20]) await socket.send(await packet(number, BigInt(number)));
  await socket.send(await end(22n));
  assert.deepEqual((await subscriber.toArray()).map(indexOf), [3, 4, 7, 8, 20]);
  assert.deepEqual(lost, [
    { unit: 'packets', count: 2, from: 5n, to: 6n },
    { unit: 'packets', count: 11, from: 9n, to: 19n },
    { unit: 'packets', count: 1, from: 21n, to: 21n },
  ]);
  const { received, lost: count, ends, foreign } = subscriber.statistics;
  assert.deepEqual([received, count, ends, foreign], [5, 14, 1, 0]);
  socket.close();
});

test('packets without numbers are judged by their time axis', async (t) => {
  const socket = held(t, await rawPublisher());
  const subscriber = held(t, new ZMQSubscriber(socket.lastEndpoint!, { endOfStream: true }));
  await subscribed(socket);
  const told: unknown[] = [];
  subscriber.on('lost', ({ unit, count }: Lost) => told.push([unit, count]));
  subscriber.on('restart', ({ reason }: Restart) => told.push(reason));
  for (const index of [0, 1, 4, 5, 0]) await socket.send(await encodePacket(chunk(index)));
  await socket.send(await endOfStreamPacket(chunk(0), {}));
  await subscriber.toArray();
  assert.deepEqual(told, [['samples', 20], 'time']);
  const { foreign, gaps, missingSamples, restarts, lost } = subscriber.statistics;
  assert.deepEqual([gaps, missingSamples, restarts, lost], [1, 20, 1, 0]);
  assert.ok(foreign >= 5);
  socket.close();
});

test('a publisher that starts again is a reconnect (greeting) and a restart (stream)', async (t) => {
  const first = held(t, new ZMQPublisher(ANY));
  await first.ready;
  const subscriber = held(t, new ZMQSubscriber(first.address));
  await first.waitForSubscribers();
  const iterator = subscriber[Symbol.asyncIterator]();
  const restarts: Restart[] = [];
  subscriber.on('restart', (news: Restart) => restarts.push(news));
  await first.submit(chunk(0));
  assert.equal(indexOf((await iterator.next()).value), 0);
  await first.close();
  const second = held(t, await againAt(first.address));
  const reconnect = next<{ count: number }>(subscriber, 'reconnect');
  const received = iterator.next();
  await second.waitForSubscribers();
  await second.submit(chunk(7));
  assert.equal(indexOf((await received).value), 7);
  assert.deepEqual(await reconnect, { count: 1 });
  assert.deepEqual(restarts, [{ reason: 'stream', from: first.stream, to: second.stream }]);
  const { reconnects, restarts: count, lost } = subscriber.statistics;
  assert.deepEqual([reconnects, count, lost], [1, 1, 0]);
  await subscriber.close();
  await second.close();
});

/** Binds where a publisher was just closed: ZeroMQ's thread gives the port back a little later. */
async function againAt(address: string): Promise<ZMQPublisher> {
  for (;;) {
    const publisher = new ZMQPublisher(address);
    const failed = await publisher.ready.then(
      () => null,
      (error) => error,
    );
    if (!failed) return publisher;
    assert.equal(failed.code, 'ADDRESS');
  }
}

test('waitUntilSubscribed resolves at the greeting, and again at once', async () => {
  await using publisher = new ZMQPublisher(ANY);
  await publisher.ready;
  await using subscriber = new ZMQSubscriber(publisher.address, { timeout: 30 });
  assert.equal(subscriber.isSubscribed, false);
  await Promise.all([subscriber.waitUntilSubscribed(), once(subscriber, 'subscribed')]);
  assert.equal(subscriber.isSubscribed, true);
  await subscriber.waitUntilSubscribed(0);
  assert.equal(subscriber.statistics.reconnects, 0);
});

test('waitUntilSubscribed without a greeting times out, swallows no packet, and takes no more than highWaterMark', async (t) => {
  const socket = held(t, await rawPublisher({ greeting: false }));
  const subscriber = held(t, new ZMQSubscriber(socket.lastEndpoint!, { highWaterMark: 3, endOfStream: true }));
  await subscribed(socket);
  for (let index = 0; index < 8; index++) await socket.send(await packet(index, BigInt(index)));
  await socket.send(await end(8n));
  await assert.rejects(subscriber.waitUntilSubscribed(0.2), {
    code: 'TIMEOUT',
    message: /no greeting came from tcp:.* within 0\.2 s/,
  });
  assert.equal(subscriber.destroyed, false);
  assert.deepEqual((await subscriber.toArray()).map(indexOf), [0, 1, 2, 3, 4, 5, 6, 7]);
  assert.equal(subscriber.statistics.lost, 0);
  socket.close();
});

test('reading and waiting for the greeting at the same time get along', async (t) => {
  const publisher = held(t, new ZMQPublisher(ANY));
  await publisher.ready;
  const subscriber = held(t, new ZMQSubscriber(publisher.address, { endOfStream: true, timeout: 30 }));
  const all = subscriber.toArray();
  await Promise.all([subscriber.waitUntilSubscribed(), publisher.waitForSubscribers()]);
  for (let index = 0; index < 20; index++) await publisher.submit(chunk(index));
  publisher.end();
  assert.deepEqual((await all).map(indexOf), [...Array(20).keys()]);
  await publisher.close();
});

test('nobody there: the reader and waitUntilSubscribed time out', async (t) => {
  const subscriber = held(t, new ZMQSubscriber(NOWHERE, { timeout: 0.02 }));
  await assert.rejects(subscriber.waitUntilSubscribed(), { code: 'TIMEOUT' });
  await assert.rejects(subscriber[Symbol.asyncIterator]().next(), {
    code: 'TIMEOUT',
    address: NOWHERE,
    message: `no packet came from ${NOWHERE} within 0.02 s`,
  });
  assert.equal(subscriber.destroyed, true);
});

test('a time-out loses nothing that was received: it counts while the reader waits', async (t) => {
  const socket = held(t, await rawPublisher());
  const subscriber = held(t, new ZMQSubscriber(socket.lastEndpoint!, { timeout: 0.05, highWaterMark: 4 }));
  await subscribed(socket);
  for (let index = 0; index < 3; index++) await socket.send(await packet(index, BigInt(index)));
  const iterator = subscriber[Symbol.asyncIterator]();
  assert.equal(indexOf((await iterator.next()).value), 0);
  await until(() => subscriber.readableLength === 2);
  // Longer than the time-out: the reader is busy, the publisher silent.
  const busyUntil = performance.now() + 150;
  await until(() => performance.now() > busyUntil);
  assert.equal(subscriber.destroyed, false);
  assert.equal(indexOf((await iterator.next()).value), 1);
  assert.equal(indexOf((await iterator.next()).value), 2);
  const silence = performance.now();
  await assert.rejects(iterator.next(), { code: 'TIMEOUT' });
  assert.ok(performance.now() - silence > 40, 'the clock began before the last packet was taken');
  socket.close();
});

test('malformed frames are counted, told and skipped', async (t) => {
  const socket = held(t, await rawPublisher());
  const subscriber = held(t, new ZMQSubscriber(socket.lastEndpoint!, { endOfStream: true }));
  await subscribed(socket);
  const good = await packet(0, 0n);
  const frames: (Uint8Array | Uint8Array[])[] = [
    new Uint8Array(0),
    randomBytes(4),
    randomBytes(5000),
    good.subarray(0, good.length / 2),
    good.subarray(0, 100),
    Buffer.from('xdas!'),
    Buffer.from('Xdas'),
    [good, good],
    [Buffer.from('xdas'), good],
  ];
  const told: Malformed[] = [];
  subscriber.on('malformed', (news: Malformed) => told.push(news));
  for (const [index, frame] of frames.entries()) {
    await socket.send(frame as Uint8Array);
    await socket.send(await packet(index, BigInt(index)));
  }
  await socket.send(await end(BigInt(frames.length)));
  assert.deepEqual((await subscriber.toArray()).map(indexOf), [...frames.keys()]);
  assert.equal(subscriber.statistics.malformed, frames.length);
  assert.equal(subscriber.statistics.lost, 0);
  for (const [index, frame] of frames.entries()) {
    const { code, reason, byteLength, error, expected } = told[index]!;
    assert.equal(code, 'MALFORMED_PACKET', reason);
    assert.equal(reason, error.message);
    assert.equal(
      byteLength,
      [frame].flat().reduce((sum, part) => sum + part.byteLength, 0),
    );
    assert.equal(expected, index === 0 ? null : BigInt(index));
  }
  assert.match(told.at(-1)!.reason, /2 frames in one message/);
  socket.close();
});

test("onMalformed: 'error' ends the stream with the packet's error", async (t) => {
  const socket = held(t, await rawPublisher());
  const subscriber = held(t, new ZMQSubscriber(socket.lastEndpoint!, { onMalformed: 'error' }));
  await subscribed(socket);
  await socket.send(await packet(0, 0n));
  await socket.send(randomBytes(100));
  await socket.send(await packet(1, 1n));
  const iterator = subscriber[Symbol.asyncIterator]();
  assert.equal(indexOf((await iterator.next()).value), 0);
  await assert.rejects(iterator.next(), { code: 'MALFORMED_PACKET' });
  assert.equal(subscriber.statistics.malformed, 1);
  socket.close();
});

test('an end-of-stream packet is never data; without endOfStream the stream goes on after it', async (t) => {
  const socket = held(t, await rawPublisher());
  const subscriber = held(t, new ZMQSubscriber(socket.lastEndpoint!));
  await subscribed(socket);
  const told = once(subscriber, 'endOfStream');
  await socket.send(await packet(0, 0n));
  await socket.send(await end(1n));
  await socket.send(await packet(5, 2n));
  const iterator = subscriber[Symbol.asyncIterator]();
  assert.equal(indexOf((await iterator.next()).value), 0);
  assert.equal(indexOf((await iterator.next()).value), 5);
  await told;
  assert.equal(subscriber.statistics.ends, 1);
  assert.equal(subscriber.statistics.received, 2);
  await subscriber.close();
  socket.close();
});

test('a repeated end of the stream is no restart, and is told once', async (t) => {
  const socket = held(t, await rawPublisher());
  const subscriber = held(t, new ZMQSubscriber(socket.lastEndpoint!));
  await subscribed(socket);
  const told: string[] = [];
  for (const name of ['restart', 'endOfStream', 'lost']) subscriber.on(name, () => told.push(name));
  await socket.send(await packet(0, 0n));
  for (let time = 0; time < 3; time++) await socket.send(await end(1n));
  await socket.send(await packet(1, 0n, 'b'));
  const iterator = subscriber[Symbol.asyncIterator]();
  assert.equal(indexOf((await iterator.next()).value), 0);
  assert.equal(indexOf((await iterator.next()).value), 1);
  assert.deepEqual(told, ['endOfStream', 'restart']);
  assert.equal(subscriber.statistics.ends, 1);
  assert.equal(subscriber.statistics.restarts, 1);
  await subscriber.close();
  socket.close();
});

test('keepBytes: the packet of each array, byte for byte', async (t) => {
  const socket = held(t, await rawPublisher());
  const subscriber = held(t, new ZMQSubscriber(socket.lastEndpoint!, { keepBytes: true, endOfStream: true }));
  await subscribed(socket);
  const packets = await Promise.all([0, 1, 2].map((index) => packet(index, BigInt(index))));
  for (const bytes of packets) await socket.send(Uint8Array.from(bytes));
  await socket.send(await end(3n));
  let index = 0;
  for await (const data of subscriber)
    assert.deepEqual(Buffer.from(subscriber.bytesOf(data)!), Buffer.from(packets[index++]!));
  assert.equal(index, 3);
  assert.equal(subscriber.bytesOf(chunk(0)), undefined);
  assert.equal(
    subscriber.statistics.bytes,
    packets.reduce((sum, { byteLength }) => sum + byteLength, 0),
  );
  socket.close();
});

test('a plain PUB socket, as of xdas 0.2.7, is understood', async (t) => {
  const socket = held(t, new Publisher({ linger: 1000 }));
  await socket.bind(ANY);
  const subscriber = held(t, new ZMQSubscriber(socket.lastEndpoint!, { endOfStream: true }));
  const received = subscriber.toArray();
  // It cannot tell who has subscribed: it repeats a probe until one has arrived.
  while (subscriber.statistics.received === 0) {
    await socket.send(await packet(99, 0n));
    await new Promise(setImmediate);
  }
  for (let index = 1; index < 4; index++) await socket.send(await packet(index, BigInt(index)));
  await socket.send(await end(4n));
  assert.deepEqual(
    (await received).map(indexOf).filter((index) => index !== 99),
    [1, 2, 3],
  );
  assert.equal(subscriber.isSubscribed, false);
  socket.close();
});

test('close, destroy and abort while a receive is pending; closing twice', async (t) => {
  const subscriber = held(t, new ZMQSubscriber(NOWHERE));
  const pending = subscriber[Symbol.asyncIterator]().next();
  const waiting = assert.rejects(subscriber.waitUntilSubscribed(), { code: 'CLOSED' });
  await subscriber.close();
  await subscriber.close();
  await waiting;
  // A Readable that is destroyed without an error before its end says so to whoever is iterating.
  await assert.rejects(pending, { code: 'ERR_STREAM_PREMATURE_CLOSE' });
  await assert.rejects(subscriber.waitUntilSubscribed(), { code: 'CLOSED' });

  const controller = new AbortController();
  const aborted = held(t, new ZMQSubscriber(NOWHERE, { signal: controller.signal }));
  const next = aborted[Symbol.asyncIterator]().next();
  controller.abort();
  await assert.rejects(next, { name: 'AbortError' });

  const before = held(t, new ZMQSubscriber(NOWHERE, { signal: AbortSignal.abort() }));
  await assert.rejects(before[Symbol.asyncIterator]().next(), { name: 'AbortError' });
});

test('leaving a for await loop closes the subscriber, and the publisher sees it go', async (t) => {
  await using publisher = new ZMQPublisher(ANY);
  await publisher.ready;
  const subscriber = held(t, new ZMQSubscriber(publisher.address));
  await publisher.waitForSubscribers();
  await publisher.submit(chunk(3));
  for await (const data of subscriber) {
    assert.equal(indexOf(data), 3);
    break;
  }
  assert.equal(subscriber.destroyed, true);
  await until(() => publisher.nsubscribers === 0);
});

test('a listener may close the subscriber in the middle of a packet', async (t) => {
  const socket = held(t, await rawPublisher());
  const subscriber = held(t, new ZMQSubscriber(socket.lastEndpoint!, { endOfStream: true }));
  await subscribed(socket);
  const closed = new Promise((resolve) => subscriber.once('close', resolve));
  subscriber.on('restart', () => subscriber.destroy());
  const data: number[] = [];
  subscriber.on('data', (array) => data.push(indexOf(array)));
  await socket.send(await encodePacket(chunk(1)));
  await socket.send(await packet(2, 0n));
  await closed;
  assert.deepEqual(data, [1]);
});
