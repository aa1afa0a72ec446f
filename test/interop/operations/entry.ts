/** One atom or function of xdas in the table of operations: random configurations, and how results are judged. */
import fc from 'fast-check';
import { joinChunks } from '../../../lib/atoms/chunk.js';
import { type ResamplingSearch, type ResamplingTarget, solveResampling } from '../../../lib/atoms/resampling-ratio.js';
import * as dasflow from '../../../lib/index.js';
import {
  type Atom,
  atomFromSpec,
  type Chunk,
  type DataArray,
  HERE,
  InterpCoordinate,
  isComplexDType,
  split,
} from '../../../lib/index.js';
import { cuttings, type RecordingOptions, recording, type TimeAxis } from './random-recording.js';

/** Options of an operation, as ours take them. */
export type Options = Record<string, unknown>;

/** One configuration. */
export interface Case {
  input: DataArray;
  options: Options;
  /** Where the stream is cut along `chunkDim`; null: the whole record only. */
  cuts: number[] | null;
  chunkDim: string;
}

/** How far values may be from those of xdas. */
export interface Bound {
  /** Allowed `max |a - b| / max |b|`. */
  relative: number;
  /** A size that counts as that of the values where theirs is less: what is left of large samples that cancel. */
  scale?: number;
  /** An allowed `max |a - b|` where that is more. */
  absolute?: number;
}

/** An entry of the table. */
export interface Entry {
  /** What is called in xdas, and the title: module and name. */
  target: string;
  /** Further public names of xdas that are the same thing. */
  also?: readonly string[];
  /** Distinguishes entries with the same target. */
  title?: string;
  cases: fc.Arbitrary<Case>;
  /** Our atom; default: that of the same name. */
  make?: (options: Options) => Atom;
  /** The options as xdas takes them; default: the same, in snake case. */
  theirs?: (options: Options, input: DataArray) => Options;
  /** Default: {@link usual}. */
  bound?: (one: Case, dtype: string) => Bound;
  /**
   * The largest share of configurations (default none) whose float64 values may be off by more than the bound: by what
   * those of xdas move where all coefficients of its own filter change by their last bit, measured for each of them.
   */
  conditioned?: number;
  /** xdas gives no name and attributes that could be compared. */
  nameless?: boolean;
  /** How many configurations; default 24. */
  runs?: number;
}

/** Relative precision of float32. */
export const eps32 = 2 ** -23;

/** The largest size among the samples of an array. */
export function largest(da: DataArray): number {
  let size = 0;
  for (const value of da.values as Iterable<number | bigint>) {
    const x = Math.abs(Number(value));
    if (x > size) size = x; // NaN is not
  }
  return size;
}

/** float64 within 1e-12 and float32 within 8 units in the last place, of the largest value; integers exactly. */
export function usual(_one: Case, dtype: string): Bound {
  if (dtype === 'float32' || dtype === 'complex64') return { relative: 8 * eps32 };
  return { relative: dtype === 'float64' || dtype === 'complex128' ? 1e-12 : 0 };
}

/** As {@link usual}, of the largest sample that goes in or comes out: for what is left where large samples cancel. */
export function ofInput(one: Case, dtype: string): Bound {
  return { ...usual(one, dtype), scale: largest(one.input) };
}

/** Through a Fourier transform: 1e-10, of the largest sample that goes in or comes out. */
export function throughFourier(one: Case, dtype: string): Bound {
  const single = dtype === 'float32' || dtype === 'complex64' || one.input.dtype === 'float32';
  return { relative: single ? 16 * eps32 : 1e-10, scale: largest(one.input) };
}

/** Configurations of whole records. */
export function whole(
  inputs: fc.Arbitrary<DataArray>,
  options: (input: DataArray) => fc.Arbitrary<Options>,
): fc.Arbitrary<Case> {
  return inputs.chain((input) =>
    options(input).map((chosen) => ({ input, options: chosen, cuts: null, chunkDim: 'time' })),
  );
}

