import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ChunkGate, type DataArray, formatBytes, Monitor, PacketWriter, ZMQSubscriber } from '../index.js';
import { MalformedTally } from './malformed-tally.js';
import { onSignals } from './on-signals.js';
import { unnumbered } from './run.js';
import { counted } from './shown-text.js';

/** Options of `dasflow record`. */
export interface RecordOptions {
  out: string;
  count?: number;
  timeout?: number;
  quiet?: boolean;
}

/** `dasflow record URL --out DIR`. */
export async function record(url: string, options: RecordOptions): Promise<void> {
  if (/^asn\+/i.test(url)) return await (await import('./record-instrument.js')).recordInstrument(url, options);
  const signals = onSignals();
  const say = options.quiet ? () => {} : (line: string) => process.stdout.write(`${line}\n`);
  const subscriber = new ZMQSubscriber(url, { keepBytes: true, endOfStream: true, timeout: options.timeout ?? null });
  const monitor = new Monitor({ enabled: options.quiet ? false : undefined, lines: true });
  const malformed = new MalformedTally(subscriber);
  const writer = new PacketWriter(options.out, { createDirs: true, mode: 'append' });
  try {
    say(`recording ${url} to ${options.out}`);
    say(`waiting for ${url}`);
    const gate = new ChunkGate(subscriber, { stop: signals.stop, monitor });
    await pipeline(Readable.from(packets(gate, subscriber, options.count), { highWaterMark: 1 }), writer, {
      signal: signals.abort,
    });
  } finally {
    monitor.close();
    for (const line of malformed.lines) process.stderr.write(`dasflow: ${line}\n`);
    const { files, bytes } = writer.statistics;
    const { lost, malformed: left, foreign, gaps, missingSamples } = subscriber.statistics;
    say(`recorded ${counted(files, 'packet')}, ${formatBytes(bytes)} (lost ${lost}, malformed ${left})`);
    for (const line of unnumbered(foreign, gaps, missingSamples)) say(line);
    subscriber.destroy();
    signals.release();
  }
}

async function* packets(gate: ChunkGate, subscriber: ZMQSubscriber, count = Number.POSITIVE_INFINITY) {
  let left = count;
  for await (const array of gate) {
    yield subscriber.bytesOf(array as DataArray)!;
    if (--left <= 0) return;
  }
}
