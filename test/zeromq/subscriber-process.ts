/**
 * A subscriber in a process of its own: `node subscriber-process.js ADDRESS` receives until the stream ends and prints,
 * as one line of JSON, how what it received compares with `synthetics.dummy()`.
 */
import { concatenate } from '../../lib/dataarray/concat.js';
import type { DataArray } from '../../lib/dataarray/data-array.js';
import { dummy } from '../../lib/synthetics.js';
import { ZMQSubscriber } from '../../lib/zeromq/zmq-subscriber.js';

/** What the process prints. */
export interface Comparison {
  packets: number;
  /** Whether joining them gives the same array: values, coordinates, name, attributes. */
  equals: boolean;
  /** Whether it does once its values are replaced: coordinates, name, attributes. */
  equalsButValues: boolean;
  /** The largest difference of two values. */
  error: number;
  lost: number;
}

const subscriber = new ZMQSubscriber(process.argv[2]!, { endOfStream: true, timeout: 30 });
const received: DataArray[] = [];
for await (const packet of subscriber) received.push(packet);

const expected = dummy();
const joined = concatenate(received);
let error = 0;
for (let i = 0; i < expected.size; i++)
  error = Math.max(error, Math.abs(Number(joined.values[i]) - Number(expected.values[i])));
const comparison: Comparison = {
  packets: received.length,
  equals: joined.equals(expected),
  equalsButValues: joined.with({ data: expected.data }).equals(expected),
  error,
  lost: subscriber.statistics.lost,
};
console.log(JSON.stringify(comparison));
