import { setTimeout as after, setImmediate as nextTurn } from 'node:timers/promises';
import type { XPublisher } from 'zeromq';
import { errnoOf } from './socket-options.js';

/**
 * What a publisher does while a subscriber's queue is full: `'drop'` never waits (ZeroMQ drops the packet for that
 * subscriber alone), `'block'` waits until every subscriber's queue has room, so that nobody loses anything.
 */
export type Policy = 'drop' | 'block';

/** All policies. */
export const policies = ['drop', 'block'] as const satisfies readonly Policy[];

/** Tries in successive turns of the event loop before the 1 ms timers: a healthy queue has room again within those. */
const QUICK_TRIES = 100;

/**
 * Hands one packet to ZeroMQ; the bytes must not be changed afterwards (zeromq.js sends without a copy). Resolves with
 * the seconds it had to wait, 0 if it had not.
 *
 * With ZMQ_XPUB_NODROP a full queue makes the send fail at once with EAGAIN, and as these sockets always call
 * themselves writable, waiting means trying again: first every turn of the event loop, then every millisecond, until
 * `isGivenUp()`, when it resolves with null. Without that option (policy `drop`) the first try succeeds.
 */
export async function sendWithPolicy(
  socket: XPublisher,
  bytes: Uint8Array | string,
  isGivenUp: () => boolean,
  onWait: () => void = () => {},
): Promise<number | null> {
  let start = 0;
  for (let tries = 0; !isGivenUp(); tries++) {
    try {
      await socket.send(bytes);
      return tries === 0 ? 0 : (performance.now() - start) / 1000;
    } catch (error) {
      if (errnoOf(error) !== 'EAGAIN') throw error;
    }
    if (tries === 0) {
      start = performance.now();
      onWait();
    }
    await (tries < QUICK_TRIES ? nextTurn() : after(1));
  }
  return null;
}
