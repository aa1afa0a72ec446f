import type { XPublisher } from 'zeromq';
import { StreamError } from '../errors.js';
import { ENDS_WITH_STREAM } from './socket-options.js';

interface Waiter {
  isMet(): boolean;
  resolve(): void;
  reject(error: Error): void;
}

/**
 * Counts the subscribers of a bound XPUB socket by reading its subscription messages (byte 1 or 0, then the topic).
 *
 * One receive is pending all the time: that is what makes ZeroMQ register new peers and hand out the greeting as soon
 * as they come, whether or not anything is being published. The socket must have zeromq.js's `verbosity:
 * 'allSubsUnsubs'` (ZMQ_XPUB_VERBOSER): otherwise several subscribers of the same topic count as one.
 */
export class SubscriptionCounter {
  readonly #socket: XPublisher;
  readonly #address: string;
  readonly #waiters = new Set<Waiter>();
  #count = 0;
  #ending = 0;
  #arrivals = 0;
  #closed = false;

  /** `onError` hears of a socket that fails while it is open, after which nobody is counted any more. */
  constructor(socket: XPublisher, address: string, onError: (error: Error) => void) {
    this.#socket = socket;
    this.#address = address;
    void this.#run(onError);
  }

  /** Subscribed peers now. */
  get count(): number {
    return this.#count;
  }

  /** How many peers have come so far. */
  get arrivals(): number {
    return this.#arrivals;
  }

  /** Peers now that said that they end with the stream (see `ENDS_WITH_STREAM`). */
  get ending(): number {
    return this.#ending;
  }

  /** How many promises are waiting. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /**
   * Resolves with the number of subscribers once there are `count` of them: at once if they are there already. Rejects
   * with `TIMEOUT` after `timeout` seconds (null: never), with `CLOSED` when the publisher closes.
   */
  async atLeast(count: number, timeout: number | null): Promise<number> {
    const met = await this.#until(() => this.#count >= count, timeout);
    if (!met)
      throw new StreamError(
        'TIMEOUT',
        `${this.#count} of ${count} subscribers came to ${this.#address} within ${timeout} s`,
        { address: this.#address },
      );
    return this.#count;
  }

  /**
   * Resolves with true once somebody is there that ends with the stream, with false after `seconds` or when nobody is
   * left that could say so.
   */
  async anyEnding(seconds: number): Promise<boolean> {
    if (!(seconds > 0)) return this.#ending > 0;
    return (await this.#until(() => this.#ending > 0 || this.#count === 0, seconds)) && this.#ending > 0;
  }

  /** Resolves with true once nobody is left that ends with the stream, with false after `seconds`. */
  noneEnding(seconds: number): Promise<boolean> {
    return this.#until(() => this.#ending === 0, seconds);
  }

  /** Stops counting and rejects everybody who waits, with `error` or `CLOSED`. */
  close(error?: Error | null): void {
    this.#closed = true;
    this.#count = 0;
    this.#ending = 0;
    for (const waiter of [...this.#waiters]) waiter.reject(error ?? this.#closedError());
  }

  #closedError(): StreamError {
    return new StreamError('CLOSED', `publisher ${this.#address} is closed`, { address: this.#address });
  }

  #until(isMet: () => boolean, timeout: number | null): Promise<boolean> {
    if (this.#closed) return Promise.reject(this.#closedError());
    if (isMet()) return Promise.resolve(true);
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
      };
      const waiter: Waiter = {
        isMet,
        resolve: () => {
          done();
          resolve(true);
        },
        reject: (error) => {
          done();
          reject(error);
        },
      };
      const timer =
        timeout === null
          ? undefined
          : setTimeout(() => {
              done();
              resolve(false);
            }, timeout * 1000);
      this.#waiters.add(waiter);
    });
  }

  async #run(onError: (error: Error) => void): Promise<void> {
    while (!this.#closed) {
      let message: Buffer;
      try {
        [message] = await this.#socket.receive();
      } catch (cause) {
        // Closing the socket fails the pending receive: then there is nothing left to count.
        if (!this.#closed)
          onError(
            new StreamError('CLOSED', `publisher ${this.#address}: its socket failed`, {
              address: this.#address,
              cause,
            }),
          );
        return;
      }
      // Anything else is a message that an XSUB peer sent upstream: no subscription.
      if (message[0] !== 0 && message[0] !== 1) continue;
      const change = message[0] === 1 ? 1 : -1;
      if (message.toString('latin1', 1) === ENDS_WITH_STREAM) this.#ending = Math.max(0, this.#ending + change);
      else {
        this.#count = Math.max(0, this.#count + change);
        if (change > 0) this.#arrivals++;
      }
      for (const waiter of [...this.#waiters]) if (waiter.isMet()) waiter.resolve();
    }
  }
}
