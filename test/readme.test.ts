import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { definePipeline } from '../lib/index.js';

const root = process.cwd();
const readme = await readFile(join(root, 'README.md'), 'utf8');

/** The first fenced block of a language. */
function block(language: string): string {
  const found = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(readme);
  assert.ok(found, `README has no ${language} block`);
  return found[1];
}

describe('README', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dasflow-readme-'));
    await mkdir(join(folder, 'node_modules'));
    await symlink(root, join(folder, 'node_modules', 'dasflow'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('its program runs as it stands, pasted into a file of a project that has the package', async () => {
    const code = block('js');
    const lines = code.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('import'));
    assert.ok(lines.length <= 15, `${lines.length} lines`);
    await writeFile(join(folder, 'program.mjs'), code);
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['program.mjs'], { cwd: folder });
    assert.match(stdout, /<xdas\.DataArray \(time: 100, distance: 10\)>/);
    assert.match(stdout, /received: 5,/);
    assert.match(stdout, /lost: 0,/);
    assert.equal(stderr, '');
  });

  it('its declared pipeline has no mistake', () => {
    const pipeline = definePipeline(parse(block('yaml')));
    assert.equal(pipeline.branches.length, 2);
  });

  it('the files that it names exist', async () => {
    for (const [, path] of readme.matchAll(/\]\(((?!https?:)[^)]+)\)/g)) {
      const target = join(root, path);
      await assert.doesNotReject(
        import('node:fs/promises').then(({ access }) => access(target)),
        path,
      );
    }
  });
});
