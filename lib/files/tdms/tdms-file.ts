import type { FileHandle } from 'node:fs/promises';
import { allocate, type DType, itemSize, type TypedArray } from '../../dtype.js';
import { FileError } from '../../errors.js';
import { type Piece, readFully, readPieces, withHandle } from '../read-pieces.js';
import {
  LEAD_IN_BYTES,
  type LeadIn,
  parseLeadIn,
  parseMetadata,
  type RawIndex,
  TdmsError,
  type TdmsObject,
  type TdmsValue,
} from './tdms-metadata.js';

/** Samples of all channels that lie together in the file. */
interface Block {
  /** First byte. */
  offset: number;
  /** First sample. */
  start: number;
  /** Samples of each channel. */
  samples: number;
  /** Sample by sample, or channel by channel. */
  isInterleaved: boolean;
}

const MOST_METADATA = 2 ** 28;

/**
 * A TDMS file whose channels all have the same type and length (as those of interrogators): segments of any number, contiguous or
 * interleaved. Opened anew for every read.
 */
export class TdmsFile {
  readonly path: string;
  /** Properties of the file itself. */
  readonly properties: Readonly<Record<string, TdmsValue>>;
  readonly dtype: DType;
  readonly channels: number;
  /** Samples of each channel. */
  readonly samples: number;
  /** Why it holds less than it says, where it does: of a segment that is cut off, whole samples (or whole chunks) are there. */
  readonly incomplete: string | undefined;
  readonly #blocks: readonly Block[];

  private constructor(
    path: string,
    properties: TdmsFile['properties'],
    dtype: DType,
    channels: number,
    blocks: readonly Block[],
    incomplete: string | undefined,
  ) {
    this.incomplete = incomplete;
    this.path = path;
    this.properties = properties;
    this.dtype = dtype;
    this.channels = channels;
    this.samples = blocks.reduce((sum, { samples }) => sum + samples, 0);
    this.#blocks = blocks;
  }

  /** Reads lead-ins and metadata. Throws `BAD_FILE`: no TDMS, damaged, not finished, or channels that differ. */
  static async open(path: string, size: number): Promise<TdmsFile> {
    try {
      return await withHandle(path, async (handle) => await TdmsFile.#scan(handle, path, size));
    } catch (cause) {
      if (!(cause instanceof TdmsError)) throw cause;
      throw new FileError('BAD_FILE', path, cause.message, { cause });
    }
  }

  static async #scan(handle: FileHandle, path: string, size: number): Promise<TdmsFile> {
    const layout = new Layout();
    const blocks: Block[] = [];
    let at = 0;
    let start = 0;
    let cut: string | undefined;
    while (at < size) {
      const lead = Buffer.alloc(LEAD_IN_BYTES);
      await readFully(handle, path, lead, at, LEAD_IN_BYTES);
      const leadIn = parseLeadIn(lead);
      const body = at + LEAD_IN_BYTES;
      const { end, incomplete } = segmentEnd(leadIn, body, size);
      cut ??= incomplete;
      if (leadIn.hasMetadata) {
        if (leadIn.rawData > MOST_METADATA) throw new TdmsError(`a segment claims ${leadIn.rawData} bytes of metadata`);
        const metadata = Buffer.alloc(leadIn.rawData);
        await readFully(handle, path, metadata, body, leadIn.rawData);
        layout.take(parseMetadata(metadata), leadIn.hasNewList);
      }
      if (leadIn.hasRawData) {
        for (const block of layout.blocks(body + leadIn.rawData, end, leadIn.isInterleaved, incomplete !== undefined)) {
          blocks.push({ ...block, start });
          start += block.samples;
        }
      }
      at = end;
    }
    if (!layout.dtype) throw new TdmsError('holds no channels with values');
    return new TdmsFile(path, layout.properties, layout.dtype, layout.channels, blocks, cut);
  }

