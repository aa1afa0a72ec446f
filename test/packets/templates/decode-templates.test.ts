import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { DasflowError } from '../../../lib/errors.js';
import { planDataArray } from '../../../lib/packets/content-to-data-array.js';
import { DEFAULT_MAX_BYTES, readNetcdf } from '../../../lib/packets/hdf5/read-netcdf.js';
import type { NetcdfContent } from '../../../lib/packets/netcdf-content.js';
import {
  contentToPacket,
  decodeKnownPacket,
  decodePacket,
  encodePacket,
  type Packet,
} from '../../../lib/packets/packet.js';
import { chooseTemplates } from '../../../lib/packets/templates/choose-templates.js';
import { DecodeTemplate } from '../../../lib/packets/templates/decode-template.js';
import {
  DecodeTemplates,
  decodeTemplates,
  TEMPLATE_BYTES_AT_MOST,
  TEMPLATES_AT_MOST,
} from '../../../lib/packets/templates/decode-templates.js';
import { type FrameLayout, findLayout } from '../../../lib/packets/templates/frame-layout.js';
import { packetCases } from '../packet-cases.js';
import { randomArray } from '../random-arrays.js';
import { fixtureFrames, hasShared, sharedFrames } from '../reference-frames.js';
import { assertSamePacket } from '../same-packet.js';
import { mutateFrame, randomNumbers } from './mutate-frame.js';

/** What HDF5 alone says: the packet, or the code of its refusal. */
async function generally(frame: Uint8Array): Promise<Packet | string> {
  try {
    return contentToPacket(await readNetcdf(frame));
  } catch (error) {
    return (error as DasflowError).code;
  }
}

async function layoutOf(frame: Uint8Array): Promise<{ layout: FrameLayout | null; content: NetcdfContent }> {
  const content = await readNetcdf(frame);
  return { layout: await findLayout(frame, content, planDataArray(content).main.name, readNetcdf), content };
}

/** What a template says: the packet, the code of its refusal, or null where it is not its business. */
function byTemplate(templates: DecodeTemplates, frame: Uint8Array): Packet | string | null {
  try {
    return templates.decode(frame, DEFAULT_MAX_BYTES);
  } catch (error) {
    assert.ok(error instanceof DasflowError, String(error));
    return error.code;
  }
}

function assertSameOutcome(actual: Packet | string, expected: Packet | string, message: string): void {
  if (typeof actual === 'string' || typeof expected === 'string') assert.equal(actual, expected, message);
  else assertSamePacket(actual, expected, message);
}

/** Templates that know `frame`. */
async function templatesOf(frame: Uint8Array): Promise<{ templates: DecodeTemplates; layout: FrameLayout } | null> {
  const templates = new DecodeTemplates();
  const { layout, content } = await layoutOf(frame);
  if (layout === null || !DecodeTemplate.fits(content)) return null;
  for (let sight = 0; sight < 2; sight++) templates.isWorthLearning(frame, content);
  await templates.learn(frame, content, DEFAULT_MAX_BYTES, readNetcdf);
  assert.equal(templates.size, 1);
  return { templates, layout };
}

const plainFrames = [...fixtureFrames(), ...(hasShared ? sharedFrames() : [])].filter(
  ({ name }) => !name.startsWith('encoding-'),
);

describe('frames of both ages of xdas', () => {
  test('are decoded by a template as HDF5 decodes them, all but those in big-endian', async () => {
    for (const { frame, version, name } of plainFrames) {
      const found = await templatesOf(frame);
      if (found === null) {
        assert.match(name, /big-endian|zero-length/, `${version} ${name} has no template`);
        continue;
      }
      const packet = byTemplate(found.templates, frame);
      assert.notEqual(packet, null, name);
      assertSameOutcome(packet!, await generally(frame), `${version} ${name}`);
    }
  });

  test('with other values, times and units are too, or refused likewise', async () => {
    const random = randomNumbers(1);
    const counts = { taken: 0, refused: 0, left: 0 };
    for (const { frame, version, name } of plainFrames.filter(({ frame: { length } }) => length < 60_000)) {
      const found = await templatesOf(frame);
      if (found === null) continue;
      for (let k = 0; k < 4; k++) {
        const mutant = mutateFrame(Buffer.from(frame), found.layout, random);
        const outcome = byTemplate(found.templates, mutant);
        if (outcome === null) {
          counts.left++;
          continue;
        }
        counts[typeof outcome === 'string' ? 'refused' : 'taken']++;
        assertSameOutcome(outcome, await generally(mutant), `${version} ${name}, mutant ${k}`);
      }
    }
    // The test is one only if all three happen.
    for (const count of Object.values(counts)) assert.ok(count > 10, JSON.stringify(counts));
  });
});

