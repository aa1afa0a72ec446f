import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { concatCoordinates } from '../../lib/coordinates/concat-coordinates.js';
import { Coordinates, toCoordinate } from '../../lib/coordinates/coordinates.js';
import { DenseCoordinate } from '../../lib/coordinates/dense-coordinate.js';
import { exactToScalar, ratioToNumber, toExact } from '../../lib/coordinates/exact.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { interpolate } from '../../lib/coordinates/piecewise-linear.js';
import { SampledCoordinate } from '../../lib/coordinates/sampled-coordinate.js';
import { ScalarCoordinate } from '../../lib/coordinates/scalar-coordinate.js';
import { slice } from '../../lib/coordinates/slice.js';
import { toTime } from '../../lib/time.js';

const start = '2024-05-21T00:00:00.123456789';

describe('exact arithmetic', () => {
  it('floats are integers times a power of two, and come back', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const { integers, exponent } = toExact(value);
        assert.equal(ratioToNumber(integers[0]!, 1n, exponent), value === 0 ? 0 : value);
      }),
    );
  });

  it('quotients of integers are those of IEEE 754', () => {
    const integer = fc.maxSafeInteger();
    fc.assert(
      fc.property(
        integer,
        integer.filter((d) => d > 0),
        (n, d) => {
          assert.equal(ratioToNumber(BigInt(n), BigInt(d), 0), n === 0 ? 0 : n / d);
        },
      ),
    );
    assert.equal(ratioToNumber(1n, 3n, -1074), 0);
    assert.equal(ratioToNumber(2n, 3n, -1074), 5e-324);
    assert.equal(exactToScalar(5n, 2n, 0, 'int64'), 2n);
    assert.equal(exactToScalar(1n, 3n, 0, 'float32'), Math.fround(1 / 3));
  });

  it('whole axes and single labels are the same', () => {
    const tie = fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), tie, tie, (length, a, b) => {
        const axis = new InterpCoordinate({ tieIndices: [0, length], tieValues: [a, b] });
        assert.deepEqual(
          [...axis.values],
          Array.from({ length: length + 1 }, (_, k) => interpolate(k, length, a, b, 'int64')),
        );
      }),
    );
  });
});

describe('coordinates take what users have', () => {
  it('times as bigint, Date and text; steps as bigint, seconds and text', () => {
    const axis = InterpCoordinate.fromBlock(start, 100, '10ms', { dim: 'time' });
    assert.equal(axis.dtype, 'datetime64[ns]');
    assert.ok(
      axis.equals(InterpCoordinate.fromBlock(toTime(start), 100, 0.01, { dim: 'time', dtype: 'datetime64[ns]' })),
    );
    assert.ok(
      axis.equals(
        InterpCoordinate.fromBlock(toTime(start), 100, 10_000_000n, { dim: 'time', dtype: 'datetime64[ns]' }),
      ),
    );
    const whole = new Date('2024-05-21T00:00:00.100Z');
    const ties = new InterpCoordinate({ tieIndices: [0, 10], tieValues: [whole, '2024-05-21T00:00:00.200'] });
    assert.equal(ties.getIndexer(new Date('2024-05-21T00:00:00.150Z')), 5);
    assert.throws(() => ties.getIndexer('2024-05-21T00:00:00.1500000004'), { code: 'BAD_TIME' });
  });
});

