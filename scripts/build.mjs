// Compiles everything into dist/. Other build steps (assets that the compiler does not copy) are listed here, in order.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { buildKernels } from './build-kernels.mjs';
import { buildPlugins } from './build-plugins.mjs';

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
// Beside the old build, which something may be running from: the change of folders then takes no time. What has no source
// any more is not left to run.
// As deep as dist/, so that source maps stay right.
const fresh = `dist-${process.pid}`;
const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.json', '--outDir', fresh], { stdio: 'inherit' });
await buildKernels(fresh);
mkdirSync('dist', { recursive: true });
for (const folder of ['lib', 'test', 'bench', 'pipelines']) {
  rmSync(join('dist', folder), { recursive: true, force: true });
  if (existsSync(join(fresh, folder))) renameSync(join(fresh, folder), join('dist', folder));
}
rmSync(fresh, { recursive: true, force: true });
// npm makes the command executable when it links it first, not when it was built again.
if (existsSync('dist/lib/cli/main.js')) chmodSync('dist/lib/cli/main.js', 0o755);
buildPlugins('dist/plugins');
if (status !== 0) process.exit(status ?? 1);
