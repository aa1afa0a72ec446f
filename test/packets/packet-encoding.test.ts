import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { allocate, complexDTypes, type DType } from '../../lib/dtype.js';
import { bitshuffle, blosc, blosc2, gzip, lz4, lzf, zfp, zstd } from '../../lib/packets/codecs.js';
import type { Encoding } from '../../lib/packets/encoding.js';
import { readNetcdf } from '../../lib/packets/hdf5/read-netcdf.js';
import { decodePacket, encodePacket, endOfStreamPacket, toBytes } from '../../lib/packets/packet.js';
import { packetCases } from './packet-cases.js';

function field(dtype: DType, shape: number[], scale = 1000): DataArray {
  const size = shape.reduce((product, length) => product * length, 1);
  const data = allocate(dtype, size);
  for (let k = 0; k < size; k++) {
    const value = Math.sin(k / 11) * scale + ((k * 7919) % 101) / 10;
    const stored = dtype.startsWith('float') ? value : Math.abs(Math.round(value)) % 100;
    (data as unknown as (number | bigint)[])[k] =
      dtype.endsWith('64') && !dtype.startsWith('f') ? BigInt(stored) : stored;
  }
  return new DataArray({ data, shape, dims: shape.map((_, axis) => `d${axis}`) });
}

const roundTrip = async (da: DataArray, encoding: Encoding) => (await decodePacket(await toBytes(da, encoding))).data;

describe('lossless encodings give back the same array', () => {
  const encodings: Record<string, Encoding> = {
    chunks: { chunks: [10, 4] },
    gzip: { chunks: [10, 4], ...gzip() },
    'gzip, shuffle, fletcher32': { chunks: [10, 4], ...gzip({ level: 9 }), shuffle: true, fletcher32: true },
    lzf: { chunks: [10, 4], ...lzf() },
    'zfp reversible': { chunks: [10, 4], ...zfp({ reversible: true }) },
    blosc: { chunks: { d1: 4 }, ...blosc() },
    blosc2: { ...blosc2({ cname: 'zstd' }) },
    zstd: { ...zstd() },
    lz4: { chunks: true, ...lz4() },
    bitshuffle: { chunks: [1000, 1000], ...bitshuffle() },
    'bzip2 by name': { bzip2: { blocksize: 1 } },
  };
  for (const [name, encoding] of Object.entries(encodings))
    test(name, async () => {
      for (const dtype of ['float32', 'float64', 'int32', 'int64'] as const) {
        const da = field(dtype, [33, 7]);
        assert.ok((await roundTrip(da, encoding)).equals(da), dtype);
      }
      for (const dtype of complexDTypes) {
        const parts = field(dtype === 'complex64' ? 'float32' : 'float64', [33, 7, 2]);
        const da = new DataArray({ data: parts.values, dtype, shape: [33, 7], dims: ['d0', 'd1'] });
        if (name.startsWith('zfp'))
          await assert.rejects(toBytes(da, encoding), { code: 'BAD_ENCODING', message: new RegExp(`zfp.*${dtype}`) });
        else assert.ok((await roundTrip(da, encoding)).equals(da), dtype);
      }
    });
});

test('coordinates, name and attributes of every case survive an encoding, zero length too', async () => {
  for (const [name, da] of Object.entries(packetCases)) {
    if (da.ndim === 0) continue;
    const again = await roundTrip(da, gzip());
    assert.ok(again.equals(da), name);
    assert.deepEqual([again.name, again.attrs], [da.name, da.attrs], name);
  }
  const { variables } = await readNetcdf(await toBytes(packetCases.regular!, { chunks: { time: 2 }, ...gzip() }));
  assert.deepEqual(
    variables
      .filter(({ storage }) => storage)
      .map(({ name, storage }) => [name, storage!.chunks, storage!.filters[0]!.id]),
    [['__values__', [2, 3], 1]],
    'only the values are chunked',
  );
  const end = await decodePacket(await endOfStreamPacket(packetCases.regular!));
  assert.equal(end.data.shape[0], 0);
});

test('ZFP keeps its accuracy bound through the whole packet, over random fields, shapes and chunks', async () => {
  const accuracies = fc.constantFrom(1e-6, 1e-4, 1e-3, 0.1, 3);
  const axis = fc.record({ size: fc.integer({ min: 1, max: 23 }), chunk: fc.integer({ min: 1, max: 30 }) });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('float32' as const, 'float64' as const),
      fc.array(axis, { minLength: 1, maxLength: 3 }),
      accuracies,
      fc.infiniteStream(fc.double({ min: -1, max: 1, noNaN: true })),
      fc.constantFrom(1e-3, 1, 40, 1e4),
      async (dtype, axes, accuracy, stream, scale) => {
        const shape = axes.map(({ size }) => size);
        const size = shape.reduce((product, length) => product * length, 1);
        const data = allocate(dtype, size);
        // eight drawn numbers make a field that is neither smooth nor all noise
        const drawn = Array.from({ length: 8 }, () => stream.next().value);
        for (let k = 0; k < size; k++)
          data[k] = scale * (drawn[k % 8]! * 0.3 + Math.sin(k * drawn[0]! + drawn[k % 3]!));
        const da = new DataArray({ data, shape, dims: shape.map((_, k) => `d${k}`) });
        const back = await roundTrip(da, { chunks: axes.map(({ chunk }) => chunk), ...zfp({ accuracy }) });
        // no float32 is closer than half its own spacing
        const bound = dtype === 'float32' ? Math.max(accuracy, scale * 1.3 * 2 ** -23) : accuracy;
        let worst = 0;
        for (let k = 0; k < size; k++) worst = Math.max(worst, Math.abs((back.values[k] as number) - data[k]!));
        assert.ok(worst <= bound, `${dtype} [${shape}]: off by ${worst} at accuracy ${accuracy}`);
      },
    ),
    { numRuns: 40 },
  );
});

test('NaN and infinity in a lossy ZFP packet are refused unless they are allowed', async () => {
  const encoding = zfp({ accuracy: 1e-3 });
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const da = new DataArray({ data: Float64Array.of(1, 2, value, 4), shape: [4], dims: ['x'] });
    await assert.rejects(encodePacket(da, { encoding }), { code: 'NON_FINITE', direction: 'encode', codec: 'zfp' });
    await encodePacket(da, { encoding, nonFinite: 'allow' });
    assert.ok((await roundTrip(da, zfp({ reversible: true }))).equals(da));
  }
});

test('what does not fit is an error that says so', async () => {
  const da = field('int16', [8, 8]);
  await assert.rejects(encodePacket(da, { encoding: zfp({ accuracy: 1 }) }), {
    code: 'BAD_ENCODING',
    message: /int16/,
  });
  await assert.rejects(encodePacket(da, { encoding: { chunks: [8] } }), { code: 'BAD_ENCODING', message: /chunks/ });
  await assert.rejects(encodePacket(da, { encoding: { compression: 32024 } }), {
    code: 'BAD_ENCODING',
    message: /sz3/,
  });
});
