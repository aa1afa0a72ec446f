/** Entries of the table of operations: whole records, and their spectra. */
import fc from 'fast-check';
import type { DataArray } from '../../../lib/index.js';
import {
  acrossOnly,
  alias,
  between,
  type Entry,
  mixed,
  type Options,
  ofInput,
  rateOf,
  steady,
  streamed,
  throughFourier,
  whole,
  windows,
} from './entry.js';
import { recording, type TimeAxis } from './random-recording.js';

const any: readonly TimeAxis[] = ['regular', 'rational', 'sampled', 'undeclared', 'jitter', 'gap', 'float', 'dense'];
const even = ['regular', 'sampled', 'float', 'jitter'] as const;
const real = ['float64', 'float64', 'float32', 'int16', 'int32', 'int64', 'uint8'] as const;
const floats = ['float64', 'float64', 'float32'] as const;
const complex = ['float64', 'float32', 'int16', 'complex128', 'complex64'] as const;
const transforms = { low: 4, high: 90, maxDims: 3, steps: [10_000_000n, 4_000_000n] } as const;

const operation = (name: string, fault?: string) => (input: DataArray, options: Options) =>
  fault && options[fault] ? null : acrossOnly(input, { dim: name === 'last' ? 'last' : 'time', ...options });

/** The same function twice: xdas.signal's works along the last dimension by default, that of xdas along time. */
function twice(
  name: string,
  build: (target: string, dim: (input: DataArray) => fc.Arbitrary<Options>) => Entry,
): Entry[] {
  return [
    build(`operations.${name}`, () => fc.constantFrom({}, { dim: 'time' })),
    build(`signal.${name}`, (input) =>
      input.dims.at(-1) === 'time'
        ? fc.constantFrom({}, { dim: 'last' })
        : alias(input, 'time').map((dim) => ({ dim })),
    ),
  ];
}

/** Spectral transforms: a dimension and its new name, or the default: the last one. */
function renamed(input: DataArray): fc.Arbitrary<Options> {
  const last = input.dims.at(-1)!;
  const evenly = input.dims.filter((dim) => dim === 'time' || (dim === 'distance' && input.sizes.distance! > 1));
  const dims = fc.constantFrom(...evenly).map((dim) => ({ dim: { [dim]: 'frequency' } }));
  return evenly.includes(last) ? fc.oneof(dims, fc.constant({}), fc.constant({ dim: { last: 'frequency' } })) : dims;
}

function transform(name: 'fft' | 'ifft' | 'rfft' | 'irfft'): Entry {
  const dtypes = name === 'rfft' ? real : complex;
  return {
    target: `fft.${name}`,
    runs: 32,
    cases: streamed(
      recording({
        ...transforms,
        dtypes,
        channels: [2, 5],
        time: ['regular', 'rational', 'sampled', 'undeclared', 'float'],
      }),
      (input) =>
        fc
          .tuple(
            renamed(input),
            fc.constantFrom('backward', 'ortho', 'forward'),
            fc.option(fc.integer({ min: 2, max: 100 })),
          )
          .map(([dim, norm, n]) => ({ ...dim, norm, n })),
      (input, options) => (options.dim ? acrossOnly(input, options) : null),
    ),
    // what is summed is as many samples as there are
    bound: (one, dtype) => {
      const { relative, scale = 0 } = throughFourier(one, dtype);
      return { relative, scale: scale * (name === 'fft' || name === 'rfft' ? 1 : 0.01) };
    },
  };
}

