import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Atom } from '../../lib/atoms/atom.js';
import { type Chunk, joinChunks } from '../../lib/atoms/chunk.js';
import { Filter } from '../../lib/atoms/filter.js';
import { Integrate } from '../../lib/atoms/integrate.js';
import { LFilter } from '../../lib/atoms/lfilter.js';
import { Partial } from '../../lib/atoms/partial.js';
import type { Seam } from '../../lib/atoms/seam.js';
import type { SeamOptions } from '../../lib/atoms/seam-policy.js';
import { Sequential } from '../../lib/atoms/sequential.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { toTime } from '../../lib/time.js';
import { assertSameRows, gappyInput, stream } from './conformance.js';

const flags = { chunkDim: 'time' } as const;
const trim = { onOverlap: 'trim' } as const;
const ms = 1_000_000n;
const start = toTime('2024-05-21T12:00:00.123456789');
const same = (options: SeamOptions = trim) =>
  new Partial({ func: (x: DataArray) => x, name: 'same', dim: 'time', ...options });

/** Samples `from` to `to` of a ramp, every 10 ms, moved by `off` ns. */
function ramp(from: number, to: number, off = 0n, tolerance?: bigint): DataArray {
  const time = InterpCoordinate.fromBlock(start + BigInt(from) * 10n * ms + off, to - from, 10n * ms, {
    dim: 'time',
    dtype: 'datetime64[ns]',
    tolerance,
  });
  return new DataArray({ data: Float64Array.from({ length: to - from }, (_, i) => from + i), coords: { time } });
}
const values = (chunks: Chunk[]) => chunks.flatMap((chunk) => Array.from((chunk as DataArray).values as Float64Array));

/** What comes out of the second and later chunks, and what was told of each seam. */
function pushed(atom: Atom, ...chunks: DataArray[]) {
  const seams: Seam[] = [];
  atom.onSeam = (seam) => seams.push(seam);
  const [first, ...rest] = chunks;
  atom.push(first, flags);
  const out = rest.map((chunk) => values(atom.push(chunk, flags)));
  return { out, told: seams.map(({ kind, action, samples }) => `${kind} ${action} ${samples}`), seams };
}

