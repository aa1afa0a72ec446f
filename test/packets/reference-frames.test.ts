import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AttrValue } from '../../lib/dataarray/attributes.js';
import { type Dialect, decodePacket, encodePacket } from '../../lib/packets/packet.js';
import {
  assertMatches,
  dtypeOfNumpy,
  fixtureFrames,
  hasShared,
  type ReferenceFrame,
  sharedFrames,
  sharedPackets,
  versions,
} from './reference-frames.js';

const refused = { 'encoding-sz3': 'sz3', 'encoding-sperr': 'sperr' } as Record<string, string>;

/** The attributes of `named-attrs`, the only shared case that has some. */
const namedAttrs = {
  units: 'nm/m/s',
  gauge_length: 10.2,
  channels: BigInt64Array.of(0n, 1n, 2n),
  note: 'détaché',
};

describe('frames of the shared folder', { skip: hasShared ? false : `no ${sharedPackets}` }, () => {
  const frames = hasShared ? sharedFrames() : [];

  test('there are 52 and 48 of them', () => {
    const counts = versions.map((version) => frames.filter((frame) => frame.version === version).length);
    assert.deepEqual(counts, [48, 52]);
  });

  for (const reference of frames)
    test(`${reference.version} ${reference.name}`, async () => {
      const filter = refused[reference.name];
      if (filter !== undefined) {
        await assert.rejects(decodePacket(reference.frame), (error: Error & { code: string; codec: string }) => {
          assert.equal(error.code, 'UNSUPPORTED_FILTER');
          assert.equal(error.codec, filter);
          assert.match(error.message, new RegExp(filter, 'i'));
          return true;
        });
        return;
      }
      const before = Buffer.from(reference.frame);
      const packet = await decodePacket(reference.frame);
      assertMatches(packet.data, reference);
      assert.deepEqual(packet.data.attrs, reference.name === 'named-attrs' ? namedAttrs : {});
      assert.deepEqual([packet.stream, packet.sequence, packet.endOfStream], [null, null, false]);
      assert.ok(before.equals(reference.frame), 'the frame was changed');
      // the encoded frames all hold the array of encoding-gzip, or one that a lossy codec made of it
      if (!reference.name.startsWith('encoding-') || reference.name === 'encoding-gzip')
        await assertSurvives(packet.data, reference);
    });
});

/** Our packet of what was decoded, in each dialect, decodes to the same again. */
async function assertSurvives(
  data: Awaited<ReturnType<typeof decodePacket>>['data'],
  { name, expected }: ReferenceFrame,
) {
  for (const dialect of ['both', 'cf-1.13', 'cf-1.9'] as Dialect[]) {
    const sayable = !(dialect === 'cf-1.9' && /^(sampled-ratio|auxiliary-interpolated)/.test(name));
    if (!sayable) {
      await assert.rejects(encodePacket(data, { dialect }), { code: 'BAD_ENCODING' });
      continue;
    }
    const again = (await decodePacket(await encodePacket(data, { dialect }))).data;
    const regular = Object.values(expected.coords).some(
      (coord) =>
        coord.type === 'InterpCoordinate' && (coord.sampling_interval ?? coord.sampling_numerator) !== undefined,
    );
    // CF-1.9 has no words for the regularity of interpolated coordinates
    assert.equal(again.equals(data), !(dialect === 'cf-1.9' && regular), `${name}: ${dialect}`);
    assert.equal(again.name, data.name);
    assert.deepEqual(again.attrs, data.attrs);
  }
}

describe('frames of our own making', () => {
  for (const reference of fixtureFrames())
    test(`${reference.version} ${reference.name}`, async () => {
      const { data } = await decodePacket(reference.frame);
      assertMatches(data, reference);
      assert.deepEqual(Object.keys(data.attrs), Object.keys(reference.expected.attrs));
      for (const [name, attr] of Object.entries(reference.expected.attrs))
        assertAttribute(data.attrs[name]!, attr as { dtype: string; shape: number[]; values: string[] });
      await assertSurvives(data, reference);
    });
});

function assertAttribute(
  actual: AttrValue,
  { dtype, shape, values }: { dtype: string; shape: number[]; values: string[] },
) {
  const kind = dtypeOfNumpy(dtype);
  const list = typeof actual === 'object' ? Array.from(actual as ArrayLike<unknown>) : [actual];
  assert.equal(list.length, values.length);
  assert.equal(typeof actual === 'object', shape.length === 1);
  const type = kind === 'string' ? 'string' : kind === 'int64' || kind === 'uint64' ? 'bigint' : 'number';
  for (const [k, value] of list.entries()) {
    assert.equal(typeof value, type);
    assert.equal(String(value), type === 'number' ? String(Number(values[k])) : values[k]);
  }
}
