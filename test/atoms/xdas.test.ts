/** Every atom against what xdas 0.2.10 answers (test/fixtures/atoms, written by make_atoms.py). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type AtomSpec, atomFromSpec } from '../../lib/atoms/registry.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { type DType, typedArrayFromBytes } from '../../lib/dtype.js';
import { describedInput, type InputSpec } from './described-input.js';
import { assertCoordinate, type SavedCoord } from './saved-coordinate.js';

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
