/**
 * Memory of large results that the kernels write straight into. Each is a WebAssembly memory of its own, which never grows and
 * holds one result, from its first byte on, and behind it scratch memory. So a kernel needs no copy of what it
 * writes (which costs a filter a quarter of its time), and a result is still a buffer that nobody else's data is in: a
 * view of it keeps that result alive, and nothing more.
 *
 * Node does not move such a buffer to another thread: `postMessage` and `structuredClone` copy it, scratch memory included, where it is in the
 * list of what to transfer too. Results that worker threads take part in are on ordinary shared memory: what WebAssembly shares
 * is no burden that the garbage collector knows of.
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

/** Smaller results are on ordinary memory: what lies beside them would be too large a part. */
export const leastResultBytes = 1 << 20;
/** Memories that there are at once; each reserves some 10 GB of addresses, of which a process has 128 TB. Results beyond are on ordinary memory. */
const mostMemories = 1000;
const PAGE = 1 << 16;
/** Scratch memory beside a result: a tile and the state of its lanes. */
const RESULT_ZONE = 1 << 20;
/** Scratch memory beside the history of an FIR filter, which has panels: as much as a thread's own. */
const HISTORY_ZONE = 1 << 23;

interface ResultMemory {
  readonly memory: WasmMemory;
  readonly functions: KernelFunctions;
  /** Bytes before the scratch memory. */
  readonly capacity: number;
  readonly zoneBytes: number;
  /** Views of the buffer that it has now. */
  views: ReturnType<typeof viewsOf> | null;
}

const memories = new WeakMap<ArrayBufferLike, ResultMemory>();
let count = 0;
const gone = new FinalizationRegistry(() => count--);

/** The next multiple of 64: a cache line. */
export function align(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}

/**
 * The buffer of new memory with room for a result of so many bytes; null where kernels are plain, enough of such memories are alive, or the system
 * gives none (a limit of addresses, 4 GiB and more). It is zeroed by the system, page by page, when it is touched.
 */
export function makeResultMemory(bytes: number): ArrayBuffer | null {
  return make(bytes, RESULT_ZONE);
}

/**
 * Zeros for `length` samples that an FIR filter looks back at: where they are many in memory of their own, so that the kernels read them where they lie.
 * It is not lent and not taken back.
 */
export function historyArray(length: number, single: boolean): Float32Array | Float64Array {
  const bytes = length * (single ? 4 : 8);
  const buffer = bytes >= leastResultBytes ? make(bytes, HISTORY_ZONE) : null;
  if (buffer === null) return single ? new Float32Array(length) : new Float64Array(length);
  return single ? new Float32Array(buffer, 0, length) : new Float64Array(buffer, 0, length);
}

function make(bytes: number, zoneBytes: number): ArrayBuffer | null {
  if (simdKernels() === null || count >= mostMemories) return null;
  const capacity = align(bytes);
  const memory = wasmMemory(Math.ceil((capacity + zoneBytes) / PAGE));
  const functions = memory && kernelsIn(memory);
  if (memory === null || functions === null) return null;
  count++;
  gone.register(memory, undefined);
  memories.set(memory.buffer, { memory, functions, zoneBytes, capacity, views: null });
  return memory.buffer;
}

/** Bytes that a result in this buffer may have; null for ordinary memory. */
export function resultCapacity(buffer: ArrayBufferLike): number | null {
  return memories.get(buffer)?.capacity ?? null;
}

/** The memory of a buffer under another one. The buffer that was is detached: every view of it has length 0 from then on. Null for ordinary memory. */
export function renewed(buffer: ArrayBufferLike): ArrayBuffer | null {
  const memory = memories.get(buffer);
  if (memory === undefined) return null;
  memories.delete(buffer);
  memory.memory.grow(0);
  memory.views = null;
  memories.set(memory.memory.buffer, memory);
  return memory.memory.buffer;
}

/** The kernels in the memory that `buffer` is of; null for ordinary memory. */
export function resultKernels(buffer: ArrayBufferLike): SimdKernels | null {
  const memory = memories.get(buffer);
  if (memory === undefined) return null;
  memory.views ??= viewsOf(buffer);
  return { ...memory.functions, ...memory.views, base: memory.capacity, end: memory.capacity + memory.zoneBytes };
}
