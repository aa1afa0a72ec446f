/** What needs the whole record refuses chunks along its own dimension; along others it streams (see the table). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compose } from '../../lib/atoms/compose.js';
import { HERE } from '../../lib/atoms/partial.js';
import * as reductions from '../../lib/atoms/reductions.js';
import { Sequential } from '../../lib/atoms/sequential.js';
import type { WholeRecordFunction } from '../../lib/atoms/whole-record.js';
import { wholeRecordFunctions } from '../../lib/atoms/whole-record-functions.js';
import { origin } from './conformance/axes.js';
import { recordEntries } from './conformance/record-entries.js';
import { buildArray, type Layout } from './conformance/streams.js';

const even = { kind: 'none', jump: 0n } as const;

function record(dtype: Layout['dtype'], order: string[]) {
  const layout: Layout = { dims: order, sizes: { distance: 30 }, dtype, axis: 'interpolated', step: 10_000_000n };
  return buildArray(layout, [{ length: 30, before: even }], origin);
}

describe('an operation on whole records', () => {
  for (const { name, along, dtypes = ['float64'] as const } of recordEntries)
    for (const order of [
      ['time', 'distance'],
      ['distance', 'time'],
    ])
      it(`refuses chunks along its own dimension, and stays as it was: ${name}, ${order.join()}`, () => {
        const da = record(dtypes[0], order);
        // its options are in units of distance
        for (const [atom, chunkDim] of [
          [along('distance'), 'distance'],
          [along(order[0] === 'distance' ? 'first' : 'last'), 'distance'],
          [compose(along('distance')), 'distance'],
        ] as const) {
          assert.throws(() => atom.push(da, { chunkDim }), {
            name: 'AtomError',
            code: 'CHUNKED_WHOLE_RECORD',
            message: /distance/,
          });
          if (!(atom instanceof Sequential)) assert.deepEqual(atom.state, {});
          assert.equal(atom.push(da, { chunkDim: 'time' }).length, 1);
        }
      });
  for (const reduction of Object.values(reductions) as unknown as WholeRecordFunction<object>[]) {
    if (/^cum/.test(reduction.name)) continue;
    it(`refuses every chunk where it is over all dimensions: ${reduction.name}`, () => {
      const atom = reduction(
        HERE,
        reduction.name.startsWith('quant') ? { q: 0.5 } : reduction.name === 'percentile' ? { q: 5 } : {},
      );
      for (const chunkDim of ['time', 'distance'])
        assert.throws(() => atom.push(record('float64', ['time', 'distance']), { chunkDim }), {
          code: 'CHUNKED_WHOLE_RECORD',
        });
    });
  }
  it('is in the list, each of them', () => {
    const listed = recordEntries.map(({ name }) => name);
    assert.deepEqual(
      wholeRecordFunctions.map(({ name }) => name).filter((name) => !listed.includes(name)),
      [],
    );
  });
});
