import { addAbortSignal, Readable } from 'node:stream';
import { Subscriber } from 'zeromq';
import type { DataArray } from '../dataarray/data-array.js';
import { DasflowError, PacketError, StreamError } from '../errors.js';
import { decodePacket, type Packet } from '../packets/packet.js';
import { DeliveryCounter } from './delivery-counter.js';
import { addressError, checkPort, ENDS_WITH_STREAM, GREETING, timeoutOption } from './socket-options.js';
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
 * beside what the reader holds, B for the one being decoded, (receiveHighWaterMark + 1) x B in ZeroMQ, and the kernel's receive
 * buffer; A is at most `maxBytes`, B at most `maxMessageSize`.
 *
 * Errors: constructor: `ADDRESS`, `BAD_ARGUMENT`. Stream: `TIMEOUT`, those of {@link decodePacket} with `onMalformed: 'error'`,
 * `CLOSED` if the socket failed. `break` in a `for await` loop closes it, as with every Readable.
 */
export class ZMQSubscriber extends Readable {
  /** Where it is connected to. */
  readonly address: string;

  readonly #socket: Subscriber;
  readonly #settings: SubscriberSettings;
  readonly #delivery = new DeliveryCounter();
  readonly #counts = { received: 0, bytes: 0, malformed: 0, reconnects: 0, ends: 0 };
  readonly #bytes = new WeakMap<DataArray, Uint8Array>();
  /** Messages that came while somebody waited for the greeting, in order. */
  readonly #messages: Buffer[][] = [];
  readonly #greetingWaiters = new Set<{ resolve: () => void; reject: (error: Error) => void }>();
  #isReceiving = false;
  #isDecoding = false;
  #isWanted = false;
  #isSubscribed = false;
  #saidItEnds = false;
  #hasEnded = false;
  /** Packets that {@link drain} may still take; null before it is called. */
  #left: number | null = null;
  #expected: bigint | null = null;
  #lastEnd: { stream: string | null; sequence: bigint | null } | null = null;
  #timer: NodeJS.Timeout | undefined;
  #waitingSince = 0;

  /** @param address Where a publisher binds, or will bind: `tcp://HOST:PORT`, or another transport of ZeroMQ. */
  constructor(address: string, options: ZMQSubscriberOptions = {}) {
    const settings = subscriberSettings(address, options);
    const socket = connected(address, settings.socketOptions);
    super({ objectMode: true, highWaterMark: settings.highWaterMark });
    this.address = address;
    this.#settings = settings;
    this.#socket = socket;
    // Not through super(): an aborted signal would destroy what is not made yet.
    if (options.signal) addAbortSignal(options.signal, this);
  }

  /** Whether the publisher has greeted this subscriber. Publishers before xdas 0.2.9, or with `greeting: false`, never do. */
  get isSubscribed(): boolean {
    return this.#isSubscribed;
  }

