/** Entries of the table of operations: other rates, integrals, labels. */
import fc from 'fast-check';
import type { DataArray } from '../../../lib/index.js';
import {
  acrossOnly,
  alias,
  between,
  type Case,
  type Entry,
  eps32,
  mixed,
  type Options,
  ofInput,
  rateOf,
  steady,
  streamed,
  streamedOrWhole,
  throughFourier,
  usual,
  whole,
  windows,
} from './entry.js';
import { recording } from './random-recording.js';

/** Odd extensions of unsigned integers wrap in numpy: see the differences. */
const noWrap = ['float64', 'float64', 'float32', 'int16', 'int32', 'int64'] as const;
/** Jitter and rational rates, which xdas cuts off to nanoseconds: rates.test.ts. */
const even = ['regular', 'sampled', 'float'] as const;

/** float32 is computed in float32 by scipy, where the rounding errors of all terms add up: at most 500 of them here. */
const ofManyTaps = (one: Case, dtype: string) => ({
  ...ofInput(one, dtype),
  ...(one.input.dtype === 'float32' && { relative: 500 * eps32 }),
});

/** A target that is reached exactly from 100, 250, 500, 200 and 50 Hz, in all three spellings. */
function targets(input: DataArray): fc.Arbitrary<Options> {
  const rate = rateOf(input);
  const times = input.coords.get('time')!.dtype === 'datetime64[ns]';
  const ratio = fc.constantFrom([1, 1], [1, 2], [1, 4], [1, 5], [2, 1], [2, 5], [4, 5], [5, 4], [5, 2], [1, 10]);
  const nanoseconds = Math.round(1e9 / rate);
  return fc.oneof(
    ratio.map(([up, down]) => ({ rate: (Math.round(rate) * up!) / down! })),
    ratio.map(([up, down]) => ({ interval: (nanoseconds * down!) / up! / 1e9 })),
    ...(times
      ? [ratio.map(([up, down]) => ({ interval: `${(BigInt(nanoseconds) * BigInt(down!)) / BigInt(up!)}ns` }))]
      : []),
    fc.record({ up: fc.constantFrom(1, 2, 4, 5), down: fc.integer({ min: 1, max: 6 }) }),
    fc.record({ down: fc.integer({ min: 1, max: 9 }) }),
    fc.record({ up: fc.constantFrom(1, 2, 4) }),
  );
}

/** Targets of which xdas keeps the rate where it goes through the spectrum: it cuts others off to nanoseconds. */
function exactTargets(input: DataArray): fc.Arbitrary<Options> {
  const times = input.coords.get('time')!.dtype === 'datetime64[ns]';
  const nanoseconds = BigInt(Math.round(1e9 / rateOf(input)));
  const ratio = fc.constantFrom([1, 1], [1, 2], [1, 4], [2, 1], [2, 5], [4, 5], [5, 4], [1, 10]);
  const even = input.sizes.time! % 2 === 0 ? [0.5, 2] : [2];
  return fc.oneof(
    fc.record({ up: fc.integer({ min: 1, max: 5 }), down: fc.integer({ min: 1, max: 6 }) }),
    ...(times ? [ratio.map(([up, down]) => ({ interval: `${(nanoseconds * BigInt(down!)) / BigInt(up!)}ns` }))] : []),
    fc.constantFrom(...even).map((factor) => ({ rate: rateOf(input) * factor })),
    fc.constantFrom(...even).map((factor) => ({ interval: 1 / (rateOf(input) * factor) })),
  );
}

/** Any rate, with what lets the solver come near it: a tolerance, a larger search, or a whole factor. */
function looseTargets(input: DataArray): fc.Arbitrary<Options> {
  const wanted = between(0.11, 1.9).map((ratio) => Number((ratio * rateOf(input)).toPrecision(3)));
  const target = fc.oneof(
    wanted.map((rate) => ({ rate })),
    wanted.map((rate) => ({ interval: Number((1 / rate).toPrecision(3)) })),
  );
  const search = fc.oneof(
    fc.constant({ snap: true }),
    fc.record({ tolerance: fc.constantFrom(0.2, 0.05, 1e-3), maxup: fc.constantFrom(1, 2) }),
    fc.record({ tolerance: fc.constantFrom(0.3, 0.1), maxdown: fc.constantFrom(1, 4, 9), maxup: fc.constant(2) }),
  );
  return fc.tuple(target, search).map(([one, how]) => ({ ...one, ...how }));
}

