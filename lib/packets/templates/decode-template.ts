/** Frames that are known but for their values: decoded without HDF5, to exactly what HDF5 would have led to. */
import type { Coordinate } from '../../coordinates/coordinate.js';
import {
  type ArrayDType,
  type DType,
  itemSize,
  partsDType,
  type TypedArray,
  typedArrayConstructor,
} from '../../dtype.js';
import { textAttribute } from '../cf-attributes.js';
import { assembleDataArray, planDataArray } from '../content-to-data-array.js';
import type { NetcdfContent, NetcdfVariable } from '../netcdf-content.js';
import { type Packet, packetNumbers } from '../packet-numbers.js';
import { type CoordinatePlan, Ties } from '../read-coordinates.js';
import { type FrameLayout, type FramePart, isPlainText } from './frame-layout.js';
import { lookup3 } from './lookup3.js';

/** A part other than the values of the array, with what it held last. */
interface Slot {
  readonly part: FramePart;
  readonly bytes: Buffer;
  readonly coordinates: readonly PlannedCoordinate[];
}

/** A coordinate as it was last; it is made again when something that it is made of has changed. */
interface PlannedCoordinate {
  readonly plan: CoordinatePlan;
  made: Coordinate | null;
}

/**
 * One shape of frame: its bytes outside the parts of its layout, and what HDF5 has read from it. A frame that has the same
 * bytes there holds the same but for these parts, since HDF5 would do the same with it (that is what `findLayout` has
 * proved). Everything that is done with the content after HDF5 is done here too, by the same functions; coordinates whose
 * bytes are those of the frame before are the same objects.
 */
export class DecodeTemplate {
  /** The smallest `maxBytes` that is known to suffice. */
  maxBytes: number;
  /** Bytes that it holds on to. */
  readonly byteLength: number;
  /** When it was used last; see `DecodeTemplates`. */
  used = 0;

  readonly #layout: FrameLayout;
  readonly #fixed: { start: number; end: number; bytes: Buffer }[] = [];
  readonly #attrs: NetcdfContent['attrs'];
  readonly #main: NetcdfVariable;
  /** Null where the values are not in the frame. */
  readonly #values: FramePart | null;
  readonly #sequence: FramePart | null;
  readonly #slots: Slot[] = [];
  readonly #variables: Map<string, NetcdfVariable>;
  readonly #coordinates: PlannedCoordinate[];
  readonly #ties: Ties;

  /** Keeps copies of what it needs of `frame`; `content` is what HDF5 has read from it, within `maxBytes`. */
  constructor(frame: Uint8Array, layout: FrameLayout, content: NetcdfContent, maxBytes: number) {
    const { main, coordinates } = planDataArray(content);
    const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
    this.maxBytes = maxBytes;
    this.#layout = layout;
    this.#attrs = content.attrs;
    this.#main = { ...main, values: new (typedArrayConstructor(partsDType(main.dtype as ArrayDType)))(0) };
    this.#coordinates = coordinates.map((plan) => ({ plan, made: null }));
    this.#variables = new Map(content.variables.map((variable) => [variable.name, variable]));
    this.#variables.set(main.name, this.#main);
    this.#ties = new Ties(this.#variables, this.#main);
    this.#values = layout.parts.find(({ kind, name }) => kind === 'values' && name === main.name) ?? null;
    this.#sequence = layout.parts.find(({ kind }) => kind === 'sequence') ?? null;
    let held = 0;
    for (const part of layout.parts) {
      if (part === this.#values || part === this.#sequence) continue;
      const uses = this.#coordinates.filter(({ plan }) => plan.uses.includes(part.name));
      this.#slots.push({ part, bytes: Buffer.from(bytes.subarray(part.start, part.end)), coordinates: uses });
      held += 3 * (part.end - part.start);
    }
    let start = 0;
    const { checked } = layout;
    const open = checked ? [...layout.parts, { start: checked.checksum, end: checked.checksum + 4 }] : layout.parts;
    for (const part of [...open].sort((a, b) => a.start - b.start).concat({ start: bytes.length, end: bytes.length })) {
      if (part.start > start)
        this.#fixed.push({ start, end: part.start, bytes: Buffer.from(bytes.subarray(start, part.start)) });
      held += part.start - start;
      start = part.end;
    }
    this.byteLength = held;
  }

  /** Whether nothing is lost by it: a coordinate made of the array's own values is left to HDF5. */
  static fits(content: NetcdfContent): boolean {
    const { main, coordinates } = planDataArray(content);
    return !coordinates.some(({ uses }) => uses.includes(main.name));
  }

  /** Whether the bytes of `frame` (of this length) outside the parts are the known ones, and those inside can be read here. */
  matches(frame: Buffer): boolean {
    for (const { start, end, bytes } of this.#fixed)
      if (frame.compare(bytes, 0, end - start, start, end) !== 0) return false;
    for (const { part } of this.#slots)
      if (part.kind === 'units' && !isPlainText(frame.subarray(part.start, part.end))) return false;
    const { checked } = this.#layout;
    return checked === null || frame.readUInt32LE(checked.checksum) === lookup3(frame, checked.start, checked.checksum);
  }

  /** The packet in a frame that {@link matches}. Throws `MALFORMED_PACKET` as the general way does. */
  packet(frame: Buffer): Packet {
    const { start, end } = this.#values!;
    return this.around(frame)(valuesAt(frame, start, end, partsDType(this.#main.dtype as ArrayDType)));
  }

  /** The packet in a frame that {@link matches} but for its values, which are given later. Throws as {@link packet}. */
  around(frame: Buffer): (values: TypedArray) => Packet {
    const numbers = packetNumbers(
      this.#attrs,
      this.#sequence === null ? undefined : frame.readBigInt64LE(this.#sequence.start),
    );
    for (const slot of this.#slots) {
      const { part, bytes } = slot;
      if (bytes.compare(frame, part.start, part.end) !== 0) this.#change(slot, frame);
    }
    this.#ties.forget();
    const coordinates = this.#coordinates.map((each): [string, Coordinate] => {
      each.made ??= each.plan.make(this.#ties);
      return [each.plan.name, each.made];
    });
    return (values) => ({ data: assembleDataArray(this.#main, values, coordinates), ...numbers });
  }

  #change({ part, bytes, coordinates }: Slot, frame: Buffer): void {
    for (const each of coordinates) each.made = null;
    bytes.set(frame.subarray(part.start, part.end));
    const variable = this.#variables.get(part.name)!;
    const now =
      part.kind === 'units'
        ? { ...variable, attrs: { ...variable.attrs, units: textAttribute(bytes.toString('latin1')) } }
        : { ...variable, values: copied(variable.dtype as DType, bytes) };
    this.#variables.set(part.name, now);
  }
}

/** A view where that is possible, a copy otherwise. */
function valuesAt(frame: Buffer, start: number, end: number, dtype: DType): TypedArray {
  const create = typedArrayConstructor(dtype);
  const offset = frame.byteOffset + start;
  const length = (end - start) / itemSize(dtype);
  if (offset % itemSize(dtype) === 0 && frame.buffer instanceof ArrayBuffer)
    return new create(frame.buffer, offset, length) as TypedArray;
  const own = Buffer.allocUnsafeSlow(end - start);
  frame.copy(own, 0, start, end);
  return new create(own.buffer, 0, length) as TypedArray;
}

function copied(dtype: DType, bytes: Buffer): TypedArray {
  const own = Uint8Array.prototype.slice.call(bytes);
  return new (typedArrayConstructor(dtype))(own.buffer) as TypedArray;
}
