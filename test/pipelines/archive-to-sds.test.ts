import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openDataArray, readPipeline, runPipeline } from '../../lib/index.js';
import { temporaryFolder } from '../files/temporary-folder.js';

const declared = fileURLToPath(new URL('../../../pipelines/archive-to-sds.yaml', import.meta.url));
const data = fileURLToPath(new URL('../../../pipelines/data/earthquake.nc', import.meta.url));

test('an archive to SDS: each channel has its day file, with the values and times of the source', async (t) => {
  const out = await temporaryFolder(t);
  const { chunks, sinks } = await runPipeline(await readPipeline(declared, { parameters: { OUT: out } }));
  assert.equal(chunks, 5);
  const { files, samples, gaps } = sinks[0]!.statistics as Record<string, number>;
  assert.deepEqual([files, samples, gaps], [500, 500 * 5000, 0]);
  const source = await (await openDataArray(data)).load();
  for (const channel of [0, 250, 499]) {
    const station = String(channel + 1).padStart(5, '0');
    const path = join(out, '2016', 'PT', station, 'HSF.D', `PT.${station}..HSF.D.2016.081`);
    const back = await (await openDataArray(path)).load();
    assert.deepEqual(back.values, source.isel({ distance: channel }).values);
    const off = (back.coords.axis('time').start as bigint) - (source.coords.axis('time').start as bigint);
    assert.ok(off >= -500n && off < 500n, String(off)); // whole microseconds
    assert.equal(back.coords.get('station')!.values[0], station);
  }
});

test('a flat file by its suffix, and back: miniSEED to NetCDF to miniSEED keeps codes and values', async (t) => {
  const folder = await temporaryFolder(t);
  await runPipeline({
    source: { url: 'simulator://optodas', channels: 5, samples: 10, duration: 2, seed: 3 },
    sink: { url: `${folder}/one.mseed`, network: 'XX' },
  });
  await runPipeline({ source: `${folder}/one.mseed`, sink: `${folder}/netcdf` });
  await runPipeline({ source: `${folder}/netcdf/*`, sink: `${folder}/two.mseed` });
  const [one, two] = await Promise.all(
    ['one', 'two'].map(async (name) => (await openDataArray(`${folder}/${name}.mseed`)).load()),
  );
  assert.deepEqual(one!.sizes, { station: 5, time: two!.sizes.time });
  assert.ok(two!.equals(one!), `${two} is not ${one}`);
});

test('mistakes in miniSEED sinks are named, before anything is opened', async () => {
  const source = { url: 'simulator://optodas', duration: 1 };
  for (const [sink, message] of [
    [{ url: 'sds://out', quality: 'D' }, /unknown option quality/],
    [{ url: 'sds://out', dataquality: 'X' }, /dataquality: allowed: D, R, Q, M/],
    [{ url: 'out.mseed', encoding: 'steim2' }, /encoding: allowed: STEIM2/],
  ] as const)
    await assert.rejects(runPipeline({ source, sink } as never), { code: 'BAD_PIPELINE', message });
  await assert.rejects(runPipeline({ source, sink: { url: 'sds://out', network: 'LONG' } }), {
    code: 'BAD_ARGUMENT',
    message: /network is "LONG"; allowed: 1 or 2 letters/,
  });
});
