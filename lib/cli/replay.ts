import {
  ArgumentError,
  definePipeline,
  formatBytes,
  openMfDataArray,
  runPipeline,
  type ZMQPublisherStatistics,
} from '../index.js';
import { engineOption } from './engine-option.js';
import { onSignals, unlessStopped } from './on-signals.js';
import { counted } from './shown-text.js';

/** Options of `dasflow replay`. */
export interface ReplayOptions {
  to: string;
  pace: number | 'max';
  chunks?: number;
  waitFor: number;
  greeting: boolean;
  zfp?: number;
  quiet?: boolean;
  engine?: string;
}

/** `dasflow replay FILE --to URL`. */
export async function replay(file: string, options: ReplayOptions): Promise<void> {
  if (!/^[a-z][a-z0-9+.-]+:\/\/./i.test(options.to))
    throw new ArgumentError(
      'ADDRESS',
      `--to ${options.to} is no address; allowed: tcp://HOST:PORT, as in tcp://127.0.0.1:5555, or tcp://127.0.0.1:* for a free port`,
    );
  const signals = onSignals();
  const isAsn = /^asn\+/i.test(options.to);
  if (isAsn && options.zfp !== undefined)
    throw new ArgumentError(
      'BAD_ARGUMENT',
      '--zfp compresses packets; what is sent to asn+ addresses cannot be compressed',
    );
  const say = options.quiet ? () => {} : (line: string) => process.stdout.write(`${line}\n`);
  try {
    const engine = engineOption(options.engine);
    const { dims } = await openMfDataArray(file, { engine });
    const dim = dims.includes('time') ? 'time' : dims[0]!;
    const pipeline = definePipeline({
      source: {
        url: file,
        chunks: { [dim]: options.chunks ?? '0.5s' },
        regular: true,
        ...(engine === null ? {} : { engine }),
        ...(options.pace === 'max' ? {} : { pace: options.pace }),
      },
      sink: {
        url: options.to,
        policy: 'block',
        ...(isAsn ? {} : { greeting: options.greeting }),
        waitForSubscribers: options.waitFor,
        waitTimeout: null,
        ...(options.zfp === undefined ? {} : { encoding: { zfp: { accuracy: options.zfp } } }),
      },
    });
    const work = runPipeline(pipeline, {
      signal: signals.abort,
      stop: signals.stop,
      onOpen: ([sink]) => say(`publishing ${file} on ${sink!.address}`),
    });
    const statistics = await unlessStopped(work, signals);
    if (!statistics) {
      say('stopped before the first packet');
      return;
    }
    const { chunks, bytes, seconds, sinks } = statistics;
    const { sent, bytes: wire, waits } = sinks[0]!.statistics as ZMQPublisherStatistics;
    say(
      `sent ${counted(sent, 'packet')}, ${wire} bytes (${formatBytes(bytes)} of values in ${counted(chunks, 'chunk')}), in ${seconds.toFixed(1)} s` +
        (waits > 0 ? `, waited ${counted(waits, 'time')} for a subscriber` : ''),
    );
  } finally {
    signals.release();
  }
}
