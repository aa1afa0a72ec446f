import { analyticSignal } from '../signal/analytic-signal.js';
import { lanesOf } from '../signal/lanes.js';
import { dimSchema, optionsSchema } from './options.js';
import { wholeRecordFunction } from './whole-record.js';

/**
 * The analytic signal: the record, and its Hilbert transform as imaginary part; `xdas.hilbert` (scipy.signal.hilbert). Its
 * magnitude (`absolute`) is the envelope, its `angle` the instantaneous phase.
 *
 * - `dim`: default `'time'`.
 *
 * complex64 of float32, complex128 of all others; units and coordinates stay. The record is taken for one period of a
 * periodic signal: taper it first where its ends do not meet.
 */
export const hilbert = wholeRecordFunction({
  name: 'hilbert',
  schema: optionsSchema({ dim: dimSchema.default('time') }),
  dims: ({ dim }) => [dim],
  why: 'every sample goes into all others',
  compute: (array, { dim }) => {
    const data = analyticSignal(array.values, lanesOf(array.shape, array.axis(dim)));
    if (array.dtype === 'float32') return array.with({ data: Float32Array.from(data), dtype: 'complex64' });
    return array.with({ data, dtype: 'complex128' });
  },
});
