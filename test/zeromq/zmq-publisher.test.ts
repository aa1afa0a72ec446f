import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { type SocketOptions, Subscriber } from 'zeromq';
import { decodePacket } from '../../lib/packets/packet.js';
import { ZMQPublisher } from '../../lib/zeromq/zmq-publisher.js';
import { ZMQSubscriber } from '../../lib/zeromq/zmq-subscriber.js';
import { chunk, held, indexOf, next, until } from './chunks.js';

const ANY = 'tcp://127.0.0.1:*';

function rawSubscriber(address: string, options: SocketOptions<Subscriber> = {}): Subscriber {
  const socket = new Subscriber({ linger: 0, ...options });
  socket.connect(address);
  socket.subscribe();
  return socket;
}

test('an address in use is an ADDRESS error that names it, from ready alone', async (t) => {
  await using first = new ZMQPublisher(ANY);
  await first.ready;
  const second = held(t, new ZMQPublisher(first.address));
  await assert.rejects(second.ready, { code: 'ADDRESS', address: first.address, message: /already in use/ });
  await second.close();
  assert.equal(second.destroyed, true);
});

test('an address in use reaches stream.pipeline, submit and waitForSubscribers as well', async () => {
  await using first = new ZMQPublisher(ANY);
  await first.ready;
  await assert.rejects(pipeline(Readable.from([chunk(0)]), new ZMQPublisher(first.address)), { code: 'ADDRESS' });
  await assert.rejects(new ZMQPublisher(first.address).submit(chunk(0)), { code: 'ADDRESS' });
  await assert.rejects(new ZMQPublisher(first.address).waitForSubscribers(), { code: 'ADDRESS' });
});

test('packets carry the stream id and their number; the first frame is the greeting, the last the end', async (t) => {
  const publisher = held(t, new ZMQPublisher(ANY));
  await publisher.ready;
  const socket = held(t, rawSubscriber(publisher.address));
  await publisher.waitForSubscribers();
  for (let index = 0; index < 3; index++) await publisher.submit(chunk(index));
  publisher.end();
  assert.equal(String((await socket.receive())[0]), 'xdas');
  for (let index = 0; index < 3; index++) {
    const packet = await decodePacket((await socket.receive())[0]);
    assert.ok(packet.data.equals(chunk(index)));
    assert.equal(packet.stream, publisher.stream);
    assert.equal(packet.sequence, BigInt(index));
    assert.equal(packet.endOfStream, false);
  }
  const end = await decodePacket((await socket.receive())[0]);
  assert.deepEqual(end.data.shape, [0, 4]);
  assert.equal(end.endOfStream, true);
  assert.equal(end.sequence, 3n);
  socket.close();
  await publisher.close();
  assert.deepEqual(
    { ...publisher.statistics, bytes: 0 },
    { sent: 3, bytes: 0, waits: 0, waitTime: 0, refused: 0, subscribers: 0 },
  );
});

test('greeting: false: an old subscriber sees packets and nothing else, and is counted', async (t) => {
  const publisher = held(t, new ZMQPublisher(ANY, { greeting: false }));
  await publisher.ready;
  const socket = held(t, rawSubscriber(publisher.address));
  assert.equal(await publisher.waitForSubscribers(), 1);
  for (let index = 0; index < 3; index++) await publisher.submit(chunk(index));
  publisher.end();
  await finished(publisher);
  for (let index = 0; index < 3; index++)
    assert.equal(indexOf((await decodePacket((await socket.receive())[0])).data), index);
  // Its socket is closed and everything delivered: had there been an end-of-stream packet, it would be here by now.
  socket.receiveTimeout = 0;
  await assert.rejects(socket.receive(), { code: 'EAGAIN' });
  socket.close();
});

test('a stream that ended before its first array tells its end, too', async (t) => {
  const publisher = held(t, new ZMQPublisher(ANY));
  await publisher.ready;
  const subscriber = held(t, new ZMQSubscriber(publisher.address, { endOfStream: true }));
  await publisher.waitForSubscribers();
  publisher.end();
  assert.deepEqual(await subscriber.toArray(), []);
  await publisher.close();
});

