/** The templates by which packets are encoded. */
import type { DataArray } from '../../dataarray/data-array.js';
import { chunkedArray } from '../chunk-codecs/chunk-pipeline.js';
import { encodeInPool } from '../chunk-codecs/code-in-pool.js';
import { codecPool } from '../chunk-codecs/codec-pool.js';
import { planDataArray, UNNAMED } from '../content-to-data-array.js';
import type { ContentOptions } from '../data-array-to-content.js';
import type { NetcdfContent } from '../netcdf-content.js';
import { EncodeTemplate } from './encode-template.js';
import { findSkeleton } from './find-skeleton.js';
import { bytesOf, findLayout, sameContent } from './frame-layout.js';

/** Kinds of packets that are remembered, the latest used. */
const TEMPLATES_AT_MOST = 32;
/** Bytes that they may hold together. */
const TEMPLATE_BYTES_AT_MOST = 16 * 1024 ** 2;

/** Milliseconds that the codecs may take for one packet, as `writeNetcdf` gives HDF5. */
const CODING_DEADLINE = 60_000;

/** How many codec workers one packet may use, and what gives it up. */
export interface CodingChoice {
  workers: number;
  signal?: AbortSignal;
}

/** A compressed packet on its way. */
export interface PacketInMaking {
  /** The packet, which can be had once; null where the codecs could not do it. `sequence` is its number, where it has one. */
  finish(sequence: bigint | undefined): Promise<Uint8Array | null>;
}

/**
 * Templates for packets, at most 32 and 16 MiB. The first packet of a kind is only noted, the second
 * gives the template (HDF5 reads it three times for that, a compressed one four times), the third is made by it.
 */
export class EncodeTemplates {
  /** The latest first. */
  #templates: EncodeTemplate[] = [];

  /** Kinds that are remembered. */
  get size(): number {
    return this.#templates.length;
  }

  /** Those of them by which packets are made. */
  get learned(): number {
    return this.#templates.filter(({ state }) => state === 'ready').length;
  }

  /** Bytes that they hold. */
  get byteLength(): number {
    return this.#templates.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** The packet of an array, if there is a template for its kind; null if HDF5 is to make it. */
  encode(da: DataArray, options: ContentOptions): Uint8Array | null {
    if (options.storage !== undefined || !isOrdinary(da, options)) return null;
    const template = this.#find(da, options);
    return template?.state === 'ready' ? template.packet(da, options.sequence) : null;
  }

  /**
   * Begins the packet of an array with chunks, if there is a template for its kind; null if HDF5 is to make it. Values are
   * copied before this returns. The number only says that there is one: {@link PacketInMaking.finish} gets the right one.
   */
  start(da: DataArray, options: ContentOptions, choice: CodingChoice): PacketInMaking | null {
    if (options.storage === undefined || !isOrdinary(da, options)) return null;
    const template = this.#find(da, options);
    return template?.state === 'ready' ? startBy(template, da, choice) : null;
  }

  /** Notes that HDF5 has made `frame` of an array; makes a template of the second of its kind. Rejects with what `read` rejects. */
  async note(
    da: DataArray,
    options: ContentOptions,
    frame: Uint8Array,
    read: (frame: Uint8Array) => Promise<NetcdfContent>,
  ): Promise<void> {
    if (!isOrdinary(da, options)) return;
    const template = this.#find(da, options);
    if (template === undefined) {
      this.#templates.unshift(new EncodeTemplate(da, options));
      this.#forget();
      return;
    }
    if (template.state !== 'new') return;
    template.state = 'learning';
    if (options.storage !== undefined) {
      await learnCompressed(template, da, options, Buffer.from(frame), read).finally(() => {
        if (template.state === 'learning') template.state = 'hopeless';
      });
      this.#forget();
      return;
    }
    // Whatever fails, it is not tried again.
    let layout: Awaited<ReturnType<typeof findLayout>> = null;
    try {
      layout = await findLayout(frame, await read(frame), da.name ?? UNNAMED, read);
    } finally {
      template.learn(da, options.sequence, frame, layout);
    }
    this.#forget();
  }

  /** Forgets all. */
  clear(): void {
    this.#templates = [];
  }

  #find(da: DataArray, options: ContentOptions): EncodeTemplate | undefined {
    const at = this.#templates.findIndex((template) => template.fits(da, options));
    const template = this.#templates[at];
    if (at > 0) {
      this.#templates.splice(at, 1);
      this.#templates.unshift(template!);
    }
    return template;
  }

  #forget(): void {
    while (this.#templates.length > TEMPLATES_AT_MOST || this.byteLength > TEMPLATE_BYTES_AT_MOST)
      this.#templates.pop();
  }
}

function startBy(template: EncodeTemplate, da: DataArray, { workers, signal }: CodingChoice): PacketInMaking {
  const metadata = template.metadata(da);
  const coding = encodeInPool(codecPool, bytesOf(da.values), template.array!, metadata.length, {
    workers,
    signal,
    deadline: CODING_DEADLINE,
  });
  // Whoever finishes it is told; nobody has to.
  coding.catch(() => {});
  return {
    async finish(sequence) {
      const coded = await coding;
      return coded && template.seal(metadata, coded, sequence);
    },
  };
}

/** Makes a template of a compressed packet: HDF5 must read from what is made by it what it reads from its own. */
async function learnCompressed(
  template: EncodeTemplate,
  da: DataArray,
  options: ContentOptions,
  frame: Buffer,
  read: (frame: Uint8Array) => Promise<NetcdfContent>,
): Promise<void> {
  if (chunkedArray({ dtype: da.dtype, shape: [...da.shape], storage: options.storage }) === null) return;
  const content = await read(frame);
  const { main } = planDataArray(content);
  const array = chunkedArray(main);
  const found = array && (await findSkeleton(frame, content, main, read));
  if (!array || !found) return;
  await template.learnCompressed(found, array, async () => {
    const packet = await startBy(template, da, { workers: 1 }).finish(options.sequence);
    return packet !== null && sameContent(await read(packet), content);
  });
}

/** What a template is good for: arrays with values, and a number that there is. */
function isOrdinary(da: DataArray, { sequence, endOfStream }: ContentOptions): boolean {
  return !endOfStream && da.size > 0 && (sequence === undefined || isNumber(sequence));
}

function isNumber(sequence: bigint): boolean {
  return typeof sequence === 'bigint' && sequence >= 0n && sequence < 2n ** 63n;
}

/** Those of `encodePacket` and of all publishers of this thread. */
export const encodeTemplates = new EncodeTemplates();
