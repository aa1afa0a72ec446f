import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';

test('the packet in docs/wire-format.md is one that this version writes', async () => {
  const script = new URL('../../../scripts/walk-packet.mjs', import.meta.url).pathname;
  const checked = promisify(execFile)(process.execPath, [script, '--check']);
  await checked.catch((error) => assert.fail(`run node scripts/walk-packet.mjs, section 11 is stale: ${error.stderr}`));
});
