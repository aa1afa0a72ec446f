/**
 * Memory of results, used again. A fresh array of 32 MB costs more in page faults than most filters in arithmetic, so what
 * is given back is lent again, in a thread-wide pool of at most {@link mostBuffers} buffers and {@link mostBytes}.
 *
 * Memory that is given back is *detached* from the `ArrayBuffer` that it had: every view of it has length 0 from then on, so
 * whoever kept one reads nothing, not somebody else's samples. Shared memory (results that worker threads take part in) cannot be
 * detached: the `SharedArrayBuffer` is marked, and the memory is lent again under another one.
 *
 * `DASFLOW_RECYCLING` is read once: `on` (default), `off`, or `poison` for tests: memory of any size is recycled, and it is
 * filled with NaN when it is lent, fresh memory too, so that an element that nobody wrote is seen.
 */
import { constants } from 'node:buffer';
import { ArgumentError } from '../errors.js';
import { markReleased } from '../released-memory.js';
import { leastResultBytes, makeResultMemory, renewed, resultCapacity } from './simd/result-memory.js';

/** Most buffers that wait to be lent again; the one that has waited longest is let go. */
export const mostBuffers = 16;
/** Most bytes of them all together: 128 MiB (and what kernels need beside a result, see `simd/result-memory.ts`). A larger buffer is never kept. */
export const mostBytes = 1 << 27;
/** Smaller memory is not kept: the allocator has it at hand. */
const leastBytes = 1 << 16;
/** How much larger than needed recycled memory may be: resampled chunks differ by a row. */
const slack = 1.125;

/** What the pool did, since the process began. */
export interface RecyclingStatistics {
  /** Buffers made. */
  allocated: number;
  /** Times that a buffer was lent again. */
  reused: number;
  /** Times that a buffer was given back. */
  returned: number;
  /** Buffers that wait now, and their bytes. */
  waiting: number;
  waitingBytes: number;
}

type Recycling = 'on' | 'off' | 'poison';

const counts = { allocated: 0, reused: 0, returned: 0 };
/** Buffers that came from here and were not given back. */
const lent = new WeakSet<ArrayBufferLike>();
/** What waits, the one that has waited longest first. */
const free: ArrayBufferLike[] = [];
let freeBytes = 0;
let mode: Recycling | undefined;

/** What the pool did so far (a copy). */
export function recyclingStatistics(): RecyclingStatistics {
  return { ...counts, waiting: free.length, waitingBytes: freeBytes };
}

/**
 * At least `bytes` bytes, not zeroed: the caller writes all that it reads. Large memory is such that the kernels can write into it. `threads`:
 * so many threads can write it; it is shared then.
 */
export function lendMemory(bytes: number, threads?: 1): ArrayBuffer;
export function lendMemory(bytes: number, threads: number): ArrayBufferLike;
export function lendMemory(bytes: number, threads = 1): ArrayBufferLike {
  const poisoned = recycling() === 'poison';
  const buffer = fitting(bytes, threads) ?? fresh(bytes, threads);
  if (poisoned) new Uint8Array(buffer).fill(0xff);
  lent.add(buffer);
  return buffer;
}

/**
 * Takes memory back: `buffer` and all views of it have length 0 afterwards. False, and nothing happens, where it did not come
 * from {@link lendMemory} or was given back already.
 */
export function returnMemory(buffer: ArrayBufferLike): boolean {
  if (!lent.delete(buffer)) return false;
  const bytes = roomIn(buffer);
  const memory = takeFrom(buffer);
  counts.returned++;
  const how = recycling();
  if (how === 'off' || bytes > mostBytes || (bytes < leastBytes && how !== 'poison')) return true;
  free.push(memory);
  freeBytes += bytes;
  while (free.length > mostBuffers || freeBytes > mostBytes) freeBytes -= roomIn(free.shift()!);
  return true;
}

/** Whether the memory was lent from here and not given back since. */
export function isLent(buffer: ArrayBufferLike): boolean {
  return lent.has(buffer);
}

/** Lets all go that waits: after a run, before one with chunks of another size. */
export function dropRecycled(): void {
  free.length = 0;
  freeBytes = 0;
}

/** The smallest buffer that waits and fits, of equal ones that which was given back last: the caches may still have it. */
function fitting(bytes: number, threads: number): ArrayBufferLike | null {
  let best = -1;
  for (let k = free.length - 1; k >= 0; k--) {
    if (free[k] instanceof SharedArrayBuffer !== threads > 1) continue;
    const size = roomIn(free[k]!);
    if (size >= bytes && size <= bytes * slack && (best < 0 || size < roomIn(free[best]!))) best = k;
  }
  if (best < 0) return null;
  const [buffer] = free.splice(best, 1);
  freeBytes -= roomIn(buffer!);
  counts.reused++;
  return buffer!;
}

/** How large a result may be in a buffer. */
function roomIn(buffer: ArrayBufferLike): number {
  return resultCapacity(buffer) ?? buffer.byteLength;
}

/** Node's allocator without zeroing; a slow buffer is never part of a pool. Buffers are not as large as arrays can be. */
function fresh(bytes: number, threads: number): ArrayBufferLike {
  counts.allocated++;
  if (threads > 1) return new SharedArrayBuffer(bytes);
  const written = bytes >= leastResultBytes ? makeResultMemory(bytes) : null;
  if (written !== null) return written;
  const { buffer } = bytes <= constants.MAX_LENGTH ? Buffer.allocUnsafeSlow(bytes) : new Uint8Array(bytes);
  return buffer as ArrayBuffer;
}

/** The memory of a buffer under another one, and none under its own. */
function takeFrom(buffer: ArrayBufferLike): ArrayBufferLike {
  if (buffer instanceof SharedArrayBuffer) markReleased(buffer);
  const memory = renewed(buffer);
  if (memory !== null) return memory;
  return buffer instanceof SharedArrayBuffer
    ? structuredClone(buffer)
    : structuredClone(buffer, { transfer: [buffer] });
}

function recycling(): Recycling {
  if (mode === undefined) {
    const text = process.env.DASFLOW_RECYCLING ?? 'on';
    if (text !== 'on' && text !== 'off' && text !== 'poison')
      throw new ArgumentError('BAD_ARGUMENT', `DASFLOW_RECYCLING is ${text}; allowed: on, off, poison`);
    mode = text;
  }
  return mode;
}
