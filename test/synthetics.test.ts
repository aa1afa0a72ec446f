import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { concat } from '../lib/dataarray/concat.js';
import { type DummyOptions, dummy, normalNumbers, randnWavefronts, waveletWavefronts } from '../lib/synthetics.js';
import { type JsonCoordinate, readFixture } from './coordinates/xdas-cases.js';
import { arrayOf, coordinatesOf, type JsonArray, type JsonValues, valuesOf } from './dataarray/xdas-arrays.js';

interface Fixture {
  dummies: { options: DummyOptions; da: JsonArray }[];
  wavelets: {
    milliseconds: number;
    metres: number;
    starttime: string;
    shape: number[];
    coords: Record<string, JsonCoordinate>;
    every: number;
    values: JsonValues;
  }[];
  randn: { shape: number[]; coords: Record<string, JsonCoordinate>; std: number; quiet: number };
}

const fixture = readFixture<Fixture>('synthetics.json.gz');

function deviation(values: ArrayLike<number>, stop = values.length): number {
  let [sum, squares] = [0, 0];
  for (let k = 0; k < stop; k++) {
    sum += values[k]!;
    squares += values[k]! ** 2;
  }
  return Math.sqrt(squares / stop - (sum / stop) ** 2);
}

describe('synthetics', () => {
  it('dummy is that of xdas.testing', () => {
    for (const { options, da } of fixture.dummies)
      assert.ok(dummy(options).equals(arrayOf(da)), JSON.stringify(options));
    assert.throws(() => dummy({ dims: ['x'] }), { code: 'BAD_ARGUMENT' });
    assert.throws(() => dummy({ step: [1] }), { code: 'BAD_ARGUMENT' });
    assert.throws(() => dummy({ ctype: 'scalar' as never }), { code: 'BAD_ARGUMENT' });
  });

  it('waveletWavefronts has the formula, shape and coordinates of xdas', () => {
    for (const { milliseconds, metres, starttime, shape, coords, every, values } of fixture.wavelets) {
      const da = waveletWavefronts({
        starttime,
        resolution: [`${milliseconds}ms`, metres],
        snr: Number.POSITIVE_INFINITY,
      });
      assert.deepEqual(da.shape, shape);
      assert.ok(da.coords.equals(coordinatesOf(coords, ['time', 'distance'])));
      const expected = valuesOf(values) as Float64Array;
      for (let k = 0; k < expected.length; k++)
        assert.ok(Math.abs((da.values[k * every] as number) - expected[k]!) < 1e-12, `value ${k * every}`);
    }
  });

  it('waveletWavefronts has noise from its seed, and splits', () => {
    const da = waveletWavefronts();
    const clean = waveletWavefronts({ snr: Number.POSITIVE_INFINITY });
    assert.ok(waveletWavefronts().equals(da));
    assert.ok(!waveletWavefronts({ seed: 1 }).equals(da));
    const noise = Float64Array.from(da.values as Float64Array, (value, k) => value - (clean.values[k] as number));
    // two differences double the deviation of 1 / 10
    assert.ok(Math.abs(deviation(noise) - 0.2) < 0.005, String(deviation(noise)));
    const chunks = waveletWavefronts({ nchunk: 3 });
    assert.deepEqual(
      chunks.map((chunk) => chunk.shape[0]),
      [100, 100, 100],
    );
    assert.ok(concat(chunks).equals(da));
  });

  it('randnWavefronts has the shape, coordinates and statistics of xdas', () => {
    const da = randnWavefronts();
    const { shape, coords, std, quiet } = fixture.randn;
    assert.deepEqual(da.shape, shape);
    assert.ok(da.coords.equals(coordinatesOf(coords, ['time', 'distance'])));
    assert.ok(Math.abs(deviation(da.values as Float64Array) / std - 1) < 0.01);
    assert.ok(Math.abs(deviation(da.values as Float64Array, 3000 * shape[1]!) / quiet - 1) < 0.01);
  });

  it('normal numbers are normal and repeat', () => {
    const next = normalNumbers(3);
    const values = Float64Array.from({ length: 20_000 }, next);
    assert.ok(Math.abs(deviation(values) - 1) < 0.02);
    assert.ok(Math.abs(values.reduce((sum, value) => sum + value, 0) / values.length) < 0.03);
    const again = normalNumbers(3);
    assert.deepEqual(values.slice(0, 5), Float64Array.from({ length: 5 }, again));
  });
});
