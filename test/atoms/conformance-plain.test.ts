/** The table once more, with the plain kernels: half as often, as most of an atom is the same on both. */
import { describe, it } from 'node:test';
import { withKernels } from './conformance/kernels.js';
import { properties } from './conformance/properties.js';
import { table } from './conformance/table.js';

process.env.DASFLOW_CONFORMANCE_RUNS ??= '0.5';

describe('every atom keeps the contract with the plain kernels', () => {
  for (const entry of table)
    for (const [property, check] of Object.entries(properties))
      it(`${entry.name}: ${property}`, () => withKernels('plain', () => check(entry)));
});
