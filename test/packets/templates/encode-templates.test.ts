import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { InterpCoordinate } from '../../../lib/coordinates/interp-coordinate.js';
import type { DataArray } from '../../../lib/dataarray/data-array.js';
import { partsDType, typedArrayFromBytes } from '../../../lib/dtype.js';
import {
  decodePacket,
  type EncodeOptions,
  encodeKnownPacket,
  encodePacket,
  endOfStreamPacket,
} from '../../../lib/packets/packet.js';
import { chooseTemplates } from '../../../lib/packets/templates/choose-templates.js';
import { encodeTemplates } from '../../../lib/packets/templates/encode-templates.js';
import { packetCases } from '../packet-cases.js';
import { randomArray } from '../random-arrays.js';
import { assertSamePacket } from '../same-packet.js';

/** What HDF5 alone makes of an array. */
async function generally(da: DataArray, options?: EncodeOptions): Promise<Uint8Array> {
  const was = chooseTemplates('off');
  try {
    return await encodePacket(da, options);
  } finally {
    chooseTemplates(was);
  }
}

async function learn(da: DataArray, options?: EncodeOptions): Promise<void> {
  for (let k = 0; k < 2; k++) await encodePacket(da, options);
}

/** The same kind of array with other values, and other times where it has them. */
function another(da: DataArray): DataArray {
  const bytes = new Uint8Array(da.nbytes).map((_, k) => (k * 37 + 11) % 251);
  const time = da.coords.get('time');
  return da.with({
    data: typedArrayFromBytes(partsDType(da.dtype), bytes),
    dtype: da.dtype,
    shape: da.shape,
    ...(time instanceof InterpCoordinate && time.size > 0
      ? { coords: da.coords.assign({ time: time.shift(77) }) }
      : {}),
  });
}

const plain = (packet: Uint8Array) => new Uint8Array(packet);

describe('a packet made by a template', () => {
  test('has the bytes that HDF5 makes, for any array', async () => {
    let known = 0;
    await fc.assert(
      fc.asyncProperty(
        randomArray,
        fc.constantFrom<EncodeOptions>({}, { dialect: 'cf-1.13', stream: 's' }, { stream: 's', sequence: 0n }),
        async (da, options) => {
          encodeTemplates.clear();
          await learn(da, options);
          for (const each of [da, another(da)]) {
            const next = options.sequence === undefined ? options : { ...options, sequence: 2n ** 62n + 5n };
            const packet = encodeKnownPacket(each, next);
            if (packet === null) continue;
            known++;
            assert.deepEqual(plain(packet), plain(await generally(each, next)));
          }
        },
      ),
      { numRuns: 40 },
    );
    assert.ok(known > 30, `${known} of 80`);
  });

  for (const [name, da] of Object.entries(packetCases))
    test(`has the bytes that HDF5 makes: ${name}`, async () => {
      encodeTemplates.clear();
      await learn(da, { stream: 's', sequence: 0n });
      const options = { stream: 's', sequence: 123456789n };
      const packet = encodeKnownPacket(da, options);
      assert.equal(packet === null, da.size === 0, 'all but arrays without values are made by templates');
      if (packet === null) return;
      for (const each of [da, another(da)]) {
        const made = encodeKnownPacket(each, options)!;
        assert.deepEqual(plain(made), plain(await generally(each, options)));
        assertSamePacket(await decodePacket(made), await decodePacket(await generally(each, options)));
      }
    });

  test('owns its memory, also that of a strided array', async () => {
    const da = packetCases['dtype-int16']!.transpose('distance', 'time');
    await learn(da);
    const first = encodeKnownPacket(da)!;
    const copy = first.slice();
    assert.equal(first.buffer.byteLength, first.byteLength);
    const second = encodeKnownPacket(another(da))!;
    assert.notEqual(first.buffer, second.buffer);
    assert.deepEqual(first, copy);
    assert.deepEqual(plain(first), plain(await generally(da)));
  });
});

describe('what is of another kind', () => {
  const da = packetCases.regular!;
  const options = { stream: 's', sequence: 4n };
  const time = da.coords.get('time') as InterpCoordinate;
  const others: Record<string, [DataArray, EncodeOptions]> = {
    'another stream': [da, { ...options, stream: 't' }],
    'no number': [da, { stream: 's' }],
    'another dialect': [da, { ...options, dialect: 'cf-1.13' }],
    'an encoding': [da, { ...options, encoding: { gzip: true } }],
    'the end of the stream': [da, { ...options, endOfStream: true }],
    'another name': [da.rename('v'), options],
    'another attribute': [da.withAttrs({ a: 1 }), options],
    'another type': [da.with({ data: new Float64Array(da.size), shape: da.shape, dtype: 'float64' }), options],
    'another shape': [da.isel({ time: { start: 0, stop: 5 } }), options],
    'another rate': [
      da.assignCoords({
        time: new InterpCoordinate({
          dim: 'time',
          dtype: time.dtype,
          tieIndices: [0, 5],
          tieValues: BigInt64Array.of(0n, 50n),
          samplingInterval: 10n,
        }),
      }),
      options,
    ],
    'no rate': [
      da.assignCoords({
        time: new InterpCoordinate({
          dim: 'time',
          dtype: time.dtype,
          tieIndices: [...time.tieIndices],
          tieValues: time.tieValues,
        }),
      }),
      options,
    ],
    'another tie': [
      da.assignCoords({
        time: new InterpCoordinate({
          dim: 'time',
          dtype: time.dtype,
          tieIndices: [0, 2, 5],
          tieValues: BigInt64Array.of(0n, 2n, 5n),
        }),
      }),
      options,
    ],
    'a coordinate less': [da.dropCoords('distance'), options],
    'a coordinate more': [da.assignCoords({ shot: 3 }), options],
  };
  for (const [name, [other, its]] of Object.entries(others))
    test(`is made by HDF5: ${name}`, async () => {
      encodeTemplates.clear();
      await learn(da, options);
      assert.notEqual(encodeKnownPacket(da, options), null);
      assert.equal(encodeKnownPacket(other, its), null);
      assert.deepEqual(plain(await encodePacket(other, its)), plain(await generally(other, its)));
    });

  test('is refused as ever', async () => {
    await learn(da, options);
    for (const sequence of [-1n, 2n ** 63n])
      await assert.rejects(encodePacket(da, { ...options, sequence }), { code: 'BAD_ENCODING' });
    await assert.rejects(encodePacket(da, { ...options, streem: 's' } as never), { code: 'BAD_ARGUMENT' });
    assert.equal((await decodePacket(await endOfStreamPacket(da, options))).endOfStream, true);
  });
});

test('attributes that are changed in place are noticed', async () => {
  encodeTemplates.clear();
  const gains = Float64Array.of(1, 2);
  const da = packetCases.regular!.withAttrs({ gains });
  await learn(da);
  assert.notEqual(encodeKnownPacket(da), null);
  gains[1] = 3;
  assert.equal(encodeKnownPacket(da), null);
});

test('kinds are forgotten, the longest unused first', async () => {
  encodeTemplates.clear();
  const da = packetCases.regular!;
  await learn(da);
  for (let k = 0; k < 31; k++) {
    await encodePacket(da.withAttrs({ k }));
    assert.notEqual(encodeKnownPacket(da), null);
  }
  for (let k = 0; k < 32; k++) await encodePacket(da.rename(`v${k}`));
  assert.equal(encodeKnownPacket(da), null);
  assert.equal(encodeTemplates.size, 32);
});
