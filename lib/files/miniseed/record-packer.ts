import { decodeRecord } from './decode-record.js';
import { SteimFrames } from './steim-frames.js';
import {
  dataOffsetOf,
  encodingNumbers,
  type NewRecord,
  type RecordEncoding,
  writeRecordHeader,
} from './write-record-header.js';

/** Values that records take. */
export type RecordSamples = Int32Array | Float32Array | Float64Array;

/** What all records of a channel have in common. */
export type RecordModel = Pick<NewRecord, 'codes' | 'dataquality' | 'rate'> & {
  encoding: RecordEncoding;
  /** Bytes of a record, a power of two. */
  recordLength: number;
};

/** What packers made. */
export interface RecordCounters {
  records: number;
  /** Samples in them. */
  samples: number;
  /** Records of plain integers, because a difference was too large. */
  plainRecords: number;
  /** Records of which the start was rounded to microseconds. */
  roundedTimes: number;
}

/** Samples of a record are counted in 16 bits. */
const MOST_SAMPLES = 65535;
const MOST_SEQUENCE = 999_999;

/**
 * Makes records of one channel from its samples as they come: each is given when it is full, so that what is held is one
 * record of bytes and six samples. A chunk that ends does not end a record.
 *
 * Integers whose difference is too large for Steim 2 (30 bits) or Steim 1 (32): the open record becomes one of
 * plain 32-bit integers where that takes all of its samples and more, else the next record begins there (its first sample needs no
 * difference). So each record holds at least as many samples as a plain one would, but for the last of a run.
 */
export class RecordPacker {
  readonly #made: RecordCounters;
  readonly #model: RecordModel;
  readonly #record: Uint8Array;
  readonly #offset: number;
  readonly #view: DataView;
  readonly #frames: SteimFrames | null;
  readonly #plainWidth: number;
  readonly #plainCapacity: number;
  /** Samples of a record that is not made of frames; null while frames are filled. */
  #plain: number | null;
  #start = 0n;
  #sequence = 0;
  /** Times of samples by their index in the values of the latest push, and the index after the last one. */
  #timeOf: (index: number) => bigint = () => 0n;
  #at = 0;

  /** @param made Counts what is made; packers may share one. */
  constructor(model: RecordModel, made: RecordCounters) {
    this.#made = made;
    const { encoding, recordLength } = model;
    this.#model = model;
    this.#record = new Uint8Array(recordLength);
    this.#offset = dataOffsetOf(model.rate);
    const area = this.#record.subarray(this.#offset);
    this.#view = new DataView(area.buffer, area.byteOffset, area.byteLength);
    const steim = encoding === 'STEIM1' ? 1 : encoding === 'STEIM2' ? 2 : null;
    this.#frames = steim ? new SteimFrames(area, steim, MOST_SAMPLES) : null;
    this.#plainWidth = encoding === 'FLOAT64' ? 8 : 4;
    this.#plainCapacity = Math.min(MOST_SAMPLES, Math.floor(area.length / this.#plainWidth));
    this.#plain = steim ? null : 0;
  }

  /** Takes `values[from]` up to but without `values[to]`, which go on without a gap, and returns the records that are full now. */
  push(values: RecordSamples, from: number, to: number, timeOf: (index: number) => bigint): Uint8Array[] {
    const records: Uint8Array[] = [];
    this.#timeOf = timeOf;
    this.#at = from;
    while (this.#at < to)
      if (this.#plain !== null) this.#pushPlain(values, to, records);
      else this.#pushFrames(this.#frames!, values as Int32Array, to, records);
    return records;
  }

  /** The records that hold what was taken, the last one as far as it is filled; what comes next begins a new run. */
  flush(): Uint8Array[] {
    const records: Uint8Array[] = [];
    if (this.#plain !== null) {
      if (this.#plain > 0) this.#emitPlain(records);
    } else {
      this.#drain(this.#frames!, records);
      if (this.#frames!.count > 0) this.#emitFrames(this.#frames!, records);
    }
    this.#frames?.forget();
    return records;
  }

  #pushPlain(values: RecordSamples, to: number, records: Uint8Array[]): void {
    let count = this.#plain!;
    if (count === 0) this.#start = this.#timeOf(this.#at);
    const end = Math.min(to, this.#at + this.#plainCapacity - count);
    for (let at = this.#at; at < end; at++, count++) {
      const value = values[at]!;
      if (values instanceof Int32Array) this.#view.setInt32(4 * count, value);
      else if (this.#plainWidth === 4) this.#view.setFloat32(4 * count, value);
      else this.#view.setFloat64(8 * count, value);
    }
    this.#plain = count;
    this.#at = end;
    if (count === this.#plainCapacity) this.#emitPlain(records);
  }

  #pushFrames(frames: SteimFrames, values: Int32Array, to: number, records: Uint8Array[]): void {
    if (frames.count + frames.waiting === 0) this.#start = this.#timeOf(this.#at);
    this.#at = frames.take(values, this.#at, to);
    if (frames.isFull) this.#emitFrames(frames, records);
    else if (this.#at < to) this.#jump(frames, records);
  }

  /** The next sample is too far from the one before. */
  #jump(frames: SteimFrames, records: Uint8Array[]): void {
    this.#drain(frames, records);
    const { count } = frames;
    if (count > 0 && count < this.#plainCapacity) {
      const header = {
        samples: count,
        encoding: encodingNumbers[this.#model.encoding],
        isBigEndian: true,
        dataOffset: this.#offset,
      };
      const samples = decodeRecord(Buffer.from(this.#record), header);
      this.#clear();
      frames.next();
      samples.forEach((value, k) => {
        this.#view.setInt32(4 * k, value);
      });
      this.#plain = count;
    } else if (count > 0) this.#emitFrames(frames, records);
    frames.forget();
  }

  #drain(frames: SteimFrames, records: Uint8Array[]): void {
    while (frames.waiting > 0) {
      frames.drain();
      if (frames.isFull) this.#emitFrames(frames, records);
    }
  }

  #emitFrames(frames: SteimFrames, records: Uint8Array[]): void {
    this.#emit(records, { encoding: this.#model.encoding, samples: frames.count, frames: frames.usedFrames });
    frames.next();
    this.#start = this.#timeOf(this.#at - frames.waiting);
  }

  #emitPlain(records: Uint8Array[]): void {
    const encoding = this.#frames ? 'INT32' : this.#model.encoding;
    if (this.#frames) this.#made.plainRecords++;
    this.#emit(records, { encoding, samples: this.#plain!, frames: 0 });
    this.#plain = this.#frames ? null : 0;
  }

  #emit(records: Uint8Array[], part: Pick<NewRecord, 'encoding' | 'samples' | 'frames'>): void {
    const { codes, dataquality, rate } = this.#model;
    this.#sequence = (this.#sequence % MOST_SEQUENCE) + 1;
    writeRecordHeader(this.#record, {
      codes,
      dataquality,
      rate,
      sequence: this.#sequence,
      start: this.#start,
      ...part,
    });
    records.push(this.#record.slice());
    this.#clear();
    this.#made.records++;
    this.#made.samples += part.samples;
    if (this.#start % 1000n !== 0n) this.#made.roundedTimes++;
  }

  #clear(): void {
    this.#record.fill(0);
  }
}
