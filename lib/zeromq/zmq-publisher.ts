import { randomUUID } from 'node:crypto';
import { DataArray } from '../dataarray/data-array.js';
import type { Begun } from '../packets/coding-ahead.js';
import { encodeKnownPacket, endOfStreamPacket, type StartedPacket, startPacket } from '../packets/packet.js';
import { ArrayPublisher, type PublisherStatistics } from './array-publisher.js';
import { type PublisherSettings, publisherSettings, type ZMQPublisherOptions } from './publisher-options.js';

export type { ZMQPublisherOptions };

/** What a {@link ZMQPublisher} has done so far. */
export type ZMQPublisherStatistics = PublisherStatistics;

/** Seconds after its first packet in which a subscriber says that it ends with the stream: it has to decode that packet. */
const FIRST_PACKET = 3;

/**
 * Publishes arrays over ZeroMQ, one NetCDF4 packet per array, to any number of subscribers of ours or of Python's xdas
 * (its `ZMQPublisher`). An object-mode Writable of DataArray.
 *
 * ```ts
 * await using publisher = new ZMQPublisher('tcp://127.0.0.1:*', { policy: 'block' });
 * await publisher.ready;
 * console.log(publisher.address);
 * await publisher.waitForSubscribers();
 * for (const packet of split(da, 5)) await publisher.submit(packet);
 * publisher.end();
 * ```
 *
 * - It binds by itself; `ready` resolves when that is done and `address` is the real end point.
 * - `submit(da)` encodes, and resolves when the packet was handed to ZeroMQ. If the array cannot be encoded it rejects, and
 *   the publisher goes on. `write(da)` and `stream.pipeline` are Node's: there the same error destroys the stream.
 * - `end()` sends what was accepted, then the end-of-stream packet (an array of length zero with `__end_of_stream__` = 1;
 *   not with `greeting: false`), and closes; ZeroMQ goes on delivering for `linger` seconds. A subscriber so slow that
 *   its queue is full is waited for under `'block'`; under `'drop'` the end-of-stream packet is repeated, for `linger`
 *   seconds at most, while subscribers of ours are there that end with the stream (`endOfStream: true`). They say so at
 *   their first packet, for which they are given 3 s.
 * - `close()` does the same without the end-of-stream packet, within `linger` seconds; `destroy()` does not wait for what
 *   is not with ZeroMQ yet.
 * - An unclosed publisher keeps the process alive.
 *
 * Packets carry `__stream__` (random for every publisher) and `__sequence__` (from 0), from which subscribers of ours know
 * what they lost.
 *
 * Memory, with packets of B bytes from chunks of A bytes: (highWaterMark + 1) x A + B in Node (the queue with the chunk being
 * encoded, the last chunk; its packet) and, for each of the `codecWorkers` packets of an encoding that are made at once, a copy of
 * its values and B; (sendHighWaterMark + 1) x B for each subscriber that is
 * behind (those that are equally far share them), and the kernel's send buffer for each.
 *
 * Errors: `ADDRESS` (cannot be bound; the address is in it), `CLOSED` (submitted after the end), `TIMEOUT`
 * ({@link waitForSubscribers}), `BAD_ARGUMENT`, and those of {@link encodePacket}.
 */
export class ZMQPublisher extends ArrayPublisher<Uint8Array, StartedPacket> {
  /** The random id of this publisher, in every packet as `__stream__`. */
  readonly stream = randomUUID();

  readonly #settings: PublisherSettings;
  #sequence = 0n;
  /** What the end-of-stream packet is made of. */
  #last: DataArray | null = null;
  /** When the latest subscriber's first packet was sent, and how many had come until then. */
  #firstSent = -Infinity;
  #arrivals = 0;

  /**
   * @param address Where to bind: `tcp://localhost:5555`, `tcp://127.0.0.1:*` (a free port), `tcp://*:5555` (all
   *   interfaces), or another transport of ZeroMQ.
   */
  constructor(address: string, options: ZMQPublisherOptions = {}) {
    const settings = publisherSettings(address, options);
    super(settings, options.signal);
    this.#settings = settings;
  }

  protected override begin(data: DataArray): StartedPacket {
    // Which number it gets is known when its turn comes: one before it may be refused.
    return startPacket(data, { ...this.#settings.packet, stream: this.stream, sequence: 0n }, this.gone);
  }

  protected override encode(data: DataArray, begun: Begun<StartedPacket> | null): Uint8Array | Promise<Uint8Array> {
    const options = { ...this.#settings.packet, stream: this.stream, sequence: this.#sequence };
    const known = encodeKnownPacket(data, options);
    if (known !== null) return this.#encoded(data, known);
    const started = begun ? begun.take() : startPacket(data, options, this.gone);
    return started.finish(this.#sequence).then((bytes) => this.#encoded(data, bytes));
  }

  #encoded(data: DataArray, bytes: Uint8Array): Uint8Array {
    // The last one is needed for the end of the stream.
    const done = data.ndim > 0 ? this.#last : data;
    if (data.ndim > 0) this.#last = data;
    if (done && done !== this.#last) this.doneWith?.(done);
    return bytes;
  }

  protected override async transmit(bytes: Uint8Array): Promise<void> {
    await this.send(bytes);
    const { arrivals } = this.subscriptions;
    if (this.#arrivals !== arrivals) {
      this.#arrivals = arrivals;
      this.#firstSent = performance.now();
    }
    this.#sequence++;
    this.sent(bytes);
  }

  protected override async tellEnd(): Promise<void> {
    const { greeting, policy, packet } = this.#settings;
    if (!greeting) return;
    const last = this.#last ?? new DataArray({ data: new Float64Array(0), shape: [0], dims: ['time'] });
    const bytes = await endOfStreamPacket(last, {
      dim: last.dims.includes('time') ? 'time' : 'first',
      dialect: packet.dialect,
      stream: this.stream,
      sequence: this.#sequence,
    });
    await this.send(bytes);
    if (policy === 'drop') await this.#repeat(bytes);
  }

  /** Whoever's queue is full does not get the end; those that wait for it leave when they have it, and we see them go. */
  async #repeat(bytes: Uint8Array): Promise<void> {
    const { subscriptions } = this;
    let left = this.#settings.linger;
    for (let pause = 0.02; left > 0; left -= pause, pause = Math.min(1, 2 * pause)) {
      if (subscriptions.ending === 0) {
        const undecided = FIRST_PACKET - (performance.now() - this.#firstSent) / 1000;
        if (!(await subscriptions.anyEnding(Math.min(undecided, left)))) return;
      }
      if (await subscriptions.noneEnding(Math.min(pause, left))) continue;
      await this.send(bytes);
    }
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#last = null;
    super._destroy(error, callback);
  }
}
