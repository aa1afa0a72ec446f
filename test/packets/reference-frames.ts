/** The reference frames (DASFLOW_SHARED/packets) and our own fixtures: frames of both xdas versions and what each decodes to. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { AxisCoordinate, Coordinate } from '../../lib/coordinates/coordinate.js';
import type { DataArray } from '../../lib/dataarray/data-array.js';
import type { CoordDType, DType } from '../../lib/dtype.js';

/** The versions of xdas that wrote frames, older wire first. */
export const versions = ['0.2.7', '0.2.10'] as const;
export type XdasVersion = (typeof versions)[number];

export const sharedPackets = join(process.env.DASFLOW_SHARED ?? '../shared', 'packets');
export const hasShared = existsSync(sharedPackets);

/** A coordinate as a manifest tells it. Numbers of shared manifests are plain, those of fixtures are text. */
export interface ExpectedCoordinate {
  type: string;
  dim: string | null;
  dtype: string;
  values: (string | number)[];
  sampling_interval?: string | number | string[];
  sampling_numerator?: string[];
  sampling_denominator?: string[];
  tolerance?: string | number | string[];
  tie_indices?: string[];
  tie_lengths?: string[];
  tie_values?: string[];
}

export interface ExpectedArray {
  name: string | null;
  dims: string[];
  shape: number[];
  dtype: string;
  attrs: Record<string, unknown>;
  coords: Record<string, ExpectedCoordinate>;
}

export interface ReferenceFrame {
  version: XdasVersion;
  name: string;
  frame: Uint8Array;
  expected: ExpectedArray;
  values: Uint8Array;
}

/** All frames of the shared folder, in both versions. */
export function sharedFrames(): ReferenceFrame[] {
  return versions.flatMap((version) => {
    const folder = join(sharedPackets, `xdas-${version}`);
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
      cases: Record<string, ExpectedArray>;
    };
    return Object.entries(manifest.cases).map(([name, expected]) => ({
      version,
      name,
      frame: readFileSync(join(folder, `${name}.nc`)),
      expected,
      values: readFileSync(join(folder, `${name}.bin`)),
    }));
  });
}

/** All frames of `test/fixtures/packets`, in both versions. */
export function fixtureFrames(): ReferenceFrame[] {
  return versions.flatMap((version) => {
    const path = fileURLToPath(new URL(`../../../test/fixtures/packets/xdas-${version}.json.gz`, import.meta.url));
    const { cases } = JSON.parse(gunzipSync(readFileSync(path)).toString()) as {
      cases: Record<string, ExpectedArray & { frame: string; values: string }>;
    };
    return Object.entries(cases).map(([name, expected]) => ({
      version,
      name,
      frame: Buffer.from(expected.frame, 'base64'),
      expected,
      values: Buffer.from(expected.values, 'base64'),
    }));
  });
}

const dtypes: Record<string, DType> = {
  f4: 'float32',
  f8: 'float64',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
};

/** Our dtype of numpy's `<f8`, `|i1`, `<M8[ns]`, `<U4`. */
export function dtypeOfNumpy(text: string): CoordDType {
  const kind = text.replace(/^[<>|=]/, '');
  if (kind.startsWith('M8')) return 'datetime64[ns]';
  if (kind.startsWith('m8')) return 'timedelta64[ns]';
  if (kind.startsWith('U')) return 'string';
  const dtype = dtypes[kind];
  assert.ok(dtype, `dtype ${text}`);
  return dtype;
}

/** A value of ours as a manifest writes it, to be compared as text. */
const plain = (value: unknown) => (typeof value === 'number' ? String(value + 0) : String(value));
const same = (expected: unknown) =>
  String(expected) === 'nan' || Number.isNaN(expected)
    ? 'NaN'
    : /^-?inf$/.test(String(expected))
      ? String(Number(String(expected).replace('inf', 'Infinity')))
      : String(expected);
const asNumber = (text: string, dtype: CoordDType) => (dtype.startsWith('float') ? String(Number(text)) : text);

function assertCoordinate(actual: Coordinate, expected: ExpectedCoordinate, where: string): void {
  const dtype = dtypeOfNumpy(expected.dtype);
  const ctype = { DefaultCoordinate: 'dense', InterpCoordinate: 'interpolated' }[expected.type as 'InterpCoordinate'];
  assert.equal(actual.ctype, ctype ?? expected.type.replace('Coordinate', '').toLowerCase(), `${where}: type`);
  assert.equal(actual.dtype, dtype, `${where}: dtype`);
  assert.equal(actual.dim, expected.dim, `${where}: dim`);
  const text = (value: unknown) => asNumber(same(value), dtype);
  assert.deepEqual(
    Array.from(actual.values as ArrayLike<unknown>, plain),
    expected.values.map(text),
    `${where}: values`,
  );
  if (actual.ctype === 'scalar' || actual.ctype === 'dense') return;
  const axis = actual as AxisCoordinate & {
    tieValues: ArrayLike<unknown>;
    tieIndices?: number[];
    tieLengths?: number[];
  };
  const one = (value: unknown) => (value === undefined ? null : text(Array.isArray(value) ? value[0] : value));
  const orNull = (value: unknown) => (value === null || value === undefined ? null : plain(value));
  if (expected.tie_values) {
    assert.deepEqual(Array.from(axis.tieValues, plain), expected.tie_values.map(text), `${where}: tie values`);
    const positions = axis.ctype === 'sampled' ? axis.tieLengths : axis.tieIndices;
    assert.deepEqual(positions?.map(String), expected.tie_lengths ?? expected.tie_indices, `${where}: tie positions`);
    const numerator = one(expected.sampling_numerator ?? expected.sampling_interval);
    assert.equal(orNull(axis.samplingRatio?.numerator), numerator, `${where}: numerator`);
    const denominator = numerator === null ? null : (expected.sampling_denominator?.[0] ?? '1');
    assert.equal(orNull(axis.samplingRatio?.denominator), denominator, `${where}: denominator`);
  } else assert.equal(orNull(axis.samplingInterval), one(expected.sampling_interval), `${where}: interval`);
  if (axis.ctype === 'interpolated')
    assert.equal(orNull(axis.tolerance), one(expected.tolerance), `${where}: tolerance`);
}

/** Everything that a manifest says of an array but its attributes, which the two kinds of manifest tell differently. */
export function assertMatches(actual: DataArray, { expected, values, name, version }: ReferenceFrame): void {
  const where = `${version} ${name}`;
  assert.equal(actual.name, expected.name, where);
  assert.deepEqual([...actual.dims], expected.dims, where);
  assert.deepEqual([...actual.shape], expected.shape, where);
  assert.equal(actual.dtype, dtypeOfNumpy(expected.dtype), where);
  const bytes = actual.values;
  assert.ok(
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).equals(values),
    `${where}: values are not equal bit for bit`,
  );
  assert.deepEqual([...actual.coords.keys()].sort(), Object.keys(expected.coords).sort(), where);
  for (const [key, coordinate] of Object.entries(expected.coords))
    assertCoordinate(actual.coords.get(key)!, coordinate, `${where}: ${key}`);
}
