import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readNetcdf } from '../../../lib/packets/hdf5/read-netcdf.js';
import { writeNetcdf } from '../../../lib/packets/hdf5/write-netcdf.js';
import type { NetcdfAttribute, NetcdfContent, NetcdfVariable } from '../../../lib/packets/netcdf-content.js';
import { committedFrames } from '../frame-files.js';

const text = (...values: string[]): NetcdfAttribute => ({
  dtype: 'string',
  shape: values.length === 1 ? [] : [values.length],
  values,
});
const scalar: NetcdfVariable = {
  name: 's',
  dtype: 'float64',
  shape: [],
  dims: [],
  attrs: {},
  values: Float64Array.of(2.5),
};

describe('writeNetcdf', () => {
  for (const { xdas, name, bytes } of committedFrames()) {
    if (name === 'encoding-sperr') continue;
    test(`${name} of xdas ${xdas}, read and written again, is the same content`, async () => {
      const content = await readNetcdf(bytes);
      for (const variable of content.variables) if (variable.storage) variable.storage.filters = [];
      const again = await readNetcdf(await writeNetcdf(content));
      assert.deepEqual(again, content);
    });
  }

  test('attributes of every type and shape', async () => {
    const attrs: Record<string, NetcdfAttribute> = {
      text: text('nm/m/s'),
      empty: text(''),
      unicode: text('détaché ☃ 𝄞'),
      many: text('a', '', 'ccc'),
      none: { dtype: 'string', shape: [0], values: [] },
      matrix: { dtype: 'int16', shape: [2, 2], values: Int16Array.of(1, -2, 3, -4) },
      nothing: { dtype: 'float32', shape: [0], values: new Float32Array(0) },
      big: { dtype: 'int64', shape: [], values: BigInt64Array.of(-(2n ** 63n)) },
      unsigned: { dtype: 'uint64', shape: [1], values: BigUint64Array.of(2n ** 64n - 1n) },
      float: { dtype: 'float64', shape: [], values: Float64Array.of(-0) },
      byte: { dtype: 'uint8', shape: [3], values: Uint8Array.of(0, 128, 255) },
    };
    const content: NetcdfContent = { attrs, dims: [], variables: [{ ...scalar, attrs }] };
    assert.deepEqual(
      sorted(await readNetcdf(await writeNetcdf(content))),
      sorted(content),
      'more than eight attributes are stored densely',
    );
  });

  test('empty arrays, scalars, text, dimensions without a variable, a variable that only shares the name of a dimension', async () => {
    const content: NetcdfContent = {
      attrs: {},
      dims: [
        { name: 'time', size: 0 },
        { name: 'distance', size: 16_002 },
        { name: 'station', size: 2 },
      ],
      variables: [
        {
          name: 'v',
          dtype: 'int8',
          shape: [0, 16_002],
          dims: ['time', 'distance'],
          attrs: {},
          values: new Int8Array(0),
        },
        { name: 'station', dtype: 'string', shape: [2], dims: ['station'], attrs: {}, values: ['ALPE', 'Ünï'] },
        { name: 'distance', dtype: 'string', shape: [], dims: [], attrs: {}, values: ['km'] },
        { name: 'e', dtype: 'string', shape: [0], dims: ['time'], attrs: {}, values: [] },
        scalar,
      ],
    };
    const bytes = await writeNetcdf(content);
    assert.deepEqual(await readNetcdf(bytes), content);
    assert.ok(bytes.length < 16_000, 'a dimension takes no room of its length');
  });

  test('values may be views, and stay with the caller', async () => {
    const memory = Float32Array.from({ length: 100 }, (_, i) => i);
    const variable: NetcdfVariable = {
      name: 'v',
      dtype: 'float32',
      shape: [10],
      dims: ['x'],
      attrs: {},
      values: memory.subarray(20, 30),
      storage: { chunks: [4], filters: [{ id: 1, clientData: [4] }] },
    };
    const content = { attrs: {}, dims: [{ name: 'x', size: 10 }], variables: [variable] };
    const read = await readNetcdf(await writeNetcdf(content));
    assert.deepEqual(read.variables[0].values, Float32Array.of(20, 21, 22, 23, 24, 25, 26, 27, 28, 29));
    assert.equal(memory.length, 100);
  });

  test('several filtered variables, and values that look like a place holder', async () => {
    const filters = (id: number, ...clientData: number[]) => ({ chunks: [64], filters: [{ id, clientData }] });
    const place = new Uint32Array(64).fill(0x5a17e5a7);
    const make = (name: string, storage: NetcdfVariable['storage']): NetcdfVariable => ({
      name,
      dtype: 'uint32',
      shape: [64],
      dims: ['x'],
      attrs: {},
      values: place,
      ...(storage && { storage }),
    });
    const variables = [
      make('a', filters(1, 1)),
      make('b', undefined),
      make('c', filters(32015, 3)),
      make('d', filters(1, 9)),
    ];
    const read = await readNetcdf(await writeNetcdf({ attrs: {}, dims: [{ name: 'x', size: 64 }], variables }));
    assert.deepEqual(read.variables, variables);
  });

  test('without track order two files of the same structure differ only in their values', async () => {
    const make = (value: number): NetcdfContent => ({
      attrs: { sequence: { dtype: 'int64', shape: [], values: BigInt64Array.of(BigInt(value)) } },
      dims: [{ name: 'x', size: 3 }],
      variables: [
        { name: 'v', dtype: 'int32', shape: [3], dims: ['x'], attrs: {}, values: Int32Array.of(value, value, value) },
      ],
    });
    const [one, two] = await Promise.all([1, 2].map((value) => writeNetcdf(make(value), { trackOrder: false })));
    assert.equal(one.length, two.length);
    assert.equal(one.filter((byte, index) => byte !== two[index]).length, 4);
  });

  test('content that contradicts itself is refused', async () => {
    const refuses = (change: Partial<NetcdfVariable>, code: string, message: RegExp) =>
      assert.rejects(
        writeNetcdf({ attrs: {}, dims: [{ name: 'x', size: 2 }], variables: [{ ...scalar, ...change }] }),
        { code, message },
      );
    await refuses({ dims: ['y'], shape: [2] }, 'BAD_DIM', /no dimension y; there are: x/);
    await refuses(
      { dims: ['x'], shape: [3], values: new Float64Array(3) },
      'BAD_SHAPE',
      /3 along x, which has length 2/,
    );
    await refuses({ values: new Float64Array(2) }, 'BAD_SHAPE', /2 values/);
    await refuses({ values: new Float32Array(1) }, 'BAD_DTYPE', /says float64 and holds float32/);
    await refuses({ name: 'a/b' }, 'BAD_ARGUMENT', /cannot be the name/);
    await refuses({ attrs: { CLASS: text('x') } }, 'BAD_ARGUMENT', /NetCDF4 keeps that name/);
    await refuses({ attrs: { a: text('x\0y') } }, 'BAD_ARGUMENT', /NUL/);
    await refuses(
      { dims: ['x'], shape: [2], values: new Float64Array(2), storage: { chunks: [], filters: [] } },
      'BAD_ENCODING',
      /one positive integer per dimension/,
    );
    const int16 = { dtype: 'int16' as const, values: new Int16Array(2), dims: ['x'], shape: [2] };
    const zfp = { chunks: [2], filters: [{ id: 32013, clientData: [3, 0, 0, 0x3ff00000, 0, 0] }] };
    await refuses({ ...int16, storage: zfp }, 'BAD_ENCODING', /zfp \(32013\) .* refuses int16/);
    const sperr = { chunks: [2], filters: [{ id: 32028, clientData: [] }] };
    await refuses({ ...int16, storage: sperr }, 'UNSUPPORTED_FILTER', /encode: .*sperr \(32028\)/);
  });
});

/** Densely stored attributes come back by name; the order is no part of the content here. */
function sorted(content: NetcdfContent) {
  const byName = (attrs: Record<string, NetcdfAttribute>) =>
    Object.fromEntries(Object.entries(attrs).sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    ...content,
    attrs: byName(content.attrs),
    variables: content.variables.map((variable) => ({ ...variable, attrs: byName(variable.attrs) })),
  };
}
