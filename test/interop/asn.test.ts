import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import {
  ASNPublisher,
  ASNSubscriber,
  asnLayout,
  type DataArray,
  type DType,
  decodeASNFrame,
  InterpCoordinate,
  split,
  typedArrayConstructor,
} from '../../lib/index.js';
import { describePeers } from './describe-peers.js';
import { type ArrayDescription, buildArray, describeArray } from './description.js';
import { shared } from './shared.js';
import { wave } from './wave.js';

const dtypes = ['float32', 'int16', 'int32', 'int64', 'float64'] as const;

/** Chunks of a recording of `dtype`, from `first` metres on, each dtype with another number of channels: another header. */
function chunks(dtype: DType, count: number, samples = 20, first = 0): DataArray[] {
  const channels = 30 + dtypes.indexOf(dtype as 'int16');
  const da = wave({ samples: count * samples, channels });
  const type = typedArrayConstructor(dtype) as unknown as { from(values: Iterable<unknown>): Float64Array };
  const values = Array.from(da.values as Float64Array, (value) => {
    if (dtype.startsWith('float')) return value;
    return dtype === 'int64' ? BigInt(Math.round(value * 1e15)) : Math.round(value * 1e4);
  });
  const distance = InterpCoordinate.fromBlock(first, channels, 10, { dim: 'distance', dtype: 'float64' });
  return split(da.with({ data: type.from(values) }).assignCoords({ distance }), count);
}

/** Fails unless two arrays are the same: values and times exactly, distances to a nanometre. */
function assertEqualArrays(got: DataArray, expected: DataArray, where: string): void {
  assert.deepEqual([got.dtype, ...got.shape], [expected.dtype, ...expected.shape], where);
  assert.equal(got.coords.get('distance')!.dtype, 'float64', where);
  assert.deepEqual(got.values, expected.values, where);
  assert.deepEqual(got.coords.get('time')!.values, expected.coords.get('time')!.values, where);
  const [a, b] = [got, expected].map((da) => da.coords.get('distance')!.values as Float64Array) as [
    Float64Array,
    Float64Array,
  ];
  for (let k = 0; k < a.length; k++) assert.ok(Math.abs(a[k]! - b[k]!) < 1e-9, `${where}: ${a[k]} and ${b[k]} m`);
}

function assertEqualStreams(got: readonly DataArray[], expected: readonly DataArray[]): void {
  assert.equal(got.length, expected.length);
  for (const [index, da] of got.entries()) assertEqualArrays(da, expected[index]!, `array ${index}`);
}

const describe = (arrays: readonly DataArray[]) => arrays.map(describeArray);

describePeers('OptoDAS streams', (suite) => {
  it(
    'Python publishes, ASNSubscriber receives: early, late, through changes of the header',
    suite.options,
    async () => {
      const [opening, ...rest] = chunks('float32', 10);
      const changes = [...dtypes.slice(1).flatMap((dtype) => chunks(dtype, 3)), ...chunks('float64', 2, 50)];
      const phases = [[opening!], rest, changes].map(describe);
      const publishing = suite.peer.start<{ header: { nPackagesPerMessage: number } }>('publish_asn', { phases });
      const { address } = await publishing.event('bound');
      await using early = new ASNSubscriber(address as string, { timeout: 30, onMalformed: 'error' });
      const take = async (subscriber: ASNSubscriber, count: number) => {
        const iterator = subscriber[Symbol.asyncIterator]();
        const taken: DataArray[] = [];
        while (taken.length < count) taken.push((await iterator.next()).value as DataArray);
        return taken;
      };
      // 0.2.7 keeps its first header for those that come later: who was there before it has to connect again.
      const hasFirst = suite.version !== '0.2.7';
      const expected = [...(hasFirst ? [opening!] : []), ...rest, ...changes];
      const receiving = take(early, expected.length);
      await publishing.event('sent');
      await early.waitUntilSubscribed();
      publishing.tell('next');
      await publishing.event('sent');
      await using late = new ASNSubscriber(address as string, { timeout: 30, onMalformed: 'error' });
      // The greeting alone does not say that the subscription was read.
      await Promise.all([late.waitUntilSubscribed(), publishing.event('subscribed')]);
      const receivingLate = take(late, changes.length);
      publishing.tell('next');
      await publishing.event('sent');
      assertEqualStreams(await receiving, expected);
      assertEqualStreams(await receivingLate, changes);
      publishing.tell('done');
      const { header } = await publishing.result;
      assert.equal(header.nPackagesPerMessage, 50);
      assert.equal(early.statistics.headerless, hasFirst ? 0 : 1);
      assert.equal(early.statistics.headerChanges, 5);
      assert.equal(early.statistics.malformed, 0);
    },
  );

  it('ASNPublisher publishes, Python receives: early, late, through changes of the header', suite.options, async () => {
    await using publisher = new ASNPublisher('tcp://127.0.0.1:*', { policy: 'block' });
    await publisher.ready;
    const { address } = publisher;
    const before = chunks('float32', 5);
    const after = [
      ...dtypes.flatMap((dtype) => chunks(dtype, 3)),
      ...chunks('float64', 2, 50),
      ...chunks('int16', 3, 20, 40),
    ];
    const early = suite.peer.start<{ arrays: ArrayDescription[] }>('subscribe_asn', {
      address,
      count: before.length + after.length,
    });
    await publisher.waitForSubscribers(1, 30);
    for (const array of before) await publisher.submit(array);
    await early.event('greeted');
    const late = suite.peer.start<{ arrays: ArrayDescription[] }>('subscribe_asn', { address, count: after.length });
    await Promise.all([late.event('greeted'), publisher.waitForSubscribers(2, 30)]);
    for (const array of after) await publisher.submit(array);
    assertEqualStreams((await early.result).arrays.map(buildArray), [...before, ...after]);
    assertEqualStreams((await late.result).arrays.map(buildArray), after);
  });

  const real = shared('asn/header-v2.json');
  const options = { ...suite.options, ...(real.skip && !suite.options.skip && { skip: real.skip }) };
  it('Python reads the header of a real instrument as it passes through ours', options, async () => {
    const layout = asnLayout(readFileSync(real.path));
    const frame = new Uint8Array(layout.frameBytes);
    new DataView(frame.buffer).setBigInt64(0, 1716294896123456789n, true);
    new Float32Array(frame.buffer, 8).forEach((_, k, values) => {
      values[k] = Math.sin(k);
    });
    const da = decodeASNFrame(frame, layout);
    await using publisher = new ASNPublisher('tcp://127.0.0.1:*', { policy: 'block' });
    await publisher.ready;
    const receiving = suite.peer.start<{ arrays: ArrayDescription[] }>('subscribe_asn', {
      address: publisher.address,
      count: 1,
    });
    await publisher.waitForSubscribers(1, 30);
    await publisher.submit(da);
    assert.deepEqual(publisher.header, JSON.parse(readFileSync(real.path, 'utf8')));
    const got = buildArray((await receiving.result).arrays[0]!);
    assertEqualArrays(got, da, 'the frame');
    assert.equal(got.sizes.distance, 16002);
    assert.equal(got.coords.axis('distance').end, 163418.2435258568);
    if (suite.version !== '0.2.7') assert.equal(got.coords.axis('distance').samplingInterval, 10.213001907746815);
  });
});
