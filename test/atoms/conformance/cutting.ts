/** However a stream is cut, it gives what each of its runs gives as a whole, and tells its seams. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Atom } from '../../../lib/atoms/atom.js';
import type { Chunk } from '../../../lib/atoms/chunk.js';
import type { Seam } from '../../../lib/atoms/seam.js';
import type { AtomState } from '../../../lib/atoms/state.js';
import { DataArray } from '../../../lib/dataarray/data-array.js';
import { type Axis, allowedAt, declares, deltaOf, inSeconds, isDyadic, labelOf, origin } from './axes.js';
import type { Entry } from './entry.js';
import { withKernels } from './kernels.js';
import { assertSameRows, type Exactness } from './rows.js';
import { type BuiltStream, build, buildArray, type Layout, type Stream, type Stretch, streamsOf } from './streams.js';

/** How the chunks of all streams here are cut. */
export const flags = { chunkDim: 'time' } as const;

/** How often a property is tried: so few that all of it takes seconds; `DASFLOW_CONFORMANCE_RUNS=20` tries 20 times as often. */
export function runs(numRuns: number): { numRuns: number } {
  return { numRuns: Math.ceil(numRuns * Number(process.env.DASFLOW_CONFORMANCE_RUNS ?? 1)) };
}

/** All that comes out of `chunks`, the flush included. */
export function streamed(atom: Atom, chunks: readonly DataArray[]): Chunk[] {
  return [...chunks.flatMap((chunk) => atom.push(chunk, flags)), ...atom.flush()];
}

/** The atom of an entry, whose notices nobody need hear. */
export function made(entry: Entry): Atom {
  return quiet(entry.make());
}

/** An atom whose notices nobody need hear. */
export function quiet(atom: Atom): Atom {
  atom.onNotice = () => undefined;
  return atom;
}

/** What is to come out: each run as a whole, in an atom of its own, with the plain kernels. */
export function expectedOf(entry: Pick<Entry, 'make'>, arrays: readonly DataArray[]): Chunk[] {
  return withKernels('plain', () => arrays.flatMap((run) => quiet(entry.make()).run(run)));
}

/**
 * How exact the results of an entry must be. Labels that are float64 seconds are on lines between ties, and a cut puts a tie where
 * there was none: where the interval is no binary fraction, labels beside it are rounded otherwise, by the last bits.
 */
export function exactnessOf(entry: Entry, axis: Axis): Exactness {
  const { labelSlack = 0n, bound, fractions } = entry;
  return {
    labelSlack,
    bound,
    floatSlack: inSeconds(axis) && (!isDyadic(axis) || fractions) ? 2 ** -51 : 0,
  };
}

/**
 * That `actual` is what an entry gives for the runs of a stream. Where its labels are not those of the input but computed,
 * they may be off by as much as those of the input are.
 */
export function assertStreamed(entry: Entry, actual: readonly Chunk[], built: BuiltStream): void {
  const { runs: stretches, drift, axis } = built;
  const expected = expectedOf(entry, stretches);
  const computed = drift > 0n && computesLabels(entry, stretches[0]);
  const exactness = exactnessOf(entry, axis);
  const labelSlack = exactness.labelSlack! + (computed ? drift + 1n : 0n);
  assertSameRows(actual, expected, { ...exactness, labelSlack });
}

const computing = new WeakMap<Entry, boolean>();

/** Whether an entry gives labels that its input has not: seen where those of the input are all off by something. */
function computesLabels(entry: Entry, { dims, sizes, dtype }: DataArray): boolean {
  const known = computing.get(entry);
  if (known !== undefined) return known;
  const layout: Layout = { dims: [...dims], sizes, dtype, axis: 'interpolated', step: entry.step ?? 10_000_000n };
  const stretch: Stretch = { length: 5, before: { kind: 'jitter', jump: 3n } };
  const crooked = buildArray(layout, new Array<Stretch>(12).fill(stretch), origin);
  const labels = new Set(labelsOf([crooked]));
  const computes = labelsOf(expectedOf(entry, [crooked])).some((label) => !labels.has(label));
  computing.set(entry, computes);
  return computes;
}

function labelsOf(chunks: readonly Chunk[]): unknown[] {
  return chunks.flatMap((chunk) =>
    chunk instanceof DataArray ? Array.from(chunk.coords.get('time')!.values as BigInt64Array) : [],
  );
}

/** Whether an atom with this state judges seams: where there is nothing to spoil, anything passes. */
export function judges(entry: Entry, state: AtomState): boolean {
  return entry.judges ?? holds(state);
}

function holds(state: AtomState): boolean {
  const { own = {}, nested = {} } = state as { own?: AtomState; nested?: Record<string, AtomState> };
  return Object.values(own).some((value) => value !== null) || Object.values(nested).some(holds);
}

function check(entry: Entry, stream: Stream): void {
  const built = build(stream);
  assertStreamed(entry, streamed(made(entry), built.chunks), built);
}

