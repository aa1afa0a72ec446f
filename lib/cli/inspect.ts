import {
  AxisCoordinate,
  type Coordinate,
  type DataArray,
  formatTime,
  type LazyArray,
  openMfDataArray,
  type Scalar,
  ScalarCoordinate,
  StreamError,
  ZMQSubscriber,
} from '../index.js';
import { jsonText } from './json-text.js';
import { onSignals } from './on-signals.js';

/** Options of `dasflow inspect`. */
export interface InspectOptions {
  json?: boolean;
  timeout: number;
}

/** `dasflow inspect FILE|URL`. */
export async function inspect(what: string, options: InspectOptions): Promise<void> {
  const found = /^[a-z][a-z0-9+.-]+:\/\//i.test(what)
    ? await nextPacket(what, options.timeout)
    : { array: await openMfDataArray(what), packet: null };
  const text = options.json
    ? jsonText({ source: what, ...describe(found.array), packet: found.packet })
    : String(found.array);
  process.stdout.write(`${text}\n`);
}

async function nextPacket(url: string, timeout: number) {
  const signals = onSignals();
  const subscriber = new ZMQSubscriber(url, { timeout, keepBytes: true, endOfStream: true, signal: signals.stop });
  try {
    for await (const chunk of subscriber) {
      const array = chunk as DataArray;
      return { array, packet: { bytes: subscriber.bytesOf(array)!.byteLength, greeting: subscriber.isSubscribed } };
    }
    throw new StreamError('CLOSED', `${url}: the stream ended before a packet came`, { address: url });
  } finally {
    subscriber.destroy();
    signals.release();
  }
}

function describe(array: DataArray | LazyArray) {
  const files = 'files' in array ? array.files.map((file) => file.path) : undefined;
  const { name, dims, shape, dtype, nbytes, attrs } = array;
  const coords = Object.fromEntries(
    [...array.coords.entries()].map(([key, coord]) => [key, describeCoordinate(coord)]),
  );
  return { files, name, dims, shape, dtype, nbytes, coords, attrs };
}

function describeCoordinate(coord: Coordinate) {
  const { ctype, dtype, dim } = coord;
  const value = (scalar: Scalar) =>
    dtype === 'datetime64[ns]' && typeof scalar === 'bigint' ? formatTime(scalar) : scalar;
  if (coord instanceof ScalarCoordinate) return { ctype, dtype, value: value(coord.value) };
  if (!(coord instanceof AxisCoordinate)) return { ctype, dtype, dim };
  const { size, empty, samplingInterval, tolerance } = coord;
  return {
    ctype,
    dtype,
    dim,
    size,
    start: empty ? null : value(coord.start),
    end: empty ? null : value(coord.end),
    samplingInterval,
    tolerance,
    discontinuities: dtype === 'string' ? 0 : coord.getDiscontinuities().length,
  };
}
