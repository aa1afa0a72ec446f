/**
 * What every atom must keep: an entry in the table (`conformance/table.ts`) is checked by all properties, each of which
 * throws where the atom breaks it, so that a deliberately wrong atom can be shown to fail.
 */

import type { Atom } from '../../lib/atoms/atom.js';
import type { Chunk } from '../../lib/atoms/chunk.js';
import { DenseCoordinate } from '../../lib/coordinates/dense-coordinate.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { split } from '../../lib/dataarray/split.js';
import type { DType } from '../../lib/dtype.js';
import { streamed } from './conformance/cutting.js';
import type { Entry } from './conformance/entry.js';
import { noise } from './described-input.js';

/** `da` cut at `cuts` and streamed. */
export function stream(atom: Atom, da: DataArray, cuts: readonly number[]): Chunk[] {
  const size = da.sizes.time;
  const inside = [...new Set(cuts.map((c) => c % size))].filter((c) => c > 0).sort((a, b) => a - b);
  return streamed(atom, inside.length ? split(da, inside, 'time') : [da]);
}

export type { Entry } from './conformance/entry.js';
export { properties } from './conformance/properties.js';
export { assertSameRows, assertSameRows as assertSame } from './conformance/rows.js';

const start = 1716249600_000000000n;

/** An array with gaps: after each of `gaps` (sample indices) 13 samples are missing. */
export function gappyInput(entry: Entry, gaps: readonly number[] = []): DataArray {
  const { dims = ['time', 'distance'], shape = [60, 2], dtype = 'float64', step = 10_000_000n } = entry;
  const length = shape[dims.indexOf('time')];
  const bounds = [0, ...[...new Set(gaps)].filter((g) => g > 0 && g < length).sort((a, b) => a - b), length];
  const [tieIndices, tieValues]: [number[], bigint[]] = [[], []];
  let value = start;
  for (let k = 0; k + 1 < bounds.length; k++) {
    const [first, last] = [bounds[k], bounds[k + 1] - 1];
    tieIndices.push(first);
    tieValues.push(value);
    if (last > first) {
      tieIndices.push(last);
      tieValues.push(value + BigInt(last - first) * step);
    }
    value += BigInt(last - first + 14) * step;
  }
  const time = new InterpCoordinate({
    tieIndices,
    tieValues,
    samplingInterval: step,
    dim: 'time',
    dtype: 'datetime64[ns]',
  });
  const distance = shape[dims.indexOf('distance')];
  const count = BigInt64Array.from({ length }, (_, i) => 7n * BigInt(i));
  const stations = Array.from({ length: distance ?? 0 }, (_, i) => `S${i}`);
  return new DataArray({
    data: noise(
      shape.reduce((a, b) => a * b, 1),
      dtype as DType,
    ),
    shape,
    dims,
    coords: {
      time,
      ...(distance ? { distance: InterpCoordinate.fromBlock(0, distance, 2, { dim: 'distance' }) } : {}),
      count: new DenseCoordinate({ values: count, dim: 'time', dtype: 'int64' }),
      ...(distance ? { station: new DenseCoordinate({ values: stations, dim: 'distance' }) } : {}),
    },
    name: 'rate',
  });
}
