/** What changes the rate, on axes with jitter and at a rate of no whole nanoseconds: values as xdas, labels as promised. */
import fc from 'fast-check';
import { type DataArray, isFloatDType } from '../../../lib/index.js';
import { between, type Entry, eps32, type Options, ofInput, rateOf, throughFourier, windows } from './entry.js';
import type { RecordingOptions } from './random-recording.js';

/** How the results of an operation are labelled. */
export type Labelling =
  /** At the exact rate from the first label of the chunk that goes in. */
  | 'laid'
  /** Those of the samples that are kept. */
  | 'kept'
  /** As `'laid'` before samples are picked. */
  | 'picked';

/** An operation of the table that changes the rate. */
export interface RateEntry extends Omit<Entry, 'cases'> {
  options: (input: DataArray) => fc.Arbitrary<Options>;
  record?: RecordingOptions;
  labelling: Labelling;
  /** Gives the input as it is where the rate stays. */
  asIs?: boolean;
  /** Only whole records, or streams along another dimension. */
  whole?: boolean;
  /** The new interval over that of the input, where xdas cuts it off to nanoseconds. */
  factor?: (options: Options, size: number, num: number) => readonly [times: number, over: number];
}

/** float32 is computed in float32 by scipy, where the rounding errors of all terms add up: at most 500 of them here. */
const ofManyTerms: Entry['bound'] = (one, dtype) => ({
  ...ofInput(one, dtype),
  ...(one.input.dtype === 'float32' && isFloatDType(dtype as never) && { relative: 500 * eps32 }),
});

const ratios = fc.constantFrom([1, 1], [1, 2], [1, 3], [1, 4], [1, 5], [2, 1], [2, 3], [2, 5], [4, 5], [5, 4], [3, 2]);

/** Targets in all spellings; an interval as text is in differences.test.ts, xdas does not take it at such a rate. */
const targets = (input: DataArray): fc.Arbitrary<Options> =>
  fc.oneof(
    ratios.map(([up, down]) => ({ rate: (rateOf(input) * up!) / down! })),
    ratios.map(([up, down]) => ({ interval: down! / (rateOf(input) * up!) })),
    ratios.map(([up, down]) => ({ up: up!, down: down! })),
    fc.integer({ min: 2, max: 7 }).map((down) => ({ down })),
    fc.integer({ min: 2, max: 4 }).map((up) => ({ up })),
  );

const taps = fc
  .integer({ min: 12, max: 31 }) // with hardly more than `up` xdas has a sample too few
  .chain((count) => fc.array(between(-1, 1), { minLength: count, maxLength: count }));

export const rates: RateEntry[] = [
  {
    target: 'atoms.UpSample',
    asIs: true,
    options: () => fc.record({ factor: fc.integer({ min: 1, max: 5 }), scale: fc.boolean() }),
    labelling: 'laid',
  },
  {
    target: 'atoms.DownSample',
    options: () => fc.record({ factor: fc.integer({ min: 1, max: 7 }) }),
    labelling: 'kept',
  },
  {
    target: 'atoms.Polyphase',
    options: () =>
      fc.record({
        taps,
        up: fc.constantFrom(1, 2, 3, 5),
        down: fc.constantFrom(1, 2, 3, 4),
        compensate: fc.boolean(),
      }),
    bound: ofManyTerms,
    labelling: 'laid',
  },
  {
    target: 'atoms.FIRFilter',
    options: (input) =>
      fc
        .record({
          numtaps: fc.integer({ min: 11, max: 41 }),
          up: fc.constantFrom(1, 2, 4),
          down: fc.constantFrom(1, 2, 4),
          part: between(0.1, 0.8),
        })
        .map(({ part, ...rest }) => ({
          ...rest,
          btype: 'lowpass',
          cutoff: Number(((part * rateOf(input)) / 2).toPrecision(4)),
        })),
    bound: ofManyTerms,
    labelling: 'laid',
  },
  { target: 'atoms.Resample', title: 'fir', asIs: true, options: targets, bound: ofManyTerms, labelling: 'laid' },
  {
    target: 'atoms.Resample',
    title: 'iir',
    asIs: true,
    options: (input) => targets(input).map((target) => ({ ...target, method: 'iir' })),
    bound: ofInput,
    labelling: 'picked',
  },
  {
    target: 'atoms.Resample',
    title: 'iir, zero phase',
    asIs: true,
    record: { low: 60 },
    options: (input) => targets(input).map((target) => ({ ...target, method: 'iir', order: 4, zerophase: true })),
    bound: ofInput,
    labelling: 'picked',
    whole: true,
  },
  {
    target: 'atoms.Resample',
    title: 'fft',
    asIs: true,
    record: { low: 20 },
    options: (input) => targets(input).map((target) => ({ ...target, method: 'fft' })),
    bound: throughFourier,
    labelling: 'laid',
    whole: true,
    factor: ({ up, down }, size, num) =>
      up || down ? [(down as number | undefined) ?? 1, (up as number | undefined) ?? 1] : [size, num],
  },
  {
    target: 'atoms.ResamplePoly',
    asIs: true,
    options: (input) => ratios.map(([up, down]) => ({ target: (rateOf(input) * up!) / down! })),
    bound: ofManyTerms,
    labelling: 'laid',
  },
  {
    target: 'signal.resample',
    options: () => fc.record({ num: fc.integer({ min: 3, max: 120 }), window: fc.option(windows, { freq: 2 }) }),
    bound: throughFourier,
    labelling: 'laid',
    whole: true,
    factor: (_, size, num) => [size, num],
  },
  {
    target: 'signal.resample_poly',
    options: () => fc.record({ up: fc.integer({ min: 1, max: 6 }), down: fc.integer({ min: 1, max: 6 }) }),
    bound: ofManyTerms,
    labelling: 'laid',
    whole: true,
  },
  {
    target: 'signal.decimate',
    record: { low: 60 },
    options: () =>
      fc.record({
        q: fc.integer({ min: 2, max: 6 }),
        ftype: fc.constantFrom('iir', 'fir'),
        zeroPhase: fc.boolean(),
      }),
    bound: (one, dtype) => ({ ...ofInput(one, dtype), ...(dtype === 'float32' && { relative: 500 * eps32 }) }),
    labelling: 'kept',
    whole: true,
  },
];
