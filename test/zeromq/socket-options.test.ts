import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ZMQPublisher, type ZMQPublisherOptions } from '../../lib/zeromq/zmq-publisher.js';
import { ZMQSubscriber, type ZMQSubscriberOptions } from '../../lib/zeromq/zmq-subscriber.js';

const address = 'tcp://127.0.0.1:*';

const badPublisherOptions: [object, RegExp][] = [
  [{ highWaterMark: 0 }, /highWaterMark is 0; allowed: whole numbers from 1 on/],
  [{ highWaterMark: 1.5 }, /highWaterMark is 1.5/],
  [{ sendHighWaterMark: 0 }, /sendHighWaterMark is 0/],
  [{ sendHighWaterMark: 2 ** 31 }, /sendHighWaterMark is 2147483648/],
  [{ policy: 'wait' }, /policy is "wait"; allowed: drop, block/],
  [{ greeting: 'xdas' }, /greeting is "xdas"; allowed: true, false/],
  [{ linger: -1 }, /linger is -1; allowed: seconds from 0 to \d+, or Infinity/],
  [{ linger: Number.NaN }, /linger is NaN/],
  [{ heartbeat: Infinity }, /heartbeat is Infinity/],
  [{ sendBufferSize: '1' }, /sendBufferSize is "1"/],
  [{ signal: 5 }, /signal is 5; allowed: an AbortSignal/],
  [{ dialect: 'cf' }, /dialect is "cf"; allowed: both, cf-1.13, cf-1.9/],
  [{ nonFinite: 'alow' }, /nonFinite is "alow"; allowed: error, allow/],
  [{ timeout: 1 }, /ZMQPublisher has no option timeout; allowed: encoding, dialect,/],
];

for (const [options, message] of badPublisherOptions)
  test(`ZMQPublisher refuses ${JSON.stringify(options)}`, () => {
    assert.throws(() => new ZMQPublisher(address, options as ZMQPublisherOptions), { code: 'BAD_ARGUMENT', message });
  });

for (const bad of ['5555', '127.0.0.1:5555', 'tcp://', '', 5555])
  test(`${JSON.stringify(bad)} is refused as an address at construction`, () => {
    for (const Stream of [ZMQPublisher, ZMQSubscriber])
      assert.throws(() => new Stream(bad as string), {
        name: 'StreamError',
        code: 'ADDRESS',
        message: /is no address; allowed: transport:\/\/place, as in tcp:\/\/127\.0\.0\.1:5555$/,
      });
  });

const badSubscriberOptions: [object, RegExp][] = [
  [{ timeout: -1 }, /timeout is -1; allowed: seconds from 0 to \d+, or Infinity/],
  [{ timeout: '5' }, /timeout is "5"/],
  [{ highWaterMark: 0 }, /highWaterMark is 0/],
  [{ receiveHighWaterMark: 0 }, /receiveHighWaterMark is 0/],
  [{ onMalformed: 'ignore' }, /onMalformed is "ignore"; allowed: skip, error/],
  [{ endOfStream: 1 }, /endOfStream is 1; allowed: true, false/],
  [{ deadline: 0 }, /deadline is 0/],
  [{ keepBytes: 'yes' }, /keepBytes is "yes"/],
  [{ maxMessageSize: -1 }, /maxMessageSize is -1/],
  [{ signal: {} }, /signal is .*; allowed: an AbortSignal/],
  [{ linger: 1 }, /ZMQSubscriber has no option linger/],
];

for (const [options, message] of badSubscriberOptions)
  test(`ZMQSubscriber refuses ${JSON.stringify(options)}`, () => {
    assert.throws(() => new ZMQSubscriber('tcp://127.0.0.1:5555', options as ZMQSubscriberOptions), {
      code: 'BAD_ARGUMENT',
      message,
    });
  });

const unbindable = [
  '',
  'localhost:5555',
  'tcp://127.0.0.1',
  'foo://127.0.0.1:*',
  'tcp://192.0.2.1:*',
  'tcp://127.0.0.1:99999',
  'tcp://127.0.0.1:http',
  'tcp://no such host:*',
];

for (const bad of unbindable)
  test(`ZMQPublisher refuses the address ${JSON.stringify(bad)}`, async () => {
    await assert.rejects(
      async () => {
        const publisher = new ZMQPublisher(bad);
        await publisher.ready;
      },
      (error: Error & { code: string }) => error.code === 'ADDRESS' && error.message.includes(bad),
    );
  });

const unconnectable = [
  '',
  'localhost:5555',
  'tcp://127.0.0.1',
  'foo://127.0.0.1:1',
  'tcp://h:0',
  'tcp://h:65536',
  'tcp://h:*',
];

for (const bad of unconnectable)
  test(`ZMQSubscriber refuses the address ${JSON.stringify(bad)}`, () => {
    assert.throws(
      () => new ZMQSubscriber(bad),
      (error: Error & { code: string }) => error.code === 'ADDRESS' && error.message.includes(bad),
    );
  });