/** Configurations that are also streamed, cut at random along `chunkDim` (or another dimension that the array has). */
export function streamed(
  inputs: fc.Arbitrary<DataArray>,
  options: (input: DataArray) => fc.Arbitrary<Options>,
  chunkDim: (input: DataArray, options: Options) => string | null = () => 'time',
): fc.Arbitrary<Case> {
  return inputs.chain((input) =>
    options(input).chain((chosen): fc.Arbitrary<Case> => {
      const dim = chunkDim(input, chosen);
      if (dim === null) return fc.constant<Case>({ input, options: chosen, cuts: null, chunkDim: 'time' });
      return cuttings(input.sizes[dim]!).map((cuts) => ({ input, options: chosen, cuts, chunkDim: dim }));
    }),
  );
}

/** For operations on whole records along `options.dim`: a stream along another dimension, where there is one. */
export function acrossOnly(input: DataArray, options: Options): string | null {
  const named = typeof options.dim === 'object' && options.dim ? Object.keys(options.dim)[0]! : (options.dim as string);
  const own = named ? input.dims[input.axis(named)] : null;
  return own === null || own === 'distance' || !input.dims.includes('distance') ? null : 'distance';
}

/** The dimension by its name or by an alias that means it. */
export function alias(input: DataArray, dim: string): fc.Arbitrary<string> {
  const axis = input.axis(dim);
  const names = [dim, dim];
  if (axis === input.ndim - 1) names.push('last');
  if (axis === 0) names.push('first');
  return fc.constantFrom(...names);
}

type Form = (data: typeof HERE, options: Options) => Atom;

/** Our operation of the same module and name as that of xdas, as an atom. */
function sameName(target: string, options: Options): Atom {
  const [module, name] = target.split('.') as [string, string];
  if (module === 'atoms' || module === 'methods') return atomFromSpec({ [camel(name)]: options });
  const forms: Record<string, object> = { signal: dasflow.signal, spectral: dasflow.spectral };
  const form = (forms[module] ?? dasflow)[camel(name) as never] as Form | undefined;
  if (form === undefined) throw new Error(`there is no ${target}`);
  return form(HERE, options);
}

const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The atom of an entry. */
export function atomOf(entry: Entry, options: Options): Atom {
  const atom = entry.make ? entry.make(options) : sameName(entry.target, options);
  atom.onNotice = () => undefined;
  return atom;
}

/** What ours makes of a whole record; null where nothing comes out. */
export function atOnce(entry: Entry, one: Case): Chunk | null {
  const chunks = atomOf(entry, one.options).run(one.input);
  return chunks.length === 0 ? null : joinChunks(chunks, 'time'); // gaps are along time
}

/** What ours makes of the pieces of a stream; null where nothing comes out. */
export function inPieces(entry: Entry, { input, options, cuts, chunkDim }: Case): Chunk | null {
  const atom = atomOf(entry, options);
  const pieces = cuts!.length > 0 ? split(input, cuts!, chunkDim) : [input];
  const chunks = pieces.flatMap((piece) => atom.push(piece, { chunkDim }));
  chunks.push(...atom.flush());
  return chunks.length === 0 ? null : joinChunks(chunks, chunkDim);
}

/**
 * What xdas does not do with a stream, or not as with the whole record: ours must then be what it gives for that.
 * `error` is what it says, null where it answers.
 */
export const streamFaults: readonly { name: string; error: RegExp | null; when: (one: Case) => boolean }[] = [
  {
    name: 'a chunk of one sample on a sampled axis has no interval',
    error: /has no nominal sampling interval/,
    when: ({ input }) => input.coords.get('time')?.ctype === 'sampled',
  },
  {
    name: 'two samples beside a gap in one chunk are cut apart, two on either side of it are not',
    error: null,
    when: ({ input, cuts, chunkDim }) => {
      const time = input.coords.get('time');
      const gap = time instanceof InterpCoordinate && time.tieIndices.length === 4 ? time.tieIndices[2]! : null;
      if (gap === null || cuts === null || chunkDim !== 'time') return false;
      const begin = Math.max(0, ...cuts.filter((cut) => cut <= gap));
      const end = Math.min(time!.shape[0]!, ...cuts.filter((cut) => cut > gap));
      return begin < gap && (gap - begin === 2 || end - gap === 2 || end - begin === 2);
    },
  },
  {
    name: 'the tolerance of a float axis is widened by that of samples that are dropped',
    error: null,
    when: ({ input, options, cuts, chunkDim }) => {
      const time = input.coords.get('time');
      if (time?.dtype !== 'float64' || chunkDim !== 'time' || options.method !== 'iir' || !cuts) return false;
      const edges = [0, ...cuts, input.sizes.time!];
      const { snap = false, maxup = 10, maxdown = null, tolerance = null } = options as Partial<ResamplingSearch>;
      const { rate = null, interval = null, up = null, down = null } = options as Partial<ResamplingTarget>;
      const factor = solveResampling({ rate, interval, up, down }, Number(input.getSamplingInterval('time')), {
        snap,
        maxup,
        maxdown,
        tolerance,
      });
      // a chunk of one sample makes two, whose line tells no rate: their tolerance is counted twice
      const alone = edges.filter((edge, k) => k + 1 < edges.length && edges[k + 1] === edge + 1);
      const keeps = (edge: number) => (2 * edge) % factor.down === 0 || (2 * edge + 1) % factor.down === 0;
      return factor.up === 2 && alone.length > 0 && !alone.some(keeps);
    },
  },
];

