import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { InterpCoordinate } from '../../../lib/coordinates/interp-coordinate.js';
import type { DataArray } from '../../../lib/dataarray/data-array.js';
import { partsDType, typedArrayFromBytes } from '../../../lib/dtype.js';
import type { DasflowError } from '../../../lib/errors.js';
import { codecPool } from '../../../lib/packets/chunk-codecs/codec-pool.js';
import { gzip, zfp } from '../../../lib/packets/codecs.js';
import type { Encoding } from '../../../lib/packets/encoding.js';
import { readNetcdf } from '../../../lib/packets/hdf5/read-netcdf.js';
import {
  contentToPacket,
  decodePacket,
  type EncodeOptions,
  encodePacket,
  type Packet,
} from '../../../lib/packets/packet.js';
import { chooseTemplates } from '../../../lib/packets/templates/choose-templates.js';
import { decodeTemplates } from '../../../lib/packets/templates/decode-templates.js';
import { encodeTemplates } from '../../../lib/packets/templates/encode-templates.js';
import { packetCases } from '../packet-cases.js';
import { randomArray } from '../random-arrays.js';
import { fixtureFrames, hasShared, sharedFrames } from '../reference-frames.js';
import { assertSamePacket } from '../same-packet.js';
import {
  codedHere,
  compressedFrames,
  compressedTemplatesOf,
  decodeHere,
  manyChunks,
  zfpHere,
} from './compressed-subjects.js';
import { mutateCompressed } from './mutate-compressed.js';
import { randomNumbers } from './mutate-frame.js';

/** What HDF5 alone says of a frame: the packet, or the code of its refusal. */
async function generally(frame: Uint8Array): Promise<Packet | string> {
  try {
    return contentToPacket(await readNetcdf(frame));
  } catch (error) {
    return (error as DasflowError).code;
  }
}

/** The packet that HDF5 alone makes, read by HDF5 alone. */
async function throughHdf5(da: DataArray, options: EncodeOptions): Promise<Packet> {
  const was = chooseTemplates('off');
  try {
    return await decodePacket(await encodePacket(da, options));
  } finally {
    chooseTemplates(was);
  }
}

