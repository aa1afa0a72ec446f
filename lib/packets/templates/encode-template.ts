/**
 * Packets that are known but for their values: made without HDF5. Uncompressed ones have the very bytes that HDF5 would have
 * made; in compressed ones all chunks come last.
 */
import type { Coordinate } from '../../coordinates/coordinate.js';
import { InterpCoordinate } from '../../coordinates/interp-coordinate.js';
import { SampledCoordinate } from '../../coordinates/sampled-coordinate.js';
import type { Attrs, AttrValue } from '../../dataarray/attributes.js';
import type { DataArray } from '../../dataarray/data-array.js';
import type { Delta, TypedArray } from '../../dtype.js';
import type { ChunkedArray } from '../chunk-codecs/chunk-pipeline.js';
import type { CodedChunks } from '../chunk-codecs/code-array.js';
import { UNNAMED } from '../content-to-data-array.js';
import type { ContentOptions } from '../data-array-to-content.js';
import type { FoundSkeleton } from './find-skeleton.js';
import { bytesOf, type FrameLayout, type FramePart } from './frame-layout.js';
import type { FrameSkeleton } from './frame-skeleton.js';
import { lookup3 } from './lookup3.js';

/** What of a coordinate is not its numbers: two that are alike in it differ in a packet only by their numbers. */
interface Shape {
  readonly name: string;
  readonly ctype: Coordinate['ctype'];
  readonly dim: string | null;
  readonly dtype: Coordinate['dtype'];
  /** Ties, segments, labels; 1 for a scalar. */
  readonly count: number;
  readonly numerator: Delta | null;
  readonly denominator: number | bigint | null;
  readonly tolerance: Delta | null;
  /** Labels of text, which stand elsewhere in a packet than numbers. */
  readonly texts: readonly string[] | null;
}

/** A coordinate of the template: its shape, its places, and which one was written there last. */
interface Place {
  readonly shape: Shape;
  positions: FramePart | null;
  values: FramePart | null;
  last: WeakRef<Coordinate> | null;
}

/**
 * One kind of array under one set of options: everything that decides about the bytes of its packets but the values, the
 * numbers of its coordinates and the number of the packet. With a layout ({@link learn}) it makes packets.
 */
export class EncodeTemplate {
  /** `new` until a second array of the kind has come, `hopeless` where no layout can be proved. */
  state: 'new' | 'learning' | 'ready' | 'hopeless' = 'new';

  readonly #name: string | null;
  readonly #dtype: DataArray['dtype'];
  readonly #dims: readonly string[];
  readonly #shape: readonly number[];
  readonly #attrs: Attrs;
  readonly #places: Place[];
  readonly #dialect: ContentOptions['dialect'];
  readonly #stream: string | undefined;
  readonly #isNumbered: boolean;
  /** Chunks and filters in words. */
  readonly #storage: string;

  /** The packet up to the values, and from their end on, with the numbers that were written last. */
  #head = Buffer.alloc(0);
  #tail = Buffer.alloc(0);
  #length = 0;
  #values: FramePart | null = null;
  #sequence: FramePart | null = null;
  #checked: FrameLayout['checked'] = null;
  #skeleton: FrameSkeleton | null = null;
  #array: ChunkedArray | null = null;

