/**
 * What every atom must keep: an entry in a table is checked by all of these properties. Each throws where the atom
 * breaks it, so that a deliberately wrong atom can be shown to fail.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Atom } from '../../lib/atoms/atom.js';
import { type Chunk, joinChunks } from '../../lib/atoms/chunk.js';
import type { AtomState } from '../../lib/atoms/state.js';
import { AxisCoordinate, type Coordinate } from '../../lib/coordinates/coordinate.js';
import { DenseCoordinate } from '../../lib/coordinates/dense-coordinate.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { split } from '../../lib/dataarray/split.js';
import type { DType } from '../../lib/dtype.js';
import { noise } from './described-input.js';

/** One atom to be checked. */
export interface Entry {
  name: string;
  make: () => Atom;
  /** Dimensions and sizes of the input; `time` is the one that is cut, and may be anywhere. */
  dims?: string[];
  shape?: number[];
  dtype?: DType;
  /** Nanoseconds between samples; default 10 ms. */
  step?: bigint;
  /** Largest difference of a label in ns, where a rate is no whole number of them; default 0. */
  labelSlack?: bigint;
}

const start = 1716249600_000000000n;

/** An array with gaps: after each of `gaps` (sample indices) 13 samples are missing. */
export function gappyInput(entry: Entry, gaps: readonly number[] = []): DataArray {
  const { dims = ['time', 'distance'], shape = [60, 2], dtype = 'float64', step = 10_000_000n } = entry;
  const length = shape[dims.indexOf('time')];
  const bounds = [0, ...[...new Set(gaps)].filter((g) => g > 0 && g < length).sort((a, b) => a - b), length];
  const [tieIndices, tieValues]: [number[], bigint[]] = [[], []];
  let value = start;
  for (let k = 0; k + 1 < bounds.length; k++) {
    const [first, last] = [bounds[k], bounds[k + 1] - 1];
    tieIndices.push(first);
    tieValues.push(value);
    if (last > first) {
      tieIndices.push(last);
      tieValues.push(value + BigInt(last - first) * step);
    }
    value += BigInt(last - first + 14) * step;
  }
  const time = new InterpCoordinate({
    tieIndices,
    tieValues,
    samplingInterval: step,
    dim: 'time',
    dtype: 'datetime64[ns]',
  });
  const distance = shape[dims.indexOf('distance')];
  const count = BigInt64Array.from({ length }, (_, i) => 7n * BigInt(i));
  const stations = Array.from({ length: distance ?? 0 }, (_, i) => `S${i}`);
  return new DataArray({
    data: noise(
      shape.reduce((a, b) => a * b, 1),
      dtype,
    ),
    shape,
    dims,
    coords: {
      time,
      ...(distance ? { distance: InterpCoordinate.fromBlock(0, distance, 2, { dim: 'distance' }) } : {}),
      count: new DenseCoordinate({ values: count, dim: 'time', dtype: 'int64' }),
      ...(distance ? { station: new DenseCoordinate({ values: stations, dim: 'distance' }) } : {}),
    },
    name: 'rate',
  });
}

const flags = { chunkDim: 'time' } as const;

/** `da` cut at `cuts` and streamed. */
export function stream(atom: Atom, da: DataArray, cuts: readonly number[]): Chunk[] {
  const out = cut(da, cuts).flatMap((chunk) => atom.push(chunk, flags));
  return [...out, ...atom.flush()];
}

function cut(da: DataArray, cuts: readonly number[]): DataArray[] {
  const size = da.sizes.time;
  const inside = [...new Set(cuts.map((c) => c % size))].filter((c) => c > 0).sort((a, b) => a - b);
  return inside.length ? split(da, inside, 'time') : [da];
}

