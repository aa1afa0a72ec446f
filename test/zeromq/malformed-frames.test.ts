/** Frames that are no packets, by the thousand: the process survives them, its memory stays flat, good ones still decode. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { XPublisher } from 'zeromq';
import { encodePacket, endOfStreamPacket } from '../../lib/packets/packet.js';
import { type Malformed, ZMQSubscriber } from '../../lib/zeromq/zmq-subscriber.js';
import { chunk, held, indexOf, next } from './chunks.js';

const packets = join(process.env.DASFLOW_SHARED ?? '../shared', 'packets');
const shared = existsSync(packets) ? false : `no reference packets in ${packets}`;

async function pair(t: TestContext, options: { deadline?: number; maxBytes?: number } = {}) {
  const socket = held(t, new XPublisher({ verbosity: 'allSubsUnsubs', noDrop: true, sendTimeout: 0, linger: 1000 }));
  await socket.bind('tcp://127.0.0.1:*');
  const subscriber = held(t, new ZMQSubscriber(socket.lastEndpoint!, { endOfStream: true, ...options }));
  await socket.receive();
  /** Sends as fast as the subscriber takes it. */
  const send = async (frame: Uint8Array) => {
    for (;;)
      try {
        return await socket.send(frame);
      } catch {
        await new Promise(setImmediate);
      }
  };
  return { send, subscriber };
}

/** Bytes that are the same in every run (xorshift32), so that a failure can be seen again. */
function noise(seed: number, length: number): Uint8Array {
  let state = seed | 1;
  return Uint8Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 255;
  });
}

// 100,000 take a minute: DASFLOW_BAD_FRAMES=100000.
const FRAMES = Number(process.env.DASFLOW_BAD_FRAMES ?? 2000);

test(`${FRAMES} bad frames: counted, memory flat, and good frames still decode`, async (t) => {
  const { send, subscriber } = await pair(t);
  const good = await encodePacket(chunk(1));
  const signature = good.subarray(0, 8);
  const bad = [
    noise(1, 300),
    good.subarray(0, 400),
    Buffer.from('not a packet'),
    Buffer.concat([signature, noise(2, 60)]),
  ];
  const iterator = subscriber[Symbol.asyncIterator]();
  const flood = async (count: number) => {
    const received = iterator.next();
    for (let index = 0; index < count; index++) await send(bad[index % bad.length]!);
    await send(good);
    assert.equal(indexOf((await received).value), 1);
  };
  await flood(FRAMES / 4);
  const before = process.memoryUsage().rss;
  await flood((FRAMES * 3) / 4);
  const grown = (process.memoryUsage().rss - before) / 2 ** 20;
  assert.equal(subscriber.statistics.malformed, FRAMES);
  assert.equal(subscriber.statistics.received, 2);
  assert.ok(grown < 60, `memory grew by ${grown.toFixed(1)} MiB`);
});

test('a frame that hangs HDF5 is malformed after its deadline, and the next one decodes', {
  skip: shared,
}, async (t) => {
  const { send, subscriber } = await pair(t, { deadline: 1500 });
  const told = next<Malformed>(subscriber, 'malformed');
  const received = subscriber.toArray();
  await send(readFileSync(join(packets, 'hostile', 'endless-loop.nc')));
  await send(await encodePacket(chunk(1)));
  await send(await endOfStreamPacket(chunk(1), {}));
  assert.equal((await told).code, 'DEADLINE');
  assert.deepEqual((await received).map(indexOf), [1]);
});

test('a filter that is not there is named', { skip: shared }, async (t) => {
  const { send, subscriber } = await pair(t);
  const told: Malformed[] = [];
  subscriber.on('malformed', (news: Malformed) => told.push(news));
  const received = subscriber.toArray();
  for (const name of ['sz3', 'sperr']) await send(readFileSync(join(packets, 'xdas-0.2.10', `encoding-${name}.nc`)));
  await send(await endOfStreamPacket(chunk(1), {}));
  assert.deepEqual(await received, []);
  assert.deepEqual(
    told.map(({ code }) => code),
    ['UNSUPPORTED_FILTER', 'UNSUPPORTED_FILTER'],
  );
  assert.match(told[0]!.reason, /SZ3/i);
  assert.match(told[1]!.reason, /SPERR/i);
});

test('NetCDF files that are no packets', { skip: shared }, async (t) => {
  const { send, subscriber } = await pair(t);
  const told = next<Malformed>(subscriber, 'malformed');
  const received = subscriber.toArray();
  // A real file of HDF5 by another instrument.
  await send(readFileSync(join(packets, '..', 'data', 'ap_sensing_1.hdf5')));
  await send(await endOfStreamPacket(chunk(1), {}));
  assert.equal((await told).code, 'MALFORMED_PACKET');
  assert.deepEqual(await received, []);
});

test('a packet that decodes to more than maxBytes', async (t) => {
  const { send, subscriber } = await pair(t, { maxBytes: 10_000 });
  const told = next<Malformed>(subscriber, 'malformed');
  const received = subscriber.toArray();
  await send(await encodePacket(chunk(1, { samples: 1000 })));
  await send(await encodePacket(chunk(2)));
  await send(await endOfStreamPacket(chunk(1), {}));
  assert.equal((await told).code, 'TOO_LARGE');
  assert.deepEqual((await received).map(indexOf), [2]);
});
