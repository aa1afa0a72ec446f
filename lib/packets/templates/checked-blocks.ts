/** Blocks of HDF5's newer metadata that hold a checksum of their own: found by trial, verified, and made right again. */
import { lookup3 } from './lookup3.js';

/** `[start, end)` without the four bytes of the checksum, which is at `checksum`: at the end, or inside and counted as zeros. */
export interface CheckedBlock {
  readonly start: number;
  readonly end: number;
  readonly checksum: number;
}

/** Blocks that begin so end with a checksum of what is before it. */
const ending = ['OHDR', 'OCHK', 'FRHP', 'BTHD', 'BTLF', 'BTIN', 'FSHD', 'FSSE'];
/** Direct and indirect blocks of fractal heaps: the first have it in their head. */
const heaps = ['FHDB', 'FHIB'];
/** These have none. */
const unchecked = ['TREE', 'SNOD', 'HEAP', 'GCOL'];

/** Signatures of everything in an HDF5 file that has one and that an address may point to. */
export const signatures: ReadonlySet<string> = new Set([...ending, ...heaps, ...unchecked]);

const ENDING_AT_MOST = 8192;
const FHDB_HEAD = 13;

/** The checked block that a place of `length` bytes is in; null if it is in none. */
export function findCheckedBlock(bytes: Buffer, place: number, length: number): CheckedBlock | null {
  let start = -1;
  let name = '';
  for (const each of signatures) {
    const at = bytes.lastIndexOf(each, place);
    if (at > start) [start, name] = [at, each];
  }
  if (start < 0 || unchecked.includes(name)) return null;
  if (name === 'FHDB') return findHeapBlock(bytes, start, place + length);
  const most = Math.min(bytes.length - 4, start + ENDING_AT_MOST);
  for (let checksum = place + length; checksum <= most; checksum++)
    if (bytes.readUInt32LE(checksum) === lookup3(bytes, start, checksum)) return { start, end: checksum, checksum };
  return null;
}

function findHeapBlock(bytes: Buffer, start: number, least: number): CheckedBlock | null {
  for (let size = 64; start + size <= bytes.length && size <= 65536; size *= 2)
    for (let checksum = start + FHDB_HEAD + 1; checksum <= start + FHDB_HEAD + 8; checksum++) {
      const block = { start, end: start + size, checksum };
      if (start + size >= least && bytes.readUInt32LE(checksum) === checksumOf(bytes, block)) return block;
    }
  return null;
}

/** What the checksum of a block should be. */
export function checksumOf(bytes: Buffer, { start, end, checksum }: CheckedBlock): number {
  if (checksum >= end) return lookup3(bytes, start, end);
  const held = bytes.readUInt32LE(checksum);
  bytes.writeUInt32LE(0, checksum);
  const sum = lookup3(bytes, start, end);
  bytes.writeUInt32LE(held, checksum);
  return sum;
}
