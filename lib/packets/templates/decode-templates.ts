/** The templates by which packets are decoded, and when a new one is worth its making. */

import { chunkedArray } from '../chunk-codecs/chunk-pipeline.js';
import { planDataArray } from '../content-to-data-array.js';
import type { NetcdfContent } from '../netcdf-content.js';
import type { Packet } from '../packet-numbers.js';
import { type CompressedPacket, CompressedTemplate } from './compressed-template.js';
import { DecodeTemplate } from './decode-template.js';
import { cutAlong } from './find-skeleton.js';
import { findLayout } from './frame-layout.js';

/** Templates that are kept, the latest used. */
export const TEMPLATES_AT_MOST = 32;
/** Bytes that they may hold together. */
export const TEMPLATE_BYTES_AT_MOST = 16 * 1024 ** 2;
/** Lengths of frames of which it is known how often they came. */
const LENGTHS_AT_MOST = 256;

/** What is known of frames of one length that no template fits. */
interface Sighting {
  seen: number;
  /** The count at which a template is made, which costs two more readings. Doubled by each that was of no use. */
  next: number;
  isLearning: boolean;
}

/**
 * Templates for frames of any origin, at most {@link TEMPLATES_AT_MOST} and {@link TEMPLATE_BYTES_AT_MOST}. The first
 * frame of a length is only noted; with the second a template is made. (Of compressed frames the length of what is no chunk
 * counts.) If that one fits none of the frames of its length that follow, the next is tried after 4 of them, then 8, 16 ... so that streams of which no two
 * packets are alike cost little more than without templates.
 */
export class DecodeTemplates {
  readonly #byLength = new Map<number, DecodeTemplate[]>();
  /** The latest used first. */
  #compressed: CompressedTemplate[] = [];
  /** By the length of frames; of compressed ones, by that of all but their chunks, negative. */
  readonly #sightings = new Map<number, Sighting>();
  #clock = 0;
  #count = 0;
  #bytes = 0;

  /** Templates that are kept. */
  get size(): number {
    return this.#count;
  }

  /** Bytes that they hold. */
  get byteLength(): number {
    return this.#bytes;
  }

  /**
   * The packet in `frame`, if a template fits it and `maxBytes` is known to suffice; null if that is HDF5's to say. Throws
   * `MALFORMED_PACKET` where the general way would. The values are a view of `frame` where they are aligned.
   */
  decode(frame: Uint8Array, maxBytes: number): Packet | null {
    const templates = this.#byLength.get(frame.byteLength);
    if (templates === undefined) return null;
    const bytes = Buffer.isBuffer(frame) ? frame : Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
    for (const template of templates) {
      if (maxBytes < template.maxBytes || !template.matches(bytes)) continue;
      template.used = ++this.#clock;
      const sighting = this.#sightings.get(frame.byteLength);
      if (sighting) sighting.next = sighting.seen + 1;
      return template.packet(bytes);
    }
    return null;
  }

