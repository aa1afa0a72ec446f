import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  type DataArray,
  openMfDataArray,
  type PipelineStatistics,
  process,
  Resample,
  readPipeline,
  runPipeline,
} from '../../lib/index.js';
import { writeTdms } from '../files/formats/write-tdms.js';
import { describePeers } from '../interop/describe-peers.js';
import { type ArrayDescription, unpack } from '../interop/description.js';

const job = fileURLToPath(new URL('../../../pipelines/archive-to-zfp.yaml', import.meta.url));
const START = 1_559_291_930_626_928_000n;
const rate = 250;
const channels = 24;
const perFile = 30 * rate;
/** Where each file begins, in samples: four in a row, then 7 s without any. */
const firsts = [0, 1, 2, 3].map((k) => k * perFile).concat(4 * perFile + 7 * rate);
const ACCURACY = 0.1;

/** What the fibre does at 3 Hz, which 50 Hz can hold. */
const slow = (sample: number, channel: number) => 1000 * Math.sin((2 * Math.PI * 3 * sample) / rate + channel / 4);

describePeers(
  'vendor archive to decimated ZFP archive',
  (suite) => {
    let folder: string;
    let out: string;
    let statistics: PipelineStatistics;
    let result: DataArray;
    let inputBytes = 0;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'dasflow-archive-'));
      await mkdir(join(folder, 'in'));
      for (const [k, first] of firsts.entries()) {
        const counts = new Int16Array(perFile * channels);
        for (let i = 0; i < perFile; i++)
          for (let j = 0; j < channels; j++) {
            const fast = 400 * Math.sin((2 * Math.PI * 90 * (first + i)) / rate);
            counts[i * channels + j] = Math.round(slow(first + i, j) + fast);
          }
        const path = join(folder, 'in', `idas_${k}.tdms`);
        const start = START + (BigInt(first) * 1_000_000_000n) / BigInt(rate);
        await writeTdms(path, { start, rate, counts, channels, spacing: 2 });
        inputBytes += (await stat(path)).size;
      }
      await writeFile(join(folder, 'in', 'idas_9.tdms'), 'TDSm, and then the disk was full');
      out = join(folder, 'out');
      const pipeline = await readPipeline(job, { parameters: { IN: join(folder, 'in'), OUT: out } });
      statistics = await runPipeline(pipeline);
      result = await (await openMfDataArray(out)).load();
    });
    after(() => rm(folder, { recursive: true, force: true }));

    it('gives what Resample gives for the whole archive, within the accuracy', async () => {
      const whole = await openMfDataArray(join(folder, 'in'), { onBroken: 'skip' });
      const expected = (await process(new Resample({ rate: 50, dim: 'time', dtype: 'float32' }), whole)) as DataArray;
      assert.equal(result.dtype, 'float32');
      assert.deepEqual(result.dims, expected.dims);
      assert.deepEqual(result.shape, expected.shape);
      for (const dim of expected.dims)
        assert.deepEqual(result.coords.get(dim)!.values, expected.coords.get(dim)!.values);
      const worst = (expected.values as Float32Array).reduce(
        (most, value, k) => Math.max(most, Math.abs(value - (result.values as Float32Array)[k]!)),
        0,
      );
      assert.ok(worst > 0 && worst <= ACCURACY, `off by ${worst}`);
    });

    it('keeps what is slow, takes away what is fast, keeps the gap, and is smaller', async () => {
      const time = result.coords.axis('time');
      assert.equal(time.getDiscontinuities().length, 1);
      let worst = 0;
      let compared = 0;
      // the filter settles within a second at both ends of a stretch
      for (const { startIndex, endIndex } of time.getAvailabilities())
        for (let i = startIndex + 50; i <= endIndex - 50; i++) {
          const sample = (Number((time.getValue(i) as bigint) - START) * rate) / 1e9;
          for (let j = 0; j < channels; j++, compared++)
            worst = Math.max(worst, Math.abs((result.values[i * channels + j] as number) - slow(sample, j)));
        }
      assert.ok(compared > 4 * 1400 * channels, `${compared} samples compared`);
      assert.ok(worst < 5, `off by ${worst} counts of 1000`);
      const { bytes } = statistics.sinks[0]!.statistics as { bytes: number };
      assert.ok(bytes < inputBytes / 4, `${bytes} of ${inputBytes} bytes`);
    });

    it('opens in xdas with the same labels and values', suite.options, async () => {
      assert.ok((await readdir(out)).length > 1);
      const { array } = await suite.peer.call<{ array: ArrayDescription }>('open_files', { paths: join(out, '*') });
      assert.deepEqual(array.dims, result.dims);
      assert.deepEqual(array.values.shape, result.shape);
      assert.deepEqual(unpack(array.values), result.values);
      const ties = array.coords.find(({ name }) => name === 'time')!;
      assert.deepEqual(
        [...unpack(ties.tieValues!)],
        [...(result.coords.get('time') as unknown as { tieValues: BigInt64Array }).tieValues],
      );
    });
  },
  ['0.2.10'],
);
