import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { it } from 'node:test';
import {
  type ArrayDType,
  allocate,
  complexDTypes,
  concatenate,
  DataArray,
  dtypes,
  InterpCoordinate,
  partsDType,
  type Table,
  ZarrWriter,
  type ZarrWriterOptions,
} from '../../lib/index.js';
import { record } from '../processing/chunks.js';
import { describePeers } from './describe-peers.js';
import { type Packed, type PackedValues, unpack } from './description.js';

interface OpenedZarr {
  name: string | null;
  dims: string[];
  values: PackedValues;
  attrs: Record<string, Packed>;
  coords: { name: string; dim: string | null; values: Packed }[];
  chunks: number[];
  fill: string;
  compressors: string[];
  dimensionNames: string[];
  warnings: string[];
}

async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'dasflow-interop-'));
  try {
    await run(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const write = (path: string, chunks: readonly (DataArray | Table)[], options: ZarrWriterOptions = {}) =>
  pipeline(Readable.from(chunks), new ZarrWriter(path, options));

/** What xarray has is the array: name, dims, values, and every label. */
function assertIs(opened: OpenedZarr, expected: DataArray): void {
  assert.deepEqual(opened.warnings, []);
  assert.equal(opened.name, expected.name);
  assert.deepEqual(opened.dims, expected.dims);
  assert.deepEqual(opened.dimensionNames, expected.dims);
  assert.equal(opened.values.dtype, expected.dtype);
  assert.deepEqual(opened.values.shape, expected.shape);
  assert.deepEqual(unpack(opened.values), expected.values);
  assert.deepEqual(new Set(opened.coords.map(({ name }) => name)), new Set(expected.coords.keys()));
  for (const { name, dim, values } of opened.coords) {
    const coord = expected.coords.get(name)!;
    assert.equal(dim, coord.dim, name);
    assert.equal(values.dtype, coord.dtype, name);
    assert.deepEqual([...unpack(values)], [...coord.values], name);
  }
}

const cut = (whole: DataArray, edges: readonly number[], dim = 'time') =>
  edges.slice(1).map((stop, k) => whole.isel({ [dim]: { start: edges[k]!, stop } }));

describePeers(
  'Zarr stores',
  (suite) => {
    const open = (path: string, options: object = {}) => suite.peer.call<OpenedZarr>('open_zarr', { path, ...options });

    it('open in xarray as the array that was written, in chunks that no packet has', suite.options, () =>
      withFolder(async (folder) => {
        const path = join(folder, 'out.zarr');
        const whole = record(0, 100).with({
          attrs: {
            unit: 'm/s',
            gauge: 10.5,
            count: 9_007_199_254_740_993n,
            tags: ['a', 'b'],
            gains: Int16Array.of(1, -2),
            none: Number.NaN,
          },
        });
        await write(path, cut(whole, [0, 7, 8, 40, 40, 99, 100]), { chunks: { time: 16, distance: 2 } });
        const opened = await open(path);
        assertIs(opened, whole);
        assert.deepEqual(opened.chunks, [16, 2]);
        assert.equal(opened.fill, 'nan');
        const attrs = Object.fromEntries(
          Object.entries(opened.attrs).map(([name, value]) => [name, [...unpack(value)]]),
        );
        assert.deepEqual(attrs, {
          unit: ['m/s'],
          gauge: [10.5],
          count: [9_007_199_254_740_993n],
          tags: ['a', 'b'],
          gains: [1n, -2n],
          none: ['NaN'],
        });
        assertIs(await open(path, { consolidated: false }), whole);
      }),
    );

    it('keep gaps in the labels, and nanoseconds', suite.options, () =>
      withFolder(async (folder) => {
        const path = join(folder, 'out.zarr');
        const start = 1_716_294_896_123_456_789n;
        const odd = (first: bigint) =>
          record(0, 10).with({
            coords: {
              time: InterpCoordinate.fromBlock(start + first, 10, 3_333_333n, { dim: 'time', dtype: 'datetime64[ns]' }),
              distance: record(0, 1).coords.get('distance')!,
            },
          });
        const parts = [odd(0n), odd(1_000_000_000_001n)];
        await write(path, parts);
        assertIs(await open(path), concatenate(parts));
      }),
    );

    for (const dtype of [...dtypes, ...complexDTypes] as ArrayDType[])
      it(`hold ${dtype}`, suite.options, () =>
        withFolder(async (folder) => {
          const path = join(folder, 'out.zarr');
          const data = allocate(partsDType(dtype), 30 * 4 * (dtype.startsWith('complex') ? 2 : 1));
          for (let k = 0; k < data.length; k++)
            (data as { [k: number]: number | bigint })[k] =
              typeof data[0] === 'bigint' ? BigInt(k) ** 9n : (k * 37) % 120;
          const whole = new DataArray({
            data,
            dtype,
            shape: [30, 4],
            dims: ['time', 'distance'],
            coords: { distance: [0, 1, 2, 3] },
          });
          await write(path, cut(whole, [0, 11, 30]), { chunks: [8, 3] });
          // without a name, as xarray itself writes it
          assertIs(await open(path, { asArray: true }), whole);
        }),
      );

    for (const [name, codecs, said] of [
      ['zstd', ['zstd'], /ZstdCodec/],
      ['zstd, level 19', [{ name: 'zstd', configuration: { level: 19 } }], /level=19/],
      ['gzip', ['gzip'], /GzipCodec/],
      ['blosc', ['blosc'], /BloscCodec.*typesize=8/],
      ['blosc, lz4, bits shuffled', [{ name: 'blosc', configuration: { cname: 'lz4', shuffle: 'bitshuffle' } }], /lz4/],
      ['two', ['blosc', 'gzip'], /GzipCodec/],
      ['none', [], /^$/],
    ] as [string, ZarrWriterOptions['codecs'], RegExp][])
      it(`compressed with: ${name}`, suite.options, () =>
        withFolder(async (folder) => {
          const path = join(folder, 'out.zarr');
          await write(path, cut(record(0, 50), [0, 20, 50]), { chunks: { time: 16 }, codecs });
          const opened = await open(path);
          assertIs(opened, record(0, 50));
          assert.match(opened.compressors.join(' '), said);
        }),
      );

    it('grow along any dimension, with text, scalars and labels beside', suite.options, () =>
      withFolder(async (folder) => {
        const path = join(folder, 'out.zarr');
        const whole = new DataArray({
          data: Float32Array.from({ length: 5 * 40 }, (_, k) => Math.sin(k)),
          shape: [5, 40],
          dims: ['station', 'time'],
          name: 'traces',
          coords: {
            station: ['A', 'Bé', '', 'ß', 'long name'],
            time: InterpCoordinate.fromBlock(0n, 40, 10_000_000n, { dim: 'time', dtype: 'datetime64[ns]' }),
            sample: { values: Int32Array.from({ length: 40 }, (_, k) => 7 * k), dim: 'time' },
            latitude: { values: [1, 2, 3, 4, 5.5], dim: 'station' },
            network: [null, 'XX'],
            gain: [null, 2.5],
            lag: {
              values: { dtype: 'timedelta64[ns]', values: BigInt64Array.of(1n, 2n, 3n, 4n, -5n) }.values,
              dtype: 'timedelta64[ns]',
              dim: 'station',
            },
          },
        });
        await write(path, cut(whole, [0, 9, 31, 40]), { dim: 'time', chunks: { time: 12, station: 2 } });
        assertIs(await open(path), whole);
      }),
    );

    it('can be read while they are written, and gone on with', suite.options, () =>
      withFolder(async (folder) => {
        const path = join(folder, 'out.zarr');
        const writer = new ZarrWriter(path, { chunks: { time: 16 } });
        await new Promise((resolve) => writer.write(record(0, 40), resolve));
        assertIs(await open(path), record(0, 32));
        await new Promise((resolve) => writer.end(resolve));
        assertIs(await open(path), record(0, 40));
        await write(path, [record(40, 21)], { mode: 'append' });
        assertIs(await open(path), record(0, 61));
      }),
    );
  },
  ['0.2.10'],
);
