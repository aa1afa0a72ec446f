import { describe, it } from 'node:test';
import { withKernels } from './conformance/kernels.js';
import { properties } from './conformance/properties.js';
import { table } from './conformance/table.js';

describe('every atom keeps the contract with the plain kernels', () => {
  for (const entry of table)
    for (const [property, check] of Object.entries(properties))
      it(`${entry.name}: ${property}`, () => withKernels('plain', () => check(entry)));
});
