import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { dataArrayToContent } from '../../lib/packets/data-array-to-content.js';
import {
  contentToPacket,
  decodePacket,
  encodePacket,
  endOfStreamPacket,
  fromBuffer,
  toBytes,
} from '../../lib/packets/packet.js';
import { packetCases } from './packet-cases.js';
import { randomArray } from './random-arrays.js';

function assertSame(actual: DataArray, expected: DataArray): void {
  assert.equal(actual.name, expected.name);
  assert.deepEqual([...actual.dims], [...expected.dims]);
  assert.deepEqual([...actual.shape], [...expected.shape]);
  assert.equal(actual.dtype, expected.dtype);
  const bytes = ({ values }: DataArray) => Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  assert.ok(bytes(actual).equals(bytes(expected)), 'values differ');
  assert.deepEqual([...actual.coords.keys()].sort(), [...expected.coords.keys()].sort());
  for (const [name, coordinate] of expected.coords.entries())
    assert.ok(actual.coords.get(name)!.equals(coordinate), `${name}: ${actual.coords.get(name)} is not ${coordinate}`);
  assert.deepEqual(actual.attrs, expected.attrs);
}

test('bytes and back is the same array', async () => {
  await fc.assert(
    fc.asyncProperty(randomArray, fc.constantFrom('both' as const, 'cf-1.13' as const), async (da, dialect) => {
      assertSame((await decodePacket(await encodePacket(da, { dialect }))).data, da);
    }),
    { numRuns: 40 },
  );
});

for (const [name, da] of Object.entries(packetCases))
  test(`case ${name}`, async () => {
    for (const dialect of ['both', 'cf-1.13'] as const)
      assertSame((await decodePacket(await encodePacket(da, { dialect }))).data, da);
  });

test('stream, sequence and end of stream ride in the packet', async () => {
  const da = packetCases.regular!;
  const packet = await decodePacket(await encodePacket(da, { stream: 'b6c1', sequence: 2n ** 40n }));
  assert.deepEqual([packet.stream, packet.sequence, packet.endOfStream], ['b6c1', 2n ** 40n, false]);
  assertSame(packet.data, da);
  const end = await decodePacket(await endOfStreamPacket(da, { stream: 'b6c1', sequence: 2n ** 40n + 1n }));
  assert.deepEqual([end.stream, end.sequence, end.endOfStream], ['b6c1', 2n ** 40n + 1n, true]);
  assert.deepEqual([...end.data.shape], [0, 3]);
  assert.equal(end.data.coords.get('time')!.isRegular(), true);
  const other = await decodePacket(await endOfStreamPacket(da, { dim: 'distance' }));
  assert.deepEqual([...other.data.shape], [6, 0]);
});

test('a packet has a number from 0 on, or it is none', async () => {
  const da = packetCases.regular!;
  for (const sequence of [-5n, 2n ** 63n])
    await assert.rejects(encodePacket(da, { sequence }), {
      code: 'BAD_ENCODING',
      message: /sequence is .*allowed: from 0/,
    });
  const content = dataArrayToContent(da, { stream: 'b6c1', sequence: 5n });
  content.attrs.__sequence__!.values = BigInt64Array.of(-5n);
  assert.throws(() => contentToPacket(content), { code: 'MALFORMED_PACKET', message: /__sequence__ is "-5"/ });
});

test('what is no array, and options that do not exist', async () => {
  const da = packetCases.regular!;
  await assert.rejects(encodePacket({} as never), { code: 'BAD_ARGUMENT', message: /made of a DataArray/ });
  const misspelt = { encodng: {} } as never;
  await assert.rejects(encodePacket(da, misspelt), {
    code: 'BAD_ARGUMENT',
    message: /no option encodng; allowed: encoding,/,
  });
  await assert.rejects(decodePacket(new Uint8Array(8), misspelt), {
    code: 'BAD_ARGUMENT',
    message: /no option encodng/,
  });
});

test('an attribute that HDF5 has no room for is refused with its size', async () => {
  const da = packetCases.regular!;
  for (const large of [new Float64Array(8001), Array<string>(4001).fill('a')])
    await assert.rejects(encodePacket(da.with({ attrs: { large } })), {
      code: 'BAD_ENCODING',
      message: /attribute large of .* takes 640\d\d bytes; HDF5 allows 64000/,
    });
  for (const most of [new Float64Array(8000), Array<string>(4000).fill('a')]) {
    const { data } = await decodePacket(await encodePacket(da.with({ attrs: { most } })));
    assert.deepEqual(data.attrs, { most });
  }
});

test('chunks are looked up by the names of dimensions only', async () => {
  const da = new DataArray({ data: new Float64Array(6), shape: [2, 3], dims: ['constructor', 'toString'] });
  const encoding = { chunks: { constructor: 1 } } as never;
  assert.ok((await decodePacket(await encodePacket(da, { encoding }))).data.equals(da));
});

test('a strided view is encoded as the values that it shows', async () => {
  const da = packetCases['dtype-int16']!.transpose('distance', 'time');
  assertSame(await fromBuffer(await toBytes(da)), da);
  const part = packetCases['dtype-float64']!.isel({ time: { start: 1, stop: 6, step: 2 } });
  assertSame(await fromBuffer(await toBytes(part)), part);
});
