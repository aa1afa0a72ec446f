/** Nothing is shared: between instances, with who hands chunks in, with who gets results or states. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Chunk } from '../../../lib/atoms/chunk.js';
import { DataArray } from '../../../lib/dataarray/data-array.js';
import { Table } from '../../../lib/table/table.js';
import { assertStreamed, flags, made, quiet, runs } from './cutting.js';
import type { Entry } from './entry.js';
import { build, streamsOf } from './streams.js';

const breaks = ['gap', 'none'] as const;

/** The properties, by name. */
export const sharingProperties: Record<string, (entry: Entry) => void> = {
  'two instances share nothing': (entry) => {
    fc.assert(
      fc.property(streamsOf(entry, breaks), streamsOf(entry, breaks), (...streams) => {
        const built = streams.map(build);
        const first = made(entry);
        const atoms = [first, quiet(first.fresh())];
        const out: Chunk[][] = [[], []];
        const longest = Math.max(...built.map(({ chunks }) => chunks.length));
        for (let i = 0; i < longest; i++)
          for (const [k, { chunks }] of built.entries())
            if (i < chunks.length) out[k].push(...atoms[k].push(chunks[i], flags));
        for (const [k, one] of built.entries()) {
          out[k].push(...atoms[k].flush());
          assertStreamed(entry, out[k], one);
        }
      }),
      runs(4),
    );
  },
  'a chunk is not changed': (entry) => {
    fc.assert(
      fc.property(streamsOf(entry, breaks), (stream) => {
        const { chunks } = build(stream);
        const copies = chunks.map((chunk) => chunk.copy());
        const atom = made(entry);
        for (const chunk of chunks) atom.push(chunk, flags);
        atom.flush();
        for (const [i, chunk] of chunks.entries()) assert.ok(chunk.equals(copies[i]), `chunk ${i} was changed`);
      }),
      runs(2),
    );
  },
  'who handed a chunk in may write over it': (entry) => {
    fc.assert(
      fc.property(streamsOf(entry, breaks), (stream) => {
        const built = build(stream);
        const { chunks } = built;
        const atom = made(entry);
        const out: Chunk[] = [];
        for (const chunk of chunks) {
          const own = chunk.copy();
          out.push(...atom.push(own, flags).map(copied));
          spoil(own.data.data);
        }
        out.push(...atom.flush());
        assertStreamed(entry, out, built);
      }),
      runs(4),
    );
  },
  'results are not overwritten': (entry) => {
    fc.assert(
      fc.property(streamsOf(entry, breaks), (stream) => {
        const { chunks } = build(stream);
        const atom = made(entry);
        const kept: [Chunk, Chunk][] = [];
        for (const chunk of chunks) for (const out of atom.push(chunk, flags)) kept.push([out, copied(out)]);
        for (const out of atom.flush()) kept.push([out, copied(out)]);
        for (const chunk of chunks.slice(0, 2)) atom.push(chunk, flags);
        for (const [i, [out, copy]] of kept.entries()) assertUnchanged(out, copy, i);
      }),
      runs(2),
    );
  },
  'a saved state is a copy': (entry) => {
    fc.assert(
      fc.property(streamsOf(entry), (stream) => {
        const built = build(stream);
        const { chunks } = built;
        const atom = made(entry);
        const out: Chunk[] = [];
        for (const chunk of chunks) {
          spoil(atom.state);
          const given = structuredClone(atom.state);
          atom.setState(given);
          spoil(given);
          out.push(...atom.push(chunk, flags));
        }
        spoil(atom.state);
        out.push(...atom.flush());
        assertStreamed(entry, out, built);
      }),
      runs(2),
    );
  },
};

function copied(chunk: Chunk): Chunk {
  if (chunk instanceof DataArray) return chunk.copy();
  const columns = chunk.columns.map((name) => [name, { dtype: chunk.dtype(name), values: chunk.get(name).slice() }]);
  return new Table(Object.fromEntries(columns) as ConstructorParameters<typeof Table>[0]);
}

function assertUnchanged(chunk: Chunk, copy: Chunk, i: number): void {
  assert.ok(chunk.equals(copy), `result ${i} was changed later`);
}

/** Writes over every number in every array. */
function spoil(value: unknown): void {
  if (value instanceof BigInt64Array || value instanceof BigUint64Array) value.fill(99n);
  else if (ArrayBuffer.isView(value)) (value as Float64Array).fill(99);
  else if (value !== null && typeof value === 'object') Object.values(value).forEach(spoil);
}
