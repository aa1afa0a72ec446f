/** Bytes of a Steim frame: 16 words, of which the first tells what the others hold. */
const FRAME_BYTES = 64;

interface Packing {
  /** Differences in a word, and bits of each. */
  readonly many: number;
  readonly bits: number;
  /** The two bits in the first word of the frame. */
  readonly code: number;
  /** The two bits at the top of the word, 0 where it has none. */
  readonly kind: number;
}

/** What a word can hold, from many to one. */
const packings: Readonly<Record<1 | 2, readonly Packing[]>> = {
  1: [
    { many: 4, bits: 8, code: 1, kind: 0 },
    { many: 2, bits: 16, code: 2, kind: 0 },
    { many: 1, bits: 32, code: 3, kind: 0 },
  ],
  2: [
    { many: 7, bits: 4, code: 3, kind: 2 },
    { many: 6, bits: 5, code: 3, kind: 1 },
    { many: 5, bits: 6, code: 3, kind: 0 },
    { many: 4, bits: 8, code: 1, kind: 0 },
    { many: 3, bits: 10, code: 2, kind: 3 },
    { many: 2, bits: 15, code: 2, kind: 2 },
    { many: 1, bits: 30, code: 2, kind: 1 },
  ],
};

/**
 * Packs integers into the Steim 1 or 2 frames of a record, sample by sample (SEED 2.4 manual, appendix B). Each word takes the most
 * differences that fit; at most six wait for the next ones, so that where a stream is cut changes nothing.
 */
export class SteimFrames {
  readonly #view: DataView;
  readonly #frames: number;
  readonly #capacity: number;
  readonly #packings: readonly Packing[];
  readonly #limits: readonly number[];
  /** Differences from this one on have no place, nor those below its negative. */
  readonly #limit: number;
  readonly #most: number;
  readonly #pending = new Int32Array(7);
  #waiting = 0;
  /** The last sample that was taken. */
  #last = 0;
  #hasLast = false;
  /** The last sample that is in a word, or the first of all. */
  #packed = 0;
  #frame = 0;
  #word = 3;
  #codes = 0;
  #count = 0;

  /** @param area The bytes of a record from the first frame on; zeros. @param capacity The most samples of a record. */
  constructor(area: Uint8Array, version: 1 | 2, capacity: number) {
    this.#view = new DataView(area.buffer, area.byteOffset, area.byteLength);
    this.#frames = Math.floor(area.byteLength / FRAME_BYTES);
    this.#capacity = capacity;
    this.#packings = packings[version];
    this.#limits = this.#packings.map(({ bits }) => 2 ** (bits - 1));
    this.#limit = this.#limits.at(-1)!;
    this.#most = this.#packings[0]!.many;
  }

  /** Samples in the words of the record. */
  get count(): number {
    return this.#count;
  }

  /** Samples that were taken and are in no word yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /** True where the record takes no more. */
  get isFull(): boolean {
    return this.#frame === this.#frames || this.#count === this.#capacity;
  }

  /** Frames with at least one word. */
  get usedFrames(): number {
    return this.#count === 0 ? 0 : this.#word === 1 ? this.#frame : this.#frame + 1;
  }

  /**
   * Takes samples from `values[at]` on, and returns the index of the first one that it did not take: `end`, or where the
   * record is full, or where the difference to the sample before has no place.
   */
  take(values: Int32Array, at: number, end: number): number {
    for (; at < end && !this.isFull; at++) {
      const value = values[at]!;
      if (!this.#hasLast) {
        this.#hasLast = true;
        this.#last = this.#packed = value;
      }
      const difference = value - this.#last;
      if (difference >= this.#limit || difference < -this.#limit) return at;
      this.#pending[this.#waiting++] = difference;
      this.#last = value;
      if (this.#waiting === this.#most) this.#pack();
    }
    return at;
  }

  /** Packs what waits, as far as there is room. */
  drain(): void {
    while (this.#waiting > 0 && !this.isFull) this.#pack();
  }

  /** Begins the next record, of which the bytes are zeros again. What waits goes into it. */
  next(): void {
    this.#frame = 0;
    this.#word = 3;
    this.#codes = 0;
    this.#count = 0;
  }

  /** Forgets the sample before: the next one is the first of a run, or its difference has no place. Nothing may wait. */
  forget(): void {
    this.#hasLast = false;
  }

  /** Puts the most differences that fit into the next word. */
  #pack(): void {
    const room = Math.min(this.#waiting, this.#capacity - this.#count);
    let chosen = this.#packings.length - 1;
    let bitsSet = 0;
    for (let k = 0, next = chosen; k < room && next >= 0; k++) {
      const difference = this.#pending[k]!;
      bitsSet |= difference < 0 ? ~difference : difference;
      if (this.#packings[next]!.many > k + 1) continue;
      if (bitsSet >= this.#limits[next]!) break;
      chosen = next--;
    }
    const { many, bits, code, kind } = this.#packings[chosen]!;
    const mask = bits === 32 ? -1 : (1 << bits) - 1;
    let word = 0;
    for (let k = 0; k < many; k++) {
      const difference = this.#pending[k]!;
      // a shift by 32 is none in JavaScript
      word = bits === 32 ? difference : (word << bits) | (difference & mask);
      this.#packed += difference;
      if (this.#count === 0 && k === 0) this.#view.setInt32(4, this.#packed);
    }
    const at = this.#frame * FRAME_BYTES;
    this.#codes |= code << (30 - 2 * this.#word);
    this.#view.setInt32(at, this.#codes);
    this.#view.setInt32(at + 4 * this.#word, word | (kind << 30));
    this.#view.setInt32(8, this.#packed);
    this.#waiting -= many;
    this.#pending.copyWithin(0, many, many + this.#waiting);
    this.#count += many;
    if (++this.#word < 16) return;
    this.#word = 1;
    this.#codes = 0;
    this.#frame++;
  }
}
