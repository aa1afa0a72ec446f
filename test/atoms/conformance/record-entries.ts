/** Operations on whole records: they stream along every dimension but their own. */
import type { Atom } from '../../../lib/atoms/atom.js';
import { detrend } from '../../../lib/atoms/detrend.js';
import { Filter } from '../../../lib/atoms/filter.js';
import { hilbert } from '../../../lib/atoms/hilbert.js';
import { segmentMeanRemoval, slidingMeanRemoval } from '../../../lib/atoms/mean-removal.js';
import { medfilt } from '../../../lib/atoms/medfilt.js';
import { HERE } from '../../../lib/atoms/partial.js';
import { decimate, resampleFourier, resamplePoly } from '../../../lib/atoms/record-resampling.js';
import * as reductions from '../../../lib/atoms/reductions.js';
import { Resample } from '../../../lib/atoms/resample.js';
import * as signal from '../../../lib/atoms/signal.js';
import * as spectral from '../../../lib/atoms/spectral.js';
import { fft, ifft, irfft, rfft } from '../../../lib/atoms/spectrum.js';
import { taper } from '../../../lib/atoms/taper.js';
import type { WholeRecordFunction } from '../../../lib/atoms/whole-record.js';
import { filtfilt, sosfiltfilt } from '../../../lib/atoms/zerophase.js';
import type { ArrayDType } from '../../../lib/dtype.js';
import type { Entry } from './entry.js';

/** One that needs the whole record along `dim`. */
export interface RecordEntry {
  name: string;
  along: (dim: string) => Atom;
  /** Samples along its own dimension. */
  samples?: number;
  dtypes?: readonly ArrayDType[];
  /** It judges seams, as it could be told to stream. */
  judges?: true;
}

const sos = [[0.2, 0.4, 0.2, 1, -0.5, 0.25]];

const quantiles: Record<string, object> = { quantile: { q: 0.3 }, percentile: { q: 70, method: 'nearest' } };

export const recordEntries: RecordEntry[] = [
  { name: 'detrend', along: (dim) => detrend(HERE, { dim }) },
  { name: 'taper', along: (dim) => taper(HERE, { dim }) },
  { name: 'hilbert', along: (dim) => hilbert(HERE, { dim }) },
  { name: 'fft', along: (dim) => fft(HERE, { dim: { [dim]: 'wavenumber' } }) },
  { name: 'ifft', along: (dim) => ifft(HERE, { dim: { [dim]: 'lag' } }), dtypes: ['complex64', 'complex128'] },
  { name: 'rfft', along: (dim) => rfft(HERE, { dim: { [dim]: 'wavenumber' } }) },
  { name: 'irfft', along: (dim) => irfft(HERE, { dim: { [dim]: 'lag' } }), dtypes: ['complex64', 'complex128'] },
  { name: 'slidingMeanRemoval', along: (dim) => slidingMeanRemoval(HERE, { wlen: 6, dim }) },
  { name: 'segmentMeanRemoval', along: (dim) => segmentMeanRemoval(HERE, { limits: [3, 11], window: 'boxcar', dim }) },
  { name: 'medfilt', along: (dim) => medfilt(HERE, { kernel: { [dim]: 6 } }) },
  { name: 'signal.medfilt', along: (dim) => signal.medfilt(HERE, { kernelDim: { [dim]: 3 } }) },
  {
    name: 'signal.filter, zerophase',
    along: (dim) => signal.filter(HERE, { freq: 0.1, btype: 'lowpass', corners: 1, zerophase: true, dim }),
    samples: 12,
  },
  { name: 'spectral.stft', along: (dim) => spectral.stft(HERE, { nperseg: 4, dim: { [dim]: 'wavenumber' } }) },
  { name: 'sosfiltfilt', along: (dim) => sosfiltfilt(HERE, { sos, padlen: 2, dim }) },
  { name: 'filtfilt', along: (dim) => filtfilt(HERE, { b: [0.5, 0.5], a: [1, -0.2], padlen: 2, dim }) },
  { name: 'resampleFourier', along: (dim) => resampleFourier(HERE, { num: 7, dim }) },
  { name: 'resamplePoly', along: (dim) => resamplePoly(HERE, { up: 3, down: 2, dim }) },
  { name: 'decimate', along: (dim) => decimate(HERE, { q: 2, ftype: 'fir', dim }), samples: 6 },
  ...Object.values(reductions).map((reduction): RecordEntry => {
    const make = reduction as unknown as WholeRecordFunction<object>;
    return { name: make.name, along: (dim) => make(HERE, { ...quantiles[make.name], dim }) };
  }),
  {
    name: 'Filter, zerophase',
    along: (dim) => new Filter({ freq: [null, 0.1], zerophase: true, dim }),
    samples: 30,
    judges: true,
  },
  { name: 'Resample, fft', along: (dim) => new Resample({ up: 3, down: 2, method: 'fft', dim }), judges: true },
  {
    name: 'Resample, iir, zerophase',
    along: (dim) => new Resample({ down: 2, method: 'iir', order: 2, zerophase: true, dim }),
    samples: 24,
    judges: true,
  },
];

/** The same as atoms along distance, fed streams along time. */
export const acrossEntries: Entry[] = recordEntries.map(({ name, along, samples = 5, dtypes, judges }) => ({
  name: `${name} along distance`,
  make: () => along('distance'),
  needs: { distance: samples },
  dtypes,
  judges,
}));
