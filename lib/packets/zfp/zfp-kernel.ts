/** The WebAssembly module of `assembly/`: one instance for each thread, made on the first call, of 4 MiB that never grow. */
import { readFileSync } from 'node:fs';

/** What the module exports (see `assembly/`; addresses are bytes), and its memory. */
export interface ZfpKernel {
  configure(minBits: number, maxBits: number, maxPrecision: number, minExponent: number, dims: number): void;
  startWriting(at: number): void;
  continueWriting(at: number): void;
  writtenTo(): number;
  flushWriting(): number;
  encodeFloat32: Encode;
  encodeFloat64: Encode;
  decodeFloat32: Decode;
  decodeFloat64: Decode;
  readonly uint8: Uint8Array;
  readonly float32: Float32Array;
  readonly float64: Float64Array;
}

/** 0 where a value is not finite. Sizes are those of the array, `first` and `count` are blocks of it. */
type Encode = (at: number, nx: number, ny: number, nz: number, nw: number, first: number, count: number) => number;
/** Positions are bits of the memory. */
type Decode = (position: number, ...array: Parameters<Encode>) => number;

/** Where values lie in the memory: the first 64 KiB are the module's own. */
export const arrayAt = 0x10000;
/** Room for values: 1 MiB. */
export const arrayBytes = 0x100000;
/** Where the stream lies. */
export const streamAt = arrayAt + arrayBytes;
/** Room for the stream, without the last 1 KiB: what a block may go beyond its end for a moment, either way. */
export const streamBytes = 0x400000 - streamAt - 1024;

let instance: ZfpKernel | null | undefined;

/** The module, or null on a machine without WebAssembly SIMD. */
export function zfpKernel(): ZfpKernel | null {
  if (instance === undefined) instance = load();
  return instance;
}

/** What of the WebAssembly API is used here; TypeScript has its types for browsers only. */
const wasm = (
  globalThis as unknown as {
    WebAssembly: {
      validate(bytes: Uint8Array): boolean;
      Module: new (bytes: Uint8Array) => object;
      Instance: new (module: object, imports: object) => { exports: Record<string, unknown> };
    };
  }
).WebAssembly;

function load(): ZfpKernel | null {
  const bytes = readFileSync(new URL('./zfp.wasm', import.meta.url));
  if (!wasm.validate(bytes)) return null;
  const { exports } = new wasm.Instance(new wasm.Module(bytes), { env: {} });
  const { buffer } = exports.memory as { buffer: ArrayBuffer };
  (exports.prepare as () => void)();
  return {
    ...(exports as unknown as ZfpKernel),
    uint8: new Uint8Array(buffer),
    float32: new Float32Array(buffer),
    float64: new Float64Array(buffer),
  };
}
