import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { concat } from '../../lib/dataarray/concat.js';
import type { DataArray } from '../../lib/dataarray/data-array.js';
import { openMfDataArray } from '../../lib/files/open-data-array.js';
import { InstrumentSimulator } from '../../lib/synthetics/instrument-simulator.js';
import { ASNSubscriber } from '../../lib/zeromq/asn-subscriber.js';
import { ZMQSubscriber } from '../../lib/zeromq/zmq-subscriber.js';
import { temporaryFolder } from '../files/temporary-folder.js';
import { run } from './run-command.js';

const size = ['--channels', '30', '--samples', '20', '--start', '2024-01-01', '--seed', '7'];
const any = ['--to', 'tcp://127.0.0.1:*'];

async function expected(): Promise<DataArray> {
  const arrays: DataArray[] = [];
  const options = { channels: 30, samples: 20, seed: 7, duration: 2 };
  for await (const da of new InstrumentSimulator(options)) arrays.push(da);
  return concat(arrays, 'time');
}

test('simulate, as fast as possible: an instrument that dasflow records', async (t) => {
  const folder = await temporaryFolder(t);
  const simulation = run(t, ['simulate', ...any, ...size, '--duration', '2', '--pace', 'max']);
  const [, address] = await simulation.line(
    /simulating 30 channels at 100 Hz, 20 samples a message, seed 7, on (asn\S+)\n/,
  );
  const out = join(folder, 'out');
  const recording = run(t, ['record', address!, '--out', out, '--count', '10']);
  assert.equal(await recording.code, 0, recording.stderr);
  assert.match(
    recording.stdout,
    /recorded 10 messages, .* \(gaps 0, missing samples 0, malformed 0, without a header 0\)\n$/,
  );
  assert.equal(await simulation.code, 0, simulation.stderr);
  assert.match(simulation.stdout, /\nsent 10 messages \(23\.4KiB of samples, 2\.0 s of measurement\) in /);
  assert.ok((await (await openMfDataArray(out)).load()).equals(await expected()));
  const replay = run(t, ['replay', out, '--to', 'asn+tcp://127.0.0.1:*', '--pace', 'max', '--chunks', '50']);
  const [, again] = await replay.line(/publishing .* on (asn\+tcp:\/\/127\.0\.0\.1:\d+)\n/);
  const received: DataArray[] = [];
  for await (const da of new ASNSubscriber(again!, { timeout: 30 })) if (received.push(da) === 4) break;
  assert.ok(concat(received, 'time').equals(await expected()));
  assert.equal(await replay.code, 0, replay.stderr);
});

test('simulate --protocol xdas: packets, with an end', async (t) => {
  const simulation = run(t, ['simulate', ...any, ...size, '--duration', '2', '--pace', 'max', '--protocol', 'xdas']);
  const [, address] = await simulation.line(/ on (tcp:\S+)\n/);
  const received: DataArray[] = [];
  for await (const da of new ZMQSubscriber(address!, { endOfStream: true, timeout: 30 })) received.push(da);
  assert.ok(concat(received, 'time').equals(await expected()));
  assert.equal(await simulation.code, 0, simulation.stderr);
});

test('simulate in real time waits for nobody, and its clock is the real one; inspect shows the header', async (t) => {
  const begun = BigInt(Date.now()) * 1_000_000n;
  const simulation = run(t, ['simulate', ...any, '--channels', '8', '--samples', '5']);
  const [, address] = await simulation.line(/ on (asn\S+)\n/);
  const subscriber = new ASNSubscriber(address!, { timeout: 30 });
  const iterator = subscriber[Symbol.asyncIterator]();
  const first = (await iterator.next()).value as DataArray;
  assert.ok((first.coords.axis('time').start as bigint) >= begun - 1_000_000_000n);
  const inspect = run(t, ['inspect', address!, '--json']);
  assert.equal(await inspect.code, 0, inspect.stderr);
  const told = JSON.parse(inspect.stdout) as { shape: number[]; packet: { bytes: number; header: object } };
  assert.deepEqual(told.shape, [5, 8]);
  assert.equal(told.packet.bytes, 168);
  assert.deepEqual(told.packet.header, JSON.parse(JSON.stringify(subscriber.header)));
  await subscriber.close();
  simulation.child.kill('SIGINT');
  assert.equal(await simulation.code, 0, simulation.stderr);
  assert.match(simulation.stdout, /\nsent \d+ messages /);
});

test('what does not go together is refused', async (t) => {
  for (const [args, code, message] of [
    [['simulate'], 2, /required option '-t, --to <url>' not specified/],
    [['simulate', ...any, '--protocol', 'mseed'], 2, /Allowed choices are asn, xdas/],
    [['simulate', '--to', 'asn+tcp://127.0.0.1:*', '--protocol', 'xdas'], 1, /ADDRESS: .* is for --protocol asn/],
    [['simulate', ...any, '--start', 'now'], 1, /BAD_TIME: .* is not a time/],
    [['replay', 'a.nc', '--to', 'asn+tcp://127.0.0.1:*', '--zfp', '1'], 1, /BAD_ARGUMENT: --zfp compresses packets/],
  ] as const) {
    const wrong = run(t, [...args]);
    assert.equal(await wrong.code, code, args.join(' '));
    assert.match(wrong.stderr, message);
  }
});
