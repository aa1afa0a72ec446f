import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { FanOut } from '../../lib/processing/fan-out.js';

/** A sink that takes a chunk only when it is let. */
class Gate extends Writable {
  readonly taken: unknown[] = [];
  #open: (() => void) | null = null;
  constructor() {
    super({ objectMode: true, highWaterMark: 1 });
  }
  override _write(chunk: unknown, _encoding: BufferEncoding, callback: () => void): void {
    this.#open = () => {
      this.#open = null;
      this.taken.push(chunk);
      callback();
    };
    this.emit('asked');
  }
  async let(): Promise<void> {
    if (!this.#open) await once(this, 'asked');
    this.#open!();
  }
}

/** Takes everything at once. */
const eager = (taken: unknown[]) =>
  new Writable({
    objectMode: true,
    highWaterMark: 1,
    write(chunk, _encoding, callback) {
      taken.push(chunk);
      callback();
    },
  });

/** Chunks read from an endless source until nothing moves any more. */
async function pulledBehindStall(makeFanOut: (branches: Writable[]) => Writable): Promise<number> {
  let pulled = 0;
  const source = new Readable({
    objectMode: true,
    highWaterMark: 1,
    read() {
      this.push({ number: pulled++ });
      if (pulled > 500) this.push(null);
    },
  });
  const stalled = new Gate();
  const running = pipeline(source, makeFanOut([eager([]), stalled]));
  running.catch(() => {});
  for (let before = -1; before !== pulled; ) {
    before = pulled;
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  }
  source.destroy();
  return pulled;
}

test('the slowest branch sets the pace: memory behind a stalled one is bounded', async () => {
  const bounded = await pulledBehindStall((branches) => new FanOut(branches));
  assert.ok(bounded <= 4, `${bounded} chunks`);
  // The broken control: a fan-out that does not wait pulls the source dry, so the number above means something.
  const broken = await pulledBehindStall(
    (branches) =>
      new Writable({
        objectMode: true,
        highWaterMark: 1,
        write(chunk, _encoding, callback) {
          for (const branch of branches) branch.write(chunk);
          callback();
        },
      }),
  );
  assert.ok(broken > 400, `${broken} chunks`);
});

test('every branch gets every chunk, the same object, in order, and ends', async () => {
  const slow = new Gate();
  const fast: unknown[] = [];
  const fastSink = eager(fast);
  const chunks = Array.from({ length: 5 }, (_, i) => ({ i }));
  const done = Promise.all([
    pipeline(Readable.from(chunks), new FanOut([fastSink, slow])),
    once(slow, 'finish'),
    once(fastSink, 'finish'),
  ]);
  for (const _ of chunks) await slow.let();
  await done;
  assert.deepEqual(fast, chunks);
  assert.deepEqual(slow.taken, chunks);
  assert.equal(slow.taken[3], chunks[3]);
});

test('a branch that closes early is an error, not a silent loss or a hang', async () => {
  const slow = new Gate();
  const running = pipeline(Readable.from([1, 2, 3]), new FanOut([eager([]), slow]));
  await once(slow, 'asked');
  slow.destroy();
  await assert.rejects(running, { code: 'CLOSED' });
});