describe("onOverlap: 'trim'", () => {
  it('drops what was seen already, and goes on', () => {
    const atom = same();
    const { out, told, seams } = pushed(atom, ramp(0, 5), ramp(3, 8));
    assert.deepEqual(out, [[5, 6, 7]]);
    assert.deepEqual(told, ['overlap trimmed 2']);
    assert.deepEqual([seams[0].end, seams[0].start, seams[0].jump], [start + 40n * ms, start + 30n * ms, -20n * ms]);
    assert.equal(atom.counters.overlaps, 1);
    assert.equal(atom.counters.trimmedSamples, 2);
  });
  it('gives nothing of a chunk that was seen wholly, or comes too late, and leaves the state as it was', () => {
    const atom = new LFilter({ b: [0.5], a: [1, -0.5], dim: 'time', ...trim });
    atom.push(ramp(0, 5), flags);
    atom.push(ramp(9, 12), flags);
    const { state } = atom;
    for (const [from, to] of [
      [9, 12],
      [10, 11],
      [6, 8],
      [0, 5],
    ])
      assert.deepEqual(atom.push(ramp(from, to), flags), []);
    assert.deepEqual(atom.state, state);
    assert.equal(atom.counters.trimmedSamples, 3 + 1 + 2 + 5);
  });
  it('judges the rest: it goes on, or a gap follows', () => {
    const { out, told } = pushed(
      same({ ...trim, onDiscontinuity: 'fill' }),
      ramp(0, 5),
      ramp(3, 5),
      ramp(7, 9),
      ramp(8, 10),
    );
    assert.deepEqual(out, [[], [5, 6, 7, 8], [9]]);
    assert.deepEqual(told, ['overlap trimmed 2', 'gap filled 2', 'overlap trimmed 1']);
  });
  it('takes labels to the nanosecond, within the tolerance', () => {
    assert.deepEqual(pushed(same(), ramp(0, 5), ramp(4, 7)).out, [[5, 6]]);
    // half a sample early: the one at 45 ms lies within the interval of the last one, the next begins a new run
    const early = pushed(same(), ramp(0, 5), ramp(4, 7, 5n * ms));
    assert.deepEqual(early.out, [[5, 6]]);
    assert.deepEqual(early.told, ['overlap trimmed 1', 'gap reset 0']);
    assert.deepEqual(pushed(same(), ramp(0, 5), ramp(5, 7, -1n)).told, ['overlap trimmed 1', 'gap reset 0']);
    assert.deepEqual(pushed(same(), ramp(0, 5), ramp(5, 7, -1n, 1n)).told, []);
    assert.deepEqual(pushed(same(), ramp(0, 5), ramp(4, 7, 900n, 1000n)).told, ['overlap trimmed 1']);
  });
  it('counts for the pipeline around the stage that says it', () => {
    const pipeline = new Sequential([new Filter({ freq: [2, 30] }), new Integrate({ ...trim })]);
    const { told } = pushed(pipeline, ramp(0, 50), ramp(40, 60));
    assert.deepEqual(told, ['overlap trimmed 10']);
    assert.equal(pipeline.counters.trimmedSamples, 10);
  });
  it('is not the default', () => {
    const atom = new LFilter({ b: [1], a: [1], dim: 'time' });
    const seams: string[] = [];
    atom.onSeam = ({ action }) => seams.push(action);
    atom.push(ramp(0, 5), flags);
    assert.throws(() => atom.push(ramp(3, 8), flags), { code: 'OVERLAP' });
    assert.deepEqual(seams, ['raised']);
  });
  it('makes a stream in which stretches come twice the record itself, at any cutting', () => {
    const record = gappyInput({ name: '', make: same }, [30]);
    const makers: (() => Atom)[] = [
      () => new Filter({ freq: [2, 30], ...trim }),
      () => new Sequential({ atoms: [new Filter({ freq: [2, 30] }), new Integrate()], ...trim }),
      () => new LFilter({ b: [1, 2], a: [1, -0.5], dim: 'time', ...trim, onDiscontinuity: 'fill' }),
    ];
    const pieces = fc.array(fc.record({ length: fc.integer({ min: 1, max: 20 }), back: fc.nat(25) }), {
      maxLength: 12,
    });
    for (const make of makers)
      fc.assert(
        fc.property(pieces, (list) => {
          const atom = make();
          const out: Chunk[] = [];
          let seen = 0;
          for (const { length, back } of [...list, { length: 60, back: 3 }]) {
            const from = Math.max(0, seen - back);
            const to = Math.min(60, seen + length);
            out.push(...atom.push(record.isel({ time: { start: from, stop: to } }), flags));
            seen = to;
          }
          out.push(...atom.flush());
          assertSameRows(out, make().run(record));
        }),
        { numRuns: 30 },
      );
  });
  it('trims a whole array as a stream', () => {
    const t = (k: number) => start + BigInt(k) * 10n * ms;
    const time = new InterpCoordinate({
      tieIndices: [0, 9, 10, 19, 20, 29],
      tieValues: [t(0), t(9), t(4), t(13), t(16), t(25)],
      samplingInterval: 10n * ms,
      dim: 'time',
      dtype: 'datetime64[ns]',
    });
    const da = new DataArray({ data: Float64Array.from({ length: 30 }, (_, i) => Math.sin(i)), coords: { time } });
    for (const options of [trim, { ...trim, onDiscontinuity: 'fill' }] as SeamOptions[]) {
      const make = () => new LFilter({ b: [0.5], a: [1, -0.5], dim: 'time', ...options });
      for (const cuts of [[], [7], [10], [3, 12, 20, 21]]) assertSameRows(stream(make(), da, cuts), make().run(da));
      const whole = make().apply(da) as DataArray;
      assert.equal(whole.size, options.onDiscontinuity ? 26 : 24);
      assert.ok(whole.coords.axis('time').isMonotonicIncreasing());
      assert.equal(joinChunks(make().run(da), 'time') instanceof DataArray, true);
    }
  });
});
