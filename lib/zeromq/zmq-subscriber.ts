import type { DataArray } from '../dataarray/data-array.js';
import { decodeKnownPacket, decodePacket, type Packet } from '../packets/packet.js';
import { ArraySubscriber, onlyFrame, type Received } from './array-subscriber.js';
import { DeliveryCounter } from './delivery-counter.js';
import { ENDS_WITH_STREAM, GREETING } from './socket-options.js';
import {
  type OnMalformed,
  type SubscriberSettings,
  subscriberSettings,
  type ZMQSubscriberOptions,
} from './subscriber-options.js';
import type { Malformed, ZMQSubscriberStatistics } from './subscriber-statistics.js';

export type { Malformed, OnMalformed, ZMQSubscriberOptions, ZMQSubscriberStatistics };

/**
 * Receives arrays that a publisher of ours or of Python's xdas publishes over ZeroMQ (xdas's `ZMQSubscriber`). An object-mode
 * Readable and an async iterator of DataArray.
 *
 * ```ts
 * const subscriber = new ZMQSubscriber('tcp://localhost:5555', { timeout: 10 });
 * for await (const da of subscriber) console.log(String(da));
 * ```
 *
 * It connects at once, and ZeroMQ connects again by itself whenever the publisher comes back; an address where nobody
 * publishes is no error, only silence (`timeout`). Receiving begins with the first read.
 *
 * Events besides those of a Readable, each with one argument:
 * - `subscribed`: the publisher greeted (xdas >= 0.2.9 and ours do).
 * - `reconnect` ({ count }): it greeted again.
 * - `malformed` ({@link Malformed}): a frame that is no packet: random bytes, a damaged packet, another NetCDF file, an
 *   unknown filter, a message of several frames.
 * - `lost` (`Lost`) and `restart` (`Restart`): what the packet that comes next says about those before it.
 * - `endOfStream`: the publisher ended its stream. That packet is never handed out as data.
 *
 * Not reading slows nobody but yourself: at most `highWaterMark` packets (the one being decoded included) are taken from the
 * socket, then ZeroMQ receives `receiveHighWaterMark` packets ahead and stops, the kernel's buffers fill, and then the
 * publisher's policy decides: it drops packets for this subscriber, or waits.
 *
 * Memory, with packets of B bytes that decode to A bytes: highWaterMark x A (+ highWaterMark x B with `keepBytes`) in Node
 * beside what the reader holds, 2 x B and A for each of the `codecWorkers` packets that are decoded at once (of the highWaterMark), (receiveHighWaterMark + 1) x B in ZeroMQ, and the kernel's receive
 * buffer; A is at most `maxBytes`, B at most `maxMessageSize`. The values of uncompressed packets are mostly views of the
 * packets as they came (see {@link decodePacket}), so that an array holds B instead of A. Templates: 16 MiB for all of a thread.
 *
 * Errors: constructor: `ADDRESS`, `BAD_ARGUMENT`. Stream: `TIMEOUT`, those of {@link decodePacket} with `onMalformed: 'error'`,
 * `CLOSED` if the socket failed. `break` in a `for await` loop closes it, as with every Readable.
 */
export class ZMQSubscriber extends ArraySubscriber<Received, Packet> {
  protected override readonly greeting = 'greeting';
  readonly #settings: SubscriberSettings;
  readonly #delivery = new DeliveryCounter();
  readonly #counts = { received: 0, bytes: 0, reconnects: 0, ends: 0 };
  readonly #bytes = new WeakMap<DataArray, Uint8Array>();
  #saidItEnds = false;
  #expected: bigint | null = null;
  #lastEnd: { stream: string | null; sequence: bigint | null } | null = null;

  /** @param address Where a publisher binds, or will bind: `tcp://HOST:PORT`, or another transport of ZeroMQ. */
  constructor(address: string, options: ZMQSubscriberOptions = {}) {
    const settings = subscriberSettings(address, options);
    super(address, address, settings, options.signal);
    this.#settings = settings;
  }

  /** Whether the publisher has greeted this subscriber. Publishers before xdas 0.2.9, or with `greeting: false`, never do. */
  override get isSubscribed(): boolean {
    return super.isSubscribed;
  }

  /** What was seen so far (a copy). */
  get statistics(): ZMQSubscriberStatistics {
    const { lost, gaps, missingSamples, restarts, foreign } = this.#delivery;
    return { ...this.#counts, malformed: this.malformed, lost, gaps, missingSamples, restarts, foreign };
  }

  /**
   * The packet that an array of this stream was decoded from, byte for byte as it came, if `keepBytes` is set; undefined for
   * other arrays. They live as long as the array does. Do not change them.
   */
  bytesOf(data: DataArray): Uint8Array | undefined {
    return this.#bytes.get(data);
  }

  protected override get expected(): bigint | null {
    return this.#expected;
  }

  protected override sort(frames: Buffer[]): Received | null {
    if (frames.length !== 1 || !isGreeting(frames[0]!)) return { frames };
    const isFirst = !this.isSubscribed && this.#counts.received === 0;
    this.greeted();
    if (isFirst) this.emit('subscribed');
    else this.emit('reconnect', { count: ++this.#counts.reconnects });
    return null;
  }

  protected override decode(message: Received): Packet | Promise<Packet> {
    const frame = onlyFrame(message);
    const { decoding } = this.#settings;
    return decodeKnownPacket(frame, decoding) ?? decodePacket(frame, decoding);
  }

  protected override deliver(packet: Packet, { frames }: Received): void {
    const bytes = frames[0]!;
    if (packet.endOfStream) {
      // A publisher repeats the end where somebody's queue was full.
      const { stream, sequence } = packet;
      if (
        this.#lastEnd !== null &&
        stream !== null &&
        this.#lastEnd.stream === stream &&
        this.#lastEnd.sequence === sequence
      )
        return;
      this.#lastEnd = { stream, sequence };
    }
    const { lost, restart } = this.#delivery.observe(packet);
    this.#expected = packet.sequence === null ? null : packet.sequence + 1n;
    if (restart) this.emit('restart', restart);
    if (lost) this.emit('lost', lost);
    if (this.destroyed) return;
    if (packet.endOfStream) {
      this.#counts.ends++;
      this.alive();
      this.emit('endOfStream');
      if (this.#settings.endOfStream) this.finish();
      return;
    }
    if (packet.stream !== null && this.#settings.endOfStream && !this.#saidItEnds) {
      // Only now: a publisher of xdas would take it for another subscriber.
      this.#saidItEnds = true;
      this.subscribe(ENDS_WITH_STREAM);
    }
    this.#counts.received++;
    this.#counts.bytes += bytes.byteLength;
    if (this.#settings.keepBytes) this.#bytes.set(packet.data, bytes);
    this.hand(packet.data);
  }
}

function isGreeting(frame: Buffer): boolean {
  return frame.byteLength === GREETING.length && frame.toString('latin1') === GREETING;
}
