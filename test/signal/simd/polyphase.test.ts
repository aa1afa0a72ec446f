import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { TypedArray } from '../../../lib/dtype.js';
import { flushPolyphase, polyphase, polyphaseState } from '../../../lib/signal/polyphase.js';
import { chunksOf, rowsOf, samples } from '../fixture.js';
import { expectEqual, sampleKinds, samplesOf, shapes } from './equal-to-plain.js';

const filters = fc.oneof(
  fc.record({
    taps: fc.integer({ min: 1, max: 40 }),
    up: fc.integer({ min: 1, max: 5 }),
    down: fc.integer({ min: 1, max: 9 }),
    lead: fc.nat(40),
  }),
  fc.record({
    taps: fc.integer({ min: 1, max: 40 }),
    up: fc.constant(1),
    down: fc.integer({ min: 1, max: 50 }),
    lead: fc.constant(0),
  }),
);

describe('polyphase in SIMD and plain', () => {
  it('are equal bit for bit (property)', () => {
    fc.assert(
      fc.property(
        shapes,
        sampleKinds,
        filters,
        fc.array(fc.nat(3000), { maxLength: 3 }),
        (lanes, kind, given, cuts) => {
          const filter = { ...given, lead: given.lead % given.taps, taps: samples(given.taps, kind.seed % 1000) };
          const x = samplesOf(kind, lanes.outer * lanes.length * lanes.inner);
          expectEqual(() => {
            const state = polyphaseState(filter, lanes, x instanceof Float32Array);
            const outputs = chunksOf(lanes.length, cuts).map(([start, stop]) =>
              polyphase(filter, rowsOf(x, lanes, start, stop), { ...lanes, length: stop - start }, state),
            );
            outputs.push(flushPolyphase(filter, lanes, state));
            const places = outputs.map(({ first, count }) => Int32Array.of(first, count));
            return [...outputs.map(({ data }) => data as TypedArray), state.history, ...places];
          });
        },
      ),
    );
  });

  it('are equal where the taps outnumber the rows of a panel', () => {
    for (const [taps, lanes] of [
      [3301, { outer: 1, length: 4000, inner: 11 }],
      [3301, { outer: 9, length: 4000, inner: 1 }],
      [700, { outer: 1, length: 900, inner: 1100 }],
    ] as const)
      for (const type of [0, 1, 2]) {
        const x = samplesOf({ type, seed: 1, special: 0, offset: 0 }, lanes.outer * lanes.length * lanes.inner);
        const filter = { taps: samples(taps), up: 1, down: 40, lead: 0 };
        expectEqual(() => {
          const state = polyphaseState(filter, lanes, type === 1);
          return [polyphase(filter, x, lanes, state).data, state.history];
        });
      }
  });

  it('take more taps than the scratch memory holds', () => {
    const lanes = { outer: 1, length: 3, inner: 8 };
    const filter = { taps: samples(100_000), up: 1, down: 1, lead: 0 };
    const state = polyphaseState(filter, lanes, false);
    const { data } = polyphase(filter, new Float64Array(24).fill(1), lanes, state);
    assert.deepEqual(data.subarray(0, 8), new Float64Array(8).fill(filter.taps[0]!));
  });
});
