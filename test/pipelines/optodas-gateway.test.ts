import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { concat } from '../../lib/dataarray/concat.js';
import { type DataArray, Filter, process, Resample, readPipeline, runPipeline, toStrainRate } from '../../lib/index.js';
import { InstrumentSimulator } from '../../lib/synthetics/instrument-simulator.js';
import { ASNPublisher } from '../../lib/zeromq/asn-publisher.js';
import { ZMQSubscriber } from '../../lib/zeromq/zmq-subscriber.js';
import { temporaryFolder } from '../files/temporary-folder.js';

const gateway = fileURLToPath(new URL('../../../pipelines/optodas-gateway.yaml', import.meta.url));
const options = { channels: 40, samples: 10, duration: 4, seed: 3 };

async function simulated(): Promise<DataArray[]> {
  const arrays: DataArray[] = [];
  for await (const da of new InstrumentSimulator(options)) arrays.push(da);
  return arrays;
}

test('the OptoDAS gateway: what an instrument sends arrives as packets of strain rate, at half the rate', async () => {
  const arrays = await simulated();
  await using instrument = new ASNPublisher('asn+tcp://127.0.0.1:*', { policy: 'block' });
  await instrument.ready;
  const declared = await readPipeline(gateway, {
    parameters: { INSTRUMENT: instrument.address },
    // An instrument has no end.
    overrides: { 'source.until': '2024-01-01T00:00:03.990', 'sink.waitForSubscribers': 1 },
  });
  const received: DataArray[] = [];
  let receiving: Promise<void> | undefined;
  const running = runPipeline(declared, {
    onOpen: ([sink]) => {
      const subscriber = new ZMQSubscriber(sink!.address, { endOfStream: true, timeout: 30 });
      receiving = (async () => {
        for await (const da of subscriber) received.push(da);
      })();
      void Promise.all([subscriber.waitUntilSubscribed(), instrument.waitForSubscribers()]).then(() => {
        for (const array of arrays) instrument.write(array);
      });
    },
  });
  const { chunks, source } = await running;
  await receiving;
  assert.equal(chunks, arrays.length);
  const { received: frames, malformed, gaps, headers } = source.statistics as Record<string, number>;
  assert.deepEqual([frames, malformed, gaps, headers], [arrays.length, 0, 0, 1]);
  const expected = (await process(new Resample({ rate: 50, dim: 'time' }), arrays.map(toStrainRate))) as DataArray;
  const whole = concat(received, 'time');
  assert.ok(whole.equals(expected), `${whole} is not ${expected}`);
  assert.equal(whole.attrs.unit, 'strain/s');
});

test('asn+tcp as a sink, simulator as a source, a folder at the end', async (t) => {
  const folder = await temporaryFolder(t);
  let writing: ReturnType<typeof runPipeline> | undefined;
  const { sinks } = await runPipeline(
    {
      source: { url: 'simulator://optodas', ...options },
      process: [{ Filter: { freq: [1, 10] } }],
      sink: { url: 'asn+tcp://127.0.0.1:*', policy: 'block', waitForSubscribers: 1, waitTimeout: 30 },
    },
    {
      onOpen: ([sink]) => {
        assert.match(sink!.address, /^asn\+tcp:\/\/127\.0\.0\.1:\d+$/);
        writing = runPipeline({
          source: { url: sink!.address, timeout: 30, until: '2024-01-01T00:00:03.990' },
          sink: `${folder}/out`,
        });
      },
    },
  );
  assert.equal((sinks[0]!.statistics as { sent: number }).sent, 40);
  const written = await writing!;
  const result = (await written.sinks[0]!.result()) as { load(): Promise<DataArray> };
  const filter = new Filter({ freq: [1, 10] });
  const expected = (await process(filter, await simulated())) as DataArray;
  assert.ok((await result.load()).equals(expected));
});

test('mistakes in asn and simulator endpoints are named', async () => {
  for (const [pipeline, message] of [
    [{ source: { url: 'asn+tcp://x:1', endOfStream: true }, sink: 'out' }, /unknown option endOfStream/],
    [{ source: { url: 'asn+tcp://x:1', values: 'strain' }, sink: 'out' }, /values: allowed: raw, strain rate/],
    [{ source: { url: 'simulator://febus' }, sink: 'out' }, /no source for "simulator:\/\/febus"/],
    [{ source: 'simulator://optodas', sink: { url: 'asn+tcp://x:1', zfp: 1 } }, /unknown option zfp/],
  ] as const)
    await assert.rejects(runPipeline(pipeline as never), { code: 'BAD_PIPELINE', message });
});