describe('packets of ours', () => {
  test('any array is decoded by a template as HDF5 decodes it', async () => {
    let known = 0;
    await fc.assert(
      fc.asyncProperty(randomArray, fc.constantFrom('both' as const, 'cf-1.13' as const), async (da, dialect) => {
        const frame = await encodePacket(da, { dialect, stream: 's', sequence: 3n });
        const found = await templatesOf(frame);
        if (found === null) return;
        known++;
        assertSameOutcome(byTemplate(found.templates, frame)!, await generally(frame), 'by template');
      }),
      { numRuns: 25 },
    );
    assert.ok(known > 5, `${known} of 25`);
  });

  test('the number in its block with a checksum may change, and must be right', async () => {
    const da = packetCases.regular!;
    const frames = [];
    for (const sequence of [0n, 1n, 2n ** 40n]) frames.push(await encodePacket(da, { stream: 's', sequence }));
    const { templates, layout } = (await templatesOf(frames[0]!))!;
    assert.notEqual(layout.checked, null);
    for (const frame of frames) assertSameOutcome(byTemplate(templates, frame)!, await generally(frame), 'numbered');
    const wrong = Buffer.from(frames[1]!);
    wrong[layout.checked!.checksum]! ^= 1;
    assert.equal(byTemplate(templates, wrong), null);
    assert.equal(await generally(wrong), 'MALFORMED_PACKET');
  });

  test('damage in and around the parts: what a template takes is what HDF5 makes of it', async () => {
    const random = randomNumbers(2);
    let taken = 0;
    for (const name of ['regular', 'regular-gaps', 'sampled-gaps', 'auxiliary-and-scalar', 'dtype-int16']) {
      const da = packetCases[name]!;
      const frame = Buffer.from(await encodePacket(da, { stream: 's', sequence: 5n }));
      const { templates, layout } = (await templatesOf(frame))!;
      for (let k = 0; k < 40; k++) {
        const mutant = mutateFrame(frame, layout, random);
        const outcome = byTemplate(templates, mutant);
        if (outcome === null) continue;
        taken++;
        assertSameOutcome(outcome, await generally(mutant), `${name}, mutant ${k}`);
      }
    }
    assert.ok(taken > 50, String(taken));
  });
});

describe('decodePacket', () => {
  test('knows the third packet of a kind, whose values are then a view of its bytes', async () => {
    decodeTemplates.clear();
    const da = packetCases.regular!;
    const frames = [];
    for (let k = 0n; k < 3n; k++) frames.push(await encodePacket(da, { stream: 'view', sequence: k }));
    assert.equal(decodeKnownPacket(frames[0]!), null);
    await decodePacket(frames[0]!);
    assert.equal(decodeKnownPacket(frames[1]!), null);
    await decodePacket(frames[1]!);
    const packet = decodeKnownPacket(frames[2]!)!;
    assert.equal(packet.sequence, 2n);
    assert.equal(packet.data.values.buffer, frames[2]!.buffer);
    assertSamePacket(await decodePacket(frames[2]!), (await generally(frames[2]!)) as Packet);
    // Not aligned: a copy.
    const shifted = Buffer.alloc(frames[2]!.length + 1).subarray(1);
    shifted.set(frames[2]!);
    const copy = decodeKnownPacket(shifted)!;
    assert.notEqual(copy.data.values.buffer, shifted.buffer);
    assertSamePacket(copy, packet);
  });

  test('takes its options as seriously as before', async () => {
    const da = packetCases.regular!;
    const frame = await encodePacket(da);
    for (let k = 0; k < 3; k++) await decodePacket(frame);
    assert.notEqual(decodeKnownPacket(frame), null);
    await assert.rejects(decodePacket(frame, { maxBytes: 1 }), { code: 'TOO_LARGE' });
    await assert.rejects(decodePacket(frame, { maxBytes: -1 }), { code: 'BAD_ARGUMENT' });
    await assert.rejects(decodePacket(frame, { deadline: 2 ** 40 }), { code: 'BAD_ARGUMENT' });
    await assert.rejects(decodePacket(frame, { signal: AbortSignal.abort(new Error('enough')) }), {
      message: 'enough',
    });
  });

  test('does without templates where they are switched off', async () => {
    const frame = await encodePacket(packetCases.regular!);
    for (let k = 0; k < 3; k++) await decodePacket(frame);
    const was = chooseTemplates('off');
    try {
      assert.equal(decodeKnownPacket(frame), null);
      assert.notEqual((await decodePacket(frame)).data.values.buffer, frame.buffer);
    } finally {
      chooseTemplates(was);
    }
    assert.throws(() => chooseTemplates('on' as never), { code: 'BAD_ARGUMENT', message: /allowed: auto, off/ });
  });
});

test('templates are forgotten, the longest unused first, and their bytes are bounded', async () => {
  const templates = new DecodeTemplates();
  const first = await encodePacket(packetCases.regular!);
  const learn = async (frame: Uint8Array) => {
    const content = await readNetcdf(frame);
    templates.isWorthLearning(frame, content);
    templates.isWorthLearning(frame, content);
    await templates.learn(frame, content, DEFAULT_MAX_BYTES, readNetcdf);
  };
  await learn(first);
  let second: Uint8Array | null = null;
  for (let k = 1; k <= TEMPLATES_AT_MOST; k++) {
    const frame = await encodePacket(packetCases.regular!.withAttrs({ note: 'n'.repeat(8 * k) }));
    second ??= frame;
    await learn(frame);
    assert.notEqual(byTemplate(templates, first), null, 'what is used is kept');
  }
  assert.equal(templates.size, TEMPLATES_AT_MOST);
  assert.equal(byTemplate(templates, second!), null);
  assert.ok(templates.byteLength < TEMPLATE_BYTES_AT_MOST);
  templates.clear();
  assert.deepEqual([templates.size, templates.byteLength], [0, 0]);
});

test('streams of which no two packets are alike try for a template less and less', () => {
  const templates = new DecodeTemplates();
  const frame = new Uint8Array(10);
  const content: NetcdfContent = {
    attrs: { Conventions: { dtype: 'string', shape: [], values: ['CF-1.9'] } },
    dims: [{ name: 'x', size: 1 }],
    variables: [{ name: 'v', dtype: 'int8', shape: [1], dims: ['x'], attrs: {}, values: Int8Array.of(1) }],
  };
  const tried: number[] = [];
  const fails = () => Promise.reject(new Error('no'));
  return (async () => {
    for (let k = 1; k <= 40; k++)
      if (templates.isWorthLearning(frame, content)) {
        tried.push(k);
        await templates.learn(frame, content, 1, fails).catch(() => {});
      }
    assert.deepEqual(tried, [2, 4, 8, 16, 32]);
  })();
});
