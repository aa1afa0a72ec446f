/** Spectra by segments whose lengths are told in samples; `xdas.spectral`. */
import { z } from 'zod';
import type { AxisCoordinate, Coordinate } from '../coordinates/coordinate.js';
import { isComplexDType, isFloatDType } from '../dtype.js';
import { AtomError } from '../errors.js';
import { getWindow } from '../signal/design/windows.js';
import { toComplex } from '../signal/fft/fft.js';
import { frameCount, frequencyCount, stft as stftLanes } from '../signal/fft/stft.js';
import { lanesOf } from '../signal/lanes.js';
import { roundDivide } from '../time.js';
import { blockLike } from './axis-labels.js';
import { optionsSchema, windowSchema } from './options.js';
import { regularCoordinate, samplingInterval } from './sampling.js';
import { wholeRecordFunction } from './whole-record.js';

/**
 * The short-time Fourier transform of a whole record with lengths in samples; `xdas.spectral.stft`. The atom `STFT` has
 * lengths in seconds, and streams.
 *
 * - `window`: default `'hann'`, periodic. - `nperseg`: samples of a segment, default 256. - `noverlap`: samples that
 *   neighbours share, less than `nperseg`; default half of them. - `nfft`: points, at least `nperseg`; default as many.
 * - `returnOnesided`: default true: frequencies from 0; false: rising from negative ones (complex samples need it).
 * - `dim`: the dimension and the name of the new, last one; default `{ last: 'spectrum' }`. - `scaling`: `'spectrum'`
 *   (default) or `'psd'`, as `STFT`.
 *
 * Result complex128 (xdas: complex64 of float32). Only segments that lie wholly in the record are given; labels along
 * `dim` are those of their middles, `nperseg / 2` intervals after their first sample. Other labels along `dim`, and as in
 * xdas the name and attributes, are left out. Throws `BAD_SHAPE` where the record is shorter than a segment.
 */
export const stft = wholeRecordFunction({
  name: 'spectral.stft',
  schema: optionsSchema({
    window: windowSchema.default('hann'),
    nperseg: z.int().positive().default(256),
    noverlap: z.int().nonnegative().nullable().default(null),
    nfft: z.int().positive().nullable().default(null),
    returnOnesided: z.boolean().default(true),
    dim: z
      .record(z.string(), z.string())
      .refine((dim) => Object.keys(dim).length === 1, "must be one pair, { time: 'frequency' }")
      .default({ last: 'spectrum' }),
    scaling: z.enum(['spectrum', 'psd']).default('spectrum'),
  })
    .refine(({ nperseg, noverlap }) => noverlap === null || noverlap < nperseg, {
      message: 'must be less than nperseg',
      path: ['noverlap'],
    })
    .refine(({ nperseg, nfft }) => nfft === null || nfft >= nperseg, {
      message: 'must be at least nperseg',
      path: ['nfft'],
    }),
  dims: ({ dim }) => Object.keys(dim),
  why: 'its segments are counted from the first sample; the atom STFT streams',
  complex: true,
  compute: (array, { window: shape, nperseg, noverlap, nfft, returnOnesided, dim: pair, scaling }) => {
    const [[alias, renamed]] = Object.entries(pair) as [[string, string]];
    const axis = array.axis(alias);
    const dim = array.dims[axis]!;
    if (array.coords.has(renamed) || array.dims.includes(renamed))
      throw new AtomError('BAD_DIM', `spectral.stft: the array has a ${renamed} already; name another dimension`);
    const interval = samplingInterval(array, dim, 'spectral.stft');
    const complex = isComplexDType(array.dtype);
    if (complex && returnOnesided)
      throw new AtomError(
        'BAD_DTYPE',
        'spectral.stft: complex samples have no one-sided spectrum; allowed: returnOnesided: false',
      );
    const weights = getWindow(shape as string, nperseg);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const power = weights.reduce((sum, weight) => sum + weight * weight, 0);
    const scale = scaling === 'spectrum' ? 1 / Math.abs(total) : Math.sqrt(interval / power);
    const points = nfft ?? nperseg;
    const plan = {
      window: weights.map((weight) => weight * scale),
      hop: nperseg - (noverlap ?? nperseg >> 1),
      nfft: points,
      complex: !returnOnesided,
    };
    const lanes = lanesOf(array.shape, axis);
    const frames = frameCount(plan, lanes.length);
    if (frames === 0)
      throw new AtomError(
        'BAD_SHAPE',
        `spectral.stft: ${lanes.length} samples along ${dim} are fewer than nperseg ${nperseg}`,
      );
    const values = returnOnesided || complex ? array.values : toComplex(array.values);
    const like = array.coords.get(dim) as AxisCoordinate;
    const { numerator, denominator } = regularCoordinate(array, dim, 'spectral.stft').samplingRatio!;
    const float = isFloatDType(like.dtype);
    const hop = float
      ? Number(numerator) * plan.hop
      : ([BigInt(numerator) * BigInt(plan.hop), BigInt(denominator)] as const);
    const middle = float
      ? Number(like.start) + (nperseg / 2) * Number(numerator)
      : BigInt(like.start) + roundDivide(BigInt(nperseg) * BigInt(numerator), 2n * BigInt(denominator));
    const step = 1 / (points * interval);
    const first = returnOnesided ? 0 : -Math.floor(points / 2) * step;
    const coords: Record<string, Coordinate> = {};
    for (const [name, coord] of array.coords)
      if (name === dim) coords[name] = blockLike(like, middle, frames, hop, { tolerance: null });
      else if (coord.dim !== dim) coords[name] = coord;
    coords[renamed] = blockLike(like, first, frequencyCount(plan), step, {
      dim: renamed,
      dtype: 'float64',
      tolerance: null,
    });
    return array.with({
      data: stftLanes(values, lanes, plan),
      dtype: 'complex128',
      shape: [...array.shape.map((size, at) => (at === axis ? frames : size)), frequencyCount(plan)],
      dims: [...array.dims, renamed],
      coords,
      name: null,
      attrs: {},
    });
  },
});
