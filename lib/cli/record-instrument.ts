import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ASNSubscriber, ChunkGate, DataArrayWriter, formatBytes, Monitor } from '../index.js';
import { MalformedTally } from './malformed-tally.js';
import { onSignals } from './on-signals.js';
import type { RecordOptions } from './record.js';
import { counted } from './shown-text.js';

/** `dasflow record asn+tcp://... --out DIR`: each message of an instrument becomes a NetCDF file. */
export async function recordInstrument(url: string, options: RecordOptions): Promise<void> {
  const signals = onSignals();
  const say = options.quiet ? () => {} : (line: string) => process.stdout.write(`${line}\n`);
  const subscriber = new ASNSubscriber(url, { timeout: options.timeout ?? null });
  const monitor = new Monitor({ enabled: options.quiet ? false : undefined, lines: true });
  const malformed = new MalformedTally(subscriber);
  const writer = new DataArrayWriter(options.out, { createDirs: true, mode: 'append' });
  try {
    say(`recording ${url} to ${options.out}`);
    say(`waiting for ${url}`);
    const gate = new ChunkGate(subscriber, { stop: signals.stop, monitor });
    await pipeline(Readable.from(atMost(gate, options.count), { highWaterMark: 1 }), writer, {
      signal: signals.abort,
    });
  } finally {
    monitor.close();
    for (const line of malformed.lines) process.stderr.write(`dasflow: ${line}\n`);
    const { files, bytes } = writer.statistics;
    const { gaps, missingSamples, malformed: left, headerless } = subscriber.statistics;
    say(
      `recorded ${counted(files, 'message')}, ${formatBytes(bytes)} ` +
        `(gaps ${gaps}, missing samples ${missingSamples}, malformed ${left}, without a header ${headerless})`,
    );
    subscriber.destroy();
    signals.release();
  }
}

async function* atMost(gate: ChunkGate, count = Number.POSITIVE_INFINITY) {
  let left = count;
  for await (const array of gate) {
    yield array;
    if (--left <= 0) return;
  }
}
