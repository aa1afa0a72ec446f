import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Table, toTime } from '../../lib/index.js';
import { busiestMoments } from '../../pipelines/busiest-moments.js';

const start = toTime('2024-05-21');

/** Picks of `channels` channels within half a second around `seconds`, each channel twice. */
function cluster(seconds: number, channels: number): [bigint, number][] {
  return Array.from({ length: 2 * channels }, (_, k) => [
    start + BigInt(Math.round(seconds * 1e9)) + BigInt(Math.round((k / (2 * channels) - 0.5) * 5e8)),
    Math.floor(k / 2),
  ]);
}

function table(picks: [bigint, number][]): Table {
  return new Table({
    time: { dtype: 'datetime64[ns]', values: BigInt64Array.from(picks, ([time]) => time) },
    distance: Float64Array.from(picks, ([, distance]) => distance),
  });
}

describe('busiestMoments', () => {
  it('counts channels, not picks, and gives moments in the order of time', () => {
    const one = Array.from({ length: 100 }, (_, k): [bigint, number] => [start + BigInt(k) * 1_000_000n, 7]);
    const moments = busiestMoments(table([...cluster(60, 30), ...cluster(20, 20), ...one]), 2);
    assert.deepEqual(
      moments.map(({ channels }) => channels),
      [20, 30],
    );
    for (const [index, seconds] of [20n, 60n].entries()) {
      const off = moments[index].time - start - seconds * 1_000_000_000n;
      assert.ok(off > -300_000_000n && off < 300_000_000n, String(off));
    }
  });

  it('does not find the same moment twice', () => {
    assert.equal(busiestMoments(table(cluster(5, 10)), 2).length, 1);
    assert.deepEqual(busiestMoments(table([]), 2), []);
  });
});
