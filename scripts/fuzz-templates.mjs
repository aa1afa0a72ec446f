// Fuzzes the templates that packets are decoded by, after a build:
//   node scripts/fuzz-templates.mjs [--frames 1000000] [--hdf5 20000] [--seed 1]
//   node scripts/fuzz-templates.mjs --compressed ...   (frames with chunks: index, sizes, addresses, chunks, pointers, checksums)
// Mutates frames of ours, and of both ages of xdas where they are there, in and around the places that templates know of. Every
// mutant goes through the matching; --hdf5 of them, evenly spread, through HDF5 too, which has to say the same: the same array, bit for
// bit, or the same refusal, and a refusal wherever a template has one. Prints what happened and what memory was taken; exits 1 on any difference.
import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { DasflowError } from '../dist/lib/errors.js';
import { planDataArray } from '../dist/lib/packets/content-to-data-array.js';
import { DEFAULT_MAX_BYTES, readNetcdf } from '../dist/lib/packets/hdf5/read-netcdf.js';
import { contentToPacket, encodePacket } from '../dist/lib/packets/packet.js';
import { DecodeTemplates } from '../dist/lib/packets/templates/decode-templates.js';
import { findLayout } from '../dist/lib/packets/templates/frame-layout.js';
import { packetCases } from '../dist/test/packets/packet-cases.js';
import { fixtureFrames, hasShared, sharedFrames } from '../dist/test/packets/reference-frames.js';
import { assertSamePacket } from '../dist/test/packets/same-packet.js';
import {
  compressedFrames,
  compressedTemplatesOf,
  decodeHere,
} from '../dist/test/packets/templates/compressed-subjects.js';
import { mutateCompressed } from '../dist/test/packets/templates/mutate-compressed.js';
import { mutateFrame, randomNumbers } from '../dist/test/packets/templates/mutate-frame.js';

const { values: options } = parseArgs({
  options: {
    frames: { type: 'string', default: '1000000' },
    hdf5: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    compressed: { type: 'boolean', default: false },
  },
});
const [frames, throughHdf5, seed] = [options.frames, options.hdf5, options.seed].map(Number);

/** The templates' answer: a packet, the code of a refusal, or null where it is left to HDF5. */
function byTemplate(templates, frame) {
  try {
    return options.compressed ? decodeHere(templates, frame) : templates.decode(frame, DEFAULT_MAX_BYTES);
  } catch (error) {
    if (!(error instanceof DasflowError)) throw error;
    return error.code;
  }
}

async function byHdf5(frame) {
  try {
    return contentToPacket(await readNetcdf(frame));
  } catch (error) {
    return error.code;
  }
}

/** Frames that a template is made of, with that template. */
async function subjects() {
  const sources = [];
  for (const [name, da] of Object.entries(packetCases))
    for (const dialect of ['both', 'cf-1.13'])
      sources.push([`ours, ${dialect}, ${name}`, await encodePacket(da, { dialect, stream: 'fuzz', sequence: 3n })]);
  for (const { version, name, frame } of [...fixtureFrames(), ...(hasShared ? sharedFrames() : [])])
    if (!name.startsWith('encoding-') && frame.length < 100_000) sources.push([`xdas ${version}, ${name}`, frame]);
  const found = [];
  for (const [name, bytes] of sources) {
    const frame = Buffer.from(bytes);
    const content = await readNetcdf(frame);
    const layout = await findLayout(frame, content, planDataArray(content).main.name, readNetcdf);
    if (layout === null) continue;
    const templates = new DecodeTemplates();
    for (let sight = 0; sight < 2; sight++) templates.isWorthLearning(frame, content);
    await templates.learn(frame, content, DEFAULT_MAX_BYTES, readNetcdf);
    if (templates.size === 1) found.push({ name, frame, layout, templates });
  }
  return found;
}

/** The same for compressed frames. */
async function compressedSubjects() {
  const sources = [...(await compressedFrames())];
  for (const { version, name, frame } of [...fixtureFrames(), ...(hasShared ? sharedFrames() : [])])
    if (name.startsWith('encoding-') && !/sz3|sperr/.test(name))
      sources.push([`xdas ${version}, ${name}`, Buffer.from(frame)]);
  const found = [];
  for (const [name, frame] of sources) {
    const subject = await compressedTemplatesOf(frame);
    if (subject === null) console.log(`no template: ${name}`);
    else found.push({ name, frame, layout: subject.found.layout, ...subject });
  }
  return found;
}

const megabytes = () => {
  globalThis.gc?.();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  return [rss, heapUsed, arrayBuffers].map((bytes) => Math.round(bytes / 2 ** 20)).join(' / ');
};

const all = await (options.compressed ? compressedSubjects() : subjects());
console.log(`${all.length} templates; seed ${seed}; memory (MiB: resident / heap / buffers) ${megabytes()}`);
const random = randomNumbers(seed);
const counts = { taken: 0, refused: 0, left: 0, hdf5: 0, hdf5Taken: 0, hdf5Refused: 0, hdf5Left: 0, differences: 0 };
const every = throughHdf5 > 0 ? Math.max(1, Math.floor(frames / throughHdf5)) : Infinity;
const started = performance.now();
for (let k = 0; k < frames; k++) {
  const { name, frame, layout, templates, found } = all[random(all.length)];
  const mutant = found ? mutateCompressed(frame, found.skeleton, layout, random) : mutateFrame(frame, layout, random);
  const outcome = byTemplate(templates, mutant);
  const kind = outcome === null ? 'left' : typeof outcome === 'string' ? 'refused' : 'taken';
  counts[kind]++;
  if (k % every === 0 && counts.hdf5 < throughHdf5) {
    counts.hdf5++;
    counts[`hdf5${kind[0].toUpperCase()}${kind.slice(1)}`]++;
    const expected = await byHdf5(mutant);
    try {
      if (outcome === null) continue;
      if (typeof outcome === 'string' || typeof expected === 'string') assert.equal(outcome, expected);
      else assertSamePacket(outcome, expected);
    } catch (error) {
      counts.differences++;
      console.error(`frame ${k}, ${name}: ${error.message}`);
    }
  }
  if ((k + 1) % Math.max(1, Math.floor(frames / 10)) === 0) {
    // A turn of the event loop lets go of what was decoded.
    await new Promise((resolve) => setImmediate(resolve));
    console.log(
      `${k + 1}: ${JSON.stringify(counts)}; memory ${megabytes()}; ${Math.round((performance.now() - started) / 1000)} s`,
    );
  }
}
process.exit(counts.differences > 0 ? 1 : 0);
