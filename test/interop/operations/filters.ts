/** Entries of the table of operations: filters. */
import fc from 'fast-check';
import { type DataArray, iirfilter } from '../../../lib/index.js';
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
  usual,
  whole,
  windows,
} from './entry.js';
import { recording } from './random-recording.js';

/** A dimension to work along: time mostly, else distance where there is one. */
const along = (input: DataArray) =>
  input.dims.includes('distance') && input.sizes.distance! > 1
    ? fc.constantFrom('time', 'time', 'time', 'distance')
    : fc.constant('time');

/** Coefficients of a filter of order 1 to 4 with poles well inside the unit circle, or of taps alone. */
const coefficients: fc.Arbitrary<{ b: number[]; a: number[] }> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .record({
        taps: fc.array(between(-1, 1), { minLength: 1, maxLength: 6 }),
        poles: fc.array(fc.tuple(between(0, 0.9), between(0, Math.PI)), { minLength: 1, maxLength: 2 }),
        gain: fc.constantFrom(1, 1, 2, -0.5),
      })
      .map(({ taps, poles, gain }) => {
        let a = [1];
        for (const [radius, angle] of poles) {
          const section = [1, -2 * radius * Math.cos(angle), radius * radius];
          const product = new Array<number>(a.length + 2).fill(0);
          for (const [i, x] of a.entries()) for (const [j, y] of section.entries()) product[i + j]! += x * y;
          a = product;
        }
        return { b: [0.5, ...taps], a: a.map((x) => gain * x) };
      }),
  },
  {
    weight: 1,
    arbitrary: fc.array(between(-1, 1), { minLength: 2, maxLength: 12 }).map((b) => ({ b: [1, ...b], a: [2] })),
  },
);

const sections = fc
  .record({ order: fc.integer({ min: 1, max: 6 }), edge: between(0.05, 0.8), high: fc.boolean() })
  .map(({ order, edge, high }) => {
    const sos = iirfilter(order, edge, { btype: high ? 'highpass' : 'lowpass', output: 'sos' });
    return Array.from({ length: sos.length / 6 }, (_, k) => Array.from(sos.subarray(6 * k, 6 * k + 6)));
  });

const families = ['butter', 'cheby1', 'cheby2', 'ellip', 'bessel'] as const;

/**
 * Recursive filters of a high order make more than 1e-12 of the last bits of their coefficients now and then, of which those
 * of Bessel filters are not all scipy's: its zeros of the Bessel polynomials are off by some, ours are exact.
 */
const conditioned = 0.02;

/** Families, bands and edges that fit the rate of a recording; `maxOrder` of the prototype. */
function designs(rate: number, maxOrder: number, dim: string): fc.Arbitrary<Options> {
  return fc
    .record({
      order: fc.integer({ min: 1, max: maxOrder }),
      btype: fc.constantFrom('bandpass', 'lowpass', 'highpass', 'bandstop'),
      ftype: fc.constantFrom(...families),
      low: between(0.05, 0.4),
      high: between(0.5, 0.9),
      rp: between(0.1, 2),
      rs: between(20, 60),
    })
    .map(({ order, btype, ftype, low, high, rp, rs }) => {
      const edge = (x: number) => Number(((x * rate) / 2).toPrecision(4));
      const cutoff = btype.startsWith('band') ? [edge(low), edge(high)] : edge(btype === 'lowpass' ? high : low);
      const ripple = ftype === 'cheby1' || ftype === 'ellip' ? { rp } : {};
      const stop = ftype === 'cheby2' || ftype === 'ellip' ? { rs } : {};
      return { order, cutoff, btype, ftype, ...ripple, ...stop, dim };
    });
}

/** A band of {@link Filter}: two corners, or one and null. */
function bands(rate: number): fc.Arbitrary<(number | null)[]> {
  return fc
    .tuple(between(0.05, 0.4), between(0.5, 0.9), fc.constantFrom('both', 'low', 'high'))
    .map(([low, high, open]) => {
      const edge = (x: number) => Number(((x * rate) / 2).toPrecision(4));
      return [open === 'low' ? null : edge(low), open === 'high' ? null : edge(high)];
    });
}

/**
 * Filters by taps: float32 is computed in float32 by scipy, a term for every tap, whose rounding errors add up to less
 * than `taps` units in the last place of the largest sample times the sum of the taps' sizes (at most 2 in these designs).
 */
