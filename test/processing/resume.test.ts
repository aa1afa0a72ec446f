/** process() and declared pipelines that go on where an earlier run stopped. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import type { Chunk } from '../../lib/atoms/chunk.js';
import { joinChunks } from '../../lib/atoms/chunk.js';
import { Filter } from '../../lib/atoms/filter.js';
import type { Seam } from '../../lib/atoms/seam.js';
import { concat } from '../../lib/dataarray/concat.js';
import type { DataArray } from '../../lib/dataarray/data-array.js';
import { DataArrayWriter } from '../../lib/files/data-array-writer.js';
import { runPipeline } from '../../lib/processing/declared/run-pipeline.js';
import { process } from '../../lib/processing/process.js';
import { processor } from '../../lib/processing/processor.js';
import { loadState } from '../../lib/processing/state-store.js';
import '../../lib/register-kinds.js';
import { run } from '../cli/run-command.js';
import { temporaryFolder } from '../files/temporary-folder.js';
import { Counted, chunks, record } from './chunks.js';
import { bits, pieces, resumable } from './resumable.js';

const flags = { chunkDim: 'time' } as const;
const whole = () => {
  const atom = resumable();
  return [...pieces.flatMap((chunk) => atom.push(chunk, flags)), ...atom.flush()];
};

test('process() in three parts with a state file gives what it gives in one', async (t) => {
  const state = join(await temporaryFolder(t), 'state.nc');
  const out: Chunk[] = [];
  for (const [from, to] of [
    [0, 5],
    [5, 6],
    [6, 20],
  ]) {
    await process(resumable(), Readable.from(pieces.slice(from, to)), collecting(out), { state });
  }
  const last = resumable();
  await loadState(last, state);
  out.push(...last.flush());
  assert.deepEqual(bits(out), bits(whole()));
});

test('an array in memory is cut into chunks, so that its end is not the end', async (t) => {
  const state = join(await temporaryFolder(t), 'state.nc');
  const filter = () => new Filter({ freq: [2, 20], ftype: 'fir', transition: 10 });
  const first = (await process(filter(), record(0, 200), null, { state })) as DataArray;
  const second = (await process(filter(), record(200, 100), null, { state })) as DataArray;
  const rest = filter();
  await loadState(rest, state);
  const all = concat([first, second, ...(rest.flush() as DataArray[])], 'time');
  assert.deepEqual(all.values, (filter().apply(record(0, 300)) as DataArray).values);
});

test('a stopped stream saves its state, a failed or aborted one leaves the earlier file', async (t) => {
  const folder = await temporaryFolder(t);
  const state = join(folder, 'state.nc');
  const stop = new AbortController();
  const list: Chunk[] = [];
  const sink = collecting(list, () => list.length === 2 && stop.abort());
  await process(new Filter({ freq: [2, 20] }), new Counted(), sink, { state, stop: stop.signal });
  assert.ok(existsSync(state));
  const saved = await readFile(state);
  const atom = new Filter({ freq: [2, 20] });
  await loadState(atom, state);
  const end = (joinChunks(list, 'time') as DataArray).coords.axis('time').end;
  assert.equal(
    (atom.state.stream as { edge: { end: bigint } }).edge.end,
    end,
    'all that was processed is in the state',
  );

  const abort = new AbortController();
  const aborting = collecting([], () => abort.abort());
  const later = () => Readable.from([record(1000, 10), record(1010, 10), record(1020, 10)]);
  await assert.rejects(process(new Filter({ freq: [2, 20] }), later(), aborting, { state, signal: abort.signal }));
  const failing = collecting([], () => {
    throw new Error('disk full');
  });
  await assert.rejects(process(new Filter({ freq: [2, 20] }), later(), failing, { state }), /disk full/);
  await assert.rejects(process(new Filter({ freq: [2, 21] }), later(), collecting([]), { state }), {
    code: 'OTHER_PIPELINE',
  });
  assert.deepEqual(await readFile(state), saved);
});

test('processor() leaves its atom as it is at the end, if told to', async () => {
  const atom = resumable();
  const list: Chunk[] = [];
  await pipeline(Readable.from(pieces.slice(0, 7)), processor(atom, { atEnd: 'keep' }), collecting(list));
  list.push(...pieces.slice(7).flatMap((chunk) => atom.push(chunk, flags)), ...atom.flush());
  assert.deepEqual(bits(list), bits(whole()));
  assert.throws(() => processor(resumable(), { atEnd: 'drop' as never }), { code: 'BAD_ARGUMENT', message: /atEnd/ });
});

test('a declared pipeline goes on with its stages and those of its branches, and tells of seams', async (t) => {
  const folder = await temporaryFolder(t);
  const job = (source: string, extra = {}) => ({
    source: join(folder, source),
    onDiscontinuity: 'fill' as const,
    maxFill: '2s',
    onOverlap: 'trim' as const,
    process: [{ Filter: { freq: [2, 20] } }],
    sink: { url: join(folder, 'all'), mode: 'append' },
    branches: [{ process: [{ Integrate: {} }], sink: { url: join(folder, 'sums'), mode: 'append' } }],
    ...extra,
  });
  const write = async (name: string, arrays: DataArray[]) =>
    await pipeline(Readable.from(arrays), new DataArrayWriter(join(folder, name), { createDirs: true }));
  // a gap of 30 samples between the first folder and the second
  await write('first', chunks(3, 50));
  await write('second', [record(180, 50), record(230, 20)]);
  const state = join(folder, 'state.nc');
  const one = await runPipeline(job('first', { state }));
  assert.deepEqual(one.state, { path: state, restored: false });
  const seams: Seam[] = [];
  const two = await runPipeline(job('second', { state }), { onSeam: (seam) => seams.push(seam) });
  assert.deepEqual(two.state, { path: state, restored: true });
  assert.deepEqual(
    seams.map(({ action, samples }) => [action, samples]),
    [['filled', 30]],
  );
  assert.deepEqual(
    two.stages.map(({ name, counters }) => [name, counters.filledGaps, counters.filledSamples]),
    [
      ['process', 1, 30],
      ['branches[1]', 0, 0],
    ],
  );
  for (const { result } of two.sinks) assert.equal(((await result()) as { sizes: { time: number } }).sizes.time, 100);
  await assert.rejects(runPipeline(job('second', { state, process: [{ Filter: { freq: [2, 21] } }] })), {
    code: 'OTHER_PIPELINE',
    message: /process\.options/,
  });
});

test('the command tells what was done at seams, and where the state is', async (t) => {
  const folder = await temporaryFolder(t);
  const arrays = [record(0, 50), record(60, 50), record(400, 50)];
  await pipeline(Readable.from(arrays), new DataArrayWriter(join(folder, 'in'), { createDirs: true }));
  await writeFile(
    join(folder, 'job.yaml'),
    'source: in\nonDiscontinuity: fill\nstate: state.nc\nprocess:\n  - Filter: { freq: [2, 20] }\nsink: out\n',
  );
  const first = run(t, ['run', 'job.yaml'], folder);
  assert.equal(await first.code, 0, first.stderr);
  assert.match(first.stdout, /process met 2 gaps \(1 filled with 10 samples\)/);
  assert.match(first.stdout, /began the state in .*state\.nc/);
  assert.ok(existsSync(join(folder, 'state.nc')));
  const wrong = run(t, ['run', 'job.yaml', '--set', 'maxFill=soon'], folder);
  assert.equal(await wrong.code, 2);
  assert.match(wrong.stderr, /maxFill/);
});

/** A sink that keeps chunks; `each` is called after each one. */
function collecting(list: Chunk[], each: () => unknown = () => undefined) {
  return new Writable({
    objectMode: true,
    highWaterMark: 1,
    write(chunk: Chunk, _encoding, done) {
      list.push(chunk);
      try {
        each();
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
}
