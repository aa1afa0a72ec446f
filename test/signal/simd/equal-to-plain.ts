/** What the tests of the SIMD kernels share: the plain kernels are what they are compared with, bit for bit. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { TypedArray } from '../../../lib/dtype.js';
import type { Lanes } from '../../../lib/signal/lanes.js';
import { chooseKernels, type KernelChoice } from '../../../lib/signal/simd/kernels.js';

/** What `run` gives with the kernels chosen; the choice is put back. */
export function withKernels<T>(choice: KernelChoice, run: () => T): T {
  const was = chooseKernels(choice);
  try {
    return run();
  } finally {
    chooseKernels(was);
  }
}

/** Runs both kernels and compares all that they give, byte for byte but for the bits of NaN, which no one defines. */
export function expectEqual(run: () => readonly TypedArray[]): void {
  const [simd, plain] = [withKernels('simd', run), withKernels('plain', run)].map((arrays) => arrays.map(sameNaN));
  assert.deepEqual(simd, plain);
}

function sameNaN(values: TypedArray): TypedArray {
  if (values instanceof Float64Array || values instanceof Float32Array)
    for (const [i, value] of values.entries()) if (Number.isNaN(value)) values[i] = Number.NaN;
  return values;
}

/** Shapes with every kind of tail: few and many neighbours, odd lengths, more rows than a tile, more lanes than a block. */
export const shapes: fc.Arbitrary<Lanes> = fc.oneof(
  fc.record({ outer: fc.integer({ min: 1, max: 3 }), length: fc.nat(40), inner: fc.integer({ min: 0, max: 70 }) }),
  fc.record({ outer: fc.integer({ min: 1, max: 70 }), length: fc.nat(60), inner: fc.integer({ min: 1, max: 9 }) }),
  fc.constantFrom(
    { outer: 1, length: 3, inner: 9001 },
    { outer: 2, length: 700, inner: 33 },
    { outer: 41, length: 1500, inner: 1 },
    { outer: 7, length: 2100, inner: 5 },
    { outer: 1, length: 1, inner: 4097 },
  ),
);

const special = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, -1e-310, 1e-42, 1e308];
const types = [Float64Array, Float32Array, Int16Array, Int32Array, Uint8Array];

/** How samples are made: a dtype, a seed, how many special values in a thousand, an odd place in a longer buffer. */
export const sampleKinds = fc.record({
  type: fc.integer({ min: 0, max: types.length }),
  seed: fc.nat(),
  special: fc.constantFrom(0, 0, 1, 100),
  offset: fc.nat(3),
});

/** Samples of a kind. Type `types.length` is int64. */
export function samplesOf(
  kind: { type: number; seed: number; special: number; offset: number },
  n: number,
): TypedArray {
  let state = (kind.seed ^ 0x9e3779b9) >>> 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const sample = () =>
    next() * 1000 < kind.special
      ? special[Math.floor(next() * special.length)]
      : (next() - 0.5) * 10 ** (next() * 6 - 1);
  const { type, offset } = kind;
  if (type === types.length)
    return BigInt64Array.from({ length: n + offset }, () => BigInt(Math.floor(next() * 2e6))).subarray(offset);
  return new types[type]!(n + offset).map(sample as never).subarray(offset) as TypedArray;
}