describe('Coordinates', () => {
  const coords = new Coordinates({
    time: { tieIndices: [0, 9], tieValues: [0, 90] },
    distance: [0, 1, 2],
    channel: ['distance', ['DAS01', 'DAS02', 'DAS03']],
    interrogator: [null, 'SRN'],
    shot: new Date(0),
  });

  it('knows dimensions, names and kinds', () => {
    assert.deepEqual(coords.dims, ['time', 'distance']);
    assert.deepEqual([...coords.keys()], ['time', 'distance', 'channel', 'interrogator', 'shot']);
    assert.ok(coords.get('time') instanceof InterpCoordinate);
    assert.ok(coords.get('first') === coords.get('time') && coords.get('last') === coords.get('distance'));
    assert.ok(coords.get('channel') instanceof DenseCoordinate);
    assert.equal(coords.get('channel')!.dim, 'distance');
    assert.ok(coords.get('shot') instanceof ScalarCoordinate);
    assert.ok(coords.isDim('time') && !coords.isDim('channel') && !coords.isDim('shot'));
    assert.equal(coords.get('speed'), undefined);
    assert.throws(() => coords.axis('channel'), { code: 'BAD_DIM', message: /time, distance/ });
    assert.throws(() => new Coordinates({ x: [1, 2] }, ['x', 'y']).axis('y'), { code: 'BAD_DIM' });
  });

  it('prints as xdas does', () => {
    assert.equal(
      coords.dropCoords('shot').toString(),
      [
        'Coordinates:',
        '  * time (time): 0.000 to 90.000',
        '  * distance (distance): [0. ... 2.]',
        "    channel (distance): ['DAS01' ... 'DAS03']",
        "    interrogator: 'SRN'",
      ].join('\n'),
    );
  });

  it('drops, assigns, renames, compares', () => {
    assert.deepEqual([...coords.dropDims('last').keys()], ['time', 'interrogator', 'shot']);
    assert.deepEqual(coords.dropCoords('time').dims, ['time', 'distance']);
    assert.ok(coords.equals(coords.dropCoords('shot').assign({ shot: new Date(0) })));
    assert.ok(!coords.equals(coords.assign({ shot: new Date(1) })));
    assert.throws(() => coords.assign({ depth: [1, 2] }), { code: 'BAD_DIM', message: /depth/ });
    const renamed = coords.withDims(['t', 'distance'], { time: 't' });
    assert.equal(renamed.get('time')!.dim, 't');
  });

  it('tells two labels from a named dimension', () => {
    assert.deepEqual(new Coordinates({ phase: ['P', 'S'] }).get('phase')!.values, ['P', 'S']);
    assert.equal(new Coordinates({ phase: ['x', ['P', 'S']] }).get('phase')!.dim, 'x');
  });

  it('refuses what is no coordinate', () => {
    assert.throws(() => toCoordinate({} as never), { code: 'BAD_COORDINATE', message: /tieIndices/ });
    assert.throws(() => toCoordinate(null as never), { code: 'BAD_COORDINATE' });
    assert.throws(() => toCoordinate([1, 'a']), { code: 'BAD_COORDINATE' });
    assert.throws(() => toCoordinate(3, 'time'), { code: 'BAD_DIM' });
    assert.throws(() => new Coordinates(null, ['x', 'x']), { code: 'BAD_DIM' });
    assert.throws(() => new DenseCoordinate({ values: [1.5], dtype: 'int16' }), { code: 'BAD_COORDINATE' });
    assert.throws(() => new DenseCoordinate({ values: [40_000], dtype: 'int16' }), {
      code: 'BAD_COORDINATE',
      message: /int16/,
    });
    assert.throws(() => new DenseCoordinate({ values: [5], dtype: 'datetime64[ns]' }), { code: 'BAD_TIME' });
  });
});

