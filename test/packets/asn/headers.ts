/** Headers and arrays of OptoDAS streams, for tests and for fast-check. */
import fc from 'fast-check';
import { InterpCoordinate } from '../../../lib/coordinates/interp-coordinate.js';
import { DataArray } from '../../../lib/dataarray/data-array.js';
import { itemSize, typedArrayFromBytes } from '../../../lib/dtype.js';
import { asnDataTypes } from '../../../lib/packets/asn/asn-header.js';

/** A header of 3 x 5 float32 in one region, with parts replaced. */
export function header(parts: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    bytesPerPackage: 20,
    nPackagesPerMessage: 3,
    nChannels: 5,
    dataType: 'float',
    dt: 0.01,
    dtUnit: 's',
    dx: 10,
    dxUnit: 'm',
    roiTable: [{ roiStart: 20, roiEnd: 60, roiDec: 10 }],
    ...parts,
  };
}

/** Facts as the real instrument sends them, of every kind that JSON has. */
export const facts = {
  dataScale: 1,
  experiment: 'monaco',
  gaugeLength: 20.42600381549363,
  measurementStartTime: '2025-07-08T12:08:31.709Z',
  muxPositions: [
    { rx: 0, tx: 0 },
    { rx: 1, tx: 2 },
  ],
  sensitivities: [{ factor: 9112677.961649183, unit: 'rad/(strain*m)' }],
  trustedTimeSource: false,
  triggeredMeasurement: true,
  nothing: null,
  numbers: [1, 2, 3],
  nested: { a: [{ b: 1 }] },
  'a.b': 'dotted',
  'a/b': 'slashed',
  __proto: 1,
  _FillValue: 'reserved',
  likeJson: 'true',
  likeList: '[1]',
  likeNumber: '001',
  uneven: [{ a: 1 }, { b: 1 }],
  mixed: [{ a: 1 }, { a: 'x' }],
  empty: [],
  none: '',
  asnHeader: 'a name of ours',
  nul: 'a\0b',
  unit: 'rad/(s*m)',
};

const int = (min: number, max: number) => fc.integer({ min, max });

/** An array that frames can hold: every dtype, one to three regions, any bits, facts. */
export const asnArray: fc.Arbitrary<DataArray> = fc
  .record({
    dataType: fc.constantFrom(...(Object.keys(asnDataTypes) as (keyof typeof asnDataTypes)[])),
    samples: int(1, 6),
    sizes: fc.array(int(1, 5), { minLength: 1, maxLength: 3 }),
    gaps: fc.array(int(2, 40), { minLength: 3, maxLength: 3 }),
    start: fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
    step: fc.oneof(fc.bigInt({ min: 1n, max: 10n ** 9n }), fc.constantFrom([10n ** 9n, 3000n], [10n ** 9n, 7n])),
    dx: fc.oneof(fc.double({ min: 0.1, max: 50, noNaN: true }), fc.constant(10)),
    offset: fc.oneof(int(0, 1000), fc.double({ min: 0, max: 1000, noNaN: true })),
    seed: fc.uint8Array({ minLength: 6 * 15 * 8, maxLength: 6 * 15 * 8 }),
    attrs: fc.dictionary(
      fc.stringMatching(/^[a-z]{1,8}$/).filter((name) => !Object.hasOwn(header(), name)),
      fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true })) as fc.Arbitrary<string | number>,
      { maxKeys: 3, noNullPrototype: true },
    ),
  })
  .map(({ dataType, samples, sizes, gaps, start, step, dx, offset, seed, attrs }) => {
    const dtype = asnDataTypes[dataType];
    const channels = sizes.reduce((sum, size) => sum + size, 0);
    const tieIndices: number[] = [];
    const tieValues: number[] = [];
    let [index, position] = [0, offset];
    for (const [k, size] of sizes.entries()) {
      tieIndices.push(index);
      tieValues.push(position * dx);
      if (size > 1) {
        tieIndices.push(index + size - 1);
        tieValues.push((position + size - 1) * dx);
      }
      index += size;
      position += size - 1 + gaps[k]!;
    }
    return new DataArray({
      data: typedArrayFromBytes(dtype, seed.slice(0, samples * channels * itemSize(dtype))),
      shape: [samples, channels],
      dims: ['time', 'distance'],
      coords: {
        time: InterpCoordinate.fromBlock(start, samples, step as bigint, { dim: 'time', dtype: 'datetime64[ns]' }),
        distance: new InterpCoordinate({
          tieIndices,
          tieValues,
          samplingInterval: dx,
          dim: 'distance',
          dtype: 'float64',
        }),
      },
      attrs,
    });
  });

/** Mostly the right value, else one that may be wrong. */
const mostly = (right: unknown, ...others: fc.Arbitrary<unknown>[]) =>
  fc.oneof(
    { weight: 20, arbitrary: fc.constant(right) },
    ...[...others, fc.anything()].map((arbitrary) => ({ weight: 1, arbitrary })),
  );
const regions = fc.record({ roiStart: int(-9, 99), roiEnd: int(-9, 99), roiDec: int(0, 10) });

/** A header that may be right, or wrong in one or several ways. */
export const anyHeader: fc.Arbitrary<Record<string, unknown>> = fc
  .record(
    {
      bytesPerPackage: mostly(20),
      nPackagesPerMessage: mostly(3, int(-1, 9), int(1, 2 ** 31)),
      nChannels: mostly(5, int(-1, 9)),
      dataType: mostly('float', fc.constantFrom('int', 'short', 'byte', 'toString', '')),
      dt: mostly(0.01, fc.double(), fc.double({ min: 1e-9, max: 1e9 })),
      dtUnit: mostly('s', fc.constantFrom('ns', 'us', 'ms', 'min', 'constructor')),
      dx: mostly(10, fc.double(), fc.double({ min: -100, max: 100 })),
      dxUnit: mostly('m'),
      roiTable: fc.oneof(
        fc.constant([
          { roiStart: 0, roiEnd: 19, roiDec: 10 },
          { roiStart: 100, roiEnd: 120, roiDec: 10 },
        ]),
        fc.array(regions, { minLength: 1, maxLength: 1 }),
        fc.array(regions, { maxLength: 3 }),
        fc.array(fc.record({ roiStart: fc.maxSafeInteger(), roiEnd: fc.maxSafeInteger(), roiDec: fc.maxSafeNat() })),
        fc.anything(),
      ),
      extra: fc.anything(),
      __proto__: fc.anything(),
    },
    { requiredKeys: [] },
  )
  .map((parts) => header(parts));
