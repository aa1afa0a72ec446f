import { AxisCoordinate } from '../coordinates/coordinate.js';
import { InterpCoordinate } from '../coordinates/interp-coordinate.js';
import { intervalInSeconds } from '../coordinates/sampling-ratio.js';
import type { DataArray } from '../dataarray/data-array.js';
import { type Delta, isTimeDType } from '../dtype.js';
import { AtomError } from '../errors.js';
import { nsToSeconds } from '../time.js';
import { declaresInterval, inferRegular } from './stream-edge.js';

/**
 * The coordinate of `array` along `dim`, made regular for the moment where it declares no interval but is evenly spaced
 * (see {@link inferRegular}), or has one label and the interval is `known` from what came before in the stream. Throws `IRREGULAR` where there is no axis coordinate or no interval can be inferred.
 */
export function regularCoordinate(
  array: DataArray,
  dim: string,
  who: string,
  known: Delta | null = null,
): AxisCoordinate {
  const coord = array.coords.get(dim);
  if (!(coord instanceof AxisCoordinate))
    throw new AtomError(
      'IRREGULAR',
      `${who}: the array has no coordinate along ${dim}, so its sampling rate is unknown`,
    );
  const regular = declaresInterval(coord) ? coord : inferRegular(coord);
  if (regular === null && coord.size === 1 && known !== null) {
    const { start, dtype } = coord;
    return InterpCoordinate.fromBlock(start, 1, known, { dim, dtype });
  }
  if (regular === null)
    throw new AtomError(
      'IRREGULAR',
      `${who}: coordinate ${dim} declares no samplingInterval and is not evenly spaced; make it regular first ` +
        '(coordinate.toRegular({ tolerance }))',
    );
  return regular;
}

/**
 * The sampling interval of `array` along `dim` as a number: seconds for times, units of the coordinate otherwise. `known`: that of the
 * stream, for one sample that tells none.
 */
export function samplingInterval(array: DataArray, dim: string, who: string, known: Delta | null = null): number {
  const regular = regularCoordinate(array, dim, who, known);
  const { samplingRatio, dtype } = regular;
  if (declaresInterval(array.coords.axis(dim))) return Number(intervalInSeconds(samplingRatio, dtype));
  const ticks = regular.samplingInterval!; // inferred in whole ticks, as xdas does
  return typeof ticks === 'bigint' && isTimeDType(regular.dtype) ? nsToSeconds(ticks) : Number(ticks);
}

/** The sampling interval in the type of the coordinate: bigint nanoseconds (rounded down) for times. `known` as above. */
export function samplingDelta(array: DataArray, dim: string, who: string, known: Delta | null = null): Delta {
  return regularCoordinate(array, dim, who, known).samplingInterval!;
}

/** What the interval of an axis that declares it has beyond {@link samplingDelta}: `[rest, denominator]` of a tick; `[0n, 1n]` where it is whole. */
export function samplingRest(array: DataArray, dim: string): readonly [rest: bigint, denominator: bigint] {
  const { samplingRatio, dtype } = array.coords.axis(dim);
  if (samplingRatio === null || !isTimeDType(dtype)) return [0n, 1n];
  const denominator = BigInt(samplingRatio.denominator);
  return [BigInt(samplingRatio.numerator) % denominator, denominator];
}

/** The nearest integer, halves to even, as Python rounds. */
export function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
}
