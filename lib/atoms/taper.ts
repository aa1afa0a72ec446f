import { z } from 'zod';
import { getWindow } from '../signal/design/windows.js';
import { lanesOf } from '../signal/lanes.js';
import { multiplyLanes } from '../signal/multiply-lanes.js';
import { dimSchema, optionsSchema, windowSchema } from './options.js';
import { wholeRecordFunction } from './whole-record.js';

/**
 * Multiplies the record with a window along a dimension; `xdas.taper`.
 *
 * - `window`: as scipy names it, `'hann'` (default), `['tukey', 0.1]` ...
 * - `fftbins`: default false, the symmetric window; true: the periodic one.
 * - `dim`: default `'time'`.
 *
 * float64, whatever came in, as in xdas; units and coordinates stay.
 */
export const taper = wholeRecordFunction({
  name: 'taper',
  schema: optionsSchema({
    window: windowSchema.default('hann'),
    fftbins: z.boolean().default(false),
    dim: dimSchema.default('time'),
  }),
  dims: ({ dim }) => [dim],
  why: 'the window spans all of it',
  compute: (array, { window, fftbins, dim }) => {
    const lanes = lanesOf(array.shape, array.axis(dim));
    return array.with({ data: multiplyLanes(array.values, lanes, getWindow(window as string, lanes.length, fftbins)) });
  },
});
