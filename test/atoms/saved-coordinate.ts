/** Coordinates as make_atoms.py saves them. */
import assert from 'node:assert/strict';
import { AxisCoordinate, type Coordinate } from '../../lib/coordinates/coordinate.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { SampledCoordinate } from '../../lib/coordinates/sampled-coordinate.js';
import { isBigDType } from '../../lib/dtype.js';

/** A coordinate of a fixture; bigints are text. */
export interface SavedCoord {
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

/** Equal: null, text (bigints), or numbers within rounding. */
function assertClose(actual: unknown, expected: number | string | null | undefined, what: string): void {
  if (expected === null || expected === undefined) assert.equal(actual, null, what);
  else if (typeof expected === 'string') assert.equal(String(actual), expected, what);
  else
    assert.ok(
      Math.abs(Number(actual) - expected) <= 1e-12 * Math.abs(expected) + 1e-12,
      `${what}: ${actual} ${expected}`,
    );
}

/** Same class, dtype, ties (times and integers exactly), tolerance and rate. */
export function assertCoordinate(actual: Coordinate | undefined, expected: SavedCoord, name: string): void {
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
