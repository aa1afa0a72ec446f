import { randomUUID } from 'node:crypto';
import { addAbortSignal, Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { XPublisher } from 'zeromq';
import { DataArray } from '../dataarray/data-array.js';
import { ArgumentError, StreamError } from '../errors.js';
import { encodePacket, endOfStreamPacket } from '../packets/packet.js';
import {
  CUT_SHORT,
  lingerSetting,
  type PublisherSettings,
  publisherSettings,
  type ZMQPublisherOptions,
} from './publisher-options.js';
import { sendWithPolicy } from './send-with-policy.js';
import { addressError, checkPort, countOption, errnoOf, timeoutOption } from './socket-options.js';
import { SubscriptionCounter } from './subscription-counter.js';

export type { ZMQPublisherOptions };

/** What a {@link ZMQPublisher} has done so far. */
export interface ZMQPublisherStatistics {
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

/** Seconds after its first packet in which a subscriber says that it ends with the stream: it has to decode that packet. */
const FIRST_PACKET = 3;

/** An array on its way through the Writable's queue with somebody who waits for it. */
class Submission {
  constructor(
    readonly data: DataArray,
    readonly resolve: () => void,
    readonly reject: (error: Error) => void,
  ) {}
}

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
 * encoded, the last chunk; its packet) and what encoding one takes; (sendHighWaterMark + 1) x B for each subscriber that is
 * behind (those that are equally far share them), and the kernel's send buffer for each.
 *
 * Errors: `ADDRESS` (cannot be bound; the address is in it), `CLOSED` (submitted after the end), `TIMEOUT`
 * ({@link waitForSubscribers}), `BAD_ARGUMENT`, and those of {@link encodePacket}.
 */
export class ZMQPublisher extends Writable {
  /** The random id of this publisher, in every packet as `__stream__`. */
  readonly stream = randomUUID();

  readonly #settings: PublisherSettings;
  readonly #signal: AbortSignal | undefined;
  readonly #ready: Promise<void>;
  readonly #statistics = { sent: 0, bytes: 0, waits: 0, waitTime: 0, refused: 0 };
  #settleReady: { resolve: () => void; reject: (error: Error) => void } | null = null;
  #address: string;
  #socket: XPublisher | null = null;
  #subscriptions: SubscriptionCounter | null = null;
  #sequence = 0n;
  #last: DataArray | null = null;
  #tellsEnd: boolean;
  /** When the latest subscriber's first packet was sent, and how many had come until then. */
  #firstSent = -Infinity;
  #arrivals = 0;
  #readyIsWatched = false;
  /** Promises given out that whatever destroys the stream will reject. */
  #promises = 0;

  /**
   * @param address Where to bind: `tcp://localhost:5555`, `tcp://127.0.0.1:*` (a free port), `tcp://*:5555` (all
   *   interfaces), or another transport of ZeroMQ.
   */
  constructor(address: string, options: ZMQPublisherOptions = {}) {
    const settings = publisherSettings(address, options);
    super({ objectMode: true, highWaterMark: settings.highWaterMark });
    this.#settings = settings;
    this.#signal = options.signal;
    this.#address = address;
    this.#tellsEnd = settings.greeting;
    this.#ready = new Promise((resolve, reject) => {
      this.#settleReady = { resolve, reject };
    });
    // Whoever awaits it sees the error; nobody has to.
    this.#ready.catch(() => {});
    // Not through super(): an aborted signal would destroy what is not made yet.
    if (options.signal) addAbortSignal(options.signal, this);
  }

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
  get statistics(): ZMQPublisherStatistics {
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
   * Rejects with `BAD_ARGUMENT` (no DataArray) or the error of {@link encodePacket}, and the publisher goes on; with `CLOSED`
   * after the end; or with what destroyed the publisher.
   */
  submit(data: DataArray): Promise<void> {
    return this.#promised(
      () =>
        new Promise((resolve, reject) => {
          if (!(data instanceof DataArray)) throw notAnArray(data);
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
        this.#tellsEnd = false;
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

  override _construct(callback: (error?: Error | null) => void): void {
    this.#bind().then(() => callback(), callback);
  }

  override _write(chunk: unknown, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    const submission = chunk instanceof Submission ? chunk : null;
    this.#publish(submission ? submission.data : chunk, submission).then(() => callback(), callback);
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#tellEnd().then(() => callback(), callback);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    // An error that a promise delivers needs no 'error' listener as well.
    const isHeard = this.#promises > 0 || (this.#readyIsWatched && this.#settleReady !== null);
    if (error && isHeard) this.once('error', () => {});
    this.#settleReady?.reject(error ?? this.#closedError());
    this.#settleReady = null;
    this.#subscriptions?.close(error);
    if (this.#socket) {
      // An abort waits for nobody.
      const most = this.#signal?.aborted ? 0 : CUT_SHORT;
      if (!this.writableFinished) this.#socket.linger = lingerSetting(Math.min(this.#settings.linger, most));
      this.#socket.close();
    }
    this.#last = null;
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

  async #publish(data: unknown, submission: Submission | null): Promise<void> {
    let bytes: Uint8Array;
    try {
      if (!(data instanceof DataArray)) throw notAnArray(data);
      bytes = await encodePacket(data, { ...this.#settings.packet, stream: this.stream, sequence: this.#sequence });
    } catch (error) {
      if (!submission) throw error;
      this.#statistics.refused++;
      submission.reject(error as Error);
      return;
    }
    // What the end-of-stream packet is made of.
    if (data.ndim > 0) this.#last = data;
    const waited = await this.#send(bytes);
    if (this.#arrivals !== this.#subscriptions!.arrivals) {
      this.#arrivals = this.#subscriptions!.arrivals;
      this.#firstSent = performance.now();
    }
    this.#sequence++;
    this.#statistics.sent++;
    this.#statistics.bytes += bytes.byteLength;
    this.#statistics.waitTime += waited;
    submission?.resolve();
    // Sending never waits for the event loop, so without this turn nobody could subscribe to a publisher in a hurry.
    await nextTurn();
  }

  async #send(bytes: Uint8Array): Promise<number> {
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
    return waited;
  }

  async #tellEnd(): Promise<void> {
    if (!this.#tellsEnd) return;
    const last = this.#last ?? new DataArray({ data: new Float64Array(0), shape: [0], dims: ['time'] });
    const bytes = await endOfStreamPacket(last, {
      dim: last.dims.includes('time') ? 'time' : 'first',
      dialect: this.#settings.packet.dialect,
      stream: this.stream,
      sequence: this.#sequence,
    });
    this.#statistics.waitTime += await this.#send(bytes);
    if (this.#settings.policy === 'drop') await this.#repeat(bytes);
  }

  /** Whoever's queue is full does not get the end; those that wait for it leave when they have it, and we see them go. */
  async #repeat(bytes: Uint8Array): Promise<void> {
    const subscriptions = this.#subscriptions!;
    let left = this.#settings.linger;
    for (let pause = 0.02; left > 0; left -= pause, pause = Math.min(1, 2 * pause)) {
      if (subscriptions.ending === 0) {
        const undecided = FIRST_PACKET - (performance.now() - this.#firstSent) / 1000;
        if (!(await subscriptions.anyEnding(Math.min(undecided, left)))) return;
      }
      if (await subscriptions.noneEnding(Math.min(pause, left))) continue;
      await this.#send(bytes);
    }
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
}

function notAnArray(value: unknown): ArgumentError {
  const kind = value === null ? 'null' : typeof value === 'object' ? value.constructor?.name : typeof value;
  return new ArgumentError('BAD_ARGUMENT', `ZMQPublisher publishes DataArrays, not ${kind}`);
}
