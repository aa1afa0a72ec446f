/** All operations on whole records, for the registry. */
import { detrend } from './detrend.js';
import { hilbert } from './hilbert.js';
import { segmentMeanRemoval, slidingMeanRemoval } from './mean-removal.js';
import { medfilt } from './medfilt.js';
import { decimate, resampleFourier, resamplePoly } from './record-resampling.js';
import * as reductions from './reductions.js';
import { medfilt as medfiltSamples } from './signal.js';
import { stft as stftSamples } from './spectral.js';
import { fft, ifft, irfft, rfft } from './spectrum.js';
import { taper } from './taper.js';
import type { WholeRecordFunction } from './whole-record.js';
import { filtfilt, sosfiltfilt } from './zerophase.js';

/** Every {@link WholeRecordFunction}; declared pipelines name them as they are called: `{ detrend: { type: 'constant' } }`. */
export const wholeRecordFunctions: readonly WholeRecordFunction<never>[] = [
  detrend,
  taper,
  hilbert,
  fft,
  ifft,
  rfft,
  irfft,
  slidingMeanRemoval,
  segmentMeanRemoval,
  medfilt,
  medfiltSamples,
  stftSamples,
  sosfiltfilt,
  filtfilt,
  resampleFourier,
  resamplePoly,
  decimate,
  ...Object.values(reductions),
];
