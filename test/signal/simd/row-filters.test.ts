import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { TypedArray } from '../../../lib/dtype.js';
import type { Lanes } from '../../../lib/signal/lanes.js';
import { lfilter, lfilterOrder } from '../../../lib/signal/lfilter.js';
import { sosfilt, sosfiltStateSize } from '../../../lib/signal/sosfilt.js';
import { energyOf, recursiveStaLta, recursiveStaLtaOf, recursiveStaLtaState } from '../../../lib/signal/sta-lta.js';
import { chunksOf, rowsOf, samples } from '../fixture.js';
import { expectEqual, sampleKinds, samplesOf, shapes } from './equal-to-plain.js';

/** Feeds `x` in chunks: what `feed` gives of each. */
function inChunks<T>(
  x: TypedArray,
  lanes: Lanes,
  cuts: readonly number[],
  feed: (x: TypedArray, lanes: Lanes) => T,
): T[] {
  return chunksOf(lanes.length, cuts).map(([start, stop]) =>
    feed(rowsOf(x, lanes, start, stop), { ...lanes, length: stop - start }),
  );
}

const cuttings = fc.array(fc.nat(3000), { maxLength: 3 });

describe('SIMD and plain kernels are equal bit for bit', () => {
  it('sosfilt (property)', () => {
    fc.assert(
      fc.property(shapes, sampleKinds, fc.integer({ min: 1, max: 9 }), cuttings, (lanes, kind, sections, cuts) => {
        const sos = samples(6 * sections, kind.seed % 1000).map((c, i) => (i % 6 === 3 ? 1 : c / 8));
        const x = samplesOf(kind, lanes.outer * lanes.length * lanes.inner);
        const rest = samples(sosfiltStateSize(sos, lanes), 3);
        expectEqual(() => {
          const zi = rest.slice();
          return [...inChunks(x, lanes, cuts, (part, size) => sosfilt(sos, part, size, zi)), zi];
        });
      }),
    );
  });

  it('lfilter, recursive and FIR (property)', () => {
    const lengths = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }));
    fc.assert(
      fc.property(shapes, sampleKinds, lengths, cuttings, (lanes, kind, [nb, na], cuts) => {
        const filter = {
          b: samples(nb, 1 + (kind.seed % 1000)),
          a: samples(na, 2).map((c, i) => (i === 0 ? 2 : c / 8)),
        };
        const x = samplesOf(kind, lanes.outer * lanes.length * lanes.inner);
        const rest = samples(lfilterOrder(filter) * lanes.outer * lanes.inner, 3);
        expectEqual(() => {
          const zi = rest.slice();
          return [...inChunks(x, lanes, cuts, (part, size) => lfilter(filter, part, size, zi)), zi];
        });
      }),
    );
  });

  it('lfilter of high order', () => {
    for (const [order, lanes] of [
      [500, { outer: 1, length: 40, inner: 50 }],
      [500, { outer: 50, length: 40, inner: 1 }],
      [13_000, { outer: 5, length: 3, inner: 7 }],
      [30_000, { outer: 1, length: 3, inner: 9 }],
    ] as const) {
      const filter = { b: samples(order + 1), a: Float64Array.of(1) };
      const x = samples(lanes.outer * lanes.length * lanes.inner, 5);
      expectEqual(() => {
        const zi = samples(order * lanes.outer * lanes.inner, 3);
        return [lfilter(filter, x, lanes, zi), zi];
      });
    }
  });

  it('recursive STA/LTA, of samples and of energies (property)', () => {
    const windows = fc.tuple(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 80 }));
    fc.assert(
      fc.property(shapes, sampleKinds, windows, cuttings, fc.boolean(), (lanes, kind, [nsta, more], cuts, squared) => {
        const x = samplesOf(kind, lanes.outer * lanes.length * lanes.inner);
        expectEqual(() => {
          const state = recursiveStaLtaState(lanes);
          const feed = (part: TypedArray, size: Lanes) =>
            squared
              ? recursiveStaLta(energyOf(part), size, nsta, nsta + more, state)
              : recursiveStaLtaOf(part, size, nsta, nsta + more, state);
          return [...inChunks(x, lanes, cuts, feed), state.averages, Int32Array.of(state.count)];
        });
      }),
    );
  });
});
