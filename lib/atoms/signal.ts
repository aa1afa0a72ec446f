/**
 * The functions of `xdas.signal`, with its parameters and defaults: lengths in samples, and `dim` by default the last. The
 * functions of the same names outside of this namespace are those of `xdas`: lengths in seconds, `dim` by default time.
 */
import { z } from 'zod';
import { AtomError } from '../errors.js';
import { iirfilter } from '../signal/design/iirfilter.js';
import { lanesOf } from '../signal/lanes.js';
import { medianFilter } from '../signal/median-filter.js';
import { sosfiltfilt as sosfiltfiltLanes } from '../signal/sosfiltfilt.js';
import { type FunctionForm, functionForm } from './compose.js';
import { detrend as detrendAlong } from './detrend.js';
import { Differentiate, type DifferentiateOptions } from './differentiate.js';
import { hilbert as hilbertAlong } from './hilbert.js';
import { IIRFilter } from './iir-filter.js';
import { Integrate, type IntegrateOptions } from './integrate.js';
import { slidingMeanRemoval as slidingMeanRemovalAlong } from './mean-removal.js';
import { cutoffSchema, dimSchema, optionsSchema, parseOptions } from './options.js';
import { HERE } from './partial.js';
import { samplingInterval } from './sampling.js';
import { taper as taperAlong } from './taper.js';
import { type WholeRecordFunction, wholeRecordFunction } from './whole-record.js';

export { lfilter, sosfilt } from './coefficient-filters.js';
export { segmentMeanRemoval } from './mean-removal.js';
export { decimate, resampleFourier as resample, resamplePoly } from './record-resampling.js';
export { filtfilt, sosfiltfilt } from './zerophase.js';

/** A function whose `dim` is by default the last. */
function alongLast<I>(of: WholeRecordFunction<I>): WholeRecordFunction<I> {
  const form = (data: never, options?: I) => of(data, { dim: 'last', ...options } as I);
  Object.defineProperty(form, 'name', { value: of.name });
  return form as WholeRecordFunction<I>;
}

/** `detrend` along the last dimension by default. */
export const detrend = alongLast(detrendAlong);
/** `taper` along the last dimension by default. */
export const taper = alongLast(taperAlong);
/** `hilbert` along the last dimension by default. */
export const hilbert = alongLast(hilbertAlong);
/** `slidingMeanRemoval` along the last dimension by default. */
export const slidingMeanRemoval = alongLast(slidingMeanRemovalAlong);
/** `integrate` along the last dimension by default. */
export const integrate: FunctionForm<IntegrateOptions | undefined> = functionForm(
  'integrate',
  (options) => new Integrate({ dim: 'last', ...options }),
);
/** `differentiate` along the last dimension by default. */
export const differentiate: FunctionForm<DifferentiateOptions | undefined> = functionForm(
  'differentiate',
  (options) => new Differentiate({ dim: 'last', ...options }),
);

const bandSchema = {
  freq: cutoffSchema,
  btype: z.enum(['bandpass', 'lowpass', 'highpass', 'bandstop']),
  corners: z.int().positive().default(4),
  dim: dimSchema.default('last'),
};

const zerophaseFilter = wholeRecordFunction({
  name: 'signal.filter',
  schema: optionsSchema(bandSchema),
  dims: ({ dim }) => [dim],
  why: 'zerophase runs backwards too',
  compute: (array, { freq, btype, corners, dim }) => {
    const axis = array.axis(dim);
    const fs = 1 / samplingInterval(array, array.dims[axis]!, 'signal.filter');
    const sos = iirfilter(corners, freq, { btype, output: 'sos', fs });
    return array.with({ data: sosfiltfiltLanes(sos, array.values, lanesOf(array.shape, axis)) });
  },
});

const filterSchema = optionsSchema({ ...bandSchema, zerophase: z.boolean().default(false) });

/** Options of `signal.filter`. */
export type SignalFilterOptions = z.input<typeof filterSchema>;

/**
 * A Butterworth filter; `xdas.signal.filter`. For corners that may be open see `Filter`, for other families `IIRFilter`.
 *
 * - `freq`: cut-off in Hz (1/m), two for band filters. - `btype`: `'bandpass'`, `'lowpass'`, `'highpass'`, `'bandstop'`.
 * - `corners`: order, default 4. - `zerophase` (default false): forwards and backwards, which needs the whole record:
 *   chunks along `dim` are refused with `CHUNKED_WHOLE_RECORD`. - `dim`: default `'last'`.
 *
 * float64; units and coordinates stay. Without `zerophase` it is causal, and as an atom an `IIRFilter` that carries its state.
 */
export const filter: FunctionForm<SignalFilterOptions> = functionForm(
  'signal.filter',
  (options: SignalFilterOptions) => {
    const { zerophase, ...parsed } = parseOptions('signal.filter', filterSchema, options);
    if (zerophase) return zerophaseFilter(HERE, parsed);
    const { freq, btype, corners, ...common } = parsed;
    return new IIRFilter({ order: corners, cutoff: freq, btype, ...common });
  },
);

/**
 * The median over a window around each sample, its lengths in samples; `xdas.signal.medfilt` (scipy.signal.medfilt).
 *
 * - `kernelDim`: odd lengths by dimension, `{ time: 7, distance: 5 }`. Other dimensions are not filtered.
 *
 * The dtype, units and coordinates stay. Beyond the ends of the record there are zeros, as in scipy.
 */
export const medfilt = wholeRecordFunction({
  name: 'signal.medfilt',
  schema: optionsSchema({
    kernelDim: z
      .record(
        z.string(),
        z
          .int()
          .positive()
          .refine((size) => size % 2 === 1, 'must be odd'),
      )
      .refine((kernel) => Object.keys(kernel).length > 0, 'must name a dimension at least'),
  }),
  dims: ({ kernelDim }) => Object.keys(kernelDim),
  why: 'windows reach over the ends of chunks',
  compute: (array, { kernelDim }) => {
    const sizes = new Array<number>(array.ndim).fill(1);
    for (const [dim, size] of Object.entries(kernelDim)) {
      if (!array.dims.includes(dim) && dim !== 'first' && dim !== 'last')
        throw new AtomError(
          'BAD_DIM',
          `signal.medfilt: kernelDim names ${dim}; the array has ${array.dims.join(', ')}`,
        );
      sizes[array.axis(dim)] = size;
    }
    return array.with({ data: medianFilter(array.values, array.shape, sizes) });
  },
});