/** The fault of xdas that a configuration meets, if it meets one. */
export function faultOf(one: Case, error: string | undefined): string | null {
  const found = streamFaults.find(
    (fault) => fault.when(one) && (fault.error === null ? error === undefined : fault.error.test(error ?? '')),
  );
  return found?.name ?? null;
}

/** A configuration in words, for failures. */
export function inWords({ input, options, cuts, chunkDim }: Case): string {
  const shape = input.dims.map((dim, axis) => `${dim} ${input.shape[axis]}`).join(', ');
  const time = input.coords.get('time');
  const kind = isComplexDType(input.dtype) ? 'complex ' : '';
  return `${JSON.stringify(options)} on ${kind}${input.dtype} (${shape}), time ${time?.ctype ?? 'absent'} ${String(time)}, cuts ${cuts ? `${cuts.join(' ')} along ${chunkDim}` : 'none'}`;
}

/** Time axes whose pieces, down to one sample, declare their rate, in whole nanoseconds: xdas cannot cut others. */
export const declared = ['regular', 'regular', 'sampled', 'jitter', 'gap', 'float'] as const;

/** Samples per second (or per unit) of a recording, and the length of its longest run without gaps at least. */
export function rateOf(input: DataArray, dim = 'time'): number {
  return 1 / Number(input.getSamplingInterval(dim));
}

/** Without jitter, which wanders within its tolerance where a stream is given new labels: rates.test.ts, with the differences. */
export const steady = ['regular', 'regular', 'sampled', 'gap', 'float'] as const;

/** Configurations of which three in four are streams with axes of these kinds, and the others whole records with others. */
export function mixed(
  options: RecordingOptions,
  kinds: readonly TimeAxis[],
  choose: (input: DataArray) => fc.Arbitrary<Options>,
  chunkDim?: (input: DataArray, options: Options) => string | null,
  others: readonly TimeAxis[] = [
    'undeclared',
    'rational',
    'jitter',
    ...(kinds.includes('sampled') ? ['dense' as const] : []),
  ],
): fc.Arbitrary<Case> {
  return fc.oneof(
    { weight: 3, arbitrary: streamed(recording({ ...options, time: kinds }), choose, chunkDim) },
    { weight: 1, arbitrary: whole(recording({ low: 3, ...options, time: others }), choose) },
  );
}

/** As {@link mixed}, with every kind of axis. */
export function streamedOrWhole(
  options: RecordingOptions,
  choose: (input: DataArray) => fc.Arbitrary<Options>,
  chunkDim?: (input: DataArray, options: Options) => string | null,
): fc.Arbitrary<Case> {
  return mixed(options, declared, choose, chunkDim);
}

/** A number between two, evenly spread, with four significant digits. */
export function between(low: number, high: number): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: 10_000 }).map((k) => Number((low + ((high - low) * k) / 10_000).toPrecision(4)));
}

/** Windows as scipy names them. */
export const windows: fc.Arbitrary<string | (string | number)[]> = fc.oneof(
  fc.constantFrom(
    'hann',
    'hamming',
    'blackman',
    'bartlett',
    'boxcar',
    'nuttall',
    'cosine',
    'parzen',
    'flattop',
    'triang',
  ),
  between(0.5, 9).map((beta) => ['kaiser', beta]),
  between(0.05, 0.95).map((alpha) => ['tukey', alpha]),
  between(1, 8).map((std) => ['gaussian', std]),
);
