/**
 * What of a compressed frame depends on the lengths of its chunks: found by looking for addresses, and proved by moving
 * everything behind the first chunk somewhere else and reading again.
 */
import { itemSize } from '../../dtype.js';
import type { NetcdfContent, NetcdfVariable } from '../netcdf-content.js';
import { type CheckedBlock, findCheckedBlock, signatures } from './checked-blocks.js';
import { addressAt, findChunkIndex } from './chunk-index.js';
import {
  areDistinct,
  type Candidate,
  doOverlap,
  explain,
  type FrameLayout,
  type FramePart,
  findCandidates,
  mark,
  sameParts,
} from './frame-layout.js';
import { type CutFrame, cutFrame, FrameSkeleton, type Item, metadataPlace } from './frame-skeleton.js';

/** A skeleton that was proved, and what is in its metadata. */
export interface FoundSkeleton {
  readonly skeleton: FrameSkeleton;
  /** The places of values, units and number in the metadata; those of the array are in the chunks. */
  readonly layout: FrameLayout;
  /** The normal metadata of the frame. */
  readonly metadata: Buffer;
}

/** Only superblocks of version 0 with addresses of 8 bytes: those of HDF5's oldest format, which xdas and dasflow write. */
const SUPERBLOCK = Buffer.from([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 0]);

/** A frame cut along the chunks of `main`; null where that cannot be. */
export function cutAlong(frame: Buffer, { dtype, shape, storage }: NetcdfVariable): CutFrame | null {
  if (!storage || dtype === 'string' || frame.length < 96 || frame.length >= 2 ** 32) return null;
  if (!frame.subarray(0, 9).equals(SUPERBLOCK) || frame[13] !== 8 || frame[14] !== 8) return null;
  const root = findChunkIndex(frame, storage.chunks, itemSize(dtype));
  const cut = root === null ? null : cutFrame(frame, { root, shape, chunkShape: storage.chunks });
  if (cut === null || cut.segments[0]?.start !== 0 || root! >= cut.segments[0].end) return null;
  return cut;
}

/**
 * The skeleton of `frame`, which HDF5 reads as `content`, with `main` in chunks; null where none can be proved. `read` is
 * HDF5, which reads two more frames.
 */
export async function findSkeleton(
  frame: Buffer,
  content: NetcdfContent,
  main: NetcdfVariable,
  read: (frame: Uint8Array) => Promise<NetcdfContent>,
): Promise<FoundSkeleton | null> {
  const cut = cutAlong(frame, main);
  if (cut === null) return null;
  const candidates = inMetadata(cut, findCandidates(frame, content, main.name).candidates);
  const pointers = candidates && findPointers(frame, cut, candidates);
  if (candidates === null || pointers === null) return null;
  const skeleton = skeletonOf(frame, cut, main, candidates, pointers);
  if (skeleton === null) return null;
  const metadata = skeleton.normal(frame, { ...cut, metadata: Buffer.from(cut.metadata) });
  if (metadata === null) return null;
  let parts: FramePart[] | null = null;
  for (const [flip, items] of [
    [0x00, apart(cut)],
    [0xff, chunksLast(cut)],
  ] as const) {
    const probe = Buffer.from(metadata);
    for (const [k, { start, end, kind }] of candidates.entries()) mark(probe.subarray(start, end), kind, k, flip);
    if (!areDistinct(probe, candidates)) return null;
    const found = explain(content, await read(skeleton.frameOf(probe, cut.chunks, items)), candidates, probe);
    if (found === null || (parts !== null && !sameParts(parts, found))) return null;
    parts = found;
  }
  return { skeleton, layout: { length: metadata.length, parts: parts!, checked: null }, metadata };
}

/** Places in the metadata instead of the frame; null where one is no longer in one piece. */
function inMetadata({ segments }: CutFrame, candidates: readonly Candidate[]): Candidate[] | null {
  const found = candidates.map(({ kind, start, end }) => ({
    kind,
    start: metadataPlace(segments, start),
    end: metadataPlace(segments, end - 1) + 1,
    size: end - start,
  }));
  if (found.some(({ start, end, size }) => start < 0 || end - start !== size)) return null;
  return doOverlap(found) ? null : found.map(({ kind, start, end }) => ({ kind, start, end }));
}

/**
 * Places of the metadata that hold an address behind the first chunk: of something with a signature or of an object header of
 * version 1, of the data of a local heap, or of contiguous values. Null where two of them overlap.
 */
