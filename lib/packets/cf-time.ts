/**
 * Times and durations as CF writes them: numbers with `units = "<unit> since <date>"`, durations with a bare unit. All
 * arithmetic on whole numbers is exact (bigint); numbers with a fraction are rounded to the nearest nanosecond.
 */
import type { TypedArray } from '../dtype.js';
import { PacketError } from '../errors.js';
import { NAT, toTime } from '../time.js';

/** The only `units` that dasflow writes for times. */
export const TIME_UNITS = 'nanoseconds since 1970-01-01';

/** The calendar that goes with {@link TIME_UNITS}. */
export const TIME_CALENDAR = 'proleptic_gregorian';

const NS_PER_S = 1_000_000_000n;
const unitNs: Record<string, bigint> = {};
for (const [ns, names] of [
  [1n, ['nanosecond', 'nanosec', 'ns']],
  [1_000n, ['microsecond', 'microsec', 'us', 'µs']],
  [1_000_000n, ['millisecond', 'millisec', 'msec', 'ms']],
  [NS_PER_S, ['second', 'sec', 's']],
  [60n * NS_PER_S, ['minute', 'min', 'm']],
  [3_600n * NS_PER_S, ['hour', 'hr', 'h']],
  [86_400n * NS_PER_S, ['day', 'd']],
] as const)
  for (const name of names) {
    unitNs[name] = ns;
    unitNs[`${name}s`] = ns;
  }

/** Longer ones are no units; the patterns below would be slow on them. */
const UNITS_AT_MOST = 256;
const calendars = new Set(['standard', 'gregorian', 'proleptic_gregorian']);
const sincePattern = /^\s*(.+?)\s+since\s+(.+?)\s*$/i;
const datePattern =
  /^([+-]?\d{1,6})-(\d{1,2})-(\d{1,2})(?:(?:[Tt]|\s+)(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?)?)?)?\s*(Z|UTC|GMT|[+-]\d{1,2}(?::?\d{2})?)?$/i;

/** The unit and origin of CF times. */
export interface TimeUnits {
  /** Nanoseconds of one unit. */
  unit: bigint;
  /** Nanoseconds since 1970 of the origin. */
  origin: bigint;
}

/** True if `units` says "something since something": what marks a CF variable as times. */
export function isTimeUnits(units: unknown): units is string {
  return typeof units === 'string' && units.length <= UNITS_AT_MOST && sincePattern.test(units);
}

/** Nanoseconds of one CF unit of time (CF section 4.4: days to nanoseconds, singular, plural or short), or null. */
export function durationUnit(unit: string): bigint | null {
  const name = unit.length <= UNITS_AT_MOST ? unit.trim() : '';
  return Object.hasOwn(unitNs, name.toLowerCase()) ? unitNs[name.toLowerCase()]! : null;
}

/**
 * Reads `units` such as `milliseconds since 2024-05-21 00:00:01` (CF section 4.4.1; up to nine decimals are kept, an
 * offset such as `+02:00` is applied, none means UTC). `where` names the variable in errors (`MALFORMED_PACKET`).
 */
export function parseTimeUnits(units: string, calendar: string | null, where: string): TimeUnits {
  const bad = (why: string) =>
    new PacketError('MALFORMED_PACKET', 'decode', `${where}: times with units ${JSON.stringify(units)}: ${why}`);
  if (calendar !== null && !calendars.has(calendar.toLowerCase()))
    throw bad(`calendar ${JSON.stringify(calendar.slice(0, 80))} is not one of ${[...calendars].join(', ')}`);
  const [, unitName = '', date = ''] = sincePattern.exec(units) ?? [];
  const unit = durationUnit(unitName);
  if (unit === null) throw bad('the unit is not one of nanoseconds, microseconds, ... days');
  const match = datePattern.exec(date);
  if (!match) throw bad('the date is not like 1970-01-01 00:00:00');
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match;
  if (/[1-9]/.test(fraction.slice(9))) throw bad('the origin has more than nine decimals');
  const two = (text: string) => text.padStart(2, '0');
  const sign = /^[+-]/.test(year!) ? year![0]! : '';
  const text =
    `${sign}${year!.slice(sign.length).padStart(4, '0')}-${two(month!)}-${two(day!)}` +
    `T${two(hour)}:${two(minute)}:${two(second)}.${fraction.slice(0, 9).padEnd(1, '0')}${isoZone(zone)}`;
  try {
    return { unit, origin: toTime(text) };
  } catch (cause) {
    throw new PacketError(
      'MALFORMED_PACKET',
      'decode',
      `${where}: times with units ${JSON.stringify(units)}: no such date`,
      { cause },
    );
  }
}

function isoZone(zone: string): string {
  const match = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(zone);
  return match ? `${match[1]}${match[2]!.padStart(2, '0')}:${match[3] ?? '00'}` : 'Z';
}

/**
 * Nanoseconds `origin + value * unit` of every value. NaN and the smallest int64 are `NAT`. Throws `MALFORMED_PACKET`
 * where a time does not fit in int64 nanoseconds (years 1677 to 2262).
 */
export function toNanoseconds(values: TypedArray, { unit, origin }: TimeUnits, where: string): BigInt64Array {
  const out = new BigInt64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value === NAT || (typeof value === 'number' && Number.isNaN(value))) {
      out[i] = NAT;
      continue;
    }
    const offset = typeof value === 'bigint' ? value * unit : scaleNumber(value, unit);
    const ns = offset === null ? null : origin + offset;
    if (ns === null || ns !== BigInt.asIntN(64, ns))
      throw new PacketError(
        'MALFORMED_PACKET',
        'decode',
        `${where}: element ${i} (${value}) is no time that fits in 64-bit nanoseconds (years 1677 to 2262)`,
      );
    out[i] = ns;
  }
  return out;
}

function scaleNumber(value: number, unit: bigint): bigint | null {
  if (!Number.isFinite(value)) return null;
  const whole = Math.trunc(value);
  return BigInt(whole) * unit + BigInt(Math.round((value - whole) * Number(unit)));
}