describe('regularity', () => {
  const axis = InterpCoordinate.fromBlock(start, 11, ['1s', 3], { dim: 'time' });

  it('is part of identity', () => {
    const { tieIndices, tieValues, dtype, dim } = axis;
    const loose = new InterpCoordinate({ tieIndices, tieValues, dtype, dim });
    assert.ok(!loose.isRegular() && !axis.equals(loose) && !loose.equals(axis));
    const declared = (tolerance: bigint) =>
      new InterpCoordinate({
        tieIndices,
        tieValues,
        samplingNumerator: '2s',
        samplingDenominator: 6,
        tolerance,
        dtype,
        dim,
      });
    assert.ok(axis.equals(declared(1n)));
    assert.ok(!axis.equals(declared(5n)));
    assert.ok(!axis.equals(loose.toRegular({ tolerance: 1n })), 'the rate of the rounded ties is another');
    assert.deepEqual(axis.samplingRatio, { numerator: 1_000_000_000n, denominator: 3 });
    assert.equal(axis.getSamplingInterval(), 1 / 3);
    assert.equal(axis.getSamplingInterval({ cast: false }), 333_333_333n);
  });

  it('stays through slices, with steps multiplied', () => {
    assert.deepEqual(axis.slice(1, 9, 3).samplingRatio, { numerator: 1_000_000_000n, denominator: 1 });
    assert.equal(axis.slice(4, 4).samplingInterval, 333_333_333n);
    assert.equal(axis.slice(4, 4).dtype, 'datetime64[ns]');
  });

  it('a slice widens a tolerance that rounding its ends would break', () => {
    const exact = new InterpCoordinate({ tieIndices: [0, 10], tieValues: [0n, 101n] }).toRegular();
    assert.equal(exact.tolerance, 0n);
    const sliced = exact.slice(0, 5) as InterpCoordinate;
    assert.deepEqual([...sliced.tieValues], [0n, 40n]);
    assert.equal(sliced.tolerance, 1n);
    assert.deepEqual(sliced.samplingRatio, exact.samplingRatio);
  });

  it('stays through joining only where all declare the same', () => {
    const next = axis.shift('4s');
    assert.ok(axis.append(next).isRegular());
    const { tieIndices, tieValues, dtype, dim } = next as InterpCoordinate;
    assert.ok(!axis.append(new InterpCoordinate({ tieIndices, tieValues, dtype, dim })).isRegular());
    assert.equal(axis.append(next).getSplitIndices('gaps', 0).length, 1);
  });

  it('says what is wrong', () => {
    assert.throws(
      () => new InterpCoordinate({ tieIndices: [0, 9], tieValues: [0, 90.1], samplingInterval: 10, dim: 'distance' }),
      { code: 'BAD_COORDINATE', message: /"distance".*smallest that would do is 0\.04/ },
    );
    assert.throws(() => new InterpCoordinate({ tieIndices: [0, 1.5], tieValues: [0, 1] }), { code: 'BAD_COORDINATE' });
    assert.throws(
      () =>
        new InterpCoordinate({
          tieIndices: [0],
          tieValues: [0],
          samplingInterval: 1,
          samplingNumerator: 1,
          samplingDenominator: 1,
        }),
      {
        code: 'BAD_COORDINATE',
      },
    );
    assert.throws(() => new InterpCoordinate({ tieIndices: [0], tieValues: [0], samplingNumerator: 1 }), {
      code: 'BAD_COORDINATE',
    });
    assert.throws(
      () => new InterpCoordinate({ tieIndices: [0], tieValues: [0], samplingNumerator: 1, samplingDenominator: 0 }),
      {
        code: 'BAD_COORDINATE',
      },
    );
    assert.throws(() => new SampledCoordinate({ tieValues: [0], tieLengths: [5] }), {
      code: 'BAD_COORDINATE',
      message: /samplingInterval/,
    });
    assert.throws(() => new SampledCoordinate({ tieValues: [0], tieLengths: [0], samplingInterval: 1 }), {
      code: 'BAD_COORDINATE',
    });
    assert.throws(() => concatCoordinates([]), { code: 'BAD_ARGUMENT' });
    assert.throws(() => axis.append(new DenseCoordinate({ values: [1], dim: 'time' })), { code: 'BAD_COORDINATE' });
    assert.throws(() => axis.append(axis.withDim('t')), { code: 'BAD_COORDINATE' });
    assert.throws(() => axis.getIndexer(start, 'pad' as never), { code: 'BAD_ARGUMENT', message: /nearest/ });
    assert.throws(() => axis.getSplitIndices('holes' as never), { code: 'BAD_ARGUMENT' });
    assert.throws(() => axis.getIndexer('2020-01-01'), { code: 'BAD_INDEX', message: /2020-01-01/ });
    assert.throws(() => axis.toIndex(slice(start, null, 2)), { code: 'BAD_INDEX' });
    assert.throws(() => axis.slice(0, 5, -1), { code: 'BAD_INDEX' });
  });
});

describe('slices with steps over short segments', () => {
  it('have the labels of the samples that they take', () => {
    const axis = new InterpCoordinate({
      tieIndices: [0, 9, 10, 11, 12, 30],
      tieValues: [0, 90, 200, 210, 500, 680],
      dim: 'x',
    });
    const stepped = axis.slice(0, null, 4);
    assert.equal(stepped.size, 8);
    for (const k of [0, 1, 2, 3, 5, 7]) assert.equal(stepped.getValue(k), axis.getValue(4 * k));
  });
});
