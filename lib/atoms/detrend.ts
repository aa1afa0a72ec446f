import { z } from 'zod';
import { detrend as detrendLanes } from '../signal/detrend.js';
import { lanesOf } from '../signal/lanes.js';
import { dimSchema, optionsSchema } from './options.js';
import { wholeRecordFunction } from './whole-record.js';

/**
 * Removes a trend along a dimension; `xdas.detrend` (scipy.signal.detrend).
 *
 * - `type`: `'linear'` (default: the least-squares line) or `'constant'` (the mean).
 * - `dim`: default `'time'`.
 *
 * float32 stays float32 (computed in float64), all others are float64; units and coordinates stay. A NaN spoils its own
 * channel only (scipy refuses the whole array).
 */
export const detrend = wholeRecordFunction({
  name: 'detrend',
  schema: optionsSchema({ type: z.enum(['linear', 'constant']).default('linear'), dim: dimSchema.default('time') }),
  dims: ({ dim }) => [dim],
  why: 'the trend is fitted to all of it',
  compute: (array, { type, dim }) =>
    array.with({ data: detrendLanes(array.values, lanesOf(array.shape, array.axis(dim)), type) }),
});