function ofTaps(taps: (one: Case) => number) {
  return (one: Case, dtype: string) =>
    dtype === 'float32' ? { ...ofInput(one, dtype), relative: taps(one) * eps32 } : ofInput(one, dtype);
}

const firTaps = ({ options }: Case) => (options.numtaps as number) ?? (options.taps as number[]).length;

export const filters: Entry[] = [
  {
    target: 'atoms.LFilter',
    cases: streamedOrWhole({}, (input) =>
      fc
        .tuple(
          coefficients,
          along(input).chain((dim) => alias(input, dim)),
        )
        .map(([ba, dim]) => ({ ...ba, dim })),
    ),
    bound: ofInput,
  },
  {
    target: 'atoms.SOSFilter',
    cases: streamedOrWhole({}, (input) =>
      fc
        .tuple(
          sections,
          along(input).chain((dim) => alias(input, dim)),
        )
        .map(([sos, dim]) => ({ sos, dim })),
    ),
    bound: ofInput,
  },
  {
    target: 'atoms.IIRFilter',
    also: ['operations.IIRFilter'],
    title: 'second-order sections',
    conditioned,
    runs: 40,
    cases: streamedOrWhole({}, (input) => along(input).chain((dim) => designs(rateOf(input, dim), 8, dim))),
    bound: ofInput,
  },
  {
    target: 'atoms.IIRFilter',
    title: 'one polynomial',
    conditioned,
    runs: 40,
    cases: streamedOrWhole({}, (input) =>
      along(input).chain((dim) => designs(rateOf(input, dim), 4, dim).map((options) => ({ ...options, stype: 'ba' }))),
    ),
    bound: ofInput,
  },
  {
    target: 'atoms.FIRFilter',
    also: ['operations.FIRFilter'],
    runs: 40,
    cases: mixed({}, steady, (input) =>
      fc
        .record({
          numtaps: fc.integer({ min: 9, max: 41 }), // with hardly more than `up` xdas has a sample too few
          btype: fc.constantFrom('bandpass', 'lowpass', 'highpass', 'bandstop'),
          window: windows,
          width: fc.option(between(0.05, 0.3)),
          scale: fc.boolean(),
          up: fc.constantFrom(1, 1, 1, 2, 4),
          down: fc.constantFrom(1, 1, 2, 4),
          low: between(0.05, 0.4),
          high: between(0.5, 0.9),
        })
        .map(({ numtaps, btype, low, high, width, ...rest }) => {
          const rate = rateOf(input) * rest.up;
          const edge = (x: number) => Number(((x * rate) / 2).toPrecision(4));
          const cutoff = btype.startsWith('band') ? [edge(low), edge(high)] : edge(btype === 'lowpass' ? high : low);
          const odd = btype === 'highpass' || btype === 'bandstop' ? 2 * Math.floor(numtaps / 2) + 1 : numtaps;
          return { numtaps: odd, cutoff, btype, width: width === null ? null : edge(width), ...rest, dim: 'time' };
        }),
    ),
    bound: ofTaps((one) => 2 * (one.options.up as number) * firTaps(one)),
  },
  {
    target: 'atoms.Filter',
    also: ['operations.Filter', 'operations.filter'],
    title: 'iir',
    conditioned,
    cases: streamedOrWhole({}, (input) =>
      along(input).chain((dim) =>
        fc
          .record({ freq: bands(rateOf(input, dim)), order: fc.integer({ min: 1, max: 8 }) })
          .map((options) => ({ ...options, dim })),
      ),
    ),
    bound: ofInput,
  },
  {
    target: 'atoms.Filter',
    title: 'fir',
    cases: mixed({ low: 30, high: 250, maxDims: 2 }, steady, (input) =>
      bands(rateOf(input)).chain((freq) =>
        between(0.03, 0.2).map((width) => ({ freq, ftype: 'fir', transition: (width * rateOf(input)) / 2 })),
      ),
    ),
    // 3.3 / width taps of the rate, that is at most 220
    bound: ofTaps(() => 2 * 220),
  },
  {
    target: 'atoms.Filter',
    title: 'zero phase',
    conditioned,
    cases: streamed(
      recording({ low: 90, high: 200, maxDims: 3, dtypes: noWrap(), channels: [1, 3] }),
      (input) =>
        fc
          .record({ freq: bands(rateOf(input)), order: fc.integer({ min: 1, max: 4 }) })
          .map((options) => ({ ...options, zerophase: true, dim: 'time' })),
      acrossOnly,
    ),
    bound: ofInput,
  },
  {
    target: 'signal.sosfiltfilt',
    cases: streamed(
      recording({ low: 60, high: 120, dtypes: noWrap(), time: ['regular', 'sampled', 'jitter', 'float'] }),
      (input) =>
        fc
          .record({
            sos: sections,
            padtype: fc.constantFrom('odd', 'even', 'constant', null),
            padlen: fc.constantFrom(null, null, 0, 7, 25),
            dim: alias(input, 'time'),
          })
          .map((options) => options),
      acrossOnly,
    ),
    bound: ofInput,
  },
  {
    target: 'signal.filtfilt',
    title: 'pad',
    cases: streamed(
      recording({ low: 60, high: 120, dtypes: noWrap(), time: ['regular', 'sampled', 'jitter', 'float'] }),
      (input) =>
        fc
          .record({
            ba: coefficients,
            padtype: fc.constantFrom('odd', 'even', 'constant', null),
            padlen: fc.constantFrom(null, null, 0, 7, 25),
            dim: alias(input, 'time'),
          })
          .map(({ ba, ...options }) => ({ ...ba, ...options })),
      acrossOnly,
    ),
    bound: ofInput,
  },
  {
    target: 'signal.filtfilt',
    title: 'gust',
    cases: whole(
      recording({ low: 60, high: 90, maxDims: 2, dtypes: noWrap(), time: ['regular', 'sampled', 'float'] }),
      (input) =>
        fc
          .record({
            order: fc.integer({ min: 1, max: 3 }),
            edge: between(0.2, 0.7),
            irlen: fc.constantFrom(null, 12, 20, 28),
            dim: alias(input, 'time'),
          })
          .map(({ order, edge, ...options }) => {
            const { b, a } = iirfilter(order, edge, { btype: 'lowpass' });
            return { b: Array.from(b), a: Array.from(a), method: 'gust', ...options };
          }),
    ),
    bound: ofInput,
  },
  {
    target: 'signal.lfilter',
    cases: streamed(
      recording({ time: ['regular', 'sampled', 'jitter', 'float'] }),
      (input) => fc.tuple(coefficients, alias(input, 'time')).map(([ba, dim]) => ({ ...ba, dim })),
      acrossOnly,
    ),
    bound: ofInput,
  },
  {
    target: 'signal.sosfilt',
    cases: streamed(
      recording({ time: ['regular', 'sampled', 'jitter', 'float'] }),
      (input) => fc.tuple(sections, alias(input, 'time')).map(([sos, dim]) => ({ sos, dim })),
      acrossOnly,
    ),
    bound: ofInput,
  },
  {
    target: 'signal.filter',
    conditioned,
    runs: 32,
    cases: streamed(
      recording({ low: 90, high: 160, maxDims: 3, dtypes: noWrap(), time: ['regular', 'sampled', 'jitter', 'float'] }),
      (input) =>
        fc
          .tuple(designs(rateOf(input), 4, 'time'), fc.boolean(), alias(input, 'time'))
          .map(([{ order, cutoff, btype }, zerophase, dim]) => ({
            freq: cutoff,
            btype,
            corners: order,
            zerophase,
            dim,
          })),
      acrossOnly,
    ),
    bound: ofInput,
  },
  {
    target: 'atoms.Sequential',
    cases: mixed({ maxDims: 3, low: 50 }, ['regular', 'regular', 'gap', 'float'], (input) =>
      fc
        .record({
          freq: bands(rateOf(input)),
          factor: fc.integer({ min: 1, max: 5 }),
          sta: fc.integer({ min: 1, max: 3 }),
        })
        .map(({ freq, factor, sta }) => ({
          atoms: [
            { Filter: { freq, order: 2 } },
            { DownSample: { factor, dim: 'time' } },
            { Partial: { func: 'square' } },
            { Integrate: { dim: 'time' } },
            { STALTA: { sta: (sta * factor) / rateOf(input), lta: (5 * factor) / rateOf(input) } },
          ],
        })),
    ),
    bound: usual,
  },
  {
    target: 'atoms.Partial',
    cases: streamedOrWhole({ dtypes: ['float64', 'float32', 'int16', 'int32'] }, () =>
      fc.constantFrom('square', 'sqrt', 'absolute', 'sin', 'tanh', 'sign', 'floor', 'exp').map((func) => ({ func })),
    ),
    bound: usual,
  },
];

/** Odd extensions of unsigned integers wrap in numpy: see the differences. */
function noWrap() {
  return ['float64', 'float64', 'float32', 'int16', 'int32', 'int64'] as const;
}
