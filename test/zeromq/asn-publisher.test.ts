import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Subscriber } from 'zeromq';
import type { DataArray } from '../../lib/dataarray/data-array.js';
import { dummy } from '../../lib/synthetics.js';
import { ASNPublisher } from '../../lib/zeromq/asn-publisher.js';
import { ASNSubscriber } from '../../lib/zeromq/asn-subscriber.js';
import { type chunk as anyChunk, held, indexOf, chunk as unevenChunk } from './chunks.js';

const ANY = 'tcp://127.0.0.1:*';

/** A chunk whose distance says its interval, as what is received does. */
const chunk: typeof anyChunk = (index, options = {}) => {
  const { channels = 4 } = options;
  const distance = { tieIndices: [0, channels - 1], tieValues: [0, 10 * (channels - 1)], samplingInterval: 10 };
  return unevenChunk(index, options).assignCoords({ distance });
};

async function publisherOf(t: TestContext, options = {}): Promise<ASNPublisher> {
  const publisher = held(t, new ASNPublisher(ANY, options));
  await publisher.ready;
  return publisher;
}

async function take(subscriber: ASNSubscriber, count: number): Promise<DataArray[]> {
  const iterator = subscriber[Symbol.asyncIterator]();
  const taken: DataArray[] = [];
  while (taken.length < count) taken.push((await iterator.next()).value as DataArray);
  return taken;
}

test('arrays arrive equal, early subscribers and late joiners alike', async (t) => {
  const publisher = await publisherOf(t, { policy: 'block' });
  const early = held(t, new ASNSubscriber(publisher.address, { timeout: 30 }));
  await publisher.waitForSubscribers(1);
  const first = take(early, 2);
  for (const index of [0, 1]) await publisher.submit(chunk(index));
  for (const [index, da] of (await first).entries()) assert.ok(da.equals(chunk(index)), String(da));
  const late = held(t, new ASNSubscriber(publisher.address, { timeout: 30 }));
  await publisher.waitForSubscribers(2);
  await late.waitUntilSubscribed();
  const both = [take(early, 1), take(late, 1)];
  await publisher.submit(chunk(2));
  for (const [da] of await Promise.all(both)) assert.ok(da!.equals(chunk(2)));
  assert.equal(publisher.statistics.headers, 1);
  assert.equal(early.statistics.gaps, 0);
  assert.equal(late.statistics.headerless, 0);
  assert.equal(publisher.header!.nChannels, 4);
});

test('the header goes down the stream when it changes, and greets from then on', async (t) => {
  const publisher = await publisherOf(t, { policy: 'block' });
  const subscriber = held(t, new ASNSubscriber(publisher.address, { timeout: 30 }));
  await publisher.waitForSubscribers();
  const arrays = [
    chunk(0),
    chunk(1),
    chunk(2, { channels: 7 }),
    chunk(3, { channels: 7 }).with({ attrs: { experiment: 'x' } }),
    dummy({ dtype: 'int16', shape: [5, 3] }),
  ];
  const receiving = take(subscriber, arrays.length);
  for (const array of arrays) await publisher.submit(array);
  for (const [index, da] of (await receiving).entries()) {
    assert.ok(da.equals(arrays[index]!), `${index}: ${da}`);
    assert.equal(da.attrs.experiment, arrays[index]!.attrs.experiment);
  }
  assert.equal(publisher.statistics.headers, 4);
  assert.equal(subscriber.statistics.headerChanges, 3);
  const late = held(t, new ASNSubscriber(publisher.address, { timeout: 30 }));
  await late.waitUntilSubscribed();
  assert.equal(late.header!.dataType, 'short');
});

test('what cannot be sent is refused and the publisher goes on; nothing is sent of an empty array', async (t) => {
  const publisher = await publisherOf(t);
  await assert.rejects(publisher.submit(dummy({ dtype: 'uint8' })), { code: 'BAD_DTYPE' });
  await assert.rejects(publisher.submit({} as DataArray), { message: /ASNPublisher publishes DataArrays, not Object/ });
  await publisher.submit(chunk(0).isel({ time: { stop: 0 } }));
  await publisher.submit(chunk(0));
  const { sent, refused, empty, headers } = publisher.statistics;
  assert.deepEqual([sent, refused, empty, headers], [1, 1, 1, 1]);
});

test('a subscriber that is behind can lose a header under drop: it is repeated', { timeout: 60_000 }, async (t) => {
  const publisher = await publisherOf(t, { sendHighWaterMark: 1, sendBufferSize: 4096 });
  // Reads nothing for now: its queues fill, then everything is dropped for it.
  const slow = held(t, new Subscriber({ receiveHighWaterMark: 1, receiveBufferSize: 4096 }));
  slow.connect(publisher.address);
  slow.subscribe();
  await publisher.waitForSubscribers();
  const big = (index: number, channels: number) => chunk(index, { samples: 100, channels });
  for (let index = 0; index < 200; index++) await publisher.submit(big(index, 100));
  const before = publisher.statistics.headers;
  for (let index = 200; index < 204; index++) await publisher.submit(big(index, 101));
  // Before frames 0, 1, 2, 4, 8, 16, 32, 64, 128, 192; then 0, 1, 2.
  assert.deepEqual([before, publisher.statistics.headers], [10, 13]);
  const seen: string[] = [];
  let done = false;
  const reading = (async () => {
    for await (const [frame] of slow) {
      seen.push(frame[0] === 0x7b ? `header ${JSON.parse(frame.toString()).nChannels}` : 'data');
      if (seen.at(-1) === 'header 101') break;
    }
    done = true;
  })();
  for (let index = 204; !done; index++) {
    await publisher.submit(big(index, 101));
    // Until what was sent has arrived, or as long as it would take: it can have been dropped.
    const before = seen.length;
    for (let turn = 0; turn < 200 && seen.length === before; turn++) await new Promise(setImmediate);
  }
  await reading;
  const data = seen.filter((kind) => kind === 'data').length;
  assert.ok(data < publisher.statistics.sent - 20, `it has ${data} of ${publisher.statistics.sent}: it was not behind`);
});

test('end delivers what was accepted; the address keeps its scheme', async (t) => {
  const publisher = held(t, new ASNPublisher(`asn+${ANY}`, { policy: 'block' }));
  await publisher.ready;
  assert.match(publisher.address, /^asn\+tcp:\/\/127\.0\.0\.1:\d+$/);
  const subscriber = held(t, new ASNSubscriber(publisher.address, { timeout: 30 }));
  await publisher.waitForSubscribers();
  for (let index = 0; index < 20; index++) publisher.write(chunk(index));
  publisher.end();
  assert.deepEqual((await take(subscriber, 20)).map(indexOf), [...Array(20).keys()]);
  await publisher.close();
});

test('an option of the other publisher is refused', () => {
  assert.throws(() => new ASNPublisher(ANY, { greeting: false } as object), {
    code: 'BAD_ARGUMENT',
    message: /ASNPublisher has no option greeting; allowed: policy, /,
  });
});