export const records: Entry[] = [
  ...twice('detrend', (target, dim) => ({
    target,
    cases: streamed(
      recording({ dtypes: real, time: any, low: 2 }),
      (input) =>
        fc.tuple(fc.constantFrom('linear', 'constant'), dim(input)).map(([type, along]) => ({ type, ...along })),
      operation('time'),
    ),
    bound: ofInput,
  })),
  ...twice('taper', (target, dim) => ({
    target,
    cases: streamed(
      recording({ dtypes: real, time: any, low: 3 }),
      (input) =>
        fc
          .tuple(fc.record({ window: windows, fftbins: fc.boolean() }), dim(input))
          .map(([options, along]) => ({ ...options, ...along })),
      operation('time'),
    ),
    bound: ofInput,
  })),
  ...twice('hilbert', (target, dim) => ({
    target,
    cases: streamed(recording({ dtypes: real, time: even, low: 2 }), (input) => dim(input), operation('time')),
    bound: throughFourier,
  })),
  ...twice('sliding_mean_removal', (target, dim) => ({
    target,
    runs: 32,
    cases: streamed(
      recording({ low: 12, high: 80, maxDims: 3, dtypes: floats, time: even }),
      (input) =>
        fc
          .tuple(
            fc.record({
              samples: fc.integer({ min: 1, max: 11 }),
              window: windows,
              padMode: fc.constantFrom(
                'reflect',
                'symmetric',
                'edge',
                'wrap',
                'constant',
                'mean',
                'median',
                'minimum',
                'maximum',
              ),
            }),
            dim(input),
          )
          .map(([{ samples, ...options }, along]) => ({ ...options, wlen: samples / rateOf(input), ...along })),
      operation('time'),
    ),
    bound: throughFourier,
  })),
  {
    target: 'signal.segment_mean_removal',
    // xdas does it along the first dimension only, and with labels on all
    cases: whole(
      recording({ with: ['distance'], channels: [6, 25], maxDims: 2, dtypes: floats, time: even, labels: false }).map(
        (input) => input.transpose('distance', '...'),
      ),
      (input) =>
        fc
          .record({
            first: between(5, 8),
            widths: fc.array(between(3, 12), { minLength: 1, maxLength: 3 }),
            window: fc.constantFrom('hamming', 'boxcar', ['kaiser', 4]),
          })
          .map(({ first, widths, window }) => {
            const limits = [first];
            for (const width of widths) limits.push(limits.at(-1)! + width);
            const end = 5 + 2.5 * input.sizes.distance!;
            return { limits: limits.filter((limit, k) => k < 2 || limit < end), window, dim: 'distance' };
          }),
    ),
    bound: ofInput,
  },
  {
    target: 'operations.medfilt',
    cases: streamed(
      recording({ maxDims: 3, dtypes: real, time: even }),
      (input) =>
        fc.tuple(fc.integer({ min: 1, max: 9 }), fc.option(fc.integer({ min: 1, max: 3 }))).map(([time, distance]) => ({
          kernel: {
            time: time / rateOf(input),
            ...(distance !== null && input.dims.includes('distance') && { distance: distance * 2.5 }),
          },
        })),
      () => null,
    ),
  },
  {
    target: 'signal.medfilt',
    cases: whole(recording({ maxDims: 3, dtypes: real, time: even }), (input) =>
      fc.array(fc.integer({ min: 0, max: 4 }), { minLength: input.ndim, maxLength: input.ndim }).map((halves) => ({
        kernelDim: Object.fromEntries(input.dims.map((dim, axis) => [dim, 2 * halves[axis]! + 1])),
      })),
    ),
  },
  {
    target: 'atoms.STFT',
    also: ['operations.STFT', 'operations.stft'],
    runs: 48,
    cases: mixed(
      { ...transforms, low: 60, high: 130, labels: false, dtypes: complex },
      steady,
      (input) =>
        fc
          .record({
            samples: fc.integer({ min: 2, max: 16 }),
            hop: fc.option(between(0.1, 1)),
            window: windows,
            scaling: fc.constantFrom('spectrum', 'psd'),
            nfft: fc.constantFrom(null, null, 32, 45),
          })
          .map(({ samples, hop, ...options }) => {
            const wlen = samples / rateOf(input);
            return { wlen, hop: hop === null ? null : hop * wlen, ...options, dim: 'time' };
          }),
      undefined,
      // the middle of a segment of a jittery axis is where its label is; xdas steps to it from the first: see the differences
      ['undeclared', 'float'],
    ),
    bound: throughFourier,
  },
  {
    target: 'spectral.stft',
    runs: 32,
    cases: streamed(
      recording({
        ...transforms,
        dtypes: real,
        low: 40,
        high: 120,
        labels: false,
        time: ['regular', 'sampled', 'float'],
      }),
      (input) =>
        fc
          .record({
            window: windows,
            nperseg: fc.constantFrom(4, 8, 10, 12, 16),
            part: fc.constantFrom(0, 0.25, 0.5, 0.8),
            nfft: fc.constantFrom(null, 32, 45),
            returnOnesided: fc.boolean(),
            scaling: fc.constantFrom('spectrum', 'psd'),
          })
          .map(({ part, ...options }) => ({
            ...options,
            noverlap: Math.floor(part * options.nperseg),
            dim: { [input.dims.at(-1) === 'time' ? 'last' : 'time']: 'frequency' },
          })),
      () => null, // no atom in xdas
    ),
    bound: throughFourier,
  },
  ...(['fft', 'rfft', 'ifft', 'irfft'] as const).map(transform),
];
