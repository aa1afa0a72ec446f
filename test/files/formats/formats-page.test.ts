import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { formatNames, registerFormat } from '../../../lib/index.js';
import { temporaryFolder } from '../temporary-folder.js';

const root = process.cwd();
const page = await readFile(join(root, 'docs/formats.md'), 'utf8');

test('the page has every format', () => {
  const rows = [...page.matchAll(/^\| `([a-z0-9]+)`/gm)].map(([, name]) => name!);
  assert.deepEqual(rows.sort(), formatNames().sort());
});

test('the format that the page adds runs as it stands in a project that has the package', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'node_modules'));
  await symlink(root, join(folder, 'node_modules', 'dasflow'));
  const code = /```js\n([\s\S]*?)```/.exec(page)![1]!;
  await writeFile(join(folder, 'program.mjs'), code);
  const bytes = Buffer.alloc(16 + 4 * 3);
  bytes.write('COUNTS', 'latin1');
  bytes.writeBigInt64LE(1_700_000_000_000_000_000n, 8);
  for (const [k, value] of [7, 8, 9].entries()) bytes.writeInt32LE(value, 16 + 4 * k);
  await writeFile(join(folder, 'today.bin'), bytes);
  const { stdout } = await promisify(execFile)(process.execPath, ['program.mjs'], { cwd: folder });
  assert.match(stdout, /<xdas\.DataArray \(time: 3\)>\s*\[7 8 9\]/);
  assert.match(stdout, /2023-11-14T22:13:20\.000 to 2023-11-14T22:13:20\.020/);
});

test('names that are taken are refused', () => {
  const format = { detect: () => false, open: () => Promise.reject(new Error('never')) };
  for (const name of ['febus', 'sintela', 'auto', 'a b'])
    assert.throws(() => registerFormat({ ...format, name }), { code: 'BAD_ARGUMENT', message: /cannot be the name/ });
});
