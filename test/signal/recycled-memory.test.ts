import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { beforeEach, describe, it } from 'node:test';
import {
  dropRecycled,
  isLent,
  lendMemory,
  mostBuffers,
  mostBytes,
  recyclingStatistics,
  returnMemory,
} from '../../lib/signal/recycled-memory.js';
import { resultArray } from '../../lib/signal/result-array.js';

const MB = 1 << 20;

/** Buffers made and lent again while `work` ran. */
function during(work: () => void): { allocated: number; reused: number } {
  const before = recyclingStatistics();
  work();
  const after = recyclingStatistics();
  return { allocated: after.allocated - before.allocated, reused: after.reused - before.reused };
}

describe('recycled memory', () => {
  beforeEach(dropRecycled);

  it('is lent again, with what was in it, and views that somebody kept have length 0', () => {
    const first = resultArray(MB / 8).fill(7);
    const view = first.subarray(3);
    assert.ok(returnMemory(first.buffer));
    assert.equal(first.length, 0);
    assert.equal(view.length, 0);
    assert.equal(view[0], undefined);
    const counted = during(() => assert.equal(resultArray(MB / 8)[5], 7));
    assert.deepEqual(counted, { allocated: 0, reused: 1 });
  });

  it('is taken back once, and only if it came from here', () => {
    const { buffer } = resultArray(MB);
    assert.ok(isLent(buffer));
    assert.ok(returnMemory(buffer));
    assert.equal(isLent(buffer), false);
    assert.equal(returnMemory(buffer), false);
    const own = new Float64Array(MB);
    assert.equal(returnMemory(own.buffer), false);
    assert.equal(own.length, MB);
    assert.equal(recyclingStatistics().waiting, 1);
  });

  it('serves other dtypes and slightly smaller results, the smallest that fits first, not much smaller ones', () => {
    const sizes = [MB, MB + 4096, MB + 8192];
    const marked = sizes.map((size) => {
      const buffer = lendMemory(size);
      new Float64Array(buffer)[1] = size;
      return buffer;
    });
    for (const buffer of marked) returnMemory(buffer);
    const sizeOf = ({ buffer }: Float32Array | Float64Array) => new Float64Array(buffer)[1];
    assert.equal(sizeOf(resultArray(MB / 4 + 10, true)), MB + 4096);
    assert.equal(sizeOf(resultArray(MB / 8)), MB);
    assert.deepEqual(
      during(() => lendMemory(MB / 2)),
      { allocated: 1, reused: 0 },
    );
  });

  it('waits in a pool of bounded count and bytes, from which the oldest goes first', () => {
    const sizes = Array.from({ length: mostBuffers + 3 }, (_, k) => (1 << 17) + 65536 * k);
    for (const buffer of sizes.map((bytes) => lendMemory(bytes))) returnMemory(buffer);
    assert.equal(recyclingStatistics().waiting, mostBuffers);
    assert.deepEqual(
      during(() => lendMemory(sizes.at(-1)!)),
      { allocated: 0, reused: 1 },
    );
    dropRecycled();
    assert.deepEqual([recyclingStatistics().waiting, recyclingStatistics().waitingBytes], [0, 0]);
    const large = [lendMemory(mostBytes / 2), lendMemory(mostBytes / 2), lendMemory(MB)];
    for (const buffer of large) returnMemory(buffer);
    assert.deepEqual([recyclingStatistics().waiting, recyclingStatistics().waitingBytes], [2, mostBytes / 2 + MB]);
    const tooLarge = lendMemory(mostBytes + 8);
    assert.ok(returnMemory(tooLarge));
    assert.equal(recyclingStatistics().waiting, 2);
  });

  it('is not kept where it is small', () => {
    assert.ok(returnMemory(resultArray(100).buffer));
    assert.equal(recyclingStatistics().waiting, 0);
  });

  const script = `
    import { recyclingStatistics, returnMemory } from ${JSON.stringify(new URL('../../lib/signal/recycled-memory.js', import.meta.url).href)};
    import { resultArray } from ${JSON.stringify(new URL('../../lib/signal/result-array.js', import.meta.url).href)};
    const first = resultArray(20000).fill(7);
    returnMemory(first.buffer);
    const second = resultArray(20000);
    console.log(JSON.stringify([recyclingStatistics().reused, second[5], resultArray(3)[0], first.length]));`;
  const run = (how: string) => {
    const env = { ...process.env, DASFLOW_RECYCLING: how };
    return spawnSync(process.execPath, ['--input-type=module', '-e', script], { env, encoding: 'utf8' });
  };

  it('is full of NaN in the poison mode, fresh memory too', () => {
    assert.deepEqual(JSON.parse(run('poison').stdout), [1, null, null, 0]);
  });

  it('is switched off by the environment, which takes no other word', () => {
    assert.deepEqual(JSON.parse(run('off').stdout)[0], 0);
    const wrong = run('sometimes');
    assert.notEqual(wrong.status, 0);
    assert.match(wrong.stderr, /BAD_ARGUMENT/);
  });
});
