import { addAbortSignal, Readable } from 'node:stream';
import { Subscriber } from 'zeromq';
import type { DataArray } from '../dataarray/data-array.js';
import { DasflowError, PacketError, StreamError } from '../errors.js';
import { addressError, checkPort, timeoutOption } from './socket-options.js';
import type { ReceiverSettings } from './subscriber-options.js';
import type { Malformed } from './subscriber-statistics.js';

/** Milliseconds for which messages that wait are received and decoded without a turn of the event loop. */
const LONGEST_TURN = 4;

/** A message that waits to be decoded. */
export interface Received {
  readonly frames: readonly Buffer[];
}

/** A message that is being decoded, or was while those before it still are. */
interface Decoding<M, D> {
  readonly message: M;
  outcome: { decoded: D } | { error: unknown } | null;
}

/**
 * What the subscribers of all protocols have in common: an object-mode Readable and async iterator of DataArray over a ZeroMQ
 * SUB socket, with one message at a time on its way (or as many as are decoded at once, delivered in order), time-outs, malformed frames that are told and skipped, and an orderly
 * end. What a message is (`sort`, `decode`, `deliver`) is the protocol's.
 *
 * `M` is a message that waits, `D` what it decodes to.
 */
export abstract class ArraySubscriber<M extends Received, D> extends Readable {
  /** Where it is connected to. */
  readonly address: string;

  /** What greets a new subscriber, in words. */
  protected abstract readonly greeting: string;

  readonly #endpoint: string;
  readonly #socket: Subscriber;
  readonly #settings: ReceiverSettings;
  /** Messages that came while somebody waited for the greeting, in order. */
  readonly #messages: M[] = [];
  readonly #greetingWaiters = new Set<{ resolve: () => void; reject: (error: Error) => void }>();
  #malformed = 0;
  #isReceiving = false;
  /** In the order in which they came. */
  readonly #decoding: Decoding<M, D>[] = [];
  #decodingSince = 0;
  #isDelivering = false;
  #isWanted = false;
  #isSubscribed = false;
  #hasEnded = false;
  /** Packets that {@link drain} may still take; null before it is called. */
  #left: number | null = null;
  #timer: NodeJS.Timeout | undefined;
  #waitingSince = 0;
  #lastTurn = 0;

  /** @param address What users gave; @param endpoint what ZeroMQ connects to. Both are checked already, as are the settings. */
  protected constructor(address: string, endpoint: string, settings: ReceiverSettings, signal?: AbortSignal) {
    const socket = connected(endpoint, settings.socketOptions);
    super({ objectMode: true, highWaterMark: settings.highWaterMark });
    this.address = address;
    this.#endpoint = endpoint;
    this.#settings = settings;
    this.#socket = socket;
    // Not through super(): an aborted signal would destroy what is not made yet.
    if (signal) addAbortSignal(signal, this);
  }

  /** A message as it came: what is to be decoded; null for a greeting, which is dealt with here and now. Must not throw. */
  protected abstract sort(frames: Buffer[]): M | null;

  /** Decodes one message. What it throws makes the message malformed, but for `QUEUE_FULL`, which ends the stream. */
  protected abstract decode(message: M): D | Promise<D>;

  /** Counts and tells what was decoded, and calls {@link hand} or {@link finish}, or neither. */
  protected abstract deliver(decoded: D, message: M): void;

  /** `__sequence__` that is expected next, for {@link Malformed}. */
  protected get expected(): bigint | null {
    return null;
  }

  /** Messages that were none, so far. */
  protected get malformed(): number {
    return this.#malformed;
  }

  /** Whether the publisher has greeted this subscriber. */
  get isSubscribed(): boolean {
    return this.#isSubscribed;
  }

  /**
   * Resolves when the publisher has greeted this subscriber. Packets that come before are kept for the reader; no more than
   * `highWaterMark` of them are taken.
   *
   * ZeroMQ greets who connects, and reads his subscription a moment later (under a millisecond, some of them under load): a packet that is
   * published in that moment does not arrive, and nobody counts it. Where the first one matters the publisher waits: `waitForSubscribers`.
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
          : setTimeout(() => waiter.reject(this.#timeoutError(this.greeting, seconds)), seconds * 1000);
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
   * Ends the stream after what has come so far: the packets in Node, those being decoded, and those that wait in
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
    this.#decoding.length = 0;
    if (error && this.#greetingWaiters.size > 0) this.once('error', () => {});
    for (const waiter of [...this.#greetingWaiters]) waiter.reject(error ?? this.#closedError());
    this.#socket.close();
    callback(error);
  }

  /** Does the next things that can be done: decode what is here, or receive. */
  #advance(): void {
    while (!this.destroyed && this.#messages.length > 0 && this.#canDecode) this.#decode(this.#messages.shift()!);
    this.#receive();
  }

  /** Whether one more message may be decoded now. Those that are already count as if they were in the reader's queue. */
  get #canDecode(): boolean {
    const { length } = this.#decoding;
    if (!this.#isWanted || this.#hasEnded || length >= (this.#settings.decodedAtOnce ?? 1)) return false;
    return length === 0 || this.readableLength + length < this.readableHighWaterMark;
  }

