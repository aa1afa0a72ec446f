/** Compressed frames damaged or changed on purpose: in the index of their chunks, in chunks, and in all that depends on them. */
import { checksumOf } from '../../../lib/packets/templates/checked-blocks.js';
import { addressAt, writeAddress } from '../../../lib/packets/templates/chunk-index.js';
import type { FrameLayout } from '../../../lib/packets/templates/frame-layout.js';
import {
  cutFrame,
  type FrameSkeleton,
  type Item,
  type Segment,
} from '../../../lib/packets/templates/frame-skeleton.js';

const END_OF_FILE = 40;

/** Where a place of the metadata is in the frame. */
function framePlace(segments: readonly Segment[], place: number): number {
  let at = place;
  for (const { start, end } of segments) {
    if (at < end - start) return start + at;
    at -= end - start;
  }
  throw new RangeError(`no place ${place}`);
}

/** A copy of `frame` with something changed, and half of the time with checksums that are right again. */
export function mutateCompressed(
  frame: Buffer,
  skeleton: FrameSkeleton,
  layout: FrameLayout,
  random: (below: number) => number,
): Buffer {
  const { dataset, pointers, checked } = skeleton.places;
  const { segments, chunks, index } = cutFrame(frame, dataset)!;
  const way = random(16);
  // The same in another order, with gaps: all of it is right.
  if (way === 0) return reordered(frame, skeleton, random);
  let out = Buffer.from(frame);
  const flip = (at: number) => {
    out[Math.max(0, Math.min(out.length - 1, at))]! ^= 1 << random(8);
  };
  for (let k = 1 + random(2); k > 0; k--) {
    const which = random(chunks.length);
    const { key, child, start, size } = index.chunks[which]!;
    if (way === 1) flip(key + random(4));
    else if (way === 2) out.writeUInt32LE(random(8), key + 4);
    else if (way === 3) flip(child + random(8));
    else if (way === 4) flip(start + random(size));
    else if (way === 5) flip(start + random(Math.min(size, 16)));
    else if (way === 6) out.writeUInt32LE(Math.max(0, size + random(9) - 4), key);
    else if (way === 7) writeAddress(out, child, Math.max(0, start + random(9) - 4));
    else if (way === 8) {
      // Two chunks change places, or one is there twice.
      const other = index.chunks[random(chunks.length)]!;
      out.writeUInt32LE(other.size, key);
      writeAddress(out, child, other.start);
      if (random(2)) {
        out.writeUInt32LE(size, other.key);
        writeAddress(out, other.child, start);
      }
    } else if (way === 9) flip(key + 8 + random(8 * dataset.shape.length + 8));
    else if (way === 10 && pointers.length > 0)
      flip(framePlace(segments, pointers[random(pointers.length)]!) + random(8));
    else if (way === 11 && checked.length > 0) flip(framePlace(segments, checked[random(checked.length)]!.checksum));
    else if (way === 12 && layout.parts.length > 0) {
      const { start, end } = layout.parts[random(layout.parts.length)]!;
      flip(framePlace(segments, start + random(end - start)));
    } else if (way === 13) flip(framePlace(segments, random(skeleton.length)));
    else if (way === 14) writeAddress(out, END_OF_FILE, addressAt(out, END_OF_FILE)! + random(5) - 2);
    else flip(random(out.length));
  }
  if (way === 15 && random(2))
    out = random(2) ? out.subarray(0, out.length - 1 - random(16)) : Buffer.concat([out, Buffer.alloc(1 + random(16))]);
  if (random(2)) mend(out, skeleton, segments);
  return out;
}

/** Makes the checksums right that lie where they should. */
function mend(frame: Buffer, { places: { checked } }: FrameSkeleton, segments: readonly Segment[]): void {
  for (const block of checked) {
    const start = framePlace(segments, block.start);
    const moved = { start, end: start + block.end - block.start, checksum: start + block.checksum - block.start };
    if (moved.end + 4 <= frame.length) frame.writeUInt32LE(checksumOf(frame, moved), moved.checksum);
  }
}

function reordered(frame: Buffer, skeleton: FrameSkeleton, random: (below: number) => number): Buffer {
  const { metadata, chunks } = skeleton.take(frame)!;
  const rest: Item[] = [...chunks.keys()].map((chunk) => ({ chunk }));
  for (let k = rest.length - 1; k > 0; k--) {
    const other = random(k + 1);
    [rest[k], rest[other]] = [rest[other]!, rest[k]!];
  }
  let at = 0;
  for (let segment = 1; segment < skeleton.places.segments.length; segment++) {
    at = at + random(rest.length + 1 - at);
    rest.splice(at++, 0, { segment });
  }
  if (random(3) === 0) rest.splice(random(rest.length + 1), 0, { gap: 1 + random(9) });
  return skeleton.frameOf(metadata, chunks, [{ segment: 0 }, ...rest]);
}
