import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { XPublisher } from 'zeromq';
import { DenseCoordinate } from '../../lib/coordinates/dense-coordinate.js';
import type { DataArray } from '../../lib/dataarray/data-array.js';
import { DataArrayWriter } from '../../lib/files/data-array-writer.js';
import { openMfDataArray } from '../../lib/files/open-data-array.js';
import { ZMQPublisher } from '../../lib/zeromq/zmq-publisher.js';
import { ZMQSubscriber } from '../../lib/zeromq/zmq-subscriber.js';
import { temporaryFolder } from '../files/temporary-folder.js';
import { chunks, record } from '../processing/chunks.js';
import { run } from './run-command.js';

async function archive(folder: string, count = 4): Promise<string> {
  const path = join(folder, 'in');
  await pipeline(Readable.from(chunks(count, 50)), new DataArrayWriter(path, { createDirs: true }));
  return path;
}

test('wrong use is 2, with a line that says what is allowed', async (t) => {
  for (const [args, message] of [
    [['rnu'], /unknown command 'rnu'[\s\S]*Did you mean run/],
    [['run'], /missing required argument 'file'/],
    [['replay', 'a.nc'], /required option '-t, --to <url>' not specified/],
    [
      ['replay', 'a.nc', '--to', 'tcp://127.0.0.1:*', '--pace', 'fast'],
      /--pace .*It is a number above 0 \(1 is real time\) or max/,
    ],
    [['record', 'tcp://x:1', '--out', 'a', '--count', '0'], /--count .*It is an integer above 0/],
    [['run', 'a.yaml', '--set', 'x'], /--set .*It is KEY=VALUE/],
  ] as [string[], RegExp][]) {
    const wrong = run(t, args);
    assert.equal(await wrong.code, 2, args.join(' '));
    assert.match(wrong.stderr, message);
  }
});

test('help and version are 0, and quick to load', async (t) => {
  const version = run(t, ['--version']);
  assert.equal(await version.code, 0);
  const { version: expected } = JSON.parse(
    await readFile(new URL('../../../package.json', import.meta.url), 'utf8'),
  ) as { version: string };
  assert.equal(version.stdout.trim(), expected);
  for (const name of ['run', 'replay', 'simulate', 'record', 'inspect']) {
    const help = run(t, [name, '--help']);
    assert.equal(await help.code, 0);
    assert.match(help.stdout, new RegExp(`^Usage: dasflow ${name} `));
  }
});

test('run: files to files, relative to the YAML file; mistakes are 2, failures 1', async (t) => {
  const folder = await temporaryFolder(t);
  await archive(folder);
  const job = join(folder, 'job.yaml');
  await writeFile(job, `source:\n  url: \${IN}\n  chunks: { time: 40 }\nsink: out\n`);
  const good = run(t, ['run', job, '--param', 'IN=in', '--set', 'sink=other']);
  assert.equal(await good.code, 0, good.stderr);
  assert.match(
    good.stdout,
    /^running .*job\.yaml to .*\/other\nread 5 chunks, 4\.7KiB, in [\d.]+ s from .*\/in\nwrote .*\/other \(files 5, bytes \d+, valueBytes 4800\)\n$/,
  );
  assert.ok((await (await openMfDataArray(join(folder, 'other'))).load()).equals(record(0, 200)));
  const json = run(t, ['run', job, '--param', 'IN=in', '--json']);
  assert.equal(await json.code, 0, json.stderr);
  assert.equal((JSON.parse(json.stdout) as { chunks: number }).chunks, 5);
  const missing = run(t, ['run', job]);
  assert.equal(await missing.code, 2);
  assert.match(missing.stderr, /^dasflow: BAD_PIPELINE: .*job\.yaml:2:8: \$\{IN\} is neither a parameter nor/);
  assert.equal(missing.stderr.trim().split('\n').length, 1);
  const failed = run(t, ['run', job, '--param', 'IN=nowhere']);
  assert.equal(await failed.code, 1);
  assert.match(failed.stderr, /^dasflow: BAD_FILE: .*nowhere: there is no such file or folder\n$/);
  const unread = run(t, ['run', join(folder, 'none.yaml')]);
  assert.equal(await unread.code, 1);
});