test('close() delivers what was accepted, without an end of the stream', async (t) => {
  const publisher = held(t, new ZMQPublisher(ANY));
  await publisher.ready;
  const socket = held(t, rawSubscriber(publisher.address));
  await publisher.waitForSubscribers();
  const all = [0, 1, 2, 3].map((index) => publisher.submit(chunk(index)));
  await Promise.all([publisher.close(), ...all]);
  await publisher.close();
  await assert.rejects(publisher.submit(chunk(4)), { code: 'CLOSED', message: new RegExp(publisher.address) });
  await assert.rejects(publisher.waitForSubscribers(1, 1), { code: 'CLOSED' });
  assert.equal(String((await socket.receive())[0]), 'xdas');
  for (let index = 0; index < 4; index++)
    assert.equal(indexOf((await decodePacket((await socket.receive())[0])).data), index);
  socket.receiveTimeout = 0;
  await assert.rejects(socket.receive(), { code: 'EAGAIN' });
  socket.close();
});

test('subscribers are counted as they come and go, and waited for', async (t) => {
  await using publisher = new ZMQPublisher(ANY);
  const waiting = publisher.waitForSubscribers(2);
  await publisher.ready;
  assert.equal(publisher.nsubscribers, 0);
  assert.equal(await publisher.waitForSubscribers(0), 0);
  const first = held(t, rawSubscriber(publisher.address));
  assert.equal(await publisher.waitForSubscribers(1), 1);
  const second = held(t, new ZMQSubscriber(publisher.address));
  assert.equal(await waiting, 2);
  first.close();
  await until(() => publisher.nsubscribers === 1);
  await second.close();
  await until(() => publisher.nsubscribers === 0);
  // Three with the same topic at once, of which plain XPUB would tell one.
  const sockets = [1, 2, 3].map(() => rawSubscriber(publisher.address));
  assert.equal(await publisher.waitForSubscribers(3), 3);
  for (const socket of sockets) socket.close();
});

test('waiting for subscribers ends with TIMEOUT, and with CLOSED when the publisher closes', async (t) => {
  const publisher = held(t, new ZMQPublisher(ANY));
  await publisher.ready;
  await assert.rejects(publisher.waitForSubscribers(2, 0.01), {
    code: 'TIMEOUT',
    message: /0 of 2 subscribers came to tcp:\/\/127\.0\.0\.1:\d+ within 0\.01 s/,
  });
  const waiting = publisher.waitForSubscribers(1, null);
  await Promise.all([assert.rejects(waiting, { code: 'CLOSED' }), publisher.close()]);
});

test('an array that cannot be encoded: submit rejects and goes on, write destroys', async (t) => {
  const publisher = held(t, new ZMQPublisher(ANY, { encoding: { chunks: [1, 2, 3] } }));
  await publisher.ready;
  await assert.rejects(publisher.submit(chunk(0)), { code: 'BAD_ENCODING' });
  await assert.rejects(publisher.submit({} as never), { code: 'BAD_ARGUMENT', message: /DataArrays, not Object/ });
  assert.equal(publisher.destroyed, false);
  assert.equal(publisher.statistics.refused, 1);
  assert.equal(publisher.statistics.sent, 0);
  const failed = next<Error & { code: string }>(publisher, 'error');
  publisher.write(chunk(0));
  assert.equal((await failed).code, 'BAD_ENCODING');
  assert.equal(publisher.destroyed, true);
  const other = held(t, new ZMQPublisher(ANY));
  const refused = next<Error & { code: string }>(other, 'error');
  other.write('text');
  assert.equal((await refused).code, 'BAD_ARGUMENT');
});

