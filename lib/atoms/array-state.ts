/** Labelled arrays as plain data and back: how the state of an atom holds a DataArray. */
import type { Coordinate } from '../coordinates/coordinate.js';
import { DenseCoordinate } from '../coordinates/dense-coordinate.js';
import { InterpCoordinate } from '../coordinates/interp-coordinate.js';
import { SampledCoordinate } from '../coordinates/sampled-coordinate.js';
import { ScalarCoordinate } from '../coordinates/scalar-coordinate.js';
import { DataArray } from '../dataarray/data-array.js';
import type { ArrayDType, CoordDType } from '../dtype.js';
import { AtomError } from '../errors.js';
import type { StateValue } from './state.js';

type SavedRecord = { readonly [name: string]: StateValue };

/** An own copy of `array` as plain data: values in C order, shape, dims, coordinates with their regularity, name, attrs. */
export function saveArray(array: DataArray): SavedRecord {
  return {
    kind: 'DataArray',
    data: array.values.slice() as StateValue,
    dtype: array.dtype,
    shape: [...array.shape],
    dims: [...array.dims],
    coords: [...array.coords.entries()].map(([name, coord]) => ({ name, ...saveCoordinate(coord) })),
    name: array.name,
    attrs: structuredClone(array.attrs) as SavedRecord,
  };
}

/** The array of which {@link saveArray} gave `saved`. Throws `BAD_STATE` where it is not such a record. */
export function loadArray(saved: SavedRecord, where: string): DataArray {
  try {
    const copy = structuredClone(saved) as unknown as {
      data: DataArray['values'];
      dtype: ArrayDType;
      shape: number[];
      dims: string[];
      coords: (SavedRecord & { name: string })[];
      name: string | null;
      attrs: DataArray['attrs'];
    };
    const coords = Object.fromEntries(copy.coords.map((coord) => [coord.name, loadCoordinate(coord)]));
    const { data, dtype, shape, dims, name, attrs } = copy;
    return new DataArray({ data, dtype, shape, dims, coords, name, attrs });
  } catch (cause) {
    throw new AtomError('BAD_STATE', `${where}: this is not a saved array`, { cause });
  }
}

/** A coordinate as plain data, with its regularity. */
export function saveCoordinate(coord: Coordinate): SavedRecord {
  const { ctype, dim, dtype } = coord;
  if (coord instanceof ScalarCoordinate) return { ctype, dim, dtype, value: coord.value };
  if (coord instanceof InterpCoordinate || coord instanceof SampledCoordinate) {
    const ratio = coord.samplingRatio;
    const common = {
      ctype,
      dim,
      dtype,
      tieValues: coord.tieValues.slice() as StateValue,
      samplingNumerator: ratio?.numerator ?? null,
      samplingDenominator: ratio?.denominator ?? null,
    };
    if (coord instanceof SampledCoordinate) return { ...common, tieLengths: [...coord.tieLengths] };
    return { ...common, tieIndices: [...coord.tieIndices], tolerance: coord.tolerance };
  }
  return { ctype, dim, dtype, values: coord.values.slice() as StateValue };
}

/** The coordinate of which {@link saveCoordinate} gave `saved`. Throws `BAD_STATE` where it is not such a record. */
export function loadCoordinate(saved: SavedRecord): Coordinate {
  const { ctype, name, kind, ...rest } = saved;
  // null stands for "not declared" in a saved state, undefined in a constructor
  const init = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null));
  switch (ctype) {
    case 'scalar':
      return new ScalarCoordinate(init as never);
    case 'interpolated':
      return new InterpCoordinate(init as never);
    case 'sampled':
      return new SampledCoordinate(init as never);
    case 'dense':
      return new DenseCoordinate(init as unknown as { values: DenseCoordinate['values']; dtype: CoordDType } as never);
    default:
      throw new AtomError('BAD_STATE', `coordinate ${String(name)} has ctype ${String(ctype)}`);
  }
}
