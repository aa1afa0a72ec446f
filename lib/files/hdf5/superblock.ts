/** What the superblock of an HDF5 file says of the file as a whole. */
export interface Superblock {
  /** Bytes that the file has once it is closed. */
  readonly end: number;
  /** Whether a writer has it open, or died with it (only files of the newest kind say so). */
  readonly isOpen: boolean;
}

const SIGNATURE = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');
const NONE = 2 ** 53;

/** The superblock within the first bytes of a file (4096 hold it, user block included); null where there is none that can be read. */
export function readSuperblock(head: Buffer): Superblock | null {
  const at = head.indexOf(SIGNATURE);
  if (at < 0 || head.length < at + 96) return null;
  const version = head[at + 8]!;
  const isOld = version < 2;
  if (version > 3) return null;
  const width = head[at + (isOld ? 13 : 9)]!;
  if (width !== 4 && width !== 8) return null;
  // base address, free space or extension, end of file
  const addresses = at + (version === 0 ? 24 : version === 1 ? 28 : 12);
  const place = addresses + 2 * width;
  const end = width === 4 ? head.readUInt32LE(place) : Number(head.readBigUInt64LE(place));
  if (end >= NONE) return null;
  return { end, isOpen: version === 3 && (head[at + 11]! & 1) === 1 };
}