/** Same values bit for bit, same labels sample by sample (within `slack` ns), same regularity. */
export function assertSame(actual: readonly Chunk[], expected: readonly Chunk[], slack = 0n): void {
  if (expected.length === 0) {
    assert.equal(actual.length, 0);
    return;
  }
  assert.notEqual(actual.length, 0, 'nothing came out');
  const [a, b] = [joinChunks(actual, 'time'), joinChunks(expected, 'time')];
  if (!(a instanceof DataArray) || !(b instanceof DataArray)) assert.fail('no arrays');
  assert.deepEqual(a.dims, b.dims);
  assert.deepEqual([...a.shape], [...b.shape]);
  assert.equal(a.dtype, b.dtype);
  assert.deepEqual(a.values, b.values);
  assert.equal(a.name, b.name);
  assert.deepEqual([...a.coords.keys()].sort(), [...b.coords.keys()].sort());
  for (const [name, coord] of b.coords) {
    const other: Coordinate = a.coords.get(name)!;
    if (!(coord instanceof AxisCoordinate) || !(other instanceof AxisCoordinate) || coord.dim !== 'time') {
      assert.ok(coord.equals(other), `coordinate ${name}`);
      continue;
    }
    assert.equal(other.isRegular(), coord.isRegular());
    assert.equal(other.samplingInterval, coord.samplingInterval);
    for (let i = 0; i < coord.size; i++) {
      const [x, y] = [BigInt(coord.getValue(i)), BigInt(other.getValue(i))];
      const off = x > y ? x - y : y - x;
      assert.ok(off <= slack, `label ${i} of ${name}: ${y} is not ${x}`);
    }
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

const cuts = fc.array(fc.nat(1000), { maxLength: 12 });
const gaps = fc.array(fc.nat(59), { maxLength: 3 });
const runs = { numRuns: 20 };

/** The properties, by name. */
export const properties: Record<string, (entry: Entry) => void> = {
  'chunked is whole at any cutting': (entry) => {
    const da = gappyInput(entry);
    const whole = entry.make().run(da);
    fc.assert(
      fc.property(cuts, (at) => assertSame(stream(entry.make(), da, at), whole, entry.labelSlack)),
      runs,
    );
  },
  'chunked is whole with gaps anywhere': (entry) => {
    fc.assert(
      fc.property(cuts, gaps, (at, holes) => {
        const da = gappyInput(entry, holes);
        assertSame(stream(entry.make(), da, at), entry.make().run(da), entry.labelSlack);
      }),
      runs,
    );
  },
  'a second flush is empty, and a push after it starts anew': (entry) => {
    const da = gappyInput(entry);
    const whole = entry.make().run(da);
    const atom = entry.make();
    stream(atom, da, [17]);
    assert.deepEqual(atom.flush(), []);
    assertSame(stream(atom, da, [23]), whole, entry.labelSlack);
  },
  'reset forgets everything': (entry) => {
    const da = gappyInput(entry);
    const whole = entry.make().run(da);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 59 }), cuts, (at, later) => {
        const atom = entry.make();
        for (const chunk of cut(da, [at]).slice(0, 1)) atom.push(chunk, flags);
        atom.reset();
        assert.deepEqual(atom.state, {});
        assertSame(stream(atom, da, later), whole, entry.labelSlack);
      }),
      runs,
    );
  },
  'a restored state goes on bit for bit': (entry) => {
    fc.assert(
      fc.property(cuts, gaps, fc.nat(12), (at, holes, where) => {
        const chunks = cut(gappyInput(entry, holes), at);
        const atom = entry.make();
        const restored = entry.make();
        const [expected, actual]: [Chunk[], Chunk[]] = [[], []];
        for (const [i, chunk] of chunks.entries()) {
          if (i === where % chunks.length) {
            const { state } = atom;
            assertPlain(state, 'state');
            restored.setState(structuredClone(state) as AtomState);
            assert.deepEqual(restored.state, state);
          }
          const out = atom.push(chunk, flags);
          if (i >= where % chunks.length) {
            expected.push(...out);
            actual.push(...restored.push(chunk, flags));
          }
        }
        expected.push(...atom.flush());
        actual.push(...restored.flush());
        assert.equal(actual.length, expected.length);
        for (const [i, chunk] of actual.entries()) assert.ok((chunk as DataArray).equals(expected[i]), `chunk ${i}`);
      }),
      runs,
    );
  },
  'two instances share nothing': (entry) => {
    const da = gappyInput(entry);
    const other = da.with({ data: da.values.slice().reverse() });
    const first = entry.make();
    const second = first.fresh();
    const [a, b]: [Chunk[], Chunk[]] = [[], []];
    const parts = cut(other, [11, 30, 47]);
    for (const [i, chunk] of cut(da, [11, 30, 47]).entries()) {
      a.push(...first.push(chunk, flags));
      b.push(...second.push(parts[i], flags));
    }
    assertSame([...a, ...first.flush()], entry.make().run(da), entry.labelSlack);
    assertSame([...b, ...second.flush()], entry.make().run(other), entry.labelSlack);
  },
  'neither inputs nor outputs change later': (entry) => {
    const da = gappyInput(entry);
    const before = da.copy();
    const atom = entry.make();
    const kept: [DataArray, DataArray][] = [];
    for (const chunk of cut(da, [9, 10, 31, 44]))
      for (const out of atom.push(chunk, flags)) kept.push([out as DataArray, (out as DataArray).copy()]);
    atom.flush();
    assert.ok(da.equals(before), 'the input was changed');
    for (const [out, copy] of kept) assert.ok(out.equals(copy), 'an output was changed later');
  },
  'a saved state is a copy': (entry) => {
    const chunks = cut(gappyInput(entry), [20, 40]);
    const atom = entry.make();
    const twin = entry.make();
    atom.push(chunks[0], flags);
    twin.push(chunks[0], flags);
    spoil(atom.state);
    const [a, b] = [atom.push(chunks[1], flags), twin.push(chunks[1], flags)];
    assert.equal(a.length, b.length);
    for (const [i, out] of a.entries())
      assert.ok((out as DataArray).equals(b[i]), 'writing to a saved state changed the atom');
  },
  'a strided view answers as its copy': (entry) => {
    const { dims = ['time', 'distance'], shape = [60, 2] } = entry;
    if (dims.length < 2) return;
    const turned = gappyInput({ ...entry, dims: [...dims].reverse(), shape: [...shape].reverse() });
    const view = turned.transpose();
    assertSame(stream(entry.make(), view, [7, 29]), entry.make().run(view.copy()), entry.labelSlack);
  },
};

function spoil(value: unknown): void {
  if (value instanceof Float64Array || value instanceof Float32Array) value.fill(1e9);
  else if (value !== null && typeof value === 'object' && !ArrayBuffer.isView(value))
    Object.values(value).forEach(spoil);
}
