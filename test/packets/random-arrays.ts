/** fast-check arbitraries of arrays that a packet can hold: dtypes, shapes, all kinds of coordinates, names, attributes. */
import fc from 'fast-check';
import type { Coordinate } from '../../lib/coordinates/coordinate.js';
import { DenseCoordinate } from '../../lib/coordinates/dense-coordinate.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { SampledCoordinate } from '../../lib/coordinates/sampled-coordinate.js';
import { ScalarCoordinate } from '../../lib/coordinates/scalar-coordinate.js';
import type { Attrs, AttrValue } from '../../lib/dataarray/attributes.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import {
  allocate,
  type CoordDType,
  complexDTypes,
  type DType,
  dtypes,
  isComplexDType,
  itemSize,
  partsDType,
  typedArrayFromBytes,
} from '../../lib/dtype.js';
import { isReservedAttribute } from '../../lib/packets/cf-attributes.js';

/** Text that HDF5 can hold. */
const text = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((value) => !value.includes('\0'));
const word = fc.stringMatching(/^[a-zà-öø-ÿ][a-z0-9_]{0,8}$/u);
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

function typed(dtype: DType, length: number) {
  return bytes(length * itemSize(dtype)).map((raw) => typedArrayFromBytes(dtype, raw.slice(), 0, length).slice());
}

const attrName = fc
  .oneof(word, text)
  .filter((name) => name !== '' && !name.includes('/') && !isReservedAttribute(name) && name !== '__proto__');
