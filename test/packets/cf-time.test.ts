import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NAT, toTime } from '../../lib/index.js';
import { durationUnit, isTimeUnits, parseTimeUnits, TIME_UNITS, toNanoseconds } from '../../lib/packets/cf-time.js';

const read = (units: string, values: BigInt64Array | Float64Array | Int32Array, calendar: string | null = null) =>
  toNanoseconds(values, parseTimeUnits(units, calendar, 'variable time'), 'variable time');

test('units of every kind that xdas and other writers of CF use', () => {
  const table: [string, bigint, string][] = [
    ['nanoseconds since 1970-01-01', 5n, '1970-01-01T00:00:00.000000005'],
    ['milliseconds since 2024-05-21 12:34:56.123456789', 490n, '2024-05-21T12:34:56.613456789'],
    ['milliseconds since 1969-12-31 23:59:59.900000001', 190n, '1970-01-01T00:00:00.090000001'],
    ['seconds since 2024-05-21T00:00:01', -2n, '2024-05-20T23:59:59'],
    ['seconds since 2024-05-21T00:00:01Z', 0n, '2024-05-21T00:00:01'],
    ['seconds since 2024-05-21 02:00:00 +02:00', 0n, '2024-05-21T00:00:00'],
    ['seconds since 2024-05-21 00:00:00 -0130', 0n, '2024-05-21T01:30:00'],
    ['seconds since 2024-05-21 00:00:00 +1', 0n, '2024-05-20T23:00:00'],
    ['seconds since 2024-05-21 00:00:00.0 UTC', 1n, '2024-05-21T00:00:01'],
    ['days since 2024-2-9', 20n, '2024-02-29'],
    ['hours since 1900-01-01 00:00', 24n, '1900-01-02'],
    ['Hours Since 2024-05-21 6', 1n, '2024-05-21T07:00:00'],
    ['minute since 2024-05-21', 1n, '2024-05-21T00:01:00'],
    ['us since 2024-05-21', 1n, '2024-05-21T00:00:00.000001'],
    ['  microseconds   since   2024-05-21  00:00:00.5 ', 1n, '2024-05-21T00:00:00.500001'],
    ['seconds since 2024-05-21 00:00:00.1234567890000', 0n, '2024-05-21T00:00:00.123456789'],
  ];
  for (const [units, value, expected] of table) {
    assert.ok(isTimeUnits(units), units);
    assert.deepEqual([...read(units, BigInt64Array.of(value))], [toTime(expected)], units);
  }
});

test('nanoseconds are exact over the whole range of int64, whatever the origin', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n }), (ns) => {
      assert.equal(read(TIME_UNITS, BigInt64Array.of(ns))[0], ns);
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: -2_000_000_000, max: 2_000_000_000 }), (seconds) => {
      const [ns] = read('seconds since 2000-01-01 00:00:00.000000001', Int32Array.of(seconds));
      assert.equal(ns, toTime('2000-01-01T00:00:00.000000001') + BigInt(seconds) * 1_000_000_000n);
    }),
  );
});

test('numbers with a fraction are rounded to the nearest nanosecond, NaN and the smallest int64 are no times', () => {
  assert.deepEqual(
    [...read('seconds since 1970-01-01', Float64Array.of(1.5, -0.25, 1e9 + 0.125, Number.NaN))],
    [1_500_000_000n, -250_000_000n, 1_000_000_000_125_000_000n, NAT],
  );
  assert.deepEqual([...read('days since 1970-01-01', Float64Array.of(0.5))], [43_200_000_000_000n]);
  assert.deepEqual([...read('days since 1970-01-01', BigInt64Array.of(NAT))], [NAT]);
});

test('what cannot be read is refused with what is wrong and where', () => {
  const code = 'MALFORMED_PACKET';
  const values = BigInt64Array.of(0n);
  const table: [string, RegExp, string | null][] = [
    ['fortnights since 1970-01-01', /variable time.*fortnights.*unit/s, null],
    ['months since 1970-01-01', /unit/, null],
    ['seconds since yesterday', /date is not like/, null],
    ['seconds since 2023-02-29', /no such date/, null],
    ['seconds since 2024-05-21 25:00:00', /no such date/, null],
    ['seconds since 2024-05-21 00:00:00.1234567891', /nine decimals/, null],
    ['days since 1970-01-01', /calendar "360_day"/, '360_day'],
  ];
  for (const [units, message, calendar] of table)
    assert.throws(() => read(units, values, calendar), { code, message }, units);
  for (const calendar of ['standard', 'gregorian', 'proleptic_gregorian', 'Standard'])
    assert.equal(read('days since 1970-01-01', values, calendar)[0], 0n);
  for (const far of [BigInt64Array.of(200_000n), Float64Array.of(1e300), Float64Array.of(Number.POSITIVE_INFINITY)])
    assert.throws(() => read('days since 1970-01-01', far), { code, message: /element 0.*64-bit nanoseconds/ });
});

test('what is no time unit is recognised as such', () => {
  for (const units of ['m', 'seconds', 'nm/m/s', '', null, 7]) assert.equal(isTimeUnits(units), false);
  for (const [unit, ns] of [
    ['nanoseconds', 1n],
    ['milliseconds', 1_000_000n],
    ['Seconds', 10n ** 9n],
    ['d', 86_400n * 10n ** 9n],
  ] as const)
    assert.equal(durationUnit(unit), ns);
  for (const unit of ['m/s', '', 'toString', 'constructor']) assert.equal(durationUnit(unit), null);
});