/** The properties, by name. */
export const cuttingProperties: Record<string, (entry: Entry) => void> = {
  'chunked is whole at any cutting': (entry) => {
    fc.assert(
      fc.property(streamsOf(entry), (stream) => check(entry, stream)),
      runs(6),
    );
  },
  'chunked is whole over gaps, changes of rate and jitter': (entry) => {
    fc.assert(
      fc.property(streamsOf(entry, ['gap', 'rate', 'jitter', 'none']), (stream) => check(entry, stream)),
      runs(10),
    );
  },
  'a whole array with gaps is each of its runs': (entry) => {
    fc.assert(
      fc.property(streamsOf(entry, ['gap']), (stream) => {
        const { chunks, runs: stretches, axis } = build({ ...stream, cuts: [] });
        const { dims } = stretches[0];
        const atom = made(entry);
        // along other dimensions a gap is no end, so that all comes out as one
        assertSameRows(
          atom.run(chunks[0]),
          expectedOf(entry, atom.workingDim(chunks[0]) === 'time' || !dims.includes('distance') ? stretches : chunks),
          exactnessOf(entry, axis),
        );
      }),
      runs(4),
    );
  },
  'seams are told to the nanosecond': (entry) => {
    fc.assert(
      fc.property(streamsOf(entry, ['gap', 'rate', 'jitter']), (stream) => {
        const { chunks, seams, starts } = build(stream);
        const atom = made(entry);
        const told: Seam[] = [];
        atom.onSeam = (seam) => told.push(seam);
        chunks.flatMap((chunk) => atom.push(chunk, flags));
        const { axis } = stream.layout;
        const expected = judges(entry, atom.state) ? seams : [];
        assert.deepEqual(
          told.map(({ kind, action, dim, dtype }) => ({ kind, action, dim, dtype })),
          expected.map(({ kind }) => ({
            kind,
            action: 'reset',
            dim: 'time',
            dtype: inSeconds(axis) ? 'float64' : 'datetime64[ns]',
          })),
        );
        const ends = new Set<number>();
        chunks.reduce((at, { sizes }) => ends.add(at + sizes.time) && at + sizes.time, 0);
        for (const [k, { end, expected: next, start, jump, interval, nextInterval }] of expected.entries()) {
          const numbers = {
            end: labelOf(end, axis),
            expected: labelOf(next, axis),
            start: labelOf(start, axis),
            jump: deltaOf(jump, axis),
            interval: deltaOf(interval, axis),
            // one sample tells none
            nextInterval: !declares(axis) && ends.has(starts[k] + 1) ? null : deltaOf(nextInterval, axis),
            tolerance: allowedAt(axis, interval, nextInterval),
          };
          for (const [name, value] of Object.entries(numbers))
            assertNumber(told[k][name as keyof typeof numbers], value, name === 'tolerance' ? 1e-7 : 1e-11, name);
        }
      }),
      runs(4),
    );
  },
  'counters add up': (entry) => {
    fc.assert(
      fc.property(streamsOf(entry, ['gap', 'rate']), (stream) => {
        const { chunks, seams, starts, axis } = build(stream);
        const atom = made(entry);
        let [emitted, stretches, at] = [0, 0, 0];
        for (const chunk of chunks) emitted += atom.push(chunk, flags).length;
        const judging = judges(entry, atom.state);
        for (const chunk of chunks) {
          const end = at + chunk.sizes.time;
          const inside = starts.filter((start) => start > at && start < end).length;
          // of two or three samples that declare no interval only the stream before them tells that they are not even
          const cut = judging || declares(axis) || end - at > 3;
          if (end > at) stretches += 1 + (cut ? inside : 0);
          at = end;
        }
        emitted += atom.flush().length;
        atom.flush();
        atom.reset();
        const count = (kind: string) => (judging ? seams.filter((seam) => seam.kind === kind).length : 0);
        assert.deepEqual(atom.counters, {
          ...entry.make().counters,
          chunks: stretches,
          emitted,
          gaps: count('gap'),
          rateChanges: count('rate'),
          overlaps: 0,
        });
      }),
      runs(3),
    );
  },
  'a strided view answers as its copy': (entry) => {
    fc.assert(
      fc.property(streamsOf(entry), (stream) => {
        const built = build(stream);
        const views = built.chunks.map((chunk) => {
          const turned = [...chunk.dims].reverse();
          return chunk
            .transpose(...turned)
            .copy()
            .transpose(...chunk.dims);
        });
        assertStreamed(entry, streamed(made(entry), views), built);
      }),
      runs(3),
    );
  },
};

/** The same number: exactly, but of floats within `slack`. */
function assertNumber(actual: unknown, expected: bigint | number | null, slack: number, name: string): void {
  if (typeof expected === 'number' && typeof actual === 'number')
    assert.ok(Math.abs(actual - expected) <= slack, `${name} is ${actual}, not ${expected}`);
  else assert.equal(actual, expected, name);
}
