import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { XPublisher } from 'zeromq';
import type { DataArray } from '../../lib/dataarray/data-array.js';
import { ASNPublisher } from '../../lib/zeromq/asn-publisher.js';
import { ASNSubscriber, type Headerless, type HeaderNews } from '../../lib/zeromq/asn-subscriber.js';
import type { Lost, Restart } from '../../lib/zeromq/delivery-counter.js';
import { setLiveOption } from '../../lib/zeromq/set-live-option.js';
import type { Malformed } from '../../lib/zeromq/subscriber-statistics.js';
import { anyHeader, header as headerParts } from '../packets/asn/headers.js';
import { held, next, START, STEP, until } from './chunks.js';

const ANY = 'tcp://127.0.0.1:*';
const NOWHERE = 'tcp://127.0.0.1:1';
const SAMPLES = 3n;

/** A raw socket that sends whatever a test likes. */
async function instrument(t: TestContext, welcome?: object, options = {}): Promise<XPublisher> {
  const socket = new XPublisher({ verbosity: 'allSubsUnsubs', linger: 1000, ...options });
  if (welcome) socket.welcomeMessage = JSON.stringify(welcome);
  await socket.bind(ANY);
  return held(t, socket);
}

async function subscribed(socket: XPublisher): Promise<void> {
  const [message] = await socket.receive();
  assert.deepEqual([...message], [1]);
}

/** Frame `index` of a stream of {@link headerParts}: 3 x 5 float32, all of them the index. */
function frame(index: number, channels = 5): Uint8Array {
  const bytes = new Uint8Array(8 + 3 * channels * 4);
  new DataView(bytes.buffer).setBigInt64(0, START + BigInt(index) * SAMPLES * STEP, true);
  new Float32Array(bytes.buffer, 8).fill(index);
  return bytes;
}

const wider = headerParts({ nChannels: 6, bytesPerPackage: 24, roiTable: [{ roiStart: 0, roiEnd: 5, roiDec: 1 }] });
const indexOf = (da: DataArray) => Number(da.values[0]);

/** Takes `count` arrays and leaves the stream open. */
async function take(subscriber: ASNSubscriber, count: number): Promise<DataArray[]> {
  const iterator = subscriber[Symbol.asyncIterator]();
  const taken: DataArray[] = [];
  while (taken.length < count) taken.push((await iterator.next()).value as DataArray);
  return taken;
}

test('header as greeting, then data: values, coordinates, facts; loss by the time coordinate', async (t) => {
  const socket = await instrument(t, headerParts({ gaugeLength: 20.4 }));
  const subscriber = held(t, new ASNSubscriber(`asn+${socket.lastEndpoint}`, { timeout: 30 }));
  const told: unknown[] = [];
  subscriber.on('subscribed', () => told.push('subscribed'));
  subscriber.on('lost', ({ unit, count }: Lost) => told.push([unit, count]));
  subscriber.on('restart', ({ reason }: Restart) => told.push(reason));
  await subscribed(socket);
  for (const index of [0, 1, 4, 5, 0]) await socket.send(frame(index));
  const received = await take(subscriber, 5);
  assert.deepEqual(received.map(indexOf), [0, 1, 4, 5, 0]);
  assert.deepEqual(told, ['subscribed', ['samples', 6], 'time']);
  const [first] = received;
  assert.equal(first!.coords.axis('time').start, START);
  assert.equal(first!.coords.axis('time').samplingInterval, STEP);
  assert.deepEqual([...first!.coords.get('distance')!.values], [20, 30, 40, 50, 60]);
  assert.equal(first!.attrs.gaugeLength, 20.4);
  assert.deepEqual(subscriber.statistics, {
    received: 5,
    bytes: 340,
    headers: 1,
    headerChanges: 0,
    headerless: 0,
    gaps: 1,
    missingSamples: 6,
    restarts: 1,
    malformed: 0,
  });
  assert.equal(subscriber.address, `asn+${socket.lastEndpoint}`);
});

