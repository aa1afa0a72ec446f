/** Axes without a declared interval, where a cut leaves a sample or two beside a gap: the stream's interval tells what they do not. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Atom } from '../../lib/atoms/atom.js';
import { Despike } from '../../lib/atoms/despike.js';
import { Differentiate } from '../../lib/atoms/differentiate.js';
import { DownSample } from '../../lib/atoms/down-sample.js';
import { Filter } from '../../lib/atoms/filter.js';
import { GainControl } from '../../lib/atoms/gain-control.js';
import { Integrate } from '../../lib/atoms/integrate.js';
import { Resample } from '../../lib/atoms/resample.js';
import { RMS } from '../../lib/atoms/rms.js';
import type { Seam } from '../../lib/atoms/seam.js';
import { Sequential } from '../../lib/atoms/sequential.js';
import { SOSFilter } from '../../lib/atoms/sos-filter.js';
import { STALTA } from '../../lib/atoms/stalta.js';
import { STFT } from '../../lib/atoms/stft.js';
import { UpSample } from '../../lib/atoms/up-sample.js';
import { DenseCoordinate } from '../../lib/coordinates/dense-coordinate.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { split } from '../../lib/dataarray/split.js';

const ms = 1_000_000n;
const start = 1716292800_123456789n;
const flags = { chunkDim: 'time' };
const common = { dim: 'time', dtype: 'datetime64[ns]' } as const;

/** One channel with labels at these ms after the start, each stored, or ties where stretches begin and end. */
function record(labels: readonly number[], axis: 'dense' | 'ties' = 'dense'): DataArray {
  const at = labels.map((label) => start + BigInt(label) * ms);
  const ends = labels.flatMap((label, k) =>
    k === 0 || k === labels.length - 1 || labels[k + 1] - label !== 10 || label - labels[k - 1] !== 10 ? [k] : [],
  );
  const time =
    axis === 'dense'
      ? new DenseCoordinate({ values: at, ...common })
      : new InterpCoordinate({ tieIndices: ends, tieValues: ends.map((k) => at[k]), ...common });
  return new DataArray({ data: Float64Array.from(labels, (_, k) => Math.sin(k)), coords: { time } });
}

/** `count` labels every `step` ms from `from` on. */
const every = (step: number, from: number, count: number) => Array.from({ length: count }, (_, k) => from + k * step);

/** What comes out of chunks, with seams; `between` is done to the atom after each chunk, and gives the one to go on with. */
function stream(make: () => Atom, chunks: readonly DataArray[], between = (atom: Atom) => atom) {
  const seams: Seam[] = [];
  const out: DataArray[] = [];
  let atom = make();
  for (const chunk of chunks) {
    atom.onNotice = () => undefined;
    atom.onSeam = (seam) => seams.push(seam);
    out.push(...(atom.push(chunk, flags) as DataArray[]));
    atom = between(atom);
  }
  out.push(...(atom.flush() as DataArray[]));
  return { seams, ...flat(out) };
}

function flat(arrays: readonly DataArray[]) {
  return {
    values: arrays.flatMap(({ values }) => Array.from(values as Float64Array)),
    labels: arrays.flatMap(({ coords }) => Array.from(coords.axis('time').values as BigInt64Array)),
  };
}

const makers: [string, () => Atom][] = [
  ['SOSFilter', () => new SOSFilter({ sos: [[0.5, 0, 0, 1, -0.5, 0]], dim: 'time' })],
  ['Filter', () => new Filter({ freq: [null, 2], order: 2 })],
  ['Filter, fir', () => new Filter({ freq: [null, 20], ftype: 'fir', transition: 40 })],
  ['RMS', () => new RMS({ wlen: 0.03, hop: 0.01 })],
  ['STFT', () => new STFT({ wlen: 0.02, hop: 0.02 })],
  ['STALTA', () => new STALTA({ sta: 0.02, lta: 0.05 })],
  ['Integrate', () => new Integrate({ midpoints: true })],
  ['Differentiate', () => new Differentiate({ midpoints: true })],
  ['Despike', () => new Despike({ wlen: 0.05, nsigma: 3 })],
  ['GainControl', () => new GainControl({ tau: 0.1 })],
  ['UpSample', () => new UpSample({ factor: 2 })],
  ['DownSample', () => new DownSample({ factor: 3 })],
  ['Resample', () => new Resample({ down: 2 })],
  ['Resample, iir', () => new Resample({ up: 2, down: 3, method: 'iir' })],
  ['two stages', () => new Sequential([new Filter({ freq: [null, 2], order: 2 }), new Integrate()])],
];

