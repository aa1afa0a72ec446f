import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  concatenate,
  type DataArray,
  decodePacket,
  type Encoding,
  encodePacket,
  split,
  ZMQPublisher,
  ZMQSubscriber,
  zfp,
} from '../../lib/index.js';
import { describePeers } from './describe-peers.js';
import { type ArrayDescription, assertSame, buildArray, describeArray } from './description.js';
import type { PythonPeer } from './python-peer.js';
import { wave } from './wave.js';

const count = 200;
const accuracy = 1e-6;
const recording = wave({ samples: 20 * count, channels: 50 });
const packets = split(recording, count);

/** An encoding in both spellings, and how far values may be off. */
interface Case {
  name: string;
  ours?: Encoding;
  theirs?: object;
  bound: number;
}

const cases: Case[] = [
  { name: 'plain', bound: 0 },
  {
    name: 'ZFP',
    ours: { chunks: [10, 10], ...zfp({ accuracy }) },
    theirs: { chunks: [10, 10], codec: ['Zfp', { accuracy }] },
    bound: accuracy,
  },
];

/** The largest difference of two arrays of the same shape. */
function farthest(a: DataArray, b: DataArray): number {
  assert.deepEqual([...a.shape], [...b.shape]);
  return (a.values as Float64Array).reduce(
    (most, value, k) => Math.max(most, Math.abs(value - Number(b.values[k]))),
    0,
  );
}

/** What Python is told to expect: the packets as they decode from what we send. */
async function expectedPackets({ ours }: Case): Promise<ArrayDescription[]> {
  if (!ours) return packets.map(describeArray);
  return Promise.all(
    packets.map(async (packet) =>
      describeArray((await decodePacket(await encodePacket(packet, { encoding: ours }))).data),
    ),
  );
}

/** Starts a Python publisher of the recording. */
async function publishFromPython(peer: PythonPeer, encoding: object | undefined) {
  const source = { arrays: [describeArray(recording)], split: count };
  const publishing = peer.start<{ packets: ArrayDescription[] }>('publish', { source, encoding, timeout: 30 });
  const { address } = await publishing.event('bound');
  return { publishing, address: address as string };
}

describePeers('live streams', (suite) => {
  const greets = suite.version !== '0.2.7';

  for (const one of cases) {
    it(`Python publishes ${count} packets, ZMQSubscriber receives them all, ${one.name}`, suite.options, async () => {
      const { publishing, address } = await publishFromPython(suite.peer, one.theirs);
      await using subscriber = new ZMQSubscriber(address, { timeout: 30, onMalformed: 'error' });
      const received: DataArray[] = [];
      let probes = 0;
      for await (const packet of subscriber) {
        if (packet.name === '__probe__') {
          probes++;
          publishing.tell('seen');
        } else if (received.push(packet) === count) break;
      }
      const { packets: sent } = await publishing.result;
      assert.equal(sent.length, count);
      for (const [index, packet] of received.entries()) {
        // 0.2.7 forgets the interval of the coordinates it was given
        assertSame(packet, sent[index]!);
        assert.ok(farthest(packet, packets[index]!) <= one.bound, `packet ${index}`);
      }
      const whole = concatenate(received);
      if (greets && one.bound === 0) assert.ok(whole.equals(recording));
      else assert.ok(farthest(whole, recording) <= one.bound);
      assert.equal(subscriber.statistics.received, count + probes);
      assert.equal(subscriber.statistics.malformed, 0);
      assert.equal(subscriber.statistics.gaps, 0);
      assert.equal(probes > 0, !greets);
    });

    it(
      `ZMQPublisher publishes ${count} packets, Python receives them all and says equals, ${one.name}`,
      suite.options,
      async () => {
        await using publisher = new ZMQPublisher('tcp://127.0.0.1:*', {
          encoding: one.ours,
          greeting: greets,
          policy: 'block',
        });
        await publisher.ready;
        const expected = { arrays: await expectedPackets(one) };
        const subscribing = suite.peer.start<{ received: number; surplus: number; differences: object[] }>(
          'subscribe',
          {
            address: publisher.address,
            count,
            expected,
            timeout: 30,
          },
        );
        await subscribing.event('connected');
        await publisher.waitForSubscribers(1, 30);
        for (const packet of packets) await publisher.submit(packet);
        const { received, surplus, differences } = await subscribing.result;
        assert.deepEqual({ received, surplus, differences }, { received: count, surplus: 0, differences: [] });
        assert.equal(publisher.statistics.sent, count);
      },
    );
  }

  it('Python sees that a packet is not the one it should be', suite.options, async () => {
    await using publisher = new ZMQPublisher('tcp://127.0.0.1:*', { greeting: greets, policy: 'block' });
    await publisher.ready;
    const subscribing = suite.peer.start<{ differences: { packet: number; difference: string }[] }>('subscribe', {
      address: publisher.address,
      count: 2,
      expected: { arrays: [describeArray(packets[0]!), describeArray(packets[2]!)] },
    });
    await subscribing.event('connected');
    await publisher.waitForSubscribers(1, 30);
    for (const packet of packets.slice(0, 2)) await publisher.submit(packet);
    const { differences } = await subscribing.result;
    assert.deepEqual(
      differences.map(({ packet }) => packet),
      [1],
    );
    assert.match(differences[0]!.difference, /values; coordinate 'time'/);
  });
});

describePeers(
  "xdas's process() between two of ours",
  (suite) => {
    for (const one of cases)
      it(`${count} packets in, ${count} filtered packets out, ${one.name}`, suite.options, async () => {
        const stages = [{ Filter: { freq: [1, 10] } }];
        await using publisher = new ZMQPublisher('tcp://127.0.0.1:*', { encoding: one.ours, policy: 'block' });
        await publisher.ready;
        const until = String(recording.coords.get('time')!.values.at(-1));
        const relaying = suite.peer.start('relay', { address: publisher.address, stages, until, timeout: 30 });
        const { address } = await relaying.event('bound');
        await using subscriber = new ZMQSubscriber(address as string, { timeout: 30, onMalformed: 'error' });
        const received: DataArray[] = [];
        const receiving = (async () => {
          for await (const packet of subscriber) if (received.push(packet) === count) break;
        })();
        await relaying.event('connected');
        await publisher.waitForSubscribers(1, 30);
        for (const packet of packets) await publisher.submit(packet);
        await relaying.event('done');
        await receiving;
        relaying.tell('received');
        await relaying.result;
        const sent = concatenate((await expectedPackets(one)).map(buildArray));
        const { array } = await suite.peer.call<{ array: ArrayDescription }>('apply', {
          stages,
          source: { arrays: [describeArray(sent)] },
          chunks: { time: 20 },
        });
        assertSame(concatenate(received), array);
      });
  },
  ['0.2.10'],
);