test('headers that change while running hold for what comes after them, however far ahead they are received', async (t) => {
  const socket = await instrument(t);
  const subscriber = held(t, new ASNSubscriber(socket.lastEndpoint!, { timeout: 30, highWaterMark: 8 }));
  const news: HeaderNews[] = [];
  subscriber.on('header', (one: HeaderNews) => news.push(one));
  await subscribed(socket);
  const head = JSON.stringify(headerParts());
  await socket.send(head);
  await socket.send(frame(0));
  await socket.send(head);
  await socket.send(frame(1));
  await socket.send(JSON.stringify(wider));
  await socket.send(frame(2, 6));
  await socket.send(frame(3));
  await socket.send(frame(4, 6));
  // The same length as before, and other samples.
  await socket.send(JSON.stringify(headerParts({ dataType: 'int' })));
  await socket.send(frame(5));
  // Nobody reads yet: the headers are sorted as they come, the data waits.
  await subscriber.waitUntilSubscribed();
  const received = await take(subscriber, 5);
  assert.deepEqual(
    received.map(({ shape, dtype }) => [...shape, dtype]),
    [
      [3, 5, 'float32'],
      [3, 5, 'float32'],
      [3, 6, 'float32'],
      [3, 6, 'float32'],
      [3, 5, 'int32'],
    ],
  );
  assert.deepEqual(
    news.map(({ header, previous }) => [header.nChannels, previous?.nChannels ?? null]),
    [
      [5, null],
      [6, 5],
      [5, 6],
    ],
  );
  const { headers, headerChanges, malformed } = subscriber.statistics;
  assert.deepEqual([headers, headerChanges, malformed], [4, 2, 1]);
  assert.equal(subscriber.header!.dataType, 'int');
});

test('data before any header is counted and told; it connects again to be greeted', async (t) => {
  const socket = await instrument(t);
  const subscriber = held(t, new ASNSubscriber(socket.lastEndpoint!, { timeout: 30 }));
  const told: Headerless[] = [];
  subscriber.on('headerless', (news: Headerless) => told.push(news));
  await subscribed(socket);
  // As a publisher of xdas 0.2.7 does with its first frame: the greeting is for those that come later.
  setLiveOption(() => {
    socket.welcomeMessage = JSON.stringify(headerParts());
  });
  const receiving = take(subscriber, 1);
  await socket.send(frame(0));
  const messages: number[] = [];
  while (messages.length < 2) messages.push((await socket.receive())[0][0]!);
  assert.deepEqual(messages.sort(), [0, 1]);
  await socket.send(frame(1));
  assert.deepEqual((await receiving).map(indexOf), [1]);
  assert.deepEqual(told, [{ count: 1, byteLength: 68 }]);
  assert.equal(subscriber.statistics.headerless, 1);
  assert.equal(subscriber.statistics.malformed, 0);
});

test('bad frames are counted, told and skipped; after a header that cannot be read nothing is guessed', async (t) => {
  const socket = await instrument(t, headerParts());
  const subscriber = held(t, new ASNSubscriber(socket.lastEndpoint!, { timeout: 30 }));
  const told: Malformed[] = [];
  subscriber.on('malformed', (news: Malformed) => told.push(news));
  await subscribed(socket);
  const messages: (Uint8Array | string | (Uint8Array | string)[])[] = [
    new Uint8Array(0),
    new Uint8Array(67),
    'xdas',
    '{"other": 1}',
    [frame(0), frame(0)],
    [JSON.stringify(headerParts()), frame(0)],
    frame(0),
    JSON.stringify(headerParts({ dataType: 'byte' })),
    frame(1),
    frame(2),
    JSON.stringify(headerParts()),
    frame(3),
  ];
  for (const message of messages) await socket.send(message);
  assert.deepEqual((await take(subscriber, 2)).map(indexOf), [0, 3]);
  assert.deepEqual(
    told.map(({ code, byteLength }) => [code, byteLength]),
    [0, 67, 4, 12, 136, 68 + JSON.stringify(headerParts()).length]
      .map((length) => ['MALFORMED_PACKET', length])
      .concat([['MALFORMED_PACKET', JSON.stringify(headerParts({ dataType: 'byte' })).length]]),
  );
  assert.match(told.at(-1)!.reason, /dataType is "byte"; allowed: short/);
  assert.match(told[4]!.reason, /2 frames in one message/);
  const { malformed, headerless, received } = subscriber.statistics;
  assert.deepEqual([malformed, headerless, received], [7, 2, 2]);
});

