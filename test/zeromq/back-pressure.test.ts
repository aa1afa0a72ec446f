/** A stalled sink behind a fast publisher: how many packets are in flight, against the documented number. */
import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type TestContext, test } from 'node:test';
import type { DataArray } from '../../lib/dataarray/data-array.js';
import { ZMQPublisher } from '../../lib/zeromq/zmq-publisher.js';
import { ZMQSubscriber } from '../../lib/zeromq/zmq-subscriber.js';
import { chunk, held, indexOf, until } from './chunks.js';

const SMALL = 65536;
const SIDE = { samples: 20_000 }; // 640 kB: more than the kernel's buffers of a connection

/** Takes one chunk and then holds on to it until told to go on. */
class StallingSink extends Writable {
  readonly indices: number[] = [];
  readonly #gate: Promise<void>;
  resume!: () => void;

  constructor() {
    super({ objectMode: true, highWaterMark: 1 });
    this.#gate = new Promise((resolve) => {
      this.resume = resolve;
    });
  }

  override _write(data: DataArray, _encoding: BufferEncoding, callback: () => void): void {
    this.indices.push(indexOf(data));
    void this.#gate.then(() => callback());
  }
}

/** The deliberately broken control: it goes on receiving whatever Node says. */
class GreedySubscriber extends ZMQSubscriber {
  readonly hoard: DataArray[] = [];

  override push(data: DataArray | null): boolean {
    if (data !== null) this.hoard.push(data);
    const isWelcome = super.push(data);
    setImmediate(() => this._read());
    return isWelcome;
  }
}

/** Publishes `count` chunks at a stalled sink until nothing moves any more; returns what each side had done by then. */
async function stall(t: TestContext, Kind: typeof ZMQSubscriber, count: number) {
  const publisher = new ZMQPublisher('tcp://127.0.0.1:*', {
    policy: 'block',
    sendHighWaterMark: 3,
    sendBufferSize: SMALL,
  });
  await publisher.ready;
  const subscriber = held(
    t,
    new Kind(publisher.address, {
      highWaterMark: 2,
      receiveHighWaterMark: 3,
      endOfStream: true,
      receiveBufferSize: SMALL,
    }),
  );
  await publisher.waitForSubscribers();
  const sink = new StallingSink();
  const consumed = pipeline(subscriber, sink);
  const published = (async () => {
    for (let index = 0; index < count; index++) await publisher.submit(chunk(index, SIDE));
    publisher.end();
    await publisher.close();
  })();
  // Everything moves until the publisher has found its queue full for a quarter of a second on end, or is done.
  let sent = -1;
  let since = performance.now();
  await until(() => {
    if (publisher.statistics.sent !== sent) {
      sent = publisher.statistics.sent;
      since = performance.now();
    }
    return publisher.closed || (publisher.statistics.waits > 0 && performance.now() - since > 250);
  });
  return {
    taken: subscriber.statistics.received,
    sent: publisher.statistics.sent,
    finish: async () => {
      sink.resume();
      await Promise.all([consumed, published]);
      return sink.indices;
    },
  };
}

test('no more packets are in flight than documented, and none is lost once the sink goes on', async (t) => {
  const count = 30;
  const { taken, sent, finish } = await stall(t, ZMQSubscriber, count);
  // The sink's one, its queue's none (highWaterMark 1 counts the one being written), the subscriber's highWaterMark.
  assert.ok(taken <= 1 + 2, `${taken} packets taken from the socket`);
  // ZeroMQ: receiveHighWaterMark + 1 being received, sendHighWaterMark + 1 being sent; the kernel: less than two packets here.
  assert.ok(sent <= taken + 1 + (3 + 1) + (3 + 1) + 2, `${sent} packets sent`);
  assert.deepEqual(await finish(), [...Array(count).keys()]);
});

test('control: a subscriber that ignores back-pressure takes more than that', async (t) => {
  const count = 30;
  const { taken, finish } = await stall(t, GreedySubscriber, count);
  assert.ok(taken > 1 + 2, `${taken} packets taken from the socket`);
  assert.deepEqual(await finish(), [...Array(count).keys()]);
});
