/** Complex arrays in packets and files: as both xdas versions and h5py write them (fixtures of make_complex.py), and ours. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { split } from '../../lib/dataarray/split.js';
import { type ComplexDType, complexDTypes } from '../../lib/dtype.js';
import { DataArrayLoader } from '../../lib/files/data-array-loader.js';
import { DataArrayWriter } from '../../lib/files/data-array-writer.js';
import { openDataArray, openMfDataArray } from '../../lib/files/open-data-array.js';
import { decodePacket } from '../../lib/packets/packet.js';
import { toTime } from '../../lib/time.js';
import { temporaryFolder } from '../files/temporary-folder.js';

const start = toTime('2024-05-21T12:34:56.123456789');

/** What make_complex.py writes. */
function expected(dtype: ComplexDType, times = 4): DataArray {
  const parts = Array.from({ length: times * 6 }, (_, e) => (e % 2 ? 0.5 - (e - 1) / 2 : e / 2 - 3));
  return new DataArray({
    data: dtype === 'complex64' ? Float32Array.from(parts) : Float64Array.from(parts),
    dtype,
    shape: [times, 3],
    dims: ['time', 'frequency'],
    coords: {
      time: InterpCoordinate.fromBlock(start, times, 10_000_000n, { dim: 'time', dtype: 'datetime64[ns]' }),
      frequency: [0, 1.5, 4],
    },
    name: 'spectrum',
    attrs: { units: 'm' },
  });
}

const filesOf = (version: string) => {
  const path = join(process.cwd(), 'test', 'fixtures', 'packets', `complex-${version}.json.gz`);
  return JSON.parse(gunzipSync(readFileSync(path)).toString()) as Record<string, string>;
};

for (const version of ['0.2.7', '0.2.10'])
  describe(`complex arrays that xdas ${version} writes`, () => {
    const files = filesOf(version);
    for (const dtype of complexDTypes)
      for (const storage of ['plain', 'gzip', 'lzf'])
        it(`${dtype}, ${storage}: as a packet, as a file, in parts`, async (t) => {
          const bytes = Buffer.from(files[`${dtype}-${storage}`]!, 'base64');
          const { data } = await decodePacket(bytes);
          const wanted = expected(dtype);
          assert.deepEqual([data.dtype, data.name, { ...data.attrs }], [dtype, 'spectrum', { units: 'm' }]);
          assert.deepEqual(data.values, wanted.values);
          assert.deepEqual([...data.coords.get('time')!.values], [...wanted.coords.get('time')!.values]);
          const path = join(await temporaryFolder(t), 'x.nc');
          writeFileSync(path, bytes);
          const file = await openDataArray(path);
          assert.deepEqual([file.dtype, file.nbytes], [dtype, wanted.nbytes]);
          assert.ok((await file.load()).equals(data));
          assert.ok((await file.read('frequency', 1, 3)).equals(data.isel({ frequency: { start: 1 } })));
        });
  });

describe('compounds that h5py writes', () => {
  const files = filesOf('0.2.10');
  const bytesOf = (name: string) => Buffer.from(files[name]!, 'base64');

  for (const dtype of complexDTypes)
    it(`${dtype} in big endian is read`, async () => {
      const { data } = await decodePacket(bytesOf(`big endian ${dtype}`));
      assert.equal(data.dtype, dtype);
      assert.deepEqual(data.values, expected(dtype).values);
    });

  const others = Object.keys(files).filter((name) => !/complex(64|128)/.test(name));
  assert.equal(others.length, 7);
  for (const name of others)
    it(`${name} is refused`, () =>
      assert.rejects(decodePacket(bytesOf(name)), {
        code: 'MALFORMED_PACKET',
        message: /variable \/v has an HDF5 compound type of .*; allowed: complex numbers/,
      }));
});

describe('complex arrays of ours in files', () => {
  it('are written, joined, and loaded in chunks that are other ones', async (t) => {
    const whole = expected('complex128', 40);
    const folder = join(await temporaryFolder(t), 'spectra');
    const writer = new DataArrayWriter(folder, {
      createDirs: true,
      encoding: { chunks: [4, 2], gzip: { level: 4 }, shuffle: true },
    });
    for (const chunk of split(whole, [7, 8, 30], 'time')) await writer.submit(chunk);
    writer.end();
    const array = await openMfDataArray(folder);
    assert.deepEqual([array.dtype, array.nbytes], ['complex128', 40 * 3 * 16]);
    assert.ok((await array.load()).equals(whole));
    assert.ok((await array.read('time', 5, 33)).equals(whole.isel({ time: { start: 5, stop: 33 } })));
    const loader = new DataArrayLoader(folder, { time: 9 });
    let first = 0;
    for await (const chunk of loader) {
      const { time } = (chunk as DataArray).sizes;
      assert.ok((chunk as DataArray).equals(whole.isel({ time: { start: first, stop: first + time! } })));
      first += time!;
    }
    assert.equal(first, 40);
  });
});
