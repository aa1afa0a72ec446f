import {
  ArgumentError,
  definePipeline,
  formatBytes,
  formatTime,
  runPipeline,
  type ZMQPublisherStatistics,
} from '../index.js';
import { onSignals, unlessStopped } from './on-signals.js';
import { counted } from './shown-text.js';

/** Options of `dasflow simulate`. */
export interface SimulateOptions {
  to: string;
  protocol?: 'asn' | 'xdas';
  channels: number;
  rate: number;
  samples: number;
  seed: number;
  start?: string;
  duration?: number;
  pace: number | 'max';
  waitFor?: number;
  policy?: 'drop' | 'block';
  greeting: boolean;
  quiet?: boolean;
}

/** `dasflow simulate --to URL`: an instrument does not wait for anybody; a load test (`--pace max`) waits for everybody. */
export async function simulate(options: SimulateOptions): Promise<void> {
  const signals = onSignals();
  const say = options.quiet ? () => {} : (line: string) => process.stdout.write(`${line}\n`);
  const isLive = options.pace !== 'max';
  const { url, protocol } = target(options);
  try {
    const { channels, rate, samples, seed, duration } = options;
    const pipeline = definePipeline({
      source: {
        url: 'simulator://optodas',
        channels,
        rate,
        samples,
        seed,
        start: options.start ?? now(),
        ...(duration === undefined ? {} : { duration }),
        ...(isLive ? { pace: options.pace as number } : {}),
      },
      sink: {
        url,
        policy: options.policy ?? (isLive ? 'drop' : 'block'),
        waitForSubscribers: options.waitFor ?? (isLive ? 0 : 1),
        waitTimeout: null,
        ...(protocol === 'xdas' ? { greeting: options.greeting } : {}),
      },
    });
    const work = runPipeline(pipeline, {
      signal: signals.abort,
      stop: signals.stop,
      onOpen: ([sink]) =>
        say(
          `simulating ${channels} channels at ${rate} Hz, ${samples} samples a message, seed ${seed}, on ${sink!.address}`,
        ),
    });
    const statistics = await unlessStopped(work, signals);
    if (!statistics) {
      say('stopped before the first message');
      return;
    }
    const { chunks, bytes, seconds, sinks } = statistics;
    const { sent, waits } = sinks[0]!.statistics as ZMQPublisherStatistics;
    say(
      `sent ${counted(sent, 'message')} (${formatBytes(bytes)} of samples, ${((chunks * samples) / rate).toFixed(1)} s of measurement) ` +
        `in ${seconds.toFixed(1)} s${waits > 0 ? `, waited ${counted(waits, 'time')} for a subscriber` : ''}`,
    );
  } finally {
    signals.release();
  }
}

/** Where to publish and what to speak: the protocol goes by the option, else by the URL, else it is the instrument's own. */
function target({ to, protocol }: SimulateOptions): { url: string; protocol: 'asn' | 'xdas' } {
  const isAsn = /^asn\+/i.test(to);
  if (isAsn && protocol === 'xdas')
    throw new ArgumentError('ADDRESS', `${to} is for --protocol asn; allowed with --protocol xdas: tcp://HOST:PORT`);
  if (protocol === 'xdas') return { url: to, protocol };
  return { url: isAsn ? to : `asn+${to}`, protocol: 'asn' };
}

/** The full second that has just begun. */
function now(): string {
  return formatTime(BigInt(Math.floor(Date.now() / 1000)) * 1_000_000_000n);
}
