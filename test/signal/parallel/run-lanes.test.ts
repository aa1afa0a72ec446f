/** Kernels on worker threads: the same bits as on one, for any layout, cutting and kind of kernels, and whatever happens to a worker. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import type { TypedArray } from '../../../lib/dtype.js';
import { type Lanes, laneCount, sampleCount } from '../../../lib/signal/lanes.js';
import { lfilter } from '../../../lib/signal/lfilter.js';
import { DONE } from '../../../lib/signal/parallel/kernel-job.js';
import { awaitWorkers, startedWorkers } from '../../../lib/signal/parallel/kernel-pool.js';
import { copyLanes, divideLanes, gatherLanes, scatterLanes } from '../../../lib/signal/parallel/lane-parts.js';
import { setKernelDeadline, smallJobs } from '../../../lib/signal/parallel/run-lanes.js';
import { polyphase, polyphaseState } from '../../../lib/signal/polyphase.js';
import { chooseKernels } from '../../../lib/signal/simd/kernels.js';
import { sosfilt, sosfiltStateSize } from '../../../lib/signal/sosfilt.js';
import { recursiveStaLtaOf, recursiveStaLtaState } from '../../../lib/signal/sta-lta.js';

type Make = (length: number) => TypedArray;
const dtypes: Record<string, Make> = {
  float64: (length) => new Float64Array(length),
  float32: (length) => new Float32Array(length),
  int16: (length) => new Int16Array(length),
  int32: (length) => new Int32Array(length),
  'float64, shared': (length) => new Float64Array(new SharedArrayBuffer(8 * length)),
  'float32, shared': (length) => new Float32Array(new SharedArrayBuffer(4 * length)),
};

const sos = Float64Array.of(0.2, 0.3, 0.1, 1, -0.4, 0.2, 1, -1.9, 1, 1, -1.7, 0.8);
const ba = { b: Float64Array.of(0.1, 0.2, 0.3, 0.1), a: Float64Array.of(1, -0.5, 0.2) };
const fir = { b: Float64Array.of(0.1, 0.2, 0.3), a: Float64Array.of(1) };
const taps = Float64Array.from({ length: 23 }, (_, k) => Math.cos(k) / (k + 1));

/** Each kernel over chunks of one stream: what came out, and the state at the end. */
const kernels: Record<string, (chunks: TypedArray[], lanes: Lanes[], workers: number) => unknown[]> = {
  sosfilt(chunks, lanes, workers) {
    const zi = new Float64Array(sosfiltStateSize(sos, lanes[0]!));
    return [...chunks.map((x, k) => sosfilt(sos, x, lanes[k]!, zi, undefined, workers)), zi];
  },
  lfilter(chunks, lanes, workers) {
    const zi = new Float64Array(3 * laneCount(lanes[0]!));
    return [...chunks.map((x, k) => lfilter(ba, x, lanes[k]!, zi, workers)), zi];
  },
  'lfilter, FIR'(chunks, lanes, workers) {
    const zi = new Float64Array(2 * laneCount(lanes[0]!));
    return [...chunks.map((x, k) => lfilter(fir, x, lanes[k]!, zi, workers)), zi];
  },
  'polyphase 1/3'(chunks, lanes, workers) {
    const filter = { taps, up: 1, down: 3, lead: 11 };
    const state = polyphaseState(filter, lanes[0]!, chunks[0] instanceof Float32Array);
    return [...chunks.map((x, k) => polyphase(filter, x, lanes[k]!, state, workers)), state];
  },
  'polyphase 2/1'(chunks, lanes, workers) {
    const filter = { taps, up: 2, down: 1, lead: 0 };
    const state = polyphaseState(filter, lanes[0]!, chunks[0] instanceof Float32Array);
    return [...chunks.map((x, k) => polyphase(filter, x, lanes[k]!, state, workers)), state];
  },
  'recursive STA/LTA'(chunks, lanes, workers) {
    const state = recursiveStaLtaState(lanes[0]!);
    return [...chunks.map((x, k) => recursiveStaLtaOf(x, lanes[k]!, 3, 9, state, workers)), state];
  },
};

function chunksOf(make: Make, lanes: Lanes[], seed: number): TypedArray[] {
  return lanes.map((one, part) => {
    const x = make(sampleCount(one));
    for (let k = 0; k < x.length; k++) x[k] = Math.round(1000 * Math.sin(seed + part + k * k)) as never;
    return x;
  });
}

const layouts = fc.record({
  outer: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 40 })),
  lengths: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 3 }),
  inner: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 90 })),
  dtype: fc.constantFrom(...Object.keys(dtypes)),
  seed: fc.nat(1000),
});

const sample = { outer: 1, length: 300, inner: 64 };

