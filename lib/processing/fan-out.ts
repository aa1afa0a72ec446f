import { Writable } from 'node:stream';
import type { Chunk } from '../atoms/chunk.js';
import { StreamError } from '../errors.js';

/**
 * Gives each chunk to several streams. The next chunk is taken when all of them have room again, so the slowest branch
 * sets the pace and nothing is lost or piled up: beside the chunk in hand, each branch holds what its own stages hold.
 * Chunks are shared, not copied (they never change in place). Ends all branches when it ends; does not destroy them.
 */
export class FanOut extends Writable {
  readonly #branches: readonly Writable[];

  constructor(branches: readonly Writable[]) {
    super({ objectMode: true, highWaterMark: 1 });
    this.#branches = branches;
    for (const branch of branches) branch.setMaxListeners(branch.getMaxListeners() + 2);
  }

  override _write(chunk: Chunk, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    const full: Writable[] = [];
    for (const branch of this.#branches) {
      if (branch.destroyed || branch.writableEnded) {
        callback(new StreamError('CLOSED', 'a branch was closed before the stream ended'));
        return;
      }
      if (!branch.write(chunk)) full.push(branch);
    }
    let waiting = full.length;
    if (waiting === 0) {
      callback();
      return;
    }
    let failed = false;
    for (const branch of full) {
      const settle = (closed: boolean) => () => {
        branch.off('drain', onDrain);
        branch.off('close', onClose);
        if (failed) return;
        if (closed) {
          failed = true;
          callback(new StreamError('CLOSED', 'a branch was closed before the stream ended'));
        } else if (--waiting === 0) callback();
      };
      const onDrain = settle(false);
      const onClose = settle(true);
      branch.on('drain', onDrain);
      branch.on('close', onClose);
    }
  }

  override _final(callback: (error?: Error | null) => void): void {
    for (const branch of this.#branches) branch.end();
    callback();
  }
}
