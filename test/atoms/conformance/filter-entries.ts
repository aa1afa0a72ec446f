/** Filters, and what else keeps the labels. */
import { Diff } from '../../../lib/atoms/diff.js';
import { Differentiate } from '../../../lib/atoms/differentiate.js';
import { Filter } from '../../../lib/atoms/filter.js';
import { FIRFilter } from '../../../lib/atoms/fir-filter.js';
import { GainControl } from '../../../lib/atoms/gain-control.js';
import { IIRFilter } from '../../../lib/atoms/iir-filter.js';
import { Integrate } from '../../../lib/atoms/integrate.js';
import { LFilter } from '../../../lib/atoms/lfilter.js';
import { SOSFilter } from '../../../lib/atoms/sos-filter.js';
import type { Entry } from './entry.js';

const dim = 'time';
const sos = [
  [0.2, 0.4, 0.2, 1, -0.5, 0.25],
  [1, -2, 1, 1, -1.2, 0.5],
];

export const filterEntries: Entry[] = [
  { name: 'LFilter', make: () => new LFilter({ b: [0.1, 0.2, 0.1], a: [1, -0.6, 0.3], dim }) },
  { name: 'LFilter, FIR', make: () => new LFilter({ b: [0.1, 0.2, 0.3], a: [1], dim }) },
  { name: 'LFilter, a gain', make: () => new LFilter({ b: [3], a: [2], dim }) },
  { name: 'LFilter along the first dimension', make: () => new LFilter({ b: [0.5], a: [1, -0.5], dim: 'first' }) },
  { name: 'SOSFilter', make: () => new SOSFilter({ sos, dim }) },
  { name: 'SOSFilter along the last dimension', make: () => new SOSFilter({ sos }) },
  { name: 'SOSFilter along distance', make: () => new SOSFilter({ sos, dim: 'distance' }), needs: { distance: 2 } },
  { name: 'IIRFilter', make: () => new IIRFilter({ order: 3, cutoff: [2, 20], dim }) },
  { name: 'IIRFilter, ba', make: () => new IIRFilter({ order: 2, cutoff: 9, btype: 'lowpass', stype: 'ba', dim }) },
  {
    name: 'IIRFilter, elliptic',
    make: () => new IIRFilter({ order: 5, cutoff: 12, btype: 'highpass', ftype: 'ellip', rp: 1, rs: 40, dim }),
  },
  { name: 'FIRFilter', make: () => new FIRFilter({ numtaps: 13, cutoff: 15, btype: 'lowpass', dim }) },
  { name: 'FIRFilter, even', make: () => new FIRFilter({ numtaps: 8, cutoff: [5, 15], dim }) },
  {
    name: 'FIRFilter, float32, one channel',
    make: () => new FIRFilter({ numtaps: 13, cutoff: [5, 15], dim }),
    dims: ['time'],
    shape: [60],
    dtype: 'float32',
  },
  {
    name: 'FIRFilter, down 3',
    make: () => new FIRFilter({ numtaps: 13, cutoff: 15, btype: 'lowpass', down: 3, dim }),
  },
  { name: 'Filter', make: () => new Filter({ freq: [1, 10] }) },
  { name: 'Filter, high-pass', make: () => new Filter({ freq: [1, null] }) },
  {
    name: 'Filter, fir',
    make: () => new Filter({ freq: [null, 20], ftype: 'fir', transition: 20 }),
  },
  { name: 'GainControl', make: () => new GainControl({ tau: 0.1 }) },
  { name: 'GainControl, floor', make: () => new GainControl({ tau: 0.03, floor: 0.2 }) },
  {
    name: 'GainControl along distance',
    make: () => new GainControl({ tau: 5, dim: 'distance' }),
    needs: { distance: 2 },
  },
  { name: 'Integrate', make: () => new Integrate({}) },
  { name: 'Integrate, midpoints', make: () => new Integrate({ midpoints: true }) },
  { name: 'Integrate along distance', make: () => new Integrate({ dim: 'distance' }), needs: { distance: 2 } },
  { name: 'Differentiate', make: () => new Differentiate({}) },
  { name: 'Differentiate, midpoints', make: () => new Differentiate({ midpoints: true }) },
  { name: 'Diff', make: () => new Diff({ dim }) },
  { name: 'Diff, third, lower labels', make: () => new Diff({ dim, n: 3, label: 'lower' }) },
  { name: 'Diff, not at all', make: () => new Diff({ dim, n: 0 }) },
  { name: 'Diff along distance', make: () => new Diff({ dim: 'distance', n: 2 }), needs: { distance: 4 } },
  { name: 'Differentiate along distance', make: () => new Differentiate({ dim: 'distance' }), needs: { distance: 2 } },
];
