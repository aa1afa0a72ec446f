/**
 * The header of an OptoDAS stream: JSON text that says what the data frames after it hold. What its keys mean was read from
 * xdas 0.2.7 and 0.2.10 (`xdas.io.asn`) and from the header of a real instrument; see docs/instruments.md.
 */
import { type DType, itemSize } from '../../dtype.js';
import { PacketError } from '../../errors.js';

/** A value of JSON. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** The instrument's names of the dtypes of its samples. */
export const asnDataTypes = {
  short: 'int16',
  int: 'int32',
  long: 'int64',
  float: 'float32',
  double: 'float64',
} as const satisfies Record<string, DType>;

/** How an OptoDAS header names a dtype. */
export type ASNDataType = keyof typeof asnDataTypes;

/** Nanoseconds of the units that `dt` can have. */
export const asnTimeUnits = { ns: 1, us: 1e3, ms: 1e6, s: 1e9 } as const;

/** One region of interest: a stretch of the fibre, counted in samples before decimation, `roiEnd` included. */
export interface ASNRegion {
  readonly roiStart: number;
  readonly roiEnd: number;
  readonly roiDec: number;
  /**
   * Distances of the first and the last channel in metres: an addition of ours, written where the whole numbers above do not
   * give them exactly. xdas ignores it and places the channels within half a `dx`.
   */
  readonly distanceStart?: number;
  readonly distanceEnd?: number;
}

/** What an OptoDAS header says. Keys that are not named here are kept as they came. */
export interface ASNHeader {
  /** Bytes of one sample of all channels. */
  readonly bytesPerPackage: number;
  /** Time samples in one data frame. */
  readonly nPackagesPerMessage: number;
  readonly nChannels: number;
  readonly dataType: ASNDataType;
  /** Sampling interval, in `dtUnit`. */
  readonly dt: number;
  readonly dtUnit: keyof typeof asnTimeUnits;
  /** Channel spacing after decimation, in metres. */
  readonly dx: number;
  readonly dxUnit?: 'm';
  /** Regions whose channels follow each other in every sample; at least one. */
  readonly roiTable: readonly ASNRegion[];
  readonly [key: string]: JsonValue | readonly ASNRegion[] | undefined;
}

/** Keys that describe the frames; all others are facts about the measurement. */
export const layoutKeys: ReadonlySet<string> = new Set([
  'bytesPerPackage',
  'nPackagesPerMessage',
  'nChannels',
  'dataType',
  'dt',
  'dtUnit',
  'dx',
  'dxUnit',
  'roiTable',
]);

/** Bytes before the samples of a data frame: the time of the first, int64 nanoseconds since 1970. */
export const ASN_TIME_BYTES = 8;

/** Most bytes that one data frame may have: what ZeroMQ's users and a Node Buffer can hold of one message. */
const MAX_FRAME_BYTES = 2 ** 31 - 1;

const OPENING_BRACE = 0x7b;
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * The object in a frame that is a header: UTF-8 JSON with the key `bytesPerPackage`. Null for every other frame. Cheap on
 * data frames, few of which begin with an opening brace.
 */
