/** No atom is left out: every class and every operation that there is has a row in the table. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Atom } from '../../lib/atoms/atom.js';
import { atomNames } from '../../lib/atoms/registry.js';
import * as dasflow from '../../lib/index.js';
import { table } from './conformance/table.js';

const folder = new URL('../../lib/atoms/', import.meta.url);
const modules = readdirSync(folder).filter((file) => file.endsWith('.js'));

/** What a row stands for: the atom that it makes, not those inside. */
const covered = new Set(table.flatMap(({ make }) => [make().name, make().constructor.name]));

function classesOf(exported: object): { name: string }[] {
  return Object.values(exported).filter((value) => typeof value === 'function' && value.prototype instanceof Atom);
}

describe('the table of atoms', () => {
  it('has every atom that declared pipelines know', () => {
    assert.deepEqual(
      atomNames().filter((name) => !covered.has(name)),
      [],
    );
  });
  it('has every public atom class', () => {
    const names = classesOf(dasflow).map(({ name }) => name);
    assert.ok(names.includes('Filter') && names.includes('Sequential'));
    assert.deepEqual(
      names.filter((name) => !covered.has(name)),
      [],
    );
  });
  it('has every atom class that is not only there to be extended', async () => {
    const all = (await Promise.all(modules.map((file) => import(new URL(file, folder).href)))).flatMap(classesOf);
    const extended = new Set(all.map((type) => Object.getPrototypeOf(type)));
    assert.deepEqual(
      all.filter((type) => !extended.has(type) && !covered.has(type.name)).map(({ name }) => name),
      [],
    );
  });
  it('has every operation on whole records', () => {
    const texts = modules.map((file) => readFileSync(new URL(file, folder), 'utf8'));
    const names = texts.flatMap((text) =>
      [...text.matchAll(/ wholeRecordFunction\(\{\s*name: '([\w.]+)'/g)].map(([, name]) => name!),
    );
    assert.ok(names.length > 15);
    assert.deepEqual(
      names.filter((name) => !covered.has(name)),
      [],
    );
  });
});
