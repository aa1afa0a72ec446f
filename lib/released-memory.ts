/** How memory that was given back is told from memory that is in use. */
import type { TypedArray } from './dtype.js';

/** Each `SharedArrayBuffer` whose memory was given back: it cannot be detached, so it is marked. */
const released = new WeakSet<SharedArrayBuffer>();

/** Marks a `SharedArrayBuffer` as given back. */
export function markReleased(buffer: SharedArrayBuffer): void {
  released.add(buffer);
}

/** Whether the memory of a typed array that had values was given back: detached, or marked. */
export function isReleased({ length, buffer }: TypedArray): boolean {
  return length === 0 || (buffer instanceof SharedArrayBuffer && released.has(buffer));
}
