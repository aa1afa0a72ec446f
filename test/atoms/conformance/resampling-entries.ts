/** Other rates, other chunks. */
import { DownSample } from '../../../lib/atoms/down-sample.js';
import { Polyphase } from '../../../lib/atoms/polyphase.js';
import { Rechunk } from '../../../lib/atoms/rechunk.js';
import { Resample } from '../../../lib/atoms/resample.js';
import { ResamplePoly } from '../../../lib/atoms/resample-poly.js';
import { STFT } from '../../../lib/atoms/stft.js';
import { UpSample } from '../../../lib/atoms/up-sample.js';
import { complexDTypes, dtypes } from '../../../lib/dtype.js';
import type { Entry } from './entry.js';

const dim = 'time';
const taps = [0.01, -0.02, 0.05, 0.2, 0.3, 0.2, 0.05, -0.02, 0.01];
const any = [...dtypes, ...complexDTypes];

export const resamplingEntries: Entry[] = [
  { name: 'DownSample', make: () => new DownSample({ factor: 7, dim }), dtypes: any },
  { name: 'DownSample by 1', make: () => new DownSample({ factor: 1, dim }) },
  {
    name: 'DownSample along distance',
    make: () => new DownSample({ factor: 2, dim: 'distance' }),
    needs: { distance: 2 },
  },
  { name: 'UpSample', make: () => new UpSample({ factor: 4, dim }) },
  {
    name: 'UpSample, unscaled',
    make: () => new UpSample({ factor: 5, scale: false, dim }),
    fractions: true,
  },
  { name: 'Rechunk', make: () => new Rechunk({ chunks: { time: 8 } }), dtypes: any },
  { name: 'Rechunk to single samples', make: () => new Rechunk({ chunks: { time: 1 } }) },
  {
    name: 'Rechunk along distance',
    make: () => new Rechunk({ chunks: { distance: 2 } }),
    needs: { distance: 3 },
  },
  { name: 'Polyphase', make: () => new Polyphase({ taps, dim }) },
  { name: 'Polyphase 2/5', make: () => new Polyphase({ taps, up: 2, down: 5, dim }) },
  {
    name: 'Polyphase 1/4, compensated',
    make: () => new Polyphase({ taps, down: 4, compensate: true, dim }),
  },
  {
    name: 'Polyphase 3/2, compensated',
    make: () => new Polyphase({ taps, up: 3, down: 2, compensate: true, dim }),
    labelSlack: 1n,
    fractions: true,
  },
  {
    name: 'Polyphase along distance',
    make: () => new Polyphase({ taps, down: 2, dim: 'distance' }),
    needs: { distance: 4 },
  },
  { name: 'Resample to 50 Hz', make: () => new Resample({ rate: 50 }), notBinary: true },
  { name: 'Resample 2/5', make: () => new Resample({ up: 2, down: 5 }) },
  { name: 'Resample, nothing to do', make: () => new Resample({ up: 1, down: 1 }) },
  { name: 'Resample by 1/4, iir', make: () => new Resample({ down: 4, method: 'iir' }) },
  {
    name: 'Resample by 3/2, iir',
    make: () => new Resample({ up: 3, down: 2, method: 'iir' }),
    labelSlack: 1n,
    fractions: true,
  },
  { name: 'Resample, odd rate', make: () => new Resample({ down: 3 }), step: 3_333_333n },
  {
    name: 'Resample along distance, fft',
    make: () => new Resample({ up: 3, down: 2, method: 'fft', dim: 'distance' }),
    needs: { distance: 3 },
  },
  {
    name: 'Resample along distance, iir, zerophase',
    make: () => new Resample({ down: 2, method: 'iir', zerophase: true, order: 2, dim: 'distance' }),
    needs: { distance: 24 },
  },
  { name: 'ResamplePoly', make: () => new ResamplePoly({ target: 40, dim }), fractions: true },
  { name: 'STFT', make: () => new STFT({ wlen: 0.08 }), dtypes: any },
  {
    name: 'STFT, psd, padded',
    make: () => new STFT({ wlen: 0.11, hop: 0.02, scaling: 'psd', nfft: 32 }),
  },
  { name: 'STFT, no overlap', make: () => new STFT({ wlen: 0.07, hop: 0.07 }) },
  { name: 'STFT, odd rate', make: () => new STFT({ wlen: 0.02 }), step: 3_333_333n },
  { name: 'STFT longer than the record', make: () => new STFT({ wlen: 3 }) },
  {
    name: 'STFT along distance',
    make: () => new STFT({ wlen: 6, hop: 2, dim: 'distance' }),
    needs: { distance: 4 },
  },
];
