import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { temporaryFolder } from './temporary-folder.js';

/** An archive of 300 MB: with what HDF5, the codecs and Node take (some 280 MB), no chunk of which all of it is can stay below the limit. */
const size = ['--gigabytes', '0.3', '--file', '30', '--channels', '500', '--limit', '400', '--json'];

const processed = (folder: string, ...more: string[]) =>
  promisify(execFile)(process.execPath, ['scripts/process-archive.mjs', ...size, '--folder', folder, ...more]);

test('an archive is filtered, decimated and compressed in less memory than it has', async (t) => {
  const folder = await temporaryFolder(t);
  const { stdout } = await processed(folder);
  const { peak, valueBytes, shape, size } = JSON.parse(stdout);
  assert.deepEqual(shape, [75_000, 500]);
  assert.ok(size > 300e6 && valueBytes >= 150e6);
  t.diagnostic(`${Math.round(peak / 1e6)} MB`);
  await t.test('which would not be so, were it read at once', async () => {
    await assert.rejects(processed(folder, '--chunk', '3000s'), /it took \d+ MB, not less than 400 MB/);
  });
  assert.ok(existsSync(folder));
});
