import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { type DType, type TypedArray, typedArrayConstructor } from '../../../lib/dtype.js';
import {
  bitshuffle,
  blosc,
  blosc2,
  bzip2,
  type CodecName,
  codecHelpers,
  gzip,
  lz4,
  zfp,
  zstd,
} from '../../../lib/packets/codecs.js';
import { type Encoding, resolveEncoding } from '../../../lib/packets/encoding.js';
import { Hdf5Worker } from '../../../lib/packets/hdf5/hdf5-worker.js';
import { readJob, readNetcdf } from '../../../lib/packets/hdf5/read-netcdf.js';
import { writeJob, writeNetcdf } from '../../../lib/packets/hdf5/write-netcdf.js';
import type { NetcdfContent } from '../../../lib/packets/netcdf-content.js';
import { committedFrame } from '../frame-files.js';

type Pipeline = [number, number, number[]][];
interface CodecCase {
  codec: CodecName;
  options: object;
  numbers: [number, number[]] | null;
  pipelines: Record<string, { alone: Pipeline; with: Pipeline }>;
}
const cases = JSON.parse(
  readFileSync(join(process.cwd(), 'test', 'fixtures', 'hdf5', 'codecs.json'), 'utf8'),
) as CodecCase[];

/** One variable `v` in a file of its own. */
function contentOf(values: TypedArray, dtype: DType, shape: number[], encoding: Encoding): NetcdfContent {
  const dims = shape.map((_, axis) => `d${axis}`);
  const storage = resolveEncoding(encoding, { dims, shape, dtype, values });
  const variable = { name: 'v', dtype, shape, dims, attrs: {}, values, ...(storage && { storage }) };
  return { attrs: {}, dims: dims.map((name, axis) => ({ name, size: shape[axis] })), variables: [variable] };
}

async function roundTrip(values: TypedArray, dtype: DType, shape: number[], encoding: Encoding) {
  const [variable] = (await readNetcdf(await writeNetcdf(contentOf(values, dtype, shape, encoding)))).variables;
  return variable;
}

const field = (dtype: DType, count: number) =>
  dtype.includes('64') && !dtype.startsWith('f')
    ? new (typedArrayConstructor(dtype))(
        Array.from({ length: count }, (_, i) => BigInt(Math.round(1e15 * Math.sin(i / 40)))),
      )
    : new (typedArrayConstructor(dtype))(
        Array.from({ length: count }, (_, i) => 100 * Math.sin(i / 40) + ((i * 7919) % 13) / 10),
      );
const bytesOf = (values: TypedArray | string[]) => Buffer.from((values as Uint8Array).buffer);

describe('codecs beside hdf5plugin and h5py', () => {
  for (const { codec, options, numbers, pipelines } of cases)
    test(`${codec} ${JSON.stringify(options)}`, async () => {
      const helper = codecHelpers[codec] as (given: object) => { compression: unknown; compressionOpts: unknown };
      if (numbers) {
        const { compression, compressionOpts } = helper(options);
        assert.deepEqual([compression, compressionOpts], numbers);
      }
      for (const [dtype, { alone, with: combined }] of Object.entries(pipelines) as [
        DType,
        CodecCase['pipelines'][string],
      ][])
        for (const [expected, extra] of [
          [alone, {}],
          [combined, { shuffle: true, fletcher32: true }],
        ] as const) {
          const values = field(dtype, 203 * 37);
          const encoding = { chunks: { d0: 50, d1: 10 }, [codec]: options, ...extra };
          const read = await roundTrip(values, dtype, [203, 37], encoding);
          assert.deepEqual(read.storage, {
            chunks: [50, 10],
            filters: expected.map(([id, , clientData]) => ({ id, clientData })),
          });
          if (codec !== 'zfp' || 'reversible' in options) assert.ok(bytesOf(read.values).equals(bytesOf(values)));
        }
    });
});

