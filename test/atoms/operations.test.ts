/** Functions on whole records and further atoms against what xdas 0.2.10 answers (written by make_operations.py). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { lfilter, sosfilt } from '../../lib/atoms/coefficient-filters.js';
import { diff } from '../../lib/atoms/functions.js';
import { atomFromSpec } from '../../lib/atoms/registry.js';
import { AxisCoordinate } from '../../lib/coordinates/coordinate.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { describedInput, type InputSpec } from './described-input.js';
import { assertCoordinate, type SavedCoord } from './saved-coordinate.js';

interface Case {
  name: string;
  options: Record<string, unknown>;
  input: InputSpec & { nan?: number; complex?: boolean };
  output: {
    values: { dtype: string; picks: (number | string)[]; sum: number | null };
    shape: number[];
    dims: string[];
    coords: Record<string, SavedCoord>;
    name: string | null;
    attrs: Record<string, string> | null;
  };
}

const file = join(process.cwd(), 'test', 'fixtures', 'atoms', 'operations.json.gz');
const cases = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Case[];

/** NaN at every so many samples, as make_operations.py puts them. */
function spoil(da: DataArray, every: number): DataArray {
  const values = da.values.slice() as Float64Array;
  for (let i = 3; i < values.length; i += every) values[i] = Number.NaN;
  return da.with({ data: values });
}

/** Complex: the samples in reverse order as imaginary part. */
function twist(da: DataArray): DataArray {
  const x = da.values as Float64Array;
  const data = (
    da.dtype === 'float32' ? new Float32Array(2 * x.length) : new Float64Array(2 * x.length)
  ) as Float64Array;
  for (let i = 0; i < x.length; i++) {
    data[2 * i] = x[i];
    data[2 * i + 1] = x[x.length - 1 - i];
  }
  return da.with({ data, dtype: da.dtype === 'float32' ? 'complex64' : 'complex128' });
}

/** What the input of a case is, made again. */
function inputOf({ input }: Case): DataArray {
  const described = describedInput(input);
  if (input.complex) return twist(described);
  return input.nan ? spoil(described, input.nan) : described;
}

const throughFourier = new Set([
  'slidingMeanRemoval',
  'resampleFourier',
  'hilbert',
  'fft',
  'ifft',
  'rfft',
  'irfft',
  'STFT',
  'spectral.stft',
]);

function tolerance({ name, options, input }: Case): number {
  if (input.dtype === 'float32' && name === 'decimate') return 5e-5; // scipy filters in float32, we in float64
  if (input.dtype === 'float32') return 2e-6;
  if (throughFourier.has(name) || options.method === 'fft') return 1e-10;
  return 1e-12;
}

function assertValues(actual: DataArray, one: Case): void {
  const { dtype, picks, sum } = one.output.values;
  assert.equal(actual.dtype, dtype === 'bool' ? 'uint8' : dtype);
  const values = Array.from(actual.values as ArrayLike<number | bigint>, Number);
  const size = values.length;
  // what is left after a mean or a trend was removed is as exact as the samples were
  const removal = ['detrend', 'slidingMeanRemoval', 'segmentMeanRemoval'].includes(one.name);
  const scale = (removal ? [...values, 0.5] : values).reduce(
    (a, b) => (Number.isFinite(b) ? Math.max(a, Math.abs(b)) : a),
    0,
  );
  const bound = tolerance(one) * scale;
  for (const [k, pick] of picks.entries()) {
    const value = values[size <= 12 ? k : Math.floor((k * size) / 12)]!;
    if (typeof pick === 'string') assert.equal(String(value).toLowerCase(), pick);
    else assert.ok(Math.abs(value - pick) <= bound, `value ${k}: ${value} is not ${pick}`);
  }
  if (sum === null) return;
  const total = values.reduce((a, value, i) => a + value * ((((i * 7919) % 101) - 50) / 50), 0);
  assert.ok(Math.abs(total - sum) <= bound * size, `weighted sum ${total} is not ${sum}`);
}

/**
 * Whether xdas cut an interval that is no whole number of nanoseconds off, so that its labels drift. Ours keeps the exact
 * ratio: the same first label, and no label further away than one nanosecond per sample.
 */
function drifts(actual: DataArray, key: string, expected: SavedCoord): boolean {
  const coord = actual.coords.get(key);
  if (key !== 'time' || !(coord instanceof AxisCoordinate) || coord.samplingRatio === null) return false;
  const numerator = BigInt(expected.numerator ?? 0);
  const denominator = BigInt(expected.denominator ?? 1);
  const exact = coord.samplingRatio;
  const short = BigInt(exact.numerator) * denominator - numerator * BigInt(exact.denominator);
  if (short === 0n || numerator === 0n) return false;
  const scale = BigInt(exact.denominator) * denominator;
  assert.ok(short > 0n && short <= scale, `the interval of xdas is shorter by ${short}/${scale} ns`);
  const wanted = (expected.tieValues ?? expected.values!).map((value) => BigInt(value));
  assert.equal(coord.start, wanted[0]);
  const off = expected.tieLengths ? 0n : BigInt(coord.end) - wanted.at(-1)!;
  assert.ok(off >= 0n && off <= BigInt(coord.size), `the last label is off by ${off} ns`);
  return true;
}

/** Atoms that are functions in xdas: called as such, so that both forms are seen to agree. */
const functionForms: Record<string, (data: DataArray, options: never) => unknown> = { diff, lfilter, sosfilt };

function answer(name: string, options: Record<string, unknown>, input: DataArray): unknown {
  const form = functionForms[name];
  if (form) return form(input, options as never);
  const atom = atomFromSpec({ [name]: options });
  atom.onNotice = () => undefined;
  return atom.apply(input);
}

const derivesRate = new Set(['resampleFourier', 'resamplePoly', 'Resample']);

describe('operations answer as xdas 0.2.10', () => {
  for (const name of new Set(cases.map((one) => one.name)))
    it(`${name}`, () => {
      const chosen = cases.filter((one) => one.name === name);
      assert.ok(chosen.length >= 20, `only ${chosen.length} cases`);
      for (const one of chosen) {
        const { options, input, output } = one;
        try {
          const actual = answer(name, options, inputOf(one));
          assert.ok(actual instanceof DataArray);
          assert.deepEqual([...actual.shape], output.shape);
          assert.deepEqual([...actual.dims], output.dims);
          assertValues(actual, one);
          assert.deepEqual([...actual.coords.keys()].sort(), Object.keys(output.coords).sort());
          for (const [key, coord] of Object.entries(output.coords)) {
            if (derivesRate.has(name) && drifts(actual, key, coord)) continue;
            assertCoordinate(actual.coords.get(key), coord, key);
          }
          // xdas 0.2.10 puts the attributes of a diff in the place of its name, and the name in theirs
          const [wantedName, attrs] = name === 'diff' ? [output.attrs, output.name] : [output.name, output.attrs];
          assert.equal(actual.name, wantedName);
          assert.deepEqual({ ...actual.attrs }, attrs ?? {});
        } catch (cause) {
          throw new Error(
            `${name} ${JSON.stringify(options)} on ${JSON.stringify(input)}: ${(cause as Error).message}`,
            {
              cause,
            },
          );
        }
      }
    });
});
