import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { atomNames } from '../lib/index.js';

describe('docs/reference.md', () => {
  it('is what the docstrings say', async () => {
    await promisify(execFile)(process.execPath, ['scripts/write-reference.mjs', '--check']);
  });

  it('has every atom that a pipeline can declare by a class name', async () => {
    const page = await readFile('docs/reference.md', 'utf8');
    for (const name of atomNames().filter((atom) => /^[A-Z]/.test(atom)))
      assert.ok(page.includes(`### \`${name}\`\n\n`), name);
  });
});