test('a refused array uses up no number: nobody takes it for lost', async (t) => {
  const publisher = held(t, new ZMQPublisher(ANY));
  await publisher.ready;
  const subscriber = held(t, new ZMQSubscriber(publisher.address, { endOfStream: true }));
  await publisher.waitForSubscribers();
  await publisher.submit(chunk(0));
  await assert.rejects(publisher.submit(null as never), { code: 'BAD_ARGUMENT' });
  await publisher.submit(chunk(1));
  publisher.end();
  assert.deepEqual((await subscriber.toArray()).map(indexOf), [0, 1]);
  assert.equal(subscriber.statistics.lost, 0);
  await publisher.close();
});

test('policy drop: a stalled subscriber loses packets, nobody else does, the publisher never waits', async (t) => {
  const publisher = held(t, new ZMQPublisher(ANY, { sendHighWaterMark: 2, sendBufferSize: 65536 }));
  await publisher.ready;
  const small = { receiveHighWaterMark: 2, receiveBufferSize: 65536, endOfStream: true };
  const stalled = held(t, new ZMQSubscriber(publisher.address, small));
  const healthy = held(t, new ZMQSubscriber(publisher.address, { endOfStream: true }));
  await publisher.waitForSubscribers(2);
  const iterator = stalled[Symbol.asyncIterator]();
  const healthyIterator = healthy[Symbol.asyncIterator]();
  const count = 30;
  for (let index = 0; index < count; index++) {
    await publisher.submit(chunk(index, { samples: 20_000 }));
    // The healthy one keeps up; the other reads one packet and then nothing.
    assert.equal(indexOf((await healthyIterator.next()).value), index);
    if (index === 0) assert.equal(indexOf((await iterator.next()).value), 0);
  }
  assert.equal(publisher.statistics.waits, 0);
  publisher.end();
  while (!(await iterator.next()).done);
  assert.equal((await healthyIterator.next()).done, true);
  await publisher.close();
  const { received, lost } = stalled.statistics;
  assert.ok(lost > 0, 'nothing was lost, so nothing was tried');
  assert.equal(received + lost, count);
  assert.equal(healthy.statistics.received, count);
  assert.equal(healthy.statistics.lost, 0);
});

test('policy drop: the end reaches who has not read anything yet', async (t) => {
  const publisher = held(t, new ZMQPublisher(ANY, { sendHighWaterMark: 1, sendBufferSize: 65536 }));
  await publisher.ready;
  const small = { receiveHighWaterMark: 1, receiveBufferSize: 65536 };
  const late = held(t, new ZMQSubscriber(publisher.address, { ...small, endOfStream: true }));
  const live = held(t, new ZMQSubscriber(publisher.address));
  await publisher.waitForSubscribers(2);
  const iterator = live[Symbol.asyncIterator]();
  for (let index = 0; index < 30; index++) {
    await publisher.submit(chunk(index, { samples: 20_000 }));
    assert.equal(indexOf((await iterator.next()).value), index);
  }
  const ended = next(live, 'endOfStream');
  publisher.end();
  await ended;
  const { length } = await late.toArray();
  assert.ok(length < 30, 'its queue was never full, so nothing was tried');
  assert.equal(length + late.statistics.lost, 30);
  await publisher.close();
});

test('close() after end() waits for a stalled subscriber no longer than linger', { timeout: 10_000 }, async (t) => {
  const options = { policy: 'block', sendHighWaterMark: 1, sendBufferSize: 65536, linger: 0.05 } as const;
  const publisher = held(t, new ZMQPublisher(ANY, options));
  await publisher.ready;
  held(t, rawSubscriber(publisher.address, { receiveHighWaterMark: 1, receiveBufferSize: 65536 }));
  await publisher.waitForSubscribers();
  for (let index = 0; index < 20; index++) publisher.submit(chunk(index, { samples: 20_000 })).catch(() => {});
  await until(() => publisher.statistics.waits > 0);
  publisher.end();
  await publisher.close();
  assert.ok(publisher.statistics.sent < 20);
});