test('where a header was lost on the way, it connects again to be greeted', async (t) => {
  const socket = await instrument(t, headerParts());
  const subscriber = held(t, new ASNSubscriber(socket.lastEndpoint!, { timeout: 30 }));
  await subscribed(socket);
  await socket.send(frame(0));
  await take(subscriber, 1);
  setLiveOption(() => {
    socket.welcomeMessage = JSON.stringify(wider);
  });
  for (let index = 1; index <= 8; index++) await socket.send(frame(index, 6));
  const receiving = take(subscriber, 1);
  const messages: number[] = [];
  while (messages.length < 2) messages.push((await socket.receive())[0][0]!);
  await socket.send(frame(9, 6));
  assert.deepEqual((await receiving).map(indexOf), [9]);
  assert.equal(subscriber.statistics.malformed, 8);
});

test("onMalformed: 'error' ends the stream", async (t) => {
  const socket = await instrument(t, headerParts());
  const subscriber = held(t, new ASNSubscriber(socket.lastEndpoint!, { onMalformed: 'error' }));
  await subscribed(socket);
  await socket.send(new Uint8Array(3));
  await assert.rejects(take(subscriber, 1), { code: 'MALFORMED_PACKET' });
});

test('strain rate on request; a header that does not say how ends the stream', async (t) => {
  const facts = { unit: 'rad/(s*m)', dataScale: 4, sensitivities: [{ factor: 8, unit: 'rad/(strain*m)' }] };
  const socket = await instrument(t, headerParts(facts));
  const subscriber = held(t, new ASNSubscriber(socket.lastEndpoint!, { values: 'strain rate', timeout: 30 }));
  await subscribed(socket);
  await socket.send(frame(6));
  const [da] = await take(subscriber, 1);
  assert.equal(indexOf(da!), 3);
  assert.equal(da!.attrs.unit, 'strain/s');
  await socket.send(JSON.stringify(headerParts({ ...facts, unit: 'K' })));
  await assert.rejects(take(subscriber, 1), { code: 'BAD_ARGUMENT', message: /unit is "K"/ });
});

test('jitter within the tolerance is no gap and is kept', async (t) => {
  const socket = await instrument(t, headerParts());
  const subscriber = held(t, new ASNSubscriber(socket.lastEndpoint!, { tolerance: '2ms', timeout: 30 }));
  await subscribed(socket);
  const late = frame(1);
  new DataView(late.buffer).setBigInt64(0, START + SAMPLES * STEP + 1_500_000n, true);
  for (const one of [frame(0), late]) await socket.send(one);
  const [, da] = await take(subscriber, 2);
  assert.equal(da!.coords.axis('time').tolerance, 2_000_000n);
  assert.equal(da!.coords.axis('time').start, START + SAMPLES * STEP + 1_500_000n);
  assert.equal(subscriber.statistics.gaps, 0);
});

test('nobody there, nobody greeting, and the end of a subscriber', async (t) => {
  const silent = held(t, new ASNSubscriber(NOWHERE, { timeout: 0.02 }));
  await assert.rejects(silent.waitUntilSubscribed(), { code: 'TIMEOUT', message: /no header came from tcp:/ });
  await assert.rejects(take(silent, 1), { code: 'TIMEOUT' });
  const aborted = held(t, new ASNSubscriber(NOWHERE, { signal: AbortSignal.abort() }));
  await assert.rejects(take(aborted, 1), { name: 'AbortError' });
  await using publisher = new ASNPublisher(ANY);
  await publisher.ready;
  {
    await using subscriber = new ASNSubscriber(publisher.address);
    await publisher.waitForSubscribers();
    assert.equal(subscriber.isSubscribed, false);
  }
  await until(() => publisher.nsubscribers === 0);
});

