import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { DeliveryCounter } from '../../lib/zeromq/delivery-counter.js';
import { chunk, START, STEP } from './chunks.js';

const numbered = (stream: string, sequence: bigint) => ({ data: chunk(0), stream, sequence });
const foreign = (data: DataArray) => ({ data, stream: null, sequence: null });

test('numbers: what is skipped is lost, to the packet', () => {
  const counter = new DeliveryCounter();
  // Nobody lost what was published before he came.
  assert.deepEqual(counter.observe(numbered('a', 7n)), {});
  assert.deepEqual(counter.observe(numbered('a', 8n)), {});
  assert.deepEqual(counter.observe(numbered('a', 12n)), { lost: { unit: 'packets', count: 3, from: 9n, to: 11n } });
  assert.deepEqual(counter.observe(numbered('a', 13n)), {});
  assert.equal(counter.lost, 3);
  assert.equal(counter.restarts, 0);
  assert.equal(counter.foreign, 0);
});

test('another stream id is a restart, and what it published before is lost', () => {
  const counter = new DeliveryCounter();
  counter.observe(numbered('a', 5n));
  assert.deepEqual(counter.observe(numbered('b', 0n)), { restart: { reason: 'stream', from: 'a', to: 'b' } });
  assert.deepEqual(counter.observe(numbered('c', 2n)), {
    restart: { reason: 'stream', from: 'b', to: 'c' },
    lost: { unit: 'packets', count: 2, from: 0n, to: 1n },
  });
  assert.equal(counter.restarts, 2);
  assert.equal(counter.lost, 2);
});

test('numbers that go back are a restart, no loss', () => {
  const counter = new DeliveryCounter();
  counter.observe(numbered('a', 5n));
  assert.deepEqual(counter.observe(numbered('a', 5n)), { restart: { reason: 'sequence', from: 'a', to: 'a' } });
  assert.deepEqual(counter.observe(numbered('a', 6n)), {});
  assert.equal(counter.lost, 0);
});

test('publishers mixed into one address, as by a proxy: each is judged by its own numbers', () => {
  const counter = new DeliveryCounter();
  counter.observe(numbered('a', 40n));
  counter.observe(numbered('b', 0n));
  assert.deepEqual(counter.observe(numbered('a', 41n)), {});
  assert.deepEqual(counter.observe(numbered('b', 3n)), { lost: { unit: 'packets', count: 2, from: 1n, to: 2n } });
  assert.deepEqual(counter.observe(numbered('a', 42n)), {});
  assert.equal(counter.lost, 2);
  assert.equal(counter.restarts, 1);
});

test('property: received + lost is what was published between the first and the last received', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }), (arrives) => {
      const counter = new DeliveryCounter();
      let received = 0;
      for (const [index, isHere] of arrives.entries()) {
        if (!isHere) continue;
        counter.observe(numbered('a', BigInt(index)));
        received++;
      }
      const span = received === 0 ? 0 : arrives.lastIndexOf(true) - arrives.indexOf(true) + 1;
      assert.equal(received + counter.lost, span);
    }),
  );
});

test('foreign packets: a gap on the time axis is told in samples', () => {
  const counter = new DeliveryCounter();
  assert.deepEqual(counter.observe(foreign(chunk(0))), {});
  assert.deepEqual(counter.observe(foreign(chunk(1))), {});
  const end = START + 19n * STEP;
  assert.deepEqual(counter.observe(foreign(chunk(4))), {
    lost: { unit: 'samples', count: 20, from: end, to: end + 21n * STEP },
  });
  assert.deepEqual(counter.observe(foreign(chunk(5))), {});
  assert.equal(counter.gaps, 1);
  assert.equal(counter.missingSamples, 20);
  assert.equal(counter.lost, 0);
  assert.equal(counter.foreign, 4);
});

test('foreign packets: less than half a sample is no gap, going back is a restart', () => {
  const counter = new DeliveryCounter();
  counter.observe(foreign(chunk(0)));
  assert.deepEqual(counter.observe(foreign(chunk(1, { start: START + STEP / 3n }))), {});
  assert.deepEqual(counter.observe(foreign(chunk(2, { start: START - STEP / 10n }))), {});
  assert.deepEqual(counter.observe(foreign(chunk(0))), { restart: { reason: 'time', from: null, to: null } });
  assert.deepEqual(counter.observe(foreign(chunk(1))), {});
  assert.equal(counter.gaps, 0);
  assert.equal(counter.restarts, 1);
});

test('foreign packets without an axis, or empty ones, are no reason to complain', () => {
  const counter = new DeliveryCounter();
  const bare = new DataArray({ data: new Float64Array(6), shape: [3, 2], dims: ['time', 'distance'] });
  assert.deepEqual(counter.observe(foreign(bare)), {});
  assert.deepEqual(counter.observe(foreign(bare)), {});
  assert.deepEqual(counter.observe(foreign(chunk(0))), {});
  assert.deepEqual(counter.observe(foreign(chunk(0).isel({ time: { start: 0, stop: 0 } }))), {});
  assert.deepEqual(counter.observe(foreign(chunk(1))), {});
  assert.deepEqual(counter.observe(foreign(chunk(3))).lost?.count, 10);
  // One sample per packet: the interval comes from the packets before, or from none.
  const one = (index: number) => foreign(chunk(index).isel({ time: { start: 0, stop: 1 } }));
  const single = new DeliveryCounter();
  assert.deepEqual(single.observe(one(0)), {});
  assert.deepEqual(single.observe(one(1)), {});
});

test('from numbered packets to foreign ones and back: two restarts', () => {
  const counter = new DeliveryCounter();
  counter.observe(numbered('a', 0n));
  assert.deepEqual(counter.observe(foreign(chunk(9))), { restart: { reason: 'stream', from: 'a', to: null } });
  assert.deepEqual(counter.observe(foreign(chunk(10))), {});
  assert.deepEqual(counter.observe(numbered('a', 0n)), { restart: { reason: 'stream', from: null, to: 'a' } });
  assert.equal(counter.restarts, 2);
});
