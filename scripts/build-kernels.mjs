// Compiles AssemblyScript kernels into WebAssembly modules. Their memories have a fixed size: a memory that grows detaches
// the views on it.
import { mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

const modules = [
  {
    folder: 'lib/signal/simd/assembly',
    sources: (name) => name !== 'load.ts', // which the others import
    out: 'lib/signal/simd/kernels.wasm',
    /** 64 KiB each: 8 MiB, which lib/signal/simd/kernels.ts divides. */
    pages: 128,
  },
  {
    folder: 'lib/packets/zfp/assembly',
    sources: (name) => name === 'encode.ts' || name === 'decode.ts',
    out: 'lib/packets/zfp/zfp.wasm',
    /** 4 MiB, which lib/packets/zfp/zfp-kernel.ts divides. */
    pages: 64,
  },
];

/** Every module, into a folder that is laid out as the project. */
export async function buildKernels(folder) {
  for (const { folder: from, sources, out, pages } of modules) {
    const files = readdirSync(from).filter((name) => name.endsWith('.ts') && sources(name));
    await compile(
      files.map((name) => join(from, name)),
      join(folder, out),
      String(pages),
    );
  }
}

async function compile(sources, outFile, pages) {
  const { default: asc } = await import('assemblyscript/asc');
  mkdirSync(dirname(outFile), { recursive: true });
  const { error } = await asc.main(
    [
      ...sources,
      '-O3',
      '--converge',
      '--noAssert',
      ...['--runtime', 'stub'],
      ...['--enable', 'simd'],
      // Vectors cross functions of the modules, never their borders.
      ...['--disableWarning', '112'],
      ...['--initialMemory', pages],
      ...['--maximumMemory', pages],
      ...['--outFile', outFile],
    ],
    { stdout: process.stdout, stderr: process.stderr },
  );
  if (error) throw error;
}