describe('kernels on worker threads', () => {
  let threads = 0;
  before(() => {
    smallJobs.divided = true;
    threads = awaitWorkers(2).length;
  });
  after(() => {
    smallJobs.divided = false;
  });

  it('start, no more than the machine runs at once', () => {
    assert.equal(threads, Math.min(2, availableParallelism()));
    assert.equal(awaitWorkers(1000).length, availableParallelism());
  });

  for (const choice of ['simd', 'plain'] as const)
    for (const [name, kernel] of Object.entries(kernels))
      it(`${name}, ${choice}: 1, 2 and 3 threads give the same bits and states`, () => {
        const was = chooseKernels(choice);
        let divided = 0;
        try {
          fc.assert(
            fc.property(layouts, ({ outer, lengths, inner, dtype, seed }) => {
              const lanes = lengths.map((length) => ({ outer, length, inner }));
              const chunks = chunksOf(dtypes[dtype]!, lanes, seed);
              const expected = kernel(chunks, lanes, 1);
              for (const workers of [2, 3]) {
                const results = kernel(chunks, lanes, workers);
                assert.deepEqual(results, expected);
                const [first] = results as [TypedArray | { data: TypedArray }];
                const { buffer } = 'data' in first ? first.data : first;
                if (buffer instanceof SharedArrayBuffer) divided++;
              }
            }),
            { numRuns: 40 },
          );
        } finally {
          chooseKernels(was);
        }
        assert.ok(divided > 10, `${divided} chunks were divided`);
      });

  it('divide lanes so that each is in one part', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(100), fc.integer({ min: 1, max: 5 }), (outer, inner, parts) => {
        const ranges = divideLanes({ outer, length: 1, inner }, parts);
        assert.ok(ranges.length <= parts);
        const seen = new Uint8Array(outer * inner);
        for (const { o, outers, i, inners } of ranges)
          for (let a = o; a < o + outers; a++) for (let b = i; b < i + inners; b++) seen[a * inner + b]++;
        assert.ok(seen.every((count) => count === 1));
      }),
    );
  });

  it('parts are copied, gathered and scattered alike', () => {
    const layout = { before: 2, outer: 3, rows: 2, inner: 5, width: 2 };
    const range = { o: 1, outers: 2, i: 2, inners: 3 };
    const from = Float64Array.from({ length: 120 }, (_, k) => k);
    const copied = new Float64Array(120);
    copyLanes(from, copied, layout, range);
    const part = gatherLanes(from, layout, range);
    assert.equal(part.length, 2 * 2 * 2 * 3 * 2);
    const scattered = new Float64Array(120);
    scatterLanes(part, scattered, layout, range);
    assert.deepEqual(scattered, copied);
    assert.deepEqual(
      Array.from(copied).filter((value) => value > 0),
      Array.from(part),
    );
  });

  it('a worker that is late or has died costs time, and is told of once', async () => {
    const lanes = [sample, sample, sample];
    const chunks = chunksOf(dtypes.float64!, lanes, 1);
    const expected = kernels.sosfilt!(chunks, lanes, 1);
    const warned = once(process, 'warning');
    let warnings = 0;
    process.on('warning', (warning: Error & { code?: string }) => {
      if (warning.code === 'WORKER_LOST') warnings++;
    });
    const was = setKernelDeadline(50);
    try {
      const [late] = awaitWorkers(1);
      // It answers, and writes, but is not heard in time.
      Atomics.sub(late!.control, DONE, 1);
      assert.deepEqual(kernels.sosfilt!(chunks, lanes, 2), expected);
      assert.ok(!startedWorkers().includes(late!));
      const [dead] = awaitWorkers(1);
      assert.notEqual(dead, late);
      await dead!.thread.terminate();
      const [hung] = awaitWorkers(1);
      assert.notEqual(hung, dead);
      void hung!.thread.terminate();
      assert.deepEqual(kernels.sosfilt!(chunks, lanes, 2), expected);
      assert.equal(((await warned) as [Error & { code?: string }])[0].code, 'WORKER_LOST');
    } finally {
      setKernelDeadline(was);
    }
    awaitWorkers(1);
    assert.deepEqual(kernels.sosfilt!(chunks, lanes, 2), expected);
    assert.equal(warnings, 1);
  });

  it('do not keep a process alive', () => {
    const url = (path: string) => JSON.stringify(new URL(`../../../lib/signal/${path}`, import.meta.url).href);
    const script = `
      import { awaitWorkers } from ${url('parallel/kernel-pool.js')};
      import { sosfilt } from ${url('sosfilt.js')};
      const started = awaitWorkers(1).length;
      const y = sosfilt(Float64Array.of(1, 0, 0, 1, 0, 0), new Float64Array(4e6).fill(3), { outer: 1, length: 1000, inner: 4000 }, undefined, undefined, 2);
      console.log(started, y.buffer instanceof SharedArrayBuffer, y.every((value) => value === 3));`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    assert.equal(stdout, '1 true true\n', stderr);
    assert.equal(status, 0);
  });
});
