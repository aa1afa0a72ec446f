/** Lead-ins and metadata of TDMS files (NI white paper "TDMS File Format Internal Structure"). */
import type { DType } from '../../dtype.js';

/** A property: number, text, true or false, or a time as LabVIEW has it. */
export type TdmsValue = number | bigint | string | boolean | TdmsTime | null;

/** A LabVIEW time: whole seconds since 1904-01-01 UTC and 2^-64 parts of one. */
export interface TdmsTime {
  seconds: bigint;
  fractions: bigint;
}

/** The 28 bytes that each segment begins with. */
export interface LeadIn {
  hasMetadata: boolean;
  hasNewList: boolean;
  hasRawData: boolean;
  isInterleaved: boolean;
  /** From the end of the lead-in; null where the writer has not finished the segment. */
  nextSegment: number | null;
  /** From the end of the lead-in. */
  rawData: number;
}

/** How one channel lies in the raw data of a segment. */
export interface RawIndex {
  dtype: DType;
  /** Values of one chunk. */
  count: number;
}

/** An object of the metadata: the file (`/`), a group, or a channel. */
export interface TdmsObject {
  path: string;
  /** `'same'`: as in the segment before; null: no raw data. */
  index: RawIndex | 'same' | null;
  properties: Record<string, TdmsValue>;
}

/** Why bytes are no TDMS metadata. */
export class TdmsError extends Error {}

/** Length of a lead-in. */
export const LEAD_IN_BYTES = 28;

const toc = { metadata: 2, newList: 4, rawData: 8, interleaved: 0x20, bigEndian: 0x40, daqmx: 0x80 };
const unfinished = 0xffff_ffff_ffff_ffffn;
const rawTypes: Readonly<Record<number, DType>> = {
  1: 'int8',
  2: 'int16',
  3: 'int32',
  4: 'int64',
  5: 'uint8',
  6: 'uint16',
  7: 'uint32',
  8: 'uint64',
  9: 'float32',
  10: 'float64',
};

/** Reads a lead-in. Throws `TdmsError` where it is none, or of a kind that is not known. */
export function parseLeadIn(bytes: Buffer): LeadIn {
  if (bytes.toString('latin1', 0, 4) !== 'TDSm') throw new TdmsError('a segment does not begin with TDSm');
  const flags = bytes.readUInt32LE(4);
  if (flags & toc.bigEndian) throw new TdmsError('big-endian segments are not known');
  if (flags & toc.daqmx) throw new TdmsError('raw data of DAQmx is not known');
  const next = bytes.readBigUInt64LE(12);
  return {
    hasMetadata: (flags & toc.metadata) !== 0,
    hasNewList: (flags & toc.newList) !== 0,
    hasRawData: (flags & toc.rawData) !== 0,
    isInterleaved: (flags & toc.interleaved) !== 0,
    nextSegment: next === unfinished ? null : Number(next),
    rawData: Number(bytes.readBigUInt64LE(20)),
  };
}

/** Reads the metadata of a segment. Throws `TdmsError`. */
export function parseMetadata(bytes: Buffer): TdmsObject[] {
  const cursor = new Cursor(bytes);
  const count = cursor.count('objects', 12);
  return Array.from({ length: count }, () => {
    const path = cursor.text();
    return { path, index: rawIndex(cursor, path), properties: properties(cursor) };
  });
}

function rawIndex(cursor: Cursor, path: string): TdmsObject['index'] {
  const length = cursor.uint32();
  if (length === 0xffff_ffff) return null;
  if (length === 0) return 'same';
  const type = cursor.uint32();
  const dtype = rawTypes[type];
  if (!dtype)
    throw new TdmsError(`the values of ${path} have the type ${type}; known: ${Object.values(rawTypes).join(', ')}`);
  const dimension = cursor.uint32();
  if (dimension !== 1) throw new TdmsError(`the values of ${path} have ${dimension} dimensions instead of 1`);
  return { dtype, count: Number(cursor.uint64()) };
}

function properties(cursor: Cursor): Record<string, TdmsValue> {
  const count = cursor.count('properties', 8);
  return Object.fromEntries(Array.from({ length: count }, () => [cursor.text(), value(cursor)]));
}

function value(cursor: Cursor): TdmsValue {
  const type = cursor.uint32();
  const bytes = (size: number) => cursor.bytes(size);
  switch (type) {
    case 0:
      return null;
    case 1:
      return bytes(1).readInt8();
    case 2:
      return bytes(2).readInt16LE();
    case 3:
      return bytes(4).readInt32LE();
    case 4:
      return bytes(8).readBigInt64LE();
    case 5:
      return bytes(1).readUInt8();
    case 6:
      return bytes(2).readUInt16LE();
    case 7:
      return bytes(4).readUInt32LE();
    case 8:
      return bytes(8).readBigUInt64LE();
    case 9:
    case 0x19:
      return bytes(4).readFloatLE();
    case 10:
    case 0x1a:
      return bytes(8).readDoubleLE();
    case 0x20:
      return cursor.text();
    case 0x21:
      return bytes(1)[0] !== 0;
    case 0x44: {
      const fractions = bytes(8).readBigUInt64LE();
      return { fractions, seconds: bytes(8).readBigInt64LE() };
    }
    default:
      throw new TdmsError(`a property has the type ${type}, which is not known`);
  }
}

/** Takes values one after the other from bytes. */
class Cursor {
  #at = 0;

  constructor(private readonly all: Buffer) {}

  bytes(size: number): Buffer {
    if (size > this.all.length - this.#at) throw new TdmsError('its metadata ends too early');
    this.#at += size;
    return this.all.subarray(this.#at - size, this.#at);
  }

  uint32(): number {
    return this.bytes(4).readUInt32LE();
  }

  uint64(): bigint {
    return this.bytes(8).readBigUInt64LE();
  }

  /** How many follow; refuses more than there is room for, `least` bytes each. */
  count(what: string, least: number): number {
    const count = this.uint32();
    if (count * least > this.all.length - this.#at)
      throw new TdmsError(`its metadata claims ${count} ${what}, more than it has room for`);
    return count;
  }

  text(): string {
    return this.bytes(this.uint32()).toString('utf8');
  }
}
