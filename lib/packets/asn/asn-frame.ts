/** Data frames of an OptoDAS stream <-> DataArray. */
import type { AxisCoordinate } from '../../coordinates/coordinate.js';
import { type BlockStep, InterpCoordinate } from '../../coordinates/interp-coordinate.js';
import type { Attrs } from '../../dataarray/attributes.js';
import { DataArray } from '../../dataarray/data-array.js';
import { split } from '../../dataarray/split.js';
import { type ArrayDType, type DType, typedArrayFromBytes } from '../../dtype.js';
import { ArgumentError, CoordinateError, PacketError } from '../../errors.js';
import { type DurationLike, NAT } from '../../time.js';
import { distanceOfRegions, regionsOfDistance } from './asn-distance.js';
import { attrsOfHeader, factsOfAttrs } from './asn-facts.js';
import {
  ASN_TIME_BYTES,
  type ASNDataType,
  type ASNHeader,
  type ASNRegion,
  asnDataTypes,
  asnTimeUnits,
  bad,
  layoutKeys,
  parseASNHeader,
} from './asn-header.js';
import { evenStretches, type Step } from './even-stretches.js';

/** What a header makes of the frames that follow it: worked out once, used for each of them. */
export interface ASNLayout {
  readonly header: ASNHeader;
  /** Dimensions of a frame: samples, channels. */
  readonly shape: readonly [samples: number, channels: number];
  readonly dtype: DType;
  /** Bytes of a data frame: 8 of time, and the samples. */
  readonly frameBytes: number;
  /** Sampling interval: whole nanoseconds, or an exact ratio of them. */
  readonly step: bigint | readonly [numerator: bigint, denominator: bigint];
  readonly distance: InterpCoordinate;
  /** Facts about the measurement (see docs/instruments.md). */
  readonly attrs: Attrs;
}

/**
 * The layout that a header (its bytes, text or object) fixes.
 *
 * `dt` becomes whole nanoseconds, rounded as xdas rounds it, unless it is the reciprocal of a whole number of hertz that
 * nanoseconds cannot hold (3000 Hz; up to 1 MHz): then the exact ratio, so that long frames do not drift apart.
 *
 * Throws `MALFORMED_PACKET`, `TOO_LARGE`.
 */
export function asnLayout(source: Uint8Array | string | object): ASNLayout {
  const header = parseASNHeader(source);
  const { nPackagesPerMessage, nChannels, dataType, bytesPerPackage } = header;
  return {
    header,
    shape: [nPackagesPerMessage, nChannels],
    dtype: asnDataTypes[dataType],
    frameBytes: ASN_TIME_BYTES + bytesPerPackage * nPackagesPerMessage,
    step: stepOf(header),
    distance: distanceOfRegions(header),
    attrs: attrsOfHeader(header),
  };
}

function stepOf({ dt, dtUnit, nPackagesPerMessage }: ASNHeader): ASNLayout['step'] {
  const ticks = dt * asnTimeUnits[dtUnit];
  if (!(ticks * nPackagesPerMessage < 2 ** 62)) throw bad(`dt is ${dt} ${dtUnit}: times are int64 nanoseconds`);
  const rounded = roundHalfEven(ticks);
  const rate = 1e9 / ticks;
  const whole = Math.round(rate);
  if (rounded >= 1000 && Math.abs(ticks - rounded) > 1e-3 && whole > 0 && Math.abs(rate - whole) <= 1e-12 * rate)
    return [1_000_000_000n, BigInt(whole)];
  if (rounded === 0) throw bad(`dt is ${dt} ${dtUnit}: less than a nanosecond`);
  return BigInt(rounded);
}

function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  return value - below === 0.5 ? below + (below % 2) : Math.round(value);
}

/** Options of {@link decodeASNFrame}. */
export interface DecodeASNOptions {
  /** Jitter that the time coordinate allows, as a duration; default exactly zero, as in xdas. */
  tolerance?: DurationLike | null;
}

/**
 * The array in a data frame: (samples, channels), dims `time` and `distance`, both regular, times exact to the nanosecond. The
 * values are a view of `bytes` where its alignment allows, a copy otherwise.
 *
 * Throws `MALFORMED_PACKET` where the frame has another length than the header says, or a time that is none.
 */
export function decodeASNFrame(
  bytes: Uint8Array,
  layout: ASNLayout,
  { tolerance = null }: DecodeASNOptions = {},
): DataArray {
  const { shape, dtype, frameBytes, step, distance, attrs } = layout;
  if (bytes.byteLength !== frameBytes)
    throw new PacketError(
      'MALFORMED_PACKET',
      'decode',
      `ASN frame of ${bytes.byteLength} bytes: neither a header nor data, which has ${frameBytes}`,
    );
  const start = new DataView(bytes.buffer, bytes.byteOffset).getBigInt64(0, true);
  const span = BigInt(shape[0]) * (typeof step === 'bigint' ? step : step[0] / step[1] + 1n);
  if (start === NAT || start + span >= 2n ** 63n)
    throw new PacketError('MALFORMED_PACKET', 'decode', `ASN frame: ${start} ns is no time that samples can start at`);
  return new DataArray({
    data: typedArrayFromBytes(dtype, bytes, ASN_TIME_BYTES, shape[0] * shape[1]),
    shape,
    dims: ['time', 'distance'],
    coords: {
      time: InterpCoordinate.fromBlock(start, shape[0], step as BlockStep, {
        dim: 'time',
        dtype: 'datetime64[ns]',
        tolerance,
      }),
      distance,
    },
    attrs,
  });
}