/** Steps that the factors above divide: where the new interval is a fraction of a nanosecond, xdas's labels of streams are off by one. */
const steps = [20_000_000n, 10_000_000n, 40_000_000n];

/** xdas has no labels for sampled and dense axes whose samples it spreads or picks: see the differences; jitter and rational rates: rates.test.ts. */
const spread = ['regular', 'regular', 'gap', 'float'] as const;

const fir = (input: DataArray) =>
  fc
    .tuple(
      fc.oneof({ weight: 2, arbitrary: targets(input) }, { weight: 1, arbitrary: looseTargets(input) }),
      fc.option(windows, { freq: 3 }),
      fc.option(fc.integer({ min: 11, max: 60 }), { freq: 3 }),
    )
    .map(([target, window, numtaps]) => ({ ...target, window, numtaps, dim: 'time' }));

const iir = (input: DataArray) =>
  fc
    .tuple(
      fc.oneof({ weight: 2, arbitrary: targets(input) }, { weight: 1, arbitrary: looseTargets(input) }),
      fc.option(fc.integer({ min: 1, max: 8 })),
    )
    .map(([target, order]) => ({ ...target, method: 'iir', order, dim: 'time' }));

const taps = fc
  .integer({ min: 3, max: 31 })
  .chain((count) => fc.array(between(-1, 1), { minLength: count, maxLength: count }));

const alongEither = (input: DataArray) =>
  fc.constantFrom(
    'time',
    'time',
    ...(input.dims.includes('distance') && input.sizes.distance! > 1 ? ['distance'] : []),
  );

/** xdas adds half an interval as a float, which times refuse: midpoints are of float axes. */
const midpointDims = (input: DataArray) =>
  fc.constantFrom('distance', ...(input.coords.get('time')!.dtype === 'float64' ? ['time'] : []));

/** Of the largest term that is summed up: float32 is summed in float32 by numpy, with an error for every sample. */
const sums = (one: Case, dtype: string) => {
  const { scale = 0, relative } = ofInput(one, dtype);
  const length = Math.max(...one.input.shape);
  return { relative: one.input.dtype === 'float32' ? length * eps32 : relative, scale: scale / rateOf(one.input) };
};

/** Of the largest sample over the interval. */
const differences = (one: Case, dtype: string) => ({
  ...usual(one, dtype),
  scale: (ofInput(one, dtype).scale ?? 0) / 5,
});

