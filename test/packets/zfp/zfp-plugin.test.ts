/** Beside the plugin that runs in HDF5 here: the same bytes in the file, the same values out of it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { ZfpOptions } from '../../../lib/packets/codecs.js';
import { resolveEncoding } from '../../../lib/packets/encoding.js';
import { readNetcdf } from '../../../lib/packets/hdf5/read-netcdf.js';
import { writeNetcdf } from '../../../lib/packets/hdf5/write-netcdf.js';
import { zfpDecodeChunk, zfpEncodeChunk } from '../../../lib/packets/zfp/zfp-chunk.js';

type Floats = Float32Array | Float64Array;

/** `x` as one chunk, through HDF5 and its plugin, and through the kernel. */
async function compare(x: Floats, shape: readonly number[], zfp: ZfpOptions): Promise<void> {
  const dtype = x instanceof Float32Array ? 'float32' : 'float64';
  const dims = shape.map((_, axis) => `d${axis}`);
  const storage = resolveEncoding({ chunks: [...shape], zfp }, { dims, shape: [...shape], dtype, values: x })!;
  const file = await writeNetcdf({
    attrs: {},
    dims: dims.map((name, axis) => ({ name, size: shape[axis] })),
    variables: [{ name: 'v', dtype, shape: [...shape], dims, attrs: {}, values: x, storage }],
  });
  const variable = (await readNetcdf(file)).variables.find(({ name }) => name === 'v')!;
  const { clientData } = variable.storage!.filters[0];
  const bytes = zfpEncodeChunk(x, shape, clientData)!;
  assert.ok(
    Buffer.from(file.buffer, file.byteOffset, file.byteLength).includes(Buffer.from(bytes)),
    'the chunk is in the file',
  );
  const read = zfpDecodeChunk(bytes, dtype, shape, clientData)!;
  const bits = (values: Floats) => Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  assert.ok(bits(read).equals(bits(variable.values as Floats)), 'the values are those of the plugin');
}

const modes: fc.Arbitrary<ZfpOptions> = fc.oneof(
  fc.record({ accuracy: fc.integer({ min: -40, max: 20 }).map((exponent) => 2 ** exponent * 1.3) }),
  fc.record({ precision: fc.integer({ min: 1, max: 64 }) }),
  fc.record({ rate: fc.double({ min: 0.1, max: 66, noNaN: true }) }),
  fc
    .record({
      minbits: fc.integer({ min: 1, max: 600 }),
      // (The plugin writes past its memory where a block's header alone, 12 bits, is more.)
      maxbits: fc.integer({ min: 13, max: 1500 }),
      maxprec: fc.integer({ min: 1, max: 64 }),
      minexp: fc.integer({ min: -1074, max: 40 }),
    })
    .filter(({ minbits, maxbits }) => minbits <= maxbits),
);

describe('random chunks', () => {
  for (const [type, range] of [
    [Float32Array, 120],
    [Float64Array, 1000],
  ] as const)
    test(type.name, async () => {
      const chunk = fc.array(fc.integer({ min: 1, max: 11 }), { minLength: 1, maxLength: 4 }).chain((shape) => {
        const size = shape.reduce((product, each) => product * each, 1);
        const scale = fc.oneof(fc.constant(0), fc.integer({ min: -range, max: range }));
        return fc.record({
          shape: fc.constant(shape),
          values: fc.oneof(
            fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: size, maxLength: size }),
            fc.array(fc.constantFrom(0, 1, -1, 1.5, 1e-5), { minLength: size, maxLength: size }),
          ),
          scale,
        });
      });
      await fc.assert(
        fc.asyncProperty(chunk, modes, async ({ shape, values, scale }, mode) => {
          if (values.length === 1) return;
          await compare(
            new type(values).map((value: number) => value * 2 ** scale),
            shape,
            mode,
          );
        }),
        { numRuns: 250 },
      );
    });
});

describe('chunks that do not fit into the memory of the kernel at once', () => {
  const cases: [shape: number[], type: 'float32' | 'float64', zfp: ZfpOptions][] = [
    [[1201, 1003], 'float32', { accuracy: 1e-3 }],
    [[530_003], 'float32', { accuracy: 1e-3 }],
    [[7, 170_001], 'float32', { accuracy: 1e-4 }],
    [[3, 70_001], 'float64', { precision: 40 }],
    [[9, 300, 311], 'float64', { rate: 12 }],
    [[5, 6, 20_003], 'float32', { rate: 40 }],
    [[6, 33, 50, 61], 'float32', { accuracy: 0.1 }],
    [[40_001], 'float64', { minbits: 5000, maxbits: 5001, maxprec: 64, minexp: -1074 }],
  ];
  for (const [shape, type, zfp] of cases)
    test(`${type} [${shape}] ${JSON.stringify(zfp)}`, async () => {
      const length = shape.reduce((product, each) => product * each, 1);
      const make = type === 'float32' ? Float32Array : Float64Array;
      const x = new make(length).map((_: number, i: number) => Math.sin(i / 50) + (((i * 7919) % 1009) - 504) / 3000);
      await compare(x, shape, zfp);
    });
});