test('run: what is printed is where it is; without picks there is a header; one notice, in words', async (t) => {
  const folder = await temporaryFolder(t);
  const publisher = new ZMQPublisher('tcp://127.0.0.1:*', { policy: 'block' });
  t.after(() => publisher.close());
  await publisher.ready;
  await mkdir(join(folder, 'jobs'));
  const trigger = '[{ Trigger: { thresh: 1e9, dim: time } }]';
  await writeFile(
    join(folder, 'jobs', 'job.yaml'),
    `source: { url: '${publisher.address}', timeout: 30 }\nprocess: [{ Filter: { freq: [null, 10] } }]\nbranches:\n` +
      `  - { process: ${trigger}, sink: picks.csv }\n  - { process: [{ DownSample: { factor: 2, dim: time } }], sink: ../out }\n`,
  );
  await writeFile(join(folder, 'jobs', 'picks.csv'), 'of an earlier run\n');
  const live = run(t, ['run', join('jobs', 'job.yaml')], folder);
  await live.line(/^running jobs\/job\.yaml to jobs\/picks\.csv, out\nwaiting for tcp:\/\/127\.0\.0\.1:\d+\n$/);
  await publisher.waitForSubscribers();
  const undeclared = (chunk: DataArray) =>
    chunk.with({
      coords: {
        ...Object.fromEntries(chunk.coords.entries()),
        time: new DenseCoordinate({
          values: chunk.coords.axis('time').values as BigInt64Array,
          dim: 'time',
          dtype: 'datetime64[ns]',
        }),
      },
    });
  await publisher.submit(undeclared(record(0, 50)));
  publisher.end();
  assert.equal(await live.code, 0, live.stderr);
  assert.match(
    live.stdout,
    /\nread 1 chunk, .* \(received 1, bytes \d+, ends 1, lost 0\)\nwrote jobs\/picks\.csv \(rows 0, bytes 2\d\)\nwrote out \(files 1, /,
  );
  assert.equal(await readFile(join(folder, 'jobs', 'picks.csv'), 'utf8'), 'distance,time,value\n');
  assert.equal(
    live.stderr,
    'dasflow: time declares no sampling interval; using 10 ms (100 Hz), inferred from evenly spaced labels\n',
  );
});

test('replay to record: every packet, byte for byte; inspect tells what is there', async (t) => {
  const folder = await temporaryFolder(t);
  const source = await archive(folder);
  const replay = run(t, [
    'replay',
    source,
    '--to',
    'tcp://127.0.0.1:*',
    '--pace',
    'max',
    '--chunks',
    '25',
    '--wait-for',
    '1',
  ]);
  const [, address] = await replay.line(/publishing .* on (tcp:\/\/127\.0\.0\.1:\d+)\n/);
  const out = join(folder, 'out');
  const record_ = run(t, ['record', address!, '--out', out]);
  assert.equal(await record_.code, 0, record_.stderr);
  assert.equal(await replay.code, 0, replay.stderr);
  assert.match(replay.stdout, /\nsent 8 packets, \d+ bytes/);
  assert.match(record_.stdout, /recorded 8 packets, .* \(lost 0, malformed 0\)\n$/);
  const recorded = await openMfDataArray(out);
  assert.equal(recorded.files.length, 8);
  assert.ok((await recorded.load()).equals(record(0, 200)));
  const inspect = run(t, ['inspect', out, '--json']);
  assert.equal(await inspect.code, 0, inspect.stderr);
  const told = JSON.parse(inspect.stdout) as { shape: number[]; coords: { time: Record<string, unknown> } };
  assert.deepEqual(told.shape, [200, 3]);
  assert.deepEqual(told.coords.time, {
    ctype: 'interpolated',
    dtype: 'datetime64[ns]',
    dim: 'time',
    size: 200,
    start: '2023-11-14T22:13:20',
    end: '2023-11-14T22:13:21.990',
    samplingIntervalNs: '10000000',
    toleranceNs: '0',
    discontinuities: 0,
  });
});

test('record tells each kind of malformed frame once, with a count, also when nothing else came', async (t) => {
  for (const command of ['record', 'inspect']) {
    const events = new XPublisher({ linger: 0 });
    t.after(() => events.close());
    await events.bind('tcp://127.0.0.1:*');
    const address = events.lastEndpoint!;
    const out = join(await temporaryFolder(t), 'out');
    const args = command === 'record' ? ['--out', out] : [];
    const reading = run(t, [command, address, ...args, '--timeout', '1']);
    await events.receive();
    for (let size = 3; size < 6; size++) await events.send(Buffer.alloc(size, 7));
    assert.equal(await reading.code, 1);
    assert.match(
      reading.stderr,
      /dasflow: TIMEOUT: no packet came from .* within 1 s \(3 malformed frames came so far\)\n$/,
    );
    if (command === 'inspect') continue;
    assert.match(reading.stderr, /^dasflow: left out 3 frames: .*\ndasflow: TIMEOUT/);
    assert.match(reading.stdout, /\nrecorded 0 packets, 0B \(lost 0, malformed 3\)\n$/);
  }
});

test('replay to what is no address says what one looks like', async (t) => {
  const replay = run(t, ['replay', 'none.nc', '--to', '5555']);
  assert.equal(await replay.code, 1);
  assert.match(replay.stderr, /^dasflow: ADDRESS: --to 5555 is no address; allowed: tcp:\/\/HOST:PORT, as in tcp:/);
});

test('replay sends half-second packets by default', async (t) => {
  const folder = await temporaryFolder(t);
  const source = await archive(folder);
  const replay = run(t, ['replay', source, '--to', 'tcp://127.0.0.1:*', '--pace', '10']);
  const [, address] = await replay.line(/publishing .* on (tcp:\/\/127\.0\.0\.1:\d+)\n/);
  const subscriber = new ZMQSubscriber(address!, { endOfStream: true });
  const sizes: number[] = [];
  for await (const chunk of subscriber) sizes.push((chunk as DataArray).sizes.time!);
  assert.deepEqual(sizes, [50, 50, 50, 50]);
  assert.equal(await replay.code, 0, replay.stderr);
});

test('record: --count ends it, --timeout fails it, bad frames are left out; inspect of an address', async (t) => {
  const folder = await temporaryFolder(t);
  const publisher = new ZMQPublisher('tcp://127.0.0.1:*');
  t.after(() => publisher.close());
  await publisher.ready;
  const record_ = run(t, ['record', publisher.address, '--out', join(folder, 'a'), '--count', '2']);
  await publisher.waitForSubscribers();
  for (const chunk of chunks(4, 10)) await publisher.submit(chunk);
  assert.equal(await record_.code, 0, record_.stderr);
  assert.deepEqual(await readdir(join(folder, 'a')), ['000000000', '000000001']);
  const inspect = run(t, ['inspect', publisher.address]);
  await publisher.waitForSubscribers();
  for (const chunk of chunks(1, 10)) await publisher.submit(chunk);
  assert.equal(await inspect.code, 0, inspect.stderr);
  assert.match(inspect.stdout, /time: 10.*distance: 3/);
  assert.match(inspect.stdout, /\nAxis time: one sample every 10 ms \(100 Hz\), 0 gaps\n[\s\S]*\nPacket: \d+ bytes\n/);
  const silent = run(t, ['record', publisher.address, '--out', join(folder, 'b'), '--timeout', '0.2']);
  assert.equal(await silent.code, 1);
  assert.match(silent.stderr, /^dasflow: TIMEOUT: .*127\.0\.0\.1/);
  assert.match(silent.stdout, /\nwaiting for tcp:.*\nrecorded 0 packets, 0B \(lost 0, malformed 0\)\n$/);
});

test('inspect that is stopped while it waits says so', async (t) => {
  const publisher = new ZMQPublisher('tcp://127.0.0.1:*');
  t.after(() => publisher.close());
  await publisher.ready;
  const inspect = run(t, ['inspect', publisher.address]);
  await publisher.waitForSubscribers();
  inspect.child.kill('SIGINT');
  assert.equal(await inspect.code, 1);
  assert.match(inspect.stderr, /^dasflow: CLOSED: tcp:.*: stopped before anything came\n$/);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  test(`${signal} drains and flushes: what was received is on disk, the exit code is 0`, async (t) => {
    const folder = await temporaryFolder(t);
    const publisher = new ZMQPublisher('tcp://127.0.0.1:*', { policy: 'block' });
    t.after(() => publisher.close());
    await publisher.ready;
    const job = join(folder, 'job.yaml');
    await writeFile(
      job,
      `source: ${publisher.address}\nprocess: [{ DownSample: { factor: 2, dim: time } }]\nsink: out\nbranches: [{ sink: second }]\n`,
    );
    const live = run(t, ['run', job]);
    await live.line(/^running /);
    await publisher.waitForSubscribers();
    for (const chunk of chunks(5, 25)) await publisher.submit(chunk);
    const isWritten = async () => (await readdir(join(folder, 'second'))).includes('000000003');
    while (!(await isWritten())) await new Promise(setImmediate);
    live.child.kill(signal);
    assert.equal(await live.code, 0, live.stderr);
    assert.match(live.stdout, /\nread 5 chunks, /);
    const expected = record(0, 125).isel({ time: { step: 2 } });
    for (const name of ['out', 'second'])
      assert.ok((await (await openMfDataArray(join(folder, name))).load()).values.length === expected.size, name);
  });

test('SIGINT ends a replay at once, whether it waits for its next packet or for a subscriber', async (t) => {
  const folder = await temporaryFolder(t);
  const source = await archive(folder);
  for (const [waitFor, ended] of [
    ['0', /\nsent \d packets/],
    ['1', /\nstopped before the first packet\n$/],
  ] as const) {
    const replay = run(t, ['replay', source, '--to', 'tcp://127.0.0.1:*', '--wait-for', waitFor, '--pace', '0.000001']);
    await replay.line(/publishing /);
    replay.child.kill('SIGINT');
    assert.equal(await replay.code, 0, replay.stderr);
    assert.match(replay.stdout, ended);
  }
});