describe('a gap near the end of a chunk that declares no interval', () => {
  const labels = [...every(10, 0, 30), ...every(10, 340, 30)];
  // one behind the gap; the gap between two; two before it and one behind; one before and two behind; one by one around it
  const cuttings = [
    [20, 31],
    [20, 29, 31, 45],
    [20, 29, 31, 32],
    [20, 28, 31],
    [20, 29, 32],
    [20, 30, 31, 45],
    [20, 28, 29, 30, 31, 32],
  ];
  for (const axis of ['ties', 'dense'] as const)
    for (const [name, make] of makers)
      it(`is where it is in the whole: ${name}, ${axis}`, () => {
        const da = record(labels, axis);
        const whole = make();
        const wholeSeams: Seam[] = [];
        whole.onNotice = () => undefined;
        whole.onSeam = (seam) => wholeSeams.push(seam);
        const expected = flat(whole.run(da) as DataArray[]);
        for (const cuts of cuttings) {
          const chunks = split(da, cuts, 'time');
          const resumed = (atom: Atom) => {
            const next = make();
            next.setState(structuredClone(atom.state));
            return next;
          };
          for (const between of [undefined, resumed]) {
            const { seams, values, labels: given } = stream(make, chunks, between);
            assert.deepEqual(given, expected.labels, `labels, cut at ${cuts}`);
            assert.equal(values.length, expected.values.length);
            for (const [k, value] of values.entries())
              assert.ok(Math.abs(value - expected.values[k]) < 1e-12, `value ${k}, cut at ${cuts}`);
            assert.deepEqual(
              seams.filter((seam) => seam.atom === whole.name).map(({ kind, end, jump }) => [kind, end, jump]),
              [['gap', start + 290n * ms, 40n * ms]],
              `seams, cut at ${cuts}`,
            );
          }
        }
      });

  for (const [name, make] of makers)
    it(`is where it is in the whole, one by one over several: ${name}`, () => {
      const da = record([...every(10, 0, 12), ...every(10, 140, 6), ...every(10, 233, 2), ...every(10, 400, 6)]);
      const pieces = split(da, [12, 18, 20], 'time');
      const whole = make();
      whole.onNotice = () => undefined;
      const expected = flat(pieces.flatMap((piece) => whole.run(piece) as DataArray[]));
      const chunks = split(da, every(1, 6, da.size - 6), 'time');
      const { seams, values, labels: given } = stream(make, chunks);
      assert.deepEqual(given, expected.labels);
      for (const [k, value] of values.entries()) assert.ok(Math.abs(value - expected.values[k]) < 1e-12, `value ${k}`);
      assert.equal(seams.filter((seam) => seam.atom === whole.name).length, 3);
    });

  it('is raised where that is asked for', () => {
    for (const cuts of cuttings) {
      const atom = new Filter({ freq: [null, 2], onDiscontinuity: 'raise' });
      atom.onNotice = () => undefined;
      assert.throws(
        () => {
          for (const chunk of split(record(labels), cuts, 'time')) atom.push(chunk, flags);
        },
        { code: 'DISCONTINUITY', message: /a gap in time/ },
      );
    }
  });
});

describe('short chunks that declare no interval', () => {
  const kinds = (labels: readonly number[], cuts: number[]) =>
    stream(makers[0][1], split(record(labels), cuts, 'time')).seams.map(({ kind, start: at }) => [
      kind,
      Number((at as bigint) - start) / 1e6,
    ]);
  const each = (from: number, count: number, size: number) => every(size, from, Math.floor(count / size));

  it('show several gaps', () => {
    const labels = [...every(10, 0, 6), 90, 140, 150, 160];
    assert.deepEqual(kinds(labels, [5, 8]), [
      ['gap', 90],
      ['gap', 140],
    ]);
  });
  it('show another rate by two equal steps, that between chunks counted', () => {
    const labels = [...every(10, 0, 6), ...every(20, 70, 10)];
    assert.deepEqual(kinds(labels, each(2, 14, 2)), [['rate', 70]]);
    assert.deepEqual(kinds(labels, each(3, 12, 3)), [['rate', 70]]);
    // 50 and 70 in one chunk may be a gap; what follows tells
    assert.deepEqual(kinds(labels, [5, 7, 9, 11, 13]), [
      ['gap', 70],
      ['rate', 90],
    ]);
    assert.deepEqual(kinds(labels, each(4, 12, 1)), [
      ['gap', 70],
      ['rate', 90],
    ]);
  });
  it('with a shorter step are another rate', () => {
    assert.deepEqual(kinds([...every(10, 0, 6), ...every(5, 60, 6)], [6, 8, 10]), [['rate', 60]]);
  });
  it('that are uneven without a gap are refused', () => {
    assert.throws(() => kinds([...every(10, 0, 6), 60, 70, 75], [6]), { code: 'IRREGULAR' });
  });
});

describe('the interval of a stream', () => {
  it('is forgotten by reset(), and at the end of a run', () => {
    const one = record([500]);
    for (const end of ['reset', 'flush'] as const) {
      const atom = new Filter({ freq: [null, 2] });
      atom.onNotice = () => undefined;
      atom.push(record(every(10, 0, 20)), flags);
      atom[end]();
      assert.throws(() => atom.push(one, flags), { code: 'IRREGULAR' });
    }
  });
});
