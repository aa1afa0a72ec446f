/** What a packet is, and what its global attributes say about its place in a stream. */
import type { DataArray } from '../dataarray/data-array.js';
import { PacketError } from '../errors.js';
import { quoted, scalarOf, textOf } from './cf-attributes.js';
import { END_OF_STREAM_ATTRIBUTE, SEQUENCE_ATTRIBUTE, STREAM_ATTRIBUTE } from './data-array-to-content.js';
import type { NetcdfContent } from './netcdf-content.js';

/** A packet, taken apart. */
export interface Packet {
  /** The array. Its values may be a view of the bytes of the packet. */
  data: DataArray;
  /** Id of the publisher's stream (a new one per start), or null: xdas sends none. */
  stream: string | null;
  /** Number of the packet in its stream, from 0, or null. */
  sequence: bigint | null;
  /** True for the packet that says that a finite stream has ended; its array is empty along the dimension of the chunks. */
  endOfStream: boolean;
}

/** All of a packet but its array. `number` is there in place of the attribute. Throws `MALFORMED_PACKET`. */
export function packetNumbers(attrs: NetcdfContent['attrs'], number?: bigint): Omit<Packet, 'data'> {
  const sequence = number ?? scalarOf(attrs, SEQUENCE_ATTRIBUTE);
  const isWhole = typeof sequence === 'bigint' || Number.isSafeInteger(sequence);
  if (sequence !== null && (!isWhole || Number(sequence) < 0))
    throw new PacketError(
      'MALFORMED_PACKET',
      'decode',
      `${SEQUENCE_ATTRIBUTE} is ${quoted(String(sequence))}, not a whole number from 0 on`,
    );
  const end = scalarOf(attrs, END_OF_STREAM_ATTRIBUTE);
  return {
    stream: textOf(attrs, STREAM_ATTRIBUTE),
    sequence: sequence === null ? null : BigInt(sequence),
    endOfStream: end !== null && Number(end) === 1,
  };
}