  /**
   * The packet in a compressed `frame` but for its values, if a template fits it and `maxBytes` is known to suffice; null
   * if that is HDF5's to say. Throws `MALFORMED_PACKET` where the general way would.
   */
  decodeCompressed(frame: Uint8Array, maxBytes: number): CompressedPacket | null {
    if (this.#compressed.length === 0) return null;
    const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
    for (const [k, template] of this.#compressed.entries()) {
      const packet = maxBytes < template.maxBytes ? null : template.take(bytes);
      if (packet === null) continue;
      template.used = ++this.#clock;
      if (k > 0) {
        this.#compressed.splice(k, 1);
        this.#compressed.unshift(template);
      }
      const sighting = this.#sightings.get(-template.skeleton.length);
      if (sighting) sighting.next = sighting.seen + 1;
      return packet;
    }
    return null;
  }

  /** Whether to make a template of a frame that none fits. Notes that it came. */
  isWorthLearning(frame: Uint8Array, content: NetcdfContent): boolean {
    const { main } = planDataArray(content);
    if (main.values.length === 0 || !DecodeTemplate.fits(content)) return false;
    const kind = kindOf(frame, content);
    if (kind === null) return false;
    const sighting = this.#sightings.get(kind) ?? { seen: 0, next: 2, isLearning: false };
    this.#sightings.delete(kind);
    this.#sightings.set(kind, sighting);
    if (this.#sightings.size > LENGTHS_AT_MOST) this.#sightings.delete(this.#sightings.keys().next().value!);
    sighting.seen++;
    return !sighting.isLearning && sighting.seen >= sighting.next;
  }

  /** Makes a template of `frame`, which HDF5 has read as `content`, if that can be proved. Rejects with what `read` rejects. */
  async learn(
    frame: Uint8Array,
    content: NetcdfContent,
    maxBytes: number,
    read: (frame: Uint8Array) => Promise<NetcdfContent>,
  ): Promise<void> {
    const sighting = this.#sightings.get(kindOf(frame, content)!)!;
    sighting.isLearning = true;
    try {
      // What the frame holds must not change while HDF5 is at it.
      const own = Buffer.from(frame);
      if (planDataArray(content).main.storage) {
        this.#addCompressed(await CompressedTemplate.of(own, content, maxBytes, read));
        return;
      }
      const layout = await findLayout(own, content, planDataArray(content).main.name, read);
      if (layout) this.#add(new DecodeTemplate(own, layout, content, maxBytes), frame.byteLength);
    } finally {
      sighting.isLearning = false;
      sighting.next = 2 * sighting.seen;
    }
  }

  /** Forgets all. */
  clear(): void {
    this.#byLength.clear();
    this.#compressed = [];
    this.#sightings.clear();
    this.#count = 0;
    this.#bytes = 0;
  }

  #add(template: DecodeTemplate, length: number): void {
    if (template.byteLength > TEMPLATE_BYTES_AT_MOST / 4) return;
    template.used = ++this.#clock;
    this.#byLength.set(length, [template, ...(this.#byLength.get(length) ?? [])]);
    this.#added(template.byteLength);
  }

  #addCompressed(template: CompressedTemplate | null): void {
    if (template === null || template.byteLength > TEMPLATE_BYTES_AT_MOST / 4) return;
    template.used = ++this.#clock;
    this.#compressed.unshift(template);
    this.#added(template.byteLength);
  }

  #added(bytes: number): void {
    this.#count++;
    this.#bytes += bytes;
    while (this.#count > TEMPLATES_AT_MOST || this.#bytes > TEMPLATE_BYTES_AT_MOST) this.#forgetOldest();
  }

  #forgetOldest(): void {
    let oldest: { length: number; template: DecodeTemplate } | null = null;
    for (const [length, templates] of this.#byLength)
      for (const template of templates)
        if (oldest === null || template.used < oldest.template.used) oldest = { length, template };
    const last = this.#compressed.at(-1);
    if (last && (oldest === null || last.used < oldest.template.used)) {
      this.#compressed.pop();
      this.#count--;
      this.#bytes -= last.byteLength;
      return;
    }
    const { length, template } = oldest!;
    const rest = this.#byLength.get(length)!.filter((each) => each !== template);
    if (rest.length > 0) this.#byLength.set(length, rest);
    else this.#byLength.delete(length);
    this.#count--;
    this.#bytes -= template.byteLength;
  }
}

/** What frames of one kind have in common beforehand; null for those that no template can be made of. */
function kindOf(frame: Uint8Array, content: NetcdfContent): number | null {
  const { main } = planDataArray(content);
  if (!main.storage) return frame.byteLength;
  if (chunkedArray(main) === null) return null;
  const cut = cutAlong(Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength), main);
  return cut === null ? null : -cut.metadata.length;
}

/** Those of `decodePacket` and of all subscribers of this thread. */
export const decodeTemplates = new DecodeTemplates();
