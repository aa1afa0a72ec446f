/**
 * Memory of large results that the kernels write straight into. Each is a WebAssembly memory of its own, which never grows and
 * holds one result, from its first byte on, and behind it a zone of scratch memory for each thread. So a kernel needs no copy of what it
 * writes (which costs a filter a quarter of its time), and a result is still a buffer that nobody else's data is in: a
 * view of it keeps that result alive, and nothing more.
 *
 * Its buffer cannot be transferred to another thread (`postMessage` copies it, and throws where it is to be moved), as all memory of WebAssembly.
 */
import {
  type KernelFunctions,
  kernelsIn,
  type SimdKernels,
  simdKernels,
  viewsOf,
  type WasmMemory,
  wasmMemory,
} from './kernels.js';

/** Smaller results are on ordinary memory: making an instance would cost more than the copy. */
export const leastResultBytes = 1 << 18;
/** Memories that there are at once; each reserves some 10 GB of addresses, of which a process has 128 TB. Results beyond are on ordinary memory. */
const mostMemories = 1000;
const PAGE = 1 << 16;
/** Scratch memory of one thread: a tile and the state of its lanes. */
const ZONE = 1 << 20;
/** Scratch memory beside the history of an FIR filter, which has panels: as much as a thread's own. */
const HISTORY_ZONE = 1 << 23;

/** What worker threads are told of the memory of a result that they take part in. */
export interface SharedResultMemory {
  readonly memory: WasmMemory;
  /** Bytes before the first zone. */
  readonly capacity: number;
}

interface ResultMemory extends SharedResultMemory {
  readonly functions: KernelFunctions;
  readonly shared: boolean;
  readonly threads: number;
  readonly zoneBytes: number;
  /** Views of the buffer that it has now. */
  views: ReturnType<typeof viewsOf> | null;
}

/** The next multiple of 64: a cache line. */
export function align(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}

const memories = new WeakMap<ArrayBufferLike, ResultMemory>();
let count = 0;
const gone = new FinalizationRegistry(() => count--);
/** Which zone is this thread's. */
let zone = 0;

/**
 * The buffer of new memory with room for a result of so many bytes and zones for so many threads; null where kernels are plain, or
 * enough of such memories are alive. It is zeroed by the system, page by page, when it is touched.
 */
export function makeResultMemory(bytes: number, shared: boolean, threads = 1): ArrayBufferLike | null {
  return make(bytes, shared, threads, ZONE);
}

/**
 * Zeros for `length` samples that an FIR filter looks back at: where they are many in memory of their own, so that the kernels read them where they lie.
 * It is not lent and not taken back.
 */
export function historyArray(length: number, single: boolean): Float32Array | Float64Array {
  const bytes = length * (single ? 4 : 8);
  const buffer = bytes >= leastResultBytes ? make(bytes, false, 1, HISTORY_ZONE) : null;
  if (buffer === null) return single ? new Float32Array(length) : new Float64Array(length);
  return single ? new Float32Array(buffer, 0, length) : new Float64Array(buffer, 0, length);
}

function make(bytes: number, shared: boolean, threads: number, zoneBytes: number): ArrayBufferLike | null {
  if (simdKernels() === null || count >= mostMemories) return null;
  const capacity = align(bytes);
  const memory = wasmMemory(Math.ceil((capacity + threads * zoneBytes) / PAGE), shared);
  const functions = kernelsIn(memory, shared);
  if (functions === null) return null;
  count++;
  gone.register(memory, undefined);
  memories.set(memory.buffer, { memory, functions, shared, threads, zoneBytes, capacity, views: null });
  return memory.buffer;
}

/** Bytes that a result in this buffer may have, and threads that may take part in it; null for ordinary memory. */
export function resultMemoryOf(
  buffer: ArrayBufferLike,
): { readonly capacity: number; readonly threads: number } | null {
  return memories.get(buffer) ?? null;
}

/**
 * The memory of a buffer under another one. The buffer that was is detached: every view of it has length 0 from then on (shared
 * ones stay as they are: see `markReleased`). Null for ordinary memory.
 */
export function renewed(buffer: ArrayBufferLike): ArrayBufferLike | null {
  const memory = memories.get(buffer);
  if (memory === undefined) return null;
  memories.delete(buffer);
  memory.memory.grow(0);
  memory.views = null;
  memories.set(memory.memory.buffer, memory);
  return memory.memory.buffer;
}

/** The kernels in the memory that `buffer` is of, with this thread's zone as their scratch memory; null for ordinary memory. */
export function resultKernels(buffer: ArrayBufferLike): SimdKernels | null {
  const memory = memories.get(buffer);
  if (memory === undefined || zone >= memory.threads) return null;
  memory.views ??= viewsOf(buffer);
  const base = memory.capacity + zone * memory.zoneBytes;
  return { ...memory.functions, ...memory.views, base, end: base + memory.zoneBytes };
}

/** What worker threads need to know of a buffer; null where it is not on shared memory of this kind. */
export function sharedResultMemory(buffer: ArrayBufferLike): SharedResultMemory | null {
  const found = memories.get(buffer);
  return found?.shared ? { memory: found.memory, capacity: found.capacity } : null;
}

/** In a worker thread: makes what the main thread told of the memory of `buffer` known here, with a zone for this thread. */
export function adoptResultMemory(buffer: ArrayBufferLike, told: SharedResultMemory, ownZone: number): void {
  const functions = kernelsIn(told.memory, true);
  if (functions === null) return;
  zone = ownZone;
  memories.set(buffer, { ...told, functions, shared: true, threads: ownZone + 1, zoneBytes: ZONE, views: null });
}
