/** Runs end, are forgotten and begin anew; a saved state goes on where it was saved. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Chunk } from '../../../lib/atoms/chunk.js';
import type { AtomState } from '../../../lib/atoms/state.js';
import { declares } from './axes.js';
import { assertStreamed, flags, made, quiet, runs, streamed } from './cutting.js';
import type { Entry } from './entry.js';
import { withKernels } from './kernels.js';
import { assertSameRows } from './rows.js';
import { fromText, toText } from './state-text.js';
import { build, streamsOf } from './streams.js';

const everything = ['gap', 'rate', 'jitter', 'none'] as const;

/** The properties, by name. */
export const lifeCycleProperties: Record<string, (entry: Entry) => void> = {
  'a second flush is empty, and a push after it starts anew': (entry) => {
    fc.assert(
      fc.property(streamsOf(entry, everything), streamsOf(entry, everything), (first, second) => {
        const atom = made(entry);
        assert.deepEqual(atom.flush(), [], 'a flush before the first chunk');
        for (const stream of [first, second]) {
          const built = build(stream);
          assertStreamed(entry, streamed(atom, built.chunks), built);
          assert.deepEqual(atom.flush(), []);
        }
      }),
      runs(2),
    );
  },
  'reset forgets everything': (entry) => {
    fc.assert(
      fc.property(streamsOf(entry, everything), streamsOf(entry, everything), fc.nat(12), (first, second, where) => {
        const atom = made(entry);
        const begun = build(first).chunks;
        for (const chunk of begun.slice(0, where % (begun.length + 1))) atom.push(chunk, flags);
        atom.reset();
        assert.deepEqual(atom.state, {});
        assert.equal(atom.initialized, false);
        assert.deepEqual(atom.flush(), []);
        const built = build(second);
        assertStreamed(entry, streamed(atom, built.chunks), built);
      }),
      runs(3),
    );
  },
  'fresh() has the options, and nothing else': (entry) => {
    fc.assert(
      fc.property(streamsOf(entry, everything), fc.nat(12), (stream, where) => {
        const built = build(stream);
        const { chunks } = built;
        const atom = made(entry);
        const out: Chunk[] = [];
        for (const [i, chunk] of chunks.entries()) {
          if (i === where % chunks.length) {
            const clone = quiet(atom.fresh());
            assert.notEqual(clone, atom);
            assert.equal(clone.constructor, atom.constructor);
            assert.deepEqual(clone.state, {});
            assert.deepEqual(clone.counters, entry.make().counters);
            assert.equal(clone.toString(), atom.toString());
            assertStreamed(entry, streamed(clone, chunks), built);
          }
          out.push(...atom.push(chunk, flags));
        }
        out.push(...atom.flush());
        assertStreamed(entry, out, built);
        atom.onDiscontinuity = 'raise';
        assert.equal(atom.fresh().onDiscontinuity, 'raise');
      }),
      runs(2),
    );
  },
  'a restored state goes on bit for bit': (entry) => {
    fc.assert(
      fc.property(streamsOf(entry, everything), fc.nat(12), fc.boolean(), (stream, where, late) => {
        const { chunks } = build(stream);
        const atom = made(entry);
        const at = where % (chunks.length + 1);
        for (const chunk of chunks.slice(0, at)) atom.push(chunk, flags);
        // one sample tells no interval: no run may begin with it
        if (late && (declares(stream.layout.axis) || at === chunks.length)) atom.flush();
        const { state } = atom;
        assertPlain(state, 'state');
        const saved = toText(state);
        const restored = [structuredClone(state) as AtomState, fromText(saved), fromText(saved)].map((copy) => {
          const twin = made(entry);
          if (at > 0) twin.push(chunks[0], flags); // whatever it had before is gone
          twin.setState(copy);
          assert.deepEqual(twin.state, state);
          return twin;
        });
        const expected = streamed(atom, chunks.slice(at));
        for (const [k, twin] of restored.entries()) {
          const go = () => streamed(twin, chunks.slice(at));
          assertSameChunks(k === 2 ? withKernels('plain', go) : go(), expected);
        }
        assert.equal(toText(state), saved, 'a state that was handed out has changed');
      }),
      runs(6),
    );
  },
};

/** The same chunks, cut at the same places, the same in everything. */
export function assertSameChunks(actual: readonly Chunk[], expected: readonly Chunk[]): void {
  assert.equal(actual.length, expected.length, 'chunks that came out');
  for (const [i, chunk] of actual.entries()) {
    assertSameRows([chunk], [expected[i]]);
    assert.ok(chunk.equals(expected[i]), `chunk ${i}`);
  }
}

/** Plain data: typed arrays, scalars, null, lists and records of those. */
function assertPlain(value: unknown, path: string): void {
  if (value === null || ['number', 'bigint', 'string', 'boolean'].includes(typeof value)) return;
  if (ArrayBuffer.isView(value)) return;
  assert.equal(typeof value, 'object', `${path} is a ${typeof value}`);
  const prototype = Object.getPrototypeOf(value);
  assert.ok(prototype === Object.prototype || Array.isArray(value), `${path} is no plain data`);
  for (const [key, item] of Object.entries(value as object)) assertPlain(item, `${path}.${key}`);
}
