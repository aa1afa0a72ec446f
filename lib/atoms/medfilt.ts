import { z } from 'zod';
import { AtomError } from '../errors.js';
import { medianFilter } from '../signal/median-filter.js';
import { optionsSchema } from './options.js';
import { roundHalfEven, samplingInterval } from './sampling.js';
import { wholeRecordFunction } from './whole-record.js';

/**
 * The median over a window around each sample; `xdas.medfilt` (scipy.signal.medfilt).
 *
 * - `kernel`: lengths by dimension, `{ time: 0.5, distance: 30 }`, in seconds or units of the coordinate; each is made the
 *   nearest odd number of samples (an even one goes up). Other dimensions are not filtered.
 *
 * The dtype, units and coordinates stay. Beyond the ends of the record there are zeros, as in scipy. Gaps along `time`
 * (or the first dimension of `kernel`) are ends. Throws `IRREGULAR` where a sampling interval is not known.
 */
export const medfilt = wholeRecordFunction({
  name: 'medfilt',
  schema: optionsSchema({ kernel: z.record(z.string(), z.number().positive()) }),
  dims: ({ kernel }) => Object.keys(kernel),
  why: 'windows reach over the ends of chunks',
  compute: (array, { kernel }) => {
    const sizes = new Array<number>(array.ndim).fill(1);
    for (const [dim, length] of Object.entries(kernel)) {
      if (!array.dims.includes(dim) && dim !== 'first' && dim !== 'last')
        throw new AtomError('BAD_DIM', `medfilt: kernel names ${dim}; the array has ${array.dims.join(', ')}`);
      const axis = array.axis(dim);
      const size = Math.max(1, roundHalfEven(length / samplingInterval(array, array.dims[axis]!, 'medfilt')));
      sizes[axis] = size % 2 ? size : size + 1;
    }
    return array.with({ data: medianFilter(array.values, array.shape, sizes) });
  },
});
