/**
 * Times are bigint nanoseconds since 1970-01-01T00:00:00 UTC (numpy's `datetime64[ns]`), durations bigint nanoseconds.
 * No float ever holds an epoch.
 */
import { ArgumentError } from './errors.js';

/** A time as users may give it: bigint ns since 1970, a `Date`, or ISO text with up to nine decimals (UTC unless it has an offset). */
export type TimeLike = bigint | Date | string;

/** Not a time, as numpy stores it. */
export const NAT = -(2n ** 63n);

const NS_PER_MS = 1_000_000n;
const NS_PER_S = 1_000_000_000n;
const isoPattern =
  /^([+-]?\d{4,6})(?:-(\d{2})(?:-(\d{2})(?:[T ](\d{2})(?::(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?(Z|[+-]\d{2}:?\d{2})?)?)?)?$/;

const INT64_MAX = 2n ** 63n - 1n;

/** `ns` if it fits in 64 bits (typed arrays would wrap it to another time). Throws `BAD_TIME`. */
function within64Bits(ns: bigint, given: unknown, what: string): bigint {
  if (ns >= NAT && ns <= INT64_MAX) return ns;
  const text = typeof given === 'string' ? JSON.stringify(given) : given instanceof Date ? given.toISOString() : given;
  throw new ArgumentError('BAD_TIME', `${text} does not fit in 64 bits of nanoseconds; allowed: ${what}`);
}

/**
 * Nanoseconds since 1970 of a time, from 1677-09-21T00:12:43.145224193 to 2262-04-11T23:47:16.854775807. Throws
 * `BAD_TIME` for others, and where the text is no ISO time or has more than nine decimals.
 */
export function toTime(time: TimeLike): bigint {
  return within64Bits(anyTime(time), time, 'times from 1677-09-21T00:12:43.145224193 to 2262-04-11T23:47:16.854775807');
}

function anyTime(time: TimeLike): bigint {
  if (typeof time === 'bigint') return time;
  if (time instanceof Date) {
    const ms = time.getTime();
    if (Number.isNaN(ms)) throw new ArgumentError('BAD_TIME', 'an invalid Date is not a time');
    return BigInt(ms) * NS_PER_MS;
  }
  const match = typeof time === 'string' ? isoPattern.exec(time.trim()) : null;
  if (!match)
    throw new ArgumentError(
      'BAD_TIME',
      `${JSON.stringify(time)} is not a time; allowed: bigint nanoseconds, a Date, or ISO text such as 2024-05-21T12:34:56.123456789`,
    );
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] =
    match;
  const parts = [Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)] as const;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), parts[0], parts[1]);
  date.setUTCHours(parts[2], parts[3], parts[4], 0);
  if (
    date.getUTCMonth() !== parts[0] ||
    date.getUTCDate() !== parts[1] ||
    date.getUTCHours() !== parts[2] ||
    date.getUTCMinutes() !== parts[3] ||
    date.getUTCSeconds() !== parts[4]
  )
    throw new ArgumentError('BAD_TIME', `${JSON.stringify(time)} is not a time of the calendar`);
  const ns = BigInt(date.getTime()) * NS_PER_MS + BigInt(fraction.padEnd(9, '0'));
  return ns - zoneOffset(zone, time as string);
}

function zoneOffset(zone: string, text: string): bigint {
  if (zone === 'Z') return 0n;
  const sign = zone.startsWith('-') ? -1n : 1n;
  const digits = zone.slice(1).replace(':', '');
  const [hours, minutes] = [digits.slice(0, 2), digits.slice(2)];
  if (Number(hours) > 23 || Number(minutes) > 59)
    throw new ArgumentError(
      'BAD_TIME',
      `${JSON.stringify(text)}: ${zone} is no offset from UTC; allowed: -23:59 to +23:59`,
    );
  return sign * (BigInt(hours) * 3600n + BigInt(minutes) * 60n) * NS_PER_S;
}

/**
 * ISO text of a time, as numpy prints it: no zone letter, `digits` decimals (0, 3, 6 or 9; default the fewest of those
 * that lose nothing). `NaT` for {@link NAT}.
 */
export function formatTime(ns: bigint, digits?: 0 | 3 | 6 | 9): string {
  if (ns === NAT) return 'NaT';
  const seconds = floorDivide(ns, NS_PER_S);
  const fraction = (ns - seconds * NS_PER_S).toString().padStart(9, '0');
  const count = digits ?? ([0, 3, 6, 9] as const).find((n) => /^0*$/.test(fraction.slice(n)))!;
  const text = new Date(Number(seconds) * 1000).toISOString().slice(0, -5);
  return count === 0 ? text : `${text}.${fraction.slice(0, count)}`;
}

