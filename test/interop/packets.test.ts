import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import {
  type ArrayDType,
  bitshuffle,
  blosc,
  blosc2,
  bzip2,
  complexDTypes,
  type DataArray,
  decodePacket,
  dtypes,
  type Encoding,
  encodePacket,
  fft,
  gzip,
  isComplexDType,
  lz4,
  lzf,
  zfp,
  zstd,
} from '../../lib/index.js';
import { anyArray } from './any-array.js';
import { describePeers } from './describe-peers.js';
import { type ArrayDescription, assertSame, describeArray } from './description.js';
import type { PythonPeer } from './python-peer.js';
import { wave } from './wave.js';

/** Changed by hand to look at other arrays; the same in every run, so that a failure can be seen again. */
const seed = 20261122;

const everyDType: readonly ArrayDType[] = [...dtypes, ...complexDTypes];

interface Encoded {
  frames: string[];
  arrays: ArrayDescription[];
}

interface Decoded {
  arrays: ArrayDescription[];
  differences: (string | null)[];
}

function decodeInPython(peer: PythonPeer, frames: Uint8Array[], expected: DataArray[]): Promise<Decoded> {
  return peer.call<Decoded>('decode', {
    frames: frames.map((frame) => Buffer.from(frame).toString('base64')),
    expected: { arrays: expected.map(describeArray) },
  });
}

async function decodeOurs(frame: Uint8Array): Promise<DataArray> {
  return (await decodePacket(frame)).data;
}

describePeers('packets of xdas', (suite) => {
  it('of any shape, dtype and coordinates decode to what xdas says they are', suite.options, async () => {
    const arrays = fc.sample(anyArray(), { numRuns: 60, seed });
    const { frames, arrays: expected } = await suite.peer.call<Encoded>('encode', {
      source: { arrays: arrays.map(describeArray) },
    });
    assert.equal(frames.length, arrays.length);
    for (const [index, frame] of frames.entries())
      assertSame(await decodeOurs(new Uint8Array(Buffer.from(frame, 'base64'))), expected[index]!);
  });
});

describePeers('packets that xdas compresses', (suite) => {
  const floats: readonly ArrayDType[] = ['float32', 'float64'];
  const wide: readonly ArrayDType[] = [...floats, 'int32', 'int64'];
  const readable: [codec: [name: string, options: object], allowed: readonly ArrayDType[]][] = [
    [['Zfp', { accuracy: 1e-2 }], floats],
    [['Zfp', { rate: 12 }], floats],
    [['Zfp', { precision: 18 }], floats],
    [['Zfp', { reversible: true }], wide],
    [['Blosc', { cname: 'lz4', shuffle: 1 }], everyDType],
    [['Blosc', { cname: 'lz4hc', shuffle: 0 }], everyDType],
    [['Blosc', { cname: 'zstd', clevel: 3, shuffle: 2 }], everyDType],
    [['Blosc', { cname: 'blosclz' }], everyDType],
    [['Blosc2', { cname: 'lz4' }], everyDType],
    [['Blosc2', { cname: 'zstd', filters: 2 }], everyDType],
    [['Blosc2', { cname: 'blosclz' }], everyDType],
    [['Zstd', { clevel: 5 }], everyDType],
    [['LZ4', {}], everyDType],
    [['Bitshuffle', { cname: 'none' }], everyDType],
    [['Bitshuffle', { cname: 'lz4' }], everyDType],
    [['Bitshuffle', { cname: 'zstd' }], everyDType],
    [['BZip2', { blocksize: 5 }], everyDType],
  ];
  const recording = wave({ samples: 53, channels: 19 });

  const encode = (encoding: object, allowed: readonly ArrayDType[]) =>
    suite.peer.call<Encoded>('encode', {
      source: { arrays: allowed.map((dtype) => describeArray(asType(recording, dtype))) },
      encoding: { chunks: [20, 7], ...encoding },
    });
  const bytesOf = (frame: string) => new Uint8Array(Buffer.from(frame, 'base64'));

  for (const [name, encoding, allowed] of [
    [
      'gzip, shuffle, fletcher32',
      { compression: 'gzip', compression_opts: 7, shuffle: true, fletcher32: true },
      everyDType,
    ],
    ['lzf, shuffle', { compression: 'lzf', shuffle: true }, everyDType],
    ...readable.map(([codec, allowed]) => [JSON.stringify(codec), { codec }, allowed] as const),
  ] as [string, object, readonly ArrayDType[]][])
    it(`with ${name} decode to what xdas decodes`, suite.options, async () => {
      const { frames, arrays } = await encode(encoding, allowed);
      for (const [index, frame] of frames.entries()) assertSame(await decodeOurs(bytesOf(frame)), arrays[index]!);
    });

  for (const [name, codec] of [
    ['SZ3', ['SZ3', { absolute: 1e-3 }]],
    ['SPERR', ['Sperr', { rate: 8 }]],
    ['zlib.*blosc ', ['Blosc', { cname: 'zlib' }]],
    ['zlib.*blosc2 ', ['Blosc2', { cname: 'zlib' }]],
  ] as [string, unknown][])
    it(`with ${JSON.stringify(codec)} are refused by name`, suite.options, async () => {
      const { frames } = await encode({ codec }, floats);
      for (const frame of frames)
        await assert.rejects(decodePacket(bytesOf(frame)), (error: Error & { code?: string }) => {
          assert.equal(error.code, 'UNSUPPORTED_FILTER');
          assert.match(error.message, new RegExp(name, 'i'));
          return true;
        });
    });
});

