/** Entries of the table of operations: detection and picking. */
import fc from 'fast-check';
import { Coordinates, type DataArray, DenseCoordinate } from '../../../lib/index.js';
import { between, type Case, type Entry, mixed, type Options, rateOf, streamed, usual } from './entry.js';
import { recording } from './random-recording.js';

/** Windows of whole samples; a ratio follows the samples, so that 1e-12 of the largest ratio is asked for. */
function ratio(method: string): Entry {
  return {
    target: 'atoms.STALTA',
    also: ['atoms.stalta'],
    title: method,
    cases: mixed(
      { low: 12, high: 150, dtypes: ['float64', 'float64', 'float32', 'int16', 'int32'] },
      ['regular', 'regular', 'sampled', 'gap', 'float', 'jitter'],
      (input) =>
        fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 25 })).map(([short, more]) => ({
          sta: short / rateOf(input),
          lta: (short + more) / rateOf(input),
          method,
          dim: 'time',
        })),
    ),
    bound: usual,
  };
}

/**
 * xdas joins the labels of picks to an interpolated axis, which sampled and dense ones refuse: see the differences. Where
 * a jittery axis is cut, the label at the cut is rounded, and with it those beside it.
 */
const joined = ['regular', 'regular', 'gap', 'float'] as const;

const phases = ['N', 'P', 'S'];

/** A recording with a dimension `phase`, labelled: what thresholds are keyed on. */
const phased = recording({
  with: ['component'],
  labels: false,
  maxDims: 3,
  time: joined,
}).map((input) => {
  const dims = input.dims.map((dim) => (dim === 'component' ? 'phase' : dim));
  const coords = Object.fromEntries([...input.coords].filter(([name]) => name !== 'component'));
  const size = input.sizes.component!;
  const phase = new DenseCoordinate({ values: phases.slice(0, size), dim: 'phase', dtype: 'string' });
  return input.with({ dims, coords: new Coordinates({ ...coords, phase }, dims) });
});

const size = (input: DataArray) => {
  let most = 0;
  for (const x of input.values as Iterable<number | bigint>) most = Math.max(most, Math.abs(Number(x)));
  return most;
};

/** A table where the chunked dimension is not the one that picks are found along: each chunk is picked by itself. */
const anyDim = (input: DataArray) => (input.dims.includes('distance') ? 'distance' : 'time');

export const detection: Entry[] = [
  ...['recursive', 'classic', 'delayed', 'centered'].map(ratio),
  {
    target: 'atoms.Trigger',
    also: ['atoms.trigger'],
    runs: 40,
    cases: mixed({ dtypes: ['float64', 'float64', 'float32', 'int16'] }, joined, (input) =>
      fc
        .record({ part: between(0.3, 0.95), coords: fc.constantFrom('auto', 'auto', null, 'named') })
        .map(({ part, coords }) => ({
          thresh: part * size(input),
          dim: 'time',
          coords:
            coords === 'named'
              ? ['time', ...[...input.coords.keys()].filter((name) => name !== 'time')].reverse()
              : coords,
        })),
    ),
  },
  {
    target: 'atoms.Trigger',
    title: 'a threshold for each phase',
    cases: streamed(phased, (input) =>
      fc.array(between(0.2, 0.9), { minLength: 3, maxLength: 3 }).map((parts): Options => {
        const labels = phases.slice(0, input.sizes.phase!);
        const thresh = Object.fromEntries(labels.map((label, k) => [label, parts[k]! * size(input)]));
        if (labels.length > 1) delete thresh.N; // never triggers
        return { thresh, dim: 'time' };
      }),
    ),
  },
  {
    target: 'atoms.Trigger',
    title: 'chunked along another dimension',
    cases: streamed(
      recording({ with: ['distance'], channels: [2, 6], time: ['regular', 'jitter', 'float'] }),
      (input) => between(0.3, 0.9).map((part) => ({ thresh: part * size(input), dim: 'time' })),
      anyDim,
    ),
  },
] satisfies (Entry & { cases: fc.Arbitrary<Case> })[];
