/**
 * A limit for the WebAssembly heap of this thread. A frame of a few kilobytes can hold a compressed chunk that inflates to
 * gigabytes, or a thousand references to one long text: HDF5 asks for that memory before anything here can look at it.
 */

const PAGE = 65536;
let limit = Number.POSITIVE_INFINITY;

/** From now on growing a heap of this thread beyond `bytes` fails, which HDF5 reports as an error of the file. */
export function limitHeap(bytes: number): void {
  limit = bytes;
}

/** What @types/node leaves out of WebAssembly.Memory. */
interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

const { prototype } = (globalThis as unknown as { WebAssembly: { Memory: { prototype: Memory } } }).WebAssembly.Memory;
const { grow } = prototype;
prototype.grow = function (this: Memory, pages: number): number {
  // Emscripten takes what is thrown for "no memory", and asks for less before it gives up.
  if (this.buffer.byteLength + pages * PAGE > limit) throw new RangeError(`the heap is limited to ${limit} bytes`);
  return grow.call(this, pages);
};