describe('codecs over all dtypes', () => {
  const dtypes = [
    'float32',
    'float64',
    'int8',
    'int16',
    'int32',
    'int64',
    'uint8',
    'uint16',
    'uint32',
    'uint64',
  ] as const;
  for (const name of Object.keys(codecHelpers) as CodecName[])
    test(`${name} is lossless`, async () => {
      for (const dtype of dtypes) {
        if (name === 'zfp' && /8|16/.test(dtype)) continue;
        const values = field(dtype, 61 * 5);
        const read = await roundTrip(values, dtype, [61, 5], { [name]: name === 'zfp' ? { reversible: true } : true });
        assert.ok(bytesOf(read.values).equals(bytesOf(values)), `${name} ${dtype}`);
      }
    });

  test('reversible ZFP keeps any 32 and 64 bits', async () => {
    const arrays = [
      ['int32', fc.int32Array({ minLength: 40, maxLength: 40 })],
      ['uint32', fc.uint32Array({ minLength: 40, maxLength: 40 })],
      ['int64', fc.bigInt64Array({ minLength: 40, maxLength: 40 })],
      ['float32', fc.float32Array({ minLength: 40, maxLength: 40 })],
      ['float64', fc.float64Array({ minLength: 40, maxLength: 40 })],
    ] as const;
    for (const [dtype, arbitrary] of arrays)
      await fc.assert(
        fc.asyncProperty(arbitrary as fc.Arbitrary<TypedArray>, async (values) => {
          const read = await roundTrip(values, dtype, [8, 5], { zfp: { reversible: true } });
          assert.ok(bytesOf(read.values).equals(bytesOf(values)), dtype);
        }),
        { numRuns: 12 },
      );
  });

  test('the accuracy of ZFP holds for random fields, shapes and chunks', async () => {
    const size = fc.integer({ min: 1, max: 23 });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('float32', 'float64'),
        fc.array(fc.record({ size, chunk: size }), { minLength: 1, maxLength: 3 }),
        fc.integer({ min: -6, max: 0 }),
        fc.integer({ min: -3, max: 3 }),
        fc.noShrink(fc.integer({ min: 1, max: 2 ** 31 - 1 })),
        async (dtype: 'float32' | 'float64', axes, exponent, scale, seed) => {
          let state = seed;
          const random = () => {
            state = (state * 1664525 + 1013904223) >>> 0;
            return (state / 2 ** 31 - 1) * 10 ** scale;
          };
          const shape = axes.map((axis) => axis.size);
          const count = shape.reduce((a, b) => a * b, 1);
          const values = new (typedArrayConstructor(dtype))(Array.from({ length: count }, random));
          const accuracy = 10 ** exponent;
          const encoding = { chunks: axes.map((axis) => axis.chunk), zfp: { accuracy } };
          const read = await roundTrip(values, dtype, shape, encoding);
          // No finer than the spacing of the dtype at the largest value: ZFP cannot, nor could the values show it.
          const spacing = Math.max(...values.map(Math.abs)) * (dtype === 'float32' ? 2 ** -23 : 2 ** -52);
          const bound = Math.max(accuracy, spacing);
          for (const [index, value] of (read.values as Float64Array).entries())
            assert.ok(Math.abs(value - Number(values[index])) <= bound, `${value} for ${values[index]}`);
        },
      ),
      { numRuns: 120 },
    );
  });
});

describe('encodings', () => {
  const array = { dims: ['time', 'distance'], shape: [100, 20], dtype: 'float32' as DType };
  const code = (expected: string, text: RegExp) => (error: { code: string; message: string }) => {
    assert.equal(error.code, expected);
    assert.match(error.message, text);
    return true;
  };
  const refuses = (encoding: unknown, text: RegExp, over: Partial<typeof array> = {}) =>
    assert.throws(() => resolveEncoding(encoding as Encoding, { ...array, ...over }), code('BAD_ENCODING', text));

  test('both forms mean the same', () => {
    const full = resolveEncoding({ chunks: [50, 20], ...zfp({ accuracy: 1e-3 }) }, array);
    assert.deepEqual(resolveEncoding({ chunks: { time: 50 }, zfp: { accuracy: 1e-3 } }, array), full);
    assert.deepEqual(full?.chunks, [50, 20]);
    assert.deepEqual(
      resolveEncoding({ chunks: { distance: 7 }, ...gzip({ level: 9 }), shuffle: true, fletcher32: true }, array),
      {
        chunks: [100, 7],
        filters: [
          { id: 2, clientData: [], optional: true },
          { id: 1, clientData: [9], optional: true },
          { id: 3, clientData: [], optional: false },
        ],
      },
    );
    assert.deepEqual(resolveEncoding({ compression: 4 }, array), resolveEncoding({ gzip: true }, array));
  });

  test('chunks are clipped, or made up to one MiB', () => {
    assert.deepEqual(resolveEncoding({ chunks: [1000, 1000] }, array)?.chunks, [100, 20]);
    assert.deepEqual(resolveEncoding({ lz4: true }, { ...array, shape: [100_000, 100] })?.chunks, [1563, 100]);
    assert.equal(resolveEncoding({}, array), undefined);
    assert.equal(resolveEncoding({ chunks: [10, 10], zstd: true }, { ...array, shape: [0, 20] }), undefined);
    assert.deepEqual(resolveEncoding({ zfp: { accuracy: 1 } }, { ...array, shape: [1, 1] })?.filters, []);
  });

  test('what does not fit is refused with what is allowed', () => {
    refuses({ zip: true }, /unknown key zip; allowed: chunks, compression/);
    refuses({ zfp: { accurracy: 1 } }, /zfp: unknown option accurracy; allowed: accuracy, rate/);
    refuses({ zfp: {} }, /exactly one mode/);
    refuses({ zfp: { accuracy: 1, rate: 4 } }, /exactly one mode/);
    refuses({ zfp: { accuracy: -1 } }, /accuracy must be a number above 0, not -1/);
    refuses({ zfp: { minbits: 1 } }, /maxbits is missing/);
    refuses({ zfp: { accuracy: 1 } }, /zfp in accuracy mode is not good for int32/, { dtype: 'int32' });
    refuses({ zfp: { reversible: true } }, /zfp in reversible mode is not good for int16/, { dtype: 'int16' });
    refuses({ gzip: true, lzf: true }, /one codec at a time, not gzip and lzf/);
    refuses({ gzip: { level: 12 } }, /gzip: level must be an integer from 0 to 9, not 12/);
    refuses({ compressionOpts: 3 }, /without compression/);
    refuses({ compression: 32024, compressionOpts: [] }, /sz3 \(32024\) is not available/);
    refuses({ compression: 'szip' }, /"szip" is not available; allowed: 'gzip', 'lzf'/);
    refuses({ chunks: [10] }, /chunks \[10\] for the 2 dimensions time, distance/);
    refuses({ chunks: { tme: 10 } }, /no such dimension; there are time, distance/);
    refuses({ chunks: [0, 5] }, /along time must be a positive integer, not 0/);
    refuses({ shuffle: 'yes' }, /shuffle must be true or false/);
    refuses({ gzip: true }, /without dimensions/, { dims: [], shape: [] });
    const bad = (text: RegExp) => code('BAD_ENCODING', text);
    assert.throws(() => blosc({ cname: 'zlib' as never }), bad(/cname zlib is not available; allowed: blosclz, lz4/));
    assert.throws(() => blosc2({ filters: 4 as never }), bad(/filters 4 is not known/));
    assert.throws(() => bitshuffle({ nelems: 7 }), bad(/multiple of 8/));
    assert.throws(() => zstd({ clevel: 23 }), bad(/clevel must be an integer from -131072 to 22/));
    assert.throws(() => lz4({ nbytes: -1 }), bad(/nbytes/));
    assert.throws(() => bzip2({ blocksize: 0 }), bad(/blocksize/));
  });

  test('NaN and infinities in lossy ZFP', () => {
    const values = new Float32Array(2000);
    values[1234] = Number.NaN;
    const lossy = { zfp: { rate: 8 } };
    assert.throws(() => resolveEncoding(lossy, { ...array, values }), code('NON_FINITE', /value 1234 .* is NaN/));
    assert.ok(resolveEncoding(lossy, { ...array, values }, { nonFinite: 'allow' }));
    assert.ok(resolveEncoding({ zfp: { reversible: true } }, { ...array, values }));
  });
});

