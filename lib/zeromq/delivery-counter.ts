import { AxisCoordinate } from '../coordinates/coordinate.js';
import type { DataArray } from '../dataarray/data-array.js';
import type { Scalar } from '../dtype.js';

/** Packets of a numbered stream that never came. */
export interface LostPackets {
  unit: 'packets';
  /** How many. */
  count: number;
  /** Sequence number of the first and the last of them. */
  from: bigint;
  to: bigint;
}

/** Samples missing on the time axis of a stream whose packets are not numbered: lost on the way, or never measured. */
export interface LostSamples {
  unit: 'samples';
  /** How many, to the nearest. */
  count: number;
  /** The last sample before the gap and the first after it (bigint ns for times). */
  from: Scalar;
  to: Scalar;
}

/** What the event `lost` tells. */
export type Lost = LostPackets | LostSamples;

/** What the event `restart` tells: the packets now come from another start of the publisher. */
export interface Restart {
  /** `'stream'`: another `__stream__`; `'sequence'`: the numbers, `'time'`: the time axis went back. */
  reason: 'stream' | 'sequence' | 'time';
  /** `__stream__` before and now; null where packets carry none. */
  from: string | null;
  to: string | null;
}

/** What one packet says about those before it. */
export interface Delivery {
  lost?: Lost;
  restart?: Restart;
}

/** The part of a packet that is judged. */
export interface NumberedPacket {
  data: DataArray;
  stream: string | null;
  sequence: bigint | null;
}

interface Axis {
  dim: string;
  first: Scalar;
  last: Scalar;
  /** Between the last two samples; null if there is only one. */
  step: number | bigint | null;
}

/** Streams whose last number is remembered, the latest: a proxy may mix the packets of several publishers. */
const REMEMBERED = 64;

/**
 * Judges what was lost between packets. Those with `__stream__` and `__sequence__` by their numbers, exactly; those of
 * foreign publishers by the coordinate of their `time` dimension (the first dimension, if none is called so): the
 * next packet starts one sample after the last one ended, within half a sample (or the coordinate's tolerance).
 *
 * What was published before the first packet is not lost. What a restarted publisher published before the first packet that
 * arrives from it is: the subscriber was there. Where a proxy mixes several publishers into one address, each is judged by
 * its own numbers; the first packet of each but the first looks like a restart.
 */
export class DeliveryCounter {
  /** Packets lost, by their numbers. */
  lost = 0;
  /** Gaps on the time axis of packets without numbers. */
  gaps = 0;
  /** Samples missing in those gaps. */
  missingSamples = 0;
  /** Restarts of the publisher. */
  restarts = 0;
  /** Packets without numbers. */
  foreign = 0;

  #before: { stream: string | null } | null = null;
  /** The last number of each stream, the latest stream last. */
  readonly #numbers = new Map<string, bigint>();
  #axis: Axis | null = null;

  /** Judges the next packet. */
  observe(packet: NumberedPacket): Delivery {
    const before = this.#before;
    const { stream, sequence } = packet;
    this.#before = { stream: sequence === null ? null : stream };
    if (stream === null || sequence === null) return this.#observeForeign(packet, before);
    const last = this.#numbers.get(stream);
    this.#remember(stream, sequence);
    this.#axis = null;
    if (before === null) return {};
    const expected = last === undefined ? 0n : last + 1n;
    const missed = sequence > expected ? this.#missed(expected, sequence) : {};
    if (last === undefined || before.stream === null)
      return { restart: this.#restarted('stream', before.stream, stream), ...missed };
    if (sequence < expected) return { restart: this.#restarted('sequence', stream, stream) };
    return missed;
  }

  #remember(stream: string, sequence: bigint): void {
    this.#numbers.delete(stream);
    this.#numbers.set(stream, sequence);
    if (this.#numbers.size > REMEMBERED) this.#numbers.delete(this.#numbers.keys().next().value!);
  }

  #observeForeign({ data, stream }: NumberedPacket, before: { stream: string | null } | null): Delivery {
    this.foreign++;
    const axis = axisOf(data);
    const last = this.#axis;
    // An empty packet moves nothing; an axis that cannot be judged starts afresh.
    if (axis !== null || data.size > 0) this.#axis = axis;
    if (before?.stream) return { restart: this.#restarted('stream', before.stream, stream) };
    if (axis === null || last === null || axis.dim !== last.dim) return {};
    if (typeof axis.first !== typeof last.last) return {};
    const step = last.step ?? axis.step;
    axis.step ??= step;
    const gap = stepsBetween(last.last, axis.first, step, toleranceOf(data, axis.dim));
    if (gap === null || gap === 1) return {};
    if (gap < 1) return { restart: this.#restarted('time', null, null) };
    this.gaps++;
    this.missingSamples += gap - 1;
    return { lost: { unit: 'samples', count: gap - 1, from: last.last, to: axis.first } };
  }

  #missed(expected: bigint, sequence: bigint): Delivery {
    const count = Number(sequence - expected);
    this.lost += count;
    return { lost: { unit: 'packets', count, from: expected, to: sequence - 1n } };
  }

  #restarted(reason: Restart['reason'], from: string | null, to: string | null): Restart {
    this.restarts++;
    return { reason, from, to };
  }
}

function axisOf(data: DataArray): Axis | null {
  const dim = data.dims.includes('time') ? 'time' : data.dims[0];
  const coordinate = dim === undefined ? undefined : data.coords.get(dim);
  if (dim === undefined || !(coordinate instanceof AxisCoordinate) || coordinate.size === 0) return null;
  const { size } = coordinate;
  const last = coordinate.getValue(size - 1);
  if (typeof last === 'string') return null;
  const step = size > 1 ? difference(last, coordinate.getValue(size - 2)) : null;
  return { dim, first: coordinate.getValue(0), last, step };
}

function toleranceOf(data: DataArray, dim: string): number | bigint {
  const coordinate = data.coords.get(dim);
  return (coordinate instanceof AxisCoordinate ? coordinate.tolerance : null) ?? 0;
}

function difference(a: Scalar, b: Scalar): number | bigint {
  return typeof a === 'bigint' ? a - (b as bigint) : (a as number) - (b as number);
}

/**
 * Steps from `last` to `first` to the nearest whole one, 1 if they follow each other within the tolerance, null if that
 * cannot be said.
 */
function stepsBetween(
  last: Scalar,
  first: Scalar,
  step: number | bigint | null,
  tolerance: number | bigint,
): number | null {
  if (step === null || step <= 0) return null;
  // Differences of times are small enough for a float64 to count steps; the times themselves are not.
  const apart = Number(difference(first, last));
  if (Math.abs(apart - Number(step)) <= Math.max(Number(tolerance), Number(step) / 2)) return 1;
  return Math.round(apart / Number(step));
}
