import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DenseCoordinate } from '../../lib/coordinates/dense-coordinate.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { ScalarCoordinate } from '../../lib/coordinates/scalar-coordinate.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { contentToDataArray } from '../../lib/packets/content-to-data-array.js';
import { dataArrayToContent } from '../../lib/packets/data-array-to-content.js';
import type { NetcdfContent } from '../../lib/packets/netcdf-content.js';
import type { Dialect } from '../../lib/packets/write-coordinates.js';
import { packetCases } from './packet-cases.js';
import { randomArray } from './random-arrays.js';

/** All attributes of a variable as plain values. */
function attrsOf(content: NetcdfContent, name: string): Record<string, unknown> {
  const variable = content.variables.find((one) => one.name === name);
  assert.ok(variable, `no variable ${name}`);
  return Object.fromEntries(Object.entries(variable.attrs).map(([key, { values }]) => [key, values[0]]));
}

const regularity = {
  sampling_interval: 4_000_000n,
  sampling_interval_dtype: 'timedelta64[ns]',
  sampling_interval_units: 'nanoseconds',
  tolerance: 1234n,
  tolerance_dtype: 'timedelta64[ns]',
  tolerance_units: 'nanoseconds',
};

test('interpolated coordinates in each dialect', () => {
  const da = packetCases['regular-tolerance']!;
  const table: [Dialect, string, string, object][] = [
    [
      'both',
      'CF-1.9',
      'time: time_indices time_values distance: distance_indices distance_values',
      { interpolation_name: 'linear', tie_points_mapping: 'time_points: time_indices time_values', ...regularity },
    ],
    [
      'cf-1.9',
      'CF-1.9',
      'time: time_indices time_values distance: distance_indices distance_values',
      { interpolation_name: 'linear', tie_points_mapping: 'time_points: time_indices time_values' },
    ],
    [
      'cf-1.13',
      'CF-1.13',
      'time_values: time_interpolation distance_values: distance_interpolation',
      {
        interpolation_name: 'linear',
        tie_point_mapping: 'time: time_indices time_points',
        computational_precision: '64',
        ...regularity,
      },
    ],
  ];
  for (const [dialect, conventions, mapping, interpolation] of table) {
    const content = dataArrayToContent(da, { dialect });
    assert.equal(content.attrs.Conventions!.values[0], conventions);
    assert.deepEqual(attrsOf(content, '__values__'), { coordinate_interpolation: mapping });
    assert.deepEqual(attrsOf(content, 'time_interpolation'), interpolation);
    assert.deepEqual(attrsOf(content, 'time_values'), {
      units: 'nanoseconds since 1970-01-01',
      calendar: 'proleptic_gregorian',
    });
    assert.deepEqual(content.dims, [
      { name: 'time', size: 6 },
      { name: 'distance', size: 3 },
      { name: 'time_points', size: 2 },
      { name: 'distance_points', size: 2 },
    ]);
  }
  assert.deepEqual(dataArrayToContent(da), dataArrayToContent(da, { dialect: 'both' }), 'both is the default');
});

test('sampled coordinates in each dialect', () => {
  const da = packetCases['sampled-gaps']!;
  const old = { tie_point_mapping: 'time: time_values time_lengths', dtype: 'timedelta64[ns]', units: 'nanoseconds' };
  for (const dialect of ['both', 'cf-1.9'] as const) {
    const content = dataArrayToContent(da, { dialect });
    assert.deepEqual(attrsOf(content, '__values__'), { coordinate_sampling: 'time: time_sampling' });
    assert.deepEqual(attrsOf(content, 'time_sampling'), old);
    const sampling = content.variables.find(({ name }) => name === 'time_sampling')!;
    assert.deepEqual([sampling.dtype, sampling.shape, sampling.values], ['int64', [], BigInt64Array.of(4_000_000n)]);
  }
  const content = dataArrayToContent(da, { dialect: 'cf-1.13' });
  assert.deepEqual(attrsOf(content, '__values__'), { coordinate_sampling: 'time_values: time_sampling' });
  assert.equal(attrsOf(content, 'time_sampling').sampling_interval, 4_000_000n);
});

test('what the old spelling cannot say: a ratio, and an interpolated coordinate of another dimension', () => {
  const ratio = packetCases['ratio-sampled-beside-interpolated']!;
  const both = dataArrayToContent(ratio);
  assert.deepEqual(attrsOf(both, '__values__'), {
    coordinate_interpolation: 'distance: distance_indices distance_values',
    coordinate_sampling: 'time_values: time_sampling',
  });
  assert.equal(attrsOf(both, 'time_sampling').sampling_interval, 142n);
  assert.equal(attrsOf(both, 'time_sampling').sampling_numerator, 1000n);
  assert.equal(attrsOf(both, 'time_sampling').sampling_denominator, 7n);
  const alone = 'depth_values: depth_interpolation';
  const auxiliary = attrsOf(dataArrayToContent(packetCases['auxiliary-interpolated-alone']!), '__values__');
  assert.equal(auxiliary.coordinate_interpolation, `${alone} ${alone}`);
  for (const name of ['ratio-sampled', 'auxiliary-interpolated'])
    assert.throws(() => dataArrayToContent(packetCases[name]!, { dialect: 'cf-1.9' }), {
      code: 'BAD_ENCODING',
      direction: 'encode',
      message: /CF-1\.9 has no spelling.*use cf-1\.13/,
    });
});

