/**
 * The processes of the benches of live pipelines, told over IPC what to be: a source, which sends packets of a recording
 * as fast as they are taken or at a pace, or a relay, the pipeline that is measured.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { XPublisher } from 'zeromq';
import { type Encoding, encodePacket, process as run, Sequential, ZMQPublisher, ZMQSubscriber } from '../lib/index.js';
import { type BenchArraySpec, benchChunks } from './bench-array.js';
import { bandPassAndDecimate } from './pipeline-stages.js';

/** What a process of a live bench is asked to be. */
export type RelayOrder =
  | {
      kind: 'source';
      array: BenchArraySpec;
      count: number /** Milliseconds between packets; 0: saturated. */;
      pace: number;
    }
  | { kind: 'relay'; from: string; until: string; encoding?: Encoding };

/** What it says. */
export interface RelayNews {
  address?: string;
  /** Of a source: when each packet was handed to ZeroMQ, nanoseconds of the machine's monotonic clock. */
  sent?: string[];
  /** Of a relay, since it was started: processor time in seconds, and memory in bytes. */
  used?: { cpuSeconds: number; idleBytes: number; peakBytes: number };
  done?: true;
  error?: string;
}

const say = (news: RelayNews) => process.send!(news);
const told = (): Promise<unknown> => new Promise((resolve) => process.once('message', resolve));

/** Packets are encoded before the first is sent, so that the source costs what ZeroMQ costs. */
async function source({ array, count, pace }: Extract<RelayOrder, { kind: 'source' }>): Promise<void> {
  const frames: Uint8Array[] = [];
  for (const chunk of benchChunks(array, count)) frames.push(await encodePacket(chunk));
  const publisher = new XPublisher({ sendHighWaterMark: 0, linger: 0 });
  try {
    await publisher.bind('tcp://127.0.0.1:*');
    const go = told();
    say({ address: publisher.lastEndpoint! });
    await publisher.receive();
    await go;
    const sent: string[] = [];
    const start = performance.now();
    for (const [k, frame] of frames.entries()) {
      if (pace > 0) await sleep(Math.max(0, start + k * pace - performance.now()));
      sent.push(String(process.hrtime.bigint()));
      await publisher.send(frame);
    }
    const received = told();
    say({ sent });
    await received;
  } finally {
    publisher.close();
  }
}

async function relay({ from, until, encoding }: Extract<RelayOrder, { kind: 'relay' }>): Promise<void> {
  await using publisher = new ZMQPublisher('tcp://127.0.0.1:*', { encoding, policy: 'block' });
  await publisher.ready;
  const idleBytes = process.memoryUsage.rss();
  say({ address: publisher.address });
  await publisher.waitForSubscribers(1, 60);
  const subscriber = new ZMQSubscriber(from, { timeout: 60, receiveHighWaterMark: 2 });
  const before = process.cpuUsage();
  await run(new Sequential({ atoms: bandPassAndDecimate() }), subscriber, publisher, { until: BigInt(until) });
  const { user, system } = process.cpuUsage(before);
  const used = { cpuSeconds: (user + system) / 1e6, idleBytes, peakBytes: process.resourceUsage().maxRSS * 1024 };
  const received = told();
  say({ used });
  await received;
}

process.on('message', (message: RelayOrder | string) => {
  if (typeof message === 'string') return;
  const running = message.kind === 'source' ? source(message) : relay(message);
  running.then(
    () => say({ done: true }),
    (error: unknown) => say({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
