/** Arrays that become records, for the tests of miniSEED. */
import { InterpCoordinate } from '../../../lib/coordinates/interp-coordinate.js';
import { DataArray } from '../../../lib/dataarray/data-array.js';
import type { TypedArray } from '../../../lib/dtype.js';
import { toTime } from '../../../lib/time.js';

/** An array of `(time, distance)` whose time is regular; `data` in C order. */
export function recording(
  data: TypedArray,
  channels: number,
  {
    start = '2024-02-29T12:00:00',
    step = 10_000_000n,
  }: { start?: string | bigint; step?: bigint | [bigint, bigint] } = {},
): DataArray {
  const samples = data.length / channels;
  const time = InterpCoordinate.fromBlock(toTime(start), samples, step, { dim: 'time', dtype: 'datetime64[ns]' });
  const distance = Float64Array.from({ length: channels }, (_, k) => 5 * k);
  return new DataArray({ data, shape: [samples, channels], dims: ['time', 'distance'], coords: { time, distance } });
}

/** Integers that are each small, large, a step from the one before, or an extreme, from a seed. */
export function roughIntegers(size: number, seed: number): Int32Array {
  let state = seed | 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state;
  };
  const extremes = [2 ** 31 - 1, -(2 ** 31), 0, -1, 2 ** 29 - 1, -(2 ** 29), 2 ** 29];
  let width = 4;
  return Int32Array.from({ length: size }, () => {
    if ((next() & 63) === 0) width = (next() >>> 0) % 33;
    if ((next() & 511) === 0) return extremes[(next() >>> 0) % extremes.length]!;
    return width === 0 ? 0 : next() >> (32 - width);
  });
}

/** The values of each channel after the other. */
export function rows(array: DataArray): TypedArray {
  return array.transpose('...', 'time').values;
}

/** `array` cut along time where the sorted `places` say, as fractions of it. */
export function cutAt(array: DataArray, places: readonly number[]): DataArray[] {
  const size = array.sizes.time!;
  const at = [0, ...places.map((place) => Math.floor(place * size)).sort((a, b) => a - b), size];
  return at.slice(1).map((stop, k) => array.isel({ time: { start: at[k]!, stop } }));
}
