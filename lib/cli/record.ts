import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ChunkGate, type DataArray, formatBytes, PacketWriter, ZMQSubscriber } from '../index.js';
import { onSignals } from './on-signals.js';

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
  subscriber.on('malformed', ({ reason }) => process.stderr.write(`dasflow: left out: ${reason}\n`));
  subscriber.on('lost', () => process.stderr.write(`dasflow: ${subscriber.statistics.lost} packets lost so far\n`));
  const writer = new PacketWriter(options.out, { createDirs: true, mode: 'append' });
  try {
    say(`recording ${url} to ${options.out}`);
    const gate = new ChunkGate(subscriber, { stop: signals.stop });
    await pipeline(Readable.from(packets(gate, subscriber, options.count), { highWaterMark: 1 }), writer, {
      signal: signals.abort,
    });
    const { files, bytes } = writer.statistics;
    const { lost, malformed } = subscriber.statistics;
    say(`recorded ${files} packets, ${formatBytes(bytes)} (lost ${lost}, malformed ${malformed})`);
  } finally {
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
