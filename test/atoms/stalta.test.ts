import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { STALTA, type STALTAOptions } from '../../lib/atoms/stalta.js';
import { SampledCoordinate } from '../../lib/coordinates/sampled-coordinate.js';
import { concat } from '../../lib/dataarray/concat.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { split } from '../../lib/dataarray/split.js';
import { chunksOf, type Packed, readFixture, relativeError } from '../signal/fixture.js';

const { x, ratios } = readFixture<{ x: Packed; ratios: Record<string, Packed> }>('detection');
const methods = ['recursive', 'classic', 'delayed', 'centered'] as const;
const options = { sta: 0.05, lta: 0.4 };

function array(size = 160): DataArray {
  return new DataArray({
    data: x.values.slice(0, size * 3),
    shape: [size, 3],
    coords: {
      time: { tieIndices: [0, size - 1], tieValues: [0, (size - 1) / 100], samplingInterval: 0.01 },
      distance: { tieIndices: [0, 2], tieValues: [0, 20], samplingInterval: 10 },
    },
    name: 'strain',
    attrs: { unit: 'm' },
  });
}

function stream(atom: STALTA, chunks: readonly DataArray[]): DataArray {
  const out = chunks.flatMap((chunk) => atom.push(chunk, { chunkDim: 'time' }));
  return concat([...out, ...atom.flush()] as DataArray[], 'time');
}

describe('STALTA', () => {
  for (const method of methods) {
    it(`${method}: xdas's ratios, coordinates and name kept`, () => {
      const da = array();
      const ratio = new STALTA({ ...options, method }).apply(da) as DataArray;
      assert.ok(relativeError(ratio.values as Float64Array, ratios[method]!.values) <= 1e-12);
      assert.equal(ratio.dtype, 'float64');
      assert.ok(ratio.equals(da.with({ data: ratio.data })));
    });

    it(`${method}: any cutting gives bitwise the same (property)`, () => {
      const da = array();
      const whole = new STALTA({ ...options, method }).apply(da) as DataArray;
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 159 }), { minLength: 1 }), (cuts) => {
          const edges = chunksOf(160, cuts)
            .filter(([start, stop]) => stop > start)
            .map(([start]) => start);
          const chunks = split(da, edges.slice(1), 'time');
          const cut = stream(new STALTA({ ...options, method }), chunks);
          assert.deepEqual(cut.values, whole.values);
          assert.deepEqual(cut.coords.get('time')!.values, whole.coords.get('time')!.values);
        }),
        { numRuns: 25 },
      );
    });

    it(`${method}: labels at no whole number of ns do not wander in what is held back`, () => {
      const rate = { samplingNumerator: 1_000_000_000n, samplingDenominator: 102n };
      const time = new SampledCoordinate({
        tieValues: [0n],
        tieLengths: [160],
        ...rate,
        dim: 'time',
        dtype: 'datetime64[ns]',
      });
      const da = new DataArray({ data: x.values.slice(0, 160), coords: { time } });
      const cut = split(
        da,
        Array.from({ length: 159 }, (_, k) => k + 1),
        'time',
      );
      const atom = new STALTA({ ...options, method });
      const out = [...cut.flatMap((chunk) => atom.push(chunk, { chunkDim: 'time' })), ...atom.flush()] as DataArray[];
      const labels = out.flatMap((chunk) => Array.from(chunk.coords.axis('time').values as BigInt64Array));
      assert.deepEqual(labels, Array.from(time.values as BigInt64Array));
    });

    it(`${method}: a saved state goes on`, () => {
      const da = array();
      const chunks = split(da, [50, 90], 'time');
      const first = new STALTA({ ...options, method });
      const out = chunks.slice(0, 2).flatMap((chunk) => first.push(chunk, { chunkDim: 'time' }));
      const second = new STALTA({ ...options, method });
      second.setState(first.state);
      out.push(...second.push(chunks[2]!, { chunkDim: 'time' }), ...second.flush());
      const whole = new STALTA({ ...options, method }).apply(da) as DataArray;
      assert.deepEqual(concat(out as DataArray[], 'time').values, whole.values);
    });

    it(`${method}: time as the last axis, float32, chunks along another dimension`, () => {
      const da = array().transpose('distance', 'time');
      const whole = new STALTA({ ...options, method }).apply(da) as DataArray;
      assert.ok(
        relativeError(
          (whole.transpose('time', 'distance') as DataArray).values as Float64Array,
          ratios[method]!.values,
        ) <= 1e-12,
      );
      const atom = new STALTA({ ...options, method });
      const out = split(da, [1], 'distance').flatMap((chunk) => atom.push(chunk, { chunkDim: 'distance' }));
      out.push(...atom.flush());
      assert.deepEqual(concat(out as DataArray[], 'distance').values, whole.values);
    });
  }

  it('a record shorter than the window is all zero', () => {
    for (const method of methods) {
      const ratio = new STALTA({ ...options, method }).apply(array(15)) as DataArray;
      assert.deepEqual(ratio.shape, [15, 3]);
      assert.ok((ratio.values as Float64Array).every((value) => value === 0));
    }
  });

  it('refuses windows and options that make no sense', () => {
    const bad: [STALTAOptions, RegExp][] = [
      [{ sta: 1, lta: 1 }, /longer than sta/],
      [{ sta: 0, lta: 1 }, /sta/],
      [{ sta: 1, lta: 2, method: 'median' as never }, /method/],
      [{ sta: 1, lta: 2, parallel: 2 } as never, /unknown option parallel/],
    ];
    for (const [given, message] of bad) assert.throws(() => new STALTA(given), { code: 'BAD_ARGUMENT', message });
    assert.throws(() => new STALTA({ sta: 0.001, lta: 1 }).apply(array()), {
      code: 'BAD_ARGUMENT',
      message: /half a sample/,
    });
    assert.throws(() => new STALTA({ sta: 0.01, lta: 0.011 }).apply(array()), {
      code: 'BAD_ARGUMENT',
      message: /more samples/,
    });
  });
});
