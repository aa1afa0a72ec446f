/** A chunk that is refused leaves everything as it was, and the stream goes on with the right one. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Atom } from '../../../lib/atoms/atom.js';
import type { Chunk } from '../../../lib/atoms/chunk.js';
import type { DataArray } from '../../../lib/dataarray/data-array.js';
import { declares, leastGap, origin } from './axes.js';
import { exactnessOf, expectedOf, flags, judges, made, runs, streamed } from './cutting.js';
import type { Entry } from './entry.js';
import { assertSameRows } from './rows.js';
import { buildArray, type Layout, layoutsOf } from './streams.js';

/** A stretch of `before` and `after` samples, and where the atom stands when a wrong chunk comes. */
interface Case {
  layout: Layout;
  before: number;
  after: number;
  /** Samples of the wrong chunk that fit, before those that do not. */
  fitting: number;
  wrong: number;
}

function casesOf(entry: Entry): fc.Arbitrary<Case> {
  const samples = { before: fc.integer({ min: 1, max: 40 }), after: fc.integer({ min: 1, max: 40 }) };
  const wrong = { fitting: fc.constantFrom(0, 0, 1, 7), wrong: fc.constantFrom(1, 2, 9) };
  return fc.record({ layout: layoutsOf(entry), ...samples, ...wrong }).map((given) => {
    const { layout, before, fitting } = given;
    if (declares(layout.axis)) return given;
    // two samples with a gap between them have another interval, and one sample has none
    return { ...given, before: Math.max(before, layout.least!), fitting: fitting && 7 };
  });
}

const even = { kind: 'none', jump: 0n } as const;

/** A chunk after `before` samples, `fitting` of it as they should be and `wrong` ones that come `jump` ns later. */
function wrongChunk({ layout, before, fitting, wrong }: Case, jump: bigint): DataArray {
  const next = origin + BigInt(before) * layout.step;
  if (fitting === 0) return buildArray(layout, [{ length: wrong, before: even }], next + jump, before);
  const stretches = [
    { length: fitting, before: even },
    { length: wrong, before: { kind: 'gap', jump } as const },
  ];
  return buildArray(layout, stretches, next, before);
}

/** Pushes what is wrong: where seams are judged it must be refused with `code`, leave the state alone, and the stream must go on. */
function assertRefused(entry: Entry, atom: Atom, given: Case, bad: DataArray, code: string): boolean {
  const { layout, before, after } = given;
  const whole = buildArray(layout, [{ length: before + after, before: even }], origin);
  const [first, second] = [whole.isel({ time: { stop: before } }), whole.isel({ time: { start: before } })];
  const out: Chunk[] = atom.push(first, flags);
  const { state } = atom;
  if (!judges(entry, state)) return false;
  const { chunks, emitted } = atom.counters;
  assert.throws(() => atom.push(bad, flags), { name: 'AtomError', code });
  assert.deepEqual(atom.state, state, 'the state after a refused chunk');
  assert.deepEqual([atom.counters.chunks, atom.counters.emitted], [chunks, emitted], 'what was refused is not counted');
  out.push(...streamed(atom, [second]));
  assertSameRows(out, expectedOf(entry, [whole]), exactnessOf(entry, layout.axis));
  return true;
}

/** The properties, by name. */
export const refusalProperties: Record<string, (entry: Entry) => void> = {
  "a gap is refused with onDiscontinuity 'raise', and nothing changes": (entry) => {
    fc.assert(
      fc.property(casesOf(entry), fc.boolean(), (given, small) => {
        const jump = small ? leastGap(given.layout.axis) : 5n * given.layout.step;
        const atom = made(entry);
        atom.onDiscontinuity = 'raise';
        if (assertRefused(entry, atom, given, wrongChunk(given, jump), 'DISCONTINUITY'))
          assert.equal(atom.counters.gaps, 1);
      }),
      runs(4),
    );
  },
  "a change of rate is refused with onDiscontinuity 'raise', and nothing changes": (entry) => {
    fc.assert(
      fc.property(casesOf(entry), (given) => {
        const { layout, before } = given;
        // where no interval is declared, two samples with a longer step between them have a gap; two such steps are another rate
        const wrong = declares(layout.axis) ? given.wrong : Math.max(3, given.wrong);
        const next = origin + BigInt(before) * layout.step;
        const bad = buildArray({ ...layout, step: 2n * layout.step }, [{ length: wrong, before: even }], next, before);
        const atom = made(entry);
        atom.onDiscontinuity = 'raise';
        if (assertRefused(entry, atom, given, bad, 'DISCONTINUITY')) assert.equal(atom.counters.rateChanges, 1);
      }),
      runs(3),
    );
  },
  'an overlap is refused, and nothing changes': (entry) => {
    fc.assert(
      fc.property(casesOf(entry), fc.nat(2), (given, which) => {
        const { axis, step } = given.layout;
        const jump = [-leastGap(axis), -step, -3600_000000000n][which];
        const atom = made(entry);
        if (assertRefused(entry, atom, given, wrongChunk(given, jump), 'OVERLAP'))
          assert.equal(atom.counters.overlaps, 1);
      }),
      runs(4),
    );
  },
  'a chunk of another dtype or with other channels is refused, and nothing changes': (entry) => {
    fc.assert(
      fc.property(casesOf(entry), (given) => {
        const { layout } = given;
        const dtype = layout.dtype === 'float64' ? 'float32' : 'float64';
        assertRefused(
          entry,
          made(entry),
          given,
          wrongChunk({ ...given, fitting: 0, layout: { ...layout, dtype } }, 0n),
          'BAD_DTYPE',
        );
        const [dim] = layout.dims.filter((name) => name !== 'time' && name !== 'phase');
        if (dim === undefined) return;
        const sizes = { ...layout.sizes, [dim]: layout.sizes[dim] + 1 };
        assertRefused(
          entry,
          made(entry),
          given,
          wrongChunk({ ...given, fitting: 0, layout: { ...layout, sizes } }, 0n),
          'BAD_SHAPE',
        );
      }),
      runs(2),
    );
  },
};
