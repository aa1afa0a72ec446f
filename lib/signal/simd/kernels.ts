/**
 * The WebAssembly kernels, compiled from `assembly/` at build time, and the choice between them and the plain TypeScript
 * ones, which give the same results. There is one instance for each thread; its memory of 8 MiB is scratch: it never
 * grows, nothing stays in it between calls, and nothing that leaves this room is a view of it.
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

/** The functions of the module (arguments: see `assembly/`), and its memory. Addresses are bytes. */
export type SimdKernels = Readonly<Record<(typeof names)[number], Kernel>> & {
  /** Bytes of memory; the first {@link firstAddress} are not used. */
  readonly size: number;
  readonly float64: Float64Array;
  readonly float32: Float32Array;
  readonly int16: Int16Array;
};

/** Where free memory begins. */
export const firstAddress = 1024;

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

/** Null where the machine cannot run the module: bytes that do not validate there use SIMD that it has not. */
function load(): SimdKernels | null {
  const bytes = readFileSync(new URL('./kernels.wasm', import.meta.url));
  if (!wasm.validate(bytes)) return null;
  const { exports } = new wasm.Instance(new wasm.Module(bytes), { env: {} });
  const { buffer } = exports.memory as { buffer: ArrayBuffer };
  const functions = Object.fromEntries(names.map((name) => [name, exports[name] as Kernel]));
  return {
    ...(functions as Record<(typeof names)[number], Kernel>),
    size: buffer.byteLength,
    float64: new Float64Array(buffer),
    float32: new Float32Array(buffer),
    int16: new Int16Array(buffer),
  };
}
