import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { publicNames, publicNamesFile, publicNamesText } from './public-names.js';

describe('public names', () => {
  const names = publicNames();

  it('are those of public-names.txt', () => {
    const pinned = readFileSync(publicNamesFile, 'utf8').split('\n');
    const found = publicNamesText(names).split('\n');
    const added = found.filter((line) => !pinned.includes(line));
    const gone = pinned.filter((line) => !found.includes(line));
    assert.deepEqual(
      { added, gone },
      { added: [], gone: [] },
      'if this is meant: node dist/test/architecture/public-names.js --write, and a line in CHANGELOG.md',
    );
    assert.equal(publicNamesText(names), readFileSync(publicNamesFile, 'utf8'));
  });

  it('each have a docstring', () => {
    assert.ok(
      names.some(({ name, documentation }) => name === 'DasflowError' && documentation.includes('root of all')),
    );
    const silent = names.filter(({ documentation }) => documentation === '');
    assert.deepEqual(
      silent.map(({ name, file }) => `${name} in ${file}`),
      [],
    );
  });

  it('are what an importing program gets', async () => {
    const module = (await import('../../lib/index.js')) as Record<string, unknown>;
    const values = names.filter(({ kind }) => kind !== 'type').map(({ name }) => name);
    const found = Object.entries(module).flatMap(([name, value]) =>
      Object.prototype.toString.call(value) === '[object Module]'
        ? [name, ...Object.keys(value as object).map((inner) => `${name}.${inner}`)]
        : [name],
    );
    assert.deepEqual(found.sort(), values);
  });
});
