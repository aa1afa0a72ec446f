import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DataArray, DataCollection, DataMapping, DataSequence, OneBit, Table } from '../../lib/index.js';

const array = (value: number, samples = 3) =>
  new DataArray({
    data: new Float32Array(samples).fill(value),
    coords: { time: Array.from({ length: samples }, (_, k) => k) },
  });
const tree = () =>
  DataCollection.from({ das1: ['record', [array(1), array(2)]], das2: ['record', [array(3, 5)]] }, 'instrument');

describe('a collection', () => {
  it('is made of lists, objects, Maps and pairs of a name and one of these', () => {
    const made = tree();
    assert.ok(made.isMapping());
    assert.equal(made.name, 'instrument');
    const record = made.get('das1');
    assert.ok(record instanceof DataSequence);
    assert.equal(record.name, 'record');
    assert.deepEqual(made.fields, ['instrument', 'record']);
    const map = new DataMapping(
      new Map([
        ['2', array(2)],
        ['1', array(1)],
      ]),
    ); // prettier-ignore
    assert.deepEqual([...map.keys()], ['2', '1'], 'a Map keeps the order of whole numbers');
    assert.equal(DataCollection.from(['x', [array(1)]]).name, 'x');
    assert.equal(DataCollection.from(['x', [array(1)]], 'y').name, 'y');
    assert.equal(DataCollection.from([[null, [array(1)]], [array(2)]]).size, 2);
    assert.equal((DataCollection.from([['velocity', array(1)]]).leaf(0) as DataArray).name, 'velocity');
  });

  it('refuses what is neither array, table nor collection, and says where', () => {
    const cases: [unknown, RegExp][] = [
      [{ a: { b: [array(1), 5] } }, /^a: b: 1: a collection holds arrays, tables and collections, not Number$/],
      [{ a: 'text' }, /^a: .*not String$/],
      [[new Date()], /^0: .*not Date$/],
      [[undefined], /^0: .*not undefined$/],
    ];
    for (const [data, message] of cases)
      assert.throws(() => DataCollection.from(data as never), { code: 'BAD_ARGUMENT', message });
    assert.throws(() => DataCollection.from(array(1) as never), { code: 'BAD_ARGUMENT', message: /one leaf/ });
    assert.throws(() => new DataSequence([], 5 as never), { code: 'BAD_ARGUMENT', message: /name of a collection/ });
  });

  it('gives items by their keys, and says which there are', () => {
    const made = tree();
    assert.equal((made.leaf('das2', 0) as DataArray).size, 5);
    assert.equal((made.leaf('das1', -1) as DataArray).values[0], 2);
    assert.throws(() => made.get('das3'), { code: 'BAD_INDEX', message: /das3.*das1, das2/ });
    assert.throws(() => made.get('das1', 2), { code: 'BAD_INDEX', message: /outside 0 ... 1/ });
    assert.throws(() => made.get('das1', 'x'), { code: 'BAD_INDEX', message: /positions/ });
    assert.throws(() => made.get('das1', 0, 0), { code: 'BAD_INDEX', message: /das1\/0 is a leaf/ });
    assert.throws(() => made.leaf('das1'), { code: 'BAD_INDEX', message: /das1 is no leaf/ });
    assert.deepEqual(
      Array.from(made.leaves(), ({ path, levels }) => [...path, ...levels]),
      [
        ['das1', 0, 'instrument', 'record'],
        ['das1', 1, 'instrument', 'record'],
        ['das2', 0, 'instrument', 'record'],
      ],
    );
  });

  it('iterates as a Map or an array, and is added to without being changed', () => {
    const made = tree() as DataMapping;
    assert.deepEqual(
      [...made].map(([key]) => key),
      ['das1', 'das2'],
    ); // prettier-ignore
    const more = made.with({ das3: array(9), das1: array(8) });
    assert.deepEqual([...more.keys()], ['das1', 'das2', 'das3']);
    assert.deepEqual([...made.keys()], ['das1', 'das2']);
    assert.deepEqual([...more.without('das1').keys()], ['das2', 'das3']);
    const record = made.get('das1') as DataSequence<DataArray>;
    const longer = record.concat([array(7)]);
    assert.deepEqual([longer.length, record.length, longer.name], [3, 2, 'record']);
    assert.deepEqual(
      [...longer.slice(1)].map((each) => (each as DataArray).values[0]),
      [2, 7],
    ); // prettier-ignore
    assert.equal(longer.at(-1), longer.get(2));
    assert.equal(longer.at(5), undefined);
    assert.ok(DataSequence.fromMapping(longer.toMapping()).equals(longer));
    assert.deepEqual([...longer.toMapping().keys()], ['0', '1', '2']);
  });

  it('is equal to one of the same kind, names, keys in order, and leaves', () => {
    const made = tree();
    assert.ok(made.equals(tree()));
    assert.ok(!made.equals(made.rename('other')));
    assert.ok(!made.equals(made.rename(null)));
    assert.ok(!made.equals((made as DataMapping).with({ das1: array(1) })));
    assert.ok(!made.equals((made as DataMapping).without('das2')));
    assert.ok(
      !made.equals(
        DataCollection.from(
          [...(made as DataMapping)].reverse().map(([, item]) => item),
          'instrument',
        ),
      ),
    );
    assert.ok(!new DataSequence([]).equals(new DataMapping({})));
    const [a, b] = [array(1), array(2)];
    assert.ok(!new DataMapping({ a, b }).equals(new DataMapping({ b, a })), 'the order counts');
    assert.ok(!new DataSequence([a]).equals(new DataSequence([b])));
    assert.ok(!new DataSequence([a]).equals(null));
  });

  it('selects in every array, drops those that become empty, and keeps levels', () => {
    const selected = tree().isel({ time: { start: 3 } });
    assert.deepEqual(
      Array.from(selected.leaves(), ({ path }) => path),
      [['das2', 0]],
    ); // prettier-ignore
    assert.equal(selected.get('das1') instanceof DataSequence && selected.get('das1').empty, true);
    assert.equal(
      (
        tree()
          .sel({ time: { start: 4 } })
          .leaf('das2', 0) as DataArray
      ).size,
      1,
    );
    assert.throws(() => tree().isel({ channel: 0 }), { code: 'BAD_DIM', message: /^das1\/0: / });
    const tables = DataCollection.from({ picks: new Table({ value: [1] }) });
    assert.throws(() => tables.isel({ time: 0 }), { code: 'BAD_ARGUMENT', message: /picks is a table/ });
  });

  it('answers to queries by level, and refuses names of no level', () => {
    assert.throws(() => tree().query({ network: 'x' }), {
      code: 'BAD_ARGUMENT',
      message: /network.*instrument, record/,
    });
    assert.throws(() => tree().query({ instrument: 0 }), { code: 'BAD_ARGUMENT', message: /is a mapping/ });
    assert.throws(() => tree().query({ record: 'a' }), { code: 'BAD_ARGUMENT', message: /is a sequence/ });
    assert.throws(() => tree().query({ record: 1 }), { code: 'BAD_INDEX' });
    assert.equal(tree().select({ instrument: '*2' }).size, 1);
  });

  it('maps functions, and a fresh atom for each leaf', () => {
    const doubled = tree().map((leaf) => (leaf as DataArray).isel({ time: { stop: 1 } }));
    assert.deepEqual(
      Array.from(doubled.leaves(), ({ leaf }) => leaf.size),
      [1, 1, 1],
    ); // prettier-ignore
    assert.deepEqual(doubled.fields, ['instrument', 'record']);
    const atom = new OneBit();
    const bits = tree().map(atom);
    assert.equal(bits.leaf('das2', 0) instanceof DataArray, true);
    assert.equal(atom.counters.chunks, 0);
    assert.throws(() => tree().map(() => 5 as never), { code: 'BAD_ARGUMENT', message: /^das1\/0: map got 5/ });
  });

  it('puts its tables together', () => {
    const tables = DataCollection.from({ a: new Table({ value: [1] }), b: [new Table({ value: [2, 3] })] });
    assert.deepEqual([...(tables.toTable().get('value') as Float64Array)], [1, 2, 3]);
    assert.throws(() => tree().toTable(), { code: 'BAD_ARGUMENT', message: /das1\/0 is an array/ });
    assert.match(String(tables), /<xdas.DataCollection: 2 tables, 24 B>\n├── a {2}\(rows: 1, columns: 1\)/);
  });

  it('says that it is empty', () => {
    assert.equal(String(new DataSequence([], 'x')), '<xdas.DataCollection: empty>');
    assert.match(String(DataCollection.from({ a: [], b: array(1) })), /├── a {2}\(empty\)/);
  });
});
