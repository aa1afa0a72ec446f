import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { allocate, dtypes } from '../../lib/dtype.js';
import { PacketError } from '../../lib/errors.js';
import { dataArrayToContent } from '../../lib/packets/data-array-to-content.js';
import type { NetcdfAttribute, NetcdfContent } from '../../lib/packets/netcdf-content.js';
import { contentToPacket } from '../../lib/packets/packet.js';
import { randomArray } from './random-arrays.js';

/** One wound: which variable (or the global attributes), which attribute, and what to do there. */
const wound = fc.record({
  where: fc.nat(20),
  which: fc.nat(20),
  what: fc.constantFrom('drop variable', 'drop attribute', 'swap attribute', 'new attribute', 'new values', 'new dims'),
  dtype: fc.constantFrom(...dtypes, 'string' as const),
  length: fc.nat(4),
  number: fc.oneof(fc.double(), fc.integer()),
  text: fc.constantFrom(
    'time',
    'a: b c',
    ': :',
    'nanoseconds since 1970-01-01',
    'days since 9999-99-99',
    'seconds',
    'timedelta64[ns]',
    'linear',
    '',
  ),
});

function valuesOf({ dtype, length, number, text }: { dtype: string; length: number; number: number; text: string }) {
  if (dtype === 'string') return Array.from({ length }, () => text);
  const out = allocate(dtype as 'int8', length);
  const big = dtype === 'int64' || dtype === 'uint64';
  for (let k = 0; k < length; k++)
    (out as unknown as (number | bigint)[])[k] = big
      ? BigInt(Number.isFinite(number) ? Math.trunc(number) : 0)
      : number;
  return out;
}

function hurt(content: NetcdfContent, wounds: readonly (typeof wound extends fc.Arbitrary<infer W> ? W : never)[]) {
  for (const each of wounds) {
    const { variables } = content;
    const variable = variables[each.where % (variables.length + 1)];
    const attrs = variable?.attrs ?? content.attrs;
    const names = Object.keys(attrs);
    const name = names[each.which % Math.max(1, names.length)];
    const attr: NetcdfAttribute = { dtype: each.dtype, shape: [each.length], values: valuesOf(each) };
    if (each.what === 'drop variable' && variable) variables.splice(variables.indexOf(variable), 1);
    else if (each.what === 'drop attribute' && name) delete attrs[name];
    else if (each.what === 'swap attribute' && name) attrs[name] = attr;
    else if (each.what === 'new attribute')
      attrs[['units', 'scale_factor', '_FillValue', 'sampling_denominator', 'coordinates', 'dtype'][each.which % 6]!] =
        attr;
    else if (each.what === 'new values' && variable) {
      const shape = variable.dims.length === 0 ? [] : [each.length, ...variable.shape.slice(1)];
      const size = shape.reduce((product, length) => product * length, 1);
      Object.assign(variable, { dtype: each.dtype, shape, values: valuesOf({ ...each, length: size }) });
    } else if (each.what === 'new dims' && variable?.dims.length)
      variable.dims = variable.dims.map((dim, axis) =>
        axis === 0 ? (content.dims[each.which % content.dims.length]?.name ?? dim) : dim,
      );
  }
  return content;
}

test('whatever is in a file, the answer is an array or a PacketError that says why', () => {
  let refused = 0;
  fc.assert(
    fc.property(randomArray, fc.array(wound, { minLength: 1, maxLength: 4 }), fc.boolean(), (da, wounds, modern) => {
      const content = hurt(dataArrayToContent(da, { dialect: modern ? 'cf-1.13' : 'both' }), wounds);
      try {
        assert.ok(contentToPacket(content).data instanceof DataArray);
      } catch (error) {
        assert.ok(error instanceof PacketError, `${(error as Error).stack}`);
        assert.equal(error.code, 'MALFORMED_PACKET');
        assert.equal(error.direction, 'decode');
        refused += 1;
      }
    }),
    { numRuns: 800 },
  );
  assert.ok(refused > 80, `only ${refused} were refused: the wounds are too small`);
});
