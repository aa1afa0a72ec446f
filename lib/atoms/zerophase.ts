/** Filters forwards and backwards, with coefficients; `xdas.signal.sosfiltfilt` and `xdas.signal.filtfilt`. */
import { z } from 'zod';
import { filtfilt as filtfiltLanes } from '../signal/filtfilt.js';
import { filtfiltGust } from '../signal/filtfilt-gust.js';
import { lanesOf } from '../signal/lanes.js';
import { sosfiltfilt as sosfiltfiltLanes } from '../signal/sosfiltfilt.js';
import { coefficientsSchema, dimSchema, optionsSchema, sosSchema } from './options.js';
import { wholeRecordFunction } from './whole-record.js';

const padding = {
  padtype: z.enum(['odd', 'even', 'constant']).nullable().default('odd'),
  padlen: z.int().nonnegative().nullable().default(null),
  dim: dimSchema.default('last'),
};
const why = 'it runs backwards too';

/**
 * Second-order sections without phase shift; `xdas.signal.sosfiltfilt`.
 *
 * - `sos`: sections of six coefficients each.
 * - `padtype` (`'odd'`, `'even'`, `'constant'`, null) and `padlen` (samples; default: three times the taps): how the ends
 *   are extended.
 * - `dim`: default `'last'`.
 *
 * float64; units and coordinates stay. Throws `BAD_SHAPE` where the record is not longer than the extension.
 */
export const sosfiltfilt = wholeRecordFunction({
  name: 'sosfiltfilt',
  schema: optionsSchema({ sos: sosSchema, ...padding }),
  dims: ({ dim }) => [dim],
  why,
  compute: (array, { sos, padtype, padlen, dim }) => {
    const lanes = lanesOf(array.shape, array.axis(dim));
    return array.with({ data: sosfiltfiltLanes(sos, array.values, lanes, { padtype, padlen }) });
  },
});

/**
 * As {@link sosfiltfilt}, for coefficients `b` and `a`; `xdas.signal.filtfilt`.
 *
 * - `method`: `'pad'` (default), or `'gust'`: no extension, but states at the ends for which both orders of the two passes
 *   give the same (Gustafsson 1996). - `irlen`: `'gust'`, samples after which the impulse response is over; default null:
 *   all are looked at.
 */
export const filtfilt = wholeRecordFunction({
  name: 'filtfilt',
  schema: optionsSchema({
    b: coefficientsSchema,
    a: coefficientsSchema,
    method: z.enum(['pad', 'gust']).default('pad'),
    irlen: z.int().positive().nullable().default(null),
    ...padding,
  }),
  dims: ({ dim }) => [dim],
  why,
  compute: (array, { b, a, method, irlen, padtype, padlen, dim }) => {
    const lanes = lanesOf(array.shape, array.axis(dim));
    if (method === 'gust') return array.with({ data: filtfiltGust({ b, a }, array.values, lanes, irlen) });
    return array.with({ data: filtfiltLanes({ b, a }, array.values, lanes, { padtype, padlen }) });
  },
});
