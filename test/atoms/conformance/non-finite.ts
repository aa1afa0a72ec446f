/** NaN and infinities: what is made of them does not depend on the cutting, nor on the kernels. */
import fc from 'fast-check';
import { isComplexDType, isFloatDType } from '../../../lib/dtype.js';
import { assertStreamed, made, runs, streamed } from './cutting.js';
import type { Entry } from './entry.js';
import { build, dtypesOf, streamsOf } from './streams.js';

const spots = fc.array(
  fc.record({
    sample: fc.nat(60),
    lane: fc.nat(30),
    value: fc.constantFrom(Number.NaN, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
  }),
  { minLength: 1, maxLength: 3 },
);

/** The properties, by name. */
export const nonFiniteProperties: Record<string, (entry: Entry) => void> = {
  'NaN and infinities give the same at any cutting': (entry) => {
    const floats = dtypesOf(entry).filter((dtype) => isComplexDType(dtype) || isFloatDType(dtype));
    if (floats.length === 0) return; // no such values
    const { dtype: _, ...rest } = entry;
    fc.assert(
      fc.property(streamsOf({ ...rest, dtypes: floats }, ['gap', 'none']), spots, (drawn, bad) => {
        // the first one is one of the samples that there are
        const size = drawn.stretches.reduce((sum, { length }) => sum + length, 0);
        const [first, ...others] = bad;
        const inside = [{ ...first, sample: first.sample % size }, ...others];
        const built = build({ ...drawn, layout: { ...drawn.layout, spots: inside } });
        assertStreamed(entry, streamed(made(entry), built.chunks), built);
      }),
      runs(4),
    );
  },
};
