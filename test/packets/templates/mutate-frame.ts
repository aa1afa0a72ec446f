/** Frames damaged or changed on purpose, in and around the places that templates know of. */
import type { FrameLayout, FramePart } from '../../../lib/packets/templates/frame-layout.js';
import { lookup3 } from '../../../lib/packets/templates/lookup3.js';

/** Whole numbers from 0 up to but without `below`, the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const units = ['nanoseconds', 'microseconds', 'milliseconds', 'seconds', 'minutes', 'hours', 'days', 'parsecs'];

/** A text of `length` that may be units of time, or nearly. */
function unitsText(random: (below: number) => number, length: number): string {
  const two = (most: number) => String(random(most)).padStart(2, '0');
  const date = `${1600 + random(800)}-${two(14)}-${two(33)}`;
  const whole = `${units[random(units.length)]} since ${date} ${two(25)}:${two(61)}:${two(61)}`;
  const text = whole.length < length ? `${whole}.${String(random(2 ** 31)).padStart(length, '0')}` : whole;
  return text.slice(0, length).padEnd(length);
}

/** Writes something that might be right into a part. */
function rewrite(frame: Buffer, { kind, start, end }: FramePart, random: (below: number) => number): void {
  if (kind === 'units') frame.write(unitsText(random, end - start), start, 'latin1');
  else if (kind === 'sequence')
    frame.writeBigInt64LE(BigInt(random(2 ** 31)) - (random(4) === 0 ? 2n ** 40n : 0n), start);
  else if ((end - start) % 8 === 0 && end - start <= 64)
    for (let at = start; at < end; at += 8) {
      const choice = random(5);
      if (choice === 0) frame.writeBigInt64LE(BigInt(random(1000)) - 100n, at);
      else if (choice === 1)
        frame.writeBigInt64LE(BigInt.asIntN(64, frame.readBigInt64LE(at) + BigInt(random(2001)) - 1000n), at);
      else if (choice === 2) frame.writeDoubleLE(random(10_000) / 8, at);
    }
  else for (let at = start; at < Math.min(end, start + 256); at++) frame[at] = random(256);
}

/** A copy of `frame` with something changed; half of them in ways that damage could not be more malicious. */
export function mutateFrame(frame: Buffer, layout: FrameLayout, random: (below: number) => number): Buffer {
  const out = Buffer.from(frame);
  const { parts, checked } = layout;
  const way = random(6);
  for (let k = 1 + random(3); k > 0; k--) {
    const part = parts[random(parts.length)]!;
    let at = random(out.length);
    if (way <= 2) {
      rewrite(out, part, random);
      continue;
    }
    // In the part, around its ends, or anywhere.
    if (way === 3) at = part.start + random(part.end - part.start);
    else if (way === 4) at = (random(2) ? part.start : part.end) + random(33) - 16;
    at = Math.max(0, Math.min(out.length - 1, at));
    out[at]! ^= 1 << random(8);
  }
  if (checked && random(4) > 0) out.writeUInt32LE(lookup3(out, checked.start, checked.checksum), checked.checksum);
  return out;
}
