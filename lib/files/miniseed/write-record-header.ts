import { floorDivide } from '../../time.js';
import type { ChannelCodes } from './channel-codes.js';
import type { RecordRate } from './record-rate.js';

/** SEED's numbers of the encodings that are written, by ObsPy's names. */
export const encodingNumbers = { INT32: 3, FLOAT32: 4, FLOAT64: 5, STEIM1: 10, STEIM2: 11 } as const;

/** An encoding that is written. */
export type RecordEncoding = keyof typeof encodingNumbers;

/** What the header of a record says. */
export interface NewRecord {
  codes: ChannelCodes;
  /** `D`, `R`, `Q` or `M`. */
  dataquality: string;
  /** 1 to 999999. */
  sequence: number;
  /** Time of the first sample, in ns since 1970; written in microseconds. */
  start: bigint;
  samples: number;
  rate: RecordRate;
  encoding: RecordEncoding;
  /** Steim frames that are used, 0 for other encodings. */
  frames: number;
}

const NS_PER_DAY = 86_400_000_000_000n;

/** A time in whole microseconds, the finest that miniSEED 2 has: the nearest, halves up. */
export function toMicroseconds(ns: bigint): bigint {
  return floorDivide(ns + 500n, 1000n);
}

/** The day that a sample belongs to, from its time in microseconds: days since 1970. */
export function dayOf(ns: bigint): number {
  return Number(floorDivide(toMicroseconds(ns) * 1000n, NS_PER_DAY));
}

/** First nanosecond of a day that is rounded into it. */
export function dayStart(day: number): bigint {
  return BigInt(day) * NS_PER_DAY - 500n;
}

/** The year, and the day of the year from 1. */
export function yearAndDay(day: number): { year: number; dayOfYear: number } {
  const year = new Date(day * 86_400_000).getUTCFullYear();
  return { year, dayOfYear: day - Date.UTC(year, 0, 1) / 86_400_000 + 1 };
}

/** First byte of the values: frames begin at a multiple of 64. */
export function dataOffsetOf(rate: RecordRate): number {
  return rate.actual === null ? 64 : 128;
}

/**
 * Writes the header of a miniSEED 2 record, big endian, over the zeros at the start of it: blockette 1000; 1001 where the
 * start has microseconds (0 to 99 beyond its 0.1 ms ticks, so that the ticks never lie in the next day); 100 where the rate needs it.
 */
export function writeRecordHeader(record: Uint8Array, header: NewRecord): void {
  const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength);
  const { codes, rate } = header;
  const micros = toMicroseconds(header.start);
  const day = Number(floorDivide(micros, 86_400_000_000n));
  const ofDay = Number(micros - BigInt(day) * 86_400_000_000n);
  const { year, dayOfYear } = yearAndDay(day);
  bytes.write(String(header.sequence).padStart(6, '0'), 0, 'latin1');
  bytes.write(`${header.dataquality} `, 6, 'latin1');
  bytes.write(
    codes.station.padEnd(5) + codes.location.padEnd(2) + codes.channel.padEnd(3) + codes.network.padEnd(2),
    8,
    'latin1',
  );
  bytes.writeUInt16BE(year, 20);
  bytes.writeUInt16BE(dayOfYear, 22);
  const seconds = Math.floor(ofDay / 1e6);
  bytes[24] = Math.floor(seconds / 3600);
  bytes[25] = Math.floor(seconds / 60) % 60;
  bytes[26] = seconds % 60;
  const fine = ofDay % 1e6;
  bytes.writeUInt16BE(Math.floor(fine / 100), 28);
  bytes.writeUInt16BE(header.samples, 30);
  bytes.writeInt16BE(rate.factor, 32);
  bytes.writeInt16BE(rate.multiplier, 34);
  bytes.writeUInt16BE(dataOffsetOf(rate), 44);
  bytes.writeUInt16BE(48, 46);
  let at = 48;
  let previous = 0;
  let count = 0;
  const blockette = (type: number, length: number): number => {
    const here = at;
    if (previous > 0) bytes.writeUInt16BE(here, previous + 2);
    bytes.writeUInt16BE(type, here);
    bytes.writeUInt16BE(0, here + 2);
    previous = here;
    at += length;
    count++;
    return here;
  };
  const format = blockette(1000, 8);
  bytes[format + 4] = encodingNumbers[header.encoding];
  bytes[format + 5] = 1;
  bytes[format + 6] = Math.log2(bytes.length);
  if (fine % 100 !== 0) {
    const precise = blockette(1001, 8);
    bytes.writeInt8(fine % 100, precise + 5);
    bytes[precise + 7] = Math.min(header.frames, 255);
  }
  if (rate.actual !== null) bytes.writeFloatBE(rate.actual, blockette(100, 12) + 4);
  bytes[39] = count;
}
