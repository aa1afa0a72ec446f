import type { DataArray } from '../dataarray/data-array.js';
import { DasflowError } from '../errors.js';
import { type ASNLayout, asnLayout, decodeASNFrame } from '../packets/asn/asn-frame.js';
import { type ASNHeader, headerObject } from '../packets/asn/asn-header.js';
import { strainScale, toStrainRate } from '../packets/asn/strain-rate.js';
import { ArraySubscriber, onlyFrame, type Received } from './array-subscriber.js';
import { type ASNSubscriberOptions, type ASNSubscriberSettings, asnSubscriberSettings } from './asn-options.js';
import { DeliveryCounter } from './delivery-counter.js';

export type { ASNSubscriberOptions };

/** What an {@link ASNSubscriber} has seen so far. */
export interface ASNSubscriberStatistics {
  /** Data frames decoded and handed on. */
  received: number;
  /** Bytes of these frames. */
  bytes: number;
  /** Headers that can be read, repeated ones included. Every message is one of received, headers, headerless, malformed. */
  headers: number;
  /** Headers that were other than the one before. */
  headerChanges: number;
  /** Data frames that came while there was no header to read them by: before the first, or after one that cannot be read. */
  headerless: number;
  /** Gaps on the time axis, and the samples missing in them: lost on the way, or never measured. */
  gaps: number;
  missingSamples: number;
  /** Times that the time axis went back: the instrument started again, or its clock was set. */
  restarts: number;
  /** Frames that were neither a header nor data. */
  malformed: number;
}

/** What the event `header` tells. */
export interface HeaderNews {
  /** The header that the frames from here on are read by. */
  header: ASNHeader;
  /** The one before; null for the first. */
  previous: ASNHeader | null;
}

/** What the event `headerless` tells. */
export interface Headerless {
  /** How many data frames came without a header so far. */
  count: number;
  /** Bytes of this one. */
  byteLength: number;
}

/** Frames of a wrong length in a row after which a header is taken for lost. A power of two. */
const MISFITS = 8;

/** A message with the header that it is read by. */
interface ASNMessage extends Received {
  layout: ASNLayout | null;
  /** Why it is a header that cannot be read. */
  error?: DasflowError;
}

/**
 * Receives the live stream of an ASN OptoDAS instrument, or of any publisher of its protocol (`xdas.io.asn.ZMQPublisher`, our
 * `ASNPublisher`). An object-mode Readable and an async iterator of DataArray with dims (`time`, `distance`).
 *
 * ```ts
 * const subscriber = new ASNSubscriber('tcp://instrument:3333', { timeout: 10 });
 * for await (const da of subscriber) console.log(da.attrs.gaugeLength, String(da));
 * ```
 *
 * The publisher greets with the header, and sends it again in the stream when it changes. A frame that is JSON with
 * `bytesPerPackage` is a header, one of the length that the header says is data, every other one is malformed. What the
 * header says about the measurement is in the attributes of every array; all regions are there, one after the other.
 *
 * Each header holds for the frames that come after it; a change of rate or a gap in time starts a new run in what follows
 * (seams are judged on the coordinates). After a header that cannot be read, data is not guessed at but counted (`headerless`)
 * until one comes that can be. Where data comes and no header ever did (a publisher of xdas 0.2.7 that we met before its first
 * frame), it connects again to be greeted: at the 1st, 2nd, 4th, 8th ... such frame; and, because a header can be dropped
 * like any other message, at the 8th, 16th, 32nd ... frame in a row that has not the length that the header says.
 *
 * Events besides those of a Readable, each with one argument:
 * - `subscribed`: the first header came.
 * - `header` ({@link HeaderNews}): the first header, and each one that differs. Emitted when it is received: at most
 *   `highWaterMark` arrays that were read by the one before may still come.
 * - `headerless` ({@link Headerless}): data without a header.
 * - `malformed` (`Malformed`), `lost` (`LostSamples`, by the time coordinate) and `restart` (`Restart`): as of a
 *   `ZMQSubscriber`.
 *
 * The stream of an instrument has no end: see `timeout` and `signal`. Time-outs, back-pressure and errors are those of
 * `ZMQSubscriber`; memory with frames of B bytes is (highWaterMark + 1 + receiveHighWaterMark + 1) x B beside what the reader
 * holds, for the arrays are views of the frames (and highWaterMark x the converted size with `'strain rate'`).
 */
