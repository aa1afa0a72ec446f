import {
  type ASNHeader,
  ASNSubscriber,
  AxisCoordinate,
  type Coordinate,
  type DataArray,
  formatBytes,
  formatDuration,
  formatTime,
  isTimeDType,
  type LazyArray,
  openMfDataArray,
  type Scalar,
  ScalarCoordinate,
  StreamError,
  ZMQSubscriber,
} from '../index.js';
import { engineOption } from './engine-option.js';
import { jsonText } from './json-text.js';
import { type CommandSignals, onSignals } from './on-signals.js';
import { counted } from './shown-text.js';

/** Options of `dasflow inspect`. */
export interface InspectOptions {
  json?: boolean;
  timeout: number;
  engine?: string;
}

/** `dasflow inspect FILE|URL`. */
export async function inspect(what: string, options: InspectOptions): Promise<void> {
  const found: Found = /^[a-z][a-z0-9+.-]+:\/\//i.test(what)
    ? await nextPacket(what, options.timeout)
    : { array: await openMfDataArray(what, { engine: engineOption(options.engine) }), packet: null };
  const text = options.json
    ? jsonText({ source: what, ...describe(found.array), packet: found.packet })
    : textOf(found.array, found.packet);
  process.stdout.write(`${text}\n`);
}

/** The next array of a stream, and what is known about the message that it came in. */
interface Found {
  array: DataArray | LazyArray;
  packet: { bytes: number; greeting?: boolean; header?: ASNHeader | null } | null;
}

async function nextPacket(url: string, timeout: number): Promise<Found> {
  if (/^asn\+/i.test(url)) return await nextFrame(url, timeout);
  const signals = onSignals();
  const subscriber = new ZMQSubscriber(url, { timeout, keepBytes: true, endOfStream: true, signal: signals.stop });
  try {
    for await (const chunk of subscriber) {
      const array = chunk as DataArray;
      return { array, packet: { bytes: subscriber.bytesOf(array)!.byteLength, greeting: subscriber.isSubscribed } };
    }
    throw new StreamError('CLOSED', `${url}: the stream ended before a packet came`, { address: url });
  } catch (error) {
    throw stoppedOr(error, signals, url);
  } finally {
    subscriber.destroy();
    signals.release();
  }
}

async function nextFrame(url: string, timeout: number): Promise<Found> {
  const signals = onSignals();
  const subscriber = new ASNSubscriber(url, { timeout, signal: signals.stop });
  try {
    for await (const array of subscriber)
      return { array, packet: { bytes: subscriber.statistics.bytes, header: subscriber.header } };
    throw new StreamError('CLOSED', `${url}: the stream ended before a frame came`, { address: url });
  } catch (error) {
    throw stoppedOr(error, signals, url);
  } finally {
    subscriber.destroy();
    signals.release();
  }
}

/** What Ctrl-C while it waits is told as. */
function stoppedOr(cause: unknown, signals: CommandSignals, url: string): unknown {
  return signals.stop.aborted
    ? new StreamError('CLOSED', `${url}: stopped before anything came`, { address: url, cause })
    : cause;
}

/** The array as it prints itself, then what that does not tell. */
function textOf(array: DataArray | LazyArray, packet: Found['packet']): string {
  const { name, attrs, nbytes } = array;
  const lines = [String(array), `Name: ${name ?? 'none'}`];
  for (const [key, coord] of array.coords.entries())
    if (coord instanceof AxisCoordinate) lines.push(`Axis ${key}: ${axisText(coord)}`);
  lines.push(`Values: ${array.dtype}, ${formatBytes(nbytes)}`);
  const incomplete = 'files' in array ? array.files.filter((file) => file.incomplete !== undefined) : [];
  for (const file of incomplete) lines.push(`Incomplete: ${file.path} ${file.incomplete}`);
  if (packet) lines.push(`Packet: ${packet.bytes} bytes`);
  const told = Object.entries(attrs);
  lines.push(told.length === 0 ? 'Attributes: none' : 'Attributes:');
  for (const [key, value] of told) lines.push(`  ${key}: ${typeof value === 'string' ? value : jsonText(value)}`);
  return lines.join('\n');
}

function axisText(coord: AxisCoordinate): string {
  if (coord.dtype === 'string') return counted(coord.size, 'label');
  const gaps = coord.empty ? 0 : coord.getDiscontinuities().length;
  const interval = coord.getSamplingInterval({ cast: false });
  let rate = 'no sampling interval declared';
  if (typeof interval === 'bigint' && isTimeDType(coord.dtype))
    rate = `one sample every ${formatDuration(interval)} (${Number((1e9 / Number(interval)).toPrecision(6))} Hz)`;
  else if (interval !== null) rate = `one sample every ${interval}`;
  return `${rate}, ${counted(gaps, 'gap')}`;
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
  // Of times: nanoseconds, as text since they are 64-bit integers.
  const steps = isTimeDType(dtype)
    ? { samplingIntervalNs: samplingInterval, toleranceNs: tolerance }
    : { samplingInterval, tolerance };
  return {
    ctype,
    dtype,
    dim,
    size,
    start: empty ? null : value(coord.start),
    end: empty ? null : value(coord.end),
    ...steps,
    discontinuities: dtype === 'string' ? 0 : coord.getDiscontinuities().length,
  };
}
