import type { DataArray } from '../dataarray/data-array.js';
import { type ASNFrames, encodeASNFrames, encodeASNHeader } from '../packets/asn/asn-frame.js';
import type { ASNHeader } from '../packets/asn/asn-header.js';
import { ArrayPublisher, type PublisherStatistics } from './array-publisher.js';
import { type ASNPublisherOptions, asnPublisherSettings } from './asn-options.js';

export type { ASNPublisherOptions };

/** What an {@link ASNPublisher} has done so far: data frames and their bytes, waiting, refusals, subscribers. */
export interface ASNPublisherStatistics extends PublisherStatistics {
  /** Headers sent in the stream, repeated ones included. */
  headers: number;
  /** Arrays without samples: there is nothing to send of them. */
  empty: number;
}

/** Frames after which a header is repeated where it may have been dropped. A power of two. */
const REPEAT = 64;

/**
 * Publishes arrays as an ASN OptoDAS instrument does, to any number of subscribers of ours, of Python's xdas
 * (`xdas.io.asn.ZMQSubscriber`) or of anything else that reads that protocol. An object-mode Writable of DataArray.
 *
 * ```ts
 * await using publisher = new ASNPublisher('tcp://127.0.0.1:*');
 * await publisher.ready;
 * await publisher.submit(da); // time x distance, in any order
 * ```
 *
 * All that is needed is a DataArray (see `encodeASNFrames`): the header is made of its dtype, shape, coordinates and
 * attributes. It greets every new subscriber, and goes down the stream before the first array and whenever it changes. Gaps in
 * the time of an array start another frame, for a frame says its first time only.
 *
 * Under the policy `'drop'` a subscriber that is behind loses frames, and can lose a header with them, so a header is repeated
 * after 1, 2, 4, 8, 16, 32 and then every 64 of its frames. Until then such a subscriber knows frames of another length for malformed, but not
 * those of the same length: where headers change on a running stream and subscribers may be slow, `'block'` is safe.
 *
 * `end()` and `close()` deliver what was accepted, within `linger` seconds; the protocol has no message for the end of a stream.
 * All else (binding, `ready`, `submit`, policies, closing, memory) is as with `ZMQPublisher`. What it cannot send
 * (`BAD_DTYPE`, `BAD_DIM`, `IRREGULAR`, `BAD_ENCODING`) rejects `submit` and destroys the stream where it was written.
 */
export class ASNPublisher extends ArrayPublisher<ASNFrames[]> {
  readonly #scheme: string;
  readonly #counts = { headers: 0, empty: 0 };
  #header: ASNHeader | null = null;
  #text: string | null = null;
  /** Frames sent since the header changed. */
  #framesOfHeader = 0;

  /** @param address Where to bind, as with `ZMQPublisher`; also written `asn+tcp://...`, and `address` then is too. */
  constructor(address: string, options: ASNPublisherOptions = {}) {
    super(asnPublisherSettings(address, options), options.signal);
    this.#scheme = /^asn\+/i.test(address) ? 'asn+' : '';
  }

  override get address(): string {
    return `${this.#scheme}${super.address}`;
  }

  /** The header that greets new subscribers; null before the first array. */
  get header(): ASNHeader | null {
    return this.#header;
  }

  /** What was done so far (a copy). */
  override get statistics(): ASNPublisherStatistics {
    return { ...super.statistics, ...this.#counts };
  }

  protected override encode(data: DataArray): ASNFrames[] {
    const frames = encodeASNFrames(data);
    this.doneWith?.(data);
    return frames;
  }

  protected override async transmit(groups: ASNFrames[]): Promise<void> {
    if (groups.length === 0) this.#counts.empty++;
    for (const { header, frames } of groups) {
      const text = encodeASNHeader(header);
      if (text !== this.#text) {
        this.#text = text;
        this.#header = header;
        this.#framesOfHeader = 0;
        this.welcome(text);
      }
      for (const frame of frames) {
        if (this.#isHeaderDue) {
          await this.send(text);
          this.#counts.headers++;
        }
        await this.send(frame);
        this.sent(frame);
        this.#framesOfHeader++;
      }
    }
  }

  /** Before the first frame; and where frames may be dropped, and headers with them, again and again. */
  get #isHeaderDue(): boolean {
    const frames = this.#framesOfHeader;
    if (this.waitsForRoom || frames === 0) return frames === 0;
    return frames < REPEAT ? (frames & (frames - 1)) === 0 : frames % REPEAT === 0;
  }
}