  /** Samples `[first, last)` of channels `[left, right)`, sample by sample. Reads the bytes of these only, but for small gaps between them. */
  async read(first: number, last: number, left: number, right: number): Promise<TypedArray> {
    const width = right - left;
    const out = allocate(this.dtype, Math.max(0, last - first) * width) as TypedArray;
    if (out.length === 0) return out;
    const bytes = Buffer.from(out.buffer, out.byteOffset, out.byteLength);
    const item = itemSize(this.dtype);
    const pieces: Piece[] = [];
    const places: { at: number; stride: number; count: number }[] = [];
    for (const block of this.#blocks) {
      const from = Math.max(first, block.start) - block.start;
      const to = Math.min(last, block.start + block.samples) - block.start;
      if (from >= to) continue;
      const row = block.start + from - first;
      if (!block.isInterleaved)
        for (let channel = left; channel < right; channel++) {
          pieces.push({ offset: block.offset + (channel * block.samples + from) * item, length: (to - from) * item });
          places.push({ at: (row * width + channel - left) * item, stride: width * item, count: to - from });
        }
      else if (width === this.channels) {
        pieces.push({ offset: block.offset + from * width * item, length: (to - from) * width * item });
        places.push({ at: row * width * item, stride: 0, count: 1 });
      } else
        for (let sample = from; sample < to; sample++) {
          pieces.push({ offset: block.offset + (sample * this.channels + left) * item, length: width * item });
          places.push({ at: (row + sample - from) * width * item, stride: 0, count: 1 });
        }
    }
    await readPieces(this.path, pieces, (piece, index) => {
      const { at, stride, count } = places[index]!;
      if (stride === 0) piece.copy(bytes, at);
      else scatter(piece, bytes, at, stride, count, item);
    });
    return out;
  }
}

/** Spreads `count` elements of `item` bytes to every `stride` bytes from `at` on. */
function scatter(from: Buffer, to: Buffer, at: number, stride: number, count: number, item: number): void {
  for (let k = 0; k < count; k++) {
    const [source, target] = [k * item, at + k * stride];
    for (let byte = 0; byte < item; byte++) to[target + byte] = from[source + byte]!;
  }
}

/** Where a segment ends, and why that is not where it says. */
function segmentEnd(
  { nextSegment, rawData }: LeadIn,
  body: number,
  size: number,
): { end: number; incomplete?: string } {
  if (nextSegment !== null && rawData > nextSegment) throw new TdmsError('a segment has its values outside of itself');
  if (body + rawData > size) throw new TdmsError('its metadata ends too early');
  if (nextSegment === null)
    return { end: size, incomplete: 'is not finished: its writer has not said where the last segment ends' };
  const end = body + nextSegment;
  if (end <= size) return { end };
  return { end: size, incomplete: `is cut off: it says that it has ${end} bytes and has ${size}` };
}

/** The channels as the metadata so far has them. */
class Layout {
  readonly properties: Record<string, TdmsValue> = {};
  #indexes = new Map<string, RawIndex>();
  /** Channels with values in the present segment, in order. */
  #order: string[] = [];
  /** What the first segment with values had; the others must have the same. */
  #channels: string[] | null = null;
  dtype: DType | null = null;

  get channels(): number {
    return this.#channels?.length ?? 0;
  }

  take(objects: readonly TdmsObject[], isNewList: boolean): void {
    if (isNewList) this.#order = [];
    const order = new Set(this.#order);
    for (const { path, index, properties } of objects) {
      if (path === '/') for (const [name, value] of Object.entries(properties)) this.properties[name] = value;
      if (index === null) {
        order.delete(path);
        continue;
      }
      if (index !== 'same') this.#indexes.set(path, index);
      else if (!this.#indexes.has(path))
        throw new TdmsError(`${path} has values as in the segment before, where it has none`);
      order.add(path);
    }
    this.#order = [...order];
  }

  /** The blocks between two bytes: whole chunks, then what is left. */
  *blocks(from: number, to: number, isInterleaved: boolean, isCut: boolean): Iterable<Omit<Block, 'start'>> {
    const indexes = this.#order.map((path) => this.#indexes.get(path)!);
    const [first] = indexes;
    if (!first || from === to) return;
    const odd = indexes.findIndex(({ dtype, count }) => dtype !== first.dtype || count !== first.count);
    if (odd >= 0)
      throw new TdmsError(
        `channel ${this.#order[odd]} has ${indexes[odd]!.count} ${indexes[odd]!.dtype}, ${this.#order[0]} ${first.count} ${first.dtype}: they are no one array`,
      );
    this.#channels ??= this.#order;
    this.dtype ??= first.dtype;
    if (this.dtype !== first.dtype || this.#channels.join('\n') !== this.#order.join('\n'))
      throw new TdmsError('its segments have different channels: they are no one array');
    const row = indexes.length * itemSize(first.dtype);
    const samples = Math.floor((to - from) / row);
    if (!isCut && samples * row !== to - from) throw new TdmsError('the values of a segment end within a sample');
    if (isInterleaved) {
      yield { offset: from, samples, isInterleaved };
      return;
    }
    if (first.count === 0) throw new TdmsError('a segment has values in chunks of none');
    // of a chunk that is cut off only the first channels are there
    const whole = isCut ? samples - (samples % first.count) : samples;
    for (let done = 0; done < whole; done += first.count)
      yield { offset: from + done * row, samples: Math.min(first.count, whole - done), isInterleaved };
  }
}
