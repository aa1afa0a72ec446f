// Lists the compiled test files itself, runs them with node:test, and fails if fewer files ran than there are sources.
//   node scripts/test.mjs [part of a file name ...]     only the files whose path contains one of the parts
//   node scripts/test.mjs [...] --name PATTERN          only the tests whose name matches, as node --test-name-pattern
import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { parseArgs } from 'node:util';

const walk = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)],
  );
const sources = walk('test')
  .filter((file) => file.endsWith('.test.ts'))
  .sort();
const { values: options, positionals: wanted } = parseArgs({
  options: { name: { type: 'string' } },
  allowPositionals: true,
});
const chosen = sources.filter(
  (file) => wanted.length === 0 || wanted.some((part) => file.split(sep).join('/').includes(part)),
);
if (chosen.length === 0) {
  console.error(wanted.length ? `no test file matches ${wanted.join(' ')}` : 'no test files at all');
  process.exit(1);
}
const compiled = chosen.map((file) => join('dist', file.replace(/\.ts$/, '.js')));
for (const [index, file] of compiled.entries()) {
  const built = statSync(file, { throwIfNoEntry: false });
  if (!built || built.mtimeMs + 1 < statSync(chosen[index]).mtimeMs) {
    console.error(`${chosen[index]} is not compiled, or older than its source: npm run build`);
    process.exit(1);
  }
}
const env = { ...process.env, DASFLOW_SHARED: process.env.DASFLOW_SHARED ?? join(process.cwd(), '..', 'shared') };
const reporter = new URL('./count-files-reporter.mjs', import.meta.url).href;
const concurrency = process.env.DASFLOW_TEST_CONCURRENCY ?? '2';
const child = spawn(
  process.execPath,
  [
    '--enable-source-maps',
    '--test',
    ...(options.name === undefined ? [] : [`--test-name-pattern=${options.name}`]),
    `--test-concurrency=${concurrency}`,
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    `--test-reporter=${reporter}`,
    '--test-reporter-destination=stderr',
    ...compiled,
  ],
  { env: { ...env, DASFLOW_TEST_FILES: String(chosen.length) }, stdio: 'inherit' },
);
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
process.on('SIGINT', () => child.kill('SIGINT'));
