import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type DataArray, type Encoding, encodePacket, gzip, split, ZMQPublisher, zfp } from '../../lib/index.js';
import { resolveEncoding } from '../../lib/packets/encoding.js';
import { chooseTemplates } from '../../lib/packets/templates/choose-templates.js';
import { encodeTemplates } from '../../lib/packets/templates/encode-templates.js';
import { describePeers } from './describe-peers.js';
import type { ArrayDescription } from './description.js';
import { wave } from './wave.js';

const count = 12;

/** Encodings whose third and later packets are made without HDF5. */
const cases: [name: string, encoding: Encoding, dtype: 'float32' | 'float64'][] = [
  ['gzip, shuffle, fletcher32', { chunks: [10, 7], ...gzip(), shuffle: true, fletcher32: true }, 'float32'],
  ['gzip, shuffle, fletcher32', { chunks: [10, 7], ...gzip(), shuffle: true, fletcher32: true }, 'float64'],
  ['ZFP accuracy', { chunks: [10, 10], ...zfp({ accuracy: 1e-3 }) }, 'float32'],
  ['ZFP accuracy', { chunks: [10, 10], ...zfp({ accuracy: 1e-6 }) }, 'float64'],
  ['ZFP rate', { chunks: [8, 19], ...zfp({ rate: 12 }) }, 'float32'],
  ['ZFP precision', { chunks: [8, 19], ...zfp({ precision: 22 }) }, 'float64'],
];

/** Packets of one stream: 23 x 19, no multiple of the chunks or of ZFP's blocks of 4. */
const packetsOf = (dtype: 'float32' | 'float64') =>
  split(wave({ samples: 23 * count, channels: 19, dtype }), count) as DataArray[];

/** Packets that HDF5 alone makes. */
async function throughHdf5(packets: DataArray[], encoding: Encoding): Promise<Uint8Array[]> {
  const was = chooseTemplates('off');
  try {
    return await Promise.all(packets.map((packet) => encodePacket(packet, { encoding })));
  } finally {
    chooseTemplates(was);
  }
}

const base64 = (frame: Uint8Array) => Buffer.from(frame).toString('base64');
const none = Array.from({ length: count }, () => null);

describePeers('compressed packets made without HDF5', (suite) => {
  const greets = suite.version !== '0.2.7';
  interface Decoded {
    arrays: ArrayDescription[];
    differences: (string | null)[];
  }

  for (const [name, encoding, dtype] of cases) {
    it(`${name}, ${dtype}: Python decodes what it decodes of HDF5's own`, suite.options, async () => {
      const packets = packetsOf(dtype);
      const own = await throughHdf5(packets, encoding);
      const { arrays: expected } = await suite.peer.call<Decoded>('decode', { frames: own.map(base64) });
      encodeTemplates.clear();
      const frames: Uint8Array[] = [];
      for (const packet of packets.slice(0, 2)) frames.push(await encodePacket(packet, { encoding }));
      for (const packet of packets.slice(2)) {
        // asked for by itself, so that none of them can come from HDF5
        const made = encodeTemplates.start(packet, { storage: resolveEncoding(encoding, packet) }, { workers: 1 });
        frames.push((await made!.finish(undefined))!);
        assert.deepEqual(frames.at(-1), await encodePacket(packet, { encoding }), 'which is what encodePacket gives');
      }
      const { differences } = await suite.peer.call<Decoded>('decode', {
        frames: frames.map(base64),
        expected: { arrays: expected },
      });
      assert.deepEqual(differences, none);
    });

    it(`${name}, ${dtype}: a live publisher of them, and Python says equals`, suite.options, async () => {
      const packets = packetsOf(dtype);
      const own = await throughHdf5(packets, encoding);
      const { arrays: expected } = await suite.peer.call<Decoded>('decode', { frames: own.map(base64) });
      encodeTemplates.clear();
      await using publisher = new ZMQPublisher('tcp://127.0.0.1:*', { encoding, greeting: greets, policy: 'block' });
      await publisher.ready;
      const subscribing = suite.peer.start<{ received: number; surplus: number; differences: object[] }>('subscribe', {
        address: publisher.address,
        count,
        expected: { arrays: expected },
        timeout: 30,
      });
      await subscribing.event('connected');
      await publisher.waitForSubscribers(1, 30);
      for (const packet of packets) await publisher.submit(packet);
      const { received, surplus, differences } = await subscribing.result;
      assert.deepEqual({ received, surplus, differences }, { received: count, surplus: 0, differences: [] });
      assert.ok(encodeTemplates.learned > 0, 'there is a template');
    });
  }
});
