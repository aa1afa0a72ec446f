/** Entries of the conformance table for the atoms that xdas does not have. */
import { CommonModeRemoval } from '../../lib/atoms/common-mode-removal.js';
import { Despike } from '../../lib/atoms/despike.js';
import { Envelope } from '../../lib/atoms/envelope.js';
import { FKFilter } from '../../lib/atoms/fk-filter.js';
import { OneBit } from '../../lib/atoms/one-bit.js';
import { RMS } from '../../lib/atoms/rms.js';
import { Sequential } from '../../lib/atoms/sequential.js';
import { SpectralWhitening } from '../../lib/atoms/spectral-whitening.js';
import { Stack } from '../../lib/atoms/stack.js';
import { StrainRateToStrain } from '../../lib/atoms/strain-rate-to-strain.js';
import type { Entry } from './conformance.js';

const last = { dims: ['distance', 'time'], shape: [5, 60] };
const middle = { dims: ['distance', 'time', 'component'], shape: [2, 60, 3] };
const four = { dims: ['component', 'distance', 'time', 'shot'], shape: [2, 3, 60, 2] };

export const beyondEntries: Entry[] = [
  { name: 'CommonModeRemoval', make: () => new CommonModeRemoval({}), shape: [60, 9] },
  { name: 'CommonModeRemoval, mean, groups', make: () => new CommonModeRemoval({ method: 'mean', group: 2 }), ...last },
  { name: 'CommonModeRemoval, int16', make: () => new CommonModeRemoval({}), dtype: 'int16', ...middle },
  { name: 'OneBit', make: () => new OneBit({}), dtype: 'float32' },
  { name: 'Stack', make: () => new Stack({ size: 2 }), shape: [60, 5] },
  { name: 'Stack, median, rest kept', make: () => new Stack({ size: 2, method: 'median', rest: 'keep' }), ...last },
  { name: 'Stack, sum, four dimensions', make: () => new Stack({ size: 3, method: 'sum' }), ...four, dtype: 'int64' },
  { name: 'RMS', make: () => new RMS({ wlen: 0.1 }) },
  { name: 'RMS, overlapping, time last', make: () => new RMS({ wlen: 0.08, hop: 0.06 }), ...last },
  { name: 'RMS of every sample, float32', make: () => new RMS({ wlen: 0.07, hop: 0.01 }), dtype: 'float32', ...middle },
  { name: 'RMS, odd rate', make: () => new RMS({ wlen: 0.02, hop: 0.005 }), step: 3_333_333n },
  { name: 'RMS longer than the record', make: () => new RMS({ wlen: 3 }) },
  { name: 'RMS along distance', make: () => new RMS({ wlen: 4, hop: 2, dim: 'distance' }), shape: [60, 6] },
  { name: 'StrainRateToStrain', make: () => new StrainRateToStrain({}), ...middle },
  {
    name: 'StrainRateToStrain, high-pass, float32',
    make: () => new StrainRateToStrain({ highpass: 2 }),
    dtype: 'float32',
    ...last,
  },
  { name: 'StrainRateToStrain, int16', make: () => new StrainRateToStrain({}), dtype: 'int16', ...four },
  { name: 'Envelope', make: () => new Envelope({ wlen: 0.11 }) },
  { name: 'Envelope, compensated, time last', make: () => new Envelope({ wlen: 0.11, compensate: true }), ...last },
  { name: 'Envelope, float32, odd rate', make: () => new Envelope({ wlen: 0.03 }), dtype: 'float32', step: 3_333_333n },
  {
    name: 'Envelope, compensated, int16',
    make: () => new Envelope({ wlen: 0.2, compensate: true }),
    dtype: 'int16',
    ...four,
  },
  { name: 'Envelope longer than the record', make: () => new Envelope({ wlen: 2, compensate: true }) },
  { name: 'Envelope along distance', make: () => new Envelope({ wlen: 6, dim: 'distance' }), shape: [60, 6] },
  { name: 'Despike', make: () => new Despike({ wlen: 0.07 }), shape: [60, 9] },
  {
    name: 'Despike, time last, float32',
    make: () => new Despike({ wlen: 0.12, nsigma: 1 }),
    dtype: 'float32',
    ...last,
  },
  {
    name: 'Despike, int64, four dimensions',
    make: () => new Despike({ wlen: 0.03, floor: 3 }),
    dtype: 'int64',
    ...four,
  },
  {
    name: 'Despike longer than the record',
    make: () => new Despike({ wlen: 2, nsigma: 1 }),
    dims: ['time'],
    shape: [60],
  },
  { name: 'Despike along distance', make: () => new Despike({ wlen: 6, dim: 'distance' }), shape: [60, 6] },
  {
    name: 'SpectralWhitening',
    make: () => new SpectralWhitening({ wlen: 0.16, freq: [5, 30], smoothing: 8 }),
    oneRate: true,
    shape: [60, 9],
  },
  {
    name: 'SpectralWhitening, time last, float32',
    make: () => new SpectralWhitening({ wlen: 0.1 }),
    dtype: 'float32',
    ...last,
  },
  { name: 'SpectralWhitening, int16', make: () => new SpectralWhitening({ wlen: 0.07 }), dtype: 'int16', ...middle },
  { name: 'SpectralWhitening longer than the record', make: () => new SpectralWhitening({ wlen: 2 }), ...four },
  {
    name: 'SpectralWhitening along distance',
    make: () => new SpectralWhitening({ wlen: 8, dim: 'distance' }),
    shape: [60, 6],
  },
  { name: 'FKFilter', make: () => new FKFilter({ wlen: 0.16, vmin: 200 }), shape: [60, 9] },
  {
    name: 'FKFilter, forward, time last',
    make: () => new FKFilter({ wlen: 0.1, direction: 'forward' }),
    dtype: 'float32',
    ...last,
  },
  {
    name: 'FKFilter, reject, four dimensions',
    make: () => new FKFilter({ wlen: 0.2, vmin: 50, vmax: 300, mode: 'reject' }),
    dtype: 'int16',
    ...four,
  },
  { name: 'FKFilter longer than the record', make: () => new FKFilter({ wlen: 2, vmax: 300 }), shape: [60, 3] },
  {
    name: 'Despike, FKFilter, SpectralWhitening and Envelope in a row',
    make: () =>
      new Sequential([
        new Despike({ wlen: 0.05 }),
        new FKFilter({ wlen: 0.1, vmin: 100 }),
        new SpectralWhitening({ wlen: 0.1 }),
        new Envelope({ wlen: 0.05, compensate: true }),
      ]),
    shape: [60, 3],
    tells: 16,
  },
  {
    name: 'Stack, CommonModeRemoval and RMS in a row',
    make: () => new Sequential([new CommonModeRemoval({}), new Stack({ size: 2 }), new RMS({ wlen: 0.05, hop: 0.02 })]),
    shape: [60, 6],
  },
];
