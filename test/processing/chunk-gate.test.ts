import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { test } from 'node:test';
import { concat } from '../../lib/dataarray/concat.js';
import type { DataArray } from '../../lib/dataarray/data-array.js';
import { ChunkGate } from '../../lib/processing/chunk-gate.js';
import { Monitor } from '../../lib/processing/monitor.js';
import { formatTime } from '../../lib/time.js';
import { Counted, chunks, record, STEP, T0 } from './chunks.js';

const taken = async (gate: ChunkGate) => (await gate.toArray()) as DataArray[];
const from = (arrays: unknown[]) => Readable.from(arrays, { objectMode: true, highWaterMark: 1 });

test('until is inclusive, wherever it falls: in a chunk, on its first or last sample, between samples', async () => {
  const all = record(0, 50);
  for (const [sample, offset] of [
    [0, 0n],
    [9, 0n],
    [10, 0n],
    [23, 0n],
    [23, 1n],
    [23, -1n],
    [49, 0n],
    [80, 0n],
  ] as const) {
    const until = T0 + BigInt(sample) * STEP + offset;
    for (const given of [until, formatTime(until)]) {
      const source = new Counted();
      const got = concat(await taken(new ChunkGate(source, { until: given })));
      const last =
        sample >= 50 ? record(0, 81) : all.isel({ time: { start: 0, stop: sample + (offset < 0n ? 0 : 1) } });
      assert.ok(got.equals(last), `${sample} ${offset}`);
      assert.ok(source.destroyed);
    }
  }
});

test('until before the first sample gives nothing', async () => {
  assert.deepEqual(await taken(new ChunkGate(from(chunks(3, 10)), { until: T0 - 1n })), []);
});

test('stop ends the stream, what the source had buffered still goes through', async () => {
  const stop = new AbortController();
  const source = new PassThrough({ objectMode: true, highWaterMark: 4 });
  const gate = new ChunkGate(source, { stop: stop.signal });
  const [a, b, c] = chunks(3, 10);
  const seen: unknown[] = [];
  gate.on('data', (chunk) => {
    seen.push(chunk);
    if (chunk !== a) return;
    gate.pause();
    source.write(b);
    source.write(c);
    setImmediate(() => {
      stop.abort();
      gate.resume();
    });
  });
  source.write(a);
  await new Promise((resolve) => gate.once('end', resolve));
  assert.deepEqual(seen, [a, b, c]);
  assert.ok(source.destroyed);
  const quiet = new ChunkGate(new PassThrough({ objectMode: true }), { stop: stop.signal });
  assert.deepEqual(await taken(quiet), []);
});

test('errors of the source, and sources that close without an end, are errors of the gate', async () => {
  const broken = new Error('broken');
  const failing = new Readable({
    objectMode: true,
    read() {
      this.destroy(broken);
    },
  });
  await assert.rejects(taken(new ChunkGate(failing)), (error) => error === broken);
  const closing = new Readable({
    objectMode: true,
    read() {
      this.destroy();
    },
  });
  await assert.rejects(taken(new ChunkGate(closing)), { code: 'CLOSED' });
  await assert.rejects(taken(new ChunkGate(from(chunks(1, 10)), { until: 5, chunkDim: 'depth' })), { code: 'BAD_DIM' });
  await assert.rejects(taken(new ChunkGate(from(chunks(1, 10)), { until: 'soon' })), { code: 'BAD_TIME' });
  // a year that YAML reads as a number: compared with nanoseconds it would end every stream at once
  for (const odd of [2024, true, null])
    await assert.rejects(
      taken(new ChunkGate(from(chunks(1, 10)), { until: odd as never })),
      { code: 'BAD_TIME' },
      String(odd),
    );
  const distance = { until: '10', chunkDim: 'distance' };
  await assert.rejects(taken(new ChunkGate(from(chunks(1, 10)), distance)), { code: 'BAD_COORDINATE' });
  await assert.rejects(taken(new ChunkGate(from(chunks(1, 10)), { ...distance, until: Number.NaN })), {
    code: 'BAD_ARGUMENT',
  });
});

test('counts chunks, bytes and the total', async () => {
  const monitor = new Monitor({ enabled: false });
  const source = Object.assign(from(chunks(4, 10)), { nbytes: 4 * 240 });
  const gate = new ChunkGate(source, { monitor });
  await taken(gate);
  const { bytes, total, chunks: count } = monitor.snapshot();
  assert.deepEqual({ bytes, total, count }, { bytes: 960, total: 960, count: 4 });
  assert.equal(gate.chunks, 4);
  assert.equal(gate.bytes, 960);
});
