import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { readNetcdf } from '../../../lib/packets/hdf5/read-netcdf.js';

const packed = readFileSync(join(process.cwd(), 'test', 'fixtures', 'hdf5', 'odd-files.json.gz'));
const files = JSON.parse(gunzipSync(packed).toString()) as Record<string, string>;
const bytesOf = (name: string) => Buffer.from(files[name], 'base64');

const refusals: Record<string, [code: string, text: RegExp]> = {
  huge_chunked: ['TOO_LARGE', /variable \/v claims 8796093022208 bytes/],
  huge_chunk: ['TOO_LARGE', /chunks of 268435456 elements/],
  huge_contiguous: ['TOO_LARGE', /1099511627776 bytes/],
  short_texts: ['TOO_LARGE', /variable \/v claims 553648128 bytes/],
  many_strings: ['TOO_LARGE', /variable \/v/],
  compound_attribute: ['MALFORMED_PACKET', /global attribute a has the HDF5 type compound/],
  reference_attribute: ['MALFORMED_PACKET', /attribute a of \/v has the HDF5 type reference/],
  ragged_attribute: ['MALFORMED_PACKET', /variable-length/],
  compound_variable: ['MALFORMED_PACKET', /variable \/v has an HDF5 compound type of x, y; allowed: complex numbers/],
  complex_attribute: ['MALFORMED_PACKET', /attribute a has the HDF5 type compound/],
  float16_variable: ['MALFORMED_PACKET', /float of 2 bytes/],
  empty_variable: ['MALFORMED_PACKET', /no shape/],
  soft_link: ['MALFORMED_PACKET', /the list of variables: .*component not found/],
  external_link: ['MALFORMED_PACKET', /the list of variables: .*can't open file/],
  virtual: ['MALFORMED_PACKET', /virtual/],
  external_storage: ['MALFORMED_PACKET', /unable to open external raw data file/],
  blosc_zlib: ['UNSUPPORTED_FILTER', /zlib inside blosc \(32001\); available inside it: blosclz, lz4/],
  blosc2_zlib: ['UNSUPPORTED_FILTER', /zlib inside blosc2 \(32026\)/],
  unknown_filter: ['UNSUPPORTED_FILTER', /filter unknown \(60001\)/],
};

/** What HDF5 would need hundreds of megabytes for, without a word of it in any size that can be looked at before. */
const inflated: Record<string, RegExp> = {
  inflating: /variable \/v: .*filter returned failure/,
  repeated_text: /variable \/v: .*memory allocation failed/,
};

describe('files that h5py writes and no packet should be', () => {
  for (const [name, [code, message]] of Object.entries(refusals))
    test(`${name} is refused`, () => assert.rejects(readNetcdf(bytesOf(name)), { code, message }));

  for (const [name, text] of Object.entries(inflated))
    test(`${name} gets no more memory than maxBytes is good for`, async () => {
      await assert.rejects(readNetcdf(bytesOf(name), { maxBytes: 2 ** 20, deadline: 20_000 }), {
        code: 'MALFORMED_PACKET',
        message: text,
      });
    });

  test('a refusal for every file but one', () => {
    const refused = [...Object.keys(refusals), ...Object.keys(inflated)];
    assert.deepEqual(Object.keys(files).sort(), [...refused, 'allowed'].sort());
  });

  test('unusual but fine: null and padded text, booleans, big endian, axes without names, values never written', async () => {
    const { attrs, dims, variables } = await readNetcdf(bytesOf('allowed'));
    assert.deepEqual(attrs, {
      'big endian': { dtype: 'int32', shape: [2], values: Int32Array.of(1, 2) },
      'big endian float': { dtype: 'float64', shape: [], values: Float64Array.of(0.5) },
      latin: { dtype: 'string', shape: [2], values: ['ab', 'c'] },
      'null number': { dtype: 'float32', shape: [0], values: new Float32Array(0) },
      'null text': { dtype: 'string', shape: [], values: [''] },
      padded: { dtype: 'string', shape: [], values: ['ab  '] },
      yes: { dtype: 'int8', shape: [], values: Int8Array.of(1) },
    });
    assert.deepEqual(
      variables.map(({ name, dims: names, values }) => [name, names, values]),
      [
        ['fixed', ['phony_dim_0'], ['ALPE', 'OK']],
        ['flags', ['phony_dim_0'], Int8Array.of(1, 0)],
        ['free', ['phony_dim_0', 'phony_dim_1'], Float64Array.of(0, 1, 2, 3, 4, 5)],
        ['square', ['phony_dim_1', 'phony_dim_2'], new Uint8Array(9)],
        ['unwritten', ['phony_dim_3'], Float32Array.of(7, 7, 7, 7, 7)],
      ],
    );
    assert.deepEqual(
      dims.map(({ size }) => size),
      [2, 3, 3, 5],
    );
  });
});
