/** Filters by coefficients as functions; `xdas.signal.lfilter`, `xdas.signal.sosfilt` (scipy.signal.lfilter and sosfilt). */
import { AxisCoordinate } from '../coordinates/coordinate.js';
import { realDType } from '../dataarray/complex-parts.js';
import { DataArray } from '../dataarray/data-array.js';
import type { TypedArray } from '../dtype.js';
import { AtomError } from '../errors.js';
import { type Lanes, laneCount, lanesOf } from '../signal/lanes.js';
import { lfilter as lfilterLanes, lfilterOrder } from '../signal/lfilter.js';
import { sosfilt as sosfiltLanes, sosfiltStateSize, toSos } from '../signal/sosfilt.js';
import type { Atom } from './atom.js';
import { castOutput } from './cast-output.js';
import { asFunction } from './compose.js';
import { LFilter, type LFilterOptions } from './lfilter.js';
import type { HERE } from './partial.js';
import { runStarts } from './seam.js';
import { SOSFilter, type SOSFilterOptions } from './sos-filter.js';

/** What a filter gives that was told where to start: the samples, and where it stopped (scipy's `zf`, flat in C order). */
export interface FilteredWithState {
  readonly data: DataArray;
  readonly zf: Float64Array;
}

/** A filter as a function; with `zi` (`'zeros'`, or scipy's, flat in C order) it gives its last state too. */
export interface CoefficientFilter<O> {
  (data: DataArray, options: O & { readonly zi: 'zeros' | ArrayLike<number> }): FilteredWithState;
  (data: DataArray, options: O): DataArray;
  (input: typeof HERE | Atom, options: O): Atom;
}

type Kernel<O> = (options: O) => {
  stateSize(lanes: Lanes): number;
  filter(x: TypedArray, lanes: Lanes, zi: Float64Array): Float64Array;
};

function coefficientFilter<O extends object>(
  name: string,
  type: new (options: O) => Atom,
  kernel: Kernel<O>,
): CoefficientFilter<O> {
  const form = asFunction(type);
  const filter = (data: DataArray, options: O & { zi?: 'zeros' | ArrayLike<number> | null }): unknown => {
    const { zi = null, ...rest } = options ?? {};
    if (zi === null) return form(data, rest as O);
    if (!(data instanceof DataArray))
      throw new AtomError(
        'BAD_ARGUMENT',
        `${name}: zi is for arrays; an atom starts at rest and carries its state itself`,
      );
    const atom = new type(rest as O); // tells what is wrong with the options
    realDType(data.dtype, name);
    const { dim } = atom.options as { dim?: string };
    const lanes = lanesOf(data.shape, data.axis(dim!));
    const coord = data.coords.get(data.dims[data.axis(dim!)]!);
    const [gap] = coord instanceof AxisCoordinate ? runStarts(coord) : [];
    if (gap !== undefined)
      throw new AtomError(
        'DISCONTINUITY',
        `${name}: ${coord!.dim} is interrupted before sample ${gap}; with zi an array is one stretch`,
      );
    const { stateSize, filter: run } = kernel(rest as O);
    const size = stateSize(lanes);
    if (zi !== 'zeros' && (typeof zi !== 'object' || typeof zi.length !== 'number'))
      throw new AtomError(
        'BAD_ARGUMENT',
        `${name}: zi is ${String(zi)}; allowed: 'zeros', or a list of ${size} numbers`,
      );
    if (zi !== 'zeros' && zi.length !== size)
      throw new AtomError('BAD_SHAPE', `${name}: zi has ${zi.length} numbers; this filter and array need ${size}`);
    const zf = zi === 'zeros' ? new Float64Array(size) : Float64Array.from(zi);
    const filtered = data.with({ data: run(data.values, lanes, zf) });
    const single = (atom.options as { dtype?: string }).dtype === 'float32';
    return { data: single ? castOutput(filtered) : filtered, zf };
  };
  Object.defineProperty(filter, 'name', { value: name });
  return filter as CoefficientFilter<O>;
}

/**
 * {@link LFilter} as a function; `xdas.signal.lfilter`. With `zi` (xdas: `zi=...` is `'zeros'`) the result is
 * `{ data, zf }`: `zi` and `zf` have the shape of the array, but `max(len(a), len(b)) - 1` along `dim`. An array with a gap
 * is then refused with `DISCONTINUITY`; without `zi` each stretch starts at rest.
 */
export const lfilter: CoefficientFilter<LFilterOptions> = coefficientFilter('lfilter', LFilter, ({ b, a }) => {
  const ba = { b: Float64Array.from(b!), a: Float64Array.from(a!) };
  return {
    stateSize: (lanes) => lfilterOrder(ba) * laneCount(lanes),
    filter: (x, lanes, zi) => lfilterLanes(ba, x, lanes, zi),
  };
});

/**
 * {@link SOSFilter} as a function; `xdas.signal.sosfilt`. With `zi` as {@link lfilter}: its shape is a first axis of sections,
 * then that of the array, but 2 along `dim`.
 */
export const sosfilt: CoefficientFilter<SOSFilterOptions> = coefficientFilter('sosfilt', SOSFilter, ({ sos }) => {
  const sections = toSos(sos!);
  return {
    stateSize: (lanes) => sosfiltStateSize(sections, lanes),
    filter: (x, lanes, zi) => sosfiltLanes(sections, x, lanes, zi),
  };
});
