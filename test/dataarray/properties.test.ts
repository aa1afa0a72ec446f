import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DenseCoordinate } from '../../lib/coordinates/dense-coordinate.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { SampledCoordinate } from '../../lib/coordinates/sampled-coordinate.js';
import { concat } from '../../lib/dataarray/concat.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { split } from '../../lib/dataarray/split.js';

const EPOCH = 1_716_249_600_123_456_789n;

/** Axes of times that increase, with gaps or without, of all types. */
const timeAxis = fc
  .record({
    lengths: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
    gaps: fc.array(fc.bigInt({ min: 2n, max: 10n ** 6n }), { minLength: 4, maxLength: 4 }),
    step: fc.bigInt({ min: 2n, max: 10n ** 9n }),
    start: fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
    type: fc.constantFrom('interpolated', 'sampled', 'dense'),
  })
  .map(({ lengths, gaps, step, start, type }) => {
    const labels: bigint[] = [];
    const starts: bigint[] = [];
    let next = start;
    for (const [k, length] of lengths.entries()) {
      starts.push(next);
      for (let j = 0; j < length; j++) labels.push(next + BigInt(j) * step);
      next += BigInt(length) * step + gaps[k]! * step;
    }
    const dtype = 'datetime64[ns]' as const;
    if (type === 'dense') return { labels, axis: new DenseCoordinate({ values: labels, dtype, dim: 'time' }) };
    const sampled = new SampledCoordinate({
      tieValues: starts,
      tieLengths: lengths,
      samplingInterval: step,
      dtype,
      dim: 'time',
    });
    if (type === 'sampled') return { labels, axis: sampled };
    const tieIndices = [
      ...new Set(lengths.flatMap((length, k) => [sampled.tieIndices[k]!, sampled.tieIndices[k]! + length - 1])),
    ];
    const tieValues = tieIndices.map((index) => labels[index]!);
    return {
      labels,
      axis: new InterpCoordinate({ tieIndices, tieValues, samplingInterval: step, dtype, dim: 'time' }),
    };
  });

const arrays = timeAxis.chain(({ labels, axis }) =>
  fc.record({ width: fc.integer({ min: 1, max: 4 }), transposed: fc.boolean() }).map(({ width, transposed }) => {
    const data = Float32Array.from({ length: labels.length * width }, (_, k) => Math.sin(k));
    const da = new DataArray({
      data,
      shape: [labels.length, width],
      coords: {
        time: axis,
        distance: InterpCoordinate.fromBlock(0, width, 10),
        shot: [null, 7],
        sample: ['time', Array.from(labels.keys())],
      },
      dims: ['time', 'distance'],
      name: 'velocity',
      attrs: { unit: 'm/s' },
    });
    return { da: transposed ? da.transpose() : da, labels };
  }),
);