  /** What was seen so far (a copy). */
  get statistics(): ZMQSubscriberStatistics {
    const { lost, gaps, missingSamples, restarts, foreign } = this.#delivery;
    return { ...this.#counts, lost, gaps, missingSamples, restarts, foreign };
  }

  /**
   * Resolves when the publisher has greeted this subscriber: nothing that it publishes from then on goes by unnoticed.
   * Packets that come before are kept for the reader; no more than `highWaterMark` of them are taken.
   *
   * @param timeout Seconds; default: the option `timeout`; null waits for ever, also on a publisher that does not greet.
   * Rejects with `TIMEOUT` (the stream goes on), with `CLOSED`, or with what destroyed the stream.
   */
  waitUntilSubscribed(timeout: number | null = this.#settings.timeout): Promise<void> {
    const seconds = timeoutOption('timeout', timeout);
    if (this.#isSubscribed) return Promise.resolve();
    if (this.destroyed) return Promise.reject(this.#closedError());
    return new Promise((resolve, reject) => {
      const timer =
        seconds === null
          ? undefined
          : setTimeout(() => waiter.reject(this.#timeoutError('greeting', seconds)), seconds * 1000);
      const done = () => {
        clearTimeout(timer);
        this.#greetingWaiters.delete(waiter);
      };
      const waiter = {
        resolve: () => {
          done();
          resolve();
        },
        reject: (error: Error) => {
          done();
          reject(error);
        },
      };
      this.#greetingWaiters.add(waiter);
      this.#receive();
    });
  }

  /**
   * The packet that an array of this stream was decoded from, byte for byte as it came, if `keepBytes` is set; undefined for
   * other arrays. They live as long as the array does. Do not change them.
   */
  bytesOf(data: DataArray): Uint8Array | undefined {
    return this.#bytes.get(data);
  }

  /**
   * Ends the stream after what has come so far: the packets in Node, the one being decoded, and those that wait in
   * ZeroMQ's queue (at most `receiveHighWaterMark` + 1, so that a publisher who goes on cannot keep it open). What is still on the
   * network is not waited for, as what is published later is not: it is neither received nor lost.
   */
  drain(): void {
    if (this.#left !== null) return;
    // A message that has just come is handed over first.
    setImmediate(() => {
      this.#left = this.#settings.socketOptions!.receiveHighWaterMark! + 1;
      this.#advance();
    });
  }

  /** Closes the socket; what was received and not read is let go. Closing twice is fine. */
  async close(): Promise<void> {
    if (this.closed) return;
    const closed = new Promise<void>((resolve) => {
      this.once('close', resolve);
    });
    this.destroy();
    await closed;
  }

  /** {@link close}: at the end of an `await using` block. */
  override [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  override [Symbol.asyncIterator](): NodeJS.AsyncIterator<DataArray> {
    return super[Symbol.asyncIterator]();
  }

  override read(size?: number): DataArray | null {
    const data = super.read(size);
    if (data !== null) this.#waitingSince = performance.now();
    return data;
  }

  override _read(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.#waitingSince = performance.now();
    this.#startTimer();
    this.#advance();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#stopTimer();
    this.#messages.length = 0;
    if (error && this.#greetingWaiters.size > 0) this.once('error', () => {});
    for (const waiter of [...this.#greetingWaiters]) waiter.reject(error ?? this.#closedError());
    this.#socket.close();
    callback(error);
  }

  /** Does the next thing that can be done: decode what is here, or receive. */
  #advance(): void {
    if (this.destroyed || this.#isDecoding) return;
    const message = this.#isWanted ? this.#messages.shift() : undefined;
    if (message) void this.#decode(message);
    else this.#receive();
  }

  /** Packets taken from the socket that no reader has taken yet. */
  get #held(): number {
    return this.readableLength + this.#messages.length + (this.#isDecoding ? 1 : 0);
  }

  #receive(): void {
    if (this.destroyed || this.#hasEnded) return;
    const isNeeded = this.#isWanted && !this.#isDecoding && this.#messages.length === 0;
    // Who waits for a message has emptied the queue.
    if (isNeeded && this.#left !== null && (this.#isReceiving || this.#left === 0 || !this.#socket.readable)) {
      this.#end();
      return;
    }
    if (this.#isReceiving) return;
    if (!isNeeded && (this.#greetingWaiters.size === 0 || this.#held >= this.readableHighWaterMark)) return;
    this.#isReceiving = true;
    this.#take().then(
      (message) => {
        this.#isReceiving = false;
        if (this.destroyed) return;
        if (message.length === 1 && isGreeting(message[0])) this.#greeted();
        else {
          this.#messages.push(message);
          if (this.#left !== null) this.#left--;
        }
        this.#advance();
      },
      (cause) => {
        this.#isReceiving = false;
        // Closing fails the pending receive; anything else is a failure of the socket.
        this.destroy(this.#closedError(cause));
      },
    );
  }

  async #take(): Promise<Buffer[]> {
    return this.#socket.receive();
  }

  #greeted(): void {
    const isFirst = !this.#isSubscribed && this.#counts.received === 0;
    this.#isSubscribed = true;
    this.#waitingSince = performance.now();
    for (const waiter of [...this.#greetingWaiters]) waiter.resolve();
    if (isFirst) this.emit('subscribed');
    else this.emit('reconnect', { count: ++this.#counts.reconnects });
  }

  async #decode(message: Buffer[]): Promise<void> {
    this.#isDecoding = true;
    this.#stopTimer();
    const start = performance.now();
    let packet: Packet | undefined;
    let error: unknown;
    try {
      if (message.length !== 1)
        throw new PacketError(
          'MALFORMED_PACKET',
          'decode',
          `${message.length} frames in one message; a packet is one frame`,
        );
      packet = await decodePacket(message[0], this.#settings.decoding);
    } catch (cause) {
      error = cause;
    }
    this.#isDecoding = false;
    if (this.destroyed) return;
    // The time-out is about silence, not about how long decoding takes.
    this.#waitingSince += performance.now() - start;
    if (packet) this.#deliver(packet, message[0]);
    else if (error instanceof DasflowError && error.code === 'QUEUE_FULL') this.destroy(error);
    else this.#skip(error, message);
    if (this.destroyed) return;
    if (this.#isWanted) this.#startTimer();
    this.#advance();
  }

  #deliver(packet: Packet, bytes: Buffer): void {
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
      this.#waitingSince = performance.now();
      this.emit('endOfStream');
      if (this.#settings.endOfStream) this.#end();
      return;
    }
    if (packet.stream !== null && this.#settings.endOfStream && !this.#saidItEnds) {
      // Only now: a publisher of xdas would take it for another subscriber.
      this.#saidItEnds = true;
      this.#socket.subscribe(ENDS_WITH_STREAM);
    }
    this.#counts.received++;
    this.#counts.bytes += bytes.byteLength;
    if (this.#settings.keepBytes) this.#bytes.set(packet.data, bytes);
    this.#isWanted = false;
    // Calls _read again, at once or later, if there is room for more.
    this.push(packet.data);
  }

  #end(): void {
    this.#isWanted = false;
    this.#hasEnded = true;
    this.#stopTimer();
    this.push(null);
  }

  #skip(cause: unknown, message: Buffer[]): void {
    const byteLength = message.reduce((sum, frame) => sum + frame.byteLength, 0);
    const where = `frame of ${byteLength} bytes from ${this.address}`;
    const error =
      cause instanceof DasflowError
        ? cause
        : new PacketError('MALFORMED_PACKET', 'decode', `${where}: ${(cause as Error)?.message ?? cause}`, { cause });
    this.#counts.malformed++;
    const malformed: Malformed = {
      reason: error.message,
      code: error.code,
      error,
      byteLength,
      expected: this.#expected,
    };
    this.emit('malformed', malformed);
    if (this.#settings.onMalformed === 'error' && !this.destroyed) this.destroy(error);
  }

  #startTimer(): void {
    const { timeout } = this.#settings;
    this.#stopTimer();
    if (timeout === null) return;
    const left = this.#waitingSince + timeout * 1000 - performance.now();
    this.#timer = setTimeout(() => this.#onTimer(timeout), Math.max(0, left));
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #onTimer(timeout: number): void {
    // As in xdas the clock runs while the reader waits: what he has not read yet is not lost to a time-out.
    if (this.readableLength > 0) this.#waitingSince = performance.now();
    if (performance.now() - this.#waitingSince < timeout * 1000 - 1) this.#startTimer();
    else this.destroy(this.#timeoutError('packet', timeout));
  }

  #timeoutError(what: string, seconds: number): StreamError {
    const { malformed } = this.#counts;
    const bad = malformed === 0 ? '' : ` (${malformed} malformed frame${malformed === 1 ? '' : 's'} came so far)`;
    return new StreamError('TIMEOUT', `no ${what} came from ${this.address} within ${seconds} s${bad}`, {
      address: this.address,
    });
  }

  #closedError(cause?: unknown): StreamError {
    return new StreamError('CLOSED', `subscriber of ${this.address} is closed`, { address: this.address, cause });
  }
}

function connected(address: string, options: SubscriberSettings['socketOptions']): Subscriber {
  checkPort(address, 'connect');
  const socket = new Subscriber(options);
  try {
    socket.connect(address);
  } catch (cause) {
    socket.close();
    throw addressError(address, 'connect', cause);
  }
  socket.subscribe();
  return socket;
}

function isGreeting(frame: Buffer): boolean {
  return frame.byteLength === GREETING.length && frame.toString('latin1') === GREETING;
}