test('a slow reader is held to its share: ZeroMQ stops receiving ahead', async (t) => {
  const socket = await instrument(t, headerParts());
  const subscriber = held(t, new ASNSubscriber(socket.lastEndpoint!, { highWaterMark: 2, timeout: 30 }));
  await subscribed(socket);
  const first = next(subscriber, 'readable');
  subscriber.read(0);
  for (let index = 0; index < 12; index++) await socket.send(frame(index));
  await first;
  await until(() => subscriber.readableLength === 2);
  await new Promise(setImmediate);
  assert.equal(subscriber.readableLength, 2);
  assert.deepEqual((await take(subscriber, 12)).map(indexOf), [...Array(12).keys()]);
});

test('options that are wrong are refused', () => {
  for (const [options, message] of [
    [{ endOfStream: true }, /ASNSubscriber has no option endOfStream; allowed: values, tolerance/],
    [{ values: 'strain' }, /values is "strain"; allowed: raw, strain rate/],
    [{ tolerance: 'x' }, /"x" is not a duration/],
    [{ timeout: -1 }, /timeout is -1/],
  ] as const)
    assert.throws(() => new ASNSubscriber(NOWHERE, options as object), { message });
  assert.throws(() => new ASNSubscriber('asn+tcp://127.0.0.1:0'), { code: 'ADDRESS' });
});

test('any frames: each is a header, data, headerless or malformed, and counted', async (t) => {
  const socket = await instrument(t, headerParts(), { sendHighWaterMark: 0 });
  const subscriber = held(t, new ASNSubscriber(socket.lastEndpoint!, { timeout: 30 }));
  await subscribed(socket);
  const damaged = fc
    .tuple(fc.constantFrom(JSON.stringify(headerParts()), JSON.stringify(wider)), fc.nat(), fc.nat(255))
    .map(([text, at, byte]) => {
      const bytes = Buffer.from(text);
      bytes[at % bytes.length] = byte;
      return new Uint8Array(bytes);
    });
  const message = fc.oneof(
    fc.uint8Array({ maxLength: 100 }),
    fc.uint8Array({ minLength: 68, maxLength: 68 }),
    damaged,
    anyHeader.map((given) => new Uint8Array(Buffer.from(JSON.stringify(given) ?? ''))),
  );
  const good = JSON.stringify(headerParts());
  // The seed of a run that fails is printed with what it counted.
  const count = Number(process.env.DASFLOW_FUZZ ?? 1000);
  const seed = Number(process.env.DASFLOW_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
  const messages = fc.sample(message, { numRuns: count, seed });
  let taken = 0;
  const reading = (async () => {
    for await (const da of subscriber) {
      taken++;
      if (indexOf(da) === 4711) break;
    }
  })();
  for (const one of messages) {
    await socket.send(one.slice());
    await socket.send(frame(1));
    // So that it never takes a header for lost and connects again, and what follows can be counted.
    await socket.send(good);
    await socket.send(frame(2));
    await new Promise(setImmediate);
  }
  await socket.send(frame(4711));
  await reading;
  const { received, headers, headerless, malformed } = subscriber.statistics;
  const counted = { seed, received, headers, headerless, malformed };
  assert.equal(received, taken);
  assert.equal(received + headers + headerless + malformed, 1 + 4 * count + 1, JSON.stringify(counted));
  assert.ok(malformed > count / 5 && headers > count && headerless > 0, JSON.stringify(counted));
  t.diagnostic(JSON.stringify(counted));
});

test('an event is emitted for each header, before the first array that it describes', async (t) => {
  const socket = await instrument(t, headerParts());
  const subscriber = held(t, new ASNSubscriber(socket.lastEndpoint!, { timeout: 30 }));
  const waiting = once(subscriber, 'header');
  await subscribed(socket);
  await subscriber.waitUntilSubscribed();
  const [{ header, previous }] = (await waiting) as [HeaderNews];
  assert.equal(header.nChannels, 5);
  assert.equal(previous, null);
});
