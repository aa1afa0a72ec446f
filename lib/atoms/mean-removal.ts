/** Removal of sliding and of piecewise means; `xdas.sliding_mean_removal`, `xdas.signal.segment_mean_removal`. */
import { z } from 'zod';
import type { DataArray } from '../dataarray/data-array.js';
import { joinArrays, view } from '../dataarray/strided.js';
import { AtomError } from '../errors.js';
import { getWindow } from '../signal/design/windows.js';
import { lanesOf } from '../signal/lanes.js';
import { removeSlidingMean, removeWeightedMean } from '../signal/sliding-mean.js';
import { asFloat64 } from '../signal/to-float64.js';
import { toFloating } from '../signal/to-floating.js';
import { dimSchema, optionsSchema, windowSchema } from './options.js';
import { roundHalfEven, samplingInterval } from './sampling.js';
import { wholeRecordFunction } from './whole-record.js';

/** numpy.pad's modes that need no further value. */
const padModes = ['reflect', 'symmetric', 'edge', 'wrap', 'constant', 'mean', 'median', 'minimum', 'maximum'] as const;

/**
 * Subtracts a weighted mean over a window centred on each sample; `xdas.sliding_mean_removal`. A high-pass that knows no
 * phase shift.
 *
 * - `wlen`: length of the window, seconds or units of the coordinate; made an odd number of samples, upwards.
 * - `window`: its weights, as scipy names them, default `'hann'`.
 * - `padMode`: how the record goes on beyond its ends, numpy.pad's modes; default `'reflect'`; `'constant'` is zeros.
 * - `dim`: default `'time'`.
 *
 * float64; units and coordinates stay. Throws `IRREGULAR` where the sampling interval is not known.
 */
export const slidingMeanRemoval = wholeRecordFunction({
  name: 'slidingMeanRemoval',
  schema: optionsSchema({
    wlen: z.number().positive(),
    window: windowSchema.default('hann'),
    padMode: z.enum(padModes).default('reflect'),
    dim: dimSchema.default('time'),
  }),
  dims: ({ dim }) => [dim],
  why: 'its ends are reflected',
  compute: (array, { wlen, window, padMode, dim }) => {
    const axis = array.axis(dim);
    const count = roundHalfEven(wlen / samplingInterval(array, array.dims[axis]!, 'slidingMeanRemoval'));
    const weights = getWindow(window as string, count % 2 === 0 ? count + 1 : count);
    return array.with({ data: removeSlidingMean(array.values, lanesOf(array.shape, axis), weights, padMode) });
  },
});

/**
 * Subtracts from each segment its own weighted mean, as for fibres whose parts are coupled differently;
 * `xdas.signal.segment_mean_removal`.
 *
 * - `limits`: labels where segments begin and end, rising: a segment has the samples from one limit up to, but without,
 *   the next. Samples outside are left alone.
 * - `window`: weights along each segment, default `'hann'`.
 * - `dim`: default `'last'`.
 *
 * float32 stays float32, all others are float64 (xdas cuts integers off again); any dimension (xdas: the first only).
 * Throws `BAD_ARGUMENT` for a segment without samples or whose weights sum to zero.
 */
export const segmentMeanRemoval = wholeRecordFunction({
  name: 'segmentMeanRemoval',
  schema: optionsSchema({
    limits: z.array(z.union([z.number(), z.bigint(), z.string(), z.date()])).min(2),
    window: windowSchema.default('hann'),
    dim: dimSchema.default('last'),
  }),
  dims: ({ dim }) => [dim],
  why: 'segments may reach over chunks',
  acrossGaps: true,
  compute: (array, { limits, window, dim: alias }) => {
    const axis = array.axis(alias);
    const dim = array.dims[axis]!;
    const coord = array.coords.axis(dim);
    const edges = limits.map((limit) => {
      const from = coord.toIndex({ start: limit }) as { start?: number | null };
      return from.start ?? 0;
    });
    const bounds = [0, ...edges, array.shape[axis]!];
    const parts: DataArray[] = [];
    for (let k = 0; k + 1 < bounds.length; k++) {
      const [start, stop] = [bounds[k]!, bounds[k + 1]!];
      const inside = k > 0 && k + 2 < bounds.length;
      const part = array.isel({ [dim]: { start, stop } });
      if (!inside) {
        parts.push(part);
        continue;
      }
      if (stop <= start)
        throw new AtomError(
          'BAD_ARGUMENT',
          `segmentMeanRemoval: no sample lies from ${limits[k - 1]} to ${limits[k]} along ${dim}; allowed: rising limits with samples between`,
        );
      const weights = getWindow(window as string, stop - start);
      if (weights.reduce((sum, weight) => sum + weight, 0) === 0)
        throw new AtomError(
          'BAD_ARGUMENT',
          `segmentMeanRemoval: the ${stop - start} weights of window ${String(window)} sum to zero; use another window`,
        );
      const data = removeWeightedMean(part.values, lanesOf(part.shape, axis), weights);
      parts.push(part.with({ data: toFloating(data, array.values) }));
    }
    const single = array.dtype === 'float32';
    const joined = joinArrays(
      parts
        .filter((part) => !part.empty)
        .map((part) => view(single ? part.values : asFloat64(part.values), part.shape)),
      axis,
      single ? 'float32' : 'float64',
    );
    return array.with({ data: joined });
  },
});
