// Compiles everything into dist/. Other build steps (assets that the compiler does not copy) are listed here, in order.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { buildKernels } from './build-kernels.mjs';
import { buildPlugins } from './build-plugins.mjs';

// What has no source any more must not be left to run.
for (const folder of ['lib', 'test', 'bench', 'pipelines'])
  rmSync(join('dist', folder), { recursive: true, force: true });
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.json'], { stdio: 'inherit' });
buildPlugins('dist/plugins');
await buildKernels('dist/lib/signal/simd/kernels.wasm');
if (status !== 0) process.exit(status ?? 1);
