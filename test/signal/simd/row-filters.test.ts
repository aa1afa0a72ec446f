import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { TypedArray } from '../../../lib/dtype.js';
import type { Lanes } from '../../../lib/signal/lanes.js';
import { sosfilt, sosfiltStateSize } from '../../../lib/signal/sosfilt.js';
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
});
