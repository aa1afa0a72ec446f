import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  floorDivide,
  formatDuration,
  formatTime,
  NAT,
  nsToSeconds,
  roundDivide,
  toDuration,
  toTime,
} from '../lib/time.js';

describe('time', () => {
  it('reads bigint, Date and ISO text to the nanosecond', () => {
    assert.equal(toTime('1970-01-01'), 0n);
    assert.equal(toTime('2024-05-21T12:34:56.123456789'), 1716294896123456789n);
    assert.equal(toTime('2024-05-21T12:34:56.123456789Z'), 1716294896123456789n);
    assert.equal(toTime('2024-05-21T14:34:56+02:00'), toTime('2024-05-21T12:34:56'));
    assert.equal(toTime('1969-12-31T23:59:59.900000001'), -99999999n);
    assert.equal(toTime(new Date(1234)), 1234000000n);
    assert.equal(toTime(5n), 5n);
  });

  it('refuses what is no time, and says what is allowed', () => {
    for (const bad of ['', 'yesterday', '2024-02-30', '2024-05-21T25:00:00', '2024-05-21T12:34:56.1234567890'])
      assert.throws(() => toTime(bad), { code: 'BAD_TIME' }, bad);
    assert.throws(() => toTime(new Date(Number.NaN)), { code: 'BAD_TIME' });
    assert.throws(() => toTime(5 as never), { code: 'BAD_TIME', message: /bigint nanoseconds/ });
  });

  it('refuses what does not fit in 64 bits: a typed array would wrap it to another century', () => {
    assert.equal(toTime('2262-04-11T23:47:16.854775807'), 2n ** 63n - 1n);
    assert.equal(toTime('1677-09-21T00:12:43.145224193'), -(2n ** 63n) + 1n);
    assert.equal(toTime(NAT), NAT);
    for (const far of ['2262-04-11T23:47:16.854775808', '1677-09-21', '3000-01-01', new Date(8.64e15), 2n ** 63n])
      assert.throws(() => toTime(far), { code: 'BAD_TIME', message: /64 bits/ }, String(far));
    for (const long of [2n ** 63n, 1e300, '10000000000d'])
      assert.throws(() => toDuration(long), { code: 'BAD_TIME', message: /64 bits/ }, String(long));
  });

  it('refuses offsets that no clock has', () => {
    assert.equal(toTime('2024-05-21T12:00:00.5-23:59'), toTime('2024-05-22T11:59:00.5'));
    for (const offset of ['+24:00', '-99:99', '+0060'])
      assert.throws(() => toTime(`2024-05-21T12:00${offset}`), { code: 'BAD_TIME', message: /offset/ }, offset);
  });

  it('prints as numpy does', () => {
    assert.equal(formatTime(0n), '1970-01-01T00:00:00');
    assert.equal(formatTime(1500000000n), '1970-01-01T00:00:01.500');
    assert.equal(formatTime(-1n), '1969-12-31T23:59:59.999999999');
    assert.equal(formatTime(1500000000n, 9), '1970-01-01T00:00:01.500000000');
    assert.equal(formatTime(NAT), 'NaT');
  });

  it('prints durations with units', () => {
    for (const [ns, text] of [
      [0n, '0 s'],
      [1n, '1 ns'],
      [100_001n, '100.001 µs'],
      [10_000_000n, '10 ms'],
      [-1_500_000_000n, '-1.5 s'],
      [60_000_000_000n, '1 min'],
      [90_061_000_000_001n, '1 d 1 h 1 min 1.000000001 s'],
      [NAT, 'NaT'],
    ] as const)
      assert.equal(formatDuration(ns), text);
  });

  it('text and ns are inverse (property)', () => {
    fc.assert(fc.property(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }), (ns) => toTime(formatTime(ns)) === ns));
  });

  it('divides as Python does', () => {
    assert.equal(floorDivide(-7n, 2n), -4n);
    assert.equal(floorDivide(7n, -2n), -4n);
    assert.equal(roundDivide(5n, 2n), 2n);
    assert.equal(roundDivide(7n, 2n), 4n);
    assert.equal(roundDivide(-5n, 2n), -2n);
  });

  it('reads durations', () => {
    assert.equal(toDuration('20ms'), 20_000_000n);
    assert.equal(toDuration('0.5 s'), 500_000_000n);
    assert.equal(toDuration(0.01), 10_000_000n);
    assert.equal(toDuration('-1h'), -3_600_000_000_000n);
    assert.equal(nsToSeconds(10_000_000n), 0.01);
    assert.throws(() => toDuration('soon'), { code: 'BAD_TIME' });
  });
});
