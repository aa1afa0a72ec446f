import { addAbortSignal, Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { XPublisher } from 'zeromq';
import { DataArray } from '../dataarray/data-array.js';
import { ArgumentError, StreamError } from '../errors.js';
import { type Begun, CodingAhead } from '../packets/coding-ahead.js';
import { CUT_SHORT, lingerSetting, type SenderSettings } from './publisher-options.js';
import { sendWithPolicy } from './send-with-policy.js';
import { setLiveOption } from './set-live-option.js';
import { addressError, checkPort, countOption, errnoOf, timeoutOption } from './socket-options.js';
import { SubscriptionCounter } from './subscription-counter.js';

/** Milliseconds for which a publisher that waits for room publishes without a turn of the event loop. */
const LONGEST_TURN = 1;

/** What publishers of all protocols count. */
export interface PublisherStatistics {
  /** Data packets handed to ZeroMQ (which can still drop them, for a slow subscriber, if the policy is `'drop'`). */
  sent: number;
  /** Their bytes. */
  bytes: number;
  /** Packets that had to wait for a full queue (policy `'block'`). */
  waits: number;
  /** Seconds that they waited, all together. */
  waitTime: number;
  /** Arrays given to `submit` that could not be encoded. */
  refused: number;
  /** Subscribers now. */
  subscribers: number;
}

/** An array on its way through the Writable's queue with somebody who waits for it. */
class Submission {
  constructor(
    readonly data: DataArray,
    readonly resolve: () => void,
    readonly reject: (error: Error) => void,
  ) {}
}

/**
 * What the publishers of all protocols have in common: an object-mode Writable of DataArray over a bound ZeroMQ XPUB socket,
 * which counts its subscribers, submits arrays with a promise for each, follows a policy for slow subscribers, and closes in
 * order. How arrays become messages (`encode`, `transmit`) and how the end is told (`tellEnd`) is the protocol's.
 *
 * `E` is an array in its encoded form, `B` one whose encoding was begun before its turn.
 */
export abstract class ArrayPublisher<E, B = undefined> extends Writable {
  /** Called with each array when nothing here needs its memory any more; see `ChunkSink`. */
  doneWith: ((array: DataArray) => void) | null = null;
  readonly #settings: SenderSettings;
  readonly #signal: AbortSignal | undefined;
  readonly #ready: Promise<void>;
  readonly #statistics = { sent: 0, bytes: 0, waits: 0, waitTime: 0, refused: 0 };
  #settleReady: { resolve: () => void; reject: (error: Error) => void } | null = null;
  #address: string;
  #socket: XPublisher | null = null;
  #subscriptions: SubscriptionCounter | null = null;
  #isCutShort = false;
  #readyIsWatched = false;
  #lastTurn = 0;
  readonly #ahead: CodingAhead<B>;
  readonly #gone = new AbortController();
  /** Promises given out that whatever destroys the stream will reject. */
  #promises = 0;

  /** @param settings All checked already. */
  protected constructor(settings: SenderSettings, signal?: AbortSignal) {
    super({ objectMode: true, highWaterMark: settings.highWaterMark });
    this.#settings = settings;
    this.#signal = signal;
    this.#address = settings.address;
    this.#ahead = new CodingAhead(settings.codedAtOnce ?? 1, (data) => this.begin(data));
    this.#ready = new Promise((resolve, reject) => {
      this.#settleReady = { resolve, reject };
    });
    // Whoever awaits it sees the error; nobody has to.
    this.#ready.catch(() => {});
    // Not through super(): an aborted signal would destroy what is not made yet.
    if (signal) addAbortSignal(signal, this);
  }

  /** Encodes one array, from what was begun of it, if anything was. What it throws refuses that array alone, if it was submitted. */
  protected abstract encode(data: DataArray, begun: Begun<B> | null): E | Promise<E>;

  /** Begins to encode an array whose turn has not come. What it throws is thrown then. */
  protected begin(_data: DataArray): B {
    throw new Error(`${this.constructor.name} begins nothing ahead of its turn`);
  }

  /** Aborted when the publisher is destroyed. */
  protected get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Sends an encoded array: {@link send}, and {@link sent} for each data packet. What it throws destroys the publisher. */
  protected abstract transmit(encoded: E): Promise<void>;

  /** Sends what tells subscribers that the stream has ended, if the protocol has that. Not called by {@link close}. */
  protected async tellEnd(): Promise<void> {}

  /** Where it is bound; before `ready`, what was asked for. */
  get address(): string {
    return this.#address;
  }

  /** Resolves when it is bound; rejects with `ADDRESS` if that is not possible, with `CLOSED` if it is closed before. */
  get ready(): Promise<void> {
    this.#readyIsWatched = true;
    return this.#ready;
  }

  /** Subscribers now. Exact: ZeroMQ tells of every one that comes and goes (each topic that one subscribes to counts). */
  get nsubscribers(): number {
    return this.#subscriptions?.count ?? 0;
  }

  /** What was done so far (a copy). */
  get statistics(): PublisherStatistics {
    return { ...this.#statistics, subscribers: this.nsubscribers };
  }

  /**
   * Resolves with the number of subscribers once there are at least `count`: everything published from then on reaches
   * them. For replays; a live publisher does not wait.
   *
   * @param count Default 1.
   * @param timeout Seconds, default 60; null waits for ever.
   * Rejects with `TIMEOUT`, or with what ended the publisher.
   */
  async waitForSubscribers(count = 1, timeout: number | null = 60): Promise<number> {
    countOption('count', count, 0);
    const seconds = timeoutOption('timeout', timeout);
    return this.#promised(async () => {
      await this.#ready;
      return this.#subscriptions!.atLeast(count, seconds);
    });
  }

  /**
   * Publishes one array; resolves when its packet was handed to ZeroMQ. Under `'block'` that can take as long as the slowest
   * subscriber takes. Arrays are published in the order of the calls, `write` included.
   *
   * Rejects with `BAD_ARGUMENT` (no DataArray) or the error of encoding it, and the publisher goes on; with `CLOSED`
   * after the end; or with what destroyed the publisher.
   */
  submit(data: DataArray): Promise<void> {
    return this.#promised(
      () =>
        new Promise((resolve, reject) => {
          if (!(data instanceof DataArray)) throw this.#notAnArray(data);
          if (this.writableEnded || this.destroyed) throw this.#closedError();
          this.write(new Submission(data, resolve, reject), (error) => {
            if (error) reject(errnoOf(error) === 'ERR_STREAM_DESTROYED' ? this.#closedError(error) : error);
          });
        }),
    );
  }

  /**
   * Closes without telling the end of the stream (unless `end()` was called before): what was accepted is handed to ZeroMQ
   * first, for `linger` seconds at most, and delivered for as long again. Resolves when the socket is closed. Closing twice,
   * or what is closed, is fine.
   */
  async close(): Promise<void> {
    if (this.closed) return;
    await this.#promised(async () => {
      const closed = new Promise<void>((resolve, reject) => {
        this.once('error', reject);
        this.once('close', resolve);
      });
      let timer: NodeJS.Timeout | undefined;
      if (!this.writableEnded && !this.destroyed) {
        this.#isCutShort = true;
        this.end();
      }
      if (!this.writableFinished && !this.destroyed && this.#settings.linger !== Infinity)
        timer = setTimeout(() => this.destroy(), this.#settings.linger * 1000);
      await closed.finally(() => clearTimeout(timer));
    });
  }

  /** {@link close}: at the end of an `await using` block. The end of the stream is told only by `end()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  override write(chunk: unknown, callback?: (error: Error | null | undefined) => void): boolean;
  override write(
    chunk: unknown,
    encoding: BufferEncoding,
    callback?: (error: Error | null | undefined) => void,
  ): boolean;
  override write(chunk: unknown, ...rest: unknown[]): boolean {
    if (chunk !== null && !this.writableEnded && !this.destroyed)
      this.#ahead.written(chunk, chunk instanceof Submission ? chunk.data : chunk);
    return super.write(chunk, ...(rest as [BufferEncoding, () => void]));
  }

  override _construct(callback: (error?: Error | null) => void): void {
    this.#bind().then(() => callback(), callback);
  }

  override _write(chunk: unknown, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    const submission = chunk instanceof Submission ? chunk : null;
    const begun = this.#ahead.taken(chunk);
    this.#publish(submission ? submission.data : chunk, submission, begun)
      .finally(() => this.#ahead.done())
      .then(() => callback(), callback);
  }

  override _final(callback: (error?: Error | null) => void): void {
    (this.#isCutShort ? Promise.resolve() : this.tellEnd()).then(() => callback(), callback);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    // An error that a promise delivers needs no 'error' listener as well.
    const isHeard = this.#promises > 0 || (this.#readyIsWatched && this.#settleReady !== null);
    if (error && isHeard) this.once('error', () => {});
    this.#settleReady?.reject(error ?? this.#closedError());
    this.#settleReady = null;
    this.#ahead.clear();
    this.#gone.abort();
    this.#subscriptions?.close(error);
    if (this.#socket) {
      // An abort waits for nobody.
      const most = this.#signal?.aborted ? 0 : CUT_SHORT;
      if (!this.writableFinished) this.#socket.linger = lingerSetting(Math.min(this.#settings.linger, most));
      this.#socket.close();
    }
    callback(error);
  }

  async #bind(): Promise<void> {
    const { address, socketOptions } = this.#settings;
    checkPort(address, 'bind');
    const socket = new XPublisher(socketOptions);
    try {
      await socket.bind(address);
    } catch (cause) {
      socket.close();
      throw addressError(address, 'bind', cause);
    }
    this.#socket = socket;
    this.#address = socket.lastEndpoint ?? address;
    this.#subscriptions = new SubscriptionCounter(socket, this.#address, (error) => this.destroy(error));
    // Destroyed meanwhile: _destroy comes next and says so.
    if (this.destroyed) return;
    this.#settleReady?.resolve();
    this.#settleReady = null;
  }

  async #publish(data: unknown, submission: Submission | null, begun: Begun<B> | null): Promise<void> {
    let encoded: E;
    try {
      if (!(data instanceof DataArray)) throw this.#notAnArray(data);
      const encoding = this.encode(data, begun);
      encoded = encoding instanceof Promise ? await encoding : encoding;
    } catch (error) {
      if (error === this.gone.reason && this.gone.aborted) throw this.#closedError(error);
      if (!submission) throw error;
      this.#statistics.refused++;
      submission.reject(error as Error);
      return;
    }
    await this.transmit(encoded);
    submission?.resolve();
    // Sending never waits for the event loop, so without this turn nobody could subscribe to a publisher in a hurry. Under
    // `drop` each packet takes one, which gives ZeroMQ the time to send what is in its queue.
    if (this.waitsForRoom && performance.now() - this.#lastTurn < LONGEST_TURN) return;
    await nextTurn();
    this.#lastTurn = performance.now();
  }

  /** A data packet was sent. */
  protected sent(bytes: Uint8Array): void {
    this.#statistics.sent++;
    this.#statistics.bytes += bytes.byteLength;
  }

  /** Hands one message to ZeroMQ under the policy; the bytes must not be changed afterwards. */
  protected async send(bytes: Uint8Array | string): Promise<void> {
    if (this.destroyed) throw this.#closedError();
    let waited: number | null;
    try {
      waited = await sendWithPolicy(
        this.#socket!,
        bytes,
        () => this.destroyed,
        () => this.#statistics.waits++,
      );
    } catch (cause) {
      throw this.#closedError(cause);
    }
    if (waited === null) throw this.#closedError();
    this.#statistics.waitTime += waited;
  }

  /** Whether {@link send} waits until every subscriber's queue has room (policy `'block'`). */
  protected get waitsForRoom(): boolean {
    return this.#settings.policy === 'block';
  }

  /** The message that every new subscriber gets first, from now on. */
  protected welcome(text: string): void {
    setLiveOption(() => {
      this.#socket!.welcomeMessage = text;
    });
  }

  /** Who is subscribed; only while it is open. */
  protected get subscriptions(): SubscriptionCounter {
    return this.#subscriptions!;
  }

  async #promised<T>(work: () => Promise<T>): Promise<T> {
    this.#promises++;
    try {
      return await work();
    } finally {
      this.#promises--;
    }
  }

  #closedError(cause?: unknown): StreamError {
    return new StreamError('CLOSED', `publisher ${this.#address} is closed`, { address: this.#address, cause });
  }

  #notAnArray(value: unknown): ArgumentError {
    const kind = value === null ? 'null' : typeof value === 'object' ? value.constructor?.name : typeof value;
    return new ArgumentError('BAD_ARGUMENT', `${this.constructor.name} publishes DataArrays, not ${kind}`);
  }
}