test('content and back is the same array, for arrays of every kind, in both spellings', () => {
  fc.assert(
    fc.property(randomArray, fc.constantFrom('both' as const, 'cf-1.13' as const), (da, dialect) => {
      const again = contentToDataArray(dataArrayToContent(da, { dialect }));
      assert.ok(again.equals(da), `${again} is not ${da}`);
      assert.deepEqual(again.attrs, da.attrs);
      assert.equal(again.name, da.name);
    }),
    { numRuns: 300 },
  );
});

test('cf-1.9 keeps all but the regularity of interpolated coordinates', () => {
  for (const [name, da] of Object.entries(packetCases)) {
    if (/^(ratio-|auxiliary-interpolated)/.test(name)) continue;
    const again = contentToDataArray(dataArrayToContent(da, { dialect: 'cf-1.9' }));
    for (const [key, coordinate] of da.coords.entries()) {
      const bare =
        coordinate instanceof InterpCoordinate
          ? new InterpCoordinate({
              tieIndices: coordinate.tieIndices,
              tieValues: coordinate.tieValues,
              dtype: coordinate.dtype,
              dim: coordinate.dim,
            })
          : coordinate;
      assert.ok(again.coords.get(key)!.equals(bare), `${name}: ${key}`);
    }
  }
});

test('names and values that a packet cannot hold are refused by name', () => {
  const data = Float64Array.of(1, 2);
  const dense = (dim: string) => new DenseCoordinate({ dim, values: Float64Array.of(0, 1) });
  const line = (dim: string) => new InterpCoordinate({ dim, tieIndices: [0, 1], tieValues: Float64Array.of(0, 1) });
  const make = (init: Partial<ConstructorParameters<typeof DataArray>[0]>) =>
    new DataArray({ data, shape: [2], dims: ['x'], ...init });
  const text = (value: string) => new ScalarCoordinate({ value, dtype: 'string' });
  const table: [string, DataArray, RegExp][] = [
    ['reserved name', make({ name: '__values__' }), /__values__/],
    ['empty name', make({ name: '' }), /""/],
    ['slash', make({ name: 'a/b' }), /"a\/b"/],
    ['dot', make({ name: '.' }), /"\."/],
    ['NUL', make({ name: 'a\0b' }), /NUL/],
    ['lone surrogate', make({ name: 'a\ud800' }), /surrogate/],
    ['name of the dimension', make({ name: 'x' }), /"x" has the name of a dimension/],
    ['name of a coordinate', make({ name: 'c', coords: { c: text('v') } }), /"c" has the name of another variable/],
    ['name of a helper', make({ name: 'x_values', coords: { x: line('x') } }), /"x_values"/],
    ['no word', make({ dims: ['a b'], coords: { 'a b': line('a b') } }), /coordinate a b.*letters, digits/],
    ['blank in a list', make({ coords: { 'a b': text('v') } }), /coordinate a b.*blank/],
    [
      'coordinate named as a dimension',
      make({ data: new Float64Array(4), shape: [2, 2], dims: ['x', 'y'], coords: { y: dense('x') } }),
      /"y"/,
    ],
    ['label', make({ coords: { x: new DenseCoordinate({ dim: 'x', values: ['a', 'b\0'] }) } }), /coordinate x.*NUL/],
    ['scalar label', make({ coords: { s: text('b\0') } }), /coordinate s.*NUL/],
    ['reserved attribute', make({ attrs: { coordinates: 'a' } }), /"coordinates".*reserved/],
    ['fenced attribute', make({ attrs: { __x__: 'a' } }), /"__x__".*reserved/],
    ['attribute name', make({ attrs: { 'm/s': 1 } }), /"m\/s".*slash/],
    ['attribute text', make({ attrs: { a: 'b\0' } }), /"a".*NUL/],
    ['attribute list', make({ attrs: { a: ['x', '\udc00'] } }), /"a".*surrogate/],
    ['attribute too large', make({ attrs: { a: 2n ** 64n } }), /64 bits/],
    ['attribute of another type', make({ attrs: { a: null as unknown as string } }), /allowed: text/],
    ['units of no time', make({ attrs: { units: 'counts since the flood' } }), /units of time/],
  ];
  for (const [name, da, message] of table)
    assert.throws(() => dataArrayToContent(da), { code: 'BAD_ENCODING', direction: 'encode', message }, name);
  assert.throws(() => dataArrayToContent(make({}), { dialect: 'cf-1.10' as Dialect }), {
    code: 'BAD_ENCODING',
    message: /"cf-1\.10" is not one of both, cf-1\.9, cf-1\.13/,
  });
  dataArrayToContent(make({ attrs: { units: 'seconds since 1970-01-01' } }));
});
