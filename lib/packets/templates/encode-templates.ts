/** The templates by which packets are encoded. */
import type { DataArray } from '../../dataarray/data-array.js';
import { UNNAMED } from '../content-to-data-array.js';
import type { ContentOptions } from '../data-array-to-content.js';
import type { NetcdfContent } from '../netcdf-content.js';
import { EncodeTemplate } from './encode-template.js';
import { findLayout } from './frame-layout.js';

/** Kinds of packets that are remembered, the latest used. */
const TEMPLATES_AT_MOST = 32;
/** Bytes that they may hold together. */
const TEMPLATE_BYTES_AT_MOST = 16 * 1024 ** 2;

/**
 * Templates for packets of uncompressed arrays, at most 32 and 16 MiB. The first packet of a kind is only noted, the second
 * gives the template (HDF5 reads it three times for that), the third is made by it.
 */
export class EncodeTemplates {
  /** The latest first. */
  #templates: EncodeTemplate[] = [];

  /** Kinds that are remembered. */
  get size(): number {
    return this.#templates.length;
  }

  /** Bytes that they hold. */
  get byteLength(): number {
    return this.#templates.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** The packet of an array, if there is a template for its kind; null if HDF5 is to make it. */
  encode(da: DataArray, options: ContentOptions): Uint8Array | null {
    if (!isOrdinary(da, options)) return null;
    const template = this.#find(da, options);
    return template?.state === 'ready' ? template.packet(da, options.sequence) : null;
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

/** What a template is good for: values as they are, and a number that there is. */
function isOrdinary(da: DataArray, { storage, sequence, endOfStream }: ContentOptions): boolean {
  return storage === undefined && !endOfStream && da.size > 0 && (sequence === undefined || isNumber(sequence));
}

function isNumber(sequence: bigint): boolean {
  return typeof sequence === 'bigint' && sequence >= 0n && sequence < 2n ** 63n;
}

/** Those of `encodePacket` and of all publishers of this thread. */
export const encodeTemplates = new EncodeTemplates();
