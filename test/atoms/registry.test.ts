import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { Filter } from '../../lib/atoms/filter.js';
import { LFilter } from '../../lib/atoms/lfilter.js';
import { Partial } from '../../lib/atoms/partial.js';
import { type AtomSpec, atomFromSpec, atomNames, registerAtom } from '../../lib/atoms/registry.js';
import { Sequential } from '../../lib/atoms/sequential.js';
import type { DataArray } from '../../lib/dataarray/data-array.js';
import { gappyInput } from './conformance.js';

const da = gappyInput({ name: '', make: () => new LFilter({ b: [1], a: [1] }) });

describe('atoms by name', () => {
  it('are made from a declaration as by their constructor', () => {
    const atom = atomFromSpec({ Filter: { freq: [1, null], order: 2 } });
    assert.ok(atom instanceof Filter);
    assert.ok((atom.apply(da) as DataArray).equals(new Filter({ freq: [1, null], order: 2 }).apply(da)));
  });
  it('are made from YAML, lists as pipelines', () => {
    const text = `
- Filter: { freq: [1, null] }
- Resample: { down: 2, window: [kaiser, 4.5] }
- Sequential:
    name: after
    atoms:
      - Partial: { func: square }
      - DownSample: { factor: 2, dim: time, onDiscontinuity: raise }
`;
    const atom = atomFromSpec(parse(text) as AtomSpec) as Sequential;
    assert.ok(atom instanceof Sequential);
    assert.equal(atom.atoms.length, 3);
    assert.equal((atom.atoms[2] as Sequential).label, 'after');
    assert.equal((atom.atoms[2] as Sequential).atoms[1].onDiscontinuity, 'raise');
    assert.equal((atom.apply(da) as DataArray).sizes.time, 15);
  });
  it('are listed, and may be registered once', () => {
    for (const name of ['Filter', 'Resample', 'SOSFilter', 'LFilter', 'Sequential', 'Partial'])
      assert.ok(atomNames().includes(name), name);
    registerAtom('Twice', () => new Partial({ func: (x: DataArray) => x }));
    assert.ok(atomFromSpec('Twice') instanceof Partial);
    assert.throws(() => registerAtom('Twice', () => new Partial({ func: (x: DataArray) => x })), {
      code: 'BAD_ARGUMENT',
    });
  });
});

describe('mistakes in a declaration', () => {
  const mistakes: [string, AtomSpec, RegExp][] = [
    ['an unknown name', { Filtr: {} }, /Filtr.*Filter.*Resample/],
    [
      'an unknown option',
      { Filter: { freq: [1, 10], ordre: 4 } },
      /Filter: unknown option ordre .*freq.*order\?.*dim\?/,
    ],
    ['two unknown options', { DownSample: { factr: 2, dmi: 'time' } }, /factr, dmi/],
    ['a missing option', { Filter: {} }, /Filter: freq: /],
    ['a wrong type', { Filter: { freq: [1, 10], order: 'four' } }, /order: .*number/],
    ['no corner at all', { Filter: { freq: [null, null] } }, /at least one corner/],
    ['corners that fall', { Filter: { freq: [10, 1] } }, /must rise/],
    ['a frequency that is negative', { Filter: { freq: [-1, 10] } }, /freq\.0/],
    ['zero phase without iir', { Resample: { down: 2, zerophase: true } }, /zerophase.*'iir'/],
    ['an unknown family', { IIRFilter: { order: 2, cutoff: 5, btype: 'lowpass', ftype: 'buter' } }, /buter.*butter/],
    ['one cut-off for a band', { IIRFilter: { order: 2, cutoff: 5 } }, /bandpass/],
    ['no target', { Resample: {} }, /exactly one of rate, interval, up\/down/],
    ['two targets', { Resample: { rate: 50, down: 2 } }, /rate and up\/down/],
    ['snap with fft', { Resample: { rate: 50, method: 'fft', snap: true } }, /snap.*'fir', 'iir'/],
    ['edge with fir', { Resample: { rate: 50, edge: 'mirror' } }, /edge.*'fft'/],
    ['numtaps with iir', { Resample: { rate: 50, method: 'iir', numtaps: 5 } }, /numtaps/],
    ['snap with a factor', { Resample: { down: 2, snap: true } }, /snap/],
    ['a factor that is no integer', { DownSample: { factor: 2.5 } }, /factor/],
    ['sections that are none', { SOSFilter: { sos: [[1, 2, 3]] } }, /sos row 0/],
    ['too few taps', { Polyphase: { taps: [1, 1], up: 3 } }, /at least 3/],
    ['two dimensions to rechunk', { Rechunk: { chunks: { time: 5, distance: 3 } } }, /one dimension/],
    ['two names in one stage', { Filter: { freq: [1, 10] }, DownSample: { factor: 2 } }, /Filter, DownSample/],
    ['options that are no object', { Filter: 3 }, /one object/],
    ['an unknown function', { Partial: { func: 'sqare' } }, /sqare.*square/],
    ['a wrong policy', { Filter: { freq: [1, 10], onDiscontinuity: 'ignore' } }, /onDiscontinuity.*reset.*raise/],
  ];
  for (const [what, spec, message] of mistakes)
    it(`${what} says what is allowed`, () => {
      assert.throws(() => atomFromSpec(spec), { code: 'BAD_ARGUMENT', message });
    });

  it('of the rate are told at the first chunk', () => {
    assert.throws(() => atomFromSpec({ Filter: { freq: [1, 60] } }).apply(da), {
      code: 'BAD_ARGUMENT',
      message: /60.*50/,
    });
    assert.throws(() => atomFromSpec({ Resample: { rate: 33.37 } }).apply(da), {
      code: 'BAD_ARGUMENT',
      message: /tolerance.*maxup.*snap/,
    });
  });
});
