/** A live pipeline between a source of packets and this process: what the benches of live streams have in common. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Subscriber } from 'zeromq';
import type { Encoding } from '../lib/index.js';
import type { PythonPeer } from '../test/interop/python-peer.js';
import { type BenchArraySpec, benchChunks } from './bench-array.js';
import { bandPassAndDecimate, pipelineStages } from './pipeline-stages.js';
import type { RelayNews, RelayOrder } from './relay-process.js';

/** One run of a pipeline over `count` packets of `array`, `pace` milliseconds apart (0: saturated). */
export interface RelayRun {
  array: BenchArraySpec;
  count: number;
  pace: number;
  /** Of the packets that the pipeline publishes, as dasflow and as xdas name it. */
  encoding?: { ours: Encoding; theirs: object };
}

/** What was seen of a run. */
export interface RelayTimes {
  /** When packet k was handed to ZeroMQ, in nanoseconds of the monotonic clock. */
  sent: bigint[];
  /** When the result of packet k arrived; the first few packets give none, see `delay`. */
  arrived: bigint[];
  /** Packets that went in before the first result came out. */
  delay: number;
  /** Processor time of the pipeline's process in seconds, and its memory in bytes where that is known. */
  used: { cpuSeconds: number; idleBytes: number; peakBytes: number };
}

/** A process that is told what to be. */
class Worker {
  readonly #child: ChildProcess = fork(new URL('./relay-process.js', import.meta.url));
  #news: RelayNews[] = [];
  #gone: string | null = null;

  constructor(readonly name: string) {
    this.#child.on('message', (news: RelayNews) => {
      this.#news.push(news);
      this.#child.emit('news');
    });
    this.#child.once('exit', (code) => {
      this.#gone = `the ${name} process ended with ${code}`;
      this.#child.emit('news');
    });
  }

  say(order: RelayOrder | string): void {
    this.#child.send(order);
  }

  async next(): Promise<RelayNews> {
    for (;;) {
      const news = this.#news.shift();
      if (news?.error) throw new Error(`${this.name} process: ${news.error}`);
      if (news) return news;
      if (this.#gone) throw new Error(this.#gone);
      await once(this.#child, 'news');
    }
  }

  end(): void {
    this.#child.disconnect();
  }
}

/** The processes of a bench: one that sends, and one of each contender, kept over all samples. */
export class LiveRelays {
  readonly #source = new Worker('source');
  readonly #relay = new Worker('relay');
  readonly #delays = new Map<string, number>();

  constructor(readonly peer: PythonPeer) {}

  end(): void {
    this.#source.end();
    this.#relay.end();
  }

  /** Through dasflow. */
  async ours(run: RelayRun): Promise<RelayTimes> {
    const from = await this.#startSource(run);
    this.#relay.say({ kind: 'relay', from, until: this.#until(run), encoding: run.encoding?.ours });
    const { address } = await this.#relay.next();
    const times = await this.#receive(run, address!);
    const { used } = await this.#relay.next();
    this.#relay.say('received');
    await this.#relay.next();
    return { ...times, used: used! };
  }

  /** Through `process()` of xdas. */
  async theirs(run: RelayRun): Promise<RelayTimes> {
    const from = await this.#startSource(run);
    const usage = () => this.peer.call<{ cpuSeconds: number; peakBytes: number }>('usage');
    const before = await usage();
    const relaying = this.peer.start('relay', {
      address: from,
      stages: pipelineStages,
      until: this.#until(run),
      encoding: run.encoding?.theirs,
      timeout: 60,
    });
    const { address } = await relaying.event('bound');
    const times = await this.#receive(run, address as string, () => relaying.event('connected'));
    const after = await usage();
    relaying.tell('received');
    await relaying.result;
    const used = { cpuSeconds: after.cpuSeconds - before.cpuSeconds, idleBytes: 0, peakBytes: after.peakBytes };
    return { ...times, used };
  }

  async #startSource({ array, count, pace }: RelayRun): Promise<string> {
    this.#source.say({ kind: 'source', array, count, pace });
    return (await this.#source.next()).address!;
  }

  /** Time of the last sample in nanoseconds: where both pipelines end. */
  #until({ array, count }: RelayRun): string {
    const [chunk] = benchChunks({ ...array, shape: [array.shape[0], 1] }, 1);
    const start = chunk!.coords.axis('time').start as bigint;
    return String(start + BigInt(array.shape[0] * count - 1) * 10_000_000n);
  }

  async #receive(
    run: RelayRun,
    address: string,
    connected?: () => Promise<unknown>,
  ): Promise<Omit<RelayTimes, 'used'>> {
    const delay = this.#delayOf(run);
    const arrived: bigint[] = [];
    const subscriber = new Subscriber({ receiveHighWaterMark: 0, receiveTimeout: 60_000, linger: 0 });
    try {
      subscriber.connect(address);
      subscriber.subscribe();
      await connected?.();
      this.#source.say('go');
      for await (const [frame] of subscriber) {
        // the greeting is no packet
        if (frame!.length > 8) arrived.push(process.hrtime.bigint());
        if (arrived.length === run.count - delay) break;
      }
    } finally {
      subscriber.close();
    }
    const { sent } = await this.#source.next();
    this.#source.say('received');
    await this.#source.next();
    return { sent: sent!.map(BigInt), arrived, delay };
  }

  /** How many packets of so many samples go in before something comes out, tried on one channel. */
  #delayOf({ array, count }: RelayRun): number {
    const key = String(array.shape[0]);
    let delay = this.#delays.get(key);
    if (delay !== undefined) return delay;
    delay = 0;
    const [filter, resample] = bandPassAndDecimate();
    const atom = filter!.pipe(resample!);
    for (const chunk of benchChunks({ ...array, shape: [array.shape[0], 1] }, count)) {
      if (atom.push(chunk, { chunkDim: 'time' }).length > 0) break;
      delay++;
    }
    this.#delays.set(key, delay);
    return delay;
  }
}
