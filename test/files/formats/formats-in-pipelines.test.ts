import assert from 'node:assert/strict';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  concat,
  type DataArray,
  DataArrayLoader,
  definePipeline,
  type LeftOut,
  openDataArray,
  openMfDataArray,
  process,
  runPipeline,
} from '../../../lib/index.js';
import { run } from '../../cli/run-command.js';
import { temporaryFolder } from '../temporary-folder.js';
import { formatFolder } from './format-files.js';

const tdms = `${formatFolder}silixa-interleaved.tdms`;
const whole = async (path: string) => await (await openDataArray(path)).load();

test('DataArrayLoader and process() read any format, found by content or named', async (t) => {
  const expected = await whole(`${formatFolder}febus.h5`);
  for (const engine of [undefined, 'febus', { febus: {} }]) {
    const loader = new DataArrayLoader(`${formatFolder}febus.h5`, { time: 7 }, { engine });
    assert.ok(concat((await loader.toArray()) as DataArray[]).equals(expected));
  }
  const out = join(await temporaryFolder(t), 'out');
  await process((chunk) => chunk, tdms, out, { chunks: { time: 4 } });
  assert.deepEqual((await (await openMfDataArray(out)).load()).values, (await whole(tdms)).values);
});

test('what a loader was asked to leave out is told', async (t) => {
  const folder = await temporaryFolder(t);
  await copyFile(tdms, join(folder, 'a.tdms'));
  await writeFile(join(folder, 'b.tdms'), 'TDSm, and no more');
  const loader = new DataArrayLoader(folder, { time: 4 }, { onBroken: 'skip' });
  let told: readonly LeftOut[] = [];
  loader.on('leftOut', (leftOut: readonly LeftOut[]) => {
    told = leftOut;
  });
  assert.equal((await loader.toArray()).length, 3);
  assert.equal(told.length, 1);
  assert.match(told[0]!.text, /b\.tdms: ends at byte 17, where 11 more are needed/);
});

test('wrong engines and options of engines are told at once', async () => {
  for (const [engine, message] of [
    ['fubus', /there is no engine "fubus"; there are: .*febus/],
    [{ febus: { overlap: [1, 1] } }, /engine febus has no option overlap; it has: ctype, overlaps, offset/],
    [{ febus: {}, asn: {} }, /one name with its options/],
    [{ febus: [1] }, /one name with its options/],
    [7, /engine is 7/],
  ] as [never, RegExp][]) {
    assert.throws(() => new DataArrayLoader(tdms, 'auto', { engine }), { code: 'BAD_ARGUMENT', message });
    await assert.rejects(openDataArray(tdms, { engine }), { code: 'BAD_ARGUMENT', message });
  }
  const source = { url: 'in/*.h5', engine: 'fubus' };
  assert.throws(() => definePipeline({ source, sink: 'out' }), { code: 'BAD_PIPELINE', message: /source.*fubus/ });
  for (const options of [
    { overlaps: 3 },
    { overlaps: [1] },
    { offset: 0.5 },
    { ctype: 'even' },
    { ctype: { time: 'even' } },
  ])
    await assert.rejects(openDataArray(`${formatFolder}febus.h5`, { engine: { febus: options } }), {
      code: 'BAD_ARGUMENT',
    });
});

test('declared pipelines and the command take files of instruments', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'in'));
  await copyFile(tdms, join(folder, 'in', 'a.tdms'));
  await writeFile(join(folder, 'in', 'readme.txt'), 'not data');
  const job = join(folder, 'job.yaml');
  await writeFile(
    job,
    'source: { url: in/*.tdms, engine: { silixa: { ctype: sampled } }, chunks: { time: 4 } }\nsink: out\n',
  );
  await runPipeline(job);
  const expected = await (await openDataArray(tdms, { engine: { silixa: { ctype: 'sampled' } } })).load();
  const got = await (await openMfDataArray(join(folder, 'out'))).load();
  assert.deepEqual(got.values, expected.values);
  assert.equal(got.coords.axis('time').ctype, 'sampled');
  assert.equal(got.attrs.GaugeLength, 10);

  const told = run(t, ['inspect', tdms, '--json']);
  assert.equal(await told.code, 0, told.stderr);
  assert.deepEqual(JSON.parse(told.stdout).shape, [9, 3]);
  const named = run(t, [
    'inspect',
    `${formatFolder}febus.h5`,
    '--engine',
    '{ febus: { overlaps: [0, 0], offset: 0 } }',
    '--json',
  ]);
  assert.equal(await named.code, 0, named.stderr);
  assert.deepEqual(JSON.parse(named.stdout).shape, [56, 5]);
  const wrong = run(t, ['inspect', tdms, '--engine', 'asn']);
  assert.equal(await wrong.code, 1);
  assert.match(wrong.stderr, /silixa-interleaved\.tdms: is no HDF5 file/);
});
