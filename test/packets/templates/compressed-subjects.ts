/** Compressed frames of every kind that codecs here can do, for the tests of templates and for scripts/fuzz-templates.mjs. */
import type { DataArray } from '../../../lib/dataarray/data-array.js';
import { decodeArray } from '../../../lib/packets/chunk-codecs/code-array.js';
import { gzip, zfp } from '../../../lib/packets/codecs.js';
import { planDataArray } from '../../../lib/packets/content-to-data-array.js';
import type { Encoding } from '../../../lib/packets/encoding.js';
import { readNetcdf } from '../../../lib/packets/hdf5/read-netcdf.js';
import { encodePacket, type Packet } from '../../../lib/packets/packet.js';
import { DecodeTemplates } from '../../../lib/packets/templates/decode-templates.js';
import { type FoundSkeleton, findSkeleton } from '../../../lib/packets/templates/find-skeleton.js';
import { packetCases } from '../packet-cases.js';

/** Encodings that need no HDF5. The chunks fit the shapes of `packet-cases`. */
export const codedHere: Record<string, Encoding> = {
  gzip: { chunks: [4, 2], ...gzip() },
  'gzip-0': { chunks: [5, 3], ...gzip({ level: 0 }) },
  'gzip-shuffle': { chunks: [4, 2], ...gzip({ level: 9 }), shuffle: true },
  'gzip-shuffle-fletcher32': { chunks: [4, 2], ...gzip(), shuffle: true, fletcher32: true },
  shuffle: { chunks: [3, 2], shuffle: true },
  fletcher32: { chunks: [1, 3], fletcher32: true },
  chunks: { chunks: [4, 2] },
};

/** And those of them that floats alone have. */
export const zfpHere: Record<string, Encoding> = {
  'zfp-accuracy': { chunks: [4, 2], ...zfp({ accuracy: 1e-3 }) },
  'zfp-rate': { chunks: [6, 3], ...zfp({ rate: 12 }) },
  'zfp-precision-fletcher32': { chunks: [4, 2], ...zfp({ precision: 20 }), fletcher32: true },
};

/** An array of which each value is a chunk: an index of several levels. */
export function manyChunks(size: number): DataArray {
  const da = packetCases['dtype-int16']!;
  const data = Int16Array.from({ length: size }, (_, k) => (k * 7919) % 1009);
  return da.with({ data, shape: [size], dims: ['x'], coords: {} });
}

/** Frames of ours by name. */
export async function compressedFrames(): Promise<Map<string, Buffer>> {
  const frames = new Map<string, Buffer>();
  const numbers = { stream: 's', sequence: 3n };
  for (const dtype of ['float32', 'float64', 'int16', 'uint8', 'int64'] as const)
    for (const [name, encoding] of Object.entries({ ...codedHere, ...(dtype.startsWith('float') ? zfpHere : {}) })) {
      const da = packetCases[`dtype-${dtype}`]!;
      frames.set(`${dtype} ${name}`, Buffer.from(await encodePacket(da, { encoding, ...numbers })));
    }
  for (const name of ['regular-gaps', 'sampled-gaps', 'auxiliary-and-scalar', 'name-and-attributes', 'four-dimensions'])
    frames.set(name, Buffer.from(await encodePacket(packetCases[name]!, { encoding: { ...gzip() }, ...numbers })));
  for (const size of [70, 5000])
    frames.set(
      `${size} chunks`,
      Buffer.from(await encodePacket(manyChunks(size), { encoding: { chunks: [1], ...gzip() } })),
    );
  return frames;
}

/** Templates that know a frame, and its skeleton; null where none can be made. */
export async function compressedTemplatesOf(
  frame: Buffer,
): Promise<{ templates: DecodeTemplates; found: FoundSkeleton } | null> {
  const templates = new DecodeTemplates();
  const content = await readNetcdf(frame);
  for (let sight = 0; sight < 2; sight++) if (!templates.isWorthLearning(frame, content) && sight === 1) return null;
  const found = await findSkeleton(frame, content, planDataArray(content).main, readNetcdf).catch(() => null);
  if (found) await templates.learn(frame, content, 2 ** 28, readNetcdf);
  return found && templates.size === 1 ? { templates, found } : null;
}

/** What templates and codecs say of a frame: null where it is left to HDF5. Throws `MALFORMED_PACKET`. */
export function decodeHere(templates: DecodeTemplates, frame: Uint8Array): Packet | null {
  const packet = templates.decodeCompressed(frame, 2 ** 28);
  if (packet === null) return null;
  const { chunks, array } = packet;
  let values: ReturnType<typeof decodeArray>;
  try {
    values = decodeArray(
      {
        bytes: new Uint8Array(Buffer.concat(chunks.map(({ bytes }) => bytes))),
        sizes: chunks.map(({ bytes }) => bytes.length),
        masks: chunks.map(({ mask }) => mask),
      },
      array,
    );
  } catch {
    return null;
  }
  return values && packet.finish(values);
}
