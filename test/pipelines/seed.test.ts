import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder } from '../files/temporary-folder.js';

test('the first example, declared: publish with ZFP in one process, subscribe in another', async (t) => {
  const out = await temporaryFolder(t);
  const script = fileURLToPath(new URL('../../pipelines/seed.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, out]);
  assert.match(stdout, /^5 packets received, 0 lost, in /);
  assert.match(stdout, /\nequal: coordinates the same, values within [\d.e-]+ \(accuracy 0\.000001\)\n$/);
});
