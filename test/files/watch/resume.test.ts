import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { Filter } from '../../../lib/atoms/filter.js';
import { concat } from '../../../lib/dataarray/concat.js';
import type { DataArray } from '../../../lib/dataarray/data-array.js';
import { type LazyArray, process, RealTimeLoader, runPipeline } from '../../../lib/index.js';
import { chunks, record } from '../../processing/chunks.js';
import { temporaryFolder } from '../temporary-folder.js';
import { LiveFolder, next } from './live-folder.js';

test('streams that are cut off anywhere go on after the last chunk committed: no sample twice, none left out', async (t) => {
  const live = await LiveFolder.make(t);
  for (const [i, part] of chunks(5, 12).entries()) {
    await live.write(`${i}.nc`, part);
    await live.age(`${i}.nc`);
  }
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 15 }),
      fc.array(fc.record({ given: fc.integer({ min: 0, max: 6 }), kept: fc.integer({ min: 0, max: 6 }) }), {
        maxLength: 5,
      }),
      async (size, cuts) => {
        const options = {
          existing: 'process',
          chunks: { time: size },
          position: join(live.path, `.${run++}.json`),
        } as const;
        const total = 5 * Math.ceil(12 / size);
        const safe: DataArray[] = [];
        for (const { given, kept } of cuts) {
          const loader = await live.watch(options);
          const left = total - safe.length;
          const got = await next(loader, Math.min(given, left));
          for (const chunk of got.slice(0, kept)) {
            await loader.commit(chunk);
            safe.push(chunk);
          }
          loader.destroy();
        }
        const last = await live.watch(options);
        last.drain();
        for await (const chunk of last) safe.push(chunk as DataArray);
        assert.ok(concat(safe).equals(record(0, 60)));
        assert.deepEqual([last.statistics.late, last.statistics.broken], [0, 0]);
      },
    ),
    { numRuns: 25 },
  );
});

test('what was skipped at the first start is skipped later; what came meanwhile is not', async (t) => {
  const live = await LiveFolder.make(t);
  await live.write('old.nc', record(0, 10));
  await live.age('old.nc');
  const position = join(live.path, '.position.json');
  const first = await live.watch({ position });
  const closed = once(first, 'close');
  first.destroy();
  await closed;
  assert.equal((JSON.parse(readFileSync(position, 'utf8')) as { last: null }).last, null);
  await live.move('new.nc', record(10, 10));
  const second = await live.watch({ position });
  const [chunk] = await next(second, 1);
  assert.ok(chunk!.equals(record(10, 10)));
  assert.equal(second.statistics.skipped, 1);
  await second.commit();
  assert.deepEqual(JSON.parse(readFileSync(position, 'utf8')), {
    dasflowPosition: 1,
    dim: 'time',
    last: '2023-11-14T22:13:20.190',
    dtype: 'datetime64[ns]',
    file: 'new.nc',
    since: (JSON.parse(readFileSync(position, 'utf8')) as { since: string }).since,
  });
});

test('process() and pipelines, stopped and started again, with state: the output is that of one run', async (t) => {
  const live = await LiveFolder.make(t);
  const out = await temporaryFolder(t);
  const make = () => new Filter({ freq: [2, 20] });
  const whole = (await process(make(), chunks(9, 10), null)) as DataArray;
  const results: DataArray[] = [];
  for (let round = 0; round < 2; round++) {
    const loader = new RealTimeLoader(live.path, {
      existing: 'process',
      chunks: { time: 4 },
      settle: 0.01,
      position: join(out, 'position.json'),
    });
    const stop = new AbortController();
    const running = process(make(), loader, join(out, `part${round}`), {
      stop: stop.signal,
      state: join(out, 'state.nc'),
    });
    for (let i = 3 * round; i < 3 * round + 3; i++) await live.move(`${i}.nc`, record(10 * i, 10));
    await until(() => loader.statistics.samples === 30);
    stop.abort();
    results.push(await ((await running) as LazyArray).load());
  }
  await live.move('6.nc', record(60, 30));
  const stop = new AbortController();
  const declared = {
    source: {
      url: `watch://${live.path}`,
      chunks: { time: 7 },
      settle: 0.01,
      position: join(out, 'position.json'),
      until: '2023-11-14T22:13:20.890',
    },
    process: [{ Filter: { freq: [2, 20] } }],
    state: join(out, 'state.nc'),
    sink: join(out, 'part2'),
  };
  // a state of process() is one of another pipeline than a declared one unless both are one atom
  const { sinks, source } = await runPipeline(declared, { stop: stop.signal });
  assert.equal(source.address, `watch://${live.path}`);
  results.push(await ((await sinks[0]!.result()) as LazyArray).load());
  const joined = concat(results);
  const { time } = joined.sizes;
  assert.equal(time, 90);
  assert.ok(joined.equals(whole.isel({ time: { start: 0, stop: time } })), 'another output');
  assert.equal(
    (JSON.parse(readFileSync(join(out, 'position.json'), 'utf8')) as { last: string }).last,
    '2023-11-14T22:13:20.890',
  );
});

test('until cuts within a chunk, and the rest comes the next time; an aborted run leaves the position', async (t) => {
  const live = await LiveFolder.make(t);
  await live.move('a.nc', record(0, 20));
  await live.age('a.nc');
  const position = join(await temporaryFolder(t), 'p.json');
  const open = () => new RealTimeLoader(live.path, { existing: 'process', settle: 0.01, position });
  const first = await process((x) => x, open(), null, { until: '2023-11-14T22:13:20.070' });
  assert.ok((first as DataArray).equals(record(0, 8)));
  const control = new AbortController();
  const aborted = process(
    (x) => {
      control.abort();
      return x;
    },
    open(),
    null,
    { signal: control.signal },
  );
  await assert.rejects(aborted, { name: 'AbortError' });
  const rest = await process((x) => x, open(), null, { until: '2023-11-14T22:13:20.190' });
  assert.ok((rest as DataArray).equals(record(8, 12)));
});

test('a position that is damaged, or of another stream, is refused', async (t) => {
  const folder = await temporaryFolder(t);
  const position = join(folder, 'p.json');
  for (const [text, code] of [
    ['{', 'BAD_FILE'],
    ['{}', 'BAD_FILE'],
    ['{"dasflowPosition":1,"dim":"time","last":"soon","dtype":"datetime64[ns]","file":null,"since":null}', 'BAD_FILE'],
    ['{"dasflowPosition":1,"dim":"depth","last":1,"dtype":"float64","file":null,"since":null}', 'BAD_FILE'],
    ['{"dasflowPosition":2,"dim":"time","last":null,"dtype":null,"file":null,"since":null}', 'UNKNOWN_VERSION'],
  ] as const) {
    await writeFile(position, text);
    await assert.rejects(new RealTimeLoader(folder, { position }).toArray(), { code, message: /p\.json/ });
    assert.equal(readFileSync(position, 'utf8'), text);
  }
  assert.ok(existsSync(position));
});

/** Turns of the event loop until something is so. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(setImmediate);
}