  constructor(da: DataArray, { dialect, stream, sequence, storage }: ContentOptions) {
    this.#name = da.name;
    this.#dtype = da.dtype;
    this.#dims = [...da.dims];
    this.#shape = [...da.shape];
    this.#attrs = copied(da.attrs);
    this.#places = Array.from(da.coords, ([name, coordinate]) => ({
      shape: shapeOf(name, coordinate),
      positions: null,
      values: null,
      last: null,
    }));
    this.#dialect = dialect;
    this.#stream = stream;
    this.#isNumbered = sequence !== undefined;
    this.#storage = JSON.stringify(storage ?? null);
  }

  /** How the chunks are coded; null where the values are not in chunks, or it is not {@link state} `ready`. */
  get array(): ChunkedArray | null {
    return this.#array;
  }

  /** Bytes that it holds on to, more or less. */
  get byteLength(): number {
    const texts = this.#places.reduce((sum, { shape }) => sum + (shape.texts?.join('').length ?? 0), 0);
    const chunks = this.#skeleton?.places.keys.length ?? 0;
    return this.#head.length + this.#tail.length + 2 * texts + 32 * chunks + 1024;
  }

  /** Whether an array under these options is of the same kind. */
  fits(da: DataArray, { dialect, stream, sequence, storage }: ContentOptions): boolean {
    if (stream !== this.#stream || dialect !== this.#dialect || (sequence !== undefined) !== this.#isNumbered)
      return false;
    if (da.name !== this.#name || da.dtype !== this.#dtype || da.coords.size !== this.#places.length) return false;
    if (!sameItems(da.shape, this.#shape) || !sameItems(da.dims, this.#dims) || !sameAttrs(da.attrs, this.#attrs))
      return false;
    if (JSON.stringify(storage ?? null) !== this.#storage) return false;
    let k = 0;
    for (const [name, coordinate] of da.coords) {
      const { shape, last } = this.#places[k++]!;
      if (shape.name !== name || !(last?.deref() === coordinate || hasShape(coordinate, shape))) return false;
    }
    return true;
  }

  /**
   * Takes the layout of `frame`, the packet of `da`. It is `ready` if there is a place for everything that may change, and what
   * it makes of `da` is `frame`; else `hopeless`.
   */
  learn(da: DataArray, sequence: bigint | undefined, frame: Uint8Array, layout: FrameLayout | null): void {
    const isReady =
      layout !== null && this.#take(frame, layout) && Buffer.from(this.packet(da, sequence)).equals(frame);
    this.state = isReady ? 'ready' : 'hopeless';
  }

  /**
   * Takes the skeleton of a compressed packet of this kind; `isProved` says whether HDF5 reads the same from what is made by it.
   * It is `ready` if so, else `hopeless`.
   */
  async learnCompressed(
    { skeleton, layout, metadata }: FoundSkeleton,
    array: ChunkedArray,
    isProved: () => Promise<boolean>,
  ): Promise<void> {
    const end = metadata.length;
    const values: FramePart = { kind: 'values', name: this.#name ?? UNNAMED, start: end, end };
    if (!this.#take(metadata, { ...layout, parts: [...layout.parts, values] })) return;
    this.#skeleton = skeleton;
    this.#array = array;
    if (await isProved()) this.state = 'ready';
  }

  #take(frame: Uint8Array, layout: FrameLayout): boolean {
    const part = (kind: FramePart['kind'], name: string) =>
      layout.parts.find((each) => each.kind === kind && each.name === name) ?? null;
    const values = part('values', this.#name ?? UNNAMED);
    const sequence = part('sequence', '');
    if (values === null || (this.#isNumbered && sequence === null)) return false;
    if (layout.checked && layout.checked.start < values.end && layout.checked.checksum >= values.start) return false;
    for (const place of this.#places) {
      const { name, ctype, count, texts } = place.shape;
      const isTied = ctype === 'interpolated' || ctype === 'sampled';
      place.positions = isTied ? part('values', `${name}_${ctype === 'sampled' ? 'lengths' : 'indices'}`) : null;
      place.values = part('values', isTied ? `${name}_values` : name);
      if (count > 0 && texts === null && (place.values === null || (isTied && place.positions === null))) return false;
    }
    const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
    this.#length = bytes.length;
    this.#values = values;
    this.#sequence = sequence;
    this.#checked = layout.checked;
    this.#head = Buffer.from(bytes.subarray(0, values.start));
    this.#tail = Buffer.from(bytes.subarray(values.end));
    return true;
  }

  /** The packet of an array that {@link fits}, in memory of its own. */
  packet(da: DataArray, sequence: bigint | undefined): Uint8Array {
    this.#writeCoordinates(da);
    if (this.#sequence !== null) {
      const [bytes, shift] = this.#around(this.#sequence.start);
      bytes.writeBigInt64LE(sequence!, this.#sequence.start - shift);
      const checked = this.#checked;
      if (checked)
        bytes.writeUInt32LE(lookup3(bytes, checked.start - shift, checked.checksum - shift), checked.checksum - shift);
    }
    const { start, end } = this.#values!;
    const packet = new Uint8Array(Buffer.allocUnsafeSlow(this.#length).buffer);
    packet.set(this.#head);
    const { values } = da;
    packet.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), start);
    packet.set(this.#tail, end);
    return packet;
  }

  /** All of the packet of an array that {@link fits} but its number and its chunks. */
  metadata(da: DataArray): Buffer {
    this.#writeCoordinates(da);
    return Buffer.from(this.#head);
  }

  /** The packet of {@link metadata} (which is used up) and the chunks, which lie behind as many bytes as it has. */
  seal(metadata: Buffer, { bytes, sizes, masks }: CodedChunks, sequence: bigint | undefined): Uint8Array {
    if (this.#sequence !== null) metadata.writeBigInt64LE(sequence!, this.#sequence.start);
    this.#skeleton!.seal(metadata, sizes, masks);
    bytes.set(metadata);
    return bytes;
  }

  #writeCoordinates(da: DataArray): void {
    let k = 0;
    for (const [, coordinate] of da.coords) {
      const place = this.#places[k++]!;
      if (place.last?.deref() !== coordinate) this.#write(place, coordinate);
    }
  }

  /** The half in which a place of the packet is, and where that half begins in the packet. */
  #around(place: number): [Buffer, number] {
    return place < this.#values!.start ? [this.#head, 0] : [this.#tail, this.#values!.end];
  }

  #write(place: Place, coordinate: Coordinate): void {
    const { positions, values } = place;
    if (positions !== null) {
      const [bytes, shift] = this.#around(positions.start);
      const counts =
        coordinate instanceof SampledCoordinate ? coordinate.tieLengths : (coordinate as InterpCoordinate).tieIndices;
      for (let k = 0; k < counts.length; k++)
        bytes.writeBigInt64LE(BigInt(counts[k]!), positions.start - shift + 8 * k);
    }
    if (values !== null && place.shape.texts === null) {
      const [bytes, shift] = this.#around(values.start);
      bytes.set(bytesOf(numbersOf(coordinate)), values.start - shift);
    }
    place.last = new WeakRef(coordinate);
  }
}

function numbersOf(coordinate: Coordinate): TypedArray {
  if (coordinate instanceof InterpCoordinate || coordinate instanceof SampledCoordinate) return coordinate.tieValues;
  return coordinate.values as TypedArray;
}

function shapeOf(name: string, coordinate: Coordinate): Shape {
  const { ctype, dim, dtype } = coordinate;
  const { samplingRatio = null, tolerance = null } = coordinate as Partial<InterpCoordinate>;
  return {
    name,
    ctype,
    dim,
    dtype,
    count: countOf(coordinate),
    numerator: samplingRatio?.numerator ?? null,
    denominator: samplingRatio?.denominator ?? null,
    tolerance,
    texts: dtype === 'string' ? [...(coordinate.values as string[])] : null,
  };
}

function countOf(coordinate: Coordinate): number {
  if (coordinate instanceof InterpCoordinate || coordinate instanceof SampledCoordinate)
    return coordinate.tieValues.length;
  return coordinate.shape[0] ?? 1;
}

function hasShape(coordinate: Coordinate, shape: Shape): boolean {
  const { samplingRatio = null, tolerance = null } = coordinate as Partial<InterpCoordinate>;
  return (
    coordinate.ctype === shape.ctype &&
    coordinate.dim === shape.dim &&
    coordinate.dtype === shape.dtype &&
    countOf(coordinate) === shape.count &&
    Object.is(samplingRatio?.numerator ?? null, shape.numerator) &&
    (samplingRatio?.denominator ?? null) === shape.denominator &&
    Object.is(tolerance, shape.tolerance) &&
    (shape.texts === null || sameItems(coordinate.values as string[], shape.texts))
  );
}

function sameItems(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
  if (a.length !== b.length) return false;
  for (let k = 0; k < a.length; k++) if (!Object.is(a[k], b[k])) return false;
  return true;
}

/** The same names in the same order with the same values, of the same types. */
function sameAttrs(a: Attrs, b: Attrs): boolean {
  const names = Object.keys(a);
  return sameItems(names, Object.keys(b)) && names.every((name) => sameAttr(a[name]!, b[name]!));
}

function sameAttr(a: AttrValue, b: AttrValue): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return Object.is(a, b);
  return a.constructor === b.constructor && sameItems(a, b);
}

function copied(attrs: Attrs): Attrs {
  return Object.fromEntries(
    Object.entries(attrs).map(([name, value]) => [
      name,
      typeof value === 'object' ? (value.slice() as AttrValue) : value,
    ]),
  );
}
