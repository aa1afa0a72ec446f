/** Resampling of whole records; `xdas.signal.resample`, `xdas.signal.resample_poly`, `xdas.signal.decimate`. */
import { z } from 'zod';
import type { Coordinate } from '../coordinates/coordinate.js';
import { AxisCoordinate } from '../coordinates/coordinate.js';
import type { DataArray } from '../dataarray/data-array.js';
import { isComplexDType, partsDType } from '../dtype.js';
import { firwin } from '../signal/design/firwin.js';
import { iirfilter } from '../signal/design/iirfilter.js';
import { extensions } from '../signal/extend-lanes.js';
import { toComplex } from '../signal/fft/fft.js';
import { type Lanes, lanesOf } from '../signal/lanes.js';
import { polyphase, polyphaseState } from '../signal/polyphase.js';
import { resampleFourierComplex, resampleFourier as resampleFourierLanes } from '../signal/resample-fourier.js';
import { resamplePoly as resamplePolyLanes } from '../signal/resample-poly.js';
import { sosfilt } from '../signal/sosfilt.js';
import { sosfiltfilt } from '../signal/sosfiltfilt.js';
import { asFloat64 } from '../signal/to-float64.js';
import { toFloating } from '../signal/to-floating.js';
import { resampledLabels, withAxis } from './axis-labels.js';
import { dimSchema, optionsSchema, windowSchema } from './options.js';
import { wholeRecordFunction } from './whole-record.js';

const numbers = z
  .custom<ArrayLike<number>>(
    (value) => value instanceof Float64Array || (Array.isArray(value) && value.every((x) => typeof x === 'number')),
    'must be a list of numbers',
  )
  .transform((value) => Float64Array.from(value));
const windowOrNumbers = z.union([numbers, windowSchema]);

/**
 * Resampling to `num` samples through the spectrum, the record being taken for one period of a periodic signal;
 * `xdas.signal.resample` (scipy.signal.resample). For streams see the atom `Resample`.
 *
 * - `num`: samples that come out. - `window`: null (default), a spectral window as scipy names it, or one factor per
 *   frequency in the transform's order. - `domain`: `'time'` (default), or `'freq'`: what comes in is the transform of a
 *   record along `dim` already, in the transform's order, and what comes out are its samples, complex. - `dim`: default
 *   `'last'`.
 *
 * Complex samples stay complex: complex64 stays where there is no window. Of real ones float32 stays float32, all others are float64. The first label stays, the interval is `size / num` times the old one
 * as an exact ratio (xdas cuts it off to nanoseconds, so that labels drift); other labels along `dim` are left out.
 */
export const resampleFourier = wholeRecordFunction({
  name: 'resampleFourier',
  schema: optionsSchema({
    num: z.int().positive(),
    window: windowOrNumbers.nullable().default(null),
    domain: z.enum(['time', 'freq']).default('time'),
    dim: dimSchema.default('last'),
  }),
  dims: ({ dim }) => [dim],
  why: 'its spectrum is that of all of it',
  complex: true,
  compute: (array, { num, window, domain, dim: alias }) => {
    const axis = array.axis(alias);
    const dim = array.dims[axis]!;
    const size = array.shape[axis]!;
    const coord = resampledLabels(array, dim, num, [size, num], 'resampleFourier');
    const lanes = lanesOf(array.shape, axis);
    const labelled = { shape: resized(array, axis, num), coords: withAxis(array, dim, coord) };
    const spectral = window as string | null;
    if (domain === 'time' && !isComplexDType(array.dtype))
      return array.with({ data: resampleFourierLanes(array.values, lanes, num, spectral), ...labelled });
    const parts = isComplexDType(array.dtype) ? asFloat64(array.values) : toComplex(array.values);
    const data = resampleFourierComplex(parts, lanes, num, spectral, domain);
    const single = partsDType(array.dtype) === 'float32' && window === null; // a window is float64
    return single
      ? array.with({ data: Float32Array.from(data), dtype: 'complex64', ...labelled })
      : array.with({ data, dtype: 'complex128', ...labelled });
  },
});

/**
 * Resampling by the factor `up / down` with a low-pass without delay; `xdas.signal.resample_poly`
 * (scipy.signal.resample_poly). The atom `Resample({ up, down })` streams it, for zeros beyond the ends.
 *
 * - `up`, `down`: positive integers. - `window`: of the low-pass, default `['kaiser', 5]`; a list of numbers is the filter
 *   itself, at the upsampled rate. - `padtype`: what lies beyond the ends: `'constant'` (default: `cval`, zero), `'line'`,
 *   `'edge'`, `'reflect'`, `'symmetric'`, `'antireflect'`, `'antisymmetric'`, `'wrap'`, `'smooth'`, `'mean'`, `'median'`,
 *   `'minimum'`, `'maximum'`. - `dim`: default `'last'`.
 *
 * float32 stays float32, all others are float64; with `up` equal to `down` nothing changes. The first label stays, the rate
 * is exact; other labels along `dim` are left out.
 */