  /**
   * {@link #advance}, in the next turn of the event loop if the last one is long ago: messages that wait are received and
   * decoded without one, and a fast publisher could keep everybody else waiting.
   */
  #goOn(): void {
    if (performance.now() - this.#lastTurn < LONGEST_TURN) {
      this.#advance();
      return;
    }
    setImmediate(() => {
      this.#lastTurn = performance.now();
      this.#advance();
    });
  }

  /** Packets taken from the socket that no reader has taken yet. */
  get #held(): number {
    return this.readableLength + this.#messages.length + this.#decoding.length;
  }

  #receive(): void {
    if (this.destroyed || this.#hasEnded) return;
    const isNeeded = this.#canDecode && this.#messages.length === 0;
    // Who waits for a message has emptied the queue.
    if (isNeeded && this.#left !== null && (this.#isReceiving || this.#left === 0 || !this.#socket.readable)) {
      if (this.#decoding.length === 0) this.finish();
      return;
    }
    if (this.#isReceiving) return;
    if (!isNeeded && (this.#greetingWaiters.size === 0 || this.#held >= this.readableHighWaterMark)) return;
    this.#isReceiving = true;
    this.#take().then(
      (message) => {
        this.#isReceiving = false;
        if (this.destroyed) return;
        const sorted = this.sort(message);
        if (sorted) {
          this.#messages.push(sorted);
          if (this.#left !== null) this.#left--;
        }
        this.#goOn();
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

  /** Also subscribes to a topic. */
  protected subscribe(topic: string): void {
    this.#socket.subscribe(topic);
  }

  /** Connects afresh, which makes the publisher greet again; what was received is kept. */
  protected connectAgain(): void {
    this.#socket.disconnect(this.#endpoint);
    this.#socket.connect(this.#endpoint);
  }

  /** A sign of life that is no data: the clock of the time-out starts again. */
  protected alive(): void {
    this.#waitingSince = performance.now();
  }

  /** A greeting came: whoever waits for one goes on. */
  protected greeted(): void {
    this.#isSubscribed = true;
    this.alive();
    for (const waiter of [...this.#greetingWaiters]) waiter.resolve();
  }

  /** Hands an array to the reader. Calls `_read` again, at once or later, if there is room for more. */
  protected hand(data: DataArray): void {
    this.#isWanted = false;
    this.push(data);
  }

  /** The stream has ended: nothing more is received. */
  protected finish(): void {
    this.#isWanted = false;
    this.#hasEnded = true;
    this.#stopTimer();
    this.push(null);
  }

  #decode(message: M): void {
    const decoding: Decoding<M, D> = { message, outcome: null };
    this.#decoding.push(decoding);
    this.#stopTimer();
    if (this.#decoding.length === 1) this.#decodingSince = performance.now();
    const done = (outcome: Decoding<M, D>['outcome']) => {
      decoding.outcome = outcome;
      this.#deliver();
    };
    // What can be decoded at once is not waited for: a turn of the event loop costs more than many a packet.
    let decoded: D | Promise<D>;
    try {
      decoded = this.decode(message);
    } catch (error) {
      done({ error });
      return;
    }
    if (decoded instanceof Promise)
      decoded.then(
        (value) => done({ decoded: value }),
        (error: unknown) => done({ error }),
      );
    else done({ decoded });
  }

  /** Delivers what is decoded, up to the first message that is not. */
  #deliver(): void {
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    try {
      while (!this.destroyed && !this.#hasEnded && this.#decoding[0]?.outcome) {
        const { message, outcome } = this.#decoding.shift()!;
        // The time-out is about silence, not about how long decoding takes.
        if (this.#decoding.length === 0) {
          const now = performance.now();
          this.#waitingSince = Math.min(now, this.#waitingSince + now - this.#decodingSince);
        }
        if ('decoded' in outcome!) this.deliver(outcome.decoded, message);
        else if (outcome!.error instanceof DasflowError && outcome!.error.code === 'QUEUE_FULL')
          this.destroy(outcome!.error);
        else this.#skip(outcome!.error, message);
      }
    } finally {
      this.#isDelivering = false;
    }
    if (this.destroyed) return;
    if (this.#hasEnded) this.#decoding.length = 0;
    else if (this.#isWanted && this.#decoding.length === 0) this.#startTimer();
    this.#advance();
  }

  #skip(cause: unknown, { frames }: M): void {
    const byteLength = frames.reduce((sum, frame) => sum + frame.byteLength, 0);
    const where = `frame of ${byteLength} bytes from ${this.address}`;
    const error =
      cause instanceof DasflowError
        ? cause
        : new PacketError('MALFORMED_PACKET', 'decode', `${where}: ${(cause as Error)?.message ?? cause}`, { cause });
    this.#malformed++;
    const malformed: Malformed = {
      reason: error.message,
      code: error.code,
      error,
      byteLength,
      expected: this.expected,
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
    const count = this.#malformed;
    const bad = count === 0 ? '' : ` (${count} malformed frame${count === 1 ? '' : 's'} came so far)`;
    return new StreamError('TIMEOUT', `no ${what} came from ${this.address} within ${seconds} s${bad}`, {
      address: this.address,
    });
  }

  #closedError(cause?: unknown): StreamError {
    return new StreamError('CLOSED', `subscriber of ${this.address} is closed`, { address: this.address, cause });
  }
}

function connected(address: string, options: ReceiverSettings['socketOptions']): Subscriber {
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

/** The only frame of a message. Throws `MALFORMED_PACKET` where it has several: no protocol here has those. */
export function onlyFrame({ frames }: Received): Buffer {
  if (frames.length === 1) return frames[0]!;
  throw new PacketError('MALFORMED_PACKET', 'decode', `${frames.length} frames in one message; a packet is one frame`);
}
