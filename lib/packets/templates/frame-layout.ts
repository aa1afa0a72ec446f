/**
 * Where in the bytes of an uncompressed packet the things lie that change from packet to packet. Places are found by looking
 * for what HDF5 has read, and proved by changing every bit of them and reading again: the file must then be the same but for
 * exactly these values.
 */
import type { TypedArray } from '../../dtype.js';
import { isTimeUnits } from '../cf-time.js';
import { SEQUENCE_ATTRIBUTE } from '../data-array-to-content.js';
import type { NetcdfAttribute, NetcdfContent, NetcdfVariable } from '../netcdf-content.js';
import type { CheckedBlock as CheckedRange } from './checked-blocks.js';
import { lookup3 } from './lookup3.js';

/** One place: `[start, end)` in the frame. */
export interface FramePart {
  /** The values of a variable, the text of its `units` (same length, printable ASCII), or the number of the packet. */
  readonly kind: 'values' | 'units' | 'sequence';
  /** The variable; `''` for the number of the packet. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** The block of an object header that the number lies in ends with a checksum of all that is before it in the block. */
type CheckedBlock = Pick<CheckedRange, 'start' | 'checksum'>;

/** All that may change in a frame of this length. */
export interface FrameLayout {
  readonly length: number;
  /** In the order of the frame, without overlaps. */
  readonly parts: readonly FramePart[];
  readonly checked: CheckedBlock | null;
}

/** Texts found in more places than this are left as they are. */
const PLACES_AT_MOST = 16;
const CHECKED_AT_MOST = 4096;

/** A place of which it is not proved yet what it is. */
export type Candidate = Omit<FramePart, 'name'>;

/**
 * The layout of `frame`, which HDF5 reads as `content`; null where values of `main` are not found, or something is not
 * as it should be. `read` is HDF5.
 */
export async function findLayout(
  frame: Uint8Array,
  content: NetcdfContent,
  main: string,
  read: (frame: Uint8Array) => Promise<NetcdfContent>,
): Promise<FrameLayout | null> {
  const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  const { candidates, checked } = findCandidates(bytes, content, main);
  if (doOverlap(candidates)) return null;
  if (checked && candidates.some(({ start, end }) => start < checked.checksum + 4 && end > checked.checksum))
    return null;
  let parts: FramePart[] | null = null;
  for (const flip of [0x00, 0xff]) {
    const probe = Buffer.from(bytes);
    for (const [k, { start, end, kind }] of candidates.entries()) mark(probe.subarray(start, end), kind, k, flip);
    if (checked) probe.writeUInt32LE(lookup3(probe, checked.start, checked.checksum), checked.checksum);
    if (!areDistinct(probe, candidates)) return null;
    const found = explain(content, await read(probe), candidates, probe);
    if (found === null || (parts !== null && !sameParts(parts, found))) return null;
    parts = found;
  }
  if (!parts!.some(({ kind, name }) => kind === 'values' && name === main)) return null;
  const isNumbered = parts!.some(({ kind }) => kind === 'sequence');
  return { length: bytes.length, parts: parts!, checked: isNumbered ? checked : null };
}

/** Where values, units and the number of the packet may be, in the order of the frame; `main` is the array's variable. */
export function findCandidates(
  bytes: Buffer,
  content: NetcdfContent,
  main: string,
): { candidates: Candidate[]; checked: CheckedBlock | null } {
  const { parts, checked } = findSequence(bytes, content);
  const candidates = [...findValues(bytes, content), ...findUnits(bytes, content, main), ...parts];
  candidates.sort((a, b) => a.start - b.start);
  return { candidates, checked };
}

/** Whether any two places, which are in order, have bytes in common. */
export function doOverlap(places: readonly { start: number; end: number }[]): boolean {
  return places.some(({ start, end }, k) => k > 0 && start < places[k - 1]!.end && end > start);
}

/** Places that a "data layout" message of a contiguous dataset names (HDF5 file format, IV.A.2.i: version, class 1, address, size). */
function findValues(bytes: Buffer, content: NetcdfContent): Candidate[] {
  const found = new Map<number, Candidate>();
  const size = Buffer.alloc(8);
  for (const { values, storage } of content.variables) {
    if (Array.isArray(values) || storage || values.byteLength === 0) continue;
    const own = bytesOf(values);
    size.writeBigUInt64LE(BigInt(own.length));
    for (let at = bytes.indexOf(size, 10); at >= 0; at = bytes.indexOf(size, at + 1)) {
      if (bytes[at - 9] !== 1 || (bytes[at - 10] !== 3 && bytes[at - 10] !== 4)) continue;
      const address = bytes.readBigUInt64LE(at - 8);
      if (address + BigInt(own.length) > BigInt(bytes.length)) continue;
      const start = Number(address);
      const end = start + own.length;
      if (own.compare(bytes, start, end) === 0) found.set(start, { kind: 'values', start, end });
    }
  }
  return [...found.values()];
}

/** Texts that say what times count from, wherever they stand. */
function findUnits(bytes: Buffer, content: NetcdfContent, main: string): Candidate[] {
  const found = new Map<number, Candidate>();
  for (const { name, attrs } of content.variables) {
    const units = unitsOf(attrs);
    if (name === main || units === null || !isTimeUnits(units) || !isPlainText(Buffer.from(units))) continue;
    const places: Candidate[] = [];
    for (let start = bytes.indexOf(units); start >= 0; start = bytes.indexOf(units, start + 1))
      places.push({ kind: 'units', start, end: start + units.length });
    if (places.length <= PLACES_AT_MOST) for (const place of places) found.set(place.start, place);
  }
  return [...found.values()];
}

/** The message of the attribute (IV.A.2.m), which is found by its name; in a block with a checksum, that too. */
function findSequence(bytes: Buffer, content: NetcdfContent): { parts: Candidate[]; checked: CheckedBlock | null } {
  const attribute = Object.hasOwn(content.attrs, SEQUENCE_ATTRIBUTE) ? content.attrs[SEQUENCE_ATTRIBUTE]! : null;
  if (attribute?.dtype !== 'int64' || attribute.values.length !== 1) return { parts: [], checked: null };
  const value = bytesOf(attribute.values as TypedArray);
  const name = `${SEQUENCE_ATTRIBUTE}\0`;
  for (let at = bytes.indexOf(name); at >= 0; at = bytes.indexOf(name, at + 1)) {
    const start = attributeData(bytes, at, name.length);
    if (start === null || start + 8 > bytes.length || value.compare(bytes, start, start + 8) !== 0) continue;
    return { parts: [{ kind: 'sequence', start, end: start + 8 }], checked: findBlock(bytes, start) };
  }
  return { parts: [], checked: null };
}

function attributeData(bytes: Buffer, name: number, length: number): number | null {
  if (name < 9) return null;
  const padded = (size: number) => Math.ceil(size / 8) * 8;
  const sizes = (at: number) => [0, 2, 4].map((offset) => bytes.readUInt16LE(at + offset)) as [number, number, number];
  const [own, type, space] = sizes(name - 6);
  if (own === length && bytes[name - 8] === 1) return name + padded(own) + padded(type) + padded(space);
  if (own === length && bytes[name - 8] === 2) return name + own + type + space;
  const [last, lastType, lastSpace] = sizes(name - 7);
  return last === length && bytes[name - 9] === 3 ? name + last + lastType + lastSpace : null;
}

/** The block of a newer object header (`OHDR`, `OCHK`) around a place, if there is one: its checksum is right. */
function findBlock(bytes: Buffer, place: number): CheckedBlock | null {
  const start = Math.max(bytes.lastIndexOf('OHDR', place), bytes.lastIndexOf('OCHK', place));
  if (start < 0) return null;
  const most = Math.min(bytes.length - 4, start + CHECKED_AT_MOST);
  for (let checksum = place + 8; checksum <= most; checksum++)
    if (bytes.readUInt32LE(checksum) === lookup3(bytes, start, checksum)) return { start, checksum };
  return null;
}

/** Fills a place with what is unmistakable; with `flip` 0xff every bit (of a text: every letter) is another. */
export function mark(place: Buffer, kind: FramePart['kind'], number: number, flip: number): void {
  const block = Buffer.alloc(Math.min(place.length, 4093));
  let state = (Math.imul(number + 1, 0x9e3779b1) ^ 0x2545f491) | 1;
  for (let k = 0; k < block.length; k++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const random = (state >>> 8) & 0xff;
    if (kind === 'units') block[k] = flip ? 0x61 + (random >>> 4) : 0x41 + (random & 0x0f);
    else block[k] = random ^ flip;
  }
  if (block.length > 0) place.fill(block);
}

/** Whether no two marks are the same, as those of one or two bytes can be. */
export function areDistinct(probe: Buffer, candidates: readonly Candidate[]): boolean {
  const short = candidates.filter(({ start, end }) => end - start < 8);
  return new Set(short.map(({ start, end }) => probe.toString('hex', start, end))).size === short.length;
}

/** What each candidate is, told by what has changed in `probe`; null where something changed that should not have. */
export function explain(
  base: NetcdfContent,
  probed: NetcdfContent,
  candidates: readonly Candidate[],
  frame: Buffer,
): FramePart[] | null {
  const parts = new Map<Candidate, FramePart>();
  const take = (kind: FramePart['kind'], name: string, bytes: Buffer): boolean => {
    const candidate = candidates.find(
      (each) =>
        each.kind === kind &&
        !parts.has(each) &&
        each.end - each.start === bytes.length &&
        bytes.compare(frame, each.start, each.end) === 0,
    );
    if (candidate) parts.set(candidate, { ...candidate, name });
    return candidate !== undefined;
  };
  const named = (attrs: NetcdfVariable['attrs']) => Object.keys(attrs).join('\0');
  const sameAttributes = (a: NetcdfVariable['attrs'], b: NetcdfVariable['attrs'], but: string): boolean =>
    named(a) === named(b) && Object.keys(a).every((name) => name === but || sameAttribute(a[name]!, b[name]!));
  if (!sameAttributes(base.attrs, probed.attrs, SEQUENCE_ATTRIBUTE)) return null;
  const number = (content: NetcdfContent) => content.attrs[SEQUENCE_ATTRIBUTE];
  if (Object.hasOwn(base.attrs, SEQUENCE_ATTRIBUTE) && !sameAttribute(number(base)!, number(probed)!)) {
    const { dtype, values, shape } = number(probed)!;
    if (dtype !== 'int64' || shape.length !== 0 || !take('sequence', '', bytesOf(values as TypedArray))) return null;
  }
  if (JSON.stringify(base.dims) !== JSON.stringify(probed.dims)) return null;
  if (base.variables.length !== probed.variables.length) return null;
  for (const [k, was] of base.variables.entries()) {
    const is = probed.variables[k]!;
    if (described(was) !== described(is) || !sameAttributes(was.attrs, is.attrs, 'units')) return null;
    if (!sameValues(was.values, is.values) && !(isNumeric(is) && take('values', is.name, bytesOf(is.values))))
      return null;
    if (!Object.hasOwn(was.attrs, 'units') || sameAttribute(was.attrs.units!, is.attrs.units!)) continue;
    const units = unitsOf(is.attrs);
    if (unitsOf(was.attrs) === null || units === null || !take('units', is.name, Buffer.from(units))) return null;
  }
  // Places that nobody reads (the same text somewhere else) stay as they are.
  return [...parts.values()].sort((a, b) => a.start - b.start);
}

/** Whether two files hold the same. */
export function sameContent(a: NetcdfContent, b: NetcdfContent): boolean {
  return explain(a, b, [], Buffer.alloc(0))?.length === 0;
}

export function sameParts(a: readonly FramePart[], b: readonly FramePart[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function described({ name, dtype, shape, dims, storage }: NetcdfVariable): string {
  return JSON.stringify([name, dtype, shape, dims, storage ?? null]);
}

function isNumeric(variable: NetcdfVariable): variable is NetcdfVariable & { values: TypedArray } {
  return !Array.isArray(variable.values);
}

function unitsOf(attrs: NetcdfVariable['attrs']): string | null {
  const units = Object.hasOwn(attrs, 'units') ? attrs.units! : null;
  return units?.dtype === 'string' && units.values.length === 1 ? (units.values[0] as string) : null;
}

function sameAttribute(a: NetcdfAttribute, b: NetcdfAttribute): boolean {
  return a.dtype === b.dtype && a.shape.join() === b.shape.join() && sameValues(a.values, b.values);
}

export function sameValues(a: NetcdfVariable['values'], b: NetcdfVariable['values']): boolean {
  if (Array.isArray(a) || Array.isArray(b))
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((text, k) => text === b[k]);
  return bytesOf(a).equals(bytesOf(b));
}

/** The bytes of values, without a copy. */
export function bytesOf(values: TypedArray): Buffer {
  return Buffer.from(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);
}

/** True if all bytes are printable ASCII: what HDF5 reads is then what stands there, and as long. */
export function isPlainText(bytes: Uint8Array): boolean {
  for (let k = 0; k < bytes.length; k++) if (bytes[k]! < 0x20 || bytes[k]! > 0x7e) return false;
  return true;
}
