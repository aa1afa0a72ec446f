/** Question: how fast do packets travel from a publisher to a subscriber in another process? */
import { type ChildProcess, fork } from 'node:child_process';
import { Subscriber } from 'zeromq';
import { ZMQSubscriber } from '../lib/index.js';
import { describeArray } from '../test/interop/description.js';
import { benchArray, specTitle } from './bench-array.js';
import { type Contender, measure } from './measure.js';
import { packetCases } from './packet-cases.js';
import type { PublishOrder } from './publish-process.js';
import type { CaseResult, Question } from './question.js';

const count = 50;

/** Nanoseconds per packet between the first and the last arrival: what was in flight before the first is not counted. */
class Arrivals {
  #first = 0n;
  #last = 0n;
  #seen = 0;

  /** True when all packets are there. */
  arrive(): boolean {
    this.#last = process.hrtime.bigint();
    if (this.#seen++ === 0) this.#first = this.#last;
    return this.#seen === count;
  }

  get perPacket(): number {
    if (this.#seen !== count) throw new Error(`${this.#seen} of ${count} packets arrived`);
    return Number(this.#last - this.#first) / (count - 1);
  }
}

/** The next message of a child; rejects with its error, or when it is gone. */
function message(child: ChildProcess): Promise<{ address?: string; done?: boolean; usage?: NodeJS.ResourceUsage }> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error('the publishing process ended'));
    child.once('exit', onExit);
    child.once('message', (said: { address?: string; error?: string }) => {
      child.off('exit', onExit);
      if (said.error) reject(new Error(`publishing process: ${said.error}`));
      else resolve(said);
    });
  });
}

async function withPublisher(
  child: ChildProcess,
  order: PublishOrder,
  receive: (address: string) => Promise<number>,
): Promise<number> {
  child.send(order);
  const { address } = await message(child);
  const perPacket = await receive(address!);
  child.send('received');
  await message(child);
  return perPacket;
}

async function receiveOurs(address: string): Promise<number> {
  const arrivals = new Arrivals();
  await using subscriber = new ZMQSubscriber(address, { timeout: 60 });
  for await (const _ of subscriber) if (arrivals.arrive()) break;
  return arrivals.perPacket;
}

async function receiveRaw(address: string): Promise<number> {
  const arrivals = new Arrivals();
  const subscriber = new Subscriber({ receiveHighWaterMark: 0, receiveTimeout: 60_000, linger: 0 });
  try {
    subscriber.connect(address);
    subscriber.subscribe();
    for await (const _ of subscriber) if (arrivals.arrive()) break;
  } finally {
    subscriber.close();
  }
  return arrivals.perPacket;
}

export const publishSubscribe: Question = {
  name: 'publish-subscribe',
  title: 'Publisher to subscriber',
  method:
    `${count} packets of one array from a publishing process to a subscribing process on the same machine, over TCP on ` +
    'the loopback interface: encoded, sent, received, decoded. Time per packet between the first and the last arrival. ' +
    'Beside it xdas 0.2.10 in two Python processes, and raw zeromq.js, which sends the same frame again and again and ' +
    'neither encodes nor decodes: the floor that no packet library gets under.',
  async run({ plan, peer, log, used }) {
    const [publishing, subscribing] = [await peer(1), await peer(2)];
    const child = fork(new URL('./publish-process.js', import.meta.url));
    const results: CaseResult[] = [];
    try {
      for (const { array: spec, title, ours, theirs } of packetCases.filter(({ title }) => !title.startsWith('gzip'))) {
        const name = `${specTitle(spec)}, ${title}`;
        log(name);
        const array = benchArray(spec);
        await publishing.call('hold', { key: 'array', source: { arrays: [describeArray(array)] } });
        const packet = { array: spec, ours };
        const contenders: Contender[] = [
          { name: 'dasflow', sample: () => withPublisher(child, { kind: 'dasflow', packet, count }, receiveOurs) },
          {
            name: 'xdas 0.2.10',
            async sample() {
              const sending = publishing.start('time_publish', { key: 'array', count, encoding: theirs });
              const { address } = await sending.event('bound');
              const received = await subscribing.call<{ nanoseconds: number }>('subscribe', { address, count });
              sending.tell('received');
              await sending.result;
              return received.nanoseconds / (count - 1);
            },
          },
          {
            name: 'raw zeromq.js (no encoding, no decoding)',
            sample: () => withPublisher(child, { kind: 'raw', packet, count }, receiveRaw),
          },
        ];
        results.push({ title: name, bytes: array.nbytes, notes: [], measured: await measure(contenders, plan) });
      }
      child.send('usage');
      const { userCPUTime, systemCPUTime, maxRSS } = (await message(child)).usage!;
      used('dasflow and raw zeromq.js, the publishing process', (userCPUTime + systemCPUTime) / 1e6, maxRSS * 1024);
    } finally {
      child.disconnect();
    }
    return results;
  },
};
