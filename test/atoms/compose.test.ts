import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { atomized, compose } from '../../lib/atoms/compose.js';
import { Filter } from '../../lib/atoms/filter.js';
import { filter, resample } from '../../lib/atoms/functions.js';
import { LFilter } from '../../lib/atoms/lfilter.js';
import { HERE, Partial } from '../../lib/atoms/partial.js';
import { Resample } from '../../lib/atoms/resample.js';
import { Sequential } from '../../lib/atoms/sequential.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { split } from '../../lib/dataarray/split.js';
import { Table } from '../../lib/table/table.js';
import { gappyInput } from './conformance.js';

const flags = { chunkDim: 'time' };
const da = gappyInput({ name: '', make: () => new LFilter({ b: [1], a: [1] }) });
const scale = (x: DataArray, factor: number) => x.with({ data: (x.values as Float64Array).map((v) => v * factor) });
const double = (x: DataArray) => scale(x, 2);

describe('Sequential', () => {
  it('runs its stages in order, functions among them', () => {
    const pipeline = new Sequential([new LFilter({ b: [0.5], a: [1, -0.5], dim: 'time' }), double]);
    const expected = double(new LFilter({ b: [0.5], a: [1, -0.5], dim: 'time' }).apply(da) as DataArray);
    assert.ok((pipeline.apply(da) as DataArray).equals(expected));
  });
  it('flushes in cascade: what a stage held back runs through the later stages', () => {
    const make = () => new Sequential([new Resample({ down: 3 }), new Resample({ down: 2 }), double]);
    const atom = make();
    const out = [...atom.push(da, flags), ...atom.flush()] as DataArray[];
    const length = out.reduce((total, chunk) => total + chunk.sizes.time, 0);
    assert.equal(length, Math.ceil(Math.ceil(60 / 3) / 2));
    assert.equal((make().apply(da) as DataArray).sizes.time, length);
  });
  it('prints its stages, nested ones indented', () => {
    const pipeline = new Sequential({
      name: 'picker',
      atoms: [double, new Sequential({ name: 'inner', atoms: [new Filter({ freq: [1, null] })] })],
    });
    const lines = pipeline.toString().split('\n');
    assert.deepEqual(lines.slice(0, 3), ['picker:', '  0: double(...)', '  1: inner:']);
    assert.match(lines[3], /^ {7}0: Filter\(freq: \[1,null\]/);
  });
  it('refuses options that it does not know', () => {
    assert.throws(() => new Sequential({ atoms: [], nme: 'x' } as never), {
      code: 'BAD_ARGUMENT',
      message: /nme.*name/,
    });
    assert.throws(() => new Sequential({} as never), { code: 'BAD_ARGUMENT', message: /atoms/ });
  });
});

describe('compose', () => {
  it('leaves its operands alone and flattens unnamed pipelines', () => {
    const a = new LFilter({ b: [0.5], a: [1, -0.5], dim: 'time' });
    const first = compose(a, double);
    const second = first.pipe(double);
    assert.ok(second instanceof Sequential);
    assert.equal(first.atoms.length, 2);
    assert.equal(second.atoms.length, 3);
    assert.ok((second.apply(da) as DataArray).equals(double(first.apply(da) as DataArray)));
    assert.ok((a.apply(da) as DataArray).equals(new LFilter({ b: [0.5], a: [1, -0.5], dim: 'time' }).apply(da)));
  });
  it('keeps the name of the first pipeline and nests a named later one', () => {
    const named = new Sequential({ name: 'first', atoms: [double] });
    const later = new Sequential({ name: 'later', atoms: [double, double] });
    const all = compose(named, later) as Sequential;
    assert.equal(all.label, 'first');
    assert.equal(all.atoms.length, 2);
    assert.equal((all.atoms[1] as Sequential).label, 'later');
  });
});

describe('Partial', () => {
  it('puts the data where HERE is, and named arguments last', () => {
    const seen: unknown[] = [];
    const func = (...args: unknown[]) => {
      seen.push(...args.map((arg) => (arg instanceof DataArray ? 'data' : arg)));
      return args[1] as DataArray;
    };
    new Partial({ func, args: [7, HERE, 'x'], kwargs: { dim: 'time' } }).apply(da);
    assert.deepEqual(seen, [7, 'data', 'x', { dim: 'time' }]);
  });
  it('may give nothing, several chunks, or a table', () => {
    assert.deepEqual(new Partial({ func: () => null }).push(da, flags), []);
    assert.equal(new Partial({ func: (x: DataArray) => split(x, 3, 'time') }).push(da, flags).length, 3);
    const table = new Table({ x: new Float64Array(2) });
    assert.equal(new Partial({ func: () => table }).push(da, flags)[0], table);
  });
  it('says what a function gave that is no chunk', () => {
    assert.throws(() => new Partial({ func: () => 3 }).apply(da), { code: 'BAD_ARGUMENT', message: /Number/ });
  });
  it('starts its state anew at a gap', () => {
    const first: boolean[] = [];
    const func = (x: DataArray, { n }: { n?: number }) => {
      first.push(n === undefined);
      return [x, { n: (n ?? 0) + 1 }] as const;
    };
    const atom = new Partial({ func, state: ['n'], dim: 'time' });
    const [a, , c] = split(da, 3, 'time');
    atom.push(a, flags);
    atom.push(c, flags);
    assert.deepEqual(first, [true, true]);
    assert.equal(atom.counters.gaps, 1);
  });
  it('refuses a stateful function that gives no state', () => {
    const atom = new Partial({ func: (x: DataArray) => x, state: ['n'] });
    assert.throws(() => atom.push(da, flags), { code: 'BAD_ARGUMENT', message: /\[output, state\]/ });
    const forgets = new Partial({ func: (x: DataArray) => [x, {}], state: ['n'] });
    assert.throws(() => forgets.push(da, flags), { code: 'BAD_ARGUMENT', message: /no new state for n/ });
  });
});

describe('generators', () => {
  it('yield any number of chunks, and return their state', () => {
    const thirds = atomized(function* thirds(x: DataArray) {
      yield* split(x, 3, 'time');
    });
    assert.equal(thirds(HERE).push(da, flags).length, 3);
    assert.deepEqual(new Partial({ func: function* () {} }).push(da, flags), []);
    const counted = new Partial({
      func: function* (x: DataArray, { n = 0 }: { n?: number }) {
        yield x;
        return { n: n + 1 };
      },
      state: ['n'],
      dim: 'time',
    });
    counted.push(da, flags);
    assert.deepEqual((counted.state.own as Record<string, unknown>).values, { n: 1 });
  });

  it('are refused where they yield no chunk, return no state, or would have to be waited for', () => {
    const refused = (func: () => unknown, message: RegExp, state?: string[]) =>
      assert.throws(() => new Partial({ func, state }).push(da, flags), { code: 'BAD_ARGUMENT', message });
    refused(function* () {
      yield 3;
    }, /Number/);
    refused(
      function* () {
        yield da;
      },
      /no new state for n/,
      ['n'],
    );
    refused(async function* () {}, /AsyncGenerator/);
  });
});

describe('atomized and function forms', () => {
  const scaled = atomized(scale);
  it('work at once on data', () => {
    assert.ok(scaled(da, 3).equals(scale(da, 3)));
    const atom = new Filter({ freq: [1, 10] });
    assert.ok((filter(da, { freq: [1, 10] }) as DataArray).equals(atom.apply(da)));
  });
  it('give atoms with HERE, and pipelines with an atom', () => {
    const atom = scaled(HERE, 3);
    assert.ok(atom instanceof Partial);
    assert.equal(atom.toString(), 'scale(..., 3)');
    const pipeline = scaled(resample(filter(HERE, { freq: [1, 10] }), { rate: 50 }), 3);
    assert.ok(pipeline instanceof Sequential);
    assert.equal(pipeline.atoms.length, 3);
    assert.equal((pipeline.apply(da) as DataArray).sizes.time, 30);
  });
  it('refuse two atoms: a pipeline is a single chain', () => {
    assert.throws(() => scaled(scaled(HERE, 1), scaled(HERE, 2)), { code: 'BAD_ARGUMENT', message: /single chain/ });
  });
});
