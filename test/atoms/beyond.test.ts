/** The atoms that xdas does not have against references in numpy and scipy (written by make_beyond.py). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { atomFromSpec } from '../../lib/atoms/registry.js';
import type { DataArray } from '../../lib/dataarray/data-array.js';
import { type DType, typedArrayFromBytes } from '../../lib/dtype.js';
import { describedInput, type InputSpec } from './described-input.js';

interface Case {
  name: string;
  options: Record<string, unknown>;
  input: InputSpec & { nan?: number; spikes?: number };
  values: { dtype: DType; shape: number[]; data: string };
  /** First and last label, and how many, of the dimensions whose labels change. */
  labels: Record<string, [string | number, string | number, number]>;
}

const file = join(process.cwd(), 'test', 'fixtures', 'beyond', 'beyond.json.gz');
const cases = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Case[];

/** What the input of a case is, made again as make_beyond.py makes it. */
function inputOf({ input }: Case): DataArray {
  const described = describedInput(input);
  const values = described.values.slice() as Float64Array;
  if (input.spikes) for (let i = 5; i < values.length; i += input.spikes) values[i] *= 40;
  if (input.nan) for (let i = 3; i < values.length; i += input.nan) values[i] = Number.NaN;
  return described.with({ data: values, attrs: { units: 'nm/m/s' } });
}

const throughFourier = new Set(['SpectralWhitening', 'FKFilter']);

function assertValues(actual: DataArray, { name, values }: Case): void {
  assert.deepEqual([...actual.shape], values.shape);
  assert.equal(actual.dtype, values.dtype);
  const expected = Array.from(
    typedArrayFromBytes(values.dtype, Buffer.from(values.data, 'base64')) as ArrayLike<number | bigint>,
    Number,
  );
  const found = Array.from(actual.values as ArrayLike<number | bigint>, Number);
  const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value) || 0), 0);
  const relative = values.dtype === 'float32' ? 1e-6 : throughFourier.has(name) ? 1e-10 : 1e-12;
  for (const [i, value] of expected.entries()) {
    if (Number.isNaN(value)) assert.ok(Number.isNaN(found[i]), `value ${i}: ${found[i]} is not NaN`);
    else assert.ok(Math.abs(found[i] - value) <= relative * scale, `value ${i}: ${found[i]} is not ${value}`);
  }
}

describe('atoms beyond xdas answer as numpy and scipy', () => {
  for (const [k, one] of cases.entries())
    it(`${k}. ${one.name} ${JSON.stringify(one.options)}, ${one.input.dtype ?? 'float64'} (${one.input.dims})`, () => {
      const da = inputOf(one);
      const actual = atomFromSpec({ [one.name]: one.options }).apply(da) as DataArray;
      assert.deepEqual(actual.dims, da.dims);
      assertValues(actual, one);
      for (const dim of da.dims) {
        const coord = actual.coords.get(dim);
        const labels = one.labels[dim];
        if (labels === undefined) {
          const before = da.coords.get(dim);
          assert.ok(before === undefined ? coord === undefined : coord?.equals(before), `labels along ${dim}`);
          continue;
        }
        const axis = actual.coords.axis(dim);
        const asText = (label: unknown) => (typeof label === 'bigint' ? String(label) : label);
        assert.deepEqual([asText(axis.start), asText(axis.end), axis.size], labels);
      }
    });
});