/** The same kind of array with other values, and other times where it has them. Floats stay finite. */
function another(da: DataArray): DataArray {
  const bytes = new Uint8Array(da.nbytes).map((_, k) => (k * 37 + 11) % 59);
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

/** Makes packets of `da` until the next one is made by a template, then one of `next`. */
async function third(da: DataArray, options: EncodeOptions, next = da): Promise<Uint8Array> {
  encodeTemplates.clear();
  for (let k = 0; k < 2; k++) await encodePacket(da, options);
  return encodePacket(next, { ...options, sequence: options.sequence === undefined ? undefined : 77n });
}

describe('a compressed packet made by a template', () => {
  const options = { stream: 's', sequence: 5n };
  for (const dtype of ['float32', 'float64', 'int16', 'uint8', 'int64'] as const)
    for (const [name, encoding] of Object.entries({ ...codedHere, ...(dtype.startsWith('float') ? zfpHere : {}) }))
      test(`holds what HDF5's own holds: ${dtype} ${name}`, async () => {
        const da = packetCases[`dtype-${dtype}`]!;
        const all = { ...options, encoding };
        const packet = await third(da, all, another(da));
        assert.ok(encodeTemplates.learned > 0, 'there is a template');
        const expected = await throughHdf5(another(da), { ...all, sequence: 77n });
        assertSamePacket((await generally(packet)) as Packet, expected);
        assertSamePacket(await decodePacket(packet), expected);
      });

  for (const [name, da] of Object.entries(packetCases).filter(([, { size, ndim }]) => size > 0 && ndim > 0))
    test(`holds what HDF5's own holds: ${name}`, async () => {
      const all = { ...options, encoding: { ...gzip(), shuffle: true } };
      const packet = await third(da, all, another(da));
      assert.ok(encodeTemplates.learned > 0, 'there is a template');
      assertSamePacket((await generally(packet)) as Packet, await throughHdf5(another(da), { ...all, sequence: 77n }));
    });

  test('of any array', async () => {
    let known = 0;
    await fc.assert(
      fc.asyncProperty(
        randomArray,
        fc.constantFrom<Encoding>(...Object.values(codedHere)),
        async (da, { chunks: _, ...rest }) => {
          if (da.size === 0 || da.ndim === 0) return;
          const all = { encoding: { chunks: true, ...rest } as Encoding, dialect: 'both' as const, ...options };
          const packet = await third(da, all, another(da)).catch((error: DasflowError) => {
            assert.equal(error.code, 'BAD_ENCODING');
            return null;
          });
          if (packet === null) return;
          known += encodeTemplates.learned;
          assertSamePacket(
            (await generally(packet)) as Packet,
            await throughHdf5(another(da), { ...all, sequence: 77n }),
          );
        },
      ),
      { numRuns: 12 },
    );
    assert.ok(known > 2, String(known));
  });

  test('with an index of several levels', async () => {
    for (const size of [64, 65, 5000]) {
      const da = manyChunks(size);
      const packet = await third(da, { encoding: { chunks: [1], ...gzip() } }, another(da));
      assert.ok(encodeTemplates.learned > 0, String(size));
      assertSamePacket((await generally(packet)) as Packet, await throughHdf5(another(da), {}));
    }
  });

  test('has the bytes that HDF5 would make where the codec has', async () => {
    const da = packetCases['dtype-float32']!;
    const encoding = { chunks: [4, 2], ...zfp({ accuracy: 1e-3 }) };
    const packet = await third(da, { ...options, encoding });
    const was = chooseTemplates('off');
    const own = await encodePacket(da, { ...options, sequence: 77n, encoding });
    chooseTemplates(was);
    assert.deepEqual(new Uint8Array(packet), new Uint8Array(own));
  });

  test('leaves alone what it was given, and owns its memory', async () => {
    const da = packetCases['dtype-int16']!.transpose('distance', 'time');
    const before = da.copy();
    const packets = [await third(da, { encoding: gzip() }), await encodePacket(da, { encoding: gzip() })];
    assert.ok(da.equals(before));
    assert.notEqual(packets[0]!.buffer, packets[1]!.buffer);
    assert.equal(packets[0]!.buffer.byteLength, packets[0]!.byteLength);
  });

  test('successive packets, made at once, are each its own', async () => {
    const da = packetCases['dtype-int16']!;
    const all = { stream: 's', encoding: gzip(), codecWorkers: 2 };
    await third(da, { ...all, sequence: 0n });
    const arrays = Array.from({ length: 12 }, (_, k) => (k % 2 ? another(da) : da));
    const packets = await Promise.all(arrays.map((each, k) => encodePacket(each, { ...all, sequence: BigInt(k) })));
    for (const [k, packet] of packets.entries()) {
      const { data, sequence } = (await generally(packet)) as Packet;
      assert.equal(sequence, BigInt(k));
      assert.ok(data.equals((await throughHdf5(arrays[k]!, {})).data));
    }
    const decoded = await Promise.all(packets.map((packet) => decodePacket(packet, { codecWorkers: 2 })));
    for (const [k, { data, sequence }] of decoded.entries()) {
      assert.equal(sequence, BigInt(k));
      assert.ok(data.equals((await throughHdf5(arrays[k]!, {})).data));
    }
  });

  test('values that the codecs cannot do are left to HDF5', async () => {
    const da = packetCases['dtype-float32']!;
    const all = { encoding: { chunks: [4, 2], ...zfp({ accuracy: 1e-3 }) }, nonFinite: 'allow' as const };
    const odd = da.with({ data: new Float32Array(da.size).fill(Number.NaN), shape: da.shape });
    const packet = await third(da, all, odd);
    assertSamePacket((await generally(packet)) as Packet, await throughHdf5(odd, all));
    await assert.rejects(encodePacket(odd, { encoding: all.encoding }), { code: 'NON_FINITE' });
  });

  test('no number of workers is refused', async () => {
    const da = packetCases['dtype-float32']!;
    for (const codecWorkers of [0, 1.5, -1, Number.NaN, '2' as never]) {
      await assert.rejects(encodePacket(da, { codecWorkers }), { code: 'BAD_ARGUMENT', message: /codecWorkers/ });
      await assert.rejects(decodePacket(new Uint8Array(4), { codecWorkers }), { code: 'BAD_ARGUMENT' });
    }
  });
});

describe('a compressed frame taken apart by a template', () => {
  const xdas = [...fixtureFrames(), ...(hasShared ? sharedFrames() : [])].filter(
    ({ name }) => name.startsWith('encoding-') && !/sz3|sperr/.test(name),
  );

  test('frames of both ages of xdas hold what HDF5 reads, where codecs here can do them', async () => {
    const none: string[] = [];
    for (const { frame, name, version } of xdas) {
      const subject = await compressedTemplatesOf(Buffer.from(frame));
      if (subject === null) none.push(name);
      else
        assertSamePacket(
          decodeHere(subject.templates, frame)!,
          (await generally(frame)) as Packet,
          `${version} ${name}`,
        );
    }
    const others = /lzf|lz4|zstd|blosc|bitshuffle|bzip2|zfp-int32|zfp-reversible/;
    assert.deepEqual(
      none.filter((name) => !others.test(name)),
      [],
    );
  });

  test('damage: what is taken is what HDF5 makes of it', async () => {
    const random = randomNumbers(3);
    const counts = { taken: 0, refused: 0, left: 0 };
    for (const [name, frame] of await compressedFrames()) {
      const { templates, found } = (await compressedTemplatesOf(frame))!;
      for (let k = 0; k < 6; k++) {
        const mutant = mutateCompressed(frame, found.skeleton, found.layout, random);
        let outcome: Packet | string | null;
        try {
          outcome = decodeHere(templates, mutant);
        } catch (error) {
          outcome = (error as DasflowError).code;
        }
        counts[outcome === null ? 'left' : typeof outcome === 'string' ? 'refused' : 'taken']++;
        if (outcome === null) continue;
        const expected = await generally(mutant);
        if (typeof outcome === 'string' || typeof expected === 'string')
          assert.equal(outcome, expected, `${name}, ${k}`);
        else assertSamePacket(outcome, expected, `${name}, ${k}`);
      }
    }
    assert.ok(counts.taken > 25 && counts.left > 50, JSON.stringify(counts));
  });

  test('decodePacket: the third of a kind is taken apart; damaged chunks are refused as ever', async () => {
    decodeTemplates.clear();
    const da = packetCases['dtype-float32']!;
    const encoding = { ...gzip(), fletcher32: true };
    const frames = await Promise.all(
      [0n, 1n, 2n].map((sequence) => encodePacket(da, { encoding, stream: 's', sequence })),
    );
    for (const frame of frames.slice(0, 2)) {
      assert.equal(decodeTemplates.decodeCompressed(frame, 2 ** 28), null);
      await decodePacket(frame);
    }
    const last = frames[2]!;
    assert.notEqual(decodeTemplates.decodeCompressed(last, 2 ** 28), null);
    assertSamePacket(await decodePacket(last), (await generally(last)) as Packet);
    const damaged = last.slice();
    damaged[damaged.length - 10]! ^= 1;
    assert.notEqual(decodeTemplates.decodeCompressed(damaged, 2 ** 28), null);
    await assert.rejects(decodePacket(damaged), { code: 'MALFORMED_PACKET', message: /HDF5 filters 1, 3/ });
    await assert.rejects(decodePacket(last, { maxBytes: 1 }), { code: 'TOO_LARGE' });
    await assert.rejects(decodePacket(last, { signal: AbortSignal.abort(new Error('enough')) }), { message: 'enough' });
    const was = chooseTemplates('off');
    assertSamePacket(await decodePacket(last), (await generally(last)) as Packet);
    chooseTemplates(was);
  });
});

test.after(() => codecPool.close());
