import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { concat, concatenate } from '../../lib/dataarray/concat.js';
import type { DataArray } from '../../lib/dataarray/data-array.js';
import { split } from '../../lib/dataarray/split.js';
import { DasflowError } from '../../lib/errors.js';
import { readFixture } from '../coordinates/xdas-cases.js';
import { arrayOf, type JsonArray } from './xdas-arrays.js';

interface Found {
  one?: JsonArray;
  many?: JsonArray[];
  error?: string;
  text?: string;
}

const fixture = readFixture<{ da: JsonArray; gap: JsonArray; overlap: JsonArray; found: Record<string, Found> }>(
  'operations.json.gz',
);
const da = arrayOf(fixture.da);
const gap = arrayOf(fixture.gap);
const overlap = arrayOf(fixture.overlap);
const t0 = da.coords.axis('time').getValue(0) as bigint;
const ms = 1_000_000n;

/** The operations of make_arrays.py, by name. */
const operations: Record<string, () => DataArray | DataArray[]> = {
  'isel int': () => da.isel({ time: 3 }),
  'isel negative': () => da.isel({ time: -1, distance: 2 }),
  'isel drop': () => da.isel({ time: 3 }, { drop: true }),
  'isel slice': () => da.isel({ time: { start: 2, stop: 9 }, distance: { step: 2 } }),
  'isel list': () => da.isel({ distance: [4, 0, 0] }),
  'isel outside': () => da.isel({ time: 20 }),
  'isel empty': () => da.isel({ distance: { start: 3, stop: 3 } }),
  'isel first last': () => da.isel({ first: 1, last: -2 }),
  'isel negative step': () => da.isel({ time: { step: -1 } }),
  'sel exact': () => da.sel({ time: t0 + 30n * ms }),
  'sel inexact': () => da.sel({ time: t0 + 31n * ms }),
  'sel nearest': () => da.sel({ time: t0 + 35n * ms }, { method: 'nearest' }),
  'sel ffill': () => da.sel({ distance: 39 }, { method: 'ffill' }),
  'sel list': () => da.sel({ distance: [30, 10] }),
  'sel slice': () => da.sel({ time: { start: t0 + 20n * ms, stop: t0 + 50n * ms }, distance: { start: 10, stop: 30 } }),
  'sel slice without end': () => da.sel({ time: { start: t0 + 20n * ms, stop: t0 + 50n * ms } }, { endpoint: false }),
  'sel text': () => da.sel({ time: { start: '2024-05-21T00:00:00.055' } }),
  'sel in gap': () => gap.sel({ time: { start: t0 + 45n * ms, stop: t0 + 85n * ms } }),
  transpose: () => da.transpose(),
  'transpose dots': () => da.transpose('distance', '...'),
  'transpose wrong': () => da.transpose('distance'),
  'split 3': () => split(da, 3),
  'split indices': () => split(da, [2, 7], 'time'),
  'split gaps': () => split(gap),
  'split too many': () => split(da, 20),
  'concat gap': () => concat([da.isel({ time: { stop: 5 } }), da.isel({ time: { start: 8 } })]),
  'concat unordered': () => concat([da.isel({ time: { start: 8 } }), da.isel({ time: { stop: 5 } })]),
  'concat tolerance false': () => concat(split(da, 3), 'first', { tolerance: false }),
  'concat distance': () => concat(split(da.dropCoords('channel'), 2, 'distance'), 'distance'),
  'concat empty': () =>
    concatenate([
      da.isel({ time: { stop: 5 } }),
      da.isel({ time: { start: 5, stop: 5 } }),
      da.isel({ time: { start: 5 } }),
    ]),
  stack: () =>
    concat(
      [0, 1, 2].map((k) => da.isel({ distance: k }).dropCoords('distance')),
      'trace',
    ),
  'expand dims': () => da.expandDims('shot'),
  'swap dims': () => da.swapDims({ distance: 'channel' }),
  rename: () => da.dropCoords('channel', 'shot'),
  'sel reversed': () => overlap.sel({ x: { start: 1, stop: 3 } }),
  'sel reversed nearest': () => overlap.sel({ x: 3 }, { method: 'nearest' }),
  'split overlaps': () => split(overlap, 'overlaps'),
};

function assertSame(ours: DataArray, json: JsonArray): void {
  const theirs = arrayOf(json);
  assert.equal(ours.toString(), theirs.toString());
  if (ours.empty) return; // without samples a coordinate of xdas has lost its dtype
  assert.ok(ours.equals(theirs), `not equal:\n${ours}\n${theirs}`);
}

describe('operations give what xdas 0.2.10 gives', () => {
  it('all of the fixture, and no others', () => {
    assert.deepEqual(Object.keys(operations).sort(), Object.keys(fixture.found).sort());
  });
  for (const [name, found] of Object.entries(fixture.found))
    it(name, () => {
      const run = operations[name]!;
      if (found.error !== undefined) {
        assert.throws(run, DasflowError, `xdas raised ${found.error}: ${found.text}`);
        return;
      }
      const ours = run();
      if (found.many !== undefined) {
        assert.ok(Array.isArray(ours));
        assert.equal(ours.length, found.many.length);
        for (const [k, part] of ours.entries()) assertSame(part, found.many[k]!);
      } else assertSame(ours as DataArray, found.one!);
    });
});
