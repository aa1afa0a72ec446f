/** Headers of miniSEED 2 records (SEED 2.4 manual, chapter 8, and FDSN's blockettes 100, 1000, 1001). */

/** What is known of a record without its values. */
export interface RecordHeader {
  network: string;
  station: string;
  location: string;
  channel: string;
  /** Of the first sample, in ns since 1970. */
  start: bigint;
  samples: number;
  /** Samples per second. */
  rate: number;
  /** SEED's number of the encoding: 10 and 11 are Steim's. */
  encoding: number;
  isBigEndian: boolean;
  /** Bytes of the record. */
  length: number;
  /** First byte of the values within the record. */
  dataOffset: number;
}

/** Why bytes are no record that can be read. */
export class RecordError extends Error {}

/** Bytes of the fixed part of a header. */
export const FIXED_BYTES = 48;
/** Bytes in which header and blockettes of nearly all records lie. */
export const HEADER_BYTES = 128;

/** True for bytes that look like the start of a miniSEED 2 record: six digits or blanks, a quality letter, a blank. */
export function looksLikeRecord(bytes: Buffer): boolean {
  return bytes.length >= FIXED_BYTES && /^[0-9 \0]{6}[DRQM][ \0]$/.test(bytes.toString('latin1', 0, 8));
}

/** Reads the header at the start of `bytes`. Throws `RecordError`; where more bytes than these are needed, it says so. */
export function parseRecordHeader(bytes: Buffer): RecordHeader {
  if (!looksLikeRecord(bytes)) throw new RecordError('it does not begin with the header of a miniSEED 2 record');
  const isBigEndian = isYear(bytes.readUInt16BE(20), bytes.readUInt16BE(22));
  if (!isBigEndian && !isYear(bytes.readUInt16LE(20), bytes.readUInt16LE(22)))
    throw new RecordError('it has no start time');
  const uint16 = (at: number) => (isBigEndian ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at));
  const int16 = (at: number) => (isBigEndian ? bytes.readInt16BE(at) : bytes.readInt16LE(at));
  const int32 = (at: number) => (isBigEndian ? bytes.readInt32BE(at) : bytes.readInt32LE(at));
  const text = (from: number, to: number) => bytes.toString('latin1', from, to).replace(/[ \0]+$/, '');
  let rate = nominalRate(int16(32), int16(34));
  let micros = 0;
  let format: { encoding: number; length: number; isBigEndian: boolean } | null = null;
  for (let at = uint16(46), left = bytes[39]!; at !== 0 && left > 0; left--) {
    if (at < FIXED_BYTES || at + 8 > bytes.length) throw new RecordError('its blockettes lie outside of it');
    const [type, next] = [uint16(at), uint16(at + 2)];
    if (type === 1000) {
      if (bytes[at + 6]! < 7 || bytes[at + 6]! > 24)
        throw new RecordError(`it claims a length of 2^${bytes[at + 6]} bytes`);
      format = { encoding: bytes[at + 4]!, isBigEndian: bytes[at + 5] !== 0, length: 2 ** bytes[at + 6]! };
    }
    if (type === 1001) micros = bytes.readInt8(at + 5);
    if (type === 100) rate = isBigEndian ? bytes.readFloatBE(at + 4) : bytes.readFloatLE(at + 4);
    if (next !== 0 && next <= at) throw new RecordError('its blockettes are in a circle');
    at = next;
  }
  if (!format) throw new RecordError('it has no blockette 1000: it is SEED, but not miniSEED');
  const isCorrected = (bytes[36]! & 2) !== 0;
  const ticks = BigInt(uint16(28)) + (isCorrected ? 0n : BigInt(int32(40)));
  const days = BigInt(Date.UTC(uint16(20), 0, uint16(22)) / 86_400_000);
  const seconds = (days * 24n + BigInt(bytes[24]!)) * 3600n + BigInt(bytes[25]! * 60 + bytes[26]!);
  return {
    network: text(18, 20),
    station: text(8, 13),
    location: text(13, 15),
    channel: text(15, 18),
    start: seconds * 1_000_000_000n + ticks * 100_000n + BigInt(micros) * 1000n,
    samples: uint16(30),
    rate,
    ...format,
    dataOffset: uint16(44),
  };
}

function isYear(year: number, day: number): boolean {
  return year >= 1900 && year <= 2200 && day >= 1 && day <= 366;
}

function nominalRate(factor: number, multiplier: number): number {
  if (factor === 0 || multiplier === 0) return 0;
  const base = factor > 0 ? factor : -1 / factor;
  return multiplier > 0 ? base * multiplier : -base / multiplier;
}
