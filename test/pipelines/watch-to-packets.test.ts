import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  concat,
  type DataArray,
  encodePacket,
  Filter,
  process,
  type RealTimeStatistics,
  Resample,
  runPipeline,
  Sequential,
  split,
} from '../../lib/index.js';
import { ZMQSubscriber } from '../../lib/zeromq/zmq-subscriber.js';
import { LiveFolder, SlowWriter } from '../files/watch/live-folder.js';
import { wave } from '../interop/wave.js';

const declared = fileURLToPath(new URL('../../../pipelines/watch-to-packets.yaml', import.meta.url));

test('files written while it runs arrive filtered and decimated; started again, it goes on with the next sample', async (t) => {
  const recording = wave({ samples: 1200, channels: 8 });
  const files = split(recording, 6) as DataArray[];
  const live = await LiveFolder.make(t);
  const state = join(live.path, '..', 'state');
  const received: DataArray[] = [];

  /** Runs it while files are written, each when the packet of the one before has arrived, and stops it then. */
  const run = async (some: DataArray[], write: (file: DataArray, index: number) => Promise<void>) => {
    const stop = new AbortController();
    let receiving: Promise<void> | undefined;
    const { source } = await runPipeline(declared, {
      parameters: { FOLDER: live.path, STATE: state },
      overrides: { 'source.settle': 0.02, 'source.window': 0 },
      stop: stop.signal,
      onOpen: ([sink]) => {
        receiving = (async () => {
          const subscriber = new ZMQSubscriber(sink!.address, { endOfStream: true, timeout: 60 });
          await subscriber.waitUntilSubscribed();
          let index = 0;
          await write(some[index]!, index++);
          for await (const packet of subscriber) {
            received.push(packet);
            if (index < some.length) await write(some[index]!, index++);
            else stop.abort();
          }
          assert.equal(subscriber.statistics.lost, 0);
        })();
        receiving.catch((error: Error) => stop.abort(error));
      },
    });
    await receiving;
    return source.statistics as RealTimeStatistics;
  };

  const writer = new SlowWriter(t);
  const first = await run(files.slice(0, 3), async (file, index) => {
    if (index !== 1) return await live.move(`monday/${index}.nc`, file);
    // in two pieces, where it is
    const bytes = Buffer.from(await encodePacket(file));
    await writer.tell({ open: join(live.path, '1.nc') });
    for (const piece of [bytes.subarray(0, 3000), bytes.subarray(3000)])
      await writer.tell({ write: piece.toString('base64') });
    await writer.tell({ close: true });
  });
  const second = await run(files.slice(3), (file, index) => live.move(`tuesday/${index}.nc`, file));
  assert.deepEqual([first.read, first.broken, first.late], [3, 0, 0]);
  assert.deepEqual([second.read, second.skipped, second.late], [3, 3, 0]);

  const atom = new Sequential([new Filter({ freq: [1, 10], dim: 'time' }), new Resample({ rate: 50, dim: 'time' })]);
  const whole = (await process(atom, files, null)) as DataArray;
  const got = concat(received);
  const size = got.sizes.time!;
  // what the resampling still holds back is in the state
  assert.ok(size > 500 && size <= whole.sizes.time!, `${size} of ${whole.sizes.time} samples`);
  assert.ok(got.equals(whole.isel({ time: { start: 0, stop: size } })), `${got}\n${whole}`);
});

test('mistakes in a watch source are named', async () => {
  for (const [source, message] of [
    [{ url: 'watch://x', setle: 1 }, /unknown option setle/],
    [{ url: 'watch://x', existing: 'all' }, /existing: allowed: skip, process/],
    [{ url: 'watch://x', engine: 'nope' }, /there is no engine/],
    ['watch://', /no source for "watch:\/\/"/],
  ] as const)
    await assert.rejects(runPipeline({ source, sink: 'out' } as never), { code: 'BAD_PIPELINE', message });
  await assert.rejects(runPipeline({ source: 'watch://nowhere/at/all', sink: { url: 'tcp://127.0.0.1:*' } }), {
    code: 'BAD_FILE',
    message: /nowhere.at.all: cannot be watched/,
  });
});
