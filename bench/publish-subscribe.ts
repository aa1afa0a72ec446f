/** Question: how fast do packets travel from a publisher to a subscriber in another process? */
import { type ChildProcess, fork } from 'node:child_process';
import { Subscriber } from 'zeromq';
import { ZMQSubscriber } from '../lib/index.js';
import { describeArray } from '../test/interop/description.js';
import { benchArray, specTitle } from './bench-array.js';
import { type Contender, measure, summarize } from './measure.js';
import { type PacketCase, packetCases } from './packet-cases.js';
import type { PublishOrder } from './publish-process.js';
import type { CaseResult, Question } from './question.js';

/** Packets of one sample: of dasflow and ZeroMQ about 80 MB, or what takes a second or two; of xdas, which is slower, fewer. */
const countOf = ({ array: { shape }, ours }: PacketCase) =>
  ours === undefined ? Math.max(100, Math.min(2000, Math.round(2e7 / (shape[0] * shape[1])))) : 30;
const xdasCount = 30;

/** Nanoseconds per packet between the first and the last arrival: what was in flight before the first is not counted. */
class Arrivals {
  #first = 0n;
  #last = 0n;
  #seen = 0;

  constructor(private readonly count: number) {}

  /** True when all packets are there. */
  arrive(): boolean {
    this.#last = process.hrtime.bigint();
    if (this.#seen++ === 0) this.#first = this.#last;
    return this.#seen === this.count;
  }

  get perPacket(): number {
    if (this.#seen !== this.count) throw new Error(`${this.#seen} of ${this.count} packets arrived`);
    return Number(this.#last - this.#first) / (this.count - 1);
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
  receive: (address: string, count: number) => Promise<number>,
): Promise<number> {
  child.send(order);
  const { address } = await message(child);
  const perPacket = await receive(address!, order.count);
  child.send('received');
  await message(child);
  return perPacket;
}

async function receiveOurs(address: string, count: number): Promise<number> {
  const arrivals = new Arrivals(count);
  await using subscriber = new ZMQSubscriber(address, { timeout: 60 });
  for await (const _ of subscriber) if (arrivals.arrive()) break;
  return arrivals.perPacket;
}

async function receiveRaw(address: string, count: number): Promise<number> {
  const arrivals = new Arrivals(count);
  const subscriber = new Subscriber({ receiveHighWaterMark: 16, receiveTimeout: 60_000, linger: 0 });
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
    'Packets (2000 of 40 kB, 100 of 4 MB, 30 compressed ones; of xdas always 30) from a publishing process to a subscribing process on the same machine, over TCP on ' +
    'the loopback interface: encoded, sent, received, decoded. Time per packet between the first and the last arrival. ' +
    'Beside it xdas 0.2.10 in two Python processes, and raw zeromq.js, which sends the same frame again and again and ' +
    'neither encodes nor decodes: the floor that no packet library gets under.',
  async run({ plan, peer, log, used }) {
    const [publishing, subscribing] = [await peer(1), await peer(2)];
    const child = fork(new URL('./publish-process.js', import.meta.url));
    const results: CaseResult[] = [];
    try {
      for (const packetCase of packetCases.filter(({ title }) => !title.startsWith('gzip'))) {
        const { array: spec, title, ours, theirs } = packetCase;
        const count = countOf(packetCase);
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
              const sending = publishing.start('time_publish', { key: 'array', count: xdasCount, encoding: theirs });
              const { address } = await sending.event('bound');
              const received = await subscribing.call<{ nanoseconds: number }>('subscribe', {
                address,
                count: xdasCount,
              });
              sending.tell('received');
              await sending.result;
              return received.nanoseconds / (xdasCount - 1);
            },
          },
          {
            name: 'raw zeromq.js (no encoding, no decoding)',
            sample: () => withPublisher(child, { kind: 'raw', packet, count }, receiveRaw),
          },
        ];
        const measured = await measure(contenders, plan);
        const median = (k: number) => summarize(measured[k]!.samples).median;
        const notes = [
          `${Math.round(1e9 / median(0))} packets per second; ${Math.round((100 * median(2)) / median(0))} % of the rate of raw zeromq.js`,
        ];
        results.push({ title: name, bytes: array.nbytes, notes, measured });
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