/** A header and the data frames that it describes. */
export interface ASNFrames {
  header: ASNHeader;
  /** Data frames in order, each in memory of its own. */
  frames: Uint8Array[];
}

/**
 * The frames of an array with the dimensions `time` and `distance` (in any order): one for each stretch of time between seams,
 * in groups where their lengths, and so their headers, differ. An array without samples has none.
 *
 * The header comes from the array alone: dtype, shape, sampling interval, channel spacing, one region for each stretch of
 * the distance coordinate, and the attributes as facts. xdas reads it (the first region of it).
 *
 * Throws `BAD_DIM` (other dimensions), `BAD_DTYPE` (the wire has int16, int32, int64, float32, float64), `IRREGULAR`
 * (no sampling interval on an axis, or not the same everywhere), `BAD_ENCODING` (times that are none, distances that cannot be said).
 */
export function encodeASNFrames(array: DataArray): ASNFrames[] {
  const da = timeFirst(array);
  if (da.empty) return [];
  const dataType = dataTypeOf(da.dtype);
  const { time, step, tolerance } = regularTime(da);
  const { roiTable: table, ...facts } = factsOfAttrs(da.attrs);
  const common = {
    dataType,
    dt: Number(step.numerator) / Number(step.denominator) / 1e9,
    dtUnit: 's' as const,
    dxUnit: 'm' as const,
    ...regionsOfDistance(da, keptRegions(table)),
  };
  const measured = Object.fromEntries(Object.entries(facts).filter(([key]) => !layoutKeys.has(key)));
  const groups: ASNFrames[] = [];
  const cuts = evenStretches(time, step, tolerance).slice(1);
  for (const part of split(da, cuts, 'time')) {
    const [samples, channels] = part.shape as [number, number];
    const last = groups.at(-1);
    if (last?.header.nPackagesPerMessage === samples) {
      last.frames.push(frameOf(part));
      continue;
    }
    const bytesPerPackage = (part.nbytes / samples) | 0;
    const header = { bytesPerPackage, nPackagesPerMessage: samples, ...common, nChannels: channels, ...measured };
    groups.push({ header, frames: [frameOf(part)] });
  }
  return groups;
}

/** A header as it is sent: JSON text. `dx` has a decimal point: xdas makes distances whole numbers where it has none. */
export function encodeASNHeader(header: ASNHeader): string {
  const fields = Object.entries(header).flatMap(([key, value]) => {
    const text = key === 'dx' && Number.isInteger(value) ? (value as number).toFixed(1) : JSON.stringify(value);
    return text === undefined ? [] : [`${JSON.stringify(key)}:${text}`];
  });
  return `{${fields.join(',')}}`;
}

function timeFirst(da: DataArray): DataArray {
  const dims = [...da.dims].sort().join();
  if (dims !== 'distance,time')
    throw new ArgumentError(
      'BAD_DIM',
      `ASN frames have the dimensions time and distance; this array has (${da.dims.join(', ')})`,
    );
  return da.transpose('time', 'distance');
}

function dataTypeOf(dtype: ArrayDType): ASNDataType {
  const found = Object.entries(asnDataTypes).find(([, one]) => one === dtype);
  if (found) return found[0] as ASNDataType;
  throw new ArgumentError(
    'BAD_DTYPE',
    `ASN frames cannot hold ${dtype}; allowed: ${Object.values(asnDataTypes).join(', ')} (convert with astype)`,
  );
}

/** The time axis with a rate that it declares, or that fits it. */
function regularTime(da: DataArray): { time: AxisCoordinate; step: Step<bigint>; tolerance: bigint } {
  const time = da.coords.axis('time');
  if (time.dtype !== 'datetime64[ns]')
    throw new PacketError('BAD_ENCODING', 'encode', `ASN frames carry times; the coordinate time is ${time.dtype}`);
  let regular: AxisCoordinate;
  try {
    regular = time.samplingRatio ? time : time.toRegular();
  } catch (cause) {
    throw new CoordinateError('IRREGULAR', `dimension time has no sampling interval: ${(cause as Error).message}`, {
      cause,
    });
  }
  const { numerator, denominator } = regular.samplingRatio!;
  const step = { numerator: numerator as bigint, denominator: BigInt(denominator) };
  if (step.numerator <= 0n)
    throw new CoordinateError('IRREGULAR', `times that go by steps of ${step.numerator} ns cannot be sent`);
  // Times of a rate that nanoseconds cannot hold are rounded at both ends.
  const rounding = step.denominator === 1n ? 0n : 2n;
  return { time: regular, step, tolerance: ((regular.tolerance as bigint | null) ?? 0n) + rounding };
}

function keptRegions(table: unknown): readonly ASNRegion[] | null {
  const isTable =
    Array.isArray(table) &&
    table.length > 0 &&
    table.every((region) => ['roiStart', 'roiEnd', 'roiDec'].every((key) => Number.isSafeInteger(region?.[key])));
  return isTable ? (table as ASNRegion[]) : null;
}

function frameOf(da: DataArray): Uint8Array {
  const { values } = da;
  const frame = new Uint8Array(ASN_TIME_BYTES + values.byteLength);
  new DataView(frame.buffer).setBigInt64(0, da.coords.axis('time').start as bigint, true);
  frame.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), ASN_TIME_BYTES);
  return frame;
}
