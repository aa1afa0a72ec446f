// Compiles the AssemblyScript kernels of lib/signal/simd/assembly/ into one WebAssembly module. Its memory has a fixed size:
// a memory that grows detaches the views on it.
import { mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

const folder = 'lib/signal/simd/assembly';
/** 64 KiB each: 8 MiB, which lib/signal/simd/kernels.ts divides. */
const pages = '128';

export async function buildKernels(outFile) {
  const { default: asc } = await import('assemblyscript/asc');
  const sources = readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && name !== 'load.ts') // which the others import
    .map((name) => join(folder, name));
  mkdirSync(dirname(outFile), { recursive: true });
  const { error } = await asc.main(
    [
      ...sources,
      '-O3',
      '--converge',
      '--noAssert',
      ...['--runtime', 'stub'],
      ...['--enable', 'simd'],
      ...['--initialMemory', pages],
      ...['--maximumMemory', pages],
      ...['--outFile', outFile],
    ],
    { stdout: process.stdout, stderr: process.stderr },
  );
  if (error) throw error;
}