const attrValue: fc.Arbitrary<AttrValue> = fc.oneof(
  text,
  fc.double(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.array(text, { minLength: 2, maxLength: 4 }),
  // an array of one value comes back as that value
  fc.constantFrom(...dtypes).chain((dtype) => fc.integer({ min: 2, max: 5 }).chain((length) => typed(dtype, length))),
);
const attrs: fc.Arbitrary<Attrs> = fc
  .dictionary(attrName, attrValue, { maxKeys: 4, noNullPrototype: true })
  .filter((all) => typeof all.units !== 'string' || !all.units.includes('since'));

const time = fc.bigInt({ min: -(2n ** 61n), max: 2n ** 61n });

/** A clock or ruler in steps: (start, step) of a dtype, and how to count along it. */
interface Ruler {
  dtype: Exclude<CoordDType, 'string'>;
  at(k: number, shift: number): number | bigint;
  step: number | bigint;
  tolerance: number | bigint;
}
const rulers: fc.Arbitrary<Ruler> = fc.oneof(
  fc
    .record({
      dtype: fc.constantFrom('datetime64[ns]' as const, 'timedelta64[ns]' as const, 'int64' as const),
      start: time,
      step: fc.bigInt({ min: 1n, max: 10n ** 10n }),
    })
    .map(({ dtype, start, step }) => ({
      dtype,
      at: (k: number, shift: number) => start + step * BigInt(k) + BigInt(shift),
      step,
      tolerance: 1000n,
    })),
  fc
    .record({ start: fc.integer({ min: -1000, max: 1000 }), step: fc.integer({ min: 1, max: 64 }) })
    .map(({ start, step }) => ({
      dtype: 'float64' as const,
      at: (k: number, shift: number) => start / 4 + (step / 8) * k + shift * 1e-4,
      step: step / 8,
      tolerance: 0.25,
    })),
  fc
    .record({ start: fc.integer({ min: -1000, max: 1000 }), step: fc.integer({ min: 1, max: 64 }) })
    .map(({ start, step }) => ({
      dtype: 'int32' as const,
      at: (k: number, shift: number) => start + step * k + shift,
      step,
      tolerance: 1000,
    })),
);

function filled(dtype: Exclude<CoordDType, 'string'>, values: (number | bigint)[]) {
  const out = allocate(dtype, values.length);
  for (const [k, value] of values.entries()) (out as unknown as (number | bigint)[])[k] = value;
  return out;
}

/** Cuts of `size` samples into segments. */
const segments = (size: number) =>
  fc
    .subarray(Array.from({ length: Math.max(0, size - 1) }, (_, k) => k + 1))
    .map((cuts) => [0, ...cuts, size].slice(1).map((stop, k) => stop - [0, ...cuts, size][k]!));

function interpolated(dim: string, size: number): fc.Arbitrary<Coordinate> {
  return fc
    .record({
      ruler: rulers,
      lengths: segments(size),
      gap: fc.integer({ min: 0, max: 5000 }),
      jitter: fc.integer({ min: 0, max: 900 }),
      regular: fc.constantFrom('no', 'interval', 'ratio'),
    })
    .map(({ ruler, lengths, gap, jitter, regular }) => {
      const tieIndices: number[] = [];
      const tieValues: (number | bigint)[] = [];
      let at = 0;
      for (const [k, length] of (size === 0 ? [] : lengths).entries()) {
        const shift = k * gap;
        tieIndices.push(at);
        tieValues.push(ruler.at(at, shift));
        // in a segment of two the second tie would make a seam of the segment
        if (length > 2) {
          tieIndices.push(at + length - 1);
          tieValues.push(ruler.at(at + length - 1, shift + jitter));
        }
        at += length;
      }
      if (size > 0 && tieIndices.at(-1) !== size - 1) {
        tieIndices.push(size - 1);
        tieValues.push(ruler.at(size - 1, (lengths.length - 1) * gap));
      }
      const base = { dim, dtype: ruler.dtype, tieIndices, tieValues: filled(ruler.dtype, tieValues) };
      const { step } = ruler;
      // wide enough for every gap that stands inside a segment
      const tolerance = typeof step === 'bigint' ? 10n ** 6n : ruler.dtype === 'int32' ? 10 ** 6 : 1000;
      if (regular === 'no') return new InterpCoordinate(base);
      if (regular === 'interval') return new InterpCoordinate({ ...base, samplingInterval: step, tolerance });
      const [samplingNumerator, samplingDenominator] =
        typeof step === 'bigint' ? [step * 3n + 1n, 3] : ruler.dtype === 'int32' ? [step * 3 + 1, 3] : [step, 1];
      return new InterpCoordinate({ ...base, samplingNumerator, samplingDenominator, tolerance });
    });
}

function sampled(dim: string, size: number): fc.Arbitrary<Coordinate> {
  return fc
    .record({ ruler: rulers, lengths: segments(size), gap: fc.integer({ min: 0, max: 5000 }), ratio: fc.boolean() })
    .map(({ ruler, lengths, gap, ratio }) => {
      const tieLengths = size === 0 ? [] : lengths;
      const tieValues = tieLengths.map((_, k) =>
        ruler.at(
          tieLengths.slice(0, k).reduce((sum, n) => sum + n, 0),
          k * gap,
        ),
      );
      const base = { dim, dtype: ruler.dtype, tieLengths, tieValues: filled(ruler.dtype, tieValues) };
      const { step } = ruler;
      return typeof step === 'bigint' && ratio
        ? new SampledCoordinate({ ...base, samplingNumerator: step, samplingDenominator: 7 })
        : new SampledCoordinate({ ...base, samplingInterval: step });
    });
}

function dense(dim: string, size: number): fc.Arbitrary<Coordinate> {
  return fc.oneof(
    fc
      .array(text, { minLength: size, maxLength: size })
      .map((values) => new DenseCoordinate({ dim, dtype: 'string', values })),
    fc
      .constantFrom(...dtypes)
      .chain((dtype) => typed(dtype, size).map((values) => new DenseCoordinate({ dim, dtype, values }))),
    fc
      .record({
        dtype: fc.constantFrom('datetime64[ns]' as const, 'timedelta64[ns]' as const),
        values: typed('int64', size),
      })
      .map(({ dtype, values }) => new DenseCoordinate({ dim, dtype, values })),
  );
}

const scalar: fc.Arbitrary<Coordinate> = fc.oneof(
  text.map((value) => new ScalarCoordinate({ value, dtype: 'string' })),
  fc.double({ noNaN: true }).map((value) => new ScalarCoordinate({ value, dtype: 'float64' })),
  time.chain((value) =>
    fc
      .constantFrom('datetime64[ns]' as const, 'timedelta64[ns]' as const, 'int64' as const)
      .map((dtype) => new ScalarCoordinate({ value, dtype })),
  ),
);

/** The text of a coordinate that is only there where it is drawn. */
function axisCoordinate(dim: string, size: number): fc.Arbitrary<Coordinate | null> {
  return fc.oneof(interpolated(dim, size), sampled(dim, size), dense(dim, size), fc.constant(null));
}

/** An array of one to three dimensions (zero lengths among them) with whatever coordinates. */
export const randomArray: fc.Arbitrary<DataArray> = fc
  .record({
    names: fc.uniqueArray(word, { minLength: 6, maxLength: 6, selector: (name) => name.replace(/_.*/, '') }),
    shape: fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 3 }),
    dtype: fc.constantFrom(...dtypes, ...complexDTypes),
    attrs,
    named: fc.boolean(),
  })
  .chain(({ names, shape, dtype, attrs, named }) => {
    const dims = names.slice(0, shape.length);
    const [extra, alone, name] = names.slice(3) as [string, string, string];
    return fc
      .record({
        data: typed(
          partsDType(dtype),
          shape.reduce((product, length) => product * length, isComplexDType(dtype) ? 2 : 1),
        ),
        axes: fc.tuple(...dims.map((dim, axis) => axisCoordinate(dim, shape[axis]!))),
        auxiliary: fc.option(axisCoordinate(dims[0]!, shape[0]!)),
        single: fc.option(scalar),
      })
      .map(({ data, axes, auxiliary, single }) => {
        const coords: Record<string, Coordinate> = {};
        for (const [axis, coordinate] of axes.entries()) if (coordinate) coords[dims[axis]!] = coordinate;
        if (auxiliary) coords[extra] = auxiliary;
        if (single) coords[alone] = single;
        return new DataArray({ data, dtype, shape, dims, coords, name: named ? name : null, attrs });
      });
  });
