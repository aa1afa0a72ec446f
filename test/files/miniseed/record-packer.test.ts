import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeRecord } from '../../../lib/files/miniseed/decode-record.js';
import { parseRecordHeader } from '../../../lib/files/miniseed/record-header.js';
import { RecordPacker } from '../../../lib/files/miniseed/record-packer.js';
import { recordRate } from '../../../lib/files/miniseed/record-rate.js';
import type { RecordEncoding } from '../../../lib/files/miniseed/write-record-header.js';
import { roughIntegers } from './recordings.js';

const codes = { network: 'XX', station: 'D0001', location: '00', channel: 'HSF' };
const start = 1_709_208_000_123_456_000n;
const counters = () => ({ records: 0, samples: 0, plainRecords: 0, roundedTimes: 0 });

/** The records of `values`, pushed in the pieces that end at `cuts`. */
function pack(
  values: Int32Array | Float32Array | Float64Array,
  encoding: RecordEncoding,
  recordLength: number,
  cuts: readonly number[] = [],
  made = counters(),
): Uint8Array[] {
  const rate = recordRate(10_000_000n, 1n);
  const packer = new RecordPacker({ codes, dataquality: 'D', rate, encoding, recordLength }, made);
  const timeOf = (index: number) => start + BigInt(index) * 10_000_000n;
  const records: Uint8Array[] = [];
  const places = [0, ...cuts, values.length];
  for (let k = 1; k < places.length; k++) records.push(...packer.push(values, places[k - 1]!, places[k]!, timeOf));
  return [...records, ...packer.flush()];
}

/** What records hold, by the reader, with a check that each begins where the one before ended. */
function unpack(records: readonly Uint8Array[], recordLength: number): number[] {
  const values: number[] = [];
  for (const bytes of records) {
    assert.equal(bytes.length, recordLength);
    const record = Buffer.from(bytes);
    const header = parseRecordHeader(record);
    assert.deepEqual([header.network, header.station, header.location, header.channel], Object.values(codes));
    assert.equal(header.start, start + BigInt(values.length) * 10_000_000n);
    assert.equal(header.rate, 100);
    for (const value of decodeRecord(record, header)) values.push(value);
  }
  return values;
}

test('any integers, cut anywhere, come back as they were, and the records do not know the cuts', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 1, max: 6000 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }),
      fc.constantFrom<RecordEncoding>('STEIM2', 'STEIM1', 'INT32'),
      fc.constantFrom(256, 512, 4096),
      (seed, size, places, encoding, length) => {
        const values = roughIntegers(size, seed);
        const cuts = places.map((place) => Math.floor(place * size)).sort((a, b) => a - b);
        const records = pack(values, encoding, length, cuts);
        assert.deepEqual(unpack(records, length), [...values]);
        assert.deepEqual(records, pack(values, encoding, length));
      },
    ),
    { numRuns: 150 },
  );
});

test('arbitrary 32-bit integers, too', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 400 }), (list) => {
      for (const encoding of ['STEIM2', 'STEIM1'] as const)
        assert.deepEqual(unpack(pack(Int32Array.from(list), encoding, 256), 256), list);
    }),
    { numRuns: 100 },
  );
});

test('every packing of Steim 2 is used at its very limits', () => {
  for (const [many, bits] of [
    [7, 4],
    [6, 5],
    [5, 6],
    [4, 8],
    [3, 10],
    [2, 15],
    [1, 30],
  ] as const)
    for (const difference of [2 ** (bits - 1) - 1, -(2 ** (bits - 1))]) {
      let value = -difference * 2;
      const size = 2 * 13 * many;
      const values = Int32Array.from(
        { length: size },
        (_, k) => (value = k % 2 === 0 ? value + difference : value - difference),
      );
      // back and forth, so that the differences alternate and never leave 32 bits
      const same = Int32Array.from({ length: size }, (_, k) => (bits < 30 ? (k + 1) * difference : values[k]!));
      const record = pack(same, 'STEIM2', 4096);
      assert.deepEqual(unpack(record, 4096), [...same]);
      if (bits < 30) {
        // all but the first word hold this packing
        const words = Math.ceil(size / many);
        const frames = Math.ceil((words + 2) / 15);
        assert.ok(
          record[0]!.subarray(64 + frames * 64 + 64).every((byte) => byte === 0),
          `${many} x ${bits}`,
        );
      }
    }
});

test('noise over all 32 bits takes no more records than plain integers would, and is counted', () => {
  const values = roughIntegers(20_000, 7).map((_, k) => Math.imul(k + 1, 2654435761) ^ Math.imul(k, 40503 << 13));
  const made = counters();
  const noisy = pack(values, 'STEIM2', 4096, [], made);
  assert.deepEqual(unpack(noisy, 4096), [...values]);
  assert.equal(noisy.length, pack(values, 'INT32', 4096).length);
  assert.equal(made.plainRecords, made.records);
  assert.equal(made.samples, 20_000);
});

test('one jump in a quiet record costs one record and no sample', () => {
  const values = new Int32Array(9000).fill(5);
  values[8000] = 2 ** 31 - 1;
  const made = counters();
  const records = pack(values, 'STEIM2', 4096, [], made);
  assert.deepEqual(unpack(records, 4096), [...values]);
  assert.ok(records.length <= 4, String(records.length));
});

test('floats keep every bit, NaN and negative zero too', () => {
  const values = Float64Array.from([0, -0, Number.NaN, Number.POSITIVE_INFINITY, 1 / 3, -1e300, 5e-324]);
  for (const [encoding, expected] of [
    ['FLOAT64', values],
    ['FLOAT32', Float32Array.from(values)],
  ] as const) {
    const [record] = pack(expected, encoding, 256);
    const header = parseRecordHeader(Buffer.from(record!));
    assert.deepEqual(decodeRecord(Buffer.from(record!), header), expected);
  }
});

test('rates: integers, periods and ratios are exact, others go into blockette 100 too', () => {
  const hertz = (numerator: bigint, denominator = 1n) => {
    const { factor, multiplier, actual } = recordRate(numerator, denominator);
    for (const part of [factor, multiplier]) assert.ok(Number.isInteger(part) && Math.abs(part) <= 32767 && part !== 0);
    return { nominal: (factor > 0 ? factor : -1 / factor) * (multiplier > 0 ? multiplier : -1 / multiplier), actual };
  };
  assert.deepEqual(recordRate(10_000_000n, 1n), { factor: 100, multiplier: 1, actual: null });
  assert.deepEqual(hertz(10_000_000n, 3n), { nominal: 300, actual: null });
  assert.deepEqual(hertz(80_000_000n), { nominal: 12.5, actual: null });
  assert.deepEqual(hertz(20_000n), { nominal: 50_000, actual: null });
  assert.deepEqual(hertz(60_000_000_000n), { nominal: 1 / 60, actual: null });
  assert.deepEqual(hertz(86_400_000_000_000n), { nominal: 1 / 86400, actual: null });
  const odd = hertz(3_333_333n);
  assert.equal(odd.actual, Math.fround(1e9 / 3_333_333));
  assert.ok(Math.abs(odd.nominal - odd.actual!) < 1e-3);
  fc.assert(
    fc.property(fc.bigInt(1n, 10n ** 15n), fc.bigInt(1n, 1000n), (numerator, denominator) => {
      const rate = (1e9 * Number(denominator)) / Number(numerator);
      const { nominal, actual } = hertz(numerator, denominator);
      if (actual === null) assert.ok(Math.abs(nominal / rate - 1) < 1e-12);
      else assert.ok(Math.abs(actual / rate - 1) < 1e-7);
    }),
  );
});
