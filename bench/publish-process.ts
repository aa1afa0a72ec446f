/**
 * The publishing process of the publish-subscribe bench: told over IPC what to send, it binds, waits for its subscriber,
 * sends, and closes when told that everything has arrived.
 */
import { XPublisher } from 'zeromq';
import { encodePacket, ZMQPublisher } from '../lib/index.js';
import { benchArray, benchChunks } from './bench-array.js';
import type { PacketCase } from './packet-cases.js';

/** What the process is asked to send. */
export interface PublishOrder {
  kind: 'dasflow' | 'raw';
  packet: Pick<PacketCase, 'array' | 'ours'>;
  count: number;
}

async function publish({ packet, count }: PublishOrder): Promise<void> {
  // More chunks than can be under way: no two packets after each other are the same.
  const chunks = [...benchChunks(packet.array, 16)];
  await using publisher = new ZMQPublisher('tcp://127.0.0.1:*', { encoding: packet.ours, policy: 'block' });
  await publisher.ready;
  process.send!({ address: publisher.address });
  await publisher.waitForSubscribers(1, 60);
  for (let k = 0; k < count; k++) await publisher.submit(chunks[k % chunks.length]!);
  await told();
}

/** The same frame again and again, through queues as long as those of dasflow, waiting where they are full: what ZeroMQ alone takes. */
async function publishRaw({ packet, count }: PublishOrder): Promise<void> {
  const frame = await encodePacket(benchArray(packet.array), { encoding: packet.ours });
  const publisher = new XPublisher({ sendHighWaterMark: 16, sendTimeout: 0, noDrop: true, linger: 0 });
  try {
    await publisher.bind('tcp://127.0.0.1:*');
    process.send!({ address: publisher.lastEndpoint });
    await publisher.receive();
    for (let k = 0; k < count; k++)
      while (!(await isSent(publisher, frame))) await new Promise((resolve) => setImmediate(resolve));
    await told();
  } finally {
    publisher.close();
  }
}

async function isSent(publisher: XPublisher, frame: Uint8Array): Promise<boolean> {
  try {
    await publisher.send(frame);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    return false;
  }
}

function told(): Promise<unknown> {
  return new Promise((resolve) => process.once('message', resolve));
}

process.on('message', (message: PublishOrder | 'received' | 'usage') => {
  if (message === 'usage') process.send!({ usage: process.resourceUsage() });
  if (typeof message === 'string') return;
  const run = message.kind === 'dasflow' ? publish(message) : publishRaw(message);
  run.then(
    () => process.send!({ done: true }),
    (error: unknown) =>
      process.send!({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
