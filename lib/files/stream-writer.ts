import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { DataArray } from '../dataarray/data-array.js';
import { ArgumentError, FileError } from '../errors.js';
import { Table } from '../table/table.js';
import { type ChannelCodes, channelCodes, channelId } from './miniseed/channel-codes.js';
import { RecordFiles } from './miniseed/record-files.js';
import { type RecordCounters, RecordPacker, type RecordSamples } from './miniseed/record-packer.js';
import { recordRate } from './miniseed/record-rate.js';
import { recordEncoding, recordSamples } from './miniseed/record-samples.js';
import { laterRun, overlap, RunClock, samplesBefore } from './miniseed/run-clock.js';
import { sdsPath } from './miniseed/sds-path.js';
import { type TimeRun, timeDimension, timeInRun, timeRuns } from './miniseed/time-runs.js';
import { dayOf, dayStart, type RecordEncoding } from './miniseed/write-record-header.js';
import { type StreamWriterOptions, type StreamWriterSettings, streamWriterSettings } from './stream-writer-options.js';
import { submitChunk } from './submit-chunk.js';

/** What a {@link StreamWriter} counted. */
export interface StreamWriterStatistics extends RecordCounters {
  /** Files begun, and bytes appended to them. */
  files: number;
  bytes: number;
  /** Gaps of more than half a sample, and changes of rate. */
  gaps: number;
  rateChanges: number;
  /** Samples dropped because they were there already (`onOverlap: 'trim'`), of all channels. */
  trimmedSamples: number;
}

/** Something that a {@link StreamWriter} says once, by its event `'notice'`; without a listener it is a process warning. */
export interface StreamWriterNotice {
  /** `PLAIN_RECORDS`: differences too large for Steim; `ROUNDED_TIMES`: starts finer than a microsecond. */
  readonly code: 'PLAIN_RECORDS' | 'ROUNDED_TIMES';
  readonly message: string;
}

interface Channel {
  readonly codes: ChannelCodes;
  readonly id: string;
  readonly packer: RecordPacker;
  /** The file that its records go to, and the day of it. */
  path: string;
  day: number;
  /** In a file that is kept: when the next sample is due, until it has come. */
  due: bigint | null;
}

/** Samples after which the event loop gets its turn. */
const TURN = 2 ** 21;

/**
 * Writes arrays as miniSEED 2: an SDS archive (`YEAR/NET/STA/CHAN.TYPE/NET.STA.LOC.CHAN.TYPE.YEAR.DAY`, a file for each day and channel) or
 * one flat file. Each label of the dimensions beside time is a channel; see {@link StreamWriterOptions} for its codes.
 *
 * ```ts
 * await process(atom, 'recording/*.nc', new StreamWriter('archive', { network: 'XX', station: 'D{:04}', channel: '{:1}SF' }));
 * ```
 *
 * - Integers become Steim 2 (lossless; values beyond 32 bits are refused, `BAD_DTYPE`), float32 and float64 stay what they are. Where a
 *   difference of integers is too large for Steim 2 (30 bits), a record of plain int32 stands there.
 * - Records are filled across chunks, so a stream gives the same records however it is cut. A record ends early at a gap, a change of
 *   rate, at midnight UTC (SDS) and at the end. Times are rounded to the microsecond, the finest that miniSEED 2 has; a rate that is no integer,
 *   period or ratio of 16 bits goes into blockette 100 as float32.
 * - Full records are appended while the stream runs. A process that dies loses what was in open records, at most one for each channel, and leaves
 *   whole records (of up to 4096 bytes; of longer ones the last may be cut where the process is killed while it writes). Destroying the stream writes them.
 * - An existing file is replaced when the first record for it is ready, or gone on with (`mode: 'append'`: half a record at its end is cut off).
 *
 * An object-mode Writable; `highWaterMark` 1. Memory: the chunk being written and one more, the chunk again in the order of its channels (and as int32 where
 * it is of another integer type), a record of `recordLength` bytes for each channel, and the records of one channel and chunk beyond 1 MiB that wait for
 * a common write. At most 16 files are open at a time, however many channels there are.
 *
 * Fails with `OVERLAP`, `BAD_ARGUMENT` (names of channels, a table), `BAD_DIM`, `IRREGULAR` (no rate), `BAD_SHAPE` (channels that change),
 * `BAD_DTYPE`, `BAD_FILE`. xdas: `StreamWriter` with `DataArray.to_stream`.
 */