export const resamplePoly = wholeRecordFunction({
  name: 'resamplePoly',
  schema: optionsSchema({
    up: z.int().positive(),
    down: z.int().positive(),
    window: windowOrNumbers.default(['kaiser', 5]),
    padtype: z.enum(extensions).default('constant'),
    cval: z.number().nullable().default(null),
    dim: dimSchema.default('last'),
  }),
  dims: ({ dim }) => [dim],
  why: "what lies beyond its ends is made up; the atom Resample streams padtype 'constant'",
  compute: (array, { up, down, window, padtype, cval, dim: alias }) => {
    const axis = array.axis(alias);
    const dim = array.dims[axis]!;
    const lanes = lanesOf(array.shape, axis);
    const size = Math.ceil((lanes.length * up) / down);
    const coord = resampledLabels(array, dim, size, [down, up], 'resamplePoly');
    const data = resamplePolyLanes(array.values, lanes, up, down, { window: window as string, padtype, cval });
    return array.with({ data, shape: resized(array, axis, size), coords: withAxis(array, dim, coord) });
  },
});

/**
 * Low-pass and one sample in `q`; `xdas.signal.decimate` (scipy.signal.decimate). For streams see `Resample({ down })`.
 *
 * - `q`: positive integer. - `ftype`: `'iir'` (default: Chebyshev I, 0.05 dB, to 0.8 of the new Nyquist frequency) or
 *   `'fir'` (Hamming window). - `n`: order; default 8, `'fir'` 20 q. - `zeroPhase`: default true. - `dim`: default `'last'`.
 *
 * float32 stays float32 (computed in float64 with coefficients rounded to float32, as scipy rounds them), all others are
 * float64. All labels along `dim` are those of the kept samples.
 */
export const decimate = wholeRecordFunction({
  name: 'decimate',
  schema: optionsSchema({
    q: z.int().positive(),
    n: z.int().positive().nullable().default(null),
    ftype: z.enum(['iir', 'fir']).default('iir'),
    zeroPhase: z.boolean().default(true),
    dim: dimSchema.default('last'),
  }),
  dims: ({ dim }) => [dim],
  why: 'it filters as if the record began and ended there; the atom Resample({ down }) streams',
  compute: (array, { q, n, ftype, zeroPhase, dim: alias }) => {
    const axis = array.axis(alias);
    const dim = array.dims[axis]!;
    const lanes = lanesOf(array.shape, axis);
    const coords: Record<string, Coordinate> = {};
    for (const [name, coord] of array.coords)
      coords[name] = coord instanceof AxisCoordinate && coord.dim === dim ? coord.slice(null, null, q) : coord;
    const size = Math.ceil(lanes.length / q);
    if (ftype === 'fir')
      return array.with({
        data: decimateFir(array, lanes, q, n, zeroPhase),
        shape: resized(array, axis, size),
        coords,
      });
    const float32 = array.dtype === 'float32';
    const designed = iirfilter(n ?? 8, 0.8 / q, { rp: 0.05, btype: 'lowpass', ftype: 'cheby1', output: 'sos' });
    const sos = float32 ? designed.map(Math.fround) : designed;
    const filtered = zeroPhase ? sosfiltfilt(sos, array.values, lanes) : sosfilt(sos, array.values, lanes);
    return array
      .with({ data: toFloating(filtered, array.values) })
      .isel({ [dim]: { step: q } })
      .with({ coords });
  },
});

function decimateFir(array: DataArray, lanes: Lanes, q: number, n: number | null, zeroPhase: boolean) {
  const { values } = array;
  const float32 = values instanceof Float32Array;
  const designed = firwin((n ?? 20 * q) + 1, 1 / q, { window: 'hamming' });
  const taps = float32 ? designed.map(Math.fround) : designed;
  if (!zeroPhase) {
    const filter = { taps, up: 1, down: q, lead: 0 };
    return polyphase(filter, values, lanes, polyphaseState(filter, lanes, float32)).data;
  }
  const data = resamplePolyLanes(values, lanes, 1, q, { window: taps });
  return float32 ? Float32Array.from(data as Float64Array) : data;
}

function resized(array: DataArray, axis: number, size: number): number[] {
  return array.shape.map((old, i) => (i === axis ? size : old));
}
