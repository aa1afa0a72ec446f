/**
 * The WebAssembly kernels, compiled from `assembly/` at build time, and the choice between them and the plain TypeScript
 * ones, which give the same results. There is one instance for each thread with 8 MiB of scratch memory: it never
 * grows, nothing stays in it between calls, and nothing that leaves this room is a view of it. Beside it each large result has
 * memory, and an instance, of its own: `result-memory.ts`.
 */
import { readFileSync } from 'node:fs';
import { ArgumentError } from '../../errors.js';

/** `'auto'` is SIMD where this machine has it. */
export type KernelChoice = 'auto' | 'plain' | 'simd';

type Kernel = (...values: number[]) => void;

/** Names of the functions that the module exports. */
const names = [
  'sosfiltFloat64',
  'sosfiltFloat32',
  'sosfiltInt16',
  'lfilterFloat64',
  'lfilterFloat32',
  'lfilterInt16',
  'staLtaEnergy',
  'staLtaFloat64',
  'staLtaFloat32',
  'staLtaInt16',
  'keepRows',
  'packFloat64',
  'packFloat32',
  'packInt16',
  'sumsFloat64',
  'sumsFloat32',
  'rowsFromFloat64',
  'rowsFromFloat32',
  'rowsFromInt16',
  'singleRowsFromFloat32',
  'lanesFromFloat64',
  'lanesFromFloat32',
] as const;

/** The functions of the module (arguments: see `assembly/`). Addresses are bytes. */
export type KernelFunctions = Readonly<Record<(typeof names)[number], Kernel>>;

/** An instance: its functions, and its memory. */
export type SimdKernels = KernelFunctions & {
  /** Scratch memory: from `base` up to `end`. */
  readonly base: number;
  readonly end: number;
  readonly float64: Float64Array;
  readonly float32: Float32Array;
  readonly int16: Int16Array;
};

/** Scratch memory of a thread, in pages of 64 KiB; address 0 is none. */
const scratchPages = 128;
const firstAddress = 1024;

let chosen: KernelChoice | null = null;
let instance: SimdKernels | null | undefined;

/**
 * The kernels to use, or null for the plain ones. The first call looks at the environment (`DASFLOW_KERNELS`: `plain`,
 * `simd`, or `auto`, the default) and loads the module. Throws `BAD_ARGUMENT` for another value, and for `simd` on a
 * machine without it.
 */
export function simdKernels(): SimdKernels | null {
  chosen ??= choiceOf(process.env.DASFLOW_KERNELS ?? 'auto');
  if (chosen === 'plain') return null;
  if (instance === undefined) instance = load();
  if (instance === null && chosen === 'simd')
    throw new ArgumentError('BAD_ARGUMENT', 'kernels: this machine has no WebAssembly SIMD; allowed: plain, auto');
  return instance;
}

/** Overrides the environment for this thread, from the next call of a kernel on; gives what held until now. */
export function chooseKernels(choice: KernelChoice): KernelChoice {
  const was = chosen ?? choiceOf(process.env.DASFLOW_KERNELS ?? 'auto');
  chosen = choiceOf(choice);
  return was;
}

function choiceOf(text: string): KernelChoice {
  if (text === 'auto' || text === 'plain' || text === 'simd') return text;
  throw new ArgumentError('BAD_ARGUMENT', `DASFLOW_KERNELS is ${text}; allowed: auto, plain, simd`);
}

/** A `WebAssembly.Memory`. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  /** Growing by nothing detaches `buffer` and makes another one of the same memory. */
  grow(pages: number): number;
}

/** What of the WebAssembly API is used here; TypeScript has its types for browsers only. */
const wasm = (
  globalThis as unknown as {
    WebAssembly: {
      validate(bytes: Uint8Array): boolean;
      Module: new (bytes: Uint8Array) => object;
      Instance: new (module: object, imports: object) => { exports: Record<string, unknown> };
      Memory: new (limits: { initial: number; maximum: number }) => WasmMemory;
    };
  }
).WebAssembly;

/** Compiled once; null where the machine cannot run it: bytes that do not validate there use SIMD that it has not. */
let module: object | null | undefined;

/** Memory of so many pages of 64 KiB, which never grows; null where the system gives none. */
export function wasmMemory(pages: number): WasmMemory | null {
  try {
    return new wasm.Memory({ initial: pages, maximum: pages });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The kernels in a memory; null where this machine cannot run them. */
export function kernelsIn(memory: WasmMemory): KernelFunctions | null {
  if (module === undefined) {
    const bytes = readFileSync(new URL('./kernels.wasm', import.meta.url));
    module = wasm.validate(bytes) ? new wasm.Module(bytes) : null;
  }
  if (module === null) return null;
  const { exports } = new wasm.Instance(module, { env: { memory } });
  return Object.fromEntries(names.map((name) => [name, exports[name] as Kernel])) as KernelFunctions;
}

/** Views of a memory, to go with its functions. */
export function viewsOf(buffer: ArrayBufferLike): Pick<SimdKernels, 'float64' | 'float32' | 'int16'> {
  return { float64: new Float64Array(buffer), float32: new Float32Array(buffer), int16: new Int16Array(buffer) };
}

function load(): SimdKernels | null {
  const memory = wasmMemory(scratchPages);
  const functions = memory && kernelsIn(memory);
  if (memory === null || functions === null) return null;
  return { ...functions, ...viewsOf(memory.buffer), base: firstAddress, end: memory.buffer.byteLength };
}