test('policy block: a stalled subscriber holds the publisher, and nobody loses anything', async (t) => {
  const publisher = held(t, new ZMQPublisher(ANY, { policy: 'block', sendHighWaterMark: 2, sendBufferSize: 65536 }));
  await publisher.ready;
  const subscriber = held(
    t,
    new ZMQSubscriber(publisher.address, {
      receiveHighWaterMark: 2,
      receiveBufferSize: 65536,
      endOfStream: true,
    }),
  );
  await publisher.waitForSubscribers();
  const count = 25;
  const source = Readable.from(
    (function* () {
      for (let index = 0; index < count; index++) yield chunk(index, { samples: 20_000 });
    })(),
  );
  const published = pipeline(source, publisher);
  await until(() => publisher.statistics.waits > 0);
  assert.ok(publisher.statistics.sent < count, 'the publisher did not wait for its subscriber');
  const indices = [];
  for await (const data of subscriber) indices.push(indexOf(data));
  await published;
  assert.deepEqual(indices, [...Array(count).keys()]);
  assert.equal(subscriber.statistics.lost, 0);
  const { sent, waits, waitTime } = publisher.statistics;
  assert.equal(sent, count);
  assert.ok(waits > 0 && waits <= count + 1 && waitTime > 0, `${waits} waits, ${waitTime} s`);
});

test('destroy() and an abort end a publisher that waits for a stalled subscriber', async (t) => {
  for (const how of ['destroy', 'abort'] as const) {
    const controller = new AbortController();
    const publisher = held(
      t,
      new ZMQPublisher(ANY, {
        policy: 'block',
        sendHighWaterMark: 1,
        sendBufferSize: 65536,
        linger: 0,
        signal: controller.signal,
      }),
    );
    await publisher.ready;
    const socket = held(t, rawSubscriber(publisher.address, { receiveHighWaterMark: 1, receiveBufferSize: 65536 }));
    await publisher.waitForSubscribers();
    const outcomes: Promise<unknown>[] = [];
    for (let index = 0; index < 20; index++)
      outcomes.push(publisher.submit(chunk(index, { samples: 20_000 })).catch((error) => error.code));
    await until(() => publisher.statistics.waits > 0);
    const closed = new Promise((resolve) => publisher.once('close', resolve));
    if (how === 'abort') controller.abort();
    else publisher.destroy();
    await closed;
    const codes = await Promise.all(outcomes);
    const { sent } = publisher.statistics;
    assert.deepEqual(codes.slice(0, sent), Array(sent).fill(undefined));
    const expected = how === 'abort' ? ['ABORT_ERR', 'CLOSED'] : ['CLOSED'];
    for (const code of codes.slice(sent)) assert.ok(expected.includes(code as string), String(code));
    socket.close();
  }
});

test('a signal that was aborted before', async (t) => {
  const publisher = held(t, new ZMQPublisher(ANY, { signal: AbortSignal.abort() }));
  await assert.rejects(publisher.ready, { name: 'AbortError' });
});

test('destroy(error) frees the port, and ready of a publisher destroyed early rejects', async (t) => {
  const publisher = held(t, new ZMQPublisher(ANY));
  await publisher.ready;
  const failed = next<Error>(publisher, 'error');
  publisher.destroy(new Error('enough'));
  assert.equal((await failed).message, 'enough');
  const again = held(t, new ZMQPublisher(publisher.address));
  // The system gives a port back when the socket is gone, in ZeroMQ's own thread: not at once.
  await assert.doesNotReject(again.ready.catch(() => freed(publisher.address)));
  again.destroy();
  const early = held(t, new ZMQPublisher(ANY));
  early.destroy();
  await assert.rejects(early.ready, { code: 'CLOSED' });
});

async function freed(address: string): Promise<void> {
  for (;;) {
    const publisher = new ZMQPublisher(address);
    const isBound = await publisher.ready.then(
      () => true,
      () => false,
    );
    await publisher.close();
    if (isBound) return;
  }
}