export class StreamWriter extends Writable {
  /** Called with each array once nothing of its memory is needed; see `ChunkSink`. */
  doneWith: ((array: DataArray) => void) | null = null;
  readonly path: string;
  readonly #settings: StreamWriterSettings;
  readonly #files: RecordFiles;
  readonly #clock = new RunClock();
  readonly #made: RecordCounters = { records: 0, samples: 0, plainRecords: 0, roundedTimes: 0 };
  readonly #seams = { gaps: 0, rateChanges: 0, trimmedSamples: 0 };
  readonly #told = new Set<string>();
  #encoding: RecordEncoding | null = null;
  #channels: Channel[] = [];
  #shown = '';
  #day = 0;
  #turn = 0;
  #writing: Promise<void> = Promise.resolve();
  #isClosed = false;

  /** @param path The root of the archive, or the flat file. */
  constructor(path: string, options: StreamWriterOptions = {}) {
    // Checks come first: Node goes on to construct a stream whose constructor threw after super().
    const settings = streamWriterSettings(path, options);
    super({ objectMode: true, highWaterMark: 1 });
    this.path = path;
    this.#settings = settings;
    this.#files = new RecordFiles({ keep: settings.mode === 'append' });
  }

  /** What was written so far. */
  get statistics(): StreamWriterStatistics {
    return { ...this.#files.counters, ...this.#made, ...this.#seams };
  }

  override _construct(callback: (error?: Error | null) => void): void {
    this.#prepare().then(() => callback(), callback);
  }

  async #prepare(): Promise<void> {
    const { outputFormat, createDirs } = this.#settings;
    try {
      const there = await stat(this.path).catch(() => null);
      if (outputFormat === 'SDS') {
        if (there && !there.isDirectory()) throw new Error('it is no folder');
        return;
      }
      if (there && !there.isFile()) throw new Error('it is no file');
      if (!createDirs) await stat(dirname(this.path));
    } catch (cause) {
      throw new FileError('BAD_FILE', this.path, `cannot be written to: ${(cause as Error).message}`, { cause });
    }
  }

  override _write(array: DataArray, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#writing = this.#put(array);
    this.#writing.then(() => callback(), callback);
  }

