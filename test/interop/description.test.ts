import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { DataArray } from '../../lib/index.js';
import { anyArray } from './any-array.js';
import { describePeers } from './describe-peers.js';
import { type ArrayDescription, assertSame, buildArray, describeArray, differences } from './description.js';
import { wave } from './wave.js';

describe('descriptions of arrays', () => {
  it('hold everything that an array holds', () => {
    fc.assert(
      fc.property(anyArray(), (da) => {
        const again = buildArray(JSON.parse(JSON.stringify(describeArray(da))) as ArrayDescription);
        assertSame(again, da);
        assert.ok(again.equals(da));
      }),
      { numRuns: 300 },
    );
  });

  it('differ where arrays differ', () => {
    const da = wave({ samples: 10, channels: 3 });
    const changes: [what: RegExp, changed: DataArray][] = [
      [/^name is "x"/, da.rename('x')],
      [/^dims is/, da.transpose('distance', 'time')],
      [/^shape is/, da.isel({ time: { start: 1, stop: null } })],
      [/^attributes is \["unit"\]/, da.with({ attrs: { unit: 'm' } })],
      [/^coordinates is \["time"\]/, da.dropCoords('distance')],
      [/^tieValues of coordinate time/, wave({ samples: 10, channels: 3, start: '2024-05-21T12:34:56.123456788' })],
      [/^dtype is "float32"/, wave({ samples: 10, channels: 3, dtype: 'float32' })],
      [
        /^values differ, first at 4: 0, expected/,
        da.with({ data: (da.values as Float64Array).map((value, k) => (k === 4 ? 0 : value)) }),
      ],
    ];
    for (const [what, changed] of changes) {
      const found = differences(describeArray(changed), describeArray(da));
      assert.ok(
        found.some((line) => what.test(line)),
        `${what}: ${found}`,
      );
    }
    assert.deepEqual(differences(describeArray(da), describeArray(da.copy())), []);
  });
});

describePeers('descriptions of arrays', (suite) => {
  it('survive the way to Python and back', suite.options, async () => {
    const arrays = fc.sample(anyArray(), { numRuns: 60, seed: 20261122 });
    const { arrays: back } = await suite.peer.call<{ arrays: ArrayDescription[] }>('echo', {
      arrays: arrays.map(describeArray),
    });
    const regularity = suite.version !== '0.2.7';
    for (const [index, array] of arrays.entries()) assertSame(back[index]!, array, { regularity });
  });
});
