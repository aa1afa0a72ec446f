/** Spectra of whole records with their frequencies; `xdas.fft` (numpy.fft). */
import { z } from 'zod';
import type { AxisCoordinate, Coordinate } from '../coordinates/coordinate.js';
import type { DataArray } from '../dataarray/data-array.js';
import { type ArrayDType, isComplexDType } from '../dtype.js';
import { AtomError } from '../errors.js';
import * as kernels from '../signal/fft/fft.js';
import { fftShift, ifftShift } from '../signal/fft/fft-shift.js';
import { lanesOf } from '../signal/lanes.js';
import { asFloat64 } from '../signal/to-float64.js';
import { blockLike } from './axis-labels.js';
import { optionsSchema } from './options.js';
import { samplingInterval } from './sampling.js';
import { runStarts } from './stream-edge.js';
import { wholeRecordFunction } from './whole-record.js';

const schema = (renamed: string) =>
  optionsSchema({
    n: z.int().positive().nullable().default(null),
    dim: z
      .record(z.string(), z.string())
      .refine((dim) => Object.keys(dim).length === 1, "must be one pair, { time: 'frequency' }")
      .default({ last: renamed }),
    norm: z.enum(['backward', 'ortho', 'forward']).default('backward'),
  });

interface Axis {
  dim: string;
  renamed: string;
  axis: number;
  interval: number;
  size: number;
}

/** What a transform works along. A gap would be taken for neighbouring samples: it is refused. */
function axisOf(array: DataArray, pair: Readonly<Record<string, string>>, who: string): Axis {
  const [[alias, renamed]] = Object.entries(pair) as [[string, string]];
  const axis = array.axis(alias);
  const dim = array.dims[axis]!;
  const interval = samplingInterval(array, dim, who);
  const starts = runStarts(array.coords.axis(dim));
  if (starts.length > 0)
    throw new AtomError(
      'DISCONTINUITY',
      `${who}: ${dim} is interrupted before sample ${starts[0]}; split the array there first, a spectrum over a gap means nothing`,
    );
  return { dim, renamed, axis, interval, size: array.shape[axis]! };
}

/** `array` with `data` and, in the place of one dimension, another with evenly spaced float64 labels. */
function relabelled(
  array: DataArray,
  { dim, renamed, axis }: Axis,
  data: Float64Array,
  dtype: ArrayDType,
  labels: { start: number; size: number; step: number },
): DataArray {
  const like = array.coords.get(dim) as AxisCoordinate;
  const { start, size, step } = labels;
  const coords: Record<string, Coordinate> = {};
  for (const [name, coord] of array.coords)
    if (name === dim)
      coords[renamed] = blockLike(like, start, size, step, { dim: renamed, dtype: 'float64', tolerance: null });
    else if (coord.dim !== dim) coords[name] = coord;
  const single = dtype === 'complex64' || dtype === 'float32';
  return array.with({
    data: single ? Float32Array.from(data) : data,
    dtype,
    shape: array.shape.map((old, at) => (at === axis ? size : old)),
    dims: array.dims.map((name) => (name === dim ? renamed : name)),
    coords,
  });
}

/** Rising frequencies of `n` points: from `-floor(n / 2)` steps of `1 / (n d)` on. */
function centred(n: number, interval: number): { start: number; size: number; step: number } {
  const step = 1 / (n * interval);
  return { start: -Math.floor(n / 2) * step, size: n, step };
}

const complexOf = (dtype: ArrayDType): ArrayDType =>
  dtype === 'float32' || dtype === 'complex64' ? 'complex64' : 'complex128';
const complexValues = (array: DataArray) =>
  isComplexDType(array.dtype) ? asFloat64(array.values) : kernels.toComplex(array.values);
const why = 'every sample goes into every frequency';
const dims = ({ dim }: { dim: Record<string, string> }) => Object.keys(dim);

/**
 * The spectrum of real or complex samples, frequencies rising from negative to positive; `xdas.fft.fft`.
 *
 * - `n`: points; the record is cropped, or padded with zeros. Default: its length. - `dim`: the dimension and what it
 *   becomes, `{ time: 'frequency' }`; default `{ last: 'spectrum' }`. - `norm`: `'backward'` (default), `'ortho'`,
 *   `'forward'`, as in numpy.
 *
 * complex64 of float32 and complex64, complex128 of all others. Frequencies are Hz (1 over the unit of the coordinate).
 * Throws `DISCONTINUITY` at a gap (xdas takes its ends for neighbours), `IRREGULAR` without a sampling interval.
 */
export const fft = wholeRecordFunction({
  name: 'fft',
  schema: schema('spectrum'),
  dims,
  why,
  complex: true,
  acrossGaps: true,
  compute: (array, { n, dim, norm }) => {
    const along = axisOf(array, dim, 'fft');
    const points = n ?? along.size;
    const lanes = lanesOf(array.shape, along.axis);
    const spectrum = kernels.fft(complexValues(array), lanes, { n: points, norm });
    const data = fftShift(spectrum, { ...lanes, length: points });
    return relabelled(array, along, data, complexOf(array.dtype), centred(points, along.interval));
  },
});

/** The inverse of {@link fft}; `xdas.fft.ifft`. `dim` defaults to `{ last: 'signal' }`; labels are centred at zero. */
export const ifft = wholeRecordFunction({
  name: 'ifft',
  schema: schema('signal'),
  dims,
  why,
  complex: true,
  acrossGaps: true,
  compute: (array, { n, dim, norm }) => {
    const along = axisOf(array, dim, 'ifft');
    const points = n ?? along.size;
    const lanes = lanesOf(array.shape, along.axis);
    const data = kernels.ifft(ifftShift(complexValues(array), lanes), lanes, { n: points, norm });
    return relabelled(array, along, data, complexOf(array.dtype), centred(points, along.interval));
  },
});

/** The spectrum of real samples, frequencies from 0: `floor(n / 2) + 1` of them; `xdas.fft.rfft`. Else as {@link fft}. */
export const rfft = wholeRecordFunction({
  name: 'rfft',
  schema: schema('spectrum'),
  dims,
  why,
  acrossGaps: true,
  compute: (array, { n, dim, norm }) => {
    const along = axisOf(array, dim, 'rfft');
    const points = n ?? along.size;
    const data = kernels.rfft(array.values, lanesOf(array.shape, along.axis), { n: points, norm });
    const labels = { start: 0, size: Math.floor(points / 2) + 1, step: 1 / (points * along.interval) };
    return relabelled(array, along, data, complexOf(array.dtype), labels);
  },
});

/**
 * The inverse of {@link rfft}, real; `xdas.fft.irfft`. `n` defaults to `2 (size - 1)`: give it where the record had an odd
 * length. `dim` defaults to `{ last: 'signal' }`; labels are centred at zero. float32 of complex64, float64 of complex128.
 */
export const irfft = wholeRecordFunction({
  name: 'irfft',
  schema: schema('signal'),
  dims,
  why,
  complex: true,
  acrossGaps: true,
  compute: (array, { n, dim, norm }) => {
    const along = axisOf(array, dim, 'irfft');
    const points = n ?? 2 * (along.size - 1);
    const data = kernels.irfft(complexValues(array), lanesOf(array.shape, along.axis), { n: points, norm });
    const dtype = complexOf(array.dtype) === 'complex64' ? 'float32' : 'float64';
    return relabelled(array, along, data, dtype, centred(points, along.interval));
  },
});