describe('arrays, whatever they are', () => {
  it('no label loses a nanosecond', () => {
    fc.assert(
      fc.property(timeAxis, ({ labels, axis }) => {
        assert.deepEqual([...axis.values], labels);
        assert.deepEqual(
          labels.map((_, k) => axis.getValue(k)),
          labels,
        );
      }),
    );
  });

  it('each label finds its sample, as bigint, with every method', () => {
    fc.assert(
      fc.property(timeAxis, ({ labels, axis }) => {
        for (const method of [null, 'nearest', 'ffill', 'bfill'] as const)
          assert.deepEqual(axis.getIndexer(labels.map(String).map(BigInt), method), [...labels.keys()]);
      }),
    );
  });

  it('methods agree with their meaning between labels', () => {
    fc.assert(
      fc.property(timeAxis, fc.bigInt({ min: -3n, max: 10n ** 13n }), ({ labels, axis }, offset) => {
        const label = labels[0]! + offset;
        const found = (method: 'nearest' | 'ffill' | 'bfill') => {
          try {
            return axis.getIndexer(label, method);
          } catch {
            return null;
          }
        };
        const after = labels.findIndex((one) => one >= label);
        assert.equal(found('bfill'), after < 0 ? null : after);
        const before = labels.findLastIndex((one) => one <= label);
        assert.equal(found('ffill'), before < 0 ? null : before);
        const nearest = labels[found('nearest')!]!;
        const distance = (one: bigint) => (one < label ? label - one : one - label);
        for (const one of labels) assert.ok(distance(one) >= distance(nearest));
      }),
    );
  });

  it('concat undoes split, at any cutting and in any order', () => {
    fc.assert(
      fc.property(arrays, fc.array(fc.nat(40), { maxLength: 6 }), fc.boolean(), ({ da }, cuts, backward) => {
        const indices = cuts.filter((cut) => cut <= da.sizes.time!).sort((a, b) => a - b);
        const parts = split(da, indices, 'time');
        assert.equal(parts.length, indices.length + 1);
        const joined = concat(backward ? parts.reverse() : parts, 'time');
        const whole = da.assignCoords({ time: da.coords.axis('time').simplify() });
        assert.ok(joined.equals(whole), `${joined}\n${whole}`);
      }),
    );
  });

  it('split at discontinuities gives stretches without any', () => {
    fc.assert(
      fc.property(arrays, ({ da }) => {
        const parts = split(da, 'discontinuities', 'time');
        assert.ok(concat(parts, 'time').equals(da));
        // Without a declared rate, a lone sample between two equal jumps is a slope like any other, as in xdas.
        if (!da.coords.axis('time').isRegular()) return;
        for (const part of parts) {
          const labels = part.coords.axis('time').values as BigInt64Array;
          for (let k = 2; k < labels.length; k++) assert.equal(labels[k]! - labels[k - 1]!, labels[1]! - labels[0]!);
        }
      }),
    );
  });

  it('transposing twice is nothing; the memory is shared, the values are in C order', () => {
    fc.assert(
      fc.property(arrays, ({ da }) => {
        const twice = da.transpose().transpose();
        assert.ok(twice.equals(da));
        assert.equal(twice.data.data, da.data.data);
        const turned = da.transpose();
        const [rows, columns] = da.shape as [number, number];
        for (let r = 0; r < rows; r++)
          for (let c = 0; c < columns; c++) assert.equal(turned.values[c * rows + r], da.values[r * columns + c]);
      }),
    );
  });

  it('slices are what slicing the labels gives, regular where they were', () => {
    const bound = fc.option(fc.integer({ min: -45, max: 45 }), { nil: null });
    fc.assert(
      fc.property(timeAxis, bound, bound, fc.integer({ min: 1, max: 5 }), ({ labels, axis }, start, stop, step) => {
        const sliced = axis.slice(start, stop, step);
        const expected = labels.slice(start ?? 0, stop ?? undefined).filter((_, k) => k % step === 0);
        assert.equal(sliced.size, expected.length);
        if (step === 1) assert.deepEqual([...sliced.values], expected);
        else if (expected.length > 0) assert.deepEqual([sliced.start, sliced.end], [expected[0], expected.at(-1)]);
        if (axis instanceof InterpCoordinate) assert.ok(sliced.isRegular());
      }),
    );
  });

  it('selects by label what selecting by position selects', () => {
    fc.assert(
      fc.property(arrays, fc.nat(), fc.nat(), ({ da, labels }, p, q) => {
        const [a, b] = [p % labels.length, q % labels.length].sort((x, y) => x - y) as [number, number];
        const byLabel = da.sel({ time: { start: labels[a]!, stop: labels[b]! } });
        assert.ok(byLabel.equals(da.isel({ time: { start: a, stop: b + 1 } })));
        assert.ok(da.sel({ time: labels[b]! }).equals(da.isel({ time: b })));
        assert.ok(da.sel({ time: [labels[b]!, labels[a]!] }).equals(da.isel({ time: [b, a] })));
      }),
    );
  });

  it('interpolation between far ties is the exactly rounded one', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 18n }), fc.integer({ min: 2, max: 1000 }), (span, size) => {
        const axis = new InterpCoordinate({
          tieIndices: [0, size],
          tieValues: [EPOCH, EPOCH + span],
          dtype: 'datetime64[ns]',
        });
        for (const k of [1, size >> 1, size - 1]) {
          const twice = 2n * ((axis.getValue(k) as bigint) - EPOCH) * BigInt(size) - 2n * span * BigInt(k);
          assert.ok(twice <= BigInt(size) && twice >= -BigInt(size));
        }
      }),
    );
  });

  it('equals itself, its copy, and nothing that differs anywhere', () => {
    fc.assert(
      fc.property(arrays, ({ da }) => {
        assert.ok(da.equals(da.copy()));
        assert.notEqual(da.copy().data.data, da.data.data);
        const values = da.copy().values as Float32Array;
        values[values.length - 1]! += 1;
        const others = [
          da.with({ data: values }),
          da.rename(null),
          da.with({ attrs: {} }),
          da.dropCoords('shot'),
          da.transpose(),
          da.assignCoords({ time: shifted(da) }),
          da.with({ data: Float64Array.from(da.values as Float32Array) }),
        ];
        for (const other of others) assert.ok(!da.equals(other), String(other));
      }),
    );
  });
});

function shifted(da: DataArray): DenseCoordinate {
  const labels = da.coords.axis('time').values as BigInt64Array;
  return new DenseCoordinate({ values: labels.map((label) => label + 1n), dtype: 'datetime64[ns]', dim: 'time' });
}