export class ASNSubscriber extends ArraySubscriber<ASNMessage, DataArray | null> {
  protected override readonly greeting = 'header';
  readonly #settings: ASNSubscriberSettings;
  readonly #delivery = new DeliveryCounter();
  readonly #counts = { received: 0, bytes: 0, headers: 0, headerChanges: 0, headerless: 0 };
  #layout: ASNLayout | null = null;
  /** Frames one after the other that had not the length that the header says. */
  #misfits = 0;
  /** The last header as it came, to tell a repetition from a change. */
  #text: Buffer | null = null;

  /** @param address Where the instrument publishes: `tcp://HOST:PORT`, also written `asn+tcp://HOST:PORT`. */
  constructor(address: string, options: ASNSubscriberOptions = {}) {
    const settings = asnSubscriberSettings(address, options);
    super(address, settings.endpoint, settings, options.signal);
    this.#settings = settings;
  }

  /** The header that the next frame will be read by; null before the first one. */
  get header(): ASNHeader | null {
    return this.#layout?.header ?? null;
  }

  /** What was seen so far (a copy). */
  get statistics(): ASNSubscriberStatistics {
    const { gaps, missingSamples, restarts } = this.#delivery;
    return { ...this.#counts, gaps, missingSamples, restarts, malformed: this.malformed };
  }

  protected override sort(frames: Buffer[]): ASNMessage | null {
    const object = frames.length === 1 ? headerObject(frames[0]!) : null;
    if (object === null) return { frames, layout: this.#layout };
    if (this.#text?.equals(frames[0]!) && this.#layout) {
      this.#counts.headers++;
      this.greeted();
      return null;
    }
    const previous = this.header;
    // Small frames may be slices of a pool, and a view would hold all of it.
    const text = Buffer.from(frames[0]!);
    try {
      const layout = asnLayout(object);
      this.#counts.headers++;
      if (this.#text !== null) this.#counts.headerChanges++;
      this.#layout = layout;
    } catch (error) {
      this.#layout = null;
      if (error instanceof DasflowError) return { frames, layout: null, error };
      throw error;
    } finally {
      this.#text = text;
    }
    const isFirst = !this.isSubscribed;
    this.greeted();
    if (isFirst) this.emit('subscribed');
    this.emit('header', { header: this.#layout.header, previous } satisfies HeaderNews);
    if (this.#settings.values === 'strain rate') this.#checkScale(this.#layout);
    return null;
  }

  protected override decode(message: ASNMessage): DataArray | null {
    if (message.error) throw message.error;
    const frame = onlyFrame(message);
    if (!message.layout) {
      this.#withoutHeader(frame.byteLength);
      return null;
    }
    if (frame.byteLength !== message.layout.frameBytes) this.#misfit();
    else this.#misfits = 0;
    const { values, tolerance } = this.#settings;
    const data = decodeASNFrame(frame, message.layout, { tolerance });
    return values === 'raw' ? data : toStrainRate(data);
  }

  protected override deliver(data: DataArray | null, { frames }: ASNMessage): void {
    if (data === null) return;
    const { lost, restart } = this.#delivery.observe({ data, stream: null, sequence: null });
    if (restart) this.emit('restart', restart);
    if (lost) this.emit('lost', lost);
    if (this.destroyed) return;
    this.#counts.received++;
    this.#counts.bytes += frames[0]!.byteLength;
    this.hand(data);
  }

  #withoutHeader(byteLength: number): void {
    const count = ++this.#counts.headerless;
    this.alive();
    this.emit('headerless', { count, byteLength } satisfies Headerless);
    if (this.#text === null && isPowerOfTwo(count) && !this.destroyed) this.connectAgain();
  }

  /** A header may have been dropped on the way: it greets whoever connects. */
  #misfit(): void {
    const count = ++this.#misfits;
    if (count >= MISFITS && isPowerOfTwo(count)) this.connectAgain();
  }

  #checkScale({ attrs }: ASNLayout): void {
    try {
      strainScale(attrs);
    } catch (error) {
      this.destroy(error as Error);
    }
  }
}

function isPowerOfTwo(count: number): boolean {
  return (count & (count - 1)) === 0;
}