export const resampling: Entry[] = [
  {
    target: 'atoms.Polyphase',
    runs: 40,
    cases: mixed({ steps: [60_000_000n, 120_000_000n] }, steady, (input) =>
      fc
        .record({
          taps,
          up: fc.constantFrom(1, 1, 2, 3),
          down: fc.constantFrom(1, 1, 2, 4, 5),
          compensate: fc.boolean(),
          dim: alias(input, 'time'),
        })
        .map((options) => options),
    ),
    bound: ofManyTaps,
  },
  {
    target: 'atoms.DownSample',
    cases: mixed(
      {},
      spread,
      (input) => fc.record({ factor: fc.integer({ min: 1, max: 9 }), dim: alias(input, 'time') }),
      undefined,
      ['undeclared', 'jitter'],
    ),
  },
  {
    target: 'atoms.UpSample',
    cases: streamed(recording({ steps: [60_000_000n, 120_000_000n], time: spread }), (input) =>
      fc.record({ factor: fc.integer({ min: 1, max: 5 }), scale: fc.boolean(), dim: alias(input, 'time') }),
    ),
  },
  {
    target: 'atoms.Rechunk',
    cases: streamedOrWhole({}, () => fc.integer({ min: 1, max: 30 }).map((size) => ({ chunks: { time: size } }))),
  },
  {
    target: 'atoms.Resample',
    also: ['operations.Resample', 'operations.resample'],
    title: 'fir',
    runs: 48,
    cases: mixed({ steps, maxDims: 3 }, steady, fir),
    bound: ofManyTaps,
  },
  {
    target: 'atoms.Resample',
    title: 'iir',
    runs: 48,
    cases: streamed(recording({ steps, maxDims: 3, time: spread }), iir),
    bound: ofInput,
  },
  {
    target: 'atoms.Resample',
    title: 'iir, zero phase',
    cases: streamed(
      recording({ low: 60, high: 90, maxDims: 3, dtypes: noWrap, steps, time: ['regular', 'float'] }),
      (input) =>
        fc
          .tuple(targets(input), fc.integer({ min: 1, max: 6 }))
          .map(([target, order]) => ({ ...target, method: 'iir', order, zerophase: true, dim: 'time' })),
      acrossOnly,
    ),
    bound: ofInput,
  },
  {
    target: 'atoms.Resample',
    title: 'fft',
    runs: 48,
    cases: streamed(
      recording({ low: 20, high: 80, maxDims: 3, dtypes: noWrap, steps: [60_000_000n, 120_000_000n], time: even }),
      (input) =>
        fc
          .tuple(
            exactTargets(input),
            fc.constantFrom('mirror', 'linear', 'none', null),
            fc.option(windows, { freq: 3 }),
          )
          .map(([target, edge, window]) => ({ ...target, method: 'fft', edge, window, dim: 'time' })),
      acrossOnly,
    ),
    bound: throughFourier,
  },
  {
    target: 'atoms.ResamplePoly',
    also: ['operations.ResamplePoly'],
    cases: mixed({ steps, maxDims: 3 }, steady, (input) =>
      fc
        .record({
          ratio: fc.constantFrom([1, 2], [1, 4], [2, 5], [4, 5], [5, 4], [2, 1]),
          window: fc.constantFrom(['kaiser', 5], ['kaiser', 3], 'hamming', 'hann'),
        })
        .map(({ ratio, window }) => ({
          target: (Math.round(rateOf(input)) * ratio[0]!) / ratio[1]!,
          window,
          dim: 'time',
        })),
    ),
    bound: ofManyTaps,
  },
  {
    target: 'signal.resample',
    title: 'domain time',
    runs: 40,
    cases: streamed(
      recording({ low: 6, high: 60, maxDims: 3, steps: [6_000_000n, 60_000_000n], time: even }),
      (input) =>
        fc
          .record({
            // such that the new interval is whole nanoseconds: xdas cuts others off
            times: fc.integer({ min: 1, max: 5 }),
            over: fc.constantFrom(...[1, 2, 3, 4, 5].filter((k) => input.sizes.time! % k === 0)),
            window: fc.option(windows, { freq: 2 }),
            dim: alias(input, 'time'),
          })
          .map(({ times, over, ...rest }) => ({ num: Math.max(2, (input.sizes.time! * times) / over), ...rest })),
      acrossOnly,
    ),
    bound: throughFourier,
  },
  {
    target: 'signal.resample',
    title: 'domain freq',
    cases: streamed(
      recording({
        low: 6,
        high: 60,
        maxDims: 3,
        steps: [6_000_000n, 60_000_000n],
        time: even,
        dtypes: ['complex128', 'complex128', 'float64', 'float32'],
      }),
      (input) =>
        fc
          .record({
            times: fc.integer({ min: 1, max: 5 }),
            over: fc.constantFrom(...[1, 2, 3, 4, 5].filter((k) => input.sizes.time! % k === 0)),
            window: fc.option(windows, { freq: 2 }),
            dim: alias(input, 'time'),
          })
          .map(({ times, over, ...rest }) => ({
            num: Math.max(2, (input.sizes.time! * times) / over),
            domain: 'freq',
            ...rest,
          })),
      acrossOnly,
    ),
    bound: throughFourier,
  },
  {
    target: 'signal.resample_poly',
    runs: 48,
    cases: streamed(
      recording({ low: 8, high: 60, maxDims: 3, dtypes: noWrap, steps: [60_000_000n, 120_000_000n], time: even }),
      (input) =>
        fc
          .record({
            up: fc.integer({ min: 1, max: 6 }),
            down: fc.integer({ min: 1, max: 6 }),
            window: fc.oneof(
              { weight: 3, arbitrary: fc.constantFrom(['kaiser', 5], 'hamming', ['kaiser', 8]) },
              { weight: 1, arbitrary: fc.array(between(-1, 1), { minLength: 5, maxLength: 12 }) },
            ),
            padtype: fc.constantFrom(
              'constant',
              'constant',
              'line',
              'edge',
              'reflect',
              'symmetric',
              'antireflect',
              'antisymmetric',
              'wrap',
              'smooth',
              'mean',
              'median',
              'minimum',
              'maximum',
            ),
            dim: alias(input, 'time'),
          })
          .chain((options) =>
            options.padtype === 'constant'
              ? between(-2, 2).map((cval) => ({ ...options, cval }))
              : fc.constant(options),
          ),
      acrossOnly,
    ),
    bound: ofManyTaps,
  },
  {
    target: 'signal.decimate',
    runs: 40,
    cases: streamed(
      recording({ low: 60, high: 120, maxDims: 3, dtypes: noWrap, time: ['regular', 'float', 'jitter'] }),
      (input) =>
        fc
          .record({
            q: fc.integer({ min: 2, max: 6 }),
            ftype: fc.constantFrom('iir', 'fir'),
            zeroPhase: fc.boolean(),
            short: fc.boolean(),
            dim: alias(input, 'time'),
          })
          .map(({ short, ...options }) => ({ ...options, n: short ? (options.ftype === 'iir' ? 4 : 12) : null })),
      acrossOnly,
    ),
    // scipy filters float32 in float32, recursively: an error is fed back
    bound: (one, dtype) => ({ ...ofInput(one, dtype), ...(dtype === 'float32' && { relative: 500 * eps32 }) }),
  },
  {
    target: 'atoms.Integrate',
    also: ['operations.Integrate', 'operations.integrate'],
    cases: streamedOrWhole({}, (input) => alongEither(input).map((dim) => ({ dim, midpoints: false }))),
    bound: sums,
  },
  {
    target: 'atoms.Differentiate',
    also: ['operations.Differentiate', 'operations.differentiate'],
    cases: mixed(
      { dtypes: noWrap, low: 3 },
      steady,
      (input) => alongEither(input).map((dim) => ({ dim, midpoints: false })),
      undefined,
      ['undeclared', 'dense'], // xdas cannot cut a fractional rate
    ),
    bound: differences,
  },
  {
    target: 'atoms.Integrate',
    title: 'midpoints',
    cases: whole(
      recording({ with: ['distance'], channels: [2, 6], labels: false, time: ['regular', 'sampled', 'float'] }),
      (input) => midpointDims(input).map((dim) => ({ dim, midpoints: true })),
    ),
    bound: sums,
  },
  {
    target: 'atoms.Differentiate',
    title: 'midpoints',
    cases: whole(
      recording({
        with: ['distance'],
        channels: [2, 6],
        labels: false,
        dtypes: noWrap,
        time: ['regular', 'sampled', 'float'],
      }),
      (input) => midpointDims(input).map((dim) => ({ dim, midpoints: true })),
    ),
    bound: differences,
  },
  {
    target: 'signal.integrate',
    cases: streamed(
      recording({ time: ['regular', 'sampled', 'float'] }),
      (input) => alias(input, input.dims.includes('distance') ? 'distance' : 'time').map((dim) => ({ dim })),
      () => null,
    ),
    bound: sums,
  },
  {
    target: 'signal.differentiate',
    cases: whole(
      recording({ low: 3, channels: [2, 5], dtypes: noWrap, time: ['regular', 'sampled', 'float'] }),
      (input) => alias(input, input.dims.includes('distance') ? 'distance' : 'time').map((dim) => ({ dim })),
    ),
    bound: differences,
  },
];