describePeers('packets of ours', (suite) => {
  const old = suite.version === '0.2.7';

  for (const dialect of old ? (['both', 'cf-1.9'] as const) : (['both', 'cf-1.13', 'cf-1.9'] as const))
    it(`of any shape, dtype and coordinates are equal in Python, dialect ${dialect}`, suite.options, async () => {
      const arrays = fc.sample(anyArray({ listAttrs: false }), { numRuns: 60, seed });
      const frames = await Promise.all(arrays.map((array) => encodePacket(array, { dialect })));
      const { arrays: decoded, differences } = await decodeInPython(suite.peer, frames, arrays);
      // only the new spelling can say that an interpolated coordinate is regular
      if (dialect === 'cf-1.9')
        for (const [index, array] of arrays.entries())
          assertSame(decoded[index]!, describeArray(array), { regularity: false });
      else
        assert.deepEqual(
          differences.flatMap((difference, index) => (difference === null ? [] : [`array ${index}: ${difference}`])),
          [],
        );
      for (const [index, array] of arrays.entries()) {
        const regular = decoded[index]!.coords.filter((coord) => coord.regular).map(({ name }) => name);
        const expected = [...array.coords.entries()].filter(([, coord]) => coord.isRegular()).map(([name]) => name);
        if (!old && dialect !== 'cf-1.9') assert.deepEqual(regular.sort(), expected.sort(), `array ${index}`);
      }
    });

  it('carry lists as attributes', suite.options, async () => {
    const array = wave({ samples: 4, channels: 3 }).with({
      attrs: { weights: new Float64Array([1, 2.5]), channels: new BigInt64Array([1n, 2n, 3n]), names: ['a', 'é'] },
    });
    const { arrays } = await suite.peer.call<Decoded>('decode', {
      frames: [Buffer.from(await encodePacket(array)).toString('base64')],
    });
    assertSame(arrays[0]!, describeArray(array), { regularity: !old });
  });

  const floats: readonly ArrayDType[] = ['float32', 'float64'];
  const codecs: [name: string, encoding: Encoding, allowed: readonly ArrayDType[], bound: number | null][] = [
    ['chunks alone', {}, everyDType, 0],
    ['gzip', gzip(), everyDType, 0],
    ['gzip 9', gzip({ level: 9 }), everyDType, 0],
    ['gzip, shuffle, fletcher32', { ...gzip(), shuffle: true, fletcher32: true }, everyDType, 0],
    ['lzf', lzf(), everyDType, 0],
    ['lzf, shuffle', { ...lzf(), shuffle: true }, everyDType, 0],
    ['zstd', zstd(), everyDType, 0],
    ['lz4', lz4(), everyDType, 0],
    ['bitshuffle', bitshuffle(), everyDType, 0],
    ['bzip2', bzip2(), everyDType, 0],
    ['blosc', blosc(), everyDType, 0],
    ['blosc2', blosc2(), everyDType, 0],
    ['zfp accuracy', zfp({ accuracy: 1e-3 }), floats, 1e-3],
    ['zfp rate', zfp({ rate: 16 }), floats, null],
    ['zfp precision', zfp({ precision: 20 }), floats, null],
    ['zfp reversible', zfp({ reversible: true }), ['float32', 'float64', 'int32', 'int64'], 0],
  ];
  for (const [name, encoding, allowed, bound] of codecs)
    it(`decode in Python with ${name}`, suite.options, async () => {
      // no multiple of 4 or of the chunk
      const recording = wave({ samples: 53, channels: 19 });
      const arrays = allowed.map((dtype) => asType(recording, dtype));
      const frames = await Promise.all(
        arrays.map((array) => encodePacket(array, { encoding: { chunks: [20, 7], ...encoding } })),
      );
      // lossy: what we decode is what Python must decode, bit for bit
      const expected = await Promise.all(frames.map(decodeOurs));
      const { differences } = await decodeInPython(suite.peer, frames, expected);
      assert.deepEqual(
        differences,
        allowed.map(() => null),
      );
      for (const [index, array] of arrays.entries()) {
        if (bound === null) continue;
        const [a, b] = [array.values, expected[index]!.values];
        for (let k = 0; k < a.length; k++) assert.ok(Math.abs(Number(a[k]!) - Number(b[k]!)) <= bound, allowed[index]);
      }
    });
});

/** The same recording in another dtype; integers are scaled so that something is left of it. */
function asType(recording: DataArray, dtype: ArrayDType): DataArray {
  const values = recording.values as Float64Array;
  if (isComplexDType(dtype)) {
    const spectrum = fft(recording, { dim: { time: 'frequency' } });
    return dtype === 'complex128'
      ? spectrum
      : recording.with({ data: new Float32Array(spectrum.values as Float64Array), dtype });
  }
  const scaled = (offset: number) => values.map((x) => Math.round((x + offset) * 50));
  const convert: Record<Exclude<ArrayDType, 'complex64' | 'complex128'>, () => DataArray['values']> = {
    float64: () => values,
    float32: () => new Float32Array(values),
    int8: () => new Int8Array(scaled(0)),
    int16: () => new Int16Array(scaled(0)),
    int32: () => new Int32Array(scaled(0)),
    int64: () => BigInt64Array.from([...scaled(0)].map(BigInt)),
    uint8: () => new Uint8Array(scaled(2)),
    uint16: () => new Uint16Array(scaled(2)),
    uint32: () => new Uint32Array(scaled(2)),
    uint64: () => BigUint64Array.from([...scaled(2)].map(BigInt)),
  };
  return recording.with({ data: convert[dtype]() });
}
