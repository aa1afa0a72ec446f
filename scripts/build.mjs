// Compiles everything into dist/. `--if-needed` (npm's `prepare`, which `npx dasflow` in a checkout and installations from it run too): only where
// something is newer than the last build. Other build steps (assets that the compiler does not copy) are listed here, in order.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { buildKernels } from './build-kernels.mjs';
import { buildPlugins } from './build-plugins.mjs';

const mark = 'dist/.built';
const sources = ['lib', 'test', 'bench', 'pipelines', 'scripts', 'package-lock.json', 'package.json', 'tsconfig.json'];
const newest = (path) =>
  statSync(path).isDirectory()
    ? Math.max(statSync(path).mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
    : statSync(path).mtimeMs;
if (process.argv.includes('--if-needed')) {
  const built = statSync(mark, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (sources.every((path) => !existsSync(path) || newest(path) < built)) process.exit(0);
}

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
writeFileSync(mark, '');