/**
 * A duration for people, exact, in the largest unit of ns, µs, ms and s that it fills (`10 ms`, `100.001 µs`, `-1.5 s`), from
 * a minute on in d, h, min and s (`1 h 2 min 0.5 s`). `NaT` for {@link NAT}.
 */
export function formatDuration(ns: bigint): string {
  if (ns === NAT) return 'NaT';
  const size = ns < 0n ? -ns : ns;
  const sign = ns < 0n ? '-' : '';
  if (size === 0n) return '0 s';
  const [unit, one] = (
    [
      ['s', NS_PER_S],
      ['ms', NS_PER_MS],
      ['µs', 1_000n],
      ['ns', 1n],
    ] as const
  ).find(([, least]) => size >= least)!;
  if (size < 60n * NS_PER_S) return `${sign}${decimal(size, one)} ${unit}`;
  const parts: string[] = [];
  let rest = size;
  for (const [name, length] of [
    ['d', 86_400n * NS_PER_S],
    ['h', 3600n * NS_PER_S],
    ['min', 60n * NS_PER_S],
  ] as const) {
    if (rest >= length) parts.push(`${rest / length} ${name}`);
    rest %= length;
  }
  if (rest > 0n) parts.push(`${decimal(rest, NS_PER_S)} s`);
  return sign + parts.join(' ');
}

/** `size / one` in decimals; `one` is a power of ten. */
function decimal(size: bigint, one: bigint): string {
  const fraction = (size % one)
    .toString()
    .padStart(one.toString().length - 1, '0')
    .replace(/0+$/, '');
  return one === 1n || fraction === '' ? String(size / one) : `${size / one}.${fraction}`;
}

/** `a / b` rounded toward minus infinity. */
export function floorDivide(a: bigint, b: bigint): bigint {
  const q = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? q - 1n : q;
}

/** `a / b` rounded to the nearest integer, halves to even. */
export function roundDivide(a: bigint, b: bigint): bigint {
  const q = floorDivide(a, b);
  const twice = 2n * (a - q * b);
  const size = b < 0n ? -b : b;
  const over = twice < 0n ? -twice : twice;
  if (over > size || (over === size && q % 2n !== 0n)) return q + 1n;
  return q;
}

const unitNs: Record<string, bigint> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  ms: NS_PER_MS,
  s: NS_PER_S,
  min: 60n * NS_PER_S,
  h: 3600n * NS_PER_S,
  d: 86_400n * NS_PER_S,
};

/** A duration as users may give it: bigint ns, a number of seconds, or text such as `'20ms'`, `'0.5 s'`, `'1h'`. */
export type DurationLike = bigint | number | string;

/** Nanoseconds of a duration; a number is seconds, rounded to the nearest nanosecond. Throws `BAD_TIME` (292 years is the most). */
export function toDuration(duration: DurationLike): bigint {
  return within64Bits(anyDuration(duration), duration, 'durations of up to 292 years');
}

function anyDuration(duration: DurationLike): bigint {
  if (typeof duration === 'bigint') return duration;
  if (typeof duration === 'number' && Number.isFinite(duration)) return secondsToNs(duration);
  const match =
    typeof duration === 'string' ? /^([+-]?)(\d+)(?:\.(\d+))?\s*(ns|us|µs|ms|s|min|h|d)?$/.exec(duration.trim()) : null;
  if (!match)
    throw new ArgumentError(
      'BAD_TIME',
      `${JSON.stringify(duration)} is not a duration; allowed: bigint nanoseconds, a number of seconds, or text such as 20ms, 0.5s, 1h`,
    );
  const [, sign, whole, fraction = '', unit = 's'] = match;
  const scaled = BigInt(whole + fraction) * unitNs[unit]!;
  const ns = roundDivide(scaled, 10n ** BigInt(fraction.length));
  return sign === '-' ? -ns : ns;
}

/** Nanoseconds of a finite number of seconds, exact for the decimal that the number prints as, to the nearest nanosecond. */
export function secondsToNs(seconds: number): bigint {
  const whole = Math.trunc(seconds);
  return BigInt(whole) * NS_PER_S + BigInt(Math.round((seconds - whole) * 1e9));
}

/** Seconds of a duration in ns as a float64: for rates and plots, never for an epoch. */
export function nsToSeconds(ns: bigint): number {
  const whole = ns / NS_PER_S;
  return Number(whole) + Number(ns - whole * NS_PER_S) / 1e9;
}
