/** The seed of this project: split, publish, subscribe in another process, join: the same array, plain and compressed. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { split } from '../../lib/dataarray/split.js';
import { zfp } from '../../lib/packets/codecs.js';
import { dummy } from '../../lib/synthetics.js';
import { ZMQPublisher, type ZMQPublisherOptions } from '../../lib/zeromq/zmq-publisher.js';
import { held } from './chunks.js';
import type { Comparison } from './subscriber-process.js';

const subscriberProcess = fileURLToPath(new URL('subscriber-process.js', import.meta.url));

async function published(publisher: ZMQPublisher): Promise<Comparison> {
  await publisher.ready;
  const subscriber = promisify(execFile)(process.execPath, [subscriberProcess, publisher.address], { timeout: 60_000 });
  await publisher.waitForSubscribers();
  for (const packet of split(dummy(), 5)) await publisher.submit(packet);
  publisher.end();
  const { stdout } = await subscriber;
  await publisher.close();
  return JSON.parse(stdout);
}

const cases: [string, ZMQPublisherOptions][] = [
  ['plain', {}],
  ['plain, blocking', { policy: 'block' }],
  ['plain, as xdas 0.2.10 writes', { dialect: 'cf-1.13' }],
];
for (const [name, options] of cases)
  test(`publish and subscribe: ${name}`, async (t) => {
    const { packets, equals, lost } = await published(held(t, new ZMQPublisher('tcp://127.0.0.1:*', options)));
    assert.deepEqual({ packets, equals, lost }, { packets: 5, equals: true, lost: 0 });
  });

test('publish and subscribe: ZFP to an accuracy of 1e-6', async (t) => {
  const encoding = { chunks: [10, 10], ...zfp({ accuracy: 1e-6 }) };
  const publisher = held(t, new ZMQPublisher('tcp://127.0.0.1:*', { encoding }));
  const { packets, equalsButValues, error, lost } = await published(publisher);
  assert.deepEqual({ packets, equalsButValues, lost }, { packets: 5, equalsButValues: true, lost: 0 });
  assert.ok(error <= 1e-6, `an error of ${error}`);
});
