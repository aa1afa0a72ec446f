/** Every atom of the table keeps the contract (with the plain kernels: conformance-plain.test.ts), and a wrong one fails. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withKernels } from './conformance/kernels.js';
import { properties } from './conformance/properties.js';
import { table } from './conformance/table.js';
import { fed, right, wrong } from './conformance/wrong-atoms.js';

describe('every atom keeps the contract', () => {
  for (const entry of table)
    for (const [property, check] of Object.entries(properties))
      it(`${entry.name}: ${property}`, () => withKernels('auto', () => check(entry)));
});

describe('the suite', () => {
  for (const [name, make] of right)
    for (const [property, check] of Object.entries(properties))
      it(`passes an atom that ${name}: ${property}`, () => check({ name, make, ...fed }));
  for (const [name, make, property, message = /./] of wrong)
    it(`fails an atom that ${name}: ${property}`, async () => {
      await assert.rejects(
        async () => {
          for (let k = 0; k < 10; k++) await properties[property]({ name, make, ...fed });
        },
        // fast-check's own error has what failed as its cause
        ({ message: told, cause }: Error) => message.test(`${told} ${cause}`),
      );
    });
  it('has a wrong atom for every property', () => {
    const seen = new Set(wrong.map(([, , property]) => property));
    assert.deepEqual(
      Object.keys(properties).filter((property) => !seen.has(property)),
      [],
    );
  });
  it('has one row of each name', () => {
    const names = table.map(({ name }) => name);
    assert.deepEqual(
      names.filter((name, i) => names.indexOf(name) !== i),
      [],
    );
  });
});