  async #put(array: DataArray): Promise<void> {
    const given: unknown = array;
    const who = this.path;
    if (!(given instanceof DataArray))
      throw new ArgumentError(
        'BAD_ARGUMENT',
        `${who}: miniSEED takes arrays, this chunk is ${given instanceof Table ? 'a table' : 'no array'}`,
      );
    if (array.empty) return;
    const dim = timeDimension(array, this.#settings.dim, who);
    const runs = timeRuns(array.coords.axis(dim), this.#clock.run, who);
    const encoding = recordEncoding(array.dtype, this.#settings.encoding ?? this.#encoding, who);
    const isFirst = this.#channels.length === 0;
    if (isFirst) this.#openChannels(array, dim, runs[0]!, encoding);
    else this.#checkChannels(array, dim);
    const rows = array.transpose('...', dim).values;
    const samples = recordSamples(rows, encoding, array.dtype, who);
    for (const run of runs) await this.#putRun(array, dim, run, samples);
    await this.#files.settle();
    this.#tell();
    this.doneWith?.(array);
  }

  async #putRun(array: DataArray, dim: string, given: TimeRun, samples: RecordSamples): Promise<void> {
    const { run, verdict, trimmed } = this.#clock.follow(given, this.#settings.onOverlap, this.path);
    this.#seams.trimmedSamples += trimmed * this.#channels.length;
    if (!run) return;
    if (verdict === 'gap') this.#seams.gaps++;
    if (verdict !== 'continuous' && verdict !== 'first') await this.#endRecords();
    if (verdict === 'rate') {
      this.#seams.rateChanges++;
      this.#openChannels(array, dim, run, this.#encoding!);
    }
    const width = array.sizes[dim]!;
    for (const part of this.#settings.outputFormat === 'SDS' ? byDays(run) : [run]) {
      const day = this.#settings.outputFormat === 'SDS' ? dayOf(part.start) : 0;
      if (day !== this.#day) {
        await this.#endRecords();
        this.#files.forget();
        this.#day = day;
      }
      for (const [row, channel] of this.#channels.entries()) await this.#putPart(channel, samples, row * width, part);
    }
  }

  async #putPart(channel: Channel, samples: RecordSamples, row: number, part: TimeRun): Promise<void> {
    const { outputFormat, sdsType, onOverlap } = this.#settings;
    if (channel.path === '' || channel.day !== this.#day) {
      channel.day = this.#day;
      channel.path = outputFormat === 'SDS' ? sdsPath(this.path, channel.codes, sdsType, this.#day) : this.path;
      channel.due = (await this.#files.endsOf(channel.path))?.get(channel.id) ?? null;
    }
    const { path } = channel;
    let run = part;
    if (channel.due !== null) {
      const there = Math.min(part.size, samplesBefore(part, channel.due));
      if (there > 0 && onOverlap === 'error')
        throw overlap(part.start, channel.due, `${path}, which holds ${channel.id}`);
      this.#seams.trimmedSamples += there;
      if (there === part.size) return;
      channel.due = null;
      run = laterRun(part, there);
    }
    const first = row + run.first;
    const timeOf = (index: number) => timeInRun(run, index - first);
    await this.#files.append(path, channel.packer.push(samples, first, first + run.size, timeOf));
    this.#turn += run.size;
    if (this.#turn < TURN) return;
    this.#turn = 0;
    await setImmediate();
  }

  /** Writes what open records hold: the next samples begin new ones. */
  async #endRecords(): Promise<void> {
    for (const { packer, path } of this.#channels) await this.#files.append(path, packer.flush());
    await this.#files.settle();
  }

  #openChannels(array: DataArray, dim: string, { numerator, denominator }: TimeRun, encoding: RecordEncoding): void {
    const { dataquality, recordLength, names } = this.#settings;
    const rate = recordRate(numerator, denominator);
    const hertz = (1e9 * Number(denominator)) / Number(numerator);
    const codes = channelCodes(array, dim, names, hertz, this.path);
    this.#encoding = encoding;
    this.#shown = shownChannels(array, dim);
    this.#channels = codes.map((one) => ({
      codes: one,
      id: channelId(one),
      packer: new RecordPacker({ codes: one, dataquality, rate, encoding, recordLength }, this.#made),
      path: '',
      day: -1,
      due: null,
    }));
  }

  #checkChannels(array: DataArray, dim: string): void {
    const shown = shownChannels(array, dim);
    if (shown === this.#shown) return;
    throw new ArgumentError(
      'BAD_SHAPE',
      `${this.path}: the channels changed from ${brief(this.#shown)} to ${brief(shown)}; one writer writes one set of channels`,
    );
  }

  #tell(): void {
    if (this.#made.plainRecords > 0)
      this.#tellOnce({
        code: 'PLAIN_RECORDS',
        message: `${this.path}: differences from sample to sample are too large for ${this.#encoding}; records of plain INT32 stand there`,
      });
    if (this.#made.roundedTimes > 0)
      this.#tellOnce({
        code: 'ROUNDED_TIMES',
        message: `${this.path}: times are rounded to microseconds, the finest that miniSEED 2 has`,
      });
  }

  #tellOnce(notice: StreamWriterNotice): void {
    if (this.#told.has(notice.code)) return;
    this.#told.add(notice.code);
    if (!this.emit('notice', notice))
      process.emitWarning(notice.message, { type: 'DasflowWarning', code: notice.code });
  }

  /**
   * Hands an array over and resolves when its full records are written, as xdas's `submit`. Rejects with what destroyed the stream; no
   * `'error'` listener is needed for that.
   */
  submit(array: DataArray): Promise<void> {
    return submitChunk(this, array);
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#close().then(() => callback(), callback);
  }

  async #close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#endRecords();
    this.#tell();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    const close = async () => {
      await this.#writing.catch(() => {});
      await this.#close();
    };
    close().then(
      () => callback(error),
      (failure: Error) => callback(error ?? failure),
    );
  }
}

/** The parts of a run that lie within one day, UTC, by their times in microseconds. */
function* byDays(run: TimeRun): Iterable<TimeRun> {
  let rest = run;
  for (;;) {
    const midnight = dayStart(dayOf(rest.start) + 1);
    let size = samplesBefore(rest, midnight);
    while (size > 0 && timeInRun(rest, size - 1) >= midnight) size--;
    while (timeInRun(rest, size) < midnight) size++;
    if (size >= rest.size) return yield rest;
    yield { ...rest, size };
    rest = laterRun(rest, size);
  }
}

/** The channels of an array as text: the dimensions beside time, and what labels them. */
function shownChannels(array: DataArray, dim: string): string {
  const dims = array.dims.filter((name) => name !== dim).map((name) => `${name}: ${array.sizes[name]}`);
  const labels = ['network', 'station', 'location', 'channel', ...array.dims.filter((name) => name !== dim)].map(
    (name) => {
      const coord = array.coords.get(name);
      return coord?.dtype === 'string' ? `${name} ${(coord.values as string[]).join(',')}` : '';
    },
  );
  return [...dims, ...labels.filter((text) => text !== '')].join('; ');
}

const brief = (text: string) => (text.length > 120 ? `${text.slice(0, 117)}...` : text);