export function headerObject(bytes: Uint8Array): Record<string, JsonValue> | null {
  let first = 0;
  while (first < bytes.length && isSpace(bytes[first]!)) first++;
  if (bytes[first] !== OPENING_BRACE) return null;
  try {
    const value = JSON.parse(decoder.decode(bytes)) as JsonValue;
    return isObject(value) && Object.hasOwn(value, 'bytesPerPackage') ? value : null;
  } catch {
    return null;
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

/** True for an object of JSON, not a list. */
export function isObject(value: unknown): value is Record<string, JsonValue> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Checks a header: the bytes or text of one, or its object. Throws `MALFORMED_PACKET` with the key that is wrong and what is
 * allowed there, `TOO_LARGE` where its frames could not be received.
 */
export function parseASNHeader(source: Uint8Array | string | object): ASNHeader {
  const object = jsonOf(source);
  if (!isObject(object) || !Object.hasOwn(object, 'bytesPerPackage'))
    throw bad('this is no header: it must be a JSON object with bytesPerPackage');
  const bytesPerPackage = count(object, 'bytesPerPackage');
  const samples = count(object, 'nPackagesPerMessage');
  const channels = count(object, 'nChannels');
  const dataType = choice(object, 'dataType', Object.keys(asnDataTypes)) as ASNDataType;
  const expected = channels * itemSize(asnDataTypes[dataType]);
  if (bytesPerPackage !== expected)
    throw bad(`bytesPerPackage is ${bytesPerPackage}, but ${channels} channels of ${dataType} take ${expected}`);
  if (ASN_TIME_BYTES + bytesPerPackage * samples > MAX_FRAME_BYTES)
    throw new PacketError(
      'TOO_LARGE',
      'decode',
      `ASN header: a frame of ${samples} x ${channels} ${dataType} is larger than ${MAX_FRAME_BYTES} bytes`,
    );
  const dt = finite(object, 'dt');
  if (!(dt > 0)) throw bad(`dt is ${dt}; allowed: a number above 0`);
  choice(object, 'dtUnit', Object.keys(asnTimeUnits));
  if (finite(object, 'dx') === 0) throw bad('dx is 0; allowed: any other number');
  if (object.dxUnit !== undefined) choice(object, 'dxUnit', ['m']);
  const { roiTable } = object;
  if (!Array.isArray(roiTable) || roiTable.length === 0)
    throw bad(`roiTable is ${text(roiTable)}; allowed: a list of one region or more`);
  for (const [index, region] of (roiTable as JsonValue[]).entries()) checkRegion(region, `roiTable[${index}]`);
  return object as unknown as ASNHeader;
}

function jsonOf(source: Uint8Array | string | object): unknown {
  if (source instanceof Uint8Array) return headerObject(source);
  if (typeof source === 'string') return headerObject(new TextEncoder().encode(source));
  try {
    // Objects of programs may hold what JSON has not: undefined, functions, bigint.
    return JSON.parse(JSON.stringify(source) ?? 'null');
  } catch (cause) {
    throw bad('this object is not JSON', cause);
  }
}

function checkRegion(region: JsonValue, where: string): void {
  if (!isObject(region)) throw bad(`${where} is ${text(region)}; allowed: an object with roiStart, roiEnd, roiDec`);
  const [start, end, decimation] = ['roiStart', 'roiEnd', 'roiDec'].map((key) => {
    const value = region[key];
    if (!Number.isSafeInteger(value)) throw bad(`${where}.${key} is ${text(value)}; allowed: a whole number`);
    return value as number;
  }) as [number, number, number];
  if (decimation < 1) throw bad(`${where}.roiDec is ${decimation}; allowed: 1 and above`);
  if (end < start) throw bad(`${where} ends at ${end}, before its start ${start}`);
  for (const key of ['distanceStart', 'distanceEnd']) if (region[key] !== undefined) finite(region, key, `${where}.`);
}

/** Text of an error about a header. */
export function bad(why: string, cause?: unknown): PacketError {
  return new PacketError('MALFORMED_PACKET', 'decode', `ASN header: ${why}`, cause === undefined ? {} : { cause });
}

function count(object: Record<string, JsonValue>, key: string): number {
  const value = object[key];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1)
    throw bad(`${key} is ${text(value)}; allowed: a whole number from 1 on`);
  return value;
}

function finite(object: Record<string, JsonValue>, key: string, where = ''): number {
  const value = object[key];
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw bad(`${where}${key} is ${text(value)}; allowed: a number`);
  return value;
}

function choice(object: Record<string, JsonValue>, key: string, allowed: readonly string[]): string {
  const value = object[key];
  if (typeof value !== 'string' || !allowed.includes(value))
    throw bad(`${key} is ${text(value)}; allowed: ${allowed.join(', ')}`);
  return value;
}

function text(value: unknown): string {
  if (value === undefined) return 'missing';
  const json = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return json.length > 80 ? `${json.slice(0, 80)}...` : json;
}
