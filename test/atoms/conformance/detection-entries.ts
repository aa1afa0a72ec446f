/** Characteristic functions and picks: results that are tables of rows. */

import { Filter } from '../../../lib/atoms/filter.js';
import { Resample } from '../../../lib/atoms/resample.js';
import { Sequential } from '../../../lib/atoms/sequential.js';
import { STALTA } from '../../../lib/atoms/stalta.js';
import { Trigger } from '../../../lib/atoms/trigger.js';
import type { Entry } from './entry.js';

const windows = { sta: 0.03, lta: 0.2 };

export const detectionEntries: Entry[] = [
  { name: 'STALTA', make: () => new STALTA(windows) },
  { name: 'STALTA, classic', make: () => new STALTA({ ...windows, method: 'classic' }) },
  { name: 'STALTA, delayed', make: () => new STALTA({ ...windows, method: 'delayed' }) },
  { name: 'STALTA, centered', make: () => new STALTA({ ...windows, method: 'centered' }) },
  {
    name: 'STALTA along distance',
    make: () => new STALTA({ sta: 4, lta: 8, method: 'classic', dim: 'distance' }),
    needs: { distance: 5 },
  },
  { name: 'Trigger', make: () => new Trigger({ thresh: 0.3 }) },
  {
    name: 'Trigger, all columns',
    make: () => new Trigger({ thresh: 20, coords: ['time', 'count', 'cable'] }),
    dtypes: ['int16', 'uint8', 'int64'],
  },
  { name: 'Trigger that is always on', make: () => new Trigger({ thresh: -1000 }), dtypes: ['float32', 'int16'] },
  {
    name: 'Trigger with a threshold for each phase',
    make: () => new Trigger({ thresh: { P: 0.2, S: 0.4 } }),
    needs: { phase: 2 },
    dtypes: ['float64', 'float32'],
  },
  {
    name: 'Trigger with thresholds for each phase, time last',
    make: () => new Trigger({ thresh: { P: 10, S: 30, N: -5 }, coords: null }),
    dims: ['distance', 'phase', 'time'],
    shape: [3, 3, 60],
    dtype: 'int16',
  },
  {
    name: 'Trigger along distance',
    make: () => new Trigger({ thresh: 0.3, dim: 'distance' }),
    needs: { distance: 4 },
  },
  {
    name: 'STALTA, then Trigger',
    make: () => new Sequential([new STALTA(windows), new Trigger({ thresh: 1.2 })]),
  },
  {
    name: 'centered STALTA, then Trigger',
    make: () => new Sequential([new STALTA({ ...windows, method: 'centered' }), new Trigger({ thresh: 1.1 })]),
  },
  {
    name: 'Filter, Resample, STALTA, Trigger',
    make: () =>
      new Sequential([
        new Filter({ freq: [2, 20] }),
        new Resample({ down: 2 }),
        new STALTA({ sta: 0.06, lta: 0.3, method: 'delayed' }),
        new Trigger({ thresh: 1.1, coords: ['count', 'time', 'cable'] }),
      ]),
    noJitter: true,
    tells: 40,
  },
];
