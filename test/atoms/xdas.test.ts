/** Every atom against what xdas 0.2.10 answers (test/fixtures/atoms, written by make_atoms.py). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type AtomSpec, atomFromSpec } from '../../lib/atoms/registry.js';
import { AxisCoordinate, type Coordinate } from '../../lib/coordinates/coordinate.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { SampledCoordinate } from '../../lib/coordinates/sampled-coordinate.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { type DType, isBigDType, typedArrayFromBytes } from '../../lib/dtype.js';
import { describedInput, type InputSpec } from './described-input.js';

interface SavedCoord {
  dim: string | null;
  dtype: string;
  ctype: string;
  tieIndices?: number[];
  tieLengths?: number[];
  tieValues?: (number | string)[];
  numerator?: number | string | null;
  denominator?: number | null;
  tolerance?: number | string | null;
  values?: (number | string)[];
  value?: number | string;
}

interface Case {
  atom: AtomSpec;
  input: InputSpec;
  output: {
    values: { dtype: DType; shape: number[]; data: string };
    dims: string[];
    coords: Record<string, SavedCoord>;
    name: string | null;
    attrs: Record<string, string> | null;
  };
}

const file = join(process.cwd(), 'test', 'fixtures', 'atoms', 'atoms.json');
const cases = JSON.parse(readFileSync(file, 'utf8')) as Case[];

/** Largest difference over the largest value. */
function relativeError(a: ArrayLike<number | bigint>, b: ArrayLike<number | bigint>): number {
  let [worst, scale] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    worst = Math.max(worst, Math.abs(Number(a[i]) - Number(b[i])));
    scale = Math.max(scale, Math.abs(Number(b[i])));
  }
  return worst === 0 ? 0 : worst / scale;
}

function assertClose(actual: unknown, expected: number | string | null | undefined, what: string): void {
  if (expected === null || expected === undefined) assert.equal(actual, null, what);
  else if (typeof expected === 'string') assert.equal(String(actual), expected, what);
  else
    assert.ok(
      Math.abs(Number(actual) - expected) <= 1e-12 * Math.abs(expected) + 1e-12,
      `${what}: ${actual} ${expected}`,
    );
}

function assertCoordinate(actual: Coordinate | undefined, expected: SavedCoord, name: string): void {
  assert.ok(actual, `coordinate ${name} is missing`);
  assert.equal(actual.dim, expected.dim);
  assert.equal(actual.dtype, expected.dtype, `dtype of ${name}`);
  if (!(actual instanceof AxisCoordinate)) {
    assert.equal(expected.ctype, 'scalar');
    assert.equal(Number((actual as unknown as { value: unknown }).value), expected.value);
    return;
  }
  assert.equal(actual.ctype, expected.ctype, `ctype of ${name}`);
  const values =
    actual instanceof InterpCoordinate || actual instanceof SampledCoordinate ? actual.tieValues : actual.values;
  const wanted = expected.tieValues ?? expected.values!;
  assert.equal(values.length, wanted.length, `labels of ${name}`);
  for (const [i, value] of wanted.entries()) {
    if (isBigDType(actual.dtype)) assert.equal(String(values[i]), String(value), `label ${i} of ${name}`);
    else assertClose(values[i], value, `label ${i} of ${name}`);
  }
  if (actual instanceof InterpCoordinate) {
    assert.deepEqual([...actual.tieIndices], expected.tieIndices, `ties of ${name}`);
    assertClose(actual.tolerance, expected.tolerance, `tolerance of ${name}`);
  }
  if (actual instanceof SampledCoordinate) assert.deepEqual([...actual.tieLengths], expected.tieLengths);
  assertClose(actual.samplingRatio?.numerator ?? null, expected.numerator, `rate of ${name}`);
  if (expected.denominator) assert.equal(Number(actual.samplingRatio?.denominator), expected.denominator);
}

describe('atoms answer as xdas 0.2.10', () => {
  for (const { atom, input, output } of cases)
    it(`${JSON.stringify(atom).slice(0, 90)} on ${JSON.stringify(input)}`, () => {
      const made = atomFromSpec(atom);
      made.onNotice = () => undefined;
      const actual = made.apply(describedInput(input));
      assert.ok(actual instanceof DataArray);
      assert.equal(actual.dtype, output.values.dtype);
      assert.deepEqual([...actual.shape], output.values.shape);
      assert.deepEqual([...actual.dims], output.dims);
      const expected = typedArrayFromBytes(output.values.dtype, Buffer.from(output.values.data, 'base64'));
      const bound = actual.dtype === 'float32' ? 1e-6 : 1e-12;
      const error = relativeError(actual.values, expected);
      assert.ok(error <= bound, `relative error ${error}`);
      assert.deepEqual([...actual.coords.keys()].sort(), Object.keys(output.coords).sort());
      for (const [name, coord] of Object.entries(output.coords)) assertCoordinate(actual.coords.get(name), coord, name);
      assert.equal(actual.name, output.name);
      assert.deepEqual({ ...actual.attrs }, output.attrs ?? {});
    });
});
