// Compiles AssemblyScript kernels into WebAssembly modules.
import { mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

const modules = [
  {
    folder: 'lib/signal/simd/assembly',
    sources: (name) => name !== 'load.ts', // which the others import
    out: 'lib/signal/simd/kernels.wasm',
    // Each large result is in a memory of its own, see lib/signal/simd/result-memory.ts.
    memory: ['--importMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
  },
  {
    folder: 'lib/packets/zfp/assembly',
    sources: (name) => name === 'encode.ts' || name === 'decode.ts',
    out: 'lib/packets/zfp/zfp.wasm',
    // 4 MiB, which lib/packets/zfp/zfp-kernel.ts divides; memory that grows would detach the views on it.
    memory: ['--initialMemory', '64', '--maximumMemory', '64'],
  },
];

/** Every module, into a folder that is laid out as the project. */
export async function buildKernels(folder) {
  for (const { folder: from, sources, out, memory } of modules) {
    const files = readdirSync(from).filter((name) => name.endsWith('.ts') && sources(name));
    await compile(
      files.map((name) => join(from, name)),
      join(folder, out),
      memory,
    );
  }
}

async function compile(sources, outFile, memory) {
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
      ...memory,
      ...['--outFile', outFile],
    ],
    { stdout: process.stdout, stderr: process.stderr },
  );
  if (error) throw error;
}