describe('a codec proves itself before its first use', () => {
  const folders: string[] = [];
  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
  });
  const workerWith = (direction: 'encode' | 'decode', spoil: (folder: string) => void) => {
    const folder = mkdtempSync(join(tmpdir(), 'dasflow-plugins-'));
    folders.push(folder);
    cpSync(join(process.cwd(), 'dist', 'plugins'), folder, { recursive: true });
    spoil(folder);
    return new Hdf5Worker(direction, { plugins: pathToFileURL(`${folder}/`) });
  };
  const edit = (file: string, change: (bytes: Buffer) => Buffer) => (folder: string) =>
    writeFileSync(join(folder, file), change(readFileSync(join(folder, file))));
  const content = (encoding: Encoding) => contentOf(field('float32', 200), 'float32', [20, 10], encoding);
  const limits = { deadline: 10_000 };
  const broken = (codec: string, text: RegExp) => (error: { code: string; codec: string; message: string }) => {
    assert.deepEqual([error.code, error.codec], ['BROKEN_CODEC', codec]);
    assert.match(error.message, text);
    return true;
  };

  test('a plugin that does not load, or is not there', async () => {
    const worker = workerWith('encode', (folder) => {
      edit('libH5Zzstd.so', (bytes) => bytes.subarray(0, 5000))(folder);
      rmSync(join(folder, 'libH5Zlz4.so'));
    });
    await assert.rejects(
      worker.run(writeJob(content({ zstd: true })), limits),
      broken('zstd', /encode: .*zstd \(32015\)/),
    );
    await assert.rejects(worker.run(writeJob(content({ lz4: true })), limits), broken('lz4', /cannot be read/));
    await worker.run(writeJob(content({ bzip2: true })), limits);
    await worker.close();
  });

  test('a plugin that gives other values back, when encoding and when decoding', async () => {
    // ldexp of the shim, a factor of 2 off: i64.extend_i32_s(n + 1023) becomes n + 1024.
    const wrong = edit('libdasflowshim.so', (bytes) => {
      const code = Buffer.from([0x41, 0xff, 0x07, 0x6a, 0xac]);
      const at = bytes.lastIndexOf(code);
      assert.ok(at > 0);
      const copy = Buffer.from(bytes);
      copy.set([0x41, 0x80, 0x08, 0x6a, 0xac], at);
      return copy;
    });
    const encoder = workerWith('encode', wrong);
    const off = /decode round trip of its own: values came back [\d.e+]+ off/;
    await assert.rejects(encoder.run(writeJob(content({ zfp: { accuracy: 1 } })), limits), broken('zfp', off));
    await encoder.close();
    const decoder = workerWith('decode', wrong);
    const { bytes } = committedFrame('0.2.10', 'encoding-zfp-ragged-chunks');
    await assert.rejects(decoder.run(readJob(bytes), limits), broken('zfp', off));
    await decoder.close();
  });
});
