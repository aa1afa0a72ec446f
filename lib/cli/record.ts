import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ChunkGate, type DataArray, formatBytes, Monitor, PacketWriter, ZMQSubscriber } from '../index.js';
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
  const signals = onSignals();
  const say = options.quiet ? () => {} : (line: string) => process.stdout.write(`${line}\n`);
  const subscriber = new ZMQSubscriber(url, { keepBytes: true, endOfStream: true, timeout: options.timeout ?? null });
  const monitor = new Monitor({ enabled: options.quiet ? false : undefined, lines: true });
  // Frames of a kind differ in numbers only: their size, their place.
  const malformed = new Map<string, { reason: string; count: number }>();
  subscriber.on('malformed', ({ reason, code }) => {
    const kind = `${code} ${reason.replace(/\d+/g, '#')}`;
    const known = malformed.get(kind) ?? malformed.get(code);
    if (known) known.count++;
    else if (malformed.size < MOST_KINDS) malformed.set(kind, { reason, count: 1 });
    else malformed.set(code, { reason: `others of ${code}`, count: 1 });
  });
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
    for (const { reason, count } of malformed.values())
      process.stderr.write(`dasflow: left out ${counted(count, 'frame')}: ${reason}\n`);
    const { files, bytes } = writer.statistics;
    const { lost, malformed: left, foreign, gaps, missingSamples } = subscriber.statistics;
    say(`recorded ${counted(files, 'packet')}, ${formatBytes(bytes)} (lost ${lost}, malformed ${left})`);
    for (const line of unnumbered(foreign, gaps, missingSamples)) say(line);
    subscriber.destroy();
    signals.release();
  }
}

/** Kinds of malformed frames told apart; more are put together by their code. */
const MOST_KINDS = 20;

async function* packets(gate: ChunkGate, subscriber: ZMQSubscriber, count = Number.POSITIVE_INFINITY) {
  let left = count;
  for await (const array of gate) {
    yield subscriber.bytesOf(array as DataArray)!;
    if (--left <= 0) return;
  }
}