function findPointers(frame: Buffer, cut: CutFrame, candidates: readonly Candidate[]): number[] | null {
  const { metadata, segments } = cut;
  const first = segments[0]!.end;
  const found: { start: number; end: number }[] = [];
  const links = new Set(cut.index.links.map((link) => metadataPlace(segments, link)));
  /** Bytes that are known to be something else: sizes, masks and addresses of chunks; values, units and the number. */
  const taken = new Uint8Array(metadata.length);
  for (const { key, child } of cut.index.chunks)
    for (const at of [key, child]) taken.fill(1, metadataPlace(segments, at), metadataPlace(segments, at) + 8);
  for (const key of cut.index.idleKeys) taken.fill(1, metadataPlace(segments, key), metadataPlace(segments, key) + 8);
  for (const { start, end } of candidates) taken.fill(1, start, end);
  const isFree = (start: number) => !taken.subarray(start, start + 8).includes(1);
  for (let at = 0; at + 8 <= metadata.length; at++) {
    const address = addressAt(metadata, at);
    if (address === null || address < first || !isFree(at) || metadataPlace(segments, address) < 0) continue;
    const isPointer =
      links.has(at) ||
      signatures.has(frame.toString('latin1', address, address + 4)) ||
      (at >= 24 && metadata.toString('latin1', at - 24, at - 20) === 'HEAP') ||
      // Version 3, class 1 (contiguous), address, size.
      (at >= 2 && metadata[at - 2] === 3 && metadata[at - 1] === 1) ||
      isContinuation(metadata, at) ||
      isOldHeader(frame, address);
    if (isPointer) found.push({ start: at, end: at + 8 });
  }
  return doOverlap(found) ? null : found.map(({ start }) => start);
}

/** Whether an address stands in a message "object header continuation" of a header of version 1: type, size, flags, address. */
function isContinuation(metadata: Buffer, at: number): boolean {
  return at >= 8 && metadata.readUInt16LE(at - 8) === 16 && metadata.readUInt16LE(at - 6) === 16;
}

/** Whether an object header of version 1 may begin there: version, zero, messages, references, size, zeros. */
function isOldHeader(frame: Buffer, at: number): boolean {
  if (at + 16 > frame.length || frame[at] !== 1 || frame[at + 1] !== 0) return false;
  const [references, size] = [frame.readUInt32LE(at + 4), frame.readUInt32LE(at + 8)];
  return references >= 1 && references < 256 && size >= 8 && size < 65536 && frame.readUInt32LE(at + 12) === 0;
}

function skeletonOf(
  frame: Buffer,
  cut: CutFrame,
  { dtype, shape, storage }: NetcdfVariable,
  candidates: readonly Candidate[],
  pointers: readonly number[],
): FrameSkeleton | null {
  const { segments, index, metadata } = cut;
  const { chunks } = storage!;
  const place = (at: number) => metadataPlace(segments, at);
  const checked = new Map<number, CheckedBlock>();
  for (const { start, length } of [
    ...pointers.map((start) => ({ start, length: 8 })),
    ...candidates.map(({ start, end }) => ({ start, length: end - start })),
  ]) {
    const block = findCheckedBlock(metadata, start, length);
    if (block) checked.set(block.start, block);
  }
  // What looks like an address and is, in part, a checksum, is none.
  const isChecksum = (at: number) =>
    [...checked.values()].some(({ checksum }) => at < checksum + 4 && at + 8 > checksum);
  const root = findChunkIndex(frame, chunks, itemSize(dtype as Exclude<typeof dtype, 'string'>));
  return root === null
    ? null
    : new FrameSkeleton({
        dataset: { root, shape, chunkShape: chunks },
        segments: segments.map(({ start, end }) => end - start),
        keys: index.chunks.map(({ key }) => place(key)),
        children: index.chunks.map(({ child }) => place(child)),
        idleKeys: index.idleKeys.map(place),
        pointers: pointers.filter((at) => !isChecksum(at)),
        checked: [...checked.values()],
      });
}

/** Everything in the order of the index, with gaps before and after every chunk. */
function apart({ segments, chunks }: CutFrame): Item[] {
  return [
    { segment: 0 },
    ...chunks.flatMap((_, chunk): Item[] => [{ gap: 1 + (chunk % 7) }, { chunk }]),
    ...segments.slice(1).flatMap((_, k): Item[] => [{ gap: 13 + 8 * k }, { segment: k + 1 }]),
  ];
}

/** All metadata, then the chunks, the last first. */
function chunksLast({ segments, chunks }: CutFrame): Item[] {
  return [
    ...segments.map((_, segment): Item => ({ segment })),
    ...chunks.flatMap((_, k): Item[] => [{ chunk: chunks.length - 1 - k }, { gap: 3 }]),
    { gap: 5 },
  ];
}
